"""Which period of its policy is a page about? The address says it, else the latest that is over.

A period opened ahead of its end has nothing to show yet, and must not hide the one that is being filed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from langfang_policy.compiled_queries import compiled
from measures.models import PeriodState, Policy, ReportingPeriod
from measures.summaries import shown_by_default, with_freshness


@dataclass(frozen=True)
class Choice:
    """The chosen period among all of its policy, newest first; None and empty before the first."""

    policy: Policy
    period: ReportingPeriod | None
    periods: tuple[ReportingPeriod, ...]


def choose_period(request: HttpRequest, policy: Policy, on: date) -> Choice:
    """From ?period=2020Q2. One query; Http404 for a period that the policy never opened."""
    code = request.GET.get("period", "")
    periods = tuple(_opened(policy.pk, on))
    for row in periods:
        row.policy = policy
    period = with_code(periods, code) if code else shown_by_default(periods, on)
    return Choice(policy, period, periods)


@compiled
def _opened(policy: int, on: date) -> QuerySet[ReportingPeriod]:
    rows = ReportingPeriod.objects.filter(policy=policy).exclude(state=PeriodState.PLANNED)
    return with_freshness(rows.order_by("-starts_on").select_related("edition", "figures"), on)


def with_code(periods: Sequence[ReportingPeriod], code: str) -> ReportingPeriod:
    """Http404 where the policy has no such period."""
    for row in periods:
        if row.code == code:
            return row
    raise Http404("no such period")
