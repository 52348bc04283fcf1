"""Which rows make up a period? Each kind is read once, seven queries whatever the number of measures."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import F, FilteredRelation, OuterRef, Q, Subquery

from measures.models import (
    Commitment,
    CommitmentSubject,
    CoordinationMatter,
    Measure,
    MeasureLight,
    PeriodSnapshot,
    PeriodState,
    Policy,
    ProgressUpdate,
    ReportingPeriod,
    Responsibility,
)


@dataclass
class SubjectRow:
    """A subject with the values of all revisions: revision id → (number, out of)."""

    name: str
    values: dict[int, tuple[Decimal, Decimal | None]] = field(default_factory=dict)


@dataclass
class CommitmentRow:
    commitment: Commitment
    subjects: dict[int, SubjectRow] = field(default_factory=dict)
    interim: dict[date, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class StoredSnapshot:
    """A snapshot as it lies in the database, unread. `period` is the name of its period."""

    content: str
    sha256: str
    period: str


@dataclass(frozen=True)
class Rows:
    """The rows from which a period's figures are made. `periods` are the opened ones up to it, oldest first.

    `closed_years` is filled only for one measure: the snapshot of each year's closed last period, by year.
    """

    period: ReportingPeriod
    periods: list[ReportingPeriod]
    measures: list[Measure]
    responsibilities: dict[int, list[Responsibility]]
    updates: dict[int, list[ProgressUpdate]]
    commitments: dict[int, list[CommitmentRow]]
    matters: dict[int, list[CoordinationMatter]]
    lights: dict[tuple[int, int], MeasureLight]
    closed_years: dict[int, StoredSnapshot] = field(default_factory=dict)


def load(period: ReportingPeriod, on: date, only: Collection[int] | None = None) -> Rows:
    """All rows for the period, or those of some measures of it. `period.policy` should be loaded."""
    loaded = Measure.objects.filter(section__edition=period.edition_id).select_related("section")
    if only is not None:
        loaded = loaded.filter(pk__in=only)
    measures = list(loaded.in_document_order())
    ids = [row.pk for row in measures]
    opened = ReportingPeriod.objects.filter(policy=period.policy_id, starts_on__lt=period.starts_on)
    periods = [*opened.exclude(state=PeriodState.PLANNED).order_by("starts_on"), period]
    return Rows(
        period=period,
        periods=periods,
        measures=measures,
        responsibilities=_responsibilities(ids, on),
        updates=_updates(periods, ids),
        commitments=_commitments(ids),
        matters=_matters(ids),
        lights=_lights(period, ids),
    )


def load_measure_rows(measure: Measure, on: date) -> Rows | None:
    """The rows of one measure in the latest opened period; None before the first. Five queries."""
    policy = measure.section.edition.policy
    periods, lights, closed_years = _periods_with_lights(policy, measure)
    if not periods:
        return None
    period = periods[-1]
    period.policy = policy
    ids = [measure.pk]
    return Rows(
        period=period,
        periods=periods,
        measures=[measure],
        responsibilities=_responsibilities(ids, on),
        updates=_updates(periods, ids),
        commitments=_commitments(ids),
        matters=_matters(ids),
        lights=lights,
        closed_years=closed_years,
    )


def _periods_with_lights(
    policy: Policy, measure: Measure
) -> tuple[list[ReportingPeriod], dict[tuple[int, int], MeasureLight], dict[int, StoredSnapshot]]:
    """The opened periods, oldest first, the measure's stored lights and the closed years, in one query."""
    columns = ("colour", "reason", "parameters", "override_colour", "override_reason")
    last_of_year = PeriodSnapshot.objects.filter(period=OuterRef("pk"), period__ends_on__month=12)
    latest = last_of_year.order_by("-number")
    rows = (
        ReportingPeriod.objects.filter(policy=policy)
        .exclude(state=PeriodState.PLANNED)
        .annotate(
            light=FilteredRelation("lights", condition=Q(lights__measure=measure)),
            **{f"light_{name}": F(f"light__{name}") for name in columns},
            year_as_closed=Subquery(latest.values("content")[:1]),
            sha256_as_closed=Subquery(latest.values("sha256")[:1]),
        )
    )
    periods: list[ReportingPeriod] = []
    lights, closed_years = {}, {}
    for row in rows.order_by("starts_on"):
        periods.append(row)
        stored = {name: getattr(row, f"light_{name}") for name in columns}
        if stored["colour"] is not None:
            lights[row.pk, measure.pk] = MeasureLight(period=row, measure=measure, **stored)
        if row.is_frozen and row.year_as_closed is not None:
            stored_year = StoredSnapshot(row.year_as_closed, row.sha256_as_closed, row.name)
            closed_years[row.year] = stored_year
    return periods, lights, closed_years


def _updates(periods: list[ReportingPeriod], measures: list[int]) -> dict[int, list[ProgressUpdate]]:
    """The updates of these periods, which are in their order, leads first."""
    by_key = {row.pk: row for row in periods}
    found: dict[int, list[ProgressUpdate]] = defaultdict(list)
    rows = ProgressUpdate.objects.filter(period__in=by_key, measure__in=measures)
    related = rows.select_related("department", "in_force")
    for row in related.order_by("period__starts_on", "role", "position"):
        row.period = by_key[row.period_id]
        found[row.measure_id].append(row)
    return found


def _responsibilities(measures: list[int], on: date) -> dict[int, list[Responsibility]]:
    found: dict[int, list[Responsibility]] = defaultdict(list)
    rows = Responsibility.objects.in_force(on).filter(measure__in=measures).select_related("department")
    for row in rows.order_by("role", "position"):
        found[row.measure_id].append(row)
    return found


def _commitments(measures: list[int]) -> dict[int, list[CommitmentRow]]:
    """Commitments, subjects, values and interim targets in one query: few rows, many tables."""
    found: dict[int, CommitmentRow] = {}
    rows = CommitmentSubject.objects.filter(commitment__measure__in=measures).annotate(
        stated_in=F("values__revision_id"),
        stated=F("values__number"),
        stated_of=F("values__out_of"),
        planned_on=F("commitment__interim_targets__on"),
        planned=F("commitment__interim_targets__target"),
    )
    for row in rows.select_related("commitment").order_by("commitment__position", "position"):
        commitment = found.setdefault(row.commitment_id, CommitmentRow(row.commitment))
        subject = commitment.subjects.setdefault(row.pk, SubjectRow(row.name))
        if row.stated_in is not None:
            subject.values[row.stated_in] = (row.stated, row.stated_of)
        if row.planned_on is not None:
            commitment.interim[row.planned_on] = row.planned
    by_measure: dict[int, list[CommitmentRow]] = defaultdict(list)
    for commitment in found.values():
        by_measure[commitment.commitment.measure_id].append(commitment)
    return by_measure


def _matters(measures: list[int]) -> dict[int, list[CoordinationMatter]]:
    found: dict[int, list[CoordinationMatter]] = defaultdict(list)
    for row in CoordinationMatter.objects.filter(measure__in=measures).select_related("department"):
        found[row.measure_id].append(row)
    return found


def _lights(period: ReportingPeriod, measures: list[int]) -> dict[tuple[int, int], MeasureLight]:
    """Stored lights of this period (overrides) and of those before it, by period and measure."""
    rows = MeasureLight.objects.filter(
        period__policy=period.policy_id, period__starts_on__lte=period.starts_on, measure__in=measures
    )
    return {(row.period_id, row.measure_id): row for row in rows}
