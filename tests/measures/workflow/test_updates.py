"""One test for each rule of an update: the table of transitions, and what each act does and refuses.

What a text must say and what it sets in motion is test_texts.py, two people at the same instant
test_together.py, who may do an act test_permissions.py.
"""

from collections.abc import Callable
from datetime import date
from typing import Final

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from departments.actors import Actor
from departments.models import Membership, Role
from measures.lights import FilingState
from measures.models import (
    Act,
    Event,
    PeriodState,
    ProgressUpdate,
    Revision,
    UpdateState,
)
from measures.summaries import live_summary
from measures.workflow import updates
from measures.workflow.errors import StaleVersionError, WrongStateError
from measures.workflow.texts import Text
from tests import cast
from tests.builders import (
    GRACE_ENDS,
    a_measure,
    a_text,
    an_update,
    brought_to,
    in_correction,
    moment,
    perform,
    returned_by_office,
    set_period_state,
    text_in_work,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]
S: Final = UpdateState
NOW: Final = moment()
ACTS: Final = (
    Act.SAVE, Act.SUBMIT_FOR_REVIEW, Act.WITHDRAW, Act.RETURN, Act.APPROVE_AND_SUBMIT,
    Act.FILE_ON_BEHALF, Act.CONFIRM, Act.CORRECT, Act.WAIVE, Act.RESTORE,
)  # fmt: skip
# docs/domain.md 4.1, row by row: from, act, to, who does it in the tests below.
TABLE: Final = [
    (S.DUE, Act.SAVE, S.DRAFT, cast.reporter),
    (S.DRAFT, Act.SAVE, S.DRAFT, cast.reporter),
    (S.RETURNED, Act.SAVE, S.RETURNED, cast.reporter),
    (S.DRAFT, Act.SUBMIT_FOR_REVIEW, S.IN_REVIEW, cast.reporter),
    (S.RETURNED, Act.SUBMIT_FOR_REVIEW, S.IN_REVIEW, cast.reporter),
    (S.DUE, Act.SUBMIT_FOR_REVIEW, S.IN_REVIEW, cast.reporter),
    (S.IN_REVIEW, Act.WITHDRAW, S.DRAFT, cast.reporter),
    (S.IN_REVIEW, Act.RETURN, S.RETURNED, cast.reviewer),
    (S.IN_REVIEW, Act.APPROVE_AND_SUBMIT, S.SUBMITTED, cast.reviewer),
    (S.DUE, Act.FILE_ON_BEHALF, S.SUBMITTED, cast.clerk),
    (S.DRAFT, Act.FILE_ON_BEHALF, S.SUBMITTED, cast.clerk),
    (S.RETURNED, Act.FILE_ON_BEHALF, S.SUBMITTED, cast.clerk),
    (S.SUBMITTED, Act.RETURN, S.RETURNED, cast.clerk),
    (S.SUBMITTED, Act.CONFIRM, S.CONFIRMED, cast.clerk),
    (S.CONFIRMED, Act.CORRECT, S.DRAFT, cast.reporter),
    (S.CONFIRMED, Act.RETURN, S.RETURNED, cast.clerk),
    (S.DUE, Act.WAIVE, S.WAIVED, cast.clerk),
    (S.DRAFT, Act.WAIVE, S.WAIVED, cast.clerk),
    (S.WAIVED, Act.RESTORE, S.DUE, cast.clerk),
]

# docs/domain.md 3.7 and docs/domain.md 3.8: a duty that ends waives its open update, one that begins again
# brings it back.
BY_RULE: Final = {
    (S.DUE, Act.END_DUTY): S.WAIVED,
    (S.DRAFT, Act.END_DUTY): S.WAIVED,
    (S.RETURNED, Act.END_DUTY): S.WAIVED,
    (S.WAIVED, Act.ADD_DUTY): S.DUE,
}


def everybody() -> Actor:
    """One person with every role that could matter: what he may not do, nobody may."""
    hats = [("zgh", Role.REPORTER), ("zgh", Role.REVIEWER), ("rsj", Role.CLERK), ("rsj", Role.SIGNER)]
    return cast.a_person("everybody", *hats)


def events_of(update: ProgressUpdate) -> list[Event]:
    return list(Event.objects.of_update(update).order_by("pk"))


# --- the table --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "act", "after", "who"), TABLE)
def test_transition_moves_the_update_and_appends_one_event(
    before: UpdateState, act: Act, after: UpdateState, who: Callable[[], Actor]
) -> None:
    update = an_update(before)
    earlier = len(events_of(update))

    result = perform(act, who(), update)

    update.refresh_from_db()
    assert (result.state, update.state, update.version) == (after, after, result.version)
    (event,) = events_of(update)[earlier:]
    assert (event.act, event.from_state, event.to_state) == (act, before, after)
    assert (event.user, event.at) == (who().person, NOW)
    office = act in {Act.FILE_ON_BEHALF, Act.CONFIRM, Act.WAIVE, Act.RESTORE} or (
        act == Act.RETURN and before in {S.SUBMITTED, S.CONFIRMED}
    )
    assert event.department.slug == ("rsj" if office else "zgh")  # type: ignore[union-attr]  # set by the act


def test_transition_table_is_the_domains() -> None:
    by_hand = {(before, act): after for before, act, after, _who in TABLE}
    assert by_hand | BY_RULE == {key: row.next_state for key, row in updates.TRANSITIONS.items()}


@pytest.mark.sample("what is refused is decided over a loaded row")
@pytest.mark.parametrize("state", S)
def test_transition_outside_the_table_is_refused(state: UpdateState) -> None:
    update = an_update(state)
    events = Event.objects.count()
    possible = {act for before, act, _after, _who in TABLE if before == state}
    for act in set(ACTS) - possible:
        with pytest.raises(WrongStateError):
            perform(act, everybody(), update)
    assert ProgressUpdate.objects.values().get(pk=update.pk)["version"] == update.version
    assert Event.objects.count() == events


@pytest.mark.sample("what is refused is decided over a loaded row")
@pytest.mark.parametrize("period_state", [PeriodState.PLANNED, PeriodState.ARCHIVED])
@pytest.mark.parametrize("state", S)
def test_archived_and_planned_periods_refuse_everything(
    state: UpdateState, period_state: PeriodState
) -> None:
    update = an_update(state)
    set_period_state(update.period, period_state)
    for act in ACTS:
        with pytest.raises(WrongStateError):
            perform(act, everybody(), update)


def test_late_filing_after_closing_is_possible() -> None:
    update = an_update()
    set_period_state(update.period, PeriodState.CLOSED)
    confirmed = brought_to(S.CONFIRMED, update, at=moment(date(2020, 8, 3)))
    corrected = brought_to(S.CONFIRMED, in_correction(confirmed), at=moment(date(2020, 8, 4)))
    assert corrected.state == S.CONFIRMED


def test_act_without_its_event_does_not_happen(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("no paper")

    update = an_update(S.DRAFT)
    monkeypatch.setattr(type(Event.objects.all()), "create", fail)
    with pytest.raises(RuntimeError):
        perform(Act.SUBMIT_FOR_REVIEW, cast.reporter(), update)
    update.refresh_from_db()
    assert update.state == S.DRAFT
    assert not text_in_work(update).is_frozen


def test_act_on_an_update_whose_text_is_lost_is_refused_in_words() -> None:
    update = an_update()
    ProgressUpdate.objects.filter(pk=update.pk).update(state=S.IN_REVIEW)
    with pytest.raises(WrongStateError):
        perform(Act.WITHDRAW, cast.reporter(), update)


# --- two people on one draft ------------------------------------------------------------------------


def test_stale_version_gives_the_others_text_and_writes_nothing() -> None:
    opened = an_update(S.DRAFT)
    updates.save(cast.second_reporter(), opened, opened.version, a_text("第二人写的"), NOW)
    events = Event.objects.count()

    with pytest.raises(StaleVersionError) as caught:
        updates.save(cast.reporter(), opened, opened.version, a_text("第一人写的"), NOW)

    assert caught.value.latest is not None
    assert caught.value.latest.headline == "第二人写的"
    assert text_in_work(opened).headline == "第二人写的"
    assert Event.objects.count() == events


@pytest.mark.parametrize("act", ACTS)
def test_stale_version_stops_every_act(act: Act) -> None:
    state, who = next((before, who) for before, known, _after, who in TABLE if known == act)
    update = an_update(state)
    ProgressUpdate.objects.filter(pk=update.pk).update(version=update.version + 1)
    with pytest.raises(StaleVersionError):
        perform(act, who(), update)


def test_stale_version_before_any_text_has_no_text_to_show() -> None:
    update = an_update()
    ProgressUpdate.objects.filter(pk=update.pk).update(version=7)
    with pytest.raises(StaleVersionError) as caught:
        perform(Act.SAVE, cast.reporter(), update)
    assert caught.value.latest is None


# --- back and forth ---------------------------------------------------------------------------------


def test_returned_makes_a_new_revision_from_the_old() -> None:
    update = an_update(S.IN_REVIEW)
    old = text_in_work(update)

    update = perform(Act.RETURN, cast.reviewer(), update)
    new = text_in_work(update)
    assert (new.number, new.base, new.is_frozen) == (old.number + 1, old, False)
    assert Text.of(new) == Text.of(old)

    updates.save(cast.reporter(), update, update.version, a_text("改过的"), NOW)
    old.refresh_from_db()
    assert (old.headline, old.frozen_at) == (a_text().headline, NOW)
    assert text_in_work(update).headline == "改过的"


def test_withdraw_goes_on_as_the_next_revision_until_the_reviewer_acts() -> None:
    update = an_update(S.IN_REVIEW)
    old = text_in_work(update)
    update = perform(Act.WITHDRAW, cast.second_reporter(), update)
    assert (text_in_work(update).base, text_in_work(update).number) == (old, 2)
    submitted = an_update(S.SUBMITTED)
    with pytest.raises(WrongStateError):
        perform(Act.WITHDRAW, cast.reporter(), submitted)


def test_whoever_wrote_stays_a_contributor_of_what_is_made_from_it() -> None:
    update = an_update(S.RETURNED)
    update = updates.save(cast.second_reporter(), update, update.version, a_text("另一人改"), NOW)
    writers = set(text_in_work(update).contributors.all())
    assert writers == {cast.reporter().person, cast.second_reporter().person}


def test_return_needs_a_reason_which_may_be_pinned_to_a_field() -> None:
    update = an_update(S.IN_REVIEW)
    for reason in ("", "  "):
        with pytest.raises(ValidationError, match="reason"):
            updates.return_for_revision(cast.reviewer(), update, update.version, reason, NOW)
    with pytest.raises(ValidationError, match="reason"):
        updates.return_for_revision(cast.reviewer(), update, update.version, "字" * 201, NOW)
    with pytest.raises(ValidationError, match="field"):
        updates.return_for_revision(cast.reviewer(), update, update.version, "不清", NOW, "colour")
    updates.return_for_revision(cast.reviewer(), update, update.version, " 数据不清 ", NOW, "headline")
    event = events_of(update)[-1]
    assert (event.comment, event.field) == ("数据不清", "headline")


def test_return_inside_the_department_sets_no_new_date() -> None:
    update = an_update(S.RETURNED)
    assert (update.back_due_on, update.effective_due_on) == (None, update.due_on)


@pytest.mark.parametrize(
    ("returned_on", "back_due_on"),
    [
        (date(2020, 7, 1), date(2020, 7, 7)),  # its own date is later
        (date(2020, 7, 7), date(2020, 7, 9)),
        (date(2020, 7, 9), date(2020, 7, 13)),  # over a weekend
    ],
)
def test_returned_by_the_office_is_due_back_in_two_working_days_at_the_earliest(
    returned_on: date, back_due_on: date
) -> None:
    update = returned_by_office(an_update(S.SUBMITTED), moment(returned_on))
    assert (update.back_due_on, update.effective_due_on) == (back_due_on, back_due_on)
    back = perform(Act.SUBMIT_FOR_REVIEW, cast.reporter(), update)
    assert back.effective_due_on == back.due_on
    assert perform(Act.APPROVE_AND_SUBMIT, cast.reviewer(), back).back_due_on is None


def test_confirmed_text_that_the_clerk_returns_stays_in_force_until_the_new_one_is_confirmed() -> None:
    update = an_update(S.CONFIRMED)
    counting = update.in_force
    back = updates.return_for_revision(cast.clerk(), update, update.version, "场次有误", NOW)
    assert (back.state, back.in_force, back.first_submitted_at) == (
        S.RETURNED,
        counting,
        update.first_submitted_at,
    )
    assert text_in_work(back).correction_reason == "场次有误"
    new = brought_to(S.CONFIRMED, back, text=a_text("举办3场"))
    assert new.in_force is not None
    assert (new.in_force.headline, new.in_force.number) == ("举办3场", 2)


def test_first_submitted_at_is_set_once_so_that_on_time_stays_on_time() -> None:
    in_time, much_later = moment(date(2020, 7, 7), 23), moment(date(2020, 8, 20))
    update = brought_to(S.SUBMITTED, an_update(), at=in_time)
    update = returned_by_office(update, moment(date(2020, 7, 8)))
    update = perform(Act.SUBMIT_FOR_REVIEW, cast.reporter(), update, much_later)
    update = perform(Act.APPROVE_AND_SUBMIT, cast.reviewer(), update, much_later)
    update = perform(Act.CONFIRM, cast.clerk(), update, much_later)
    assert update.first_submitted_at == in_time
    assert text_in_work(update).approved_at == much_later


def test_late_stays_late() -> None:
    late = moment(date(2020, 7, 8), 0)
    update = brought_to(S.CONFIRMED, an_update(), at=late)
    update = brought_to(S.SUBMITTED, in_correction(update), at=moment(date(2020, 7, 9)))
    assert update.first_submitted_at == late


# --- who is not the same person ---------------------------------------------------------------------


def test_self_review_is_recorded_as_such_where_the_department_may() -> None:
    cast.a_department("zgh", allow_self_review=True)
    update = perform(Act.SUBMIT_FOR_REVIEW, cast.colleague(), an_update())
    update = perform(Act.APPROVE_AND_SUBMIT, cast.colleague(), update)
    assert (update.state, events_of(update)[-1].act) == (S.SUBMITTED, Act.APPROVE_OWN)


def test_self_review_is_refused_elsewhere() -> None:
    update = perform(Act.SUBMIT_FOR_REVIEW, cast.colleague(), an_update())
    with pytest.raises(PermissionDenied):
        perform(Act.APPROVE_AND_SUBMIT, cast.colleague(), update)
    update = perform(Act.APPROVE_AND_SUBMIT, cast.reviewer(), update)
    assert events_of(update)[-1].act == Act.APPROVE_AND_SUBMIT


def test_clerk_who_wrote_for_a_department_does_not_confirm_it() -> None:
    """As a person, across memberships: the coordinating office is bound in every clause itself."""
    update = perform(Act.SUBMIT_FOR_REVIEW, cast.lent_clerk(), an_update())
    update = perform(Act.APPROVE_AND_SUBMIT, cast.reviewer(), update)
    cast.clerk()
    with pytest.raises(PermissionDenied):
        perform(Act.CONFIRM, cast.lent_clerk(), update)
    assert perform(Act.CONFIRM, cast.clerk(), update).state == S.CONFIRMED


def test_clerk_who_approved_for_a_department_does_not_confirm_it() -> None:
    both = cast.a_person("both", ("zgh", Role.REVIEWER), ("rsj", Role.CLERK))
    update = perform(Act.APPROVE_AND_SUBMIT, both, an_update(S.IN_REVIEW))
    cast.second_clerk()
    with pytest.raises(PermissionDenied):
        perform(Act.CONFIRM, both, update)
    assert perform(Act.CONFIRM, cast.second_clerk(), update).state == S.CONFIRMED


def test_signer_confirms_only_when_no_other_clerk_is_active() -> None:
    update = an_update(S.SUBMITTED)
    clerk = cast.clerk().person
    with pytest.raises(PermissionDenied):
        perform(Act.CONFIRM, cast.signer(), update)
    clerk.is_active = False
    clerk.save()
    assert perform(Act.CONFIRM, cast.signer(), update).state == S.CONFIRMED


def test_signer_confirms_when_the_only_clerk_wrote_the_text() -> None:
    update = perform(Act.SUBMIT_FOR_REVIEW, cast.lent_clerk(), an_update())
    update = perform(Act.APPROVE_AND_SUBMIT, cast.reviewer(), update)
    Membership.objects.filter(role=Role.CLERK).exclude(user=cast.lent_clerk().person).update(
        valid_to=date(2020, 6, 30)
    )
    assert perform(Act.CONFIRM, cast.signer(), update).state == S.CONFIRMED


def test_confirm_says_who_and_when_and_puts_the_text_in_force() -> None:
    update = an_update(S.CONFIRMED)
    revision = text_in_work(update)
    assert update.in_force == revision
    assert (revision.approved_by, revision.confirmed_by) == (cast.reviewer().person, cast.clerk().person)
    assert (revision.approved_at, revision.confirmed_at) == (NOW, NOW)


def test_act_is_done_for_the_department_that_was_chosen() -> None:
    measure = a_measure(("zgh",), ("czj",))
    update = brought_to(S.SUBMITTED, an_update(slug="czj", measure=measure))
    both = cast.a_person("both", ("zgh", Role.REVIEWER), ("rsj", Role.CLERK))
    with pytest.raises(PermissionDenied):
        updates.return_for_revision(
            both, update, update.version, "请补", NOW, department=cast.a_department("czj")
        )
    updates.return_for_revision(
        both, update, update.version, "请补", NOW, department=cast.a_department("zgh")
    )
    assert events_of(update)[-1].department == cast.a_department("zgh")


# --- waive, restore, correct ------------------------------------------------------------------------


def is_missing(update: ProgressUpdate, on: date) -> bool:
    """As the period counts it on that day."""
    (shown,) = live_summary(update.period, on).measure(update.measure.uuid).updates
    return shown.filing(on) == FilingState.MISSING


def test_waived_is_not_missing_and_comes_back_the_same_way() -> None:
    update = an_update(S.DRAFT)
    text, after = text_in_work(update), date(2020, 7, 8)
    assert is_missing(update, after)
    update = perform(Act.WAIVE, cast.clerk(), update)
    assert not is_missing(update, after)
    update = perform(Act.RESTORE, cast.clerk(), update)
    assert is_missing(update, after)
    saved = updates.save(cast.reporter(), update, update.version, a_text("接着写"), NOW)
    assert (text_in_work(saved).pk, text_in_work(saved).headline) == (text.pk, "接着写")


def test_missing_begins_after_the_due_date() -> None:
    update = an_update()
    assert not is_missing(update, update.due_on)
    assert is_missing(update, date(2020, 7, 8))
    brought_to(S.SUBMITTED, update)
    assert not is_missing(update, GRACE_ENDS)


@pytest.mark.parametrize(("state", "act"), [(S.DUE, Act.WAIVE), (S.WAIVED, Act.RESTORE)])
def test_waive_and_restore_need_a_reason(state: UpdateState, act: Act) -> None:
    update = an_update(state)
    do = updates.waive if act == Act.WAIVE else updates.restore
    with pytest.raises(ValidationError, match="reason"):
        do(cast.clerk(), update, update.version, " ", NOW)


def test_waive_is_refused_for_a_correction_in_work() -> None:
    update = in_correction(an_update(S.CONFIRMED))
    assert not updates.is_possible(update, Act.WAIVE)
    with pytest.raises(WrongStateError):
        perform(Act.WAIVE, cast.clerk(), update)


@pytest.mark.parametrize(("state", "act"), [(S.DUE, Act.WAIVE), (S.WAIVED, Act.RESTORE)])
def test_waive_and_restore_are_over_when_the_period_is_closed(state: UpdateState, act: Act) -> None:
    update = an_update(state)
    set_period_state(update.period, PeriodState.CLOSED)
    update.period.refresh_from_db()
    assert not updates.is_possible(update, act)
    with pytest.raises(WrongStateError):
        perform(act, cast.clerk(), update)


def test_waive_of_a_participant_is_also_the_convenors() -> None:
    update = an_update(slug="czj", measure=a_measure(("zgh",), ("czj",)))
    update = perform(Act.WAIVE, cast.reviewer("zgh"), update)
    assert (update.state, events_of(update)[-1].department) == (S.WAIVED, cast.a_department("zgh"))


def test_correct_keeps_the_text_in_force_until_the_new_one_is_confirmed() -> None:
    update = an_update(S.CONFIRMED)
    old = update.in_force
    update = updates.correct(cast.reporter(), update, update.version, "数据有误", NOW)
    assert (update.state, update.in_force) == (S.DRAFT, old)
    assert (text_in_work(update).base, text_in_work(update).correction_reason) == (old, "数据有误")

    update = updates.submit_for_review(cast.reporter(), update, update.version, NOW, a_text("更正后"))
    update = perform(Act.APPROVE_AND_SUBMIT, cast.reviewer(), update)
    assert update.in_force == old
    update = returned_by_office(update)
    assert update.in_force == old
    assert text_in_work(update).correction_reason == "数据有误"
    update = brought_to(S.CONFIRMED, update, text=a_text("再次更正后"))
    assert update.in_force is not None
    assert update.in_force.headline == "再次更正后"
    assert Revision.objects.get(pk=old.pk).headline == a_text().headline  # type: ignore[union-attr]  # above


def test_correct_needs_a_reason() -> None:
    update = an_update(S.CONFIRMED)
    with pytest.raises(ValidationError, match="reason"):
        updates.correct(cast.reporter(), update, update.version, "", NOW)
