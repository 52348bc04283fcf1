"""The work of one person becomes another's, and authorship stays (docs/domain.md 2.14)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from departments.actors import Actor
from departments.models import Role
from measures import permissions
from measures.models import Act, Event, HeldText, Message, MessageDigest, ProgressUpdate, UpdateState
from measures.models.messages import KINDS_ABOUT_PEOPLE
from measures.pages import held_text
from measures.verification import record_faults
from measures.workflow import updates
from measures.workflow.handovers import Handover, check, hand_over, work_of
from measures.workflow.memberships import Span, name_deputy
from tests import cast
from tests.builders import a_message, a_text, an_update, held_for, moment
from tests.cast import DAY, a_department

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=9)


def asked(slug: str = "zgh", **changes: Any) -> Handover:
    """From the reporter to a second one."""
    people = {"giver": cast.reporter(slug).person, "receiver": cast.second_reporter(slug).person}
    return Handover(a_department(slug), **{**people, **changes})


def typed(update: ProgressUpdate, headline: str = "只打了一半") -> None:
    fields = {"headline": headline, "version": str(update.version), "page": "one"}
    assert held_text.autosave(cast.reporter().person, update, fields, moment())


def test_handover_moves_what_is_unsaved_and_unread_and_the_record_names_both() -> None:
    update, saved = an_update(), an_update(UpdateState.DRAFT)
    typed(update)
    giver, receiver = cast.reporter().person, cast.second_reporter().person
    message = a_message(giver, update)
    a_message(giver, saved, read_at=moment())
    faults = list(record_faults())
    work = hand_over(cast.reviewer(), asked(last_day=LATER), None, moment())
    assert ([text.update for text in work.texts], work.unread, work.owed) == ([update], 1, 2)
    moved = held_for(receiver, update, moment())
    assert moved is not None
    assert moved.fields["headline"] == "只打了一半"
    assert held_for(giver, update, moment()) is None
    moved_to = receiver.inbox.filter(update__isnull=False)
    assert list(moved_to.values_list("update", "kind", "read_at")) == [(update.pk, message.kind, None)]
    assert not giver.inbox.unread().filter(update__isnull=False).exists()
    assert [row.valid_to for row in giver.memberships.all()] == [LATER]
    event = Event.objects.get(act=Act.HAND_OVER)
    assert (event.user, event.department) == (cast.reviewer().person, a_department())
    assert event.subject == giver.memberships.get()
    for words in (str(giver), str(receiver), update.measure.code, "未读消息1条", "2020-07-10"):
        assert words in event.comment
    assert set(saved.revisions.get().contributors.all()) == {giver}  # authorship stays
    assert list(record_faults()) == faults


def test_handover_without_a_last_day_ends_nothing_and_tells_nothing_twice() -> None:
    update = an_update()
    giver, receiver = cast.reporter().person, cast.second_reporter().person
    a_message(giver, update)
    known = a_message(receiver, update, read_at=moment())
    hand_over(cast.reviewer(), asked(), None, moment())
    of_updates = Message.objects.filter(update__isnull=False)
    assert of_updates.get(person=receiver) == known
    assert of_updates.unread().count() == 0
    assert giver.memberships.get().valid_to is None


def test_letter_in_which_a_message_went_out_stays_on_record() -> None:
    giver, update = cast.reporter().person, an_update()
    letter = MessageDigest.objects.create(person=giver, day=DAY, address="a@b.cn", sent_at=moment())
    row = a_message(giver, update, digest=letter)
    hand_over(cast.reviewer(), asked(), None, moment())
    assert list(letter.inbox.all()) == [row]
    assert cast.second_reporter().person.inbox.get(update=update).digest is None


def test_who_typed_stays_a_contributor_of_what_is_saved_after_a_handover() -> None:
    """So that nobody approves words that are their own (docs/domain.md 2.5)."""
    update = an_update()
    both = cast.a_person("both", ("zgh", Role.REPORTER), ("zgh", Role.REVIEWER))
    receiver = cast.colleague()
    assert held_text.autosave(both.person, update, {"headline": "我写的", "page": "one"}, moment())
    hand_over(cast.reviewer(), asked(giver=both.person, receiver=receiver.person), None, moment())
    at = moment()
    saved = updates.submit_for_review(receiver, update, update.version, at, text=a_text("我写的"))
    revision = saved.latest_revision
    assert revision is not None
    assert set(revision.contributors.all()) == {both.person, receiver.person}
    assert not permissions.can_approve(both, saved, revision)
    another = an_update()
    own = updates.submit_for_review(receiver, another, another.version, at, text=a_text())
    assert own.latest_revision is not None
    assert set(own.latest_revision.contributors.all()) == {receiver.person}


def test_handover_needs_somebody_else_with_the_same_roles() -> None:
    colleague, reviewer = cast.colleague().person, cast.reviewer()
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"receiver": cast.reporter().person}, "receiver"),  # to oneself
        ({"receiver": cast.reporter("jyj").person}, "receiver"),  # of another department
        ({"giver": colleague}, "receiver"),  # who reviews too
        ({"giver": cast.reporter("jyj").person}, "giver"),
        ({"last_day": DAY - timedelta(days=1)}, "last_day"),
    ]
    for changes, field in wrong:
        with pytest.raises(ValidationError) as caught:
            hand_over(reviewer, asked(**changes), None, moment())
        assert set(caught.value.message_dict) == {field}
    with pytest.raises(ValidationError) as caught:  # nothing is there: done already, or never was
        check(reviewer, asked(receiver=colleague))
    assert set(caught.value.messages) == {"没有可移交的内容。"}
    a_message(cast.reporter().person)
    check(reviewer, asked(receiver=colleague))
    assert not Event.objects.exists()


def test_handover_loses_no_text_where_both_have_typed() -> None:
    update = an_update()
    typed(update)
    second = cast.second_reporter().person
    assert held_text.autosave(second, update, {"headline": "另一半", "page": "two"}, moment())
    with pytest.raises(ValidationError) as caught:
        hand_over(cast.reviewer(), asked(), None, moment())
    assert update.measure.code in caught.value.message_dict["receiver"][0]
    held_text.discard(second, update, {"page": "two"})
    hand_over(cast.reviewer(), asked(), None, moment())
    assert HeldText.objects.get().user == second


def test_handover_in_one_department_leaves_that_in_another_alone() -> None:
    giver = cast.a_person("wang", ("zgh", Role.REPORTER), ("jyj", Role.REPORTER)).person
    own, other = an_update(), an_update(slug="jyj")
    for update in (own, other):
        assert held_text.autosave(giver, update, {"headline": "一半", "page": "one"}, moment())
        a_message(giver, update)
    general = a_message(giver, own.period, kind="opened", department=None)
    hand_over(cast.reviewer(), asked(giver=giver, last_day=DAY), None, moment())
    assert held_for(giver, other, moment()) is not None
    of_work = giver.inbox.unread().exclude(kind__in=KINDS_ABOUT_PEOPLE)
    assert set(of_work) == {giver.inbox.get(update=other), general}
    assert giver.memberships.get(department__slug="jyj").valid_to is None


@pytest.mark.parametrize(
    "who", [cast.reporter, lambda: cast.reviewer("jyj"), cast.signer, cast.leader, cast.admin, cast.anonymous]
)
def test_handover_is_of_the_reviewer_and_of_the_clerk(who: Callable[[], Actor]) -> None:
    a_message(cast.reporter().person)
    with pytest.raises(PermissionDenied):
        hand_over(who(), asked(), None, moment())
    hand_over(cast.clerk(), asked(), None, moment())
    assert Event.objects.get(act=Act.HAND_OVER).department == cast.the_office()


def test_roles_that_only_the_administrator_gives_are_not_ended_by_a_handover() -> None:
    office = cast.the_office()
    a_message(cast.second_clerk().person, an_update().period, kind="opened")
    giver, receiver = cast.second_clerk().person, cast.clerk().person
    with pytest.raises(ValidationError) as caught:
        hand_over(cast.clerk(), Handover(office, giver, receiver, DAY), None, moment())
    assert set(caught.value.message_dict) == {"last_day"}
    assert hand_over(cast.clerk(), Handover(office, giver, receiver), None, moment()).roles == (Role.CLERK,)


def test_deputyship_of_who_leaves_ends_too_and_is_not_handed_on() -> None:
    giver = cast.reporter().person
    name_deputy(cast.reviewer(), giver, a_department(), Span(DAY, LATER), None, moment())
    assert work_of(asked(), DAY).roles == (Role.REPORTER,)
    hand_over(cast.second_reviewer(), asked(last_day=DAY), None, moment())
    assert {row.valid_to for row in giver.memberships.all()} == {DAY}
