"""What became of one measure in all its periods? Stored lights, texts in force, what is open now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone

from measures.lights import Light
from measures.models import (
    CommitmentCycle,
    LeadMode,
    Measure,
    MeasureLight,
    ReportingPeriod,
)
from measures.summaries.building import MeasureStatusBuilder, department_name, update_status
from measures.summaries.heads import period_head
from measures.summaries.keeping import SCHEMA, refresh
from measures.summaries.light_changes import KeptChange, key_of, light_as_kept
from measures.summaries.loading import ClosedYear, Rows, load_measure_rows
from measures.summaries.seals import read_parts, whole_summary
from measures.summaries.snapshot_json import SnapshotError, part_from_json
from measures.summaries.types import (
    CommitmentStatus,
    DepartmentName,
    MeasureStatus,
    PeriodHead,
    PrintedTexts,
    UpdateStatus,
)


@dataclass(frozen=True)
class AskedDay:
    """A later day that a department has asked for, which the office has not answered."""

    department: DepartmentName
    until: date


@dataclass(frozen=True)
class PeriodEntry(PrintedTexts):
    """What became of the measure in one period. `changes`: the lights that were kept in it, oldest first."""

    period: PeriodHead
    lead_mode: LeadMode
    light: Light | None
    updates: tuple[UpdateStatus, ...]
    changes: tuple[KeptChange, ...] = ()
    asked: tuple[AskedDay, ...] = ()

    @property
    def corrections(self) -> int:
        return sum(row.text is not None and row.text.corrected for row in self.updates)


@dataclass(frozen=True)
class SettledMatter:
    """What had to be coordinated, and the office's answer."""

    department: DepartmentName
    text: str
    raised_on: date
    answer: str
    settled_on: date


@dataclass(frozen=True)
class MeasureHistory:
    """`status` is of the latest opened period; `entries` are all of them, newest first.

    `years` has one entry for each commitment of `status`: for a yearly one its status in every year with an
    opened period, the earliest first; for others it is empty. `settled`: matters, the latest first.
    `problems`: sentences about years that are left out, because their snapshot was altered. `files`: by
    update, how many its text in force has, where it has any.
    """

    status: MeasureStatus
    entries: tuple[PeriodEntry, ...]
    years: tuple[tuple[CommitmentStatus, ...], ...]
    settled: tuple[SettledMatter, ...]
    problems: tuple[str, ...]
    files: Mapping[str, int]


def read_measure(measure: Measure, on: date) -> MeasureHistory | None:
    """None before the first period was opened. Five queries; `measure` with its policy loaded.

    Where the light of the open period is not yet kept, because nobody has read it on that day, it is now.
    """
    rows = load_measure_rows(measure, on)
    if rows is None:
        return None
    status = MeasureStatusBuilder(rows, measure, on).build()
    if not rows.period.is_frozen and not _is_kept(status, rows):
        refresh(rows.period, on)
        rows = load_measure_rows(measure, on) or rows
    if rows.period.is_frozen:
        status = replace(status, light=_stored_light(rows, rows.period, measure) or status.light)
    entries = tuple(_entry(rows, period, status) for period in reversed(rows.periods))
    years, problems = _years(rows, measure, on)
    numbers = {str(row.uuid): vars(row)["files"] for row in rows.updates.get(measure.pk, [])}
    files = {uuid: number for uuid, number in numbers.items() if number}
    return MeasureHistory(status, entries, years, _settled(rows, measure), problems, files)


def _is_kept(status: MeasureStatus, rows: Rows) -> bool:
    changes = rows.changes[rows.period.pk]
    return bool(changes) and changes[-1].key == key_of(status)


def _settled(rows: Rows, measure: Measure) -> tuple[SettledMatter, ...]:
    return tuple(
        SettledMatter(
            department_name(row.department),
            row.text,
            row.raised_on,
            row.answer,
            timezone.localdate(row.resolved_at),
        )
        for row in reversed(rows.matters.get(measure.pk, []))
        if row.resolved_at is not None
    )


def _years(
    rows: Rows, measure: Measure, on: date
) -> tuple[tuple[tuple[CommitmentStatus, ...], ...], tuple[str, ...]]:
    """A year whose last period is closed keeps what it showed then (docs/decisions/0015).

    A year whose snapshot was altered is left out; the sentences that say so are the second value.
    """
    commitments = rows.commitments.get(measure.pk, [])
    if not any(row.commitment.cycle == CommitmentCycle.YEARLY for row in commitments):
        return ((),) * len(commitments), ()
    last_of_year = {period.year: period for period in rows.periods}
    found: list[dict[int, CommitmentStatus]] = [{} for _row in commitments]
    problems: list[str] = []
    for year, period in last_of_year.items():
        reader = MeasureStatusBuilder(replace(rows, period=period), measure, on)
        try:
            closed = _closed_commitments(rows.closed_years.get(year), measure)
        except SnapshotError as error:
            problems.append(str(error))
            continue
        for row, years in zip(commitments, found, strict=True):
            status = closed.get(row.commitment.label) or reader.commitment(row)[1]
            if status.year is not None:
                years[status.year] = status
    return tuple(tuple(years.values()) for years in found), tuple(problems)


def _closed_commitments(closed: ClosedYear | None, measure: Measure) -> dict[str, CommitmentStatus]:
    """The commitments in a snapshot by label; empty for a measure that it does not know."""
    status = _closed_status(closed, measure) if closed else None
    return {row.label: row for row in status.commitments} if status else {}


def _closed_status(closed: ClosedYear, measure: Measure) -> MeasureStatus | None:
    """As it is kept, verified; of the whole snapshot where that does not vouch for what is kept."""
    sealed, uuid = read_parts(closed.snapshot, closed.period, SCHEMA), str(measure.uuid)
    if sealed is None or (closed.kept_of, closed.kept_schema) != (closed.snapshot.sha256, SCHEMA):
        summary = whole_summary(closed.snapshot, closed.period)
        return next((row for row in summary.measures if row.uuid == uuid), None)
    if closed.kept is None and sealed.find(uuid) is None:
        return None
    sealed.check_content(closed.kept or "", uuid)
    return part_from_json(closed.kept or "", MeasureStatus)


def _entry(rows: Rows, period: ReportingPeriod, status: MeasureStatus) -> PeriodEntry:
    [measure] = rows.measures
    updates = [row for row in rows.updates.get(measure.pk, []) if row.period_id == period.pk]
    light = _stored_light(rows, period, measure) if period.is_frozen else None
    return PeriodEntry(
        period=period_head(period),
        lead_mode=status.lead_mode,
        light=status.light if period.pk == rows.period.pk else light,
        updates=tuple(update_status(row) for row in updates),
        changes=rows.changes[period.pk],
        asked=tuple(
            AskedDay(department_name(row.department), until)
            for row in updates
            if (until := vars(row)["asked_until"])
        ),
    )


def _stored_light(rows: Rows, period: ReportingPeriod, measure: Measure) -> Light | None:
    """What the period showed when it closed: its numbers never change."""
    stored: MeasureLight | None = rows.lights.get((period.pk, measure.pk))
    return light_as_kept(vars(stored)) if stored else None
