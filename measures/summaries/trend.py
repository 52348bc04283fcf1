"""How did the lights change over the periods, and who leads what is late? For the overview, in one query."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import (
    BigIntegerField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    TextField,
    Value,
)

from langfang_policy.compiled_queries import compiled
from measures.models import (
    CoordinationMatter,
    LightColour,
    MeasureFigures,
    MeasureLight,
    PeriodSnapshot,
    ReportingPeriod,
    Section,
)
from measures.summaries.kept import DepartmentRow, KeptPeriod
from measures.summaries.seals import read_seal
from measures.summaries.snapshot_json import SnapshotError

# What a row of the query counts, and what its key and words are.
_SECTION: Final = "section"  # measures of a section by light and light before; key: the section
_NAMED: Final = "named"  # no count but the ordinal of a section, with its title; key: the section
_LED: Final = "led"  # measures by light; words: the departments that lead them
_PAST: Final = "past"  # measures by stored light and what the office set instead; key: an earlier period
# No count but the number of a snapshot; key: its period, words: the seal, colour: its hash.
_SEAL: Final = "seal"
_SETTLED: Final = "settled"  # matters; key: the period of the text that raised them
_OF_ALL: Final = "all"  # all measures by light and light before, where those of a part are counted
_NOTHING: Final = Value("", TextField())


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

    Earlier lights are those with which their period closed, as the seal of its snapshot counts them. Of a
    part of the measures (`narrowed_to`), and where there is no seal or it was altered, those stored then are
    counted.
    """
    opened = sorted(
        (row for row in periods if row.starts_on <= kept.row.starts_on), key=lambda r: r.starts_on
    )
    shown = opened[-length:]
    found: dict[str, list[tuple[int, str, str, str, int]]] = defaultdict(list)
    for kind, *row in _rows(kept, shown):
        found[kind].append(tuple(row))
    if kept.only is not None:
        kept.check_all((0, "", colour, before, n) for _key, _words, colour, before, n in found[_OF_ALL])
    names = {key: (ordinal, title) for key, title, _colour, _before, ordinal in found[_NAMED]}
    counted = [(*names[section], colour, before, n) for section, _words, colour, before, n in found[_SECTION]]
    kept.take_counted(counted)
    sealed = _sealed_lights(found[_SEAL], {row.pk: row.name for row in shown})
    if altered := [period for period, *_seal in found[_SEAL] if period not in sealed]:
        stored = _counted(_PAST, _lights_of(altered), "period", "colour", "override_colour")
        found[_PAST] += [tuple(row) for _kind, *row in stored]
    past = _past_lights(found[_PAST]) | sealed
    past[kept.row.pk] = Counter(kept.counts)
    settled = {period: n for period, *_rest, n in found[_SETTLED]}
    led = _led_lights(found[_LED])
    return Trend(
        [_period_lights(row, past[row.pk], settled.get(row.pk, 0)) for row in shown],
        [
            LedLights(row, _of_colours(led[row.department.slug]))
            for row in kept.departments
            if row.department.slug in led
        ],
    )


def _past_lights(rows: Iterable[tuple[int, str, str, str, int]]) -> dict[int, Counter[str]]:
    """By period. What the office set counts, else what the rules say."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for period, _words, colour, override, n in rows:
        found[period][override or colour] += n
    return found


def _sealed_lights(
    rows: Iterable[tuple[int, str, str, str, int]], names: dict[int, str]
) -> dict[int, Counter[str]]:
    """By period, of those whose seal is what it was."""
    found: dict[int, Counter[str]] = {}
    for period, text, sha256, _second, _number in rows:
        with suppress(SnapshotError):
            lights = read_seal(text, sha256, names[period]).lights
            found[period] = Counter()
            for colour, _before, n in lights:
                found[period][colour] += n
    return found


def _led_lights(rows: Iterable[tuple[int, str, str, str, int]]) -> dict[str, Counter[str]]:
    """By department."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for _key, leads, colour, _before, n in rows:
        for slug in leads.split():
            found[slug][colour] += n
    return found


def _rows(kept: KeptPeriod, shown: Sequence[ReportingPeriod]) -> Iterable[tuple[Any, ...]]:
    """(kind, key, words, colour, colour before or override, number): as above.

    Where a part is counted that is sealed, all of it too.
    """
    stored = [row.pk for row in shown if row.is_frozen and row != kept.row]
    every = [row.pk for row in shown]
    if kept.only is None:
        return _of_all(kept.row.pk, kept.row.edition_id, stored, every)
    figures = kept.measures.order_by()
    own = figures.values("measure")
    lights, matters = _lights_of(stored), _matters_of(every)
    parts = [
        *_figures_of(figures, kept.row.edition_id),
        _counted(_PAST, lights.filter(measure__in=own), "period", "colour", "override_colour"),
        _counted(_SETTLED, matters.filter(measure__in=own), "of_period"),
    ]
    if kept.sealed:
        all_figures = MeasureFigures.objects.filter(period=kept.row)
        parts.append(_counted(_OF_ALL, all_figures, "period", "colour", "before"))
    return parts[0].union(*parts[1:], all=True)


@compiled
def _of_all(period: int, edition: int, stored: list[int], shown: list[int]) -> QuerySet[Any, tuple[Any, ...]]:
    """Each part is counted from an index: no row of it is read."""
    first, *others = _figures_of(MeasureFigures.objects.filter(period=period), edition)
    seals = _seals_of(stored)
    unsealed = ReportingPeriod.objects.filter(pk__in=stored).exclude(pk__in=seals.values("period"))
    lights = MeasureLight.objects.filter(period__in=unsealed.values("pk"))
    past = _counted(_PAST, lights, "period", "colour", "override_colour")
    words = {"of": F("period"), "the_words": F("seal"), "first": F("sha256"), "second": _NOTHING}
    sealed = seals.annotate(kind=Value(_SEAL), **words, n=F("number")).values_list("kind", *words, "n")
    settled = _counted(_SETTLED, _matters_of(shown), "of_period")
    return first.union(*others, past, sealed, settled, all=True)


def _seals_of(periods: list[int]) -> QuerySet[PeriodSnapshot]:
    """Of the last snapshot of each; short texts, which stand before the long ones."""
    later = PeriodSnapshot.objects.filter(period=OuterRef("period"), number__gt=OuterRef("number"))
    rows = PeriodSnapshot.objects.filter(~Exists(later), period__in=periods)
    return rows.exclude(seal="").order_by()


def _figures_of(figures: QuerySet[MeasureFigures], edition: int) -> list[QuerySet[Any, tuple[Any, ...]]]:
    sections = Section.objects.filter(edition=edition).order_by()
    named = sections.annotate(kind=Value(_NAMED), of=F("pk"), before=_NOTHING, colour=_NOTHING)
    return [
        _counted(_SECTION, figures, "section", "colour", "before"),
        _counted(_LED, figures, "period", "colour", words="leads"),
        named.values_list("kind", "of", "title", "colour", "before", "ordinal"),
    ]


def _counted(
    kind: str, rows: QuerySet[Any], key: str, first: str = "", second: str = "", words: str = ""
) -> QuerySet[Any, tuple[Any, ...]]:
    """The number of rows by these columns, named as those of all kinds are."""
    columns = {"the_words": words, "first": first, "second": second}
    named = {name: F(column) if column else _NOTHING for name, column in columns.items()}
    told = rows.order_by().annotate(kind=Value(kind), of=F(key), **named)
    counted: QuerySet[Any, tuple[Any, ...]] = told.values_list("kind", "of", *columns).annotate(n=Count("pk"))
    return counted


def _lights_of(periods: list[int]) -> QuerySet[MeasureLight]:
    return MeasureLight.objects.filter(period__in=periods)


def _matters_of(periods: list[int]) -> QuerySet[Any]:
    """Those that were settled, by the period of the text that raised them.

    The sum is no column of an index: the database then begins with the few matters that were settled, and
    not with all updates of these periods.
    """
    period = ExpressionWrapper(F("raised_in__update__period") + Value(0), output_field=BigIntegerField())
    matters = CoordinationMatter.objects.exclude(resolved_at=None)
    return matters.annotate(of_period=period).filter(of_period__in=periods)


def _period_lights(period: ReportingPeriod, found: Counter[str], settled: int) -> PeriodLights:
    counts = _of_colours(found)
    return PeriodLights(period, counts if any(counts.values()) else None, settled)


def _of_colours(found: Counter[str]) -> dict[LightColour, int]:
    return {colour: found[colour.value] for colour in LightColour}
