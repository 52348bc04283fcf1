"""A measure from start to closure, matters and overrides: one test for each rule of docs/domain.md 5."""

from collections.abc import Callable
from datetime import date
from typing import Final

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from departments.actors import Actor
from departments.models import Role
from measures import lifecycle
from measures.models import (
    Act,
    Closure,
    ClosureOutcome,
    CoordinationMatter,
    Event,
    LeadMode,
    LightColour,
    LightReason,
    Measure,
    MeasureLight,
    MeasureState,
    PeriodState,
    UpdateState,
)
from measures.workflow import WorkflowError, WrongStateError
from tests import cast
from tests.builders import a_measure, a_text, an_open_period, an_update, moment, set_period_state, update_of
from tests.cast import a_department

pytestmark = pytest.mark.django_db
M: Final = MeasureState
S: Final = UpdateState
NOW: Final = moment()
BASIS: Final = "市政府第31次常务会议纪要"
# docs/domain.md 5.3: what the clerk does with a basis. START is in test_workflow_texts.py, closing below.
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
NOT_THE_CLERK: Final[list[Callable[[], Actor]]] = [
    cast.signer, cast.leader, cast.auditor, cast.admin, cast.reporter, cast.reviewer, cast.clerk_elsewhere,
    cast.anonymous,
]  # fmt: skip


def state_of(measure: Measure) -> str:
    return Measure.objects.get(pk=measure.pk).state


def events_of(measure: Measure) -> list[str]:
    return list(Event.objects.filter(measure=measure).order_by("pk").values_list("act", flat=True))


# --- the clerk, with a basis --------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "act", "after"), TABLE)
def test_state_is_changed_by_the_clerk_with_a_basis_and_one_event(
    before: MeasureState, act: Act, after: MeasureState
) -> None:
    measure = a_measure(state=before)
    for person in NOT_THE_CLERK:
        with pytest.raises(PermissionDenied):
            lifecycle.change_state(person(), measure, act, BASIS, NOW)
    for basis, complaint in (("", "reason"), ("字" * 201, "reason")):
        with pytest.raises(ValidationError, match=complaint):
            lifecycle.change_state(cast.clerk(), measure, act, basis, NOW)
    assert (state_of(measure), events_of(measure)) == (before, [])

    lifecycle.change_state(cast.clerk(), measure, act, f" {BASIS} ", NOW)

    assert state_of(measure) == after
    event = Event.objects.get(measure=measure)
    assert (event.act, event.from_state, event.to_state, event.comment) == (act, before, after, BASIS)
    assert event.department == cast.the_office()


@pytest.mark.parametrize("state", M)
def test_state_is_changed_by_no_act_outside_the_table(state: MeasureState) -> None:
    measure = a_measure(state=state)
    for act in set(CLERKS_ACTS) - {act for before, act, _after in TABLE if before == state}:
        assert not lifecycle.is_possible(measure, act)
        with pytest.raises(WrongStateError):
            lifecycle.change_state(cast.clerk(), measure, act, BASIS, NOW)
    assert (state_of(measure), events_of(measure)) == (state, [])


@pytest.mark.parametrize("act", [Act.START, Act.CLOSE_MEASURE, Act.SAVE])
def test_state_is_not_the_clerks_alone_to_start_or_close(act: Act) -> None:
    with pytest.raises(ValueError, match="not an act of the clerk"):
        lifecycle.change_state(cast.clerk(), a_measure(state=M.IN_PROGRESS), act, BASIS, NOW)


def test_table_of_a_measure_is_the_domains() -> None:
    others = {
        (M.NOT_STARTED, Act.START): M.IN_PROGRESS,
        (M.IN_PROGRESS, Act.CLOSE_MEASURE): M.CLOSED,
        (M.ROUTINE, Act.CLOSE_MEASURE): M.CLOSED,
    }
    table = {(before, act): after for before, act, after in TABLE}
    assert table | others == lifecycle.MEASURE_TRANSITIONS


@pytest.mark.parametrize(("act", "state"), [(Act.SUSPEND, S.WAIVED), (Act.MAKE_ROUTINE, S.DUE)])
def test_measure_that_comes_to_rest_ends_its_open_duties_with_the_basis(act: Act, state: UpdateState) -> None:
    measure = a_measure()
    update = an_update(measure=measure)
    lifecycle.change_state(cast.clerk(), measure, act, BASIS, NOW)
    assert update_of(measure, "zgh").state == state
    comments = Event.objects.of_update(update).values_list("comment", flat=True)
    assert list(comments) == ([BASIS] if state == S.WAIVED else [])


# --- closing ------------------------------------------------------------------------------------------


def asked(measure: Measure, *slugs: str) -> Closure:
    for slug in slugs or ("zgh",):
        lifecycle.request_closure(cast.reporter(slug), measure, a_department(slug), "任务全部完成", NOW)
    return Closure.objects.get(measure=measure, outcome="")


def test_closure_takes_the_convenor_and_clerk_and_signer_two_people() -> None:
    measure = a_measure(("zgh", "jyj"), state=M.IN_PROGRESS)
    update = an_update(measure=measure)
    closure = asked(measure)
    closure = lifecycle.agree_to_closure(cast.clerk(), closure, Role.CLERK, NOW)
    assert (closure.outcome, state_of(measure)) == ("", M.IN_PROGRESS)
    closure = lifecycle.agree_to_closure(cast.signer(), closure, Role.SIGNER, NOW)
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
    lifecycle.agree_to_closure(cast.signer(), closure, Role.SIGNER, NOW)
    lifecycle.agree_to_closure(cast.clerk(), closure, Role.CLERK, NOW)
    assert state_of(measure) == M.CLOSED


def test_closure_is_not_agreed_to_twice_by_one_person() -> None:
    both = cast.a_person("both", ("rsj", Role.CLERK), ("rsj", Role.SIGNER))
    measure = a_measure(state=M.IN_PROGRESS)
    closure = lifecycle.agree_to_closure(both, asked(measure), Role.CLERK, NOW)
    with pytest.raises(ValidationError):
        lifecycle.agree_to_closure(both, closure, Role.SIGNER, NOW)
    assert (state_of(measure), events_of(measure)[-1]) == (M.IN_PROGRESS, Act.AGREE_CLOSURE)


def test_closure_keeps_the_clerk_who_agreed_first() -> None:
    closure = lifecycle.agree_to_closure(cast.clerk(), asked(a_measure(state=M.IN_PROGRESS)), Role.CLERK, NOW)
    with pytest.raises(WorkflowError):
        lifecycle.agree_to_closure(cast.second_clerk(), closure, Role.CLERK, NOW)
    closure.refresh_from_db()
    assert closure.clerk == cast.clerk().person


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
        lifecycle.agree_to_closure(who(), closure, role, NOW)


def test_closure_of_separate_leads_waits_for_each_of_them() -> None:
    measure = a_measure(("zgh", "jyj"), (), LeadMode.SEPARATE, state=M.IN_PROGRESS)
    closure = asked(measure, "zgh")
    assert lifecycle.missing_requests(closure, NOW.date()) == (a_department("jyj"),)
    with pytest.raises(WorkflowError):
        lifecycle.agree_to_closure(cast.clerk(), closure, Role.CLERK, NOW)
    asked(measure, "jyj")
    assert lifecycle.missing_requests(closure, NOW.date()) == ()
    lifecycle.agree_to_closure(cast.clerk(), closure, Role.CLERK, NOW)
    lifecycle.agree_to_closure(cast.signer(), closure, Role.SIGNER, NOW)
    assert state_of(measure) == M.CLOSED


@pytest.mark.parametrize("slug", ["jyj", "czj"])
def test_closure_is_not_asked_for_by_co_leads_or_participants(slug: str) -> None:
    measure = a_measure(("zgh", "jyj"), ("czj",), state=M.IN_PROGRESS)
    with pytest.raises(PermissionDenied):
        lifecycle.request_closure(cast.reporter(slug), measure, a_department(slug), BASIS, NOW)
    with pytest.raises(PermissionDenied):
        lifecycle.request_closure(cast.reporter(slug), measure, a_department("zgh"), BASIS, NOW)
    assert not Closure.objects.exists()


def test_closure_is_asked_for_once_with_a_basis() -> None:
    measure = a_measure(state=M.IN_PROGRESS)
    with pytest.raises(ValidationError, match="reason"):
        lifecycle.request_closure(cast.reporter(), measure, a_department(), " ", NOW)
    closure = asked(measure)
    with pytest.raises(ValidationError):
        lifecycle.request_closure(cast.reviewer(), measure, a_department(), BASIS, NOW)
    assert closure.requests.get().basis == "任务全部完成"


@pytest.mark.parametrize("state", [M.NOT_STARTED, M.SUSPENDED, M.CANCELLED, M.CLOSED])
def test_closure_begins_only_from_a_measure_under_way(state: MeasureState) -> None:
    with pytest.raises(WrongStateError):
        lifecycle.request_closure(cast.reporter(), a_measure(state=state), a_department(), BASIS, NOW)


@pytest.mark.parametrize("who", [cast.clerk, cast.signer])
def test_closure_refused_with_a_reason_may_be_asked_for_again(who: Callable[[], Actor]) -> None:
    measure = a_measure(state=M.IN_PROGRESS)
    closure = asked(measure)
    with pytest.raises(ValidationError, match="reason"):
        lifecycle.refuse_closure(who(), closure, "", NOW)
    closure = lifecycle.refuse_closure(who(), closure, "佐证不足", NOW)
    assert (closure.outcome, state_of(measure)) == (ClosureOutcome.REFUSED, M.IN_PROGRESS)
    assert Event.objects.get(act=Act.REFUSE_CLOSURE).comment == "佐证不足"
    assert asked(measure).pk != closure.pk


def test_closure_that_was_decided_is_over() -> None:
    measure = a_measure(state=M.IN_PROGRESS)
    closure = lifecycle.refuse_closure(cast.clerk(), asked(measure), "佐证不足", NOW)
    with pytest.raises(WorkflowError):
        lifecycle.refuse_closure(cast.signer(), closure, "佐证不足", NOW)
    with pytest.raises(WorkflowError):
        lifecycle.agree_to_closure(cast.clerk(), closure, Role.CLERK, NOW)


@pytest.mark.parametrize("who", [cast.reporter, cast.leader, cast.auditor, cast.admin, cast.anonymous])
def test_closure_is_refused_by_clerk_or_signer_only(who: Callable[[], Actor]) -> None:
    closure = asked(a_measure(state=M.IN_PROGRESS))
    with pytest.raises(PermissionDenied):
        lifecycle.refuse_closure(who(), closure, "佐证不足", NOW)


# --- matters ------------------------------------------------------------------------------------------


def a_matter() -> CoordinationMatter:
    an_update(S.CONFIRMED, text=a_text(coordination="请市财政局落实经费"))
    return CoordinationMatter.objects.get()


def test_matter_stays_open_until_the_clerk_settles_it_with_an_answer() -> None:
    matter = a_matter()
    with pytest.raises(ValidationError, match="reason"):
        lifecycle.resolve_matter(cast.clerk(), matter, "", NOW)
    for person in NOT_THE_CLERK:
        with pytest.raises(PermissionDenied):
            lifecycle.resolve_matter(person(), matter, "已落实20万元", NOW)
    assert list(CoordinationMatter.objects.open()) == [matter]

    lifecycle.resolve_matter(cast.clerk(), matter, "已落实20万元", NOW)

    matter.refresh_from_db()
    assert (matter.answer, matter.resolved_by, matter.resolved_at) == (
        "已落实20万元", cast.clerk().person, NOW,
    )  # fmt: skip
    assert not CoordinationMatter.objects.open().exists()
    event = Event.objects.get(act=Act.RESOLVE_MATTER)
    assert (event.measure, event.comment) == (matter.measure, "已落实20万元")
    with pytest.raises(WorkflowError):
        lifecycle.resolve_matter(cast.clerk(), matter, "再答", NOW)


# --- the office's word against the rules --------------------------------------------------------------


def test_light_is_overridden_by_the_clerk_with_a_reason_beside_what_the_rules_say() -> None:
    update = an_update(S.CONFIRMED)
    period, measure = update.period, update.measure
    for person in NOT_THE_CLERK:
        with pytest.raises(PermissionDenied):
            lifecycle.override_light(person(), period, measure, LightColour.RED, "群众反映", NOW)
    with pytest.raises(ValidationError, match="reason"):
        lifecycle.override_light(cast.clerk(), period, measure, LightColour.RED, " ", NOW)
    assert not MeasureLight.objects.exists()

    lifecycle.override_light(cast.clerk(), period, measure, LightColour.YELLOW, "群众反映", NOW)
    light = lifecycle.override_light(cast.clerk(), period, measure, LightColour.RED, "群众多次反映", NOW)

    assert (light.colour, light.reason) == (LightColour.GREEN, LightReason.ON_COURSE)
    assert (light.override_colour, light.override_reason, light.overridden_by) == (
        LightColour.RED, "群众多次反映", cast.clerk().person,
    )  # fmt: skip
    event = Event.objects.filter(act=Act.OVERRIDE_LIGHT).latest("pk")
    assert (event.from_state, event.to_state, event.comment) == ("green", "red", "群众多次反映")
    assert MeasureLight.objects.get() == light


@pytest.mark.parametrize("state", [PeriodState.PLANNED, PeriodState.CLOSED, PeriodState.ARCHIVED])
def test_light_is_overridden_only_while_the_period_is_open(state: PeriodState) -> None:
    measure, period = a_measure(), an_open_period()
    set_period_state(period, state)
    with pytest.raises(WrongStateError):
        lifecycle.override_light(cast.clerk(), period, measure, LightColour.RED, "群众反映", NOW)


def test_light_overridden_is_kept_when_the_period_closes() -> None:
    update = an_update(S.CONFIRMED)
    lifecycle.override_light(cast.clerk(), update.period, update.measure, LightColour.RED, "群众反映", NOW)
    lifecycle.close_period(cast.clerk(), update.period, "", moment(date(2020, 7, 15)))
    light = MeasureLight.objects.get()
    assert (light.colour, light.override_colour) == (LightColour.GREEN, LightColour.RED)
