"""Who stands where with which measure of a period? The board of the office, to read, filter and print."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest
from langfang_policy import clock
from measures import permissions
from measures.models import PeriodState, Policy, Section
from measures.office_forms import BoardFilterForm
from measures.pages.board import LEGEND, board_page
from measures.pages.policy_choice import of_policy
from measures.pages.unknown_filters import known_or_left_out
from measures.views.periods import load_period, urging


@require_safe
@of_policy
def period_board(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """For those who see who has filed; for everybody else there is no such page (docs/domain.md 2.4)."""
    if not permissions.can_see_filing_board(request.actor, policy):
        raise Http404("not for this person")
    period, on = load_period(policy, uuid), clock.today()
    form = BoardFilterForm(request.GET, sections=Section.objects.filter(edition=period.edition_id))
    for name in form.errors:
        known_or_left_out(request, name, ())
    context = {
        "period": period,
        "on": on,
        "form": form,
        "legend": LEGEND,
        "may_ring": permissions.can_see_telephones(request.actor, policy),
        "runs": permissions.can_run_periods(request.actor, policy),
    }
    if period.state != PeriodState.PLANNED:
        pages = request.GET.get("page", ""), request.GET.get("columns", "")
        context["board"] = board = board_page(period, on, form, *pages)
        # The totals are those of the filters: narrowed to where nothing is missing, the way stays.
        context |= urging(request.actor, period, missing=bool(board.totals.tally.missing or request.GET))
    return render(request, "measures/period_board.html", context)
