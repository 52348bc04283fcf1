"""Puts back the triggers that refuse any change to the record of acts and accounts; rows are not touched."""

from typing import Any

from django.core.management.base import CommandError
from django.db import ProgrammingError, connection

from departments.models import append_only as account_record
from langfang_policy.management.office import OfficeCommand
from measures.models import append_only
from measures.models.append_only import FaultKind, guard_faults


class Command(OfficeCommand):
    help = "恢复办理记录、快照、已提交文本和账号记录的只增不改触发器。"
    requires_system_checks = ()  # the very check that sends people here would stop it

    def handle(self, *args: Any, **options: Any) -> None:
        faults = guard_faults(connection)
        ours = sorted({fault.name for fault in faults if fault.kind != FaultKind.FOREIGN})
        accounts = account_record.faulty_triggers(connection)
        try:
            self.restore(ours, accounts)
        except ProgrammingError as error:
            words = "只有数据表的所有者才能恢复触发器（见 docs/operations.md）"
            raise CommandError(f"{words}：{error}") from error
        if foreign := sorted(fault.name for fault in faults if fault.kind == FaultKind.FOREIGN):
            raise CommandError(f"还有来历不明的触发器，未作处理：{'、'.join(foreign)}。")
        if not ours and not accounts:
            self.stdout.write("触发器齐全，无需恢复。")

    def restore(self, ours: list[str], accounts: list[str]) -> None:
        if ours:
            with connection.schema_editor() as schema_editor:
                append_only.create_append_only_triggers(None, schema_editor)
            self.stdout.write(f"已恢复 {len(ours)} 个触发器或函数：{'、'.join(ours)}。")
            self.stdout.write("请再运行 manage.py verify_record，核对其间有无改动。")
        if accounts:
            with connection.schema_editor() as schema_editor:
                account_record.create_append_only_triggers(None, schema_editor)
            self.stdout.write(f"已恢复账号记录的 {len(accounts)} 个触发器或函数：{'、'.join(accounts)}。")
