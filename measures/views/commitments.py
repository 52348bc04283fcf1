"""How far is what the text promises in numbers? Every commitment of a policy by year, place and occasion."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest
from langfang_policy import clock
from langfang_policy.punctuation import with_addition
from measures.charts import progress_bar
from measures.commitments import format_number, is_counted
from measures.models import Commitment, Policy
from measures.pages.paging import page_of
from measures.pages.period_choice import choose_period
from measures.pages.policy_choice import of_policy
from measures.summaries import CommitmentYear, TrackedCommitment, commitments_by_year

PER_PAGE: Final = 20


@dataclass(frozen=True)
class YearShown:
    """A year as a row of a table: the numbers of the chart, empty where there is none, and the chart."""

    year: CommitmentYear
    least: str
    most: str
    step: str
    projection: str
    chart: SafeString | str


@dataclass(frozen=True)
class CommitmentShown:
    tracked: TrackedCommitment
    years: list[YearShown]


@require_safe
@of_policy
def commitment_list(request: ActingRequest, policy: Policy) -> HttpResponse:
    """In document order, of the edition on which the chosen period rests."""
    choice, on = choose_period(request, policy, clock.today()), clock.today()
    if choice.period is None:
        return render(request, "measures/commitment_list.html", {"choice": choice})
    of_its_text = Commitment.objects.filter(measure__section__edition=choice.period.edition_id)
    ordered = of_its_text.order_by("measure__section__ordinal", "measure__ordinal", "position")
    rows = ordered.select_related("measure__section").prefetch_related("interim_targets")
    page = page_of(rows, request.GET.get("page", ""), PER_PAGE)
    tracked, problems = commitments_by_year(list(page), choice.period, choice.periods, on)
    shown = [CommitmentShown(row, [year_shown(row, year) for year in row.years]) for row in tracked]
    context = {
        "choice": choice,
        "page": page,
        "rows": shown,
        "has_projections": any(year.projection for row in shown for year in row.years),
        "problems": problems,
    }
    return render(request, "measures/commitment_list.html", context)


def year_shown(row: TrackedCommitment, year: CommitmentYear) -> YearShown:
    """Without marks and chart where the promise has been changed since that year was closed."""
    facts = year.facts
    if facts is None:
        return YearShown(year, "", "", "", "", "")
    least = facts.target
    most = None if facts.total else facts.ceiling
    shown = YearShown(
        year=year,
        least=number(least),
        most=number(most),
        step=with_addition(number(year.step.target), date_format(year.step.on)) if year.step else "",
        projection=number(year.projection, whole=is_counted(row.commitment)),
        chart="",
    )
    chart = progress_bar(
        f"{row.commitment.label} {year.year}",
        year.status.figure,
        facts.value,
        least,
        most,
        interim=year.step.target if year.step else None,
        projected=year.projection,
        description=_("; ").join(said(shown)),
    )
    return YearShown(year, shown.least, shown.most, shown.step, shown.projection, chart)


def said(row: YearShown) -> Iterator[str]:
    """What the marks of the chart say."""
    names = (
        (_("at least"), row.least),
        (_("at most"), row.most),
        (_("interim target"), row.step),
        (_("projected to the end of the year"), row.projection),
    )
    return (f"{name} {value}" for name, value in names if value)


def number(value: Fraction | Decimal | None, *, whole: bool = False) -> str:
    """As people write it, rounded down: a part of a place is not one yet. Nothing where there is none."""
    if value is None:
        return ""
    parts = 1 if whole else 100
    return format_number(Decimal(floor(Fraction(value) * parts)) / parts)
