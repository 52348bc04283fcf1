"""When are kept figures worked out anew, and for which measures? The only place that writes them.

Where the light of a measure is then another one, that is kept too (`light_changes`). An act brings up to date
what it changed (`refresh_changed`), in its own transaction. A new day, and a change that concerns whole
periods, is dealt with at the first reading or in the night (`refresh`). What is to be done is told by the
triggers of `models.figure_triggers` (docs/decisions/0035).
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Final, TypeAlias, cast

from django.db import transaction
from django.db.models import Case, DateField, Exists, F, OuterRef, Q, QuerySet, Value, When

from departments.models import Department
from langfang_policy.compiled_queries import compiled
from measures.lights import FilingState
from measures.models import (
    Act,
    DepartmentFigures,
    Event,
    LightCause,
    Measure,
    MeasureFigures,
    PeriodFigures,
    PeriodSnapshot,
    PeriodState,
    ReportingPeriod,
)
from measures.models.figures import PLACES_A_SECTION
from measures.summaries import light_changes
from measures.summaries.building import MeasureStatusBuilder
from measures.summaries.counts import PeriodSummary, count_filing
from measures.summaries.light_changes import Brought, LastLight
from measures.summaries.loading import load
from measures.summaries.snapshot_json import part_to_json
from measures.summaries.types import DepartmentName, MeasureRow, MeasureStatus, UpdateStatus

# What is counted for each department, in the order in which a measure's `filing` holds it.
COUNTED: Final = ("total", "waived", "on_time", "late", "missing", "not_due", "returned", "confirmed")
# The form of `row`, `content` and `filing`. Count it up when MeasureRow or MeasureStatus changes: figures
# that another version of the program kept are worked out anew; so too when their words say more.
SCHEMA: Final = 5
# How many measures are worked out at once: few enough that the texts of their queries are kept.
CHUNK: Final = 50
WRITTEN: Final = (
    "section",
    "place",
    "state",
    "leads",
    "participants",
    "colour",
    "before",
    "matters",
    "missing",
    "row",
    "content",
    "filing",
    "version",
)


def stale_measures() -> QuerySet[MeasureFigures]:
    """The figures of measures that do not rest on the present facts, as far as this transaction sees."""
    return MeasureFigures.objects.exclude(version=F("facts_version")).filter(period__state=PeriodState.OPEN)


def is_fresh(period: ReportingPeriod, on: date) -> bool:
    """The kept figures are those of the day, and rest on the present facts. One query."""
    stale = MeasureFigures.objects.exclude(version=F("facts_version")).filter(period=OuterRef("pk"))
    figures = PeriodFigures.objects.filter(pk=period.pk, as_of=on, schema=SCHEMA)
    return figures.exclude(Exists(stale)).exists()


def with_freshness(periods: QuerySet[ReportingPeriod], on: date) -> QuerySet[ReportingPeriod]:
    """The open ones are told to be fresh in the query that reads them: `refresh` then asks no more."""
    stale = MeasureFigures.objects.exclude(version=F("facts_version")).filter(period=OuterRef("pk"))
    figures = PeriodFigures.objects.filter(pk=OuterRef("pk"), as_of=on, schema=SCHEMA)
    fresh = Case(
        When(Q(Exists(figures), ~Exists(stale), state=PeriodState.OPEN), then=Value(on, DateField()))
    )
    return periods.annotate(fresh_on=fresh)


def refresh(period: ReportingPeriod, on: date) -> None:
    """Bring the figures of an open period up to the day. Writes in a transaction of its own, if at all.

    Nobody acts in the period meanwhile; whoever comes second finds it done.
    """
    if getattr(period, "fresh_on", None) == on or is_fresh(period, on):
        return
    with transaction.atomic():
        row = ReportingPeriod.objects.select_for_update(of=("self",), no_key=True).get(pk=period.pk)
        if row.state != PeriodState.OPEN or is_fresh(period, on):
            return
        figures, _new = PeriodFigures.objects.select_for_update().get_or_create(pk=period.pk)
        if (figures.as_of, figures.schema) != (on, SCHEMA):
            _work_out_period(period, on, figures)
        else:
            stale = list(_held(stale_measures().filter(period=period)))
            _work_out(period, on, stale, lambda _measure: LightCause.ANEW)


def refresh_changed(events: Sequence[Event]) -> None:
    """Bring up to date what the present transaction has changed. One query where that is nothing.

    `events` are those that it wrote: lights that are others now were brought by them.

    For the day of the other figures of its period, so that all of them speak of one day. A period that is to
    be worked out as a whole, because it was just opened for instance, is left to `refresh`.
    """
    changed: dict[int, list[MeasureFigures]] = defaultdict(list)
    for kept in _stale_and_held():
        changed[kept.period_id].append(kept)
    if changed:
        for figures in _dated(list(changed)):
            on, brought = cast(date, figures.as_of), light_changes.brought_by(events)
            _work_out(figures.period, on, changed[figures.pk], brought)


@compiled
def _dated(periods: list[int]) -> QuerySet[PeriodFigures]:
    """Those that speak of one day, with the periods."""
    rows = PeriodFigures.objects.filter(pk__in=periods, schema=SCHEMA).exclude(as_of=None)
    return rows.select_related("period__policy__coordinator")


@compiled
def _stale_and_held() -> QuerySet[MeasureFigures]:
    return _held(stale_measures())


def _held(figures: QuerySet[MeasureFigures]) -> QuerySet[MeasureFigures]:
    """Locked, so that nobody writes them meanwhile. What another transaction holds it will write itself.

    Only what working them out anew looks at: opening a period can make every measure of another stale.
    """
    rows = figures.select_for_update(of=("self",), skip_locked=True).order_by("pk")
    return light_changes.with_last_light(rows).only("period", "measure", "facts_version", "filing")


def _work_out(period: ReportingPeriod, on: date, stale: Sequence[MeasureFigures], brought: Brought) -> None:
    """Some measures of a period, and what they add to the figures of departments."""
    change: Counter[tuple[int, str]] = Counter()
    for start in range(0, len(stale), CHUNK):
        chunk = stale[start : start + CHUNK]
        found = _worked_out(period, on, {row.measure_id: row.facts_version for row in chunk})
        kept = [figures for figures, _status in found]
        change.update(filing_of(kept))
        change.subtract(filing_of(chunk))
        _write(kept)
        last = {row.measure_id: LastLight.of(vars(row)["last_light"]) for row in chunk}
        light_changes.keep(period, on, _lit(found), last, brought)
    _add(period, change)


def _work_out_period(period: ReportingPeriod, on: date, figures: PeriodFigures) -> None:
    """Every measure of a period and every department. The caller holds the period alone."""
    held = MeasureFigures.objects.filter(period=period).select_for_update(of=("self",)).order_by("pk")
    columns = held.values_list("measure_id", "facts_version", "version")
    versions = {measure: facts for measure, facts, _version in columns}
    stale = {measure for measure, facts, version in columns if facts != version}
    last, brought = light_changes.last_lights(period), _brought_with_the_day(figures, on, stale)
    of_edition = Measure.objects.filter(section__edition=period.edition_id)
    measures = list(of_edition.in_document_order().values_list("pk", flat=True))
    filing: Counter[tuple[int, str]] = Counter()
    for start in range(0, len(measures), CHUNK):
        chunk = {key: versions.get(key, 0) for key in measures[start : start + CHUNK]}
        found = _worked_out(period, on, chunk)
        kept = [row for row, _status in found]
        filing.update(filing_of(kept))
        _write(kept)
        light_changes.keep(period, on, _lit(found), last, brought)
    MeasureFigures.objects.filter(period=period).exclude(measure__in=of_edition).delete()
    DepartmentFigures.objects.filter(period=period).delete()
    _add(period, filing)
    _say_of(period, on)


def _brought_with_the_day(figures: PeriodFigures, on: date, stale: Collection[int]) -> Brought:
    """What made the lights of a period others, as far as its figures of before tell it.

    Those of a reopened one still name its snapshot: the reopening brought what it shows now. What changed for
    whole periods has taken their day away.
    """
    if figures.as_of is None and figures.snapshot_sha256:
        reopened = Event.objects.filter(period=figures.pk, act=Act.REOPEN_PERIOD)
        return light_changes.brought_by(list(reopened.order_by("-pk")[:1]))
    only_the_day = figures.as_of not in {None, on} and figures.schema == SCHEMA

    def brought(measure: int) -> LightCause:
        return LightCause.DAY if only_the_day and measure not in stale else LightCause.ANEW

    return brought


_Found: TypeAlias = tuple[MeasureFigures, MeasureStatus]


def _lit(found: Iterable[_Found]) -> list[tuple[int, MeasureStatus]]:
    """By the key of the measure."""
    return [(figures.measure_id, status) for figures, status in found]


def _worked_out(period: ReportingPeriod, on: date, versions: Mapping[int, int]) -> list[_Found]:
    """The figures of these measures, not yet written, and what they were made of.

    `versions` are those of the facts, read before them.
    """
    rows = load(period, on, list(versions))
    found = []
    for measure in rows.measures:
        builder = MeasureStatusBuilder(rows, measure, on)
        departments = {update.department.slug: update.department_id for update in builder.present}
        status = builder.build()
        figures = figures_of(status, measure, on, departments)
        figures.period = period
        figures.version = figures.facts_version = versions[measure.pk]
        found.append((figures, status))
    return found


def take_over(period: ReportingPeriod, summary: PeriodSummary, sha256: str) -> PeriodFigures:
    """Keep what a snapshot says, where an older version closed the period or the figures are of another."""
    departments = dict(Department.objects.values_list("slug", "pk"))
    statuses = {status.uuid: status for status in summary.measures}
    measures = Measure.objects.filter(uuid__in=statuses).select_related("section")
    kept = []
    for measure in measures:
        figures = figures_of(statuses[str(measure.uuid)], measure, summary.as_of, departments)
        figures.period = period
        kept.append(figures)
    with transaction.atomic():
        _write(kept)
        DepartmentFigures.objects.filter(period=period).delete()
        _add(period, filing_of(kept))
        return _say_of(period, summary.as_of, sha256)


def keep_as_closed(period: ReportingPeriod, snapshot: PeriodSnapshot) -> None:
    """The figures are those that this snapshot was made of, and stand still with it."""
    PeriodFigures.objects.filter(pk=period.pk).update(snapshot_sha256=snapshot.sha256)


def _say_of(period: ReportingPeriod, on: date, sha256: str = "") -> PeriodFigures:
    """All figures of the period are those of that day, in this form."""
    now = {"as_of": on, "schema": SCHEMA, "snapshot_sha256": sha256}
    return PeriodFigures.objects.update_or_create(pk=period.pk, defaults=now)[0]


def figures_of(
    status: MeasureStatus, measure: Measure, on: date, departments: Mapping[str, int]
) -> MeasureFigures:
    """Not yet of a period or version. `departments` are the keys of those that owe an update, by slug."""
    filing = {departments[update.department.slug]: _added_by(update, on) for update in status.updates}
    return MeasureFigures(
        measure=measure,
        section=measure.section,
        place=measure.section.ordinal * PLACES_A_SECTION + measure.ordinal,
        state=status.state,
        leads=_slugs(status.leads),
        participants=_slugs(status.participants),
        colour=status.light.colour,
        before=status.before or "",
        matters=len(status.matters),
        missing=sum(update.filing(on) == FilingState.MISSING for update in status.updates),
        row=part_to_json(MeasureRow.of(status)),
        content=part_to_json(status),
        filing=json.dumps(filing),
    )


def _added_by(update: UpdateStatus, on: date) -> list[int]:
    """What one update adds to the figures of its department, in the order of COUNTED."""
    count = count_filing([update], on)
    return [*(getattr(count, name) for name in COUNTED[:-1]), int(update.text is not None)]


def _slugs(departments: Iterable[DepartmentName]) -> str:
    return "".join(f" {department.slug} " for department in departments)


def filing_of(kept: Iterable[MeasureFigures]) -> Counter[tuple[int, str]]:
    """What measures add, by department and what is counted."""
    found: Counter[tuple[int, str]] = Counter()
    for row in kept:
        for department, counts in json.loads(row.filing).items():
            found.update({(int(department), name): n for name, n in zip(COUNTED, counts, strict=True)})
    return found


def _write(kept: list[MeasureFigures]) -> None:
    """New rows and known ones in one statement; `facts_version` is the triggers' alone."""
    MeasureFigures.objects.bulk_create(
        kept, update_conflicts=True, unique_fields=["period", "measure"], update_fields=WRITTEN
    )


def _add(period: ReportingPeriod, change: Counter[tuple[int, str]]) -> None:
    """Add to the figures of departments, in the order of their keys: nobody waits for another in a ring."""
    departments = sorted({department for (department, _name), n in change.items() if n})
    known = {row.department_id: row for row in _departments_held(period.pk, departments)}
    for department in departments:
        row = known.get(department) or DepartmentFigures(period=period, department_id=department)
        for name in COUNTED:
            setattr(row, name, getattr(row, name) + change[department, name])
        known[department] = row
    DepartmentFigures.objects.bulk_create(
        [known[department] for department in departments],
        update_conflicts=True,
        unique_fields=["period", "department"],
        update_fields=COUNTED,
    )


@compiled
def _departments_held(period: int, departments: list[int]) -> QuerySet[DepartmentFigures]:
    rows = DepartmentFigures.objects.filter(period=period, department__in=departments)
    return rows.select_for_update(of=("self",)).order_by("department")
