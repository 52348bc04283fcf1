"""An act that is sent twice: done once, and known again as one's own. See workflow.updates.already_done."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

import pytest

from departments.actors import Actor
from measures.models import Act, Event, UpdateState
from measures.workflow import updates
from tests import builders, cast
from tests.builders import a_commitment, a_text, an_update, moment, perform

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]
S: Final = UpdateState
# From where, which act, by whom, with which words (see builders.perform).
ACTS: Final = [
    (S.DRAFT, Act.SAVE, cast.reporter, ""),
    (S.DRAFT, Act.SUBMIT_FOR_REVIEW, cast.reporter, ""),
    (S.IN_REVIEW, Act.WITHDRAW, cast.reporter, ""),
    (S.IN_REVIEW, Act.RETURN, cast.reviewer, "请补充数据"),
    (S.IN_REVIEW, Act.APPROVE_AND_SUBMIT, cast.reviewer, ""),
    (S.SUBMITTED, Act.RETURN, cast.clerk, "请补充数据"),
    (S.SUBMITTED, Act.CONFIRM, cast.clerk, ""),
    (S.CONFIRMED, Act.CORRECT, cast.reporter, "数据有误"),
    (S.DUE, Act.WAIVE, cast.clerk, "本期无任务"),
    (S.WAIVED, Act.RESTORE, cast.clerk, "本期有任务"),
]


@pytest.mark.sample("the same query for each act")
@pytest.mark.parametrize(("state", "act", "who", "reason"), ACTS)
def test_second_click_knows_the_act_that_this_person_has_just_done(
    state: UpdateState, act: Act, who: Callable[[], Actor], reason: str
) -> None:
    update = an_update(state)
    version, actor = update.version, who()
    assert not updates.already_done(actor, update, act, version, reason=reason)
    perform(act, actor, update)
    assert updates.already_done(actor, update, act, version, reason=reason)
    assert not updates.already_done(cast.second_clerk(), update, act, version, reason=reason)
    assert not updates.already_done(cast.anonymous(), update, act, version, reason=reason)
    other = next(one for one in ACTS if one[1] != act)[1]
    assert not updates.already_done(actor, update, other, version, reason=reason)


def test_second_click_is_none_once_something_else_has_happened() -> None:
    update = an_update(S.IN_REVIEW)
    perform(Act.WITHDRAW, cast.reporter(), update)
    version = update.version
    update.refresh_from_db()
    again = perform(Act.SUBMIT_FOR_REVIEW, cast.reporter(), update)
    assert not updates.already_done(cast.reporter(), update, Act.WITHDRAW, version)
    assert not updates.already_done(cast.reporter(), update, Act.SUBMIT_FOR_REVIEW, again.version)


def test_second_click_with_other_words_is_another_act() -> None:
    update = an_update(S.IN_REVIEW)
    reviewer, version = cast.reviewer(), update.version
    updates.return_for_revision(reviewer, update, version, " 数据不清 ", moment(), "headline")
    done = {"reason": " 数据不清", "field": "headline"}
    assert updates.already_done(reviewer, update, Act.RETURN, version, **done)  # type: ignore[arg-type]  # str
    assert not updates.already_done(reviewer, update, Act.RETURN, version, reason="数据不清")
    assert not updates.already_done(reviewer, update, Act.RETURN, version, reason="别的", field="headline")


@pytest.mark.parametrize("act", [Act.SAVE, Act.SUBMIT_FOR_REVIEW])
def test_second_click_with_another_text_is_another_act(act: Act) -> None:
    update = an_update()
    subject = a_commitment(update.measure).subjects.get()
    text = a_text(values={subject.pk: (Decimal(2), None)})
    actor, version = cast.reporter(), update.version
    if act == Act.SAVE:
        updates.save(actor, update, version, text, moment())
    else:
        updates.submit_for_review(actor, update, version, moment(), text)
    assert updates.already_done(actor, update, act, version, text=text)
    assert not updates.already_done(actor, update, act, version, text=a_text())
    assert not updates.already_done(actor, update, act, version, text=a_text("别的", values=text.values))


def test_second_click_on_a_review_of_ones_own_text_is_known() -> None:
    cast.a_department("zgh", allow_self_review=True)
    update = perform(Act.SUBMIT_FOR_REVIEW, cast.colleague(), an_update())
    version = update.version
    perform(Act.APPROVE_AND_SUBMIT, cast.colleague(), update)
    assert updates.already_done(cast.colleague(), update, Act.APPROVE_AND_SUBMIT, version)


def test_second_click_looks_past_what_moved_no_state() -> None:
    """A duty that is added to an update leaves an event, and the update where it was."""
    update = an_update(S.DRAFT)
    perform(Act.SUBMIT_FOR_REVIEW, cast.reporter(), update)
    office = update.period.policy.coordinator
    Event.objects.record(Act.ADD_DUTY, cast.clerk(), office, builders.moment(), update=update)
    assert updates.already_done(cast.reporter(), update, Act.SUBMIT_FOR_REVIEW, update.version)
