"""Where does each policy stand? All of them beside each other, every number the way to what it counts."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest
from langfang_policy import clock
from measures import summaries
from measures.charts import COLOURS
from measures.models import LightColour
from measures.pages.paging import page_of_all
from measures.pages.policy_choice import policies_of

# How many policies stand on one page.
ROWS: Final = 50


@dataclass(frozen=True)
class Drill:
    """A number of a policy, and its overview with the rows that make it up."""

    colour: LightColour
    value: int
    href: str


@require_safe
def policy_list(request: ActingRequest) -> HttpResponse:
    """Each number leads to the overview of its policy, filtered to what it counts."""
    policies = list(policies_of(request).values())
    page = page_of_all(policies, request.GET.get("page", ""), ROWS)
    statuses = summaries.policy_statuses(list(page), clock.today())
    rows = [(status, lights(status)) for status in statuses]
    context = {"rows": rows, "page": page, "colours": COLOURS, "on": clock.today()}
    return render(request, "measures/policy_list.html", context)


def lights(status: summaries.PolicyStatus) -> list[Drill]:
    """In the order of the columns; none where there are no figures."""
    if status.period is None or status.problem:
        return []
    overview = reverse("measures:overview", args=[status.policy.slug])
    return [
        Drill(
            colour,
            status.counts[colour],
            f"{overview}?{urlencode({'period': status.period.code, 'light': colour.value})}",
        )
        for colour in COLOURS
    ]
