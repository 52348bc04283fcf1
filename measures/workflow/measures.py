"""When, for a measure: the table of its transitions, and the clerk's acts with a basis."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from departments.actors import Actor
from departments.workdays import CalendarMissing
from measures import duty_changes, permissions
from measures.models import Act, Event, Measure, MeasureState, Policy
from measures.workflow.checks import require, required_reason
from measures.workflow.errors import WorkflowError, WrongStateError

M = MeasureState

TRANSITIONS: Final[Mapping[tuple[MeasureState, Act], MeasureState]] = {
    (M.NOT_STARTED, Act.START): M.IN_PROGRESS,  # by the first confirmed progress: see workflow.confirm
    (M.NOT_STARTED, Act.MAKE_ROUTINE): M.ROUTINE,
    (M.NOT_STARTED, Act.SUSPEND): M.SUSPENDED,
    (M.NOT_STARTED, Act.CANCEL): M.CANCELLED,
    (M.IN_PROGRESS, Act.MAKE_ROUTINE): M.ROUTINE,
    (M.IN_PROGRESS, Act.SUSPEND): M.SUSPENDED,
    (M.IN_PROGRESS, Act.CANCEL): M.CANCELLED,
    (M.IN_PROGRESS, Act.CLOSE_MEASURE): M.CLOSED,
    (M.ROUTINE, Act.RESUME): M.IN_PROGRESS,
    (M.ROUTINE, Act.CLOSE_MEASURE): M.CLOSED,
    (M.SUSPENDED, Act.RESUME): M.IN_PROGRESS,
    (M.CANCELLED, Act.RESUME): M.IN_PROGRESS,
    (M.CLOSED, Act.REOPEN_MEASURE): M.IN_PROGRESS,
}
# What the clerk does alone, with a basis.
CLERKS_STATE_ACTS: Final = (Act.MAKE_ROUTINE, Act.SUSPEND, Act.CANCEL, Act.RESUME, Act.REOPEN_MEASURE)


def policy_of(measure: Measure) -> Policy:
    return measure.section.edition.policy


def is_possible(measure: Measure, act: Act) -> bool:
    return (MeasureState(measure.state), act) in TRANSITIONS


def change_state(actor: Actor, measure: Measure, act: Act, basis: str, at: datetime) -> Measure:
    """The clerk's acts with a basis; open duties end when a measure comes to rest and return with it."""
    if act not in CLERKS_STATE_ACTS:
        raise ValueError(f"{act} is not an act of the clerk alone")
    with transaction.atomic():
        row = lock_measure(measure, act)
        policy = policy_of(row)
        require(permissions.can_manage_measures(actor, policy))
        return move(actor, row, act, required_reason(basis), at)


def lock_measure(measure: Measure, act: Act) -> Measure:
    rows = Measure.objects.select_for_update(of=("self",))
    row = rows.select_related("section__edition__policy__coordinator").get(pk=measure.pk)
    if not is_possible(row, act):
        raise WrongStateError(
            _("“%(act)s” is not possible now: the measure is “%(state)s”.")
            % {"act": act.label, "state": MeasureState(row.state).label}
        )
    return row


def move(actor: Actor, measure: Measure, act: Act, comment: str, at: datetime) -> Measure:
    before = MeasureState(measure.state)
    measure.state = TRANSITIONS[before, act]
    measure.save(update_fields=["state"])
    department = policy_of(measure).coordinator
    Event.objects.record(
        act, actor, department, at, comment=comment, states=(before, measure.state), measure=measure
    )
    try:
        duty_changes.follow_measure(measure, at)
    except CalendarMissing as error:  # updates that are owed again get their days
        raise WorkflowError(str(error)) from error
    return measure
