"""Who owes an update? Computed from responsibilities, successions and a day.

The clause never changes; who performs it is looked up for the day. `duty_changes` deals with duties that
begin or end while a period is open. Rules: docs/domain.md 3.5, docs/domain.md 9.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, QuerySet

from departments.models import Department, Succession
from langfang_policy.compiled_queries import compiled
from langfang_policy.progress import tell
from measures.models import (
    STATES_AT_REST,
    Commitment,
    LeadMode,
    Measure,
    MeasureState,
    ProgressUpdate,
    ReportingPeriod,
    Responsibility,
    ResponsibilityRole,
    effective_lead_mode,
)
from measures.models.policy import MeasureQuerySet

# How many measures are read at once, and how many updates are written: as many as fit easily into memory.
MEASURES_AT_ONCE: Final = 200
UPDATES_AT_ONCE: Final = 1000


@dataclass(frozen=True)
class Duty:
    """One update that a department owes on a measure, and the responsibilities that it answers."""

    measure: Measure
    department: Department
    role: ResponsibilityRole
    position: int
    lead_mode: LeadMode
    covers: tuple[Responsibility, ...]

    def due_on(self, period: ReportingPeriod) -> date:
        return due_on_of_role(period, self.role, self.position, self.lead_mode)


def due_on_of_role(period: ReportingPeriod, role: str, position: int, mode: LeadMode) -> date:
    """Participants and co-leads first, so that the convenor can consolidate (docs/domain.md 3.2)."""
    answers_alone = mode == LeadMode.SEPARATE or position == 1
    is_late = role == ResponsibilityRole.LEAD and answers_alone
    return period.lead_due_on if is_late else period.participant_due_on


class Performers:
    """Which departments perform on a day what the text assigns to others. Takes one query."""

    def __init__(self, on: date) -> None:
        self._next: dict[int, list[Department]] = defaultdict(list)
        rows = Succession.objects.filter(valid_from__lte=on).select_related("successor")
        for row in rows.order_by("valid_from", "pk"):  # heirs of one day as they were entered
            self._next[row.predecessor_id].append(row.successor)

    @property
    def concerned(self) -> frozenset[int]:
        """The keys of all departments that have successors or are one; every other performs its own."""
        heirs = {heir.pk for found in self._next.values() for heir in found}
        return frozenset(heirs | self._next.keys())

    def of(self, department: Department) -> tuple[Department, ...]:
        """The last successors of a department; the department itself when it has none."""
        return tuple(dict.fromkeys(self._follow(department, frozenset())))

    def _follow(self, department: Department, seen: frozenset[int]) -> Iterable[Department]:
        heirs = [heir for heir in self._next.get(department.pk, []) if heir.pk not in seen]
        if not heirs:
            return [department]
        return [last for heir in heirs for last in self._follow(heir, seen | {department.pk})]


def duties_of(
    measure: Measure, responsibilities: Iterable[Responsibility], performers: Performers
) -> list[Duty]:
    """One duty for each performing department. If two roles meet in one department, the lead wins.

    Positions are counted anew, so that the first lead in force is the convenor (docs/domain.md 9.3).
    """
    rows = list(responsibilities)
    covered: dict[Department, list[Responsibility]] = defaultdict(list)
    for row in rows:
        for department in performers.of(row.department):
            covered[department].append(row)
    return number_duties(measure, covered, effective_lead_mode(measure, rows))


def number_duties(
    measure: Measure, covered: Mapping[Department, list[Responsibility]], mode: LeadMode
) -> list[Duty]:
    """A duty for each department and what it answers: leads first, each role numbered from 1."""
    leads = [item for item in covered.items() if any(_is_lead(row) for row in item[1])]
    others = [item for item in covered.items() if not any(_is_lead(row) for row in item[1])]
    duties = []
    for role, items in ((ResponsibilityRole.LEAD, leads), (ResponsibilityRole.PARTICIPANT, others)):
        for position, (department, answers) in enumerate(sorted(items, key=_protocol_order), start=1):
            duties.append(Duty(measure, department, role, position, mode, tuple(answers)))
    return duties


def _is_lead(row: Responsibility) -> bool:
    return row.role == ResponsibilityRole.LEAD


def _protocol_order(item: tuple[Department, list[Responsibility]]) -> tuple[int, int]:
    department, rows = item
    leads = [row.position for row in rows if _is_lead(row)]
    return (min(leads or [row.position for row in rows]), department.position)


def owes_an_update(measure: Measure, period: ReportingPeriod) -> bool:
    """Whether departments report on the measure in that period (docs/domain.md 3.5, docs/domain.md 3.6)."""
    if measure.state in STATES_AT_REST:
        return False
    if measure.state == MeasureState.ROUTINE:
        return period.ends_the_year or any(row.binding for row in measure.commitments.all())
    return True


def owing(period: ReportingPeriod) -> MeasureQuerySet:
    """All of the period's edition of which `owes_an_update` is true, in clause order."""
    measures = Measure.objects.filter(section__edition=period.edition_id).exclude(state__in=STATES_AT_REST)
    if not period.ends_the_year:
        binding = Commitment.objects.filter(measure=OuterRef("pk"), binding=True)
        measures = measures.exclude(~Exists(binding), state=MeasureState.ROUTINE)
    return measures.in_document_order()


def owing_with_duties(period: ReportingPeriod, on: date) -> MeasureQuerySet:
    """Without those on which nobody reports, because nobody is bound to them that day."""
    return owing(period).filter(Exists(Responsibility.objects.in_force(on).filter(measure=OuterRef("pk"))))


def count_duties(period: ReportingPeriod, on: date) -> tuple[int, int]:
    """How many duties `duties_for_period` has, and of how many departments. Three queries.

    The database counts them; departments of which another performs are looked up here.
    """
    performers = Performers(on)
    bound = Responsibility.objects.in_force(on).filter(measure__in=owing(period).order_by()).order_by()
    pairs = bound.values_list("measure", "department").distinct()
    own = pairs.exclude(department__in=performers.concerned).aggregate(
        duties=Count("*"), departments=Count("department", distinct=True)
    )
    last = {key: performers.of(Department(pk=key)) for key in performers.concerned}
    moved = {
        (measure, performer.pk)
        for measure, department in pairs.filter(department__in=performers.concerned)
        for performer in last[department]
    }
    departments = {performer for _measure, performer in moved}
    return own["duties"] + len(moved), own["departments"] + len(departments)


def duties_for_period(period: ReportingPeriod, on: date) -> Iterator[Duty]:
    """The duties for which opening the period on that day creates updates, in clause order.

    Some measures are read at a time, and forgotten when their duties were taken. Tells its progress.
    """
    performers = Performers(on)
    keys = list(owing(period).values_list("pk", flat=True))
    for start in range(0, len(keys), MEASURES_AT_ONCE):
        tell(start, len(keys))
        chunk = Measure.objects.filter(pk__in=keys[start : start + MEASURES_AT_ONCE])
        measures = list(chunk.in_document_order().select_related("section"))
        for duties in duties_by_measure(measures, on, performers).values():
            yield from duties


def duties_by_measure(
    measures: Collection[Measure], on: date, performers: Performers
) -> dict[Measure, list[Duty]]:
    """Who performs each of these measures on that day. One query."""
    bound: dict[int, list[Responsibility]] = defaultdict(list)
    rows = Responsibility.objects.in_force(on).filter(measure__in=measures).select_related("department")
    for row in rows.order_by("role", "position"):
        bound[row.measure_id].append(row)
    return {measure: duties_of(measure, bound[measure.pk], performers) for measure in measures}


def create_updates(period: ReportingPeriod, duties: Iterable[Duty]) -> int:
    """Write the updates of a period that is being opened; call inside its transaction. How many they are."""
    left, count = iter(duties), 0
    while batch := list(islice(left, UPDATES_AT_ONCE)):
        _create_updates(period, batch)
        count += len(batch)
    return count


def _create_updates(period: ReportingPeriod, duties: list[Duty]) -> None:
    updates = ProgressUpdate.objects.bulk_create(
        new_update_of(period, duty, duty.due_on(period)) for duty in duties
    )
    answers = ProgressUpdate.covers.through
    answers.objects.bulk_create(
        answers(progressupdate_id=update.pk, responsibility_id=row.pk)
        for update, duty in zip(updates, duties, strict=True)
        for row in duty.covers
    )


def follow_dates(period: ReportingPeriod, on: date) -> list[ProgressUpdate]:
    """Move what was never submitted to the later date of its role; nobody gets less time than before.

    Call inside the transaction in which the dates of the period were changed, and with it held alone.
    """
    rows = ProgressUpdate.objects.filter(period=period, first_submitted_at=None)
    moved = []
    for update in rows.select_related("measure").prefetch_related("measure__responsibilities"):
        binding = [row for row in update.measure.responsibilities.all() if row.binds(on)]
        mode = effective_lead_mode(update.measure, binding)
        day = due_on_of_role(period, update.role, update.position, mode)
        if day > update.due_on:
            update.move_due_on(day)
            moved.append(update)
    ProgressUpdate.objects.bulk_update(moved, ["due_on", "first_due_on"])
    return moved


def new_update_of(period: ReportingPeriod, duty: Duty, due_on: date) -> ProgressUpdate:
    """The update of a duty, not yet saved."""
    return ProgressUpdate(
        period=period,
        measure=duty.measure,
        department=duty.department,
        role=duty.role,
        position=duty.position,
        due_on=due_on,
    )


def lead_departments(measure: Measure, on: date) -> tuple[Department, ...]:
    """Who answers for the whole measure on a day: the convenor, or each separate lead; may be empty."""
    rows = measure.responsibilities.in_force(on).select_related("department").order_by("role", "position")
    leads = [d for d in duties_of(measure, rows, Performers(on)) if d.role == ResponsibilityRole.LEAD]
    return tuple(duty.department for duty in leads if measure.is_led_separately or duty.position == 1)


@compiled
def departments_bound_by(policy: int, edition: int) -> QuerySet[Department, tuple[Any, ...]]:
    """Slug and short name of each that a measure of this edition of the policy binds or has bound.

    In protocol order. By the policy, which an index has: a department has duties in many others.
    """
    duties = Responsibility.objects.filter(
        department=OuterRef("pk"), policy=policy, measure__section__edition=edition
    )
    bound = Department.objects.filter(Exists(duties))
    return bound.order_by("position", "slug").values_list("slug", "short_name")
