"""Who owes a line: from responsibilities, successions and a day to the updates of a period.

The clause never changes; who performs it is looked up for the day. Rules: domain, sections 3 and 9.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from departments.actors import Actor
from departments.models import Department, Succession
from departments.workdays import add_working_days
from measures.models import (
    STATES_AT_REST,
    WRITABLE_STATES,
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
    UpdateState,
    effective_lead_mode,
)
from measures.models.filing import ProgressUpdateQuerySet
from measures.workflow import restore_by_rule, waive_by_rule

# Working days that a department gets at least for a duty laid on it in the middle of a period.
DAYS_FOR_A_LATE_DUTY: Final = 5
# What the history of a responsibility holds of the basis.
BASIS_LENGTH: Final = 100


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
    return _placed(measure, covered, effective_lead_mode(measure, rows))


def _placed(
    measure: Measure, covered: Mapping[Department, list[Responsibility]], mode: LeadMode
) -> list[Duty]:
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
    return tuple(duty.department for duty in leads if measure.is_led_separately or duty.position == 1)


# --- duties that begin or end in the middle of a period ------------------------------------------


def keep_responsibility(actor: Actor, responsibility: Responsibility, basis: str, at: datetime) -> None:
    """Save a responsibility that admin or an import added or changed; the open periods follow.

    It binds on its first and on its last day. What begins or ends on a later day is followed then, by
    `follow_days`; who entered it, and on what basis, stands in its history.
    """
    on = timezone.localdate(at)
    responsibility._change_reason = basis[:BASIS_LENGTH]  # type: ignore[attr-defined]  # read by simple_history
    responsibility._history_user = actor.person  # type: ignore[attr-defined]  # read by simple_history
    with transaction.atomic():
        bound = Responsibility.objects.in_force(on).filter(pk=responsibility.pk).exists()
        responsibility.save()
        binds = responsibility.binds(on)
        if binds and not bound:
            add_duty(actor, responsibility, basis, at)
        elif bound and not binds:
            end_duty(actor, responsibility, basis, at)
        else:
            _follow_roles(responsibility.measure, on)


def add_duty(actor: Actor, responsibility: Responsibility, basis: str, at: datetime) -> list[ProgressUpdate]:
    """A responsibility binds from now on: its department owes a line in every open period of the policy.

    Due at its role's date, and not before five working days have passed. A line that the department owes
    already answers for both; one that was waived because its duty had ended is owed again. One event a
    line that is new, owed again, or has become a lead's; these are returned.
    """
    on = timezone.localdate(at)
    measure = responsibility.measure
    changed = []
    with transaction.atomic():
        for period in _open_periods(measure):
            if owes_a_line(measure, period.quarter):
                for duty in _duties_answering(responsibility, on):
                    line = period.updates.filter(measure=measure, department=duty.department).first()
                    if line is None:
                        changed.append(_add_line(actor, period, duty, at))
                    elif _answer_also(actor, line, duty, responsibility, basis, at):
                        changed.append(line)
        _follow_roles(measure, on)
    return changed


def _duties_answering(responsibility: Responsibility, on: date) -> list[Duty]:
    measure = responsibility.measure
    rows = measure.responsibilities.in_force(on).select_related("department").order_by("role", "position")
    return [duty for duty in duties_of(measure, rows, Performers(on)) if responsibility in duty.covers]


def _due_from(period: ReportingPeriod, duty: Duty, at: datetime) -> date:
    return max(duty.due_on(period), add_working_days(timezone.localdate(at), DAYS_FOR_A_LATE_DUTY))


def _add_line(actor: Actor, period: ReportingPeriod, duty: Duty, at: datetime) -> ProgressUpdate:
    update = _update(period, duty, _due_from(period, duty, at))
    update.save()
    update.covers.set(duty.covers)
    Event.objects.record(Act.ADD_DUTY, actor, period.policy.coordinator, at, update=update)
    return update


def _answer_also(
    actor: Actor, line: ProgressUpdate, duty: Duty, responsibility: Responsibility, basis: str, at: datetime
) -> bool:
    """The line answers this responsibility too; whether that lays something new on its department."""
    had_ended = not line.covers.in_force(timezone.localdate(at)).exclude(pk=responsibility.pk).exists()
    owed_again = line.state == UpdateState.WAIVED and had_ended
    becomes_lead = duty.role == ResponsibilityRole.LEAD and not line.is_lead
    line.covers.add(responsibility)
    if line.first_submitted_at is None and (owed_again or becomes_lead):
        line.due_on = _due_from(line.period, duty, at)
        line.save(update_fields=["due_on"])
    coordinator = line.period.policy.coordinator
    if owed_again:
        restore_by_rule(actor, coordinator, line, basis, at)
    elif becomes_lead:
        Event.objects.record(Act.ADD_DUTY, actor, coordinator, at, comment=basis, update=line)
    return owed_again or becomes_lead


def end_duty(actor: Actor, responsibility: Responsibility, basis: str, at: datetime) -> None:
    """A responsibility ended: what is open is waived with that basis, what is submitted runs to its end."""
    on = timezone.localdate(at)
    with transaction.atomic():
        for update in _open_updates().filter(covers=responsibility):
            if not update.covers.in_force(on).exclude(pk=responsibility.pk).exists():
                waive_by_rule(actor, update.period.policy.coordinator, update, basis, at)
        _follow_roles(responsibility.measure, on)


def end_duties(actor: Actor, measure: Measure, basis: str, at: datetime) -> None:
    """The measure came to rest: nobody owes a line on it any more. Call inside that act's transaction."""
    for update in _open_updates().filter(measure=measure):
        waive_by_rule(actor, update.period.policy.coordinator, update, basis, at)


def _follow_roles(measure: Measure, on: date) -> None:
    """Give the lines of open periods the roles and places that the responsibilities in force now give them.

    The lead wins and the first lead in force convenes; a line whose duty ended stands behind. Nobody gets
    less time than before, and what was submitted keeps its date: on time or late for ever.
    """
    mode = effective_lead_mode(measure, measure.responsibilities.in_force(on))
    for period in _open_periods(measure):
        rows = period.updates.select_for_update(of=("self",)).filter(measure=measure)
        lines = list(rows.select_related("department").order_by("position"))
        covered = {line.department: list(line.covers.in_force(on)) for line in lines}
        duties = _placed(measure, {who: bound for who, bound in covered.items() if bound}, mode)
        places = {duty.department: duty for duty in duties}
        behind = Counter(duty.role for duty in duties)
        for line in lines:
            duty = places.get(line.department)
            if duty is None:
                behind[ResponsibilityRole(line.role)] += 1
                line.position = behind[ResponsibilityRole(line.role)]
            else:
                line.role, line.position = duty.role, duty.position
                if line.first_submitted_at is None:
                    line.due_on = max(line.due_on, duty.due_on(period))
            line.save(update_fields=["role", "position", "due_on"])


def _open_periods(measure: Measure) -> Iterable[ReportingPeriod]:
    periods = ReportingPeriod.objects.filter(state=PeriodState.OPEN, edition=measure.section.edition_id)
    return periods.select_related("policy__coordinator")


def _open_updates() -> ProgressUpdateQuerySet:
    return ProgressUpdate.objects.filter(period__state=PeriodState.OPEN).with_context()


# --- what begins or ends by the day alone: every night --------------------------------------------


@dataclass(frozen=True)
class Ending:
    """Why a line is not owed any more: since when, who laid that down, and on what it rests."""

    since: datetime
    actor: Actor
    basis: str


def follow_days(at: datetime) -> list[ProgressUpdate]:
    """Let open periods follow the responsibilities whose first day has come or whose last day is past.

    A text that was in review when its duty ended, and came back since, is not owed either. Each beginning
    and each ending is followed once: what the office restores afterwards stays. The events carry the name
    of whoever entered the day. Returns the lines that changed; to be called once a day, safe to repeat.
    """
    with transaction.atomic():
        return _begin_by_day(at) + _end_by_day(at)


def _begin_by_day(at: datetime) -> list[ProgressUpdate]:
    on = timezone.localdate(at)
    changed = []
    for period in ReportingPeriod.objects.filter(state=PeriodState.OPEN, opened_at__isnull=False):
        begun = Responsibility.objects.in_force(on).filter(
            measure__section__edition=period.edition_id, valid_from__gt=timezone.localdate(period.opened_at)
        )
        for row in begun.exclude(updates__period=period):
            if entry := _entry_of(row, on):
                actor, basis = entry
                changed += add_duty(actor, row, basis, at)
    return changed


def _end_by_day(at: datetime) -> list[ProgressUpdate]:
    on = timezone.localdate(at)
    bound = Q(covers__in=Responsibility.objects.in_force(on))
    idle = Q(measure__state__in=STATES_AT_REST) | ~Q(pk__in=ProgressUpdate.objects.filter(bound).values("pk"))
    open_lines = _open_updates().filter(idle, state__in=WRITABLE_STATES, first_submitted_at=None)
    changed = []
    for line in open_lines.in_document_order():
        ending = _ending_of(line, on)
        if ending and not Event.objects.of_update(line).filter(act=Act.WAIVE, at__gte=ending.since).exists():
            waive_by_rule(ending.actor, line.period.policy.coordinator, line, ending.basis, at)
            _follow_roles(line.measure, on)
            changed.append(line)
    return changed


def _ending_of(line: ProgressUpdate, on: date) -> Ending | None:
    if line.measure.state in STATES_AT_REST:
        event = Event.objects.filter(measure=line.measure, to_state=line.measure.state).last()
        basis = (event and event.comment) or str(MeasureState(line.measure.state).label)
        return Ending(event.at, Actor(event.user, on), basis) if event else None
    last = max(line.covers.all(), key=lambda row: row.valid_to or on)
    entry = _entry_of(last, on)
    the_day_after = (last.valid_to or on) + timedelta(days=1)
    return entry and Ending(timezone.make_aware(datetime.combine(the_day_after, time.min)), *entry)


def _entry_of(responsibility: Responsibility, on: date) -> tuple[Actor, str] | None:
    """Who last saved it, and the basis; nobody for one that came past admin and imports."""
    entry = responsibility.history.exclude(history_user=None).first()
    return (Actor(entry.history_user, on), entry.history_change_reason or "") if entry else None
