"""What every act does with rows: it changes none that it was given, returns one as it is, loses nothing."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from departments.models import Role
from measures.models import (
    Act,
    Closure,
    CoordinationMatter,
    LightColour,
    MeasureState,
    PeriodState,
    ProgressUpdate,
    UpdateState,
)
from measures.workflow import closures, light_overrides, matters, measures, periods, updates
from measures.workflow.transitions import table
from tests import builders, cast
from tests.builders import a_measure, a_planned_period, a_text, an_open_period, an_update, moment, perform

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]
S: Final = UpdateState
NOW: Final = moment()
BASIS: Final = "市政府第31次常务会议纪要"
# From where, which act, by whom.
ON_UPDATES: Final = [
    (S.DUE, Act.SAVE, cast.reporter),
    (S.DRAFT, Act.SAVE, cast.reporter),
    (S.DUE, Act.SUBMIT_FOR_REVIEW, cast.reporter),
    (S.IN_REVIEW, Act.WITHDRAW, cast.reporter),
    (S.IN_REVIEW, Act.RETURN, cast.reviewer),
    (S.SUBMITTED, Act.RETURN, cast.clerk),
    (S.IN_REVIEW, Act.APPROVE_AND_SUBMIT, cast.reviewer),
    (S.DUE, Act.FILE_ON_BEHALF, cast.clerk),
    (S.SUBMITTED, Act.CONFIRM, cast.clerk),
    (S.CONFIRMED, Act.CORRECT, cast.reporter),
    (S.DRAFT, Act.WAIVE, cast.clerk),
    (S.WAIVED, Act.RESTORE, cast.clerk),
]
Case = tuple[Model, Callable[[], Model | list[ProgressUpdate]]]


def fields_of(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def as_stored(row: Model) -> dict[str, Any]:
    return fields_of(type(row)._default_manager.get(pk=row.pk))


def test_rows_every_act_on_an_update_is_tried_below() -> None:
    by_hand = {row.act for row in updates.TRANSITIONS.values() if row.may}
    assert {act for _state, act, _who in ON_UPDATES} == by_hand


@pytest.mark.once("whether an argument is left alone is a matter of Python; each act has its own tests")
@pytest.mark.parametrize(("state", "act", "who"), ON_UPDATES)
def test_rows_an_act_on_an_update_returns_it_as_it_is_now_and_leaves_the_given_one(
    state: UpdateState, act: Act, who: Callable[[], Any]
) -> None:
    given = an_update(state)
    before = fields_of(given)

    result = perform(act, who(), given)

    assert fields_of(given) == before
    assert result is not given
    assert fields_of(result) == as_stored(given) != before
    latest = given.revisions.order_by("-number").first()
    assert result.latest_revision == latest  # not one of those that were loaded before the act


def _open() -> Case:
    period = a_planned_period()
    dates = periods.Dates(
        builders.PARTICIPANTS_DUE, builders.LEADS_DUE, builders.CHECK_DUE, builders.GRACE_ENDS
    )

    def open_it() -> list[ProgressUpdate]:
        periods.open_period(cast.clerk(), period, dates, moment(builders.OPENED))
        return list(period.updates.all())

    return period, open_it


def _close() -> Case:
    period = an_open_period()
    return period, lambda: periods.close_period(cast.clerk(), period, "", moment(date(2020, 7, 15)))


def _of_closed(do: Callable[..., Model], who: Callable[[], Any], *words: str) -> Case:
    period = an_open_period()
    periods.close_period(cast.clerk(), period, "", moment(date(2020, 7, 15)))
    period.refresh_from_db()
    return period, lambda: do(who(), period, *words, moment(date(2020, 7, 16)))


def _change_state() -> Case:
    measure = a_measure()
    return measure, lambda: measures.change_state(cast.clerk(), measure, Act.SUSPEND, BASIS, NOW)


def _closure() -> Closure:
    measure = a_measure(state=MeasureState.IN_PROGRESS)
    closures.request_closure(cast.reporter(), measure, cast.a_department("zgh"), BASIS, NOW)
    return Closure.objects.get(measure=measure)


def _agree() -> Case:
    closure = _closure()
    return closure, lambda: closures.agree_to_closure(cast.clerk(), closure, Role.CLERK, NOW)


def _refuse() -> Case:
    closure = _closure()
    return closure, lambda: closures.refuse_closure(cast.clerk(), closure, "尚未完成", NOW)


def _resolve() -> Case:
    an_update(S.CONFIRMED, text=a_text(coordination="请市财政局落实经费"))
    matter = CoordinationMatter.objects.get()
    return matter, lambda: matters.resolve_matter(cast.clerk(), matter, "已落实", NOW)


def _override() -> Case:
    update = an_update(S.CONFIRMED)
    clerk, period, measure = cast.clerk(), update.period, update.measure
    light = light_overrides.override_light(clerk, period, measure, LightColour.RED, "群众反映", NOW)
    return light, lambda: light_overrides.lift_override(clerk, period, measure, "已核实", NOW)


OTHERS: Final[dict[str, Callable[[], Case]]] = {
    "open a period": _open,
    "close a period": _close,
    "reopen a period": lambda: _of_closed(periods.reopen_period, cast.signer, "补报"),
    "archive a period": lambda: _of_closed(periods.archive_period, cast.clerk),
    "change a measure's state": _change_state,
    "agree to a closure": _agree,
    "refuse a closure": _refuse,
    "resolve a matter": _resolve,
    "lift an override": _override,
}


@pytest.mark.once("whether an argument is left alone is a matter of Python; each act has its own tests")
@pytest.mark.parametrize("name", OTHERS)
def test_rows_no_other_act_changes_what_it_was_given(name: str) -> None:
    given, act = OTHERS[name]()
    before = fields_of(given)
    result = act()
    assert fields_of(given) == before
    assert as_stored(given) != before
    rows: list[Model] = [*result] if isinstance(result, list) else [result]
    for row in rows:
        assert row is not given
        assert fields_of(row) == as_stored(row)


# --- nothing is lost ----------------------------------------------------------------------------------


def test_rows_an_act_cannot_lose_a_field_that_it_has_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a step of an act sets on the locked row is written, whether or not it is named at the end."""

    def sets_a_date(row: ProgressUpdate, *_rest: object) -> None:
        row.back_due_on = date(2020, 7, 31)

    monkeypatch.setattr(updates, "raise_matter", sets_a_date)
    update = perform(Act.CONFIRM, cast.clerk(), an_update(S.SUBMITTED))
    assert ProgressUpdate.objects.get(pk=update.pk).back_due_on == date(2020, 7, 31)


def test_rows_an_act_cannot_write_a_field_that_there_is_not() -> None:
    update = an_update(S.SUBMITTED)
    office = update.period.policy.coordinator
    step = updates.Step(cast.clerk(), office, Act.CONFIRM, NOW)
    with pytest.raises(FieldDoesNotExist):
        updates._finish(step, update, back_due=date(2020, 7, 31))


def test_rows_of_a_table_are_one_for_each_state_and_act() -> None:
    row = next(iter(updates.TRANSITIONS.values()))
    with pytest.raises(ValueError, match="two rows for"):
        table(row, row)


def test_rows_period_states_are_those_of_the_cases() -> None:
    """Each act on a period is tried above: from planned, open, closed."""
    assert {state for state, _act in periods.TRANSITIONS} == {
        PeriodState.PLANNED, PeriodState.OPEN, PeriodState.CLOSED,
    }  # fmt: skip


def test_update_that_is_not_there_is_locked_by_nobody() -> None:
    update = an_update()
    update.pk = 10**9
    with pytest.raises(ProgressUpdate.DoesNotExist):
        perform(Act.SAVE, cast.reporter(), update)
