"""Why can a closed period not be reopened, and what can the person do instead? The ways that lead there."""

from dataclasses import dataclass

from measures.models import PeriodState, ReportingPeriod
from measures.workflow import periods


@dataclass(frozen=True)
class NotReopened:
    """`reason` names each report with its days; `current`: the open period that takes what came later."""

    reason: str
    current: ReportingPeriod | None


def not_reopened(period: ReportingPeriod) -> NotReopened | None:
    """None where nothing stands against it, and where the period is not closed anyway."""
    if period.state != PeriodState.CLOSED:
        return None
    reason = periods.why_not_reopened(period)
    if not reason:
        return None
    opened = period.policy.periods.filter(state=PeriodState.OPEN).order_by("-starts_on")
    return NotReopened(reason, opened.first())
