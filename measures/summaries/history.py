"""One measure through all its periods: lights as stored, texts in force, what is open now."""

from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone

from measures.lights import Light, apply_override
from measures.models import (
    CommitmentCycle,
    LeadMode,
    LightColour,
    LightReason,
    Measure,
    MeasureLight,
    ReportingPeriod,
)
from measures.summaries.canonical import from_json
from measures.summaries.figures import (
    CommitmentStanding,
    Line,
    MeasureStanding,
    Party,
    PeriodHead,
    Voices,
)
from measures.summaries.reading import period_head
from measures.summaries.rows import Rows, load_measure
from measures.summaries.standing import MeasureReader, line, party


@dataclass(frozen=True)
class PeriodEntry(Voices):
    """What became of the measure in one period."""

    period: PeriodHead
    lead_mode: LeadMode
    light: Light | None
    lines: tuple[Line, ...]

    @property
    def corrections(self) -> int:
        return sum(row.text is not None and row.text.corrected for row in self.lines)


@dataclass(frozen=True)
class SettledMatter:
    """What had to be coordinated, and the office's answer."""

    department: Party
    text: str
    raised_on: date
    answer: str
    settled_on: date


@dataclass(frozen=True)
class MeasureHistory:
    """`standing` is of the latest opened period; `entries` are all of them, newest first.

    `years`, one for each of the standing's commitments: how a yearly one stood in every year in which
    a period was opened, the earliest first; empty for the others. `settled`: matters, the latest first.
    """

    standing: MeasureStanding
    entries: tuple[PeriodEntry, ...]
    years: tuple[tuple[CommitmentStanding, ...], ...]
    settled: tuple[SettledMatter, ...]


def read_measure(measure: Measure, on: date) -> MeasureHistory | None:
    """None before the first period was opened. Five queries; `measure` with its policy loaded."""
    rows = load_measure(measure, on)
    if rows is None:
        return None
    standing = MeasureReader(rows, measure, on).standing()
    if rows.period.is_frozen:
        standing = replace(standing, light=_stored_light(rows, rows.period, measure) or standing.light)
    entries = tuple(_entry(rows, period, standing) for period in reversed(rows.periods))
    return MeasureHistory(standing, entries, _years(rows, measure, on), _settled(rows, measure))


def _settled(rows: Rows, measure: Measure) -> tuple[SettledMatter, ...]:
    return tuple(
        SettledMatter(
            party(row.department), row.text, row.raised_on, row.answer, timezone.localdate(row.resolved_at)
        )
        for row in reversed(rows.matters.get(measure.pk, []))
        if row.resolved_at is not None
    )


def _years(rows: Rows, measure: Measure, on: date) -> tuple[tuple[CommitmentStanding, ...], ...]:
    """A year whose fourth quarter is closed stands as it was closed, whatever is promised since."""
    commitments = rows.commitments.get(measure.pk, [])
    if not any(row.commitment.cycle == CommitmentCycle.YEARLY for row in commitments):
        return ((),) * len(commitments)
    last_of_year = {period.year: period for period in rows.periods}.values()
    found: list[dict[int, CommitmentStanding]] = [{} for _row in commitments]
    for period in last_of_year:
        reader = MeasureReader(replace(rows, period=period), measure, on)
        closed = _closed_commitments(rows.closed_years.get(period.year), measure)
        for row, years in zip(commitments, found, strict=True):
            standing = closed.get(row.commitment.label) or reader.commitment(row)[1]
            if standing.year is not None:
                years[standing.year] = standing
    return tuple(tuple(years.values()) for years in found)


def _closed_commitments(snapshot: str | None, measure: Measure) -> dict[str, CommitmentStanding]:
    """By label, as the snapshot has them; none of a measure that it does not know."""
    summary = from_json(snapshot) if snapshot else None
    known = [row for row in summary.measures if row.uuid == str(measure.uuid)] if summary else []
    return {row.label: row for standing in known for row in standing.commitments}


def _entry(rows: Rows, period: ReportingPeriod, standing: MeasureStanding) -> PeriodEntry:
    [measure] = rows.measures
    updates = [row for row in rows.updates.get(measure.pk, []) if row.period_id == period.pk]
    light = _stored_light(rows, period, measure) if period.is_frozen else None
    return PeriodEntry(
        period=period_head(period),
        lead_mode=standing.lead_mode,
        light=standing.light if period.pk == rows.period.pk else light,
        lines=tuple(line(row) for row in updates),
    )


def _stored_light(rows: Rows, period: ReportingPeriod, measure: Measure) -> Light | None:
    """What the period showed when it closed: its numbers never change."""
    stored: MeasureLight | None = rows.lights.get((period.pk, measure.pk))
    if stored is None:
        return None
    ruled = Light(LightColour(stored.colour), LightReason(stored.reason), stored.parameters)
    if not stored.override_colour:
        return ruled
    return apply_override(ruled, LightColour(stored.override_colour), stored.override_reason)
