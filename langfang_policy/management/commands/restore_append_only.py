"""Puts back the triggers that refuse any change to the record of acts; rows are not touched."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from measures.models.events import create_append_only_triggers, missing_triggers


class Command(BaseCommand):
    help = "恢复办理记录和快照的只增不改触发器。"
    requires_system_checks = ()  # the very check that sends people here would stop it

    def handle(self, *args: Any, **options: Any) -> None:
        missing = sorted(missing_triggers(connection))
        if not missing:
            self.stdout.write("触发器齐全，无需恢复。")
            return
        with connection.schema_editor() as schema_editor:
            create_append_only_triggers(None, schema_editor)
        self.stdout.write(f"已恢复 {len(missing)} 个触发器：{'、'.join(missing)}。")
