"""Who owes a line, and until when: one test for each rule of domain sections 3 and 9."""

from datetime import date
from typing import Final

import pytest

from departments.models import Department, Succession
from measures import duties
from measures.duties import Duty, Performers
from measures.models import (
    Act,
    Event,
    LeadMode,
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
    a_commitment,
    a_measure,
    a_responsibility,
    an_edition,
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


@pytest.fixture(autouse=True)
def calendar(db: None) -> None:
    builders.a_working_calendar()


def succeeds(successor: str, predecessor: str, valid_from: date = cast.SINCE) -> None:
    Succession.objects.create(
        predecessor=a_department(predecessor),
        successor=a_department(successor),
        valid_from=valid_from,
        basis="机构改革方案",
    )


def duties_on(measure: Measure, on: date = DAY) -> list[Duty]:
    rows = measure.responsibilities.in_force(on).select_related("department").order_by("role", "position")
    return duties.duties_of(measure, rows, Performers(on))


def told(found: list[Duty]) -> list[tuple[str, str, int]]:
    return [(duty.department.slug, duty.role.value, duty.position) for duty in found]


# --- who performs -------------------------------------------------------------------------------------


def test_performer_is_the_department_itself_when_nobody_succeeded_it() -> None:
    assert Performers(DAY).of(a_department("zgh")) == (a_department("zgh"),)


def test_performer_is_the_last_in_a_line_of_successions() -> None:
    succeeds("second", "first")
    succeeds("third", "second")
    assert Performers(DAY).of(a_department("first")) == (a_department("third"),)


def test_performers_are_all_successors_each_once() -> None:
    succeeds("one", "old")
    succeeds("two", "old")
    succeeds("two", "one")
    assert Performers(DAY).of(a_department("old")) == (a_department("two"),)
    succeeds("three", "old")
    assert Performers(DAY).of(a_department("old")) == (a_department("two"), a_department("three"))


def test_performer_changes_on_the_day_of_the_succession() -> None:
    succeeds("wlj", "wgxj", DAY)
    assert Performers(DAY).of(a_department("wgxj")) == (a_department("wlj"),)
    assert Performers(date(2020, 6, 30)).of(a_department("wgxj")) == (a_department("wgxj"),)


def test_performers_survive_a_circle_in_the_table() -> None:
    succeeds("two", "one")
    succeeds("one", "two")
    assert Performers(DAY).of(a_department("one")) == (a_department("two"),)


# --- what is owed -------------------------------------------------------------------------------------


def test_duties_follow_the_clause() -> None:
    measure = a_measure(("zgh", "jyj"), ("czj", "gzw"))
    assert told(duties_on(measure)) == [
        ("zgh", "lead", 1), ("jyj", "lead", 2), ("czj", "participant", 1), ("gzw", "participant", 2),
    ]  # fmt: skip


def test_duties_that_end_in_one_department_collapse_and_the_lead_wins() -> None:
    measure = a_measure(("zgh",), ("zscqj", "wzj", "czj"))
    succeeds("zgh", "zscqj")
    succeeds("czj", "wzj")
    found = duties_on(measure)
    assert told(found) == [("zgh", "lead", 1), ("czj", "participant", 1)]
    assert [[row.department.slug for row in duty.covers] for duty in found] == [
        ["zgh", "zscqj"],
        ["wzj", "czj"],
    ]


def test_duties_of_a_lead_that_ended_leave_the_next_one_as_convenor() -> None:
    measure = a_measure(("zgh", "jyj"))
    measure.responsibilities.filter(position=1).update(valid_to=date(2020, 6, 30))
    assert told(duties_on(measure)) == [("jyj", "lead", 1)]


def test_duties_of_a_split_department_stand_in_protocol_order() -> None:
    succeeds("czj", "old")
    succeeds("jyj", "old")
    assert told(duties_on(a_measure(("old",)))) == [("jyj", "lead", 1), ("czj", "lead", 2)]


@pytest.mark.parametrize(
    ("leads", "mode", "dates"),
    [
        (("zgh",), LeadMode.SINGLE, [LEADS_DUE, PARTICIPANTS_DUE]),
        (("zgh", "jyj"), LeadMode.JOINT, [LEADS_DUE, PARTICIPANTS_DUE, PARTICIPANTS_DUE]),
        (("zgh", "jyj"), LeadMode.SEPARATE, [LEADS_DUE, LEADS_DUE, PARTICIPANTS_DUE]),
    ],
)
def test_due_dates_leave_the_convenor_time_to_consolidate(
    leads: tuple[str, ...], mode: LeadMode, dates: list[date]
) -> None:
    measure, period = a_measure(leads, ("czj",), mode), an_open_period()
    assert [duty.due_on(period) for duty in duties_on(measure)] == dates


def test_due_dates_of_designated_leads_are_those_of_joint_ones() -> None:
    measure, period = a_measure(()), an_open_period()
    for position, slug in ((1, "zgh"), (2, "jyj")):
        a_responsibility(measure, slug, LEAD, position, designated=True)
    assert [duty.due_on(period) for duty in duties_on(measure)] == [LEADS_DUE, PARTICIPANTS_DUE]


@pytest.mark.parametrize(
    ("state", "quarters", "with_binding", "with_soft"),
    [
        (MeasureState.NOT_STARTED, [1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]),
        (MeasureState.IN_PROGRESS, [1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]),
        (MeasureState.ROUTINE, [4], [1, 2, 3, 4], [4]),
        (MeasureState.SUSPENDED, [], [], []),
        (MeasureState.CANCELLED, [], [], []),
        (MeasureState.CLOSED, [], [], []),
    ],
)
def test_routine_measure_reports_in_the_fourth_quarter_only_and_one_at_rest_never(
    state: MeasureState, quarters: list[int], with_binding: list[int], with_soft: list[int]
) -> None:
    bare, bound, soft = a_measure(state=state), a_measure(state=state), a_measure(state=state)
    a_commitment(bound)
    a_commitment(soft, binding=False)
    for measure, expected in ((bare, quarters), (bound, with_binding), (soft, with_soft)):
        assert [q for q in (1, 2, 3, 4) if duties.owes_a_line(measure, q)] == expected


def test_duties_for_a_period_are_those_of_its_edition_in_clause_order() -> None:
    later = builders.a_section(ordinal=3)
    last = a_measure(("gzw",), section=later)
    first = a_measure(("zgh", "jyj"), ("czj",))
    a_measure(("zgh",), state=MeasureState.CANCELLED)
    a_measure(("zgh",), section=builders.a_section(an_edition(number=2)))
    gone = a_responsibility(last, "czj")
    Responsibility.objects.filter(pk=gone.pk).update(valid_to=date(2020, 6, 30))
    period = builders.a_planned_period()
    found = duties.duties_for_period(period, DAY)
    assert [(duty.measure, duty.department.slug) for duty in found] == [
        (first, "zgh"), (first, "jyj"), (first, "czj"), (last, "gzw"),
    ]  # fmt: skip


def test_updates_say_which_responsibilities_they_answer() -> None:
    measure = a_measure(("zgh",), ("zscqj",))
    succeeds("zgh", "zscqj")
    period = builders.a_planned_period()
    (update,) = duties.create_updates(period, duties.duties_for_period(period, DAY))
    assert set(update.covers.all()) == set(measure.responsibilities.all())
    assert (update.role, update.position, update.due_on) == (LEAD, 1, LEADS_DUE)


def leads(measure: Measure) -> list[Department]:
    return list(duties.lead_departments(measure, DAY))


def test_lead_departments_are_the_convenor_or_each_of_separate_leads() -> None:
    assert leads(a_measure(("zgh", "jyj"), ("czj",))) == [a_department("zgh")]
    separate = a_measure(("zgh", "jyj"), ("czj",), LeadMode.SEPARATE)
    assert leads(separate) == [a_department("zgh"), a_department("jyj")]
    assert leads(a_measure(())) == []


# --- duties that begin or end in the middle of a period ----------------------------------------------


@pytest.mark.parametrize(
    ("role", "day", "due_on"),
    [
        (PARTICIPANT, date(2020, 6, 28), date(2020, 7, 3)),  # five working days are later than T−3
        (PARTICIPANT, date(2020, 6, 24), PARTICIPANTS_DUE),
        (LEAD, date(2020, 7, 6), date(2020, 7, 13)),
        (LEAD, date(2020, 6, 30), LEADS_DUE),
    ],
)
def test_responsibility_added_later_is_due_at_its_date_or_in_five_working_days(
    role: ResponsibilityRole, day: date, due_on: date
) -> None:
    measure = a_measure(("zgh",) if role == PARTICIPANT else ())
    an_open_period()
    row = a_responsibility(measure, "czj", role, designated=role == LEAD)
    (update,) = duties.add_duty(cast.clerk(), row, moment(day))
    assert (update.due_on, update.role, list(update.covers.all())) == (due_on, role, [row])
    event = Event.objects.get()
    assert (event.act, event.update, event.department) == (Act.ADD_DUTY, update, cast.the_office())


def test_responsibility_added_later_joins_the_line_that_the_department_owes_already() -> None:
    measure = a_measure(("zgh",))
    an_open_period()
    row = a_responsibility(measure, "zgh")
    assert duties.add_duty(cast.clerk(), row, NOW) == []
    assert row in line_of(measure, "zgh").covers.all()
    assert not Event.objects.exists()


@pytest.mark.parametrize("state", [PeriodState.PLANNED, PeriodState.CLOSED, PeriodState.ARCHIVED])
def test_responsibility_added_later_owes_nothing_in_a_period_that_is_not_open(state: PeriodState) -> None:
    measure = a_measure()
    set_period_state(an_open_period(), state)
    assert duties.add_duty(cast.clerk(), a_responsibility(measure, "czj"), NOW) == []


def test_responsibility_added_later_owes_nothing_on_a_measure_at_rest() -> None:
    measure = a_measure(state=MeasureState.SUSPENDED)
    an_open_period()
    assert duties.add_duty(cast.clerk(), a_responsibility(measure, "czj"), NOW) == []


def test_responsibility_added_later_is_owed_by_who_performs_it() -> None:
    measure = a_measure()
    an_open_period()
    succeeds("wlj", "wgxj")
    (update,) = duties.add_duty(cast.clerk(), a_responsibility(measure, "wgxj"), NOW)
    assert update.department == a_department("wlj")


@pytest.mark.parametrize("state", [S.DUE, S.DRAFT])
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
    duties.end_duties(cast.clerk(), measure, "政策调整", NOW)
    states = {slug: line_of(measure, slug).state for slug in ("zgh", "jyj", "czj")}
    assert states == {"zgh": S.WAIVED, "jyj": S.SUBMITTED, "czj": S.WAIVED}
    assert line_of(other, "zgh").state == S.DUE


# --- as admin and imports save it --------------------------------------------------------------------


def test_kept_responsibility_that_is_new_owes_its_line() -> None:
    measure = a_measure()
    an_open_period()
    row = Responsibility(measure=measure, department=a_department("czj"), role=PARTICIPANT, position=1)
    duties.keep_responsibility(cast.clerk(), row, "补充分工", NOW)
    assert line_of(measure, "czj").covers.get() == row


def test_kept_responsibility_that_ends_later_still_owes_its_line_once() -> None:
    measure = a_measure()
    update = an_update(measure=measure)
    row = update.covers.get()
    row.valid_to = date(2020, 12, 31)
    duties.keep_responsibility(cast.clerk(), row, "分工调整", NOW)
    assert line_of(measure, "zgh").state == S.DUE
    assert ProgressUpdate.objects.count() == 1


def test_kept_responsibility_that_ended_waives_once_and_not_again() -> None:
    update = an_update()
    row = update.covers.get()
    row.valid_to = DAY
    duties.keep_responsibility(cast.clerk(), row, "分工调整", NOW)
    update.refresh_from_db()
    assert update.state == S.WAIVED
    builders.perform(Act.RESTORE, cast.clerk(), update)
    duties.keep_responsibility(cast.clerk(), row, "改错字", NOW)
    update.refresh_from_db()
    assert update.state == S.DUE
