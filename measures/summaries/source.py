"""Where does a period's summary come from? From the rows while it is open, from its snapshot once closed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from departments.models import Department
from measures.models import (
    EditionStatus,
    PeriodSnapshot,
    PeriodState,
    ReportingPeriod,
    Responsibility,
    ResponsibilityRole,
    Section,
)
from measures.summaries.building import MeasureStatusBuilder, department_name
from measures.summaries.loading import Rows, load
from measures.summaries.snapshot_json import SnapshotError, from_snapshot
from measures.summaries.types import (
    EditionHead,
    MeasureStatus,
    PeriodHead,
    PeriodSummary,
    PolicyHead,
    SectionStatus,
)


@dataclass(frozen=True)
class SnapshotReference:
    """Which snapshot a closed period was read from."""

    uuid: str
    number: int
    sha256: str
    program_version: str
    taken_on: date


@dataclass(frozen=True)
class Contact:
    """Whom to telephone in a department."""

    name: str
    telephone: str


@dataclass(frozen=True)
class SourcedSummary:
    """A summary and where it comes from. `snapshot` is None while the period is open.

    `contacts`, by department slug, never enter a snapshot; show them to those who may see telephones.
    """

    summary: PeriodSummary
    snapshot: SnapshotReference | None
    contacts: dict[str, Contact]


def read_period(period: ReportingPeriod, on: date) -> SourcedSummary:
    """`period` with policy, coordinator and edition loaded. Two queries when closed, six when open.

    Raises ValueError for a period that was never opened, SnapshotError when its snapshot was altered.
    """
    if period.is_frozen:
        return read_snapshot(period)
    if period.state == PeriodState.PLANNED:
        raise ValueError("a planned period has no figures")
    rows = load(period, on)
    departments = [row.department for updates in rows.updates.values() for row in updates]
    return SourcedSummary(_summarise(rows, on), None, contacts_of(departments))


def read_snapshot(period: ReportingPeriod) -> SourcedSummary:
    """The latest snapshot of a closed period. Raises SnapshotError when it was altered."""
    row = period.snapshots.latest("number")
    taken = timezone.localdate(row.taken_at)
    reference = SnapshotReference(str(row.uuid), row.number, row.sha256, row.program_version, taken)
    summary = from_snapshot(row.content, row.sha256, period.name)
    return SourcedSummary(summary, reference, contacts_of(Department.objects.all()))


def stored_summaries(periods: Iterable[ReportingPeriod]) -> dict[int, PeriodSummary | SnapshotError]:
    """The latest snapshot of each closed period, by its key; the error where it was altered. One query."""
    closed = {period.pk: period.name for period in periods if period.is_frozen}
    rows = PeriodSnapshot.objects.filter(period__in=closed).order_by("number")
    latest = {row.period_id: row for row in rows}
    return {key: _summary_or_error(row, closed[key]) for key, row in latest.items()}


def _summary_or_error(row: PeriodSnapshot, period: str) -> PeriodSummary | SnapshotError:
    try:
        return from_snapshot(row.content, row.sha256, period)
    except SnapshotError as error:
        return error


def live_summary(period: ReportingPeriod, on: date) -> PeriodSummary:
    """What the rows say of the period on that day. Six queries whatever the number of rows."""
    return _summarise(load(period, on), on)


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


def policy_head(period: ReportingPeriod) -> PolicyHead:
    policy = period.policy
    return PolicyHead(policy.slug, policy.title, policy.short_title, department_name(policy.coordinator))


def edition_head(period: ReportingPeriod) -> EditionHead:
    edition = period.edition
    return EditionHead(edition.number, edition.full_title, EditionStatus(edition.status), edition.basis)


def period_head(period: ReportingPeriod) -> PeriodHead:
    return PeriodHead(
        uuid=str(period.uuid),
        code=period.code,
        name=period.official_name,
        state=PeriodState(period.state),
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        participant_due_on=period.participant_due_on,
        lead_due_on=period.lead_due_on,
        check_due_on=period.check_due_on,
        grace_ends_on=period.grace_ends_on,
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


def contacts_of(departments: Iterable[Department]) -> dict[str, Contact]:
    return {row.slug: Contact(row.contact, row.telephone) for row in departments}


def bound_departments(on: date) -> QuerySet[Department, Any]:
    """All departments in protocol order, with the number of `leads` and `participations` that day."""
    bound = Responsibility.objects.in_force(on)
    count = {
        role: Count("responsibilities", filter=Q(responsibilities__in=bound.filter(role=role)))
        for role in ResponsibilityRole
    }
    return Department.objects.annotate(
        leads=count[ResponsibilityRole.LEAD], participations=count[ResponsibilityRole.PARTICIPANT]
    ).order_by("position", "slug")
