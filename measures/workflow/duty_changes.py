"""What happens to the updates of an open period when a duty begins, ends or changes?

One function, `_follow`, compares the updates of a measure with the responsibilities in force and makes them
agree. Acts call it at once; the command `follow_duties` calls it every night for what only the date changes.
An open period keeps its performers: a succession counts from the next period on. A period that was closed
once keeps its updates, also when it is opened again. Rules: docs/domain.md 3.7,
docs/domain.md 3.8, docs/decisions/0016.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from departments.actors import Actor
from departments.models import Department, User
from departments.models.versions import entered_by
from departments.workdays import CalendarMissing, add_working_days
from measures.duties import Duty, Performers, new_update_of, number_duties, owes_an_update
from measures.models import (
    STATES_AT_REST,
    WRITABLE_STATES,
    Act,
    Event,
    Measure,
    PeriodState,
    ProgressUpdate,
    ReportingPeriod,
    Responsibility,
    ResponsibilityRole,
    effective_lead_mode,
)
from measures.workflow.acting import one_act
from measures.workflow.locks import lock_measure_and_updates
from measures.workflow.recording import record
from measures.workflow.updates import EXCUSING_ACTS, Step, move_by_rule

# Working days that a department gets at least for a duty assigned to it in the middle of a period.
DAYS_FOR_A_LATE_DUTY: Final = 5
# How many characters of the basis fit into the history of a responsibility.
BASIS_LENGTH: Final = 100
# Acts after which a measure that was at rest owes updates again.
_RESUMED: Final = (Act.RESUME, Act.REOPEN_MEASURE)


def save_responsibility(
    actor: Actor, responsibility: Responsibility, basis: str, at: datetime
) -> list[ProgressUpdate]:
    """Save a responsibility that somebody added or changed, and adapt the open periods.

    What the office designates takes that day as the day of its designation.

    It binds on its first and on its last day. What begins or ends on a later day is dealt with then, by
    `follow_days`; its history keeps who entered it and on what basis. Returns the updates that were
    added, ended, owed again or made a lead's, with one event each.
    """
    if not responsibility.designated:
        responsibility.designated_on = None
    elif responsibility.designated_on is None:
        responsibility.designated_on = timezone.localdate(at)
    responsibility._change_reason = basis[:BASIS_LENGTH]  # type: ignore[attr-defined]  # read by simple_history
    entered_by(responsibility, actor.person, at)
    with one_act():
        measure = lock_measure_and_updates(responsibility.measure)
        responsibility.save()
        return _follow_everywhere(measure, at, [responsibility])


def follow_measure(measure: Measure, at: datetime) -> list[ProgressUpdate]:
    """Adapt open periods after a measure came to rest or was resumed.

    Call it inside the transaction of that act, which holds the measure, after its event was recorded.
    """
    return _follow_everywhere(measure, at, [])


def follow_days(at: datetime) -> tuple[list[ProgressUpdate], list[CalendarMissing]]:
    """Adapt open periods to responsibilities whose first day has come or whose last day is past.

    It also waives a text that was in review when its duty ended and was returned since. The events carry the
    name of the person who entered the date. Each measure is a transaction of its own. Returns the updates
    that changed and the errors of measures that could not be adapted. Call it daily; it is safe to repeat.
    """
    changed, errors = [], []
    for period in _followed_periods():
        of_edition = Measure.objects.filter(section__edition=period.edition_id).select_related("section")
        touched = of_edition.filter(_touched_by_the_day(period, timezone.localdate(at)))
        for measure in touched.in_document_order():
            begun = measure.responsibilities.filter(valid_from__gt=timezone.localdate(period.opened_at))
            try:
                with one_act():
                    held = lock_measure_and_updates(measure)
                    if _followed_periods().filter(pk=period.pk).exists():  # may have been closed meanwhile
                        changed += _follow(period, held, at, begun)
            except CalendarMissing as error:
                errors.append(error)
    return changed, errors


def _touched_by_the_day(period: ReportingPeriod, on: date) -> Q:
    """The measures whose updates can disagree with their responsibilities though no act is to blame.

    A first day has come since the period was opened; an update answers what does not bind today; or a measure
    at rest has a text that came back. So a night in which nothing begins or ends costs one query.
    """
    opened_on = timezone.localdate(period.opened_at)
    begun = Responsibility.objects.filter(valid_from__gt=opened_on, valid_from__lte=on)
    not_bound = Responsibility.objects.filter(
        Q(valid_to__lt=on) | Q(valid_from__gt=on), updates__period=period
    )
    came_back = ProgressUpdate.objects.filter(
        period=period,
        state__in=WRITABLE_STATES,
        first_submitted_at=None,
        measure__state__in=STATES_AT_REST,
    )
    return reduce(or_, (Q(pk__in=rows.values("measure")) for rows in (begun, not_bound, came_back)))


def _follow_everywhere(
    measure: Measure, at: datetime, added: Iterable[Responsibility]
) -> list[ProgressUpdate]:
    periods = _followed_periods().filter(edition=measure.section.edition_id)
    return [update for period in periods for update in _follow(period, measure, at, added)]


def _followed_periods() -> QuerySet[ReportingPeriod]:
    periods = ReportingPeriod.objects.filter(state=PeriodState.OPEN, snapshots=None)
    return periods.select_related("policy__coordinator")


# --- one measure in one period -------------------------------------------------------------------


@dataclass
class _MeasureUpdates:
    """The updates of a measure in a period, held by the caller, with the events about their duties."""

    period: ReportingPeriod
    measure: Measure
    at: datetime
    by_department: dict[Department, ProgressUpdate]
    events: dict[int | None, list[Event]]
    assigned: dict[Department, list[Responsibility]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def load(cls, period: ReportingPeriod, measure: Measure, at: datetime) -> "_MeasureUpdates":
        rows = ProgressUpdate.objects.filter(period=period, measure=measure)
        updates = list(rows.with_context().prefetch_related("covers").order_by("position"))
        events = defaultdict(list)
        for event in Event.objects.filter(update__in=updates, act__in=EXCUSING_ACTS).order_by("pk"):
            events[event.update_id].append(event)
        return cls(period, measure, at, {update.department: update for update in updates}, events)

    @property
    def on(self) -> date:
        return timezone.localdate(self.at)

    def still_answered(self) -> dict[Department, list[Responsibility]]:
        """By department, the responsibilities in force that its update answers; nobody with none of them."""
        answered = {
            who: [row for row in update.covers.all() if row.binds(self.on)]
            for who, update in self.by_department.items()
        }
        return {who: rows for who, rows in answered.items() if rows}

    def unanswered(self, added: Iterable[Responsibility]) -> list[Responsibility]:
        """Those in force that no update answers, where it is known who entered them."""
        known = {row for update in self.by_department.values() for row in update.covers.all()}
        return [row for row in added if row.binds(self.on) and row not in known and _entry_of(row)]

    def end_of(self, update: ProgressUpdate) -> Event | None:
        """The event with which the duty ended, unless it has begun again since."""
        events = [row for row in self.events[update.pk] if row.act in {Act.ADD_DUTY, Act.END_DUTY}]
        return events[-1] if events and events[-1].act == Act.END_DUTY else None

    def due_from(self, duty: Duty) -> date:
        """The due date of a duty that begins today. Raises CalendarMissing."""
        return max(duty.due_on(self.period), add_working_days(self.on, DAYS_FOR_A_LATE_DUTY))


def _follow(
    period: ReportingPeriod, measure: Measure, at: datetime, added: Iterable[Responsibility]
) -> list[ProgressUpdate]:
    """Make the updates agree with the responsibilities in force; returns those whose duty changed.

    Only the responsibilities in `added` may create updates; the others change updates that exist.
    """
    updates = _MeasureUpdates.load(period, measure, at)
    duties = {duty.department: duty for duty in _duties_now(updates, added)}
    changed = []
    for duty in duties.values():
        update = updates.by_department.get(duty.department)
        if update is None:
            changed.append(_add_update(updates, duty))
        elif went_on := _continue_update(updates, update, duty):
            changed.append(went_on)
    positions = Counter(duty.role for duty in duties.values())
    for update in updates.by_department.values():
        if update.department not in duties:
            positions[ResponsibilityRole(update.role)] += 1
            update.position = positions[ResponsibilityRole(update.role)]
            update.save(update_fields=["position"])
            if ended := _end(updates, update):
                changed.append(ended)
    return changed


def _duties_now(updates: _MeasureUpdates, added: Iterable[Responsibility]) -> list[Duty]:
    """The duty of each department in this period: what its update answers, and what is assigned to it now."""
    measure = updates.measure
    if measure.state in STATES_AT_REST:
        return []
    covered = updates.still_answered()
    if owes_an_update(measure, updates.period) and not _was_at_rest(updates):
        _assign(updates, added)
    for who, rows in updates.assigned.items():
        covered.setdefault(who, []).extend(rows)
    mode = effective_lead_mode(measure, measure.responsibilities.in_force(updates.on))
    return number_duties(measure, covered, mode)


def _assign(updates: _MeasureUpdates, added: Iterable[Responsibility]) -> None:
    """To whoever has an update of its own under that name; else to those who perform for it today."""
    performers = Performers(updates.on)
    for row in updates.unanswered(added):
        own = row.department in updates.by_department
        for who in (row.department,) if own else performers.of(row.department):
            updates.assigned[who].append(row)


def _was_at_rest(updates: _MeasureUpdates) -> bool:
    """Whether the measure was at rest when the period was opened; then it owes nothing in it."""
    resumed = Event.objects.filter(measure=updates.measure, act__in=_RESUMED, at__gt=updates.period.opened_at)
    return not updates.by_department and resumed.exists()


def _add_update(updates: _MeasureUpdates, duty: Duty) -> ProgressUpdate:
    update = new_update_of(updates.period, duty, updates.due_from(duty))
    update.save()
    update.covers.set(duty.covers)
    return _record_beginning(updates, update, duty)


def _continue_update(updates: _MeasureUpdates, update: ProgressUpdate, duty: Duty) -> ProgressUpdate | None:
    """Adapt an existing update; returns it if its duty begins again or becomes a lead's, else None.

    Nobody gets less time than before, and what was submitted keeps its date (docs/domain.md 3.9).
    """
    end = updates.end_of(update)
    owed_again = (
        end is not None and end == updates.events[update.pk][-1]
    )  # waived by its end, not by the office
    rises = duty.role == ResponsibilityRole.LEAD and not update.is_lead
    if update.first_submitted_at is None:
        due_on = updates.due_from(duty) if owed_again or rises else duty.due_on(updates.period)
        update.move_due_on(max(update.due_on, due_on))
    update.role, update.position = duty.role, duty.position
    update.covers.add(*updates.assigned[duty.department])
    update.save(update_fields=["role", "position", "due_on", "first_due_on"])
    return _record_beginning(updates, update, duty, owed_again=owed_again) if end or rises else None


def _record_beginning(
    updates: _MeasureUpdates, update: ProgressUpdate, duty: Duty, *, owed_again: bool = False
) -> ProgressUpdate:
    """The update afterwards. Nothing is recorded where it is not known who entered the duty."""
    basis = _basis_of_beginning(updates, update, duty)
    if basis is None:
        return update
    step = _step(updates, Act.ADD_DUTY, basis)
    if owed_again:
        return move_by_rule(step, update)
    record(step.act, step.actor, step.department, step.at, comment=step.comment, update=update)
    return update


def _end(updates: _MeasureUpdates, update: ProgressUpdate) -> ProgressUpdate | None:
    """Waive an update that is not owed any more, once, if it never left its department."""
    is_open = update.state in WRITABLE_STATES and update.first_submitted_at is None
    if not is_open or updates.end_of(update):
        return None
    basis = _basis_of_end(updates, update)
    return move_by_rule(_step(updates, Act.END_DUTY, basis), update) if basis else None


def _step(updates: _MeasureUpdates, act: Act, basis: "_Basis") -> Step:
    actor = Actor(basis.user, updates.on)
    return Step(actor, updates.period.policy.coordinator, act, updates.at, basis.comment)


# --- on what it rests ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Basis:
    """Who decided that a duty begins or ends, and on what basis: both are written into its event."""

    user: User
    comment: str


def _basis_of_beginning(updates: _MeasureUpdates, update: ProgressUpdate, duty: Duty) -> _Basis | None:
    """From the measure's resumption, or from the history of the responsibilities that were assigned."""
    end, state = updates.end_of(update), _last_change_of(updates.measure)
    if end and state and state.act in _RESUMED and state.pk > end.pk:
        return _basis_of_event(state)
    entries = [entry for row in updates.assigned[duty.department] or duty.covers if (entry := _entry_of(row))]
    return _latest(entries)


def _basis_of_end(updates: _MeasureUpdates, update: ProgressUpdate) -> _Basis | None:
    """From the act that brought the measure to rest, or the history of the responsibility that ended last."""
    if updates.measure.state in STATES_AT_REST:
        state = _last_change_of(updates.measure)
        return _basis_of_event(state) if state else None
    entries = [entry for row in update.covers.all() if (entry := _entry_of(row))]
    last = max((entry.valid_to or date.max for entry in entries), default=None)
    return _latest([entry for entry in entries if (entry.valid_to or date.max) == last])


def _last_change_of(measure: Measure) -> Event | None:
    """The event that brought the measure into its present state; None if it never changed."""
    return Event.objects.filter(measure=measure, to_state=measure.state).exclude(user=None).last()


def _basis_of_event(event: Event) -> _Basis:
    return _Basis(event.user, event.comment or event.to_words)  # type: ignore[arg-type]  # see _last_change_of


def _entry_of(responsibility: Responsibility) -> Any:
    """The row of its history that set its present days; None if no person entered them."""
    found = None
    for entry in responsibility.history.select_related("history_user").order_by("-history_id"):
        if (entry.valid_from, entry.valid_to) != (responsibility.valid_from, responsibility.valid_to):
            break
        found = entry if entry.history_user else found
    return found


def _latest(entries: Iterable[Any]) -> _Basis | None:
    entry = max(entries, key=lambda row: row.history_id, default=None)
    return _Basis(entry.history_user, entry.history_change_reason or "") if entry else None
