"""Every night: are the kept figures those of the day, and do they say what the facts say?"""

from typing import Any

from django.core.management.base import CommandError

from langfang_policy import clock
from langfang_policy.management.office import OfficeCommand
from measures import summaries
from measures.models import PeriodState, ReportingPeriod


class Command(OfficeCommand):
    help = "把进行中填报期的数据更新到当天，再逐条重算核对；有不符即报错。每天运行一次，可重复运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        opened = ReportingPeriod.objects.exclude(state=PeriodState.PLANNED)
        periods = list(
            opened.select_related("policy__coordinator", "edition").order_by("policy", "starts_on")
        )
        problems = summaries.repeated_faults()
        for period in periods:
            try:
                summaries.kept_period(period, clock.today())
                problems += [str(fault) for fault in summaries.figure_faults(period)]
            except summaries.SnapshotError as error:
                problems.append(str(error))
        if problems:
            raise CommandError("数据与事实不符：" + "；".join(problems))
        self.stdout.write(f"已核对填报期{len(periods)}个，数据与事实一致。")
