"""Signatures on paper: who notes them, for which text, and when a note is void."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from departments.actors import Actor
from measures.models import Act, Event, PeriodState, ProgressUpdate, Revision, SignedSlip, UpdateState
from measures.models.fingerprints import text_digest
from measures.pages.signatures import signatures_by_update
from measures.workflow.errors import WrongStateError
from measures.workflow.signatures import correct_signatures, note_signatures, noted_together
from tests import builders, cast

pytestmark = pytest.mark.django_db
S = UpdateState
NOW, TODAY = builders.moment(), cast.DAY


def noted(
    update: ProgressUpdate, by: Actor | None = None, day: date = TODAY, name: str = "王建军"
) -> SignedSlip:
    text = builders.text_in_work(update)
    [slip] = note_signatures(by or cast.reviewer(), [text], name, day, NOW)
    return slip


def correct_signature(
    by: Actor, slip: SignedSlip, name: str, day: date, reason: str, at: datetime
) -> SignedSlip:
    [corrected] = correct_signatures(by, [slip], name, day, reason, at)
    return corrected


def void(update: ProgressUpdate) -> bool:
    return signatures_by_update([ProgressUpdate.objects.get(pk=update.pk)])[update.pk].is_void


def test_reviewer_notes_who_signed_the_slip_and_the_text_is_sealed_with_it() -> None:
    update = builders.an_update(S.IN_REVIEW)
    slip = noted(update, name=" 王建军 ")
    text = builders.text_in_work(update)
    assert (slip.revision, slip.signed_by, slip.signed_on) == (text, "王建军", TODAY)
    assert (slip.noted_by, slip.noted_at) == (cast.reviewer().person, NOW)
    event = Event.objects.of_update(update).last()
    assert event is not None
    assert (event.act, event.comment, event.to_state) == (Act.NOTE_SIGNATURE, "王建军 2020-07-01", "")
    assert (event.department, event.content_sha256) == (update.department, text_digest(text))
    now = ProgressUpdate.objects.get(pk=update.pk)
    assert (now.state, now.version) == (update.state, update.version), "it disturbs nobody who acts"


@pytest.mark.parametrize(
    ("state", "may"),
    [(S.IN_REVIEW, ["zgh-reviewer"]), (S.SUBMITTED, ["zgh-reviewer", "clerk"])],
)
def test_signatures_are_noted_by_the_reviewer_and_on_behalf_by_the_clerk(state: S, may: list[str]) -> None:
    update = builders.an_update(state)
    people = {
        "zgh-reviewer": cast.reviewer(),
        "clerk": cast.clerk(),
        "reporter": cast.reporter(),
        "other": cast.reviewer("jyj"),
        "signer": cast.signer(),
        "leader": cast.leader(),
    }
    for name, actor in people.items():
        if name not in may:
            with pytest.raises(PermissionDenied):
                noted(update, actor)
    slip = noted(update, people[may[-1]])
    event = Event.objects.of_update(update).filter(act=Act.NOTE_SIGNATURE).get()
    assert event.user == slip.noted_by == people[may[-1]].person
    assert event.department == (cast.the_office() if may[-1] == "clerk" else update.department)


def test_a_later_text_makes_the_note_void_and_gets_its_own() -> None:
    builders.a_working_calendar()
    update = builders.an_update(S.SUBMITTED)
    first = noted(update)
    assert not void(update)
    update = builders.returned_by_office(update)
    assert not void(update), "a draft that was begun is no other text yet"
    for text in (first.revision, builders.text_in_work(update)):  # signed before; not finished yet
        with pytest.raises(WrongStateError, match="重新打印"):
            note_signatures(cast.reviewer(), [text], "王建军", TODAY, NOW)
    update = builders.perform(Act.SUBMIT_FOR_REVIEW, cast.reporter(), update)
    assert void(update)
    noted(update)
    assert not void(update)
    assert list(SignedSlip.objects.values_list("revision__number", flat=True)) == [1, 2]


def test_a_signed_text_in_force_stays_signed_while_its_correction_is_written_and_checked() -> None:
    builders.a_working_calendar()
    update = builders.an_update(S.CONFIRMED)
    first = noted(update)
    update = builders.perform(Act.CORRECT, cast.reporter(), update)
    assert not void(update)
    update = builders.perform(Act.SUBMIT_FOR_REVIEW, cast.reporter(), update)
    shown = signatures_by_update([ProgressUpdate.objects.get(pk=update.pk)])[update.pk]
    assert (shown.slip, shown.is_void, shown.is_in_force, shown.is_of_latest) == (first, False, True, False)
    second = noted(update)
    assert second.revision.number == 2


def test_a_text_in_force_is_signed_and_its_note_corrected_while_its_correction_is_written() -> None:
    """The slip shows it until then (docs/domain.md 4.31)."""
    update = builders.an_update(S.CONFIRMED)
    text = builders.text_in_work(update)
    update = builders.in_correction(update)
    [slip] = note_signatures(cast.reviewer(), [text], "王建军", TODAY, NOW)
    slip = correct_signature(cast.reviewer(), slip, "王建国", TODAY, "看错了姓名", NOW)
    builders.perform(Act.SUBMIT_FOR_REVIEW, cast.reporter(), update)
    with pytest.raises(WrongStateError, match="重新打印"):
        correct_signature(cast.reviewer(), slip, "王军", TODAY, "又看错了", NOW)


def test_a_text_is_signed_once_and_on_a_day_on_which_it_was_finished() -> None:
    update = builders.an_update(S.IN_REVIEW)
    for day, words in ((date(2020, 7, 2), "尚未到来|还没有到"), (date(2020, 6, 30), "早于文稿提交审核")):
        with pytest.raises(ValidationError, match=words):
            noted(update, day=day)
    for name in (" ", "王" * 61):
        with pytest.raises(ValidationError):
            noted(update, name=name)
    noted(update)
    with pytest.raises(WrongStateError, match="已登记"):
        noted(update)


def test_what_came_on_paper_was_signed_before_the_office_entered_it() -> None:
    update = builders.perform(Act.FILE_ON_BEHALF, cast.clerk(), builders.an_update())
    assert noted(update, cast.clerk(), date(2020, 6, 29)).signed_on == date(2020, 6, 29)


def test_several_texts_on_one_paper_are_noted_all_or_none() -> None:
    texts = [builders.text_in_work(builders.an_update(S.IN_REVIEW)) for _n in range(2)]
    changed = builders.an_update(S.RETURNED)
    with pytest.raises(WrongStateError):
        note_signatures(cast.reviewer(), [*texts, builders.text_in_work(changed)], "王建军", TODAY, NOW)
    with pytest.raises(ValidationError):
        note_signatures(cast.reviewer(), [], "王建军", TODAY, NOW)
    assert not SignedSlip.objects.exists()
    slips = note_signatures(cast.reviewer(), texts, "王建军", TODAY, NOW)
    assert [slip.revision for slip in slips] == texts
    assert Event.objects.filter(act=Act.NOTE_SIGNATURE).count() == 2


def test_nothing_is_signed_in_an_archived_period() -> None:
    update = builders.an_update(S.CONFIRMED)
    builders.set_period_state(update.period, PeriodState.ARCHIVED)
    with pytest.raises(WrongStateError, match="已归档"):
        noted(update)


def test_signed_slips_are_only_ever_added() -> None:
    noted(builders.an_update(S.SUBMITTED))
    before = list(SignedSlip.objects.values())
    with pytest.raises(IntegrityError, match="is append-only"), transaction.atomic():
        SignedSlip.objects.all()._raw_delete(using="default")
    with pytest.raises(IntegrityError, match="is append-only"), transaction.atomic():
        SignedSlip.objects.update(signed_by="别人")
    assert list(SignedSlip.objects.values()) == before
    assert Revision.objects.filter(signed_slips__isnull=False).count() == 1


def test_a_noted_signature_is_corrected_by_another_note_with_a_reason() -> None:
    """The old one stays, the record names both, and the text is sealed as before (docs/domain.md 4.34)."""
    update = builders.an_update(S.SUBMITTED)
    first = noted(update)
    for name, day, reason, field in (
        ("王建国", TODAY, " ", "reason"),
        (" ", TODAY, "看错", "signed_by"),
        ("王建国", date(2020, 7, 2), "看错", "signed_on"),
        ("王建军", TODAY, "看错", "__all__"),  # nothing is changed
    ):
        with pytest.raises(ValidationError) as caught:
            correct_signature(cast.reviewer(), first, name, day, reason, NOW)
        assert list(getattr(caught.value, "error_dict", {"__all__": 0})) == [field]
    for actor in (cast.reporter(), cast.reviewer("jyj"), cast.signer(), cast.leader()):
        with pytest.raises(PermissionDenied):
            correct_signature(actor, first, "王建国", TODAY, "看错了姓名", NOW)
    second = correct_signature(cast.clerk(), first, "王建国", TODAY, "看错了姓名", NOW)
    assert (
        correct_signature(cast.clerk(), first, "王建国", TODAY, "看错了姓名", NOW) == second
    )  # clicked twice
    with pytest.raises(WrongStateError, match="已有人更正"):
        correct_signature(cast.reviewer(), first, "王军", TODAY, "又看错了", NOW)
    shown = signatures_by_update([ProgressUpdate.objects.get(pk=update.pk)])[update.pk]
    assert (shown.slip, shown.is_void, shown.former) == (second, False, [first])
    event = Event.objects.of_update(update).get(act=Act.CORRECT_SIGNATURE)
    assert event.comment == "王建军 2020-07-01 → 王建国 2020-07-01：看错了姓名"
    assert (event.department, event.user) == (cast.the_office(), cast.clerk().person)
    assert event.content_sha256 == text_digest(first.revision)


def test_only_the_note_of_the_text_as_it_is_can_be_corrected() -> None:
    builders.a_working_calendar()
    update = builders.an_update(S.SUBMITTED)
    slip = noted(update)
    builders.returned_by_office(update)
    with pytest.raises(WrongStateError, match="重新打印"):
        correct_signature(cast.reviewer(), slip, "王建国", TODAY, "看错了姓名", NOW)
    archived = builders.an_update(S.CONFIRMED, code="2020Q1")
    slip = noted(archived)
    builders.set_period_state(archived.period, PeriodState.ARCHIVED)
    with pytest.raises(WrongStateError, match="已归档"):
        correct_signature(cast.reviewer(), slip, "王建国", TODAY, "看错了姓名", NOW)


def test_what_was_noted_together_is_corrected_together_each_with_its_own_note() -> None:
    updates = [builders.an_update(S.IN_REVIEW) for _n in range(3)]
    texts = [builders.text_in_work(update) for update in updates]
    slips = note_signatures(cast.reviewer(), texts, "王建军", TODAY, NOW)
    another = builders.text_in_work(builders.an_update(S.IN_REVIEW))
    note_signatures(cast.reviewer(), [another], "王建军", TODAY, NOW + timedelta(minutes=5))
    assert list(noted_together(slips[1])) == slips, "the same name on another paper is another act"
    with pytest.raises(ValidationError, match="选择"):
        correct_signatures(cast.reviewer(), [], "王建国", TODAY, "看错了姓名", NOW)
    correct_signature(cast.reviewer(), slips[0], "王建国", TODAY, "看错了姓名", NOW)
    with pytest.raises(WrongStateError, match="已有人更正"):
        correct_signatures(cast.reviewer(), slips, "王立国", TODAY, "看错了姓名", NOW)
    assert SignedSlip.objects.filter(signed_by="王立国").count() == 0, "all or none"
    done = correct_signatures(cast.reviewer(), slips[1:], "王立国", TODAY, "看错了姓名", NOW)
    assert [(row.revision, row.number, row.reason) for row in done] == [
        (text, 2, "看错了姓名") for text in texts[1:]
    ]
    assert Event.objects.filter(act=Act.CORRECT_SIGNATURE, comment__contains="王立国").count() == 2
    assert list(noted_together(done[0])) == done
