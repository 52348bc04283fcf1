"""Who owes a line: from responsibilities, successions and a day to the updates of a period.

The clause never changes; who performs it is looked up for the day. Rules: domain, sections 3 and 9.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from departments.actors import Actor
from departments.models import Department, Succession
from departments.workdays import add_working_days
from measures.models import (
    STATES_AT_REST,
    Act,
    Event,
    LeadMode,
    Measure,
    MeasureState,
    PeriodState,
    ProgressUpdate,
    ReportingPeriod,
    Responsibility,
    ResponsibilityRole,
    effective_lead_mode,
)
from measures.models.filing import ProgressUpdateQuerySet
from measures.workflow import waive_by_rule

# Working days that a department gets at least for a duty laid on it in the middle of a period.
DAYS_FOR_A_LATE_DUTY: Final = 5


@dataclass(frozen=True)
class Duty:
    """One line that a department owes on a measure, and the responsibilities that it answers."""

    measure: Measure
    department: Department
    role: ResponsibilityRole
    position: int
    lead_mode: LeadMode
    covers: tuple[Responsibility, ...]

    def due_on(self, period: ReportingPeriod) -> date:
        """Participants and co-leads first, so that the convenor can consolidate; separate leads with it."""
        answers_alone = self.lead_mode == LeadMode.SEPARATE or self.position == 1
        is_late = self.role == ResponsibilityRole.LEAD and answers_alone
        return period.lead_due_on if is_late else period.participant_due_on


class Performers:
    """Which departments perform today what the text lays on one of them. One query."""

    def __init__(self, on: date) -> None:
        self._next: dict[int, list[Department]] = defaultdict(list)
        for row in Succession.objects.filter(valid_from__lte=on).select_related("successor"):
            self._next[row.predecessor_id].append(row.successor)

    def of(self, department: Department) -> tuple[Department, ...]:
        """The last successors along every line; the department itself when nobody succeeded it."""
        return tuple(dict.fromkeys(self._follow(department, frozenset())))

    def _follow(self, department: Department, seen: frozenset[int]) -> Iterable[Department]:
        heirs = [heir for heir in self._next.get(department.pk, []) if heir.pk not in seen]
        if not heirs:
            return [department]
        return [last for heir in heirs for last in self._follow(heir, seen | {department.pk})]


def duties_of(
    measure: Measure, responsibilities: Iterable[Responsibility], performers: Performers
) -> list[Duty]:
    """One duty a performing department: two roles that meet in one collapse, and the lead wins.

    Positions are counted anew, so that the first lead in force convenes.
    """
    rows = list(responsibilities)
    covered: dict[Department, list[Responsibility]] = defaultdict(list)
    for row in rows:
        for department in performers.of(row.department):
            covered[department].append(row)
    mode = effective_lead_mode(measure, rows)
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


def owes_a_line(measure: Measure, quarter: int) -> bool:
    """A measure at rest owes nothing; a routine one without binding commitments reports once a year (Q4)."""
    if measure.state in STATES_AT_REST:
        return False
    if measure.state == MeasureState.ROUTINE:
        return quarter == 4 or any(row.binding for row in measure.commitments.all())
    return True


def duties_for_period(period: ReportingPeriod, on: date) -> list[Duty]:
    """Every line that opening the period on that day creates, in clause order."""
    measures = (
        Measure.objects.filter(section__edition=period.edition_id)
        .in_document_order()
        .select_related("section")
        .prefetch_related("commitments")
    )
    bound: dict[int, list[Responsibility]] = defaultdict(list)
    rows = Responsibility.objects.in_force(on).filter(measure__section__edition=period.edition_id)
    for row in rows.select_related("department").order_by("role", "position"):
        bound[row.measure_id].append(row)
    performers = Performers(on)
    owing = [measure for measure in measures if owes_a_line(measure, period.quarter)]
    return [duty for measure in owing for duty in duties_of(measure, bound[measure.pk], performers)]


def create_updates(period: ReportingPeriod, duties: Sequence[Duty]) -> list[ProgressUpdate]:
    """Write the updates of a period that is being opened; call inside its transaction."""
    updates = ProgressUpdate.objects.bulk_create(
        _update(period, duty, duty.due_on(period)) for duty in duties
    )
    answers = ProgressUpdate.covers.through
    answers.objects.bulk_create(
        answers(progressupdate_id=update.pk, responsibility_id=row.pk)
        for update, duty in zip(updates, duties, strict=True)
        for row in duty.covers
    )
    return updates


def _update(period: ReportingPeriod, duty: Duty, due_on: date) -> ProgressUpdate:
    return ProgressUpdate(
        period=period,
        measure=duty.measure,
        department=duty.department,
        role=duty.role,
        position=duty.position,
        due_on=due_on,
    )


def lead_departments(measure: Measure, on: date) -> tuple[Department, ...]:
    """Who answers for the whole measure today: the convenor, or each of separate leads; maybe nobody."""
    rows = measure.responsibilities.in_force(on).select_related("department").order_by("role", "position")
    leads = [d for d in duties_of(measure, rows, Performers(on)) if d.role == ResponsibilityRole.LEAD]
    separate = measure.lead_mode == LeadMode.SEPARATE
    return tuple(duty.department for duty in leads if separate or duty.position == 1)


# --- duties that begin or end in the middle of a period ------------------------------------------


def keep_responsibility(actor: Actor, responsibility: Responsibility, basis: str, at: datetime) -> None:
    """Save a responsibility that admin or an import added or changed; the open periods follow.

    One whose last day has come is ended: its open lines are waived with `basis`, once.
    """
    on = timezone.localdate(at)
    with transaction.atomic():
        had_ended = Responsibility.objects.filter(pk=responsibility.pk, valid_to__lte=on).exists()
        responsibility.save()
        if responsibility.valid_to is None or responsibility.valid_to > on:
            add_duty(actor, responsibility, at)
        elif not had_ended:
            end_duty(actor, responsibility, basis, at)


def add_duty(actor: Actor, responsibility: Responsibility, at: datetime) -> list[ProgressUpdate]:
    """A responsibility was added: its department owes a line in every open period of the policy.

    Due at its role's date, and not before five working days have passed. One event a line; where the
    department already owes a line on the measure, that line answers for both.
    """
    on = timezone.localdate(at)
    measure = responsibility.measure
    created = []
    with transaction.atomic():
        for period in _open_periods(measure):
            if owes_a_line(measure, period.quarter):
                created += [
                    _add_line(actor, period, duty, at)
                    for duty in _duties_answering(responsibility, on)
                    if not _answered_already(period, duty, responsibility)
                ]
    return created


def _duties_answering(responsibility: Responsibility, on: date) -> list[Duty]:
    measure = responsibility.measure
    rows = measure.responsibilities.in_force(on).select_related("department").order_by("role", "position")
    return [duty for duty in duties_of(measure, rows, Performers(on)) if responsibility in duty.covers]


def _answered_already(period: ReportingPeriod, duty: Duty, responsibility: Responsibility) -> bool:
    line = ProgressUpdate.objects.filter(
        period=period, measure=duty.measure, department=duty.department
    ).first()
    if line is None:
        return False
    line.covers.add(responsibility)
    return True


def _add_line(actor: Actor, period: ReportingPeriod, duty: Duty, at: datetime) -> ProgressUpdate:
    earliest = add_working_days(timezone.localdate(at), DAYS_FOR_A_LATE_DUTY)
    update = _update(period, duty, max(duty.due_on(period), earliest))
    update.save()
    update.covers.set(duty.covers)
    Event.objects.record(Act.ADD_DUTY, actor, period.policy.coordinator, at, update=update)
    return update


def end_duty(actor: Actor, responsibility: Responsibility, basis: str, at: datetime) -> None:
    """A responsibility ended: what is open is waived with that basis, what is submitted runs to its end."""
    with transaction.atomic():
        for update in _open_updates(responsibility.measure).filter(covers=responsibility):
            others = update.covers.in_force(timezone.localdate(at)).exclude(pk=responsibility.pk)
            if not others.exists():
                waive_by_rule(actor, update.period.policy.coordinator, update, basis, at)


def end_duties(actor: Actor, measure: Measure, basis: str, at: datetime) -> None:
    """The measure came to rest: nobody owes a line on it any more. Call inside that act's transaction."""
    for update in _open_updates(measure):
        waive_by_rule(actor, update.period.policy.coordinator, update, basis, at)


def _open_periods(measure: Measure) -> Iterable[ReportingPeriod]:
    periods = ReportingPeriod.objects.filter(state=PeriodState.OPEN, edition=measure.section.edition_id)
    return periods.select_related("policy__coordinator")


def _open_updates(measure: Measure) -> ProgressUpdateQuerySet:
    return ProgressUpdate.objects.filter(measure=measure, period__state=PeriodState.OPEN).with_context()
