"""On which measures does each department answer, and which light do they show? To read and to print."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest
from langfang_policy import clock
from measures import summaries
from measures.charts import COLOURS
from measures.models import Policy
from measures.pages.matrix import matrix_page
from measures.pages.period_choice import choose_period
from measures.pages.policy_choice import of_policy


@require_safe
@of_policy
def measure_matrix(request: ActingRequest, policy: Policy) -> HttpResponse:
    """For everybody, as the lights are; who has filed what stands on the board (docs/domain.md 2.4)."""
    choice, on = choose_period(request, policy, clock.today()), clock.today()
    context = {"choice": choice, "legend": COLOURS}
    if choice.period is not None:
        pages = request.GET.get("page", ""), request.GET.get("columns", "")
        context["matrix"] = matrix_page(summaries.kept_period(choice.period, on), *pages)
    return render(request, "measures/measure_matrix.html", context)
