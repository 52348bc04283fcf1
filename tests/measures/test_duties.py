"""Who owes an update, and until when: one test for each rule of docs/domain.md 3.5 and docs/domain.md 9.

What begins or ends in the middle of a period is test_duty_changes.py.
"""

from datetime import date
from typing import Final

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.models import Department, Succession
from measures import duties
from measures.duties import Duty, Performers
from measures.models import (
    Edition,
    LeadMode,
    Measure,
    MeasureState,
    ReportingPeriod,
    Responsibility,
    ResponsibilityRole,
    UpdateState,
)
from tests import builders
from tests.builders import (
    LEADS_DUE,
    PARTICIPANTS_DUE,
    a_commitment,
    a_measure,
    a_responsibility,
    an_edition,
    an_open_period,
    moment,
)
from tests.cast import DAY, a_department
from tests.measures.workflow.responsibilities import succeeds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]
S: Final = UpdateState
LEAD, PARTICIPANT = ResponsibilityRole.LEAD, ResponsibilityRole.PARTICIPANT
NOW: Final = moment()


def duties_on(measure: Measure, on: date = DAY) -> list[Duty]:
    rows = measure.responsibilities.in_force(on).select_related("department").order_by("role", "position")
    return duties.duties_of(measure, rows, Performers(on))


def told(found: list[Duty]) -> list[tuple[str, str, int]]:
    return [(duty.department.slug, duty.role.value, duty.position) for duty in found]


# --- who performs -------------------------------------------------------------------------------------


def test_performer_is_the_department_itself_when_nobody_succeeded_it() -> None:
    assert Performers(DAY).of(a_department("zgh")) == (a_department("zgh"),)


def test_performer_is_the_last_in_an_update_of_successions() -> None:
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


def test_performers_stand_in_the_order_in_which_they_were_entered() -> None:
    """A row that was changed lies last in PostgreSQL, which gives it last unless an order is asked for."""
    succeeds("two", "old")
    succeeds("three", "old")
    Succession.objects.filter(successor__slug="two").update(basis="改了的文件")
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


def test_duties_in_lead_and_participation_stand_where_the_lead_does() -> None:
    measure = a_measure(("czj", "jyj"), ("zscqj",))
    succeeds("jyj", "zscqj")
    assert told(duties_on(measure)) == [("czj", "lead", 1), ("jyj", "lead", 2)]


def test_due_dates_of_designated_leads_are_those_of_joint_ones() -> None:
    measure, period = a_measure(()), an_open_period()
    for position, slug in ((1, "zgh"), (2, "jyj")):
        a_responsibility(measure, slug, LEAD, position, designated=True)
    assert [duty.due_on(period) for duty in duties_on(measure)] == [LEADS_DUE, PARTICIPANTS_DUE]


# A year of each cadence, and the periods that end it.
ALL: Final = [
    *(f"2020M{month:02}" for month in range(1, 13)),
    *("2020Q1", "2020Q2", "2020Q3", "2020Q4"),
    *("2020H1", "2020H2"),
]
LAST: Final = ["2020M12", "2020Q4", "2020H2"]


@pytest.mark.parametrize(
    ("state", "bare_in", "with_binding", "with_soft"),
    [
        (MeasureState.NOT_STARTED, ALL, ALL, ALL),
        (MeasureState.IN_PROGRESS, ALL, ALL, ALL),
        (MeasureState.ROUTINE, LAST, ALL, LAST),
        (MeasureState.SUSPENDED, [], [], []),
        (MeasureState.CANCELLED, [], [], []),
        (MeasureState.CLOSED, [], [], []),
    ],
)
def test_routine_measure_reports_in_the_last_period_of_the_year_only_and_one_at_rest_never(
    state: MeasureState, bare_in: list[str], with_binding: list[str], with_soft: list[str]
) -> None:
    bare, bound, soft = a_measure(state=state), a_measure(state=state), a_measure(state=state)
    a_commitment(bound)
    a_commitment(soft, binding=False)
    for measure, expected in ((bare, bare_in), (bound, with_binding), (soft, with_soft)):
        owing = [code for code in ALL if duties.owes_an_update(measure, ReportingPeriod(code=code))]
        assert owing == expected


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


def test_duties_are_counted_in_the_database_as_opening_creates_them() -> None:
    """Whatever merged, split or ended, and whoever is bound twice; in the first quarter and the last."""
    succeeds("jyj", "zgh")  # merged into one that is bound beside it
    for part in ("czj", "gsl"):  # split, and one part is bound already
        succeeds(part, "gzw")
    section = builders.a_section()
    for state in MeasureState:
        for binding in (True, False):
            measure = a_measure(("zgh", "gzw"), ("jyj", "czj", "rsj"), section=section, state=state)
            a_commitment(measure, binding=binding)
        a_measure((), ("zscqj",), section=section, state=state)
        a_measure((), section=section, state=state)  # nobody is bound
    numbers = []
    for code in ("2020Q2", "2020Q4"):
        period = builders.a_planned_period(code=code)
        created = list(duties.duties_for_period(period, DAY))
        numbers.append(len(created))
        assert duties.count_duties(period, DAY) == (len(created), len({duty.department for duty in created}))
        owing = {measure for measure in Measure.objects.all() if duties.owes_an_update(measure, period)}
        assert set(duties.owing(period)) == owing
        assert set(duties.owing_with_duties(period, DAY)) == {duty.measure for duty in created}
    assert numbers[1] > numbers[0] > 0


def test_updates_are_written_batch_by_batch_and_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(5):
        a_measure(("zgh",), ("czj", "jyj"))
    whole, parts = builders.a_planned_period(), builders.a_planned_period(code="2020Q3")

    def written(period: ReportingPeriod) -> list[tuple[int, str, str, int, int]]:
        assert duties.create_updates(period, duties.duties_for_period(period, DAY)) == 15
        rows = period.updates.order_by("pk").prefetch_related("covers").select_related("department")
        return [
            (row.measure_id, row.department.slug, row.role, row.position, row.covers.get().pk) for row in rows
        ]

    at_once = written(whole)
    monkeypatch.setattr(duties, "MEASURES_AT_ONCE", 2)
    monkeypatch.setattr(duties, "UPDATES_AT_ONCE", 4)
    with CaptureQueriesContext(connection) as queries:
        assert written(parts) == at_once
    said = [query["sql"] for query in queries]
    first_written = next(n for n, sql in enumerate(said) if 'INSERT INTO "measures_progressupdate"' in sql)
    last_read = max(n for n, sql in enumerate(said) if 'FROM "measures_measure"' in sql)
    assert first_written < last_read, "the first are written before the last measures are read"


def test_updates_say_which_responsibilities_they_answer() -> None:
    measure = a_measure(("zgh",), ("zscqj",))
    succeeds("zgh", "zscqj")
    period = builders.a_planned_period()
    assert duties.create_updates(period, duties.duties_for_period(period, DAY)) == 1
    update = period.updates.get()
    assert set(update.covers.all()) == set(measure.responsibilities.all())
    assert (update.role, update.position, update.due_on) == (LEAD, 1, LEADS_DUE)


def leads(measure: Measure) -> list[Department]:
    return list(duties.lead_departments(measure, DAY))


def test_lead_departments_are_the_convenor_or_each_of_separate_leads() -> None:
    assert leads(a_measure(("zgh", "jyj"), ("czj",))) == [a_department("zgh")]
    separate = a_measure(("zgh", "jyj"), ("czj",), LeadMode.SEPARATE)
    assert leads(separate) == [a_department("zgh"), a_department("jyj")]
    assert leads(a_measure(())) == []


def test_departments_bound_by_an_edition_are_all_of_its_own_and_no_others() -> None:
    """Whatever their role, whether or not the duty has ended, and wherever the keys of its measures lie."""
    ours = builders.an_edition(builders.a_policy("ours"))
    between = builders.an_edition(builders.a_policy("between"))
    first, last = (builders.a_section(ours, ordinal) for ordinal in (2, 1))  # the later one in the text first
    a_measure(["zgh"], section=first)
    a_measure(["gaj"], section=builders.a_section(between))
    ended = a_measure(["czj"], ["jyj"], section=last)
    ended.responsibilities.filter(department__slug="czj").update(valid_from=DAY, valid_to=DAY)
    empty = builders.an_edition(builders.a_policy("empty"))

    def bound(edition: Edition) -> list[str]:
        return [slug for slug, _name in duties.departments_bound_by(edition.policy_id, edition.pk)]

    assert set(bound(ours)) == {"zgh", "czj", "jyj"}
    assert bound(between) == ["gaj"]
    assert bound(empty) == []
