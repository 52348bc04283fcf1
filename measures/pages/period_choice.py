"""Which policy and which period a page is about: chosen in the address, else the latest that is over.

A quarter opened ahead of its end has nothing to show yet, and must not hide the one that is being filed.
"""

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
    policy = next((row.policy for row in opened if not slug or row.policy.slug == slug), None)
    periods = tuple(row for row in opened if policy is not None and row.policy_id == policy.pk)
    period = next((row for row in periods if row.code == code), None) if code else by_default(periods, on)
    if (slug and policy is None) or (code and period is None):
        raise Http404("no such period")
    return Choice(policy, period, periods)


def by_default(periods: tuple[ReportingPeriod, ...], on: date) -> ReportingPeriod | None:
    """The latest quarter that is over; before any is, the latest opened. `periods` newest first."""
    over = next((row for row in periods if row.ends_on < on), None)
    return over or next(iter(periods), None)
