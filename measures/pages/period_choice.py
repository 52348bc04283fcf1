"""Which policy and which period is a page about? The address says it, else the latest that is over.

A period opened ahead of its end has nothing to show yet, and must not hide the one that is being filed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest

from measures.models import PeriodState, Policy, ReportingPeriod


@dataclass(frozen=True)
class Choice:
    """The chosen period among all of its policy, newest first; both None or empty before the first."""

    policy: Policy | None
    period: ReportingPeriod | None
    periods: tuple[ReportingPeriod, ...]


def choose_period(request: HttpRequest, on: date) -> Choice:
    """From ?policy=slug&period=2020Q2. One query; Http404 for a policy or period that was never opened."""
    slug, code = request.GET.get("policy", ""), request.GET.get("period", "")
    rows = ReportingPeriod.objects.exclude(state=PeriodState.PLANNED).order_by("policy", "-starts_on")
    opened = list(rows.select_related("policy__coordinator", "edition"))
    periods = of_policy(opened, slug)
    period = with_code(periods, code) if code else by_default(periods, on)
    return Choice(periods[0].policy if periods else None, period, periods)


def of_policy(opened: Sequence[ReportingPeriod], slug: str) -> tuple[ReportingPeriod, ...]:
    """The periods of that policy, or of the first where none is named; Http404 where it has none."""
    first = opened[0].policy.slug if opened else ""
    periods = tuple(row for row in opened if row.policy.slug == (slug or first))
    if slug and not periods:
        raise Http404("no such period")
    return periods


def with_code(periods: Sequence[ReportingPeriod], code: str) -> ReportingPeriod:
    """Http404 where the policy has no such period."""
    for row in periods:
        if row.code == code:
            return row
    raise Http404("no such period")


def by_default(periods: tuple[ReportingPeriod, ...], on: date) -> ReportingPeriod | None:
    """The latest period that is over; before any is, the latest opened. `periods` newest first."""
    over = next((row for row in periods if row.ends_on < on), None)
    return over or next(iter(periods), None)
