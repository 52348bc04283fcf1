"""What is different in two snapshots of one period? For those who may read snapshots."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest
from measures import permissions, summaries
from measures.models import PeriodSnapshot, Policy, ReportingPeriod
from measures.pages.paging import page_of_all
from measures.pages.policy_choice import of_policy
from measures.pages.snapshot_comparison import shown
from measures.views.periods import load_period

MEASURES_PER_PAGE = 20


@require_safe
@of_policy
def snapshot_compare(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """?before= and ?after= are numbers of snapshots; without them the last two are compared."""
    if not permissions.can_read_submitted_texts(request.actor, policy):
        raise Http404("not for this person")
    period = load_period(policy, uuid)
    numbers = list(period.snapshots.order_by("number").values_list("number", flat=True))
    context = {"period": period, "numbers": numbers}
    if pair := chosen_pair(request, numbers):
        before, after = snapshots_of(period, *pair)
        found = summaries.compare_snapshots(before, after, period.name)
        page = page_of_all(found.measures, request.GET.get("page", ""), MEASURES_PER_PAGE)
        context |= {"found": found, "page": page, "rows": [shown(row) for row in page]}
    return render(request, "measures/snapshot_compare.html", context)


def chosen_pair(request: HttpRequest, numbers: list[int]) -> tuple[int, int] | None:
    """Of the numbers that there are; None where there are no two. Http404 for others."""
    if len(numbers) < 2:
        return None
    before = request.GET.get("before") or str(numbers[-2])
    after = request.GET.get("after") or str(numbers[-1])
    known = {str(number): number for number in numbers}
    if before not in known or after not in known:
        raise Http404("no such snapshot")
    return known[before], known[after]


def snapshots_of(period: ReportingPeriod, before: int, after: int) -> tuple[PeriodSnapshot, PeriodSnapshot]:
    """One query; the same twice where the numbers are the same."""
    rows = {row.number: row for row in period.snapshots.filter(number__in=[before, after])}
    return rows[before], rows[after]
