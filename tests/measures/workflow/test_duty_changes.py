"""Duties that begin or end by an act in the middle of a period (docs/domain.md 3.7, docs/domain.md 3.8).

What the day alone begins or ends is test_duty_changes_by_day.py.
"""

from datetime import date
from typing import Final

import pytest

from departments.models import WorkingDay
from departments.workdays import CalendarMissing
from measures import permissions
from measures.models import (
    Act,
    Event,
    MeasureState,
    PeriodState,
    ProgressUpdate,
    ResponsibilityRole,
    UpdateState,
)
from measures.workflow import measures, periods, updates
from tests import builders, cast
from tests.builders import (
    LEADS_DUE,
    PARTICIPANTS_DUE,
    a_measure,
    an_open_period,
    an_update,
    brought_to,
    moment,
    perform,
    set_period_state,
    update_of,
)
from tests.cast import DAY
from tests.measures.workflow.responsibilities import (
    BASIS,
    LEAD,
    PARTICIPANT,
    TOMORROW,
    acts_on,
    added,
    binding,
    ended,
    follow_the_day,
    in_progress,
    kept,
    move,
    positions_on,
    succeeds,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]
S: Final = UpdateState
IN_FIVE_DAYS: Final = date(2020, 7, 8)  # working days after DAY


# --- what begins ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "day", "due_on"),
    [
        (PARTICIPANT, date(2020, 6, 28), date(2020, 7, 3)),  # five working days are later than T−3
        (PARTICIPANT, date(2020, 6, 22), PARTICIPANTS_DUE),
        (LEAD, date(2020, 7, 6), date(2020, 7, 13)),
        (LEAD, date(2020, 6, 22), LEADS_DUE),
    ],
)
def test_responsibility_added_later_is_due_at_its_date_or_in_five_working_days(
    role: ResponsibilityRole, day: date, due_on: date
) -> None:
    measure = a_measure(("zgh",) if role == PARTICIPANT else ())
    an_open_period()
    row = added(measure, "czj", role, day=day, designated=role == LEAD)
    update = update_of(measure, "czj")
    assert (update.due_on, update.role, update.state, list(update.covers.all())) == (
        due_on,
        role,
        S.DUE,
        [row],
    )
    event = Event.objects.get()
    assert (event.act, event.update, event.department) == (Act.ADD_DUTY, update, cast.the_office())
    assert (event.user, event.comment) == (cast.admin().person, BASIS)
    entry = row.history.get()
    assert (entry.history_user, entry.history_change_reason) == (cast.admin().person, BASIS)


def test_responsibility_added_later_joins_the_update_that_the_department_owes_already() -> None:
    measure = a_measure(("zgh",))
    an_open_period()
    row = added(measure, "zgh")
    assert row in update_of(measure, "zgh").covers.all()
    assert ProgressUpdate.objects.count() == 1
    assert not Event.objects.exists()


@pytest.mark.parametrize("state", [PeriodState.PLANNED, PeriodState.CLOSED, PeriodState.ARCHIVED])
def test_responsibility_added_later_owes_nothing_in_a_period_that_is_not_open(state: PeriodState) -> None:
    measure = a_measure()
    set_period_state(an_open_period(), state)
    added(measure, "czj")
    assert positions_on(measure) == [("zgh", "lead", 1)]


def test_responsibility_added_later_is_owed_in_each_open_period_of_its_edition() -> None:
    measure = a_measure()
    periods = [an_open_period(), an_open_period(code="2020Q1")]
    an_open_period(builders.an_edition(number=2), "2020Q3")
    added(measure, "czj")
    updates = ProgressUpdate.objects.filter(department__slug="czj")
    assert {update.period for update in updates} == set(periods)


def test_responsibility_added_later_is_owed_by_who_performs_it() -> None:
    measure = a_measure()
    an_open_period()
    succeeds("wlj", "wgxj")
    row = added(measure, "wgxj")
    assert update_of(measure, "wlj").covers.get() == row


def test_responsibilities_added_on_one_department_by_succession_are_one_line() -> None:
    measure = a_measure()
    an_open_period()
    succeeds("czj", "wgxj")
    rows = {added(measure, "wgxj"), added(measure, "czj", position=2)}
    assert set(update_of(measure, "czj").covers.all()) == rows


# --- what ends -----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [S.DUE, S.DRAFT, S.RETURNED])
def test_responsibility_that_ended_waives_what_is_open_with_its_basis(state: UpdateState) -> None:
    measure = a_measure(("zgh",), ("czj",))
    update = an_update(state, slug="czj", measure=measure)
    ended(update.covers.get())
    update.refresh_from_db()
    assert update.state == S.WAIVED
    event = Event.objects.of_update(update).get(act=Act.END_DUTY)
    assert (event.comment, event.department, event.user) == (BASIS, cast.the_office(), cast.admin().person)
    assert (event.from_state, event.to_state) == (state, S.WAIVED)
    assert update_of(measure, "zgh").state == S.DUE


@pytest.mark.parametrize("state", [S.IN_REVIEW, S.SUBMITTED, S.CONFIRMED])
def test_responsibility_that_ended_lets_what_is_filed_run_to_its_end(state: UpdateState) -> None:
    update = an_update(state)
    ended(update.covers.get())
    again = ProgressUpdate.objects.get(pk=update.pk)
    assert (again.state, again.version) == (state, update.version)
    if state == S.IN_REVIEW:
        again = perform(Act.APPROVE_AND_SUBMIT, cast.reviewer(), again)
    if state != S.CONFIRMED:
        assert perform(Act.CONFIRM, cast.clerk(), again).state == S.CONFIRMED


def test_responsibility_that_ended_leaves_what_the_office_returned() -> None:
    update = builders.returned_by_office(an_update(S.SUBMITTED))
    ended(update.covers.get())
    assert follow_the_day(TOMORROW) == []
    update.refresh_from_db()
    assert update.state == S.RETURNED


def test_responsibility_that_ended_leaves_an_update_that_answers_another() -> None:
    measure = a_measure(("zgh",), ("zscqj",))
    succeeds("zgh", "zscqj")
    update = an_update(measure=measure)
    ended(binding(measure, "zscqj"))
    update.refresh_from_db()
    assert update.state == S.DUE


def test_responsibility_that_ended_waives_an_update_whose_other_one_ended_before() -> None:
    measure = a_measure(("zgh",), ("zscqj",))
    succeeds("zgh", "zscqj")
    update = an_update(measure=measure)
    ended(binding(measure, "zscqj"), basis="先")
    ended(binding(measure, "zgh"), basis="后")
    update.refresh_from_db()
    assert (update.state, Event.objects.get().comment) == (S.WAIVED, "后")


def test_responsibility_that_ended_touches_no_closed_period() -> None:
    update = an_update()
    set_period_state(update.period, PeriodState.CLOSED)
    ended(update.covers.get())
    update.refresh_from_db()
    assert update.state == S.DUE


def test_period_that_was_closed_once_keeps_its_updates_when_it_is_opened_again() -> None:
    update = an_update()
    periods.close_period(cast.clerk(), update.period, "到期截止", moment())
    periods.reopen_period(cast.signer(), update.period, "补充材料", moment())
    ended(update.covers.get())
    follow_the_day(TOMORROW)
    update.refresh_from_db()
    assert update.state == S.DUE


@pytest.mark.parametrize("last_day", [DAY, date(2020, 12, 31)])
def test_responsibility_that_ends_today_or_later_still_owes_its_update(last_day: date) -> None:
    """The last day is included."""
    measure = a_measure()
    ended(an_update(measure=measure).covers.get(), last_day)
    assert update_of(measure, "zgh").state == S.DUE
    assert ProgressUpdate.objects.count() == 1


# --- what comes and goes -------------------------------------------------------------------------


def test_end_is_followed_once_and_what_the_office_restored_stays() -> None:
    update = an_update()
    row = ended(update.covers.get())
    update.refresh_from_db()
    update = perform(Act.RESTORE, cast.clerk(), update)
    kept(row, basis="改错字")
    assert follow_the_day(TOMORROW) == []
    update.refresh_from_db()
    assert (update.state, acts_on(update)) == (S.DUE, [Act.END_DUTY, Act.RESTORE])


def test_end_that_is_taken_back_is_owed_again_with_five_working_days() -> None:
    update = an_update()
    ended(ended(update.covers.get()), None, basis="撤销原决定")
    update.refresh_from_db()
    assert (update.state, update.due_on) == (S.DUE, IN_FIVE_DAYS)
    assert acts_on(update) == [Act.END_DUTY, Act.ADD_DUTY]
    assert Event.objects.get(act=Act.ADD_DUTY).comment == "撤销原决定"


def test_end_after_an_end_that_was_taken_back_is_followed_too() -> None:
    update = an_update()
    row = ended(ended(update.covers.get()), None)
    ended(row)
    update.refresh_from_db()
    assert (update.state, len(acts_on(update))) == (S.WAIVED, 3)


def test_beginning_after_what_the_office_restored_lets_the_next_end_be_followed() -> None:
    update = an_update()
    row = ended(update.covers.get())
    update.refresh_from_db()
    perform(Act.RESTORE, cast.clerk(), update)
    ended(ended(row, None))
    update.refresh_from_db()
    assert acts_on(update) == [Act.END_DUTY, Act.RESTORE, Act.ADD_DUTY, Act.END_DUTY]


def test_update_that_the_office_waived_after_an_end_stays_waived_when_the_duty_begins_again() -> None:
    update = an_update()
    row = ended(update.covers.get())
    for act in (Act.RESTORE, Act.WAIVE):
        perform(act, cast.clerk(), update_of(update.measure, "zgh"))
    ended(row, None)
    assert update_of(update.measure, "zgh").state == S.WAIVED


def test_beginning_rests_on_the_entry_that_set_its_present_days() -> None:
    measure = a_measure()
    an_open_period()
    row = added(measure, "czj", basis="先")
    ended(ended(row, basis="再"), None, basis="后")
    told = Event.objects.filter(update=update_of(measure, "czj")).order_by("pk")
    assert [event.comment for event in told] == ["先", "再", "后"]


def test_responsibility_assigned_again_is_owed_again() -> None:
    measure = a_measure(("zgh",), ("czj",))
    an_open_period()
    ended(binding(measure, "czj"))
    row = added(measure, "czj", position=2)
    update = update_of(measure, "czj")
    assert (update.state, row in update.covers.all()) == (S.DUE, True)


def test_update_that_the_office_waived_stays_waived_through_an_end_and_a_beginning() -> None:
    update = an_update(S.WAIVED)
    ended(ended(update.covers.get()), None)
    update.refresh_from_db()
    assert update.state == S.WAIVED


def test_responsibility_assigned_leaves_what_the_office_waived() -> None:
    measure = a_measure((), ("czj",))
    an_update(S.WAIVED, measure=measure, slug="czj")
    added(measure, "czj", LEAD)
    assert update_of(measure, "czj").state == S.WAIVED


def test_open_period_keeps_its_performers_when_one_is_succeeded() -> None:
    measure = a_measure(("czj", "jyj"))
    an_open_period()
    succeeds("gsl", "czj", DAY)
    assert follow_the_day(TOMORROW) == []
    row = ended(ended(measure.responsibilities.get(position=1)), None)
    added(measure, "czj")
    assert positions_on(measure) == [("czj", "lead", 1), ("jyj", "lead", 2)]
    assert row in update_of(measure, "czj").covers.all()


# --- roles and places ----------------------------------------------------------------------------


def test_participant_that_is_made_a_lead_leads_and_gets_a_leads_time() -> None:
    """Two roles that meet in one department: the lead wins (docs/domain.md 9.3)."""
    measure = a_measure((), ("czj", "gzw"))
    an_open_period()
    row = added(measure, "gzw", LEAD)
    assert positions_on(measure) == [("gzw", "lead", 1), ("czj", "participant", 1)]
    update = update_of(measure, "gzw")
    assert (row in update.covers.all(), update.due_on) == (True, IN_FIVE_DAYS)
    event = Event.objects.get()
    assert (event.act, event.update, event.comment) == (Act.ADD_DUTY, update, BASIS)


def test_participant_that_is_made_a_lead_after_filing_keeps_its_date() -> None:
    measure = a_measure((), ("czj",))
    an_update(S.SUBMITTED, measure=measure, slug="czj")
    added(measure, "czj", LEAD)
    update = update_of(measure, "czj")
    assert (update.role, update.due_on, update.state) == (LEAD, PARTICIPANTS_DUE, S.SUBMITTED)


def test_lead_whose_lead_ended_participates_on_and_keeps_its_time() -> None:
    measure = a_measure(("zgh",), ("zscqj", "czj"))
    succeeds("zgh", "zscqj")
    an_open_period()
    ended(measure.responsibilities.get(role=LEAD))
    assert positions_on(measure) == [("zgh", "participant", 1), ("czj", "participant", 2)]
    update = update_of(measure, "zgh")
    assert (update.state, update.due_on) == (S.DUE, LEADS_DUE)


def test_next_lead_convenes_when_the_first_one_ended() -> None:
    measure = a_measure(("zgh", "jyj", "czj"))
    an_update(S.SUBMITTED, measure=measure)
    ended(measure.responsibilities.get(position=1))
    assert positions_on(measure) == [("jyj", "lead", 1), ("czj", "lead", 2), ("zgh", "lead", 3)]
    assert [update_of(measure, slug).due_on for slug in ("jyj", "czj")] == [LEADS_DUE, PARTICIPANTS_DUE]


def test_leads_that_the_office_designated_are_dated_as_joint_ones() -> None:
    measure = a_measure(())
    an_open_period()
    added(measure, "zgh", LEAD, day=date(2020, 6, 22), designated=True)
    added(measure, "jyj", LEAD, 2, day=date(2020, 6, 22), designated=True)
    assert [update_of(measure, slug).due_on for slug in ("zgh", "jyj")] == [LEADS_DUE, PARTICIPANTS_DUE]


def test_position_changed_in_admin_is_the_updates_too() -> None:
    measure = a_measure(("zgh",), ("czj", "gzw"))
    an_open_period()
    kept(binding(measure, "czj"), position=3)
    assert positions_on(measure) == [
        ("zgh", "lead", 1),
        ("gzw", "participant", 1),
        ("czj", "participant", 2),
    ]
    assert not Event.objects.exists()


def test_lead_that_ended_has_no_say_over_others_any_more() -> None:
    measure = a_measure(("zgh",), ("czj",))
    an_update(S.SUBMITTED, measure=measure, slug="czj")
    reader, reviewer = cast.reporter("zgh"), cast.reviewer("zgh")
    assert permissions.can_read_working_text(reader, update_of(measure, "czj"))
    ended(measure.responsibilities.get(role=LEAD))
    update = update_of(measure, "czj")
    assert permissions.convenor_of(update, DAY) is None
    assert updates.acting_for(reviewer, Act.RETURN, update) == ()
    assert not permissions.can_read_working_text(reader, update)
    assert not permissions.readable_updates(reader).filter(pk=update.pk).exists()


# --- a measure at rest ---------------------------------------------------------------------------


@pytest.mark.parametrize("act", [Act.SUSPEND, Act.CANCEL])
def test_measure_at_rest_waives_its_open_updates_and_no_others(act: Act) -> None:
    other = a_measure()
    measure = in_progress("zgh", "jyj", participants=("czj",))
    brought_to(S.SUBMITTED, update_of(measure, "jyj"))
    brought_to(S.RETURNED, update_of(measure, "czj"))
    move(measure, act)
    states = {slug: update_of(measure, slug).state for slug in ("zgh", "jyj", "czj")}
    assert states == {"zgh": S.WAIVED, "jyj": S.SUBMITTED, "czj": S.WAIVED}
    assert update_of(other, "zgh").state == S.DUE
    assert {event.comment for event in Event.objects.filter(act=Act.END_DUTY)} == {"政策调整"}
    assert positions_on(measure) == [("zgh", "lead", 1), ("jyj", "lead", 2), ("czj", "participant", 1)]


def test_measure_that_is_resumed_owes_its_updates_again_with_five_working_days() -> None:
    measure = in_progress("zgh", participants=("czj",))
    brought_to(S.WAIVED, update_of(measure, "czj"))
    move(measure, Act.SUSPEND)
    move(measure, Act.RESUME, date(2020, 7, 6))
    update = update_of(measure, "zgh")
    assert (update.state, update.due_on) == (S.DUE, date(2020, 7, 13))
    event = Event.objects.get(act=Act.ADD_DUTY)
    assert (event.update, event.user, event.comment) == (update, cast.clerk().person, "政策调整")
    assert update_of(measure, "czj").state == S.WAIVED  # by the office, before


def test_measure_that_was_resumed_takes_new_duties_and_their_own_grounds() -> None:
    measure = in_progress("zgh")
    move(measure, Act.SUSPEND)
    move(measure, Act.RESUME)
    added(measure, "czj", basis="补充分工")
    ended(ended(binding(measure, "zgh"), basis="调出"), None, basis="调回")
    comments = Event.objects.filter(act=Act.ADD_DUTY).order_by("pk").values_list("comment", flat=True)
    assert list(comments) == ["政策调整", "补充分工", "调回"]


def test_measure_that_is_resumed_by_a_clock_set_back_owes_its_updates_again() -> None:
    measure = in_progress("zgh")
    for act, hour in ((Act.SUSPEND, 13), (Act.RESUME, 14), (Act.SUSPEND, 9), (Act.RESUME, 8)):
        measures.change_state(cast.clerk(), measure, act, "会议", moment(DAY, hour=hour))
    assert update_of(measure, "zgh").state == S.DUE


def test_measure_that_is_resumed_without_a_calendar_says_so_and_stays_at_rest() -> None:
    measure = in_progress("zgh")
    move(measure, Act.SUSPEND)
    WorkingDay.objects.all().delete()
    with pytest.raises(CalendarMissing, match="2020"):
        move(measure, Act.RESUME)
    measure.refresh_from_db()
    assert measure.state == MeasureState.SUSPENDED


def test_measure_that_was_at_rest_when_the_period_was_opened_owes_nothing_in_it() -> None:
    measure = a_measure(state=MeasureState.SUSPENDED)
    an_open_period()
    added(measure, "czj", valid_from=DAY)
    added(measure, "jyj", position=2)
    move(measure, Act.RESUME)
    added(measure, "gzw", position=3)
    assert follow_the_day(TOMORROW) == []
    assert positions_on(measure) == []


def test_measure_that_was_resumed_before_the_period_was_opened_takes_new_duties() -> None:
    measure = a_measure((), state=MeasureState.IN_PROGRESS)
    for act in (Act.SUSPEND, Act.RESUME):
        move(measure, act, date(2020, 6, 20))
    an_open_period()
    added(measure, "zgh", LEAD, designated=True)
    assert positions_on(measure) == [("zgh", "lead", 1)]


def test_measure_that_becomes_routine_keeps_what_it_owes_already() -> None:
    measure = in_progress("zgh")
    move(measure, Act.MAKE_ROUTINE)
    added(measure, "czj")
    assert update_of(measure, "zgh").state == S.DUE
    assert positions_on(measure) == [("zgh", "lead", 1)]
