"""How did the lights change over the periods, and who leads what is late? For the overview, in one query."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, F, Value
from django.db.models.functions import Coalesce, NullIf

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


def _rows(kept: KeptPeriod, shown: Sequence[ReportingPeriod]) -> Any:
    """(period, section, its title, colour, colour before, leads, number); of earlier ones no sections.

    Where a part is counted that is sealed, all of it too.
    """
    names = ("the_period", "ordinal", "title", "colour_shown", "colour_before", "led_by")
    now = kept.measures.order_by()
    present = now.annotate(
        the_period=F("period"),
        ordinal=F("section__ordinal"),
        title=F("section__title"),
        colour_shown=F("colour"),
        colour_before=F("before"),
        led_by=F("leads"),
    )
    blank = {"ordinal": Value(0), "title": _NOTHING, "colour_before": _NOTHING, "led_by": _NOTHING}
    lights = MeasureLight.objects.filter(
        period__in=[row for row in shown if row.is_frozen and row != kept.row]
    )
    stored = lights.order_by().annotate(
        the_period=F("period"), colour_shown=Coalesce(NullIf("override_colour", _NOTHING), "colour"), **blank
    )
    matters = CoordinationMatter.objects.filter(raised_in__update__period__in=shown).exclude(resolved_at=None)
    settled = matters.order_by().annotate(
        the_period=F("raised_in__update__period"), colour_shown=Value(_SETTLED), **blank
    )
    parts = [present, stored, settled]
    if kept.only is not None:
        own = kept.measures.order_by().values("measure")
        parts = [present, stored.filter(measure__in=own), settled.filter(measure__in=own)]
        if kept.sealed:
            every = MeasureFigures.objects.filter(period=kept.row).order_by()
            columns = {"colour_shown": F("colour"), "colour_before": F("before"), "led_by": _NOTHING}
            place = {"the_period": F("period"), "ordinal": Value(_OF_ALL), "title": _NOTHING}
            parts.append(every.annotate(**place, **columns))
    counts = [part.values_list(*names).annotate(n=Count("pk")) for part in parts]
    return counts[0].union(*counts[1:], all=True)


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
