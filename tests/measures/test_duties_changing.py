"""Duties that begin or end in the middle of a period, at once or with the day (domain, sections 3 and 9)."""

from datetime import date, timedelta
from typing import Final

import pytest

from departments.models import Succession
from measures import duties, lifecycle
from measures.models import (
    Act,
    Event,
    Measure,
    MeasureState,
    PeriodState,
    ProgressUpdate,
    Responsibility,
    ResponsibilityRole,
    UpdateState,
)
from tests import builders, cast
from tests.builders import (
    LEADS_DUE,
    PARTICIPANTS_DUE,
    a_measure,
    a_responsibility,
    an_open_period,
    an_update,
    brought_to,
    line_of,
    moment,
    set_period_state,
)
from tests.cast import DAY, a_department

pytestmark = pytest.mark.django_db
S: Final = UpdateState
LEAD, PARTICIPANT = ResponsibilityRole.LEAD, ResponsibilityRole.PARTICIPANT
NOW: Final = moment()
YESTERDAY, TOMORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)
BASIS: Final = "廊编〔2020〕3号"


@pytest.fixture(autouse=True)
def calendar(db: None) -> None:
    builders.a_working_calendar()


def succeeds(successor: str, predecessor: str) -> None:
    Succession.objects.create(
        predecessor=a_department(predecessor),
        successor=a_department(successor),
        valid_from=cast.SINCE,
        basis="机构改革方案",
    )


def added(
    measure: Measure, slug: str, role: ResponsibilityRole = PARTICIPANT, position: int = 1
) -> Responsibility:
    """A responsibility as admin adds it."""
    row = Responsibility(measure=measure, department=a_department(slug), role=role, position=position)
    duties.keep_responsibility(cast.admin(), row, BASIS, NOW)
    return row


def ended(row: Responsibility, last_day: date | None = YESTERDAY) -> Responsibility:
    """The same with its last day as admin saves it; None takes the end back."""
    row.valid_to = last_day
    duties.keep_responsibility(cast.admin(), row, BASIS, NOW)
    return row


def placed(measure: Measure) -> list[tuple[str, str, int]]:
    rows = measure.updates.order_by("role", "position").values_list("department__slug", "role", "position")
    return list(rows)


# --- duties that begin or end in the middle of a period ----------------------------------------------


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
    row = a_responsibility(measure, "czj", role, designated=role == LEAD)
    (update,) = duties.add_duty(cast.clerk(), row, BASIS, moment(day))
    assert (update.due_on, update.role, list(update.covers.all())) == (due_on, role, [row])
    event = Event.objects.get()
    assert (event.act, event.update, event.department) == (Act.ADD_DUTY, update, cast.the_office())


def test_responsibility_added_later_joins_the_line_that_the_department_owes_already() -> None:
    measure = a_measure(("zgh",))
    an_open_period()
    row = a_responsibility(measure, "zgh")
    assert duties.add_duty(cast.clerk(), row, BASIS, NOW) == []
    assert row in line_of(measure, "zgh").covers.all()
    assert not Event.objects.exists()


@pytest.mark.parametrize("state", [PeriodState.PLANNED, PeriodState.CLOSED, PeriodState.ARCHIVED])
def test_responsibility_added_later_owes_nothing_in_a_period_that_is_not_open(state: PeriodState) -> None:
    measure = a_measure()
    set_period_state(an_open_period(), state)
    assert duties.add_duty(cast.clerk(), a_responsibility(measure, "czj"), BASIS, NOW) == []


def test_responsibility_added_later_owes_nothing_on_a_measure_at_rest() -> None:
    measure = a_measure(state=MeasureState.SUSPENDED)
    an_open_period()
    assert duties.add_duty(cast.clerk(), a_responsibility(measure, "czj"), BASIS, NOW) == []


def test_responsibility_added_later_is_owed_by_who_performs_it() -> None:
    measure = a_measure()
    an_open_period()
    succeeds("wlj", "wgxj")
    (update,) = duties.add_duty(cast.clerk(), a_responsibility(measure, "wgxj"), BASIS, NOW)
    assert update.department == a_department("wlj")


@pytest.mark.parametrize("state", [S.DUE, S.DRAFT, S.RETURNED])
def test_responsibility_that_ended_waives_what_is_open_with_its_basis(state: UpdateState) -> None:
    measure = a_measure(("zgh",), ("czj",))
    update = an_update(state, slug="czj", measure=measure)
    row = update.covers.get()
    duties.end_duty(cast.clerk(), row, "机构职能调整", NOW)
    update.refresh_from_db()
    assert update.state == S.WAIVED
    event = Event.objects.of_update(update).get(act=Act.WAIVE)
    assert (event.comment, event.department) == ("机构职能调整", cast.the_office())
    assert line_of(measure, "zgh").state == S.DUE


@pytest.mark.parametrize("state", [S.IN_REVIEW, S.SUBMITTED, S.CONFIRMED])
def test_responsibility_that_ended_lets_what_is_filed_run_to_its_end(state: UpdateState) -> None:
    update = an_update(state)
    duties.end_duty(cast.clerk(), update.covers.get(), "机构职能调整", NOW)
    again = ProgressUpdate.objects.get(pk=update.pk)
    assert (again.state, again.version) == (state, update.version)
    if state != S.CONFIRMED:
        assert brought_to_the_end(again).state == S.CONFIRMED


def brought_to_the_end(update: ProgressUpdate) -> ProgressUpdate:
    if update.state == S.IN_REVIEW:
        update = builders.perform(Act.APPROVE, cast.reviewer(), update)
    return builders.perform(Act.CONFIRM, cast.clerk(), update)


def test_responsibility_that_ended_leaves_a_line_that_answers_another() -> None:
    measure = a_measure(("zgh",), ("zscqj",))
    succeeds("zgh", "zscqj")
    update = an_update(measure=measure)
    duties.end_duty(cast.clerk(), measure.responsibilities.get(role=PARTICIPANT), "撤销", NOW)
    update.refresh_from_db()
    assert update.state == S.DUE


def test_responsibility_that_ended_waives_a_line_whose_other_one_ended_before() -> None:
    measure = a_measure(("zgh",), ("zscqj",))
    succeeds("zgh", "zscqj")
    update = an_update(measure=measure)
    for row in measure.responsibilities.order_by("role"):
        ended(row)
    update.refresh_from_db()
    assert update.state == S.WAIVED


def test_responsibility_that_ended_touches_no_closed_period() -> None:
    update = an_update()
    set_period_state(update.period, PeriodState.CLOSED)
    duties.end_duty(cast.clerk(), update.covers.get(), "撤销", NOW)
    update.refresh_from_db()
    assert update.state == S.DUE


def test_measure_at_rest_waives_its_open_lines_and_no_others() -> None:
    measure, other = a_measure(("zgh", "jyj"), ("czj",)), a_measure()
    an_open_period()
    brought_to(S.SUBMITTED, line_of(measure, "jyj"))
    brought_to(S.RETURNED, line_of(measure, "czj"))
    duties.end_duties(cast.clerk(), measure, "政策调整", NOW)
    states = {slug: line_of(measure, slug).state for slug in ("zgh", "jyj", "czj")}
    assert states == {"zgh": S.WAIVED, "jyj": S.SUBMITTED, "czj": S.WAIVED}
    assert line_of(other, "zgh").state == S.DUE


# --- the roles of lines that stand already -----------------------------------------------------------


def test_participant_that_is_made_a_lead_leads_and_gets_a_leads_time() -> None:
    """Two roles that meet in one department: the lead wins (domain, section 9)."""
    measure = a_measure((), ("czj", "gzw"))
    an_open_period()
    row = added(measure, "gzw", LEAD)
    assert placed(measure) == [("gzw", "lead", 1), ("czj", "participant", 1)]
    line = line_of(measure, "gzw")
    assert (row in line.covers.all(), line.due_on) == (True, date(2020, 7, 8))  # five working days
    event = Event.objects.get()
    assert (event.act, event.update, event.comment) == (Act.ADD_DUTY, line, BASIS)


def test_participant_that_is_made_a_lead_after_filing_keeps_its_date() -> None:
    measure = a_measure((), ("czj",))
    an_update(S.SUBMITTED, measure=measure, slug="czj")
    added(measure, "czj", LEAD)
    line = line_of(measure, "czj")
    assert (line.role, line.due_on, line.state) == (LEAD, PARTICIPANTS_DUE, S.SUBMITTED)


def test_lead_whose_lead_ended_participates_on_and_keeps_its_time() -> None:
    measure = a_measure(("zgh",), ("zscqj", "czj"))
    succeeds("zgh", "zscqj")
    an_open_period()
    ended(measure.responsibilities.get(role=LEAD))
    assert placed(measure) == [("zgh", "participant", 1), ("czj", "participant", 2)]
    line = line_of(measure, "zgh")
    assert (line.state, line.due_on) == (S.DUE, LEADS_DUE)


def test_next_lead_convenes_when_the_first_one_ended() -> None:
    measure = a_measure(("zgh", "jyj", "czj"))
    an_update(S.SUBMITTED, measure=measure)
    ended(measure.responsibilities.get(position=1))
    assert placed(measure) == [("jyj", "lead", 1), ("czj", "lead", 2), ("zgh", "lead", 3)]
    assert [line_of(measure, slug).due_on for slug in ("jyj", "czj")] == [LEADS_DUE, PARTICIPANTS_DUE]


def test_position_changed_in_admin_is_the_lines_too() -> None:
    measure = a_measure(("zgh",), ("czj", "gzw"))
    an_open_period()
    row = measure.responsibilities.get(department__slug="czj")
    row.position = 3
    duties.keep_responsibility(cast.admin(), row, BASIS, NOW)
    assert placed(measure) == [("zgh", "lead", 1), ("gzw", "participant", 1), ("czj", "participant", 2)]


# --- as admin and imports save it --------------------------------------------------------------------


def test_kept_responsibility_that_is_new_owes_its_line() -> None:
    measure = a_measure()
    an_open_period()
    row = added(measure, "czj")
    assert line_of(measure, "czj").covers.get() == row
    entry = row.history.get()
    assert (entry.history_user, entry.history_change_reason) == (cast.admin().person, BASIS)


@pytest.mark.parametrize("last_day", [DAY, date(2020, 12, 31)])
def test_kept_responsibility_that_ends_today_or_later_still_owes_its_line_once(last_day: date) -> None:
    """The last day is included."""
    measure = a_measure()
    ended(an_update(measure=measure).covers.get(), last_day)
    assert line_of(measure, "zgh").state == S.DUE
    assert ProgressUpdate.objects.count() == 1


def test_kept_responsibility_that_ended_waives_once_and_not_again() -> None:
    update = an_update()
    row = ended(update.covers.get())
    update.refresh_from_db()
    assert update.state == S.WAIVED
    builders.perform(Act.RESTORE, cast.clerk(), update)
    duties.keep_responsibility(cast.admin(), row, "改错字", NOW)
    update.refresh_from_db()
    assert update.state == S.DUE


def test_kept_responsibility_whose_end_is_taken_back_is_owed_again() -> None:
    update = an_update()
    row = ended(update.covers.get())
    ended(row, None)
    update.refresh_from_db()
    assert (update.state, update.due_on) == (S.DUE, date(2020, 7, 8))
    assert Event.objects.of_update(update).get(act=Act.RESTORE).comment == BASIS


def test_responsibility_laid_again_on_a_department_is_owed_again() -> None:
    measure = a_measure(("zgh",), ("czj",))
    an_open_period()
    ended(measure.responsibilities.get(department__slug="czj"))
    row = added(measure, "czj", position=2)
    line = line_of(measure, "czj")
    assert (line.state, row in line.covers.all()) == (S.DUE, True)


def test_responsibility_laid_on_a_department_leaves_what_the_office_waived() -> None:
    measure = a_measure((), ("czj",))
    an_update(S.WAIVED, measure=measure, slug="czj")
    added(measure, "czj", LEAD)
    assert line_of(measure, "czj").state == S.WAIVED


# --- with the day alone: every night -----------------------------------------------------------------


def nights(day: date) -> list[ProgressUpdate]:
    return duties.follow_days(moment(day, hour=2))


def test_responsibility_begins_on_its_day_in_the_name_of_whoever_entered_it() -> None:
    measure = a_measure()
    an_open_period()
    row = Responsibility(
        measure=measure, department=a_department("czj"), role=PARTICIPANT, position=1, valid_from=TOMORROW
    )
    duties.keep_responsibility(cast.admin(), row, BASIS, NOW)
    assert nights(DAY) == []
    (line,) = nights(TOMORROW)
    assert (line.department.slug, line.state, line.covers.get()) == ("czj", S.DUE, row)
    assert Event.objects.get(act=Act.ADD_DUTY).user == cast.admin().person
    assert nights(TOMORROW + timedelta(days=1)) == []


def test_night_leaves_what_the_office_waived_after_the_beginning() -> None:
    measure = a_measure()
    an_open_period()
    row = Responsibility(
        measure=measure, department=a_department("czj"), role=PARTICIPANT, position=1, valid_from=TOMORROW
    )
    duties.keep_responsibility(cast.admin(), row, BASIS, NOW)
    nights(TOMORROW)
    builders.perform(Act.WAIVE, cast.clerk(), line_of(measure, "czj"), at=moment(TOMORROW))
    assert nights(TOMORROW + timedelta(days=1)) == []


def test_responsibility_that_began_before_the_period_was_opened_is_not_added_by_night() -> None:
    """What was at rest then, and owed nothing, does not owe it now because the measure was resumed."""
    measure = a_measure(state=MeasureState.SUSPENDED)
    row = measure.responsibilities.get()
    row.valid_from = builders.OPENED
    duties.keep_responsibility(cast.admin(), row, BASIS, NOW)
    an_open_period()
    Measure.objects.update(state=MeasureState.IN_PROGRESS)
    assert nights(DAY) == []


def test_responsibility_ends_the_night_after_its_last_day() -> None:
    measure = a_measure(("zgh",), ("czj",))
    an_open_period()
    ended(measure.responsibilities.get(department__slug="czj"), DAY)
    assert nights(DAY) == []
    (line,) = nights(TOMORROW)
    assert line == line_of(measure, "czj")
    assert line_of(measure, "czj").state == S.WAIVED
    event = Event.objects.get(act=Act.WAIVE)
    assert (event.user, event.comment) == (cast.admin().person, BASIS)


def test_night_makes_the_next_lead_convene() -> None:
    measure = a_measure(("zgh", "jyj"))
    an_open_period()
    ended(measure.responsibilities.get(position=1), DAY)
    nights(TOMORROW)
    assert placed(measure) == [("jyj", "lead", 1), ("zgh", "lead", 2)]


def test_night_leaves_what_the_office_restored_after_the_end() -> None:
    update = an_update()
    ended(update.covers.get(), DAY)
    nights(TOMORROW)
    update.refresh_from_db()
    builders.perform(Act.RESTORE, cast.clerk(), update, at=moment(TOMORROW))
    assert nights(TOMORROW + timedelta(days=1)) == []


def test_night_ends_what_the_office_waived_and_restored_before_the_end() -> None:
    update = builders.perform(Act.RESTORE, cast.clerk(), an_update(S.WAIVED))
    ended(update.covers.get(), DAY)
    assert nights(TOMORROW) == [update]


@pytest.mark.parametrize("act", [Act.WITHDRAW, Act.RETURN])
def test_night_waives_what_came_back_after_its_measure_was_cancelled(act: Act) -> None:
    update = an_update(S.IN_REVIEW)
    Measure.objects.update(state=MeasureState.IN_PROGRESS)
    lifecycle.change_state(cast.clerk(), update.measure, Act.CANCEL, "政策调整", NOW)
    assert nights(DAY) == []
    builders.perform(act, cast.reviewer() if act == Act.RETURN else cast.reporter(), update)
    assert nights(TOMORROW) == [update]
    update.refresh_from_db()
    event = Event.objects.of_update(update).get(act=Act.WAIVE)
    assert (update.state, event.comment, event.user) == (S.WAIVED, "政策调整", cast.clerk().person)


def test_night_touches_nothing_that_was_submitted_once() -> None:
    update = builders.returned_by_office(an_update(S.SUBMITTED))
    ended(update.covers.get())
    assert nights(TOMORROW) == []
