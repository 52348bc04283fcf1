"""Which measures does the overview read? A page of its table and what stands out beside it, in one query."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, Case, Func, Q, QuerySet, Value, When

from langfang_policy.compiled_queries import compiled
from measures.models import LightColour, MeasureFigures
from measures.pages.paging import CountedPaginator, key_among, number_of, start_of
from measures.summaries import KeptPeriod, MeasureStatus, changed_of, with_matters_of, with_missing_of


@dataclass(frozen=True)
class Highlights:
    """The first measures that changed, have an open matter or miss an update; in document order.

    `every` has besides, where a part is `shown`, the first of all that miss one: filing is that of all.
    """

    shown: list[MeasureStatus]
    every: list[MeasureStatus]
    with_matters: int


def page_and_highlights(
    summary: KeptPeriod, colour: LightColour | None, number: str, length: int, limit: int
) -> tuple[Page[MeasureFigures], Highlights]:
    """A page of the measures of that colour, and the first `limit` of each kind that stand out."""
    start = start_of(number, length)
    asked = (colour.value if colour else "", str(start), str(start + length), str(limit))
    if summary.only is None:
        found = _of_period(summary.row.pk, *asked)
    else:
        found = list(_rows(summary.measures, MeasureFigures.objects.filter(period=summary.row), *asked))
    shown = [row for row in found if row.on_page]
    if not shown and start:
        measures = of_colour(summary.measures, asked[0])
        last = Paginator(measures, length).num_pages
        return page_and_highlights(summary, colour, str(last), length, limit)
    count = found[0].of_all if found else 0
    page = Page(shown, start // length + 1, CountedPaginator(shown, length, count))
    return page, _highlights(summary, found)


def _highlights(summary: KeptPeriod, found: list[Any]) -> Highlights:
    rows = [row for row in found if row.whole is not None]
    statuses = summary.statuses(row.whole for row in rows)
    return Highlights(
        shown=[status for row, status in zip(rows, statuses, strict=True) if row.is_shown],
        every=statuses,
        with_matters=found[0].have_matters or 0 if found else 0,
    )


@compiled
def _of_period(period: int, colour: str, start: str, end: str, limit: str) -> QuerySet[Any]:
    measures = MeasureFigures.objects.filter(period=period).order_by("place")
    return _rows(measures, measures, colour, start, end, limit)


def _rows(
    measures: QuerySet[MeasureFigures],
    every: QuerySet[MeasureFigures],
    colour: str,
    start: str,
    end: str,
    limit: str,
) -> QuerySet[Any]:
    """`whole` is the status of what stands out: of a row of the table little is shown.

    `measures` are shown; what is missing is of `every` one.
    """
    wanted = of_colour(measures, colour)
    on_page = key_among(wanted.values("pk")[int(start) : int(end)])
    matters = with_matters_of(measures)
    stands_out = (
        _first(changed_of(measures), limit)
        | _first(matters, limit)
        | _first(with_missing_of(every.order_by("place")), limit)
    )
    is_shown = When(pk__in=measures.order_by().values("pk"), then=True)
    rows: QuerySet[Any] = MeasureFigures.objects.filter(on_page | stands_out).annotate(
        of_all=number_of(wanted),
        have_matters=number_of(matters),
        on_page=Case(When(on_page, then=True), default=False, output_field=BooleanField()),
        is_shown=Value(True) if measures is every else Case(is_shown, default=False),
        whole=Case(When(stands_out, then="content")),
    )
    return rows.defer("content", "filing").order_by("place")


def _first(rows: QuerySet[MeasureFigures], limit: str) -> Q | Func:
    return key_among(rows.values("pk")[: int(limit)])


def of_colour(measures: QuerySet[MeasureFigures], colour: str) -> QuerySet[MeasureFigures]:
    return measures.filter(colour=colour) if colour else measures
