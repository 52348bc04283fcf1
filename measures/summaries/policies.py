"""Where does each policy stand? Lights and filing of the period that its pages show, for the page of all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from measures.models import LightColour, PeriodState, Policy, ReportingPeriod
from measures.summaries.counts import FilingCount, PeriodSummary
from measures.summaries.snapshot_json import SnapshotError
from measures.summaries.source import live_summary, stored_summaries


@dataclass(frozen=True)
class PolicyStatus:
    """A policy in the period that its pages show; no period before the first is opened.

    `problem` says that the snapshot was altered: then there are no figures.
    """

    policy: Policy
    period: ReportingPeriod | None
    counts: dict[LightColour, int]
    filing: FilingCount | None
    problem: str = ""


def policy_statuses(on: date) -> list[PolicyStatus]:
    """All policies in the order in which they were loaded.

    Three queries, and those of `live_summary` for each policy whose shown period is open: the same for any
    number of measures, departments and closed periods.
    """
    opened = ReportingPeriod.objects.exclude(state=PeriodState.PLANNED).order_by("-starts_on")
    by_policy: dict[int, list[ReportingPeriod]] = {}
    for row in opened.select_related("policy__coordinator", "edition"):
        by_policy.setdefault(row.policy_id, []).append(row)
    policies = list(Policy.objects.select_related("coordinator").order_by("pk"))
    shown = {policy.pk: shown_by_default(by_policy.get(policy.pk, []), on) for policy in policies}
    stored = stored_summaries([period for period in shown.values() if period])
    return [_status(policy, shown[policy.pk], stored, on) for policy in policies]


def shown_by_default(periods: Sequence[ReportingPeriod], on: date) -> ReportingPeriod | None:
    """The latest period that is over; before any is, the latest opened. `periods` newest first."""
    over = next((row for row in periods if row.ends_on < on), None)
    return over or next(iter(periods), None)


def _status(
    policy: Policy,
    period: ReportingPeriod | None,
    stored: dict[int, PeriodSummary | SnapshotError],
    on: date,
) -> PolicyStatus:
    if period is None:
        return PolicyStatus(policy, None, {}, None)
    summary = stored[period.pk] if period.is_frozen else live_summary(period, on)
    if isinstance(summary, SnapshotError):
        return PolicyStatus(policy, period, {}, None, str(summary))
    return PolicyStatus(policy, period, summary.counts, summary.filing)
