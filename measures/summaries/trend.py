"""How did the lights change over the periods, and who leads what is late? For the overview, in one query."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, F, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from langfang_policy.compiled_queries import compiled
from measures.models import CoordinationMatter, LightColour, MeasureFigures, MeasureLight, ReportingPeriod
from measures.summaries.kept import DepartmentRow, KeptPeriod

_SETTLED: Final = "settled"
_NOTHING: Final = Value("")
# Instead of the number of a section: all measures, where those of a part are counted.
_OF_ALL: Final = -1


@dataclass(frozen=True)
class PeriodLights:
    """How many measures showed which light; None where none was stored, as in one that is still open.

    `settled`: how many matters of its texts have been settled since.
    """

    period: ReportingPeriod
    counts: dict[LightColour, int] | None
    settled: int


@dataclass(frozen=True)
class LedLights:
    """How many measures a department leads in the period, by light."""

    row: DepartmentRow
    counts: dict[LightColour, int]


@dataclass(frozen=True)
class Trend:
    """`periods`: the oldest first, the present one last."""

    periods: list[PeriodLights]
    departments: list[LedLights]


def read_trend(kept: KeptPeriod, periods: Sequence[ReportingPeriod], length: int) -> Trend:
    """The last `length` of these up to that of `kept`; its counts of lights are read along.

    Earlier lights are those that were stored when their period closed, as strips show them; of a part of the
    measures (`narrowed_to`) those of that part.
    """
    opened = sorted(
        (row for row in periods if row.starts_on <= kept.row.starts_on), key=lambda r: r.starts_on
    )
    shown = opened[-length:]
    counted: list[tuple[int, str, str, str, int]] = []
    every: list[tuple[int, str, str, str, int]] = []
    led: dict[str, Counter[str]] = defaultdict(Counter)
    past: dict[int, Counter[str]] = defaultdict(Counter)
    for period, ordinal, title, colour, before, leads, number in _rows(kept, shown):
        if ordinal == _OF_ALL:
            every.append((0, "", colour, before, number))
            continue
        past[period][colour] += number
        if ordinal:
            counted.append((ordinal, title, colour, before, number))
            for slug in leads.split():
                led[slug][colour] += number
    if kept.only is not None:
        kept.check_all(every)
    kept.take_counted(_without_leads(counted))
    return Trend(
        [_period_lights(row, past[row.pk]) for row in shown],
        [
            LedLights(row, _of_colours(led[row.department.slug]))
            for row in kept.departments
            if row.department.slug in led
        ],
    )


def _rows(kept: KeptPeriod, shown: Sequence[ReportingPeriod]) -> Iterable[tuple[Any, ...]]:
    """(period, section, its title, colour, colour before, leads, number); of earlier ones no sections.

    Where a part is counted that is sealed, all of it too.
    """
    stored = [row.pk for row in shown if row.is_frozen and row != kept.row]
    every = [row.pk for row in shown]
    if kept.only is None:
        return _of_all(kept.row.pk, stored, every)
    figures = kept.measures.order_by()
    own = figures.values("measure")
    lights, matters = _lights_of(stored), _matters_of(every)
    parts = [_figures_of(figures), lights.filter(measure__in=own), matters.filter(measure__in=own)]
    if kept.sealed:
        parts.append(_all_figures_of(kept.row.pk))
    return _together(parts)


@compiled
def _of_all(period: int, stored: list[int], shown: list[int]) -> QuerySet[Any, tuple[Any, ...]]:
    figures = MeasureFigures.objects.filter(period=period).order_by()
    return _together([_figures_of(figures), _lights_of(stored), _matters_of(shown)])


_NAMES: Final = ("the_period", "ordinal", "title", "colour_shown", "colour_before", "led_by")
_NO_SECTION: Final = {
    "ordinal": Value(0),
    "title": _NOTHING,
    "colour_before": _NOTHING,
    "led_by": _NOTHING,
}


def _together(parts: Sequence[QuerySet[Any]]) -> QuerySet[Any, tuple[Any, ...]]:
    first, *others = (part.values_list(*_NAMES).annotate(n=Count("pk")) for part in parts)
    counted: QuerySet[Any, tuple[Any, ...]] = first.union(*others, all=True)
    return counted


def _figures_of(figures: QuerySet[MeasureFigures]) -> QuerySet[Any]:
    return figures.annotate(
        the_period=F("period"),
        ordinal=F("section__ordinal"),
        title=F("section__title"),
        colour_shown=F("colour"),
        colour_before=F("before"),
        led_by=F("leads"),
    )


def _all_figures_of(period: int) -> QuerySet[Any]:
    every = MeasureFigures.objects.filter(period=period).order_by()
    return every.annotate(
        the_period=F("period"),
        ordinal=Value(_OF_ALL),
        title=_NOTHING,
        colour_shown=F("colour"),
        colour_before=F("before"),
        led_by=_NOTHING,
    )


def _lights_of(periods: list[int]) -> QuerySet[Any]:
    shown = Coalesce(NullIf("override_colour", _NOTHING), "colour")
    lights = MeasureLight.objects.filter(period__in=periods).order_by()
    return lights.annotate(the_period=F("period"), colour_shown=shown, **_NO_SECTION)


def _matters_of(periods: list[int]) -> QuerySet[Any]:
    """Those that were settled, by the period of the text that raised them."""
    matters = CoordinationMatter.objects.filter(raised_in__update__period__in=periods)
    return (
        matters.exclude(resolved_at=None)
        .order_by()
        .annotate(the_period=F("raised_in__update__period"), colour_shown=Value(_SETTLED), **_NO_SECTION)
    )


def _without_leads(rows: Sequence[tuple[int, str, str, str, int]]) -> list[tuple[int, str, str, str, int]]:
    found: Counter[tuple[int, str, str, str]] = Counter()
    for *key, number in rows:
        found[tuple(key)] += number  # type: ignore[index]  # the four before the number
    return [(*key, number) for key, number in found.items()]


def _period_lights(period: ReportingPeriod, found: Counter[str]) -> PeriodLights:
    counts = _of_colours(found)
    return PeriodLights(period, counts if any(counts.values()) else None, found[_SETTLED])


def _of_colours(found: Counter[str]) -> dict[LightColour, int]:
    return {colour: found[colour.value] for colour in LightColour}
