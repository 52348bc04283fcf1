"""Every night: which lights of open periods did the day change? Each change is kept."""

from typing import Any

from langfang_policy import clock
from langfang_policy.management.office import OfficeCommand
from measures import summaries
from measures.models import LightCause, LightChange, PeriodState, ReportingPeriod


class Command(OfficeCommand):
    help = "把进行中填报期的进度灯更新到当天，并留存每一处变化。每天运行一次，可重复运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        opened = ReportingPeriod.objects.filter(state=PeriodState.OPEN)
        periods = list(opened.select_related("policy__coordinator", "edition"))
        changes = LightChange.objects.exclude(cause=LightCause.FIRST)
        before = changes.count()
        for period in periods:
            summaries.refresh(period, clock.today())
        self.stdout.write(f"已更新进行中的填报期{len(periods)}个，进度灯变化{changes.count() - before}处。")
