"""What is late and why? The page of the leader, on one screen and on one sheet of paper."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest
from langfang_policy import clock
from measures import permissions, summaries
from measures.charts import COLOURS, Column, StripCell, light_trend
from measures.lights import FilingState
from measures.models import LightColour, MeasureFigures, Policy, ReportingPeriod, period_name
from measures.pages.overview_rows import Highlights, page_and_highlights
from measures.pages.paging import page_of_all
from measures.pages.period_choice import Choice, choose_period
from measures.pages.policy_choice import of_policy
from measures.pages.unknown_filters import known_or_left_out
from measures.workflow import portfolios

# How many measures the table shows at once, and each list beside it.
PAGE_LENGTH = 50
LIST_LENGTH = 10
# Over how many periods the lights are drawn: two years of quarters.
TREND_LENGTH = 8
# Of how many sections, and of how many departments that lead, it counts the lights.
SECTIONS = 30
LED_LENGTH = 30
# What a telephone shows of a section before it is unfolded.
PRESSING = (LightColour.RED, LightColour.YELLOW)


@require_safe
@of_policy
def overview(request: ActingRequest, policy: Policy) -> HttpResponse:
    """?light=red keeps the rows of one colour; ?period chooses; ?all leaves a leader's own portfolio."""
    choice = choose_period(request, policy, clock.today())
    if choice.period is None:
        return render(request, "measures/overview.html", {"choice": choice})
    summary = summaries.kept_period(choice.period, clock.today())
    own = portfolios.in_charge_of(request.actor, policy)
    if own and "all" not in request.GET:
        summary = summary.narrowed_to(own.condition)
    mine = "&mine=1" if summary.only is not None else ""
    trends = over_the_periods(summary, choice, mine, request.GET.get("sections", ""))
    colour = chosen_light(request)
    number = request.GET.get("page", "")
    page, found = page_and_highlights(summary, colour, number, PAGE_LENGTH, LIST_LENGTH + 1)
    sees_filing = permissions.can_see_filing_board(request.actor, policy)
    context = {
        "choice": choice,
        "summary": summary,
        "counters": counters(summary, colour, request),
        "sections": sections(summary, page, folds=colour is None),
        "places": places(policy, choice.period, mine, sees_filing=sees_filing),
        "page": page,
        "colour": colour,
        "side": side(summary, found, permissions.can_see_telephones(request.actor, policy)),
        "legend": COLOURS,
        "portfolio": own,
        **portfolio_places(request, policy),
        **trends,
    }
    return render(request, "measures/overview.html", context)


def chosen_light(request: ActingRequest) -> LightColour | None:
    light = known_or_left_out(request, "light", LightColour.values)
    return LightColour(light) if light else None


def portfolio_places(request: ActingRequest, policy: Policy) -> dict[str, Any]:
    """Where all measures stand, and those of the own portfolio alone."""
    return {
        "gives_portfolios": permissions.can_give_portfolios(request.actor, policy),
        "all_href": page_with(request, all="1", page=""),
        "own_href": page_with(request, all="", page=""),
    }


def over_the_periods(summary: summaries.KeptPeriod, choice: Choice, mine: str, number: str) -> dict[str, Any]:
    """Lights of the last periods as chart and table; sections and departments with where their rows are.

    Of the sections a page of that number, of the departments the first.
    """
    trend = summaries.read_trend(summary, choice.periods, TREND_LENGTH)
    every = reverse("measures:measure_list", args=[choice.policy.slug])
    measures = f"{every}?period={summary.row.code}{mine}"
    return {
        "trend": trend,
        "trend_chart": light_trend([column(row, every, mine) for row in trend.periods]),
        "section_page": page_of_all(
            [(row, f"{measures}&section={row.ordinal}") for row in summary.sections], number, SECTIONS
        ),
        "led": [
            (row, f"{measures}&department={row.row.department.slug}&role=lead")
            for row in trend.departments[:LED_LENGTH]
        ],
    }


def column(row: summaries.PeriodLights, every: str, mine: str) -> Column:
    """Of the chart; each of its parts leads to the measures of that light, as the numbers beside it do."""
    measures = f"{every}?period={row.period.code}{mine}"
    return Column(row.period.code, row.counts, {c: f"{measures}&light={c.value}" for c in row.counts or {}})


def counters(
    summary: summaries.KeptPeriod, chosen: LightColour | None, request: HttpRequest
) -> list[dict[str, Any]]:
    """One for each colour, each a filter; the change since the last period beside it."""
    before = summary.previous_counts
    return [
        {
            "colour": colour,
            "value": summary.counts[colour],
            "change": with_sign(summary.counts[colour] - before[colour]) if before else None,
            "here": colour == chosen,
            "href": page_with(request, light="" if colour == chosen else colour.value, page=""),
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


def sections(
    summary: summaries.KeptPeriod, page: "Page[MeasureFigures]", *, folds: bool
) -> list[dict[str, Any]]:
    """The measures of the page by section, with the counts of the whole section.

    Where it `folds`, a telephone shows of a section what is red or yellow first, and the rest on demand.
    """
    section_of = {row.ordinal: row for row in summary.sections}
    found = []
    for ordinal, figures in groupby(page, key=lambda row: row.section_ordinal):
        section = section_of[ordinal]
        rows = [
            {
                "status": row,
                "strip": light_cells(summary, row),
                "folded": folds and row.light.colour not in PRESSING,
            }
            for row in summary.rows(figures)
        ]
        counts = [(c, n) for c in COLOURS if (n := section.counts[c])]
        folded = sum(bool(row["folded"]) for row in rows)
        found.append({"section": section, "counts": counts, "rows": rows, "folded": folded})
    return found


def places(policy: Policy, period: ReportingPeriod, mine: str, *, sees_filing: bool) -> dict[str, str]:
    """Where the rows stand that the numbers count: in the measure list, narrowed, or on the board.

    `mine` narrows to the own portfolio; filing is that of all.
    """
    every = reverse("measures:measure_list", args=[policy.slug]) + f"?period={period.code}"
    measures, missing = f"{every}{mine}", f"{every}&shows=missing"
    found = {"measures": measures, "filing": missing, "missing": missing, "mine": mine}
    found |= {name: f"{measures}&shows={name}" for name in ("matters", "changed")}
    if sees_filing:
        board = reverse("measures:period_board", args=[policy.slug, period.uuid])
        found |= {"filing": board, "missing": f"{board}?shows=missing"}
    return found


def light_cells(summary: summaries.KeptPeriod, row: summaries.MeasureRow) -> list[StripCell]:
    """The past lights and today's."""
    past = [StripCell(period_name(light.period), light.colour) for light in row.history]
    return [*past, StripCell(summary.period.label, row.light.colour)]


@dataclass(frozen=True)
class Missing:
    """A department with updates past due, as many of them as are listed, and whom to ring."""

    row: summaries.DepartmentRow
    updates: list[tuple[summaries.MeasureStatus, summaries.UpdateStatus]]
    contact: summaries.Contact | None

    @property
    def others(self) -> int:
        """How many are not listed."""
        return max(self.row.count.missing - len(self.updates), 0)


@dataclass(frozen=True)
class Side:
    """What stands out, the first of each; where a list goes on, the measure list has all of it."""

    matters: list[summaries.Matter]
    with_matters: int
    more_matters: bool
    changed: list[summaries.MeasureStatus]
    missing: list[Missing]
    missing_departments: int


def side(summary: summaries.KeptPeriod, found: Highlights, may_ring: bool) -> Side:
    """Telephones only for those who may see them."""
    with_matters = [row for row in found.shown if row.matters]
    changed = [row for row in found.shown if row.has_changed]
    changed.sort(key=lambda row: -row.light.colour.severity)
    late = [row for row in summary.departments if row.count.missing]
    updates = missing_updates(found.every, summary.as_of)
    return Side(
        matters=[matter for row in with_matters[:LIST_LENGTH] for matter in row.matters],
        with_matters=found.with_matters,
        more_matters=found.with_matters > LIST_LENGTH,
        changed=changed[:LIST_LENGTH],
        missing=[
            Missing(row, updates.get(row.department.slug, []), row.contact if may_ring else None)
            for row in late[:LIST_LENGTH]
        ],
        missing_departments=len(late),
    )


def missing_updates(
    measures: list[summaries.MeasureStatus], on: date
) -> dict[str, list[tuple[summaries.MeasureStatus, summaries.UpdateStatus]]]:
    """By department, of these measures."""
    found: dict[str, list[tuple[summaries.MeasureStatus, summaries.UpdateStatus]]] = {}
    for status in measures:
        for update in status.updates:
            if update.filing(on) == FilingState.MISSING:
                found.setdefault(update.department.slug, []).append((status, update))
    return found
