"""Two people at the same instant: one act happens, the other is told; on either database, in real commits."""

import pytest

from measures.models import Act, Event, ProgressUpdate, UpdateState
from measures.workflow import updates
from measures.workflow.errors import StaleVersionError
from tests import cast
from tests.builders import a_text, an_update, moment, perform, text_in_work
from tests.measures.workflow.two_connections import together

S = UpdateState
pytestmark = pytest.mark.usefixtures("own_database")


def test_approve_and_withdraw_at_once_leave_one_of_both() -> None:
    update = an_update(S.IN_REVIEW)
    reviewer, reporter = cast.reviewer(), cast.reporter()
    before = Event.objects.count()

    approved, withdrawn = together(
        lambda: perform(Act.APPROVE_AND_SUBMIT, reviewer, update),
        lambda: perform(Act.WITHDRAW, reporter, update),
    )

    assert [approved, withdrawn].count(None) == 1
    assert isinstance(approved or withdrawn, StaleVersionError)
    now = ProgressUpdate.objects.get(pk=update.pk)
    assert now.state == (S.SUBMITTED if approved is None else S.DRAFT)
    assert (now.version, Event.objects.count()) == (update.version + 1, before + 1)


def test_two_who_save_one_draft_lose_no_word() -> None:
    update = an_update(S.DRAFT)
    one, other = cast.reporter(), cast.second_reporter()

    first, second = together(
        lambda: updates.save(one, update, update.version, a_text("甲写的"), moment()),
        lambda: updates.save(other, update, update.version, a_text("乙写的"), moment()),
    )

    winner = "甲写的" if first is None else "乙写的"
    assert text_in_work(update).headline == winner
    refused = first or second
    assert isinstance(refused, StaleVersionError)
    assert refused.latest is not None
    assert refused.latest.headline == winner


def test_two_clerks_who_confirm_at_once_confirm_once() -> None:
    update = an_update(S.SUBMITTED, text=a_text(coordination="请市财政局落实经费"))
    one, other = cast.clerk(), cast.second_clerk()
    told = together(lambda: perform(Act.CONFIRM, one, update), lambda: perform(Act.CONFIRM, other, update))
    assert told.count(None) == 1
    assert Event.objects.filter(act=Act.CONFIRM).count() == 1
    assert update.measure.matters.count() == 1
