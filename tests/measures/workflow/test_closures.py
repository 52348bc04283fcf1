"""The closure of a measure: who asks, who agrees, who refuses; the rules of docs/domain.md 5."""

from collections.abc import Callable
from typing import Final

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from departments.actors import Actor
from departments.models import Role
from measures.models import (
    Act,
    Closure,
    ClosureOutcome,
    Event,
    LeadMode,
    Measure,
    MeasureState,
    UpdateState,
)
from measures.workflow import closures
from measures.workflow.errors import WorkflowError, WrongStateError
from tests import cast
from tests.builders import a_measure, an_update, moment
from tests.cast import a_department
from tests.measures.workflow.measure_acts import BASIS, events_of, state_of

pytestmark = pytest.mark.django_db
M: Final = MeasureState
S: Final = UpdateState
NOW: Final = moment()


def asked(measure: Measure, *slugs: str) -> Closure:
    for slug in slugs or ("zgh",):
        closures.request_closure(cast.reporter(slug), measure, a_department(slug), "任务全部完成", NOW)
    return Closure.objects.get(measure=measure, outcome="")


def test_closure_takes_the_convenor_and_clerk_and_signer_two_people() -> None:
    measure = a_measure(("zgh", "jyj"), state=M.IN_PROGRESS)
    update = an_update(measure=measure)
    closure = asked(measure)
    closure = closures.agree_to_closure(cast.clerk(), closure, Role.CLERK, NOW)
    assert (closure.outcome, state_of(measure)) == ("", M.IN_PROGRESS)
    closure = closures.agree_to_closure(cast.signer(), closure, Role.SIGNER, NOW)
    assert (closure.outcome, closure.ended_at, state_of(measure)) == (ClosureOutcome.CLOSED, NOW, M.CLOSED)
    assert (closure.clerk, closure.signer) == (cast.clerk().person, cast.signer().person)
    assert events_of(measure) == [
        Act.REQUEST_CLOSURE, Act.AGREE_CLOSURE, Act.AGREE_CLOSURE, Act.CLOSE_MEASURE,
    ]  # fmt: skip
    update.refresh_from_db()
    assert update.state == S.WAIVED


def test_closure_by_the_signer_first_ends_the_same_way() -> None:
    measure = a_measure(state=M.ROUTINE)
    closure = asked(measure)
    closures.agree_to_closure(cast.signer(), closure, Role.SIGNER, NOW)
    closures.agree_to_closure(cast.clerk(), closure, Role.CLERK, NOW)
    assert state_of(measure) == M.CLOSED


def test_closure_is_not_agreed_to_twice_by_one_person() -> None:
    both = cast.a_person("both", ("rsj", Role.CLERK), ("rsj", Role.SIGNER))
    measure = a_measure(state=M.IN_PROGRESS)
    closure = closures.agree_to_closure(both, asked(measure), Role.CLERK, NOW)
    with pytest.raises(ValidationError):
        closures.agree_to_closure(both, closure, Role.SIGNER, NOW)
    assert (state_of(measure), events_of(measure)[-1]) == (M.IN_PROGRESS, Act.AGREE_CLOSURE)


def test_closure_keeps_the_clerk_who_agreed_first() -> None:
    closure = closures.agree_to_closure(cast.clerk(), asked(a_measure(state=M.IN_PROGRESS)), Role.CLERK, NOW)
    with pytest.raises(WorkflowError):
        closures.agree_to_closure(cast.second_clerk(), closure, Role.CLERK, NOW)
    closure.refresh_from_db()
    assert closure.clerk == cast.clerk().person


@pytest.mark.sample("what is refused is decided over a loaded row")
@pytest.mark.parametrize(
    ("who", "role"),
    [
        (cast.clerk, Role.SIGNER),
        (cast.signer, Role.CLERK),
        (cast.leader, Role.LEADER),
        (cast.reporter, Role.CLERK),
        (cast.admin, Role.SIGNER),
        (cast.clerk_elsewhere, Role.CLERK),
        (cast.anonymous, Role.CLERK),
    ],
)
def test_closure_is_agreed_to_only_in_ones_own_role(who: Callable[[], Actor], role: Role) -> None:
    closure = asked(a_measure(state=M.IN_PROGRESS))
    with pytest.raises(PermissionDenied):
        closures.agree_to_closure(who(), closure, role, NOW)


def test_closure_of_separate_leads_waits_for_each_of_them() -> None:
    measure = a_measure(("zgh", "jyj"), (), LeadMode.SEPARATE, state=M.IN_PROGRESS)
    closure = asked(measure, "zgh")
    assert closures.missing_requests(closure, NOW.date()) == (a_department("jyj"),)
    with pytest.raises(WorkflowError):
        closures.agree_to_closure(cast.clerk(), closure, Role.CLERK, NOW)
    asked(measure, "jyj")
    assert closures.missing_requests(closure, NOW.date()) == ()
    closures.agree_to_closure(cast.clerk(), closure, Role.CLERK, NOW)
    closures.agree_to_closure(cast.signer(), closure, Role.SIGNER, NOW)
    assert state_of(measure) == M.CLOSED


@pytest.mark.sample("what is refused is decided over a loaded row")
@pytest.mark.parametrize("slug", ["jyj", "czj"])
def test_closure_is_not_asked_for_by_co_leads_or_participants(slug: str) -> None:
    measure = a_measure(("zgh", "jyj"), ("czj",), state=M.IN_PROGRESS)
    with pytest.raises(PermissionDenied):
        closures.request_closure(cast.reporter(slug), measure, a_department(slug), BASIS, NOW)
    with pytest.raises(PermissionDenied):
        closures.request_closure(cast.reporter(slug), measure, a_department("zgh"), BASIS, NOW)
    assert not Closure.objects.exists()


def test_closure_is_asked_for_once_with_a_basis() -> None:
    measure = a_measure(state=M.IN_PROGRESS)
    with pytest.raises(ValidationError, match="reason"):
        closures.request_closure(cast.reporter(), measure, a_department(), " ", NOW)
    closure = asked(measure)
    with pytest.raises(ValidationError):
        closures.request_closure(cast.reviewer(), measure, a_department(), BASIS, NOW)
    assert closure.requests.get().basis == "任务全部完成"


@pytest.mark.sample("what is refused is decided over a loaded row")
@pytest.mark.parametrize("state", [M.NOT_STARTED, M.SUSPENDED, M.CANCELLED, M.CLOSED])
def test_closure_begins_only_from_a_measure_under_way(state: MeasureState) -> None:
    with pytest.raises(WrongStateError):
        closures.request_closure(cast.reporter(), a_measure(state=state), a_department(), BASIS, NOW)


@pytest.mark.parametrize("who", [cast.clerk, cast.signer])
def test_closure_refused_with_a_reason_may_be_asked_for_again(who: Callable[[], Actor]) -> None:
    measure = a_measure(state=M.IN_PROGRESS)
    closure = asked(measure)
    with pytest.raises(ValidationError, match="reason"):
        closures.refuse_closure(who(), closure, "", NOW)
    closure = closures.refuse_closure(who(), closure, "佐证不足", NOW)
    assert (closure.outcome, state_of(measure)) == (ClosureOutcome.REFUSED, M.IN_PROGRESS)
    assert Event.objects.get(act=Act.REFUSE_CLOSURE).comment == "佐证不足"
    assert asked(measure).pk != closure.pk


def test_closure_that_was_decided_is_over() -> None:
    measure = a_measure(state=M.IN_PROGRESS)
    closure = closures.refuse_closure(cast.clerk(), asked(measure), "佐证不足", NOW)
    with pytest.raises(WorkflowError):
        closures.refuse_closure(cast.signer(), closure, "佐证不足", NOW)
    with pytest.raises(WorkflowError):
        closures.agree_to_closure(cast.clerk(), closure, Role.CLERK, NOW)


@pytest.mark.sample("what is refused is decided over a loaded row")
@pytest.mark.parametrize("who", [cast.reporter, cast.leader, cast.auditor, cast.admin, cast.anonymous])
def test_closure_is_refused_by_clerk_or_signer_only(who: Callable[[], Actor]) -> None:
    closure = asked(a_measure(state=M.IN_PROGRESS))
    with pytest.raises(PermissionDenied):
        closures.refuse_closure(who(), closure, "佐证不足", NOW)
