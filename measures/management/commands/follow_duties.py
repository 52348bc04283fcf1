"""Every night: lines of open periods follow the responsibilities that began or ended with the day."""

from typing import Any

from django.core.management.base import CommandError

from departments.workdays import CalendarMissing
from langfang_policy import clock
from langfang_policy.management.office import OfficeCommand
from measures import duties


class Command(OfficeCommand):
    help = "让进行中的填报期跟上责任分工的起止：增加新应报的，免去不再应报的。每天运行一次，可重复运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lines = duties.follow_days(clock.now())
        except CalendarMissing as error:
            raise CommandError(str(error)) from error
        for line in lines:
            line.refresh_from_db(fields=["state"])
            self.stdout.write(f"{line}：{line.get_state_display()}")
        self.stdout.write(f"随责任起止变动的填报共{len(lines)}条。")
