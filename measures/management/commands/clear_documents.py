"""Every night: throws away copies of documents that are old or beyond their room, and old batches."""

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from langfang_policy.management.office import OfficeCommand
from measures.reports import batches, copies

ROOM = 500  # MiB


class Command(OfficeCommand):
    help = (
        f"清理文件副本：删除{copies.KEPT_FOR.days}天以前的；其余超出容量时，先删最早的。"
        "副本可随时重新生成，字节不变。批量文件保留至设置 BATCH_DAYS 规定的天数。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--megabytes", type=int, default=ROOM, help=f"副本可占用的容量（MiB），默认 {ROOM}"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        count = copies.clear(timezone.now(), options["megabytes"] * 1024 * 1024)
        gone = batches.clear(timezone.now())
        self.stdout.write(f"已清理文件副本 {count} 份，批量文件 {gone} 批。")
