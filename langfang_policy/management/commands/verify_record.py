"""Works out every hash of the record anew and names what was touched; ends with status 1 if anything was."""

from typing import Any

from django.core.management.base import CommandError
from django.db import connection

from departments.models.append_only import faulty_triggers
from langfang_policy.management.office import OfficeCommand
from measures import verification
from measures.models import Event, PeriodSnapshot, Revision
from measures.models.append_only import guard_faults


class Command(OfficeCommand):
    help = "核对办理记录、已提交文本、快照和触发器是否被改动；发现问题时逐条列出，退出状态为 1。"
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        found = [verification.fault_sentence(fault) for fault in guard_faults(connection)]
        found += [verification.account_sentence(name) for name in faulty_triggers(connection)]
        found += verification.record_faults()
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            raise CommandError(f"发现 {len(found)} 处问题。处理办法见 docs/operations.md“记录被改动”。")
        texts = Revision.objects.exclude(frozen_at=None).count()
        self.stdout.write(
            f"核对完毕，未发现改动：办理记录 {Event.objects.count()} 条、已提交文本 {texts} 份、"
            f"快照 {PeriodSnapshot.objects.count()} 份。"
        )
