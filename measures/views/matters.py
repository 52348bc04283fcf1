"""Which matters need coordination, which were settled, and how? Of a policy, over all its periods."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest
from departments.models import Department
from langfang_policy import clock
from measures import permissions
from measures.models import CoordinationMatter, MeasureFigures, Policy, Words
from measures.pages.paging import page_of
from measures.pages.period_choice import with_code
from measures.pages.policy_choice import of_policy
from measures.pages.unknown_filters import known_or_left_out
from measures.workflow import portfolios

PER_PAGE: Final = 20
# Which matters a list keeps, and what its link says.
SHOWS: Final[Mapping[str, Words]] = {
    "open": pgettext_lazy("matters", "Open"),
    "settled": gettext_lazy("Settled"),
    "all": pgettext_lazy("matters", "All"),
}


@dataclass(frozen=True)
class MatterRow:
    """A matter with how many days it took, or has been open."""

    matter: CoordinationMatter
    days: int
    is_own: bool


@require_safe
@of_policy
def matter_list(request: ActingRequest, policy: Policy) -> HttpResponse:
    """The open ones, longest first; ?show=settled or all; ?department, ?period: raised there; ?mine."""
    shows = known_or_left_out(request, "show", SHOWS) or "open"
    rows = CoordinationMatter.objects.filter(measure__section__edition__policy=policy)
    departments = Department.objects.values_list("slug", flat=True)
    if department := known_or_left_out(request, "department", departments):
        rows = rows.filter(department__slug=department)
    period = request.GET.get("period", "")  # one that the policy has not is no page, as everywhere
    if period:
        rows = rows.filter(raised_in__update__period__code=period)
    portfolio = portfolios.asked_for(request, policy)
    if portfolio:
        rows = rows.filter(measure__in=_figures(policy, period).filter(portfolio.condition).values("measure"))
    page = page_of(_shown(rows, shows), request.GET.get("page", ""), PER_PAGE)
    own = {row.pk for row in permissions.speaks_for(request.actor)}
    on = clock.today()
    context = {
        "page": page,
        "rows": [MatterRow(row, _days(row, on), row.department_id in own) for row in page],
        "show": shows,
        "shows": SHOWS.items(),
        "department": department,
        "narrowed": urlencode(
            {"department": department, "period": period, **({"mine": "1"} if portfolio else {})}
        ),
        "portfolio": portfolio,
        "period": with_code(tuple(policy.periods.all()), period) if period else None,
    }
    return render(request, "measures/matter_list.html", context)


def _figures(policy: Policy, period: str) -> QuerySet[MeasureFigures]:
    """Of one period where one is chosen: what a portfolio holds is read from them."""
    rows = MeasureFigures.objects.filter(period__policy=policy).order_by()
    return rows.filter(period__code=period) if period else rows


def _shown(rows: QuerySet[CoordinationMatter], shows: str) -> QuerySet[CoordinationMatter]:
    rows = rows.select_related("measure__section", "department", "resolved_by", "raised_in__update__period")
    if shows == "open":
        return rows.filter(resolved_at=None).order_by("raised_on", "pk")
    if shows == "settled":
        return rows.exclude(resolved_at=None).order_by("-resolved_at", "-pk")
    return rows.order_by(F("resolved_at").desc(nulls_first=True), "raised_on", "pk")


def _days(matter: CoordinationMatter, on: date) -> int:
    until = timezone.localdate(matter.resolved_at) if matter.resolved_at else on
    return (until - matter.raised_on).days
