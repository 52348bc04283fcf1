"""Which rows make up a period? Each kind is read once, eight queries whatever the number of measures."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, NamedTuple, cast
from uuid import UUID

from django.db.models import Case, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, When

from departments.models import Department
from langfang_policy.compiled_queries import compiled
from measures.models import (
    Commitment,
    CommitmentSubject,
    CoordinationMatter,
    EvidenceFile,
    LateEvidence,
    Measure,
    MeasureLight,
    PeriodSnapshot,
    PeriodState,
    Policy,
    ProgressUpdate,
    ReportingPeriod,
    Responsibility,
)
from measures.models.extensions import asked_until
from measures.summaries.light_changes import KeptChange, changes_of, told_within
from measures.summaries.open_periods import number_of
from measures.summaries.seals import UNSEALED


class StatedValue(NamedTuple):
    """As a revision states it; where it fell, from what and why (docs/domain.md 4.28)."""

    number: Decimal
    out_of: Decimal | None = None
    fell_from: Decimal | None = None
    decrease_reason: str = ""


@dataclass
class SubjectRow:
    """A subject with the values of all revisions, by the id of the revision."""

    name: str
    values: dict[int, StatedValue] = field(default_factory=dict)


@dataclass
class CommitmentRow:
    commitment: Commitment
    subjects: dict[int, SubjectRow] = field(default_factory=dict)
    interim: dict[date, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class ClosedYear:
    """The snapshot of a year's last period, and the status of one measure as it is kept; None without one.

    `kept_of` is the hash of the snapshot of which it was kept, `kept_schema` in which form.
    """

    snapshot: PeriodSnapshot
    period: str
    kept: str | None
    kept_of: str
    kept_schema: int


@dataclass(frozen=True)
class Rows:
    """The rows from which a period's figures are made. `periods` are the opened ones up to it, oldest first.

    Filled only for one measure: `closed_years`, the snapshot of each year's closed last period, by year; and
    `changes`, its lights within each period, by the key of the period.
    """

    period: ReportingPeriod
    periods: list[ReportingPeriod]
    measures: list[Measure]
    responsibilities: dict[int, list[Responsibility]]
    updates: dict[int, list[ProgressUpdate]]
    commitments: dict[int, list[CommitmentRow]]
    matters: dict[int, list[CoordinationMatter]]
    lights: dict[tuple[int, int], MeasureLight]
    closed_years: dict[int, ClosedYear] = field(default_factory=dict)
    changes: dict[int, tuple[KeptChange, ...]] = field(default_factory=dict)

    @cached_property
    def years(self) -> dict[int, int]:
        """The year of each period, read from its code once and not for each row of it."""
        return {row.pk: row.year for row in self.periods}


def load(period: ReportingPeriod, on: date, only: Collection[int] | None = None) -> Rows:
    """All rows for the period, or those of some measures of it. `period.policy` should be loaded."""
    measures = _measures(period.edition_id, None if only is None else list(only))
    ids = [row.pk for row in measures]
    earlier = _periods_before(period.policy_id, period.starts_on)
    present = _updates([period], ids)
    departments = {row.department for rows in present.values() for row in rows}
    past = _past_updates(earlier, ids, departments)
    return Rows(
        period=period,
        periods=[*earlier, period],
        measures=measures,
        responsibilities=_responsibilities(ids, on),
        updates={key: [*past.get(key, ()), *present.get(key, ())] for key in ids},
        commitments=_commitments(ids),
        matters=_matters(ids),
        lights=_lights(period, ids),
    )


@compiled
def _measures(edition: int, only: Collection[int] | None) -> QuerySet[Measure]:
    rows = Measure.objects.filter(section__edition=edition).select_related("section")
    return (rows if only is None else rows.filter(pk__in=only)).in_document_order()


@compiled
def _periods_before(policy: int, starts_on: date) -> QuerySet[ReportingPeriod]:
    opened = ReportingPeriod.objects.filter(policy=policy, starts_on__lt=starts_on)
    return opened.exclude(state=PeriodState.PLANNED).order_by("starts_on")


def load_measure_rows(measure: Measure, on: date) -> Rows | None:
    """The rows of one measure in the latest opened period; None before the first. Five queries."""
    policy = measure.section.edition.policy
    periods, lights, closed_years = _periods_with_lights(policy, measure)
    if not periods:
        return None
    period = periods[-1]
    period.policy = policy
    ids = [measure.pk]
    loaded = vars(measure).get("loaded_matters")
    return Rows(
        period=period,
        periods=periods,
        measures=[measure],
        responsibilities=_responsibilities(ids, on),
        updates=_by_measure(_updates_with_files([row.pk for row in periods], ids), periods),
        commitments=_commitments(ids),
        matters=_matters(ids) if loaded is None else {measure.pk: loaded},
        lights=lights,
        closed_years=closed_years,
        changes={row.pk: changes_of(vars(row)["told_lights"]) for row in periods},
    )


def _periods_with_lights(
    policy: Policy, measure: Measure
) -> tuple[list[ReportingPeriod], dict[tuple[int, int], MeasureLight], dict[int, ClosedYear]]:
    """The opened periods, oldest first, the measure's stored lights and the closed years, in one query."""
    periods: list[ReportingPeriod] = []
    lights, closed_years = {}, {}
    for row in _periods_and_lights(policy.pk, measure.pk):
        periods.append(row)
        light = {name: getattr(row, f"light_{name}") for name in _LIGHT}
        if light["colour"] is not None:
            lights[row.pk, measure.pk] = MeasureLight(period=row, measure=measure, **light)
        found = vars(row)
        if row.is_frozen and found["snapshot_pk"] is not None:
            closed_years[row.year] = _closed_year(row, found)
    return periods, lights, closed_years


_LIGHT: Final = ("colour", "reason", "parameters", "override_colour", "override_reason")


@compiled
def _periods_and_lights(policy: int, measure: int) -> QuerySet[Any]:
    last_of_year = PeriodSnapshot.objects.filter(period=OuterRef("pk"), period__ends_on__month=12)
    latest = last_of_year.annotate(unsealed=UNSEALED).order_by("-number")
    stored = ("pk", "sha256", "seal", "parts", "unsealed")
    rows = (
        ReportingPeriod.objects.filter(policy=policy)
        .exclude(state=PeriodState.PLANNED)
        .annotate(
            light=FilteredRelation("lights", condition=Q(lights__measure=measure)),
            kept=FilteredRelation("measure_figures", condition=Q(measure_figures__measure=measure)),
            **{f"light_{name}": F(f"light__{name}") for name in _LIGHT},
            **{f"snapshot_{name}": Subquery(latest.values(name)[:1]) for name in stored},
            kept_content=Case(When(ends_on__month=12, then=F("kept__content"))),
            kept_of=F("figures__snapshot_sha256"),
            kept_schema=F("figures__schema"),
            told_lights=told_within(measure),
        )
    )
    return rows.order_by("starts_on")


# In the order of the model, in which `from_db` takes them.
_VERIFIED_BY: Final = [
    field.attname
    for field in PeriodSnapshot._meta.concrete_fields
    if field.attname in {"parts", "seal", "sha256"}
]


def _closed_year(period: ReportingPeriod, columns: Mapping[str, Any]) -> ClosedYear:
    loaded = {name: columns[f"snapshot_{name}"] for name in _VERIFIED_BY}
    snapshot = PeriodSnapshot.from_db(None, ["id", *loaded], [columns["snapshot_pk"], *loaded.values()])
    if not snapshot.seal:
        snapshot.content = columns["snapshot_unsealed"]
    kept = (columns["kept_content"], columns["kept_of"] or "", columns["kept_schema"] or 0)
    return ClosedYear(snapshot, period.name, *kept)


def _updates(periods: list[ReportingPeriod], measures: list[int]) -> dict[int, list[ProgressUpdate]]:
    """The updates of these periods with their texts in force, oldest period first, leads first."""
    return _by_measure(_whole_updates([row.pk for row in periods], measures), periods)


def _past_updates(
    periods: list[ReportingPeriod], measures: list[int], departments: Iterable[Department]
) -> dict[int, list[ProgressUpdate]]:
    """The same with only what the light of a later period looks at, which is little of what was written.

    Departments that are read already are shared; only where there are others does it take a second query.
    """
    rows = _narrow_updates([row.pk for row in periods], measures)
    known = {department.pk: department for department in departments}
    if others := {row.department_id for row in rows} - known.keys():
        known |= Department.objects.in_bulk(others)
    for row in rows:
        row.department = known[row.department_id]
    return _by_measure(rows, periods)


@compiled
def _whole_updates(periods: list[int], measures: list[int]) -> QuerySet[ProgressUpdate]:
    return _rows_of_updates(periods, measures).select_related("department")


@compiled
def _updates_with_files(periods: list[int], measures: list[int]) -> QuerySet[Any]:
    """Each says how many files its text in force has, and which later day was asked for and not answered."""
    files = EvidenceFile.revisions.through._default_manager.filter(revision=OuterRef("in_force"))
    late = LateEvidence.objects.filter(revision=OuterRef("in_force"), file__place__isnull=False)
    rows = _rows_of_updates(periods, measures).select_related("department")
    return rows.annotate(files=number_of(files) + number_of(late), asked_until=asked_until())


@compiled
def _narrow_updates(periods: list[int], measures: list[int]) -> QuerySet[ProgressUpdate]:
    needed = ("period", "measure", "department", "role", "position", "state", "due_on", "first_submitted_at")
    return _rows_of_updates(periods, measures).only(*needed, "in_force__self_assessment")


def _rows_of_updates(periods: list[int], measures: list[int]) -> QuerySet[ProgressUpdate]:
    rows = ProgressUpdate.objects.filter(period__in=periods, measure__in=measures).select_related("in_force")
    return rows.order_by("period__starts_on", "role", "position")


def _by_measure(
    rows: Iterable[ProgressUpdate], periods: list[ReportingPeriod]
) -> dict[int, list[ProgressUpdate]]:
    by_key = {row.pk: row for row in periods}
    found: dict[int, list[ProgressUpdate]] = defaultdict(list)
    for row in rows:
        row.period = by_key[row.period_id]
        found[row.measure_id].append(row)
    return found


def _responsibilities(measures: list[int], on: date) -> dict[int, list[Responsibility]]:
    found: dict[int, list[Responsibility]] = defaultdict(list)
    for row in _in_force(measures, on):
        found[row.measure_id].append(row)
    return found


@compiled
def _in_force(measures: list[int], on: date) -> QuerySet[Responsibility]:
    rows = Responsibility.objects.in_force(on).filter(measure__in=measures).select_related("department")
    return rows.order_by("role", "position")


_STATED: Final = len(StatedValue._fields)


def _commitments(measures: list[int]) -> dict[int, list[CommitmentRow]]:
    """Commitments, subjects, values and interim targets in one query: few rows, many tables.

    A commitment stands in as many rows as it has values and targets, and is made into an object once.
    """
    found: dict[int, CommitmentRow] = {}
    for key, subject, name, stated_in, *others in _promised(measures):
        stated, (planned_on, planned, *columns) = others[:_STATED], others[_STATED:]
        if key not in found:
            found[key] = CommitmentRow(Commitment.from_db(None, _COMMITMENT, columns))
        row = found[key].subjects.setdefault(subject, SubjectRow(name))
        if stated_in is not None:
            row.values[stated_in] = StatedValue(*stated)
        if planned_on is not None:
            found[key].interim[planned_on] = planned
    by_measure: dict[int, list[CommitmentRow]] = defaultdict(list)
    for commitment in found.values():
        by_measure[commitment.commitment.measure_id].append(commitment)
    return by_measure


_COMMITMENT: Final = [field.attname for field in Commitment._meta.concrete_fields]


@compiled
def _promised(measures: list[int]) -> QuerySet[CommitmentSubject, tuple[Any, ...]]:
    subjects = CommitmentSubject.objects.filter(commitment__measure__in=measures)
    return subjects.order_by("commitment__position", "position").values_list(
        *("commitment_id", "pk", "name", "values__revision_id"),
        *(f"values__{name}" for name in StatedValue._fields),
        *("commitment__interim_targets__on", "commitment__interim_targets__target"),
        *(f"commitment__{name}" for name in _COMMITMENT),
    )


_MATTER: Final = tuple(field.attname for field in CoordinationMatter._meta.concrete_fields)
_RAISED_BY: Final = ("id", "slug", "name", "short_name", "position")


@compiled
def _joined_with_matters(policy: int, uuid: UUID) -> QuerySet[Any]:
    measures = Measure.objects.filter(section__edition__policy=policy, uuid=uuid)
    above = measures.select_related("section__edition__policy__coordinator")
    joined: QuerySet[Any] = above.annotate(
        **{f"matter_{name}": F(f"matters__{name}") for name in _MATTER},
        **{f"raised_by_{name}": F(f"matters__department__{name}") for name in _RAISED_BY},
    )
    return joined.order_by("matters__pk")


def with_matters(policy: Policy, uuid: UUID) -> Measure | None:
    """One measure with what has to be coordinated, which `load_measure_rows` then need not ask. One query."""
    rows = _joined_with_matters(policy.pk, uuid)
    for measure in rows[:1]:
        measure.loaded_matters = [_matter(vars(row)) for row in rows if row.matter_id is not None]
        return cast(Measure, measure)
    return None


def _matter(columns: Mapping[str, Any]) -> CoordinationMatter:
    matter = CoordinationMatter(**{name: columns[f"matter_{name}"] for name in _MATTER})
    matter.department = Department(**{name: columns[f"raised_by_{name}"] for name in _RAISED_BY})
    return matter


def _matters(measures: list[int]) -> dict[int, list[CoordinationMatter]]:
    found: dict[int, list[CoordinationMatter]] = defaultdict(list)
    for row in _raised(measures):
        found[row.measure_id].append(row)
    return found


@compiled
def _raised(measures: list[int]) -> QuerySet[CoordinationMatter]:
    return CoordinationMatter.objects.filter(measure__in=measures).select_related("department")


def _lights(period: ReportingPeriod, measures: list[int]) -> dict[tuple[int, int], MeasureLight]:
    """Stored lights of this period (overrides) and of those before it, by period and measure."""
    rows = _stored_lights(period.policy_id, period.starts_on, measures)
    return {(row.period_id, row.measure_id): row for row in rows}


@compiled
def _stored_lights(policy: int, starts_on: date, measures: list[int]) -> QuerySet[MeasureLight]:
    return MeasureLight.objects.filter(
        period__policy=policy, period__starts_on__lte=starts_on, measure__in=measures
    )
