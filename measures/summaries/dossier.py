"""What became of one measure, period by period, as each period says it? For the document on a measure.

A closed period says what its snapshot vouches for, an open one what is confirmed on the day. The page of a
measure shows corrections of later too (`measure_history`).
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils import timezone

from measures.models import CoordinationMatter, Measure, PeriodState, ReportingPeriod
from measures.summaries.building import department_name
from measures.summaries.heads import Reopening, SnapshotReference, reopening_of
from measures.summaries.kept import kept_period
from measures.summaries.light_changes import KeptChange, changes_of, told_within
from measures.summaries.measure_history import SettledMatter
from measures.summaries.plan import PlannedMeasure, plan_of_measure
from measures.summaries.types import EditionHead, MeasureStatus, PeriodHead, PolicyHead


@dataclass(frozen=True)
class DossierEntry:
    """The measure in one period; `snapshot` is None while that is open, `reopening` unless it is again.

    `changes`: the lights that were kept in the period up to the day, oldest first.
    """

    period: PeriodHead
    as_of: date
    snapshot: SnapshotReference | None
    status: MeasureStatus
    reopening: Reopening | None = None
    changes: tuple[KeptChange, ...] = ()


@dataclass(frozen=True)
class Dossier:
    """`entries` are those of the period that was asked for and of all before it, the newest first."""

    policy: PolicyHead
    edition: EditionHead
    measure: PlannedMeasure
    entries: tuple[DossierEntry, ...]
    settled: tuple[SettledMatter, ...]

    @property
    def latest(self) -> DossierEntry:
        return self.entries[0]

    @cached_property
    def sha256(self) -> str:
        """Of all that it says."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


def read_dossier(measure: Measure, period: ReportingPeriod, on: date) -> Dossier | None:
    """None for a measure that is in none of these periods. Some queries for each period.

    Raises SnapshotError when what a closed one says was altered.
    """
    entries = tuple(_entries(measure, period, on))
    if not entries:
        return None
    newest = kept_period(period, on)
    as_of = entries[0].as_of
    return Dossier(
        newest.policy,
        newest.edition,
        plan_of_measure(measure, min(as_of, on)),
        entries,
        tuple(_settled(measure, as_of)),
    )


def _entries(measure: Measure, period: ReportingPeriod, on: date) -> Iterator[DossierEntry]:
    opened = ReportingPeriod.objects.filter(policy=period.policy, starts_on__lte=period.starts_on)
    rows = opened.exclude(state=PeriodState.PLANNED).select_related(
        "policy__coordinator", "edition", "figures"
    )
    for row in rows.order_by("-starts_on"):
        kept = kept_period(row, on)
        if status := kept.status_of(measure):
            yield DossierEntry(
                kept.period, kept.as_of, kept.snapshot, status, reopening_of(row), _changes(measure, row)
            )


def _changes(measure: Measure, period: ReportingPeriod) -> tuple[KeptChange, ...]:
    """Read after the figures of the period were brought up to the day."""
    told = ReportingPeriod.objects.annotate(told_lights=told_within(measure.pk)).filter(pk=period.pk)
    return changes_of(told.values_list("told_lights", flat=True).get())


def _settled(measure: Measure, until: date) -> Iterator[SettledMatter]:
    """By that day, the latest first."""
    rows = CoordinationMatter.objects.filter(measure=measure).exclude(resolved_at=None)
    for row in rows.select_related("department").order_by("-resolved_at", "pk"):
        settled_on = timezone.localdate(row.resolved_at)
        if settled_on <= until:
            yield SettledMatter(
                department_name(row.department), row.text, row.raised_on, row.answer, settled_on
            )
