"""Which measures does the overview read? A page of its table and what stands out beside it, in one query."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, Case, Q, QuerySet, When

from langfang_policy.compiled_queries import compiled
from measures.models import LightColour, MeasureFigures
from measures.pages.paging import CountedPaginator, number_of, start_of
from measures.summaries import KeptPeriod, MeasureStatus, standing_out_of


def page_and_standing_out(
    summary: KeptPeriod, colour: LightColour | None, number: str, length: int, limit: int
) -> tuple[Page[MeasureFigures], list[MeasureStatus]]:
    """A page of the measures of that colour, and the first that stand out among all; in document order."""
    start = start_of(number, length)
    asked = (colour.value if colour else "", str(start), str(start + length), str(limit))
    whole = summary.only is None
    found = _of_period(summary.row.pk, *asked) if whole else list(_rows(summary.measures, *asked))
    shown = [row for row in found if row.on_page]
    if not shown and start:
        measures = of_colour(summary.measures, asked[0])
        last = Paginator(measures, length).num_pages
        return page_and_standing_out(summary, colour, str(last), length, limit)
    count = found[0].of_all if found else 0
    page = Page(shown, start // length + 1, CountedPaginator(shown, length, count))
    return page, summary.statuses(row.whole for row in found if row.whole is not None)


@compiled
def _of_period(period: int, colour: str, start: str, end: str, limit: str) -> QuerySet[Any]:
    return _rows(MeasureFigures.objects.filter(period=period).order_by("place"), colour, start, end, limit)


def _rows(measures: QuerySet[MeasureFigures], colour: str, start: str, end: str, limit: str) -> QuerySet[Any]:
    """`whole` is the status of what stands out: of a row of the table little is shown."""
    wanted = of_colour(measures, colour)
    on_page = Q(pk__in=wanted.values("pk")[int(start) : int(end)])
    stands_out = standing_out_of(measures, int(limit))
    rows: QuerySet[Any] = MeasureFigures.objects.filter(on_page | stands_out).annotate(
        of_all=number_of(wanted),
        on_page=Case(When(on_page, then=True), default=False, output_field=BooleanField()),
        whole=Case(When(stands_out, then="content")),
    )
    return rows.defer("content", "filing").order_by("place")


def of_colour(measures: QuerySet[MeasureFigures], colour: str) -> QuerySet[MeasureFigures]:
    return measures.filter(colour=colour) if colour else measures
