"""Every night: is each evidence file still what was handed in? Reads them all; what is wrong is named."""

from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from langfang_policy.management.office import OfficeCommand
from measures import evidence_storage
from measures.models import EvidenceFile


class Command(OfficeCommand):
    help = "逐个读取佐证材料并核对 SHA-256；列出缺失、被改动和没有记录的文件，有问题时退出状态为 1。"

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for sentence in evidence_storage.faults(timezone.now()):
            self.stdout.write(sentence)
            found += 1
        if found:
            raise CommandError(f"佐证材料发现 {found} 处问题。处理办法见 docs/operations.md“佐证材料”。")
        self.stdout.write(f"已核对佐证材料 {EvidenceFile.objects.count()} 份，内容与提交时一致。")
