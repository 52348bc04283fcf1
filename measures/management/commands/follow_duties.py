"""Every night: updates of open periods follow the responsibilities that began or ended with the day."""

from typing import Any

from django.core.management.base import CommandError

from langfang_policy import clock
from langfang_policy.management.office import OfficeCommand
from measures.workflow import duty_changes


class Command(OfficeCommand):
    help = "让进行中的填报期跟上责任分工的起止：增加新应报的，免去不再应报的。每天运行一次，可重复运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        updates, errors = duty_changes.follow_days(clock.now())
        for update in updates:
            self.stdout.write(f"{update}：{update.get_state_display()}")
        self.stdout.write(f"随责任起止变动的填报共{len(updates)}条。")
        if errors:
            raise CommandError("；".join(dict.fromkeys(map(str, errors))))
