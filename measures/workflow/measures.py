"""When and by whom may the state of a measure change? Its table, and the clerk's acts with a basis."""

from datetime import datetime
from typing import Final, TypeAlias

from django.utils.translation import gettext as _

from departments.actors import Actor
from measures.models import Act, Measure, MeasureState, Policy
from measures.permissions import OfficeMay, can_manage_measures
from measures.workflow import duty_changes
from measures.workflow.acting import one_act
from measures.workflow.checks import require, required_reason
from measures.workflow.errors import WrongStateError
from measures.workflow.locks import lock_measure_and_updates
from measures.workflow.recording import record
from measures.workflow.transitions import Table, Transition, table

M: TypeAlias = MeasureState
_Row: TypeAlias = Transition[MeasureState, OfficeMay]
TRANSITIONS: Final[Table[MeasureState, OfficeMay]] = table(
    _Row(M.NOT_STARTED, Act.MAKE_ROUTINE, M.ROUTINE, (can_manage_measures,)),
    _Row(M.NOT_STARTED, Act.SUSPEND, M.SUSPENDED, (can_manage_measures,)),
    _Row(M.NOT_STARTED, Act.CANCEL, M.CANCELLED, (can_manage_measures,)),
    _Row(M.IN_PROGRESS, Act.MAKE_ROUTINE, M.ROUTINE, (can_manage_measures,)),
    _Row(M.IN_PROGRESS, Act.SUSPEND, M.SUSPENDED, (can_manage_measures,)),
    _Row(M.IN_PROGRESS, Act.CANCEL, M.CANCELLED, (can_manage_measures,)),
    _Row(M.ROUTINE, Act.RESUME, M.IN_PROGRESS, (can_manage_measures,)),
    _Row(M.SUSPENDED, Act.RESUME, M.IN_PROGRESS, (can_manage_measures,)),
    _Row(M.CANCELLED, Act.RESUME, M.IN_PROGRESS, (can_manage_measures,)),
    _Row(M.CLOSED, Act.REOPEN_MEASURE, M.IN_PROGRESS, (can_manage_measures,)),
    # By the first confirmed progress (see updates.confirm), and when clerk and signer agree (see closures).
    _Row(M.NOT_STARTED, Act.START, M.IN_PROGRESS),
    _Row(M.IN_PROGRESS, Act.CLOSE_MEASURE, M.CLOSED),
    _Row(M.ROUTINE, Act.CLOSE_MEASURE, M.CLOSED),
)
# What the clerk does alone, with a basis.
CLERKS_STATE_ACTS: Final = tuple(dict.fromkeys(row.act for row in TRANSITIONS.values() if row.may))


def policy_of(measure: Measure) -> Policy:
    return measure.section.edition.policy


def is_possible(measure: Measure, act: Act) -> bool:
    """The table allows the act now, whoever does it. Writes nothing."""
    return (MeasureState(measure.state), act) in TRANSITIONS


def change_state(actor: Actor, measure: Measure, act: Act, basis: str, at: datetime) -> Measure:
    """The clerk's acts with a basis; open duties end when a measure comes to rest and return with it."""
    if act not in CLERKS_STATE_ACTS:
        raise ValueError(f"{act} is not an act of the clerk alone")
    with one_act():
        row = lock_measure(measure, act)
        allowed = TRANSITIONS[M(row.state), act].may
        require(any(may(actor, policy_of(row)) for may in allowed))
        return move(actor, row, act, required_reason(basis), at)


def lock_measure(measure: Measure, act: Act) -> Measure:
    """The measure as it is now, held with its updates. Raises WrongStateError."""
    row = lock_measure_and_updates(measure)
    if not is_possible(row, act):
        raise WrongStateError(
            _("“%(act)s” is not possible now: the measure is “%(state)s”.")
            % {"act": act.label, "state": MeasureState(row.state).label}
        )
    return row


def move(actor: Actor, measure: Measure, act: Act, comment: str, at: datetime) -> Measure:
    before = MeasureState(measure.state)
    measure.state = TRANSITIONS[before, act].next_state
    measure.save(update_fields=["state"])
    department = policy_of(measure).coordinator
    record(act, actor, department, at, comment=comment, states=(before, measure.state), measure=measure)
    duty_changes.follow_measure(measure, at)  # CalendarMissing: no days for what is owed again
    return measure
