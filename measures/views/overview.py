"""What is late and why? The page of the leader, on one screen and on one sheet of paper."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest
from langfang_policy import clock
from measures import permissions, summaries
from measures.charts import COLOURS, StripCell
from measures.models import LightColour, Policy, period_name
from measures.pages.period_choice import Choice, choose_period
from measures.pages.policy_choice import of_policy


@require_safe
@of_policy
def overview(request: ActingRequest, policy: Policy) -> HttpResponse:
    """?light=red keeps the rows of one colour; ?period chooses what is shown."""
    choice = choose_period(request, policy, clock.today())
    if choice.period is None:
        return render(request, "measures/overview.html", {"choice": choice})
    sourced = summaries.read_period(choice.period, clock.today())
    light = request.GET.get("light", "")
    colour = LightColour(light) if light in LightColour.values else None
    context = {
        "choice": choice,
        "sourced": sourced,
        "summary": sourced.summary,
        "counters": counters(sourced.summary, colour, request),
        "sections": sections(sourced.summary, colour),
        "colour": colour,
        "missing": missing(sourced, request, choice),
        "legend": COLOURS,
    }
    return render(request, "measures/overview.html", context)


def counters(
    summary: summaries.PeriodSummary, chosen: LightColour | None, request: HttpRequest
) -> list[dict[str, Any]]:
    """One for each colour, each a filter; the change since the last period beside it."""
    before = summary.previous_counts
    return [
        {
            "colour": colour,
            "value": summary.counts[colour],
            "change": with_sign(summary.counts[colour] - before[colour]) if before else None,
            "here": colour == chosen,
            "href": page_with(request, light="" if colour == chosen else colour.value),
        }
        for colour in COLOURS
    ]


def with_sign(change: int) -> str:
    """+2, 0, −1 with a true minus."""
    return f"{change:+d}".replace("-", "−") if change else "0"


def page_with(request: HttpRequest, **changes: str) -> str:
    """This page with other parameters; an empty value takes the parameter away."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"{request.path}?{query.urlencode()}" if query else request.path


def sections(summary: summaries.PeriodSummary, colour: LightColour | None) -> list[dict[str, Any]]:
    """The measures of the chosen colour, by section; sections without any are left out."""
    rows = []
    for section in summary.sections:
        kept = [row for row in section.measures if colour is None or row.light.colour == colour]
        if kept:
            counts = [(c, section.counts[c]) for c in COLOURS if section.counts[c]]
            shown = [{"status": row, "strip": light_cells(summary, row)} for row in kept]
            rows.append({"section": section, "counts": counts, "rows": shown})
    return rows


def light_cells(summary: summaries.PeriodSummary, row: summaries.MeasureStatus) -> list[StripCell]:
    """The past lights and today's."""
    past = [StripCell(period_name(light.period), light.colour) for light in row.history]
    return [*past, StripCell(summary.period.label, row.light.colour)]


def missing(
    sourced: summaries.SourcedSummary, request: ActingRequest, choice: Choice
) -> list[dict[str, Any]]:
    """Departments with updates past due; telephones only for those who may see them."""
    may_ring = permissions.can_see_telephones(request.actor, choice.policy)
    return [
        {"filing": row, "contact": sourced.contacts.get(row.department.slug) if may_ring else None}
        for row in sourced.summary.missing
    ]
