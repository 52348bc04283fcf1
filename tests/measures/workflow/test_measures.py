"""A measure's state: the clerk's acts with a basis, one test for each rule of docs/domain.md 5."""

from typing import Final

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from measures.models import (
    Act,
    Event,
    MeasureState,
    UpdateState,
)
from measures.workflow import measures
from measures.workflow.errors import WrongStateError
from tests import cast
from tests.builders import a_measure, an_update, moment, update_of
from tests.measures.workflow.measure_acts import BASIS, NOT_THE_CLERK, events_of, state_of

pytestmark = pytest.mark.django_db
M: Final = MeasureState
S: Final = UpdateState
NOW: Final = moment()
# docs/domain.md 5.3: what the clerk does with a basis. START is in test_texts.py, closing in test_closures.
TABLE: Final = [
    (M.NOT_STARTED, Act.MAKE_ROUTINE, M.ROUTINE),
    (M.NOT_STARTED, Act.SUSPEND, M.SUSPENDED),
    (M.NOT_STARTED, Act.CANCEL, M.CANCELLED),
    (M.IN_PROGRESS, Act.MAKE_ROUTINE, M.ROUTINE),
    (M.IN_PROGRESS, Act.SUSPEND, M.SUSPENDED),
    (M.IN_PROGRESS, Act.CANCEL, M.CANCELLED),
    (M.ROUTINE, Act.RESUME, M.IN_PROGRESS),
    (M.SUSPENDED, Act.RESUME, M.IN_PROGRESS),
    (M.CANCELLED, Act.RESUME, M.IN_PROGRESS),
    (M.CLOSED, Act.REOPEN_MEASURE, M.IN_PROGRESS),
]
CLERKS_ACTS: Final = (Act.MAKE_ROUTINE, Act.SUSPEND, Act.CANCEL, Act.RESUME, Act.REOPEN_MEASURE)


@pytest.mark.parametrize(("before", "act", "after"), TABLE)
def test_state_is_changed_by_the_clerk_with_a_basis_and_one_event(
    before: MeasureState, act: Act, after: MeasureState
) -> None:
    measure = a_measure(state=before)
    for person in NOT_THE_CLERK:
        with pytest.raises(PermissionDenied):
            measures.change_state(person(), measure, act, BASIS, NOW)
    for basis, complaint in (("", "reason"), ("字" * 201, "reason")):
        with pytest.raises(ValidationError, match=complaint):
            measures.change_state(cast.clerk(), measure, act, basis, NOW)
    assert (state_of(measure), events_of(measure)) == (before, [])

    measures.change_state(cast.clerk(), measure, act, f" {BASIS} ", NOW)

    assert state_of(measure) == after
    event = Event.objects.get(measure=measure)
    assert (event.act, event.from_state, event.to_state, event.comment) == (act, before, after, BASIS)
    assert event.department == cast.the_office()


@pytest.mark.sample("what is refused is decided over a loaded row")
@pytest.mark.parametrize("state", M)
def test_state_is_changed_by_no_act_outside_the_table(state: MeasureState) -> None:
    measure = a_measure(state=state)
    for act in set(CLERKS_ACTS) - {act for before, act, _after in TABLE if before == state}:
        assert not measures.is_possible(measure, act)
        with pytest.raises(WrongStateError):
            measures.change_state(cast.clerk(), measure, act, BASIS, NOW)
    assert (state_of(measure), events_of(measure)) == (state, [])


@pytest.mark.sample("what is refused is decided over a loaded row")
@pytest.mark.parametrize("act", [Act.START, Act.CLOSE_MEASURE, Act.SAVE])
def test_state_is_not_the_clerks_alone_to_start_or_close(act: Act) -> None:
    with pytest.raises(ValueError, match="not an act of the clerk"):
        measures.change_state(cast.clerk(), a_measure(state=M.IN_PROGRESS), act, BASIS, NOW)


def test_table_of_a_measure_is_the_domains() -> None:
    others = {
        (M.NOT_STARTED, Act.START): M.IN_PROGRESS,
        (M.IN_PROGRESS, Act.CLOSE_MEASURE): M.CLOSED,
        (M.ROUTINE, Act.CLOSE_MEASURE): M.CLOSED,
    }
    table = {(before, act): after for before, act, after in TABLE}
    assert table | others == {key: row.next_state for key, row in measures.TRANSITIONS.items()}


@pytest.mark.parametrize(("act", "state"), [(Act.SUSPEND, S.WAIVED), (Act.MAKE_ROUTINE, S.DUE)])
def test_measure_that_comes_to_rest_ends_its_open_duties_with_the_basis(act: Act, state: UpdateState) -> None:
    measure = a_measure()
    update = an_update(measure=measure)
    measures.change_state(cast.clerk(), measure, act, BASIS, NOW)
    assert update_of(measure, "zgh").state == state
    comments = Event.objects.of_update(update).values_list("comment", flat=True)
    assert list(comments) == ([BASIS] if state == S.WAIVED else [])
