"""Puts back the triggers that refuse any change to the record of acts; rows are not touched."""

from typing import Any

from django.core.management.base import CommandError
from django.db import connection

from departments.models import append_only as account_record
from langfang_policy.management.office import OfficeCommand
from measures.models.append_only import FaultKind, create_append_only_triggers, guard_faults


class Command(OfficeCommand):
    help = "恢复办理记录、快照、已提交文本和账号记录的只增不改触发器。"
    requires_system_checks = ()  # the very check that sends people here would stop it

    def handle(self, *args: Any, **options: Any) -> None:
        faults = guard_faults(connection)
        ours = sorted({fault.name for fault in faults if fault.kind != FaultKind.FOREIGN})
        if ours:
            with connection.schema_editor() as schema_editor:
                create_append_only_triggers(None, schema_editor)
            self.stdout.write(f"已恢复 {len(ours)} 个触发器或函数：{'、'.join(ours)}。")
            self.stdout.write("请再运行 manage.py verify_record，核对其间有无改动。")
        ours += self._restored_account_record()
        if foreign := sorted(fault.name for fault in faults if fault.kind == FaultKind.FOREIGN):
            raise CommandError(f"还有来历不明的触发器，未作处理：{'、'.join(foreign)}。")
        if not ours:
            self.stdout.write("触发器齐全，无需恢复。")

    def _restored_account_record(self) -> list[str]:
        lost = account_record.faulty_triggers(connection)
        if lost:
            with connection.schema_editor() as schema_editor:
                account_record.create_append_only_triggers(None, schema_editor)
            self.stdout.write(f"已恢复账号记录的 {len(lost)} 个触发器或函数：{'、'.join(lost)}。")
        return lost
