"""Where does a period's summary come from? From the rows while it is open, from its snapshot once closed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from measures.models import (
    Measure,
    ReportingPeriod,
    Section,
)
from measures.models.fingerprints import digest
from measures.summaries.building import MeasureStatusBuilder
from measures.summaries.counts import PeriodSummary, SectionStatus
from measures.summaries.heads import (
    Reopening,
    SnapshotReference,
    edition_head,
    period_head,
    policy_head,
    reopening_of,
    snapshot_reference,
)
from measures.summaries.kept import KeptPeriod, kept_period
from measures.summaries.loading import Rows, load
from measures.summaries.seals import whole_summary
from measures.summaries.snapshot_json import to_json
from measures.summaries.types import MeasureStatus


@dataclass(frozen=True)
class SourcedSummary:
    """A summary and where it comes from. `snapshot` is None while the period is open.

    `reopening`: it is open again, and snapshots of before are kept.
    """

    summary: PeriodSummary
    snapshot: SnapshotReference | None
    reopening: Reopening | None = field(default=None, kw_only=True)

    @cached_property
    def sha256(self) -> str:
        """That of the snapshot, else that of the figures as they are now."""
        return self.snapshot.sha256 if self.snapshot else digest(to_json(self.summary))

    def in_order(self) -> Iterator[tuple[str, MeasureStatus]]:
        """The heading of its section and each measure."""
        return ((section.heading, row) for section in self.summary.sections for row in section.measures)


@dataclass(frozen=True)
class StreamedSummary(SourcedSummary):
    """The summary has heads only; its measures come one by one, whatever their number."""

    kept: KeptPeriod

    @cached_property
    def sha256(self) -> str:
        return self.kept.sha256

    def in_order(self) -> Iterator[tuple[str, MeasureStatus]]:
        """Raises SnapshotError when what is kept was altered."""
        return self.kept.in_order()


def read_period(period: ReportingPeriod, on: date) -> SourcedSummary:
    """All of it, for documents; pages read `kept.kept_period`. `period` with policy, coordinator and edition.

    Brings the kept figures up to the day, where the period is open. Raises ValueError for a period that was
    never opened, SnapshotError when its snapshot was altered.
    """
    if period.is_frozen:
        return read_snapshot(period)
    return SourcedSummary(kept_period(period, on).summary(), None, reopening=reopening_of(period))


def read_streamed(period: ReportingPeriod, on: date) -> StreamedSummary:
    """The same with its measures one by one, for long tables; counts were verified before the first."""
    kept = kept_period(period, on)
    kept.verify()
    return StreamedSummary(kept.heads(), kept.snapshot, kept, reopening=reopening_of(period))


def read_snapshot(period: ReportingPeriod) -> SourcedSummary:
    """The latest snapshot of a closed period. Raises SnapshotError when it was altered."""
    row = period.snapshots.latest("number")
    summary = whole_summary(row, period.name)
    return SourcedSummary(summary, snapshot_reference(row))


def live_summary(period: ReportingPeriod, on: date) -> PeriodSummary:
    """Worked out anew from the facts, beside what is kept. Seven queries whatever the number of rows."""
    return _summarise(load(period, on), on)


def live_measure(period: ReportingPeriod, measure: Measure, on: date) -> MeasureStatus:
    """One measure of the period, worked out anew. Raises KeyError for a measure of another edition."""
    rows = load(period, on, [measure.pk])
    if not rows.measures:
        raise KeyError(measure.uuid)
    return MeasureStatusBuilder(rows, rows.measures[0], on).build()


def _summarise(rows: Rows, on: date) -> PeriodSummary:
    period = rows.period
    return PeriodSummary(
        policy=policy_head(period),
        edition=edition_head(period),
        period=period_head(period),
        as_of=on,
        previous=_previous(rows),
        sections=_sections(rows, on),
    )


def _previous(rows: Rows) -> str | None:
    earlier = [row.official_name for row in rows.periods if row.starts_on < rows.period.starts_on]
    return earlier[-1] if earlier else None


def _sections(rows: Rows, on: date) -> tuple[SectionStatus, ...]:
    grouped: dict[Section, list[MeasureStatus]] = {}
    for measure in rows.measures:
        grouped.setdefault(measure.section, []).append(MeasureStatusBuilder(rows, measure, on).build())
    return tuple(
        SectionStatus(section.ordinal, section.heading, section.title, tuple(measures))
        for section, measures in grouped.items()
    )
