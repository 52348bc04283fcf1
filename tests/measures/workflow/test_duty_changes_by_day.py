"""Every night: duties that begin or end with the day alone, in the name of whoever entered the day."""

from datetime import date
from typing import Final

import pytest
from pytest_django import DjangoAssertNumQueries

from departments.models import WorkingDay
from departments.workdays import CalendarMissing
from measures.models import (
    Act,
    Event,
    ProgressUpdate,
    Responsibility,
    UpdateState,
)
from measures.workflow import duty_changes
from tests import cast
from tests.builders import (
    OPENED,
    a_measure,
    a_responsibility,
    an_open_period,
    an_update,
    brought_to,
    moment,
    perform,
    update_of,
)
from tests.cast import DAY
from tests.measures.workflow.responsibilities import (
    BASIS,
    LEAD,
    ONE,
    PARTICIPANT,
    TOMORROW,
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


def test_responsibility_begins_on_its_day_in_the_name_of_whoever_entered_it() -> None:
    measure = a_measure()
    an_open_period()
    row = added(measure, "czj", valid_from=TOMORROW)
    kept(row, basis="改位次", actor=cast.clerk(), position=2)
    assert follow_the_day(DAY) == []
    (update,) = follow_the_day(TOMORROW)
    assert (update.department.slug, update.state, update.covers.get()) == ("czj", S.DUE, row)
    event = Event.objects.get(act=Act.ADD_DUTY)
    assert (event.user, event.comment) == (cast.admin().person, BASIS)
    assert follow_the_day(TOMORROW + ONE) == []


def test_responsibility_whose_first_day_is_moved_begins_on_the_new_one() -> None:
    measure = a_measure(("zgh",), ("czj",))
    an_open_period()
    kept(binding(measure, "czj"), valid_from=TOMORROW)
    assert update_of(measure, "czj").state == S.WAIVED
    assert follow_the_day(DAY) == []
    assert follow_the_day(TOMORROW) == [update_of(measure, "czj")]
    assert update_of(measure, "czj").state == S.DUE


def test_nightly_run_leaves_what_the_office_restored_before_a_first_day() -> None:
    measure = a_measure(("zgh",), ("czj",))
    an_open_period()
    kept(binding(measure, "czj"), valid_from=date(2020, 8, 1))
    perform(Act.RESTORE, cast.clerk(), update_of(measure, "czj"))
    assert follow_the_day(TOMORROW) == []
    assert follow_the_day(TOMORROW + ONE) == []


def test_nightly_run_leaves_what_the_office_waived_after_the_beginning() -> None:
    measure = a_measure()
    an_open_period()
    added(measure, "czj", valid_from=TOMORROW)
    follow_the_day(TOMORROW)
    perform(Act.WAIVE, cast.clerk(), update_of(measure, "czj"), at=moment(TOMORROW))
    assert follow_the_day(TOMORROW + ONE) == []


def test_nightly_run_adds_nothing_that_was_in_force_when_the_period_was_opened() -> None:
    """It was there and owed nothing, because somebody took its update's place or its measure was at rest."""
    measure = a_measure(())
    kept(a_responsibility(measure, "czj"), valid_from=OPENED, day=OPENED)
    an_open_period()
    ProgressUpdate.objects.all().delete()
    assert follow_the_day(DAY) == []


def test_nightly_run_adds_nothing_that_came_past_admin() -> None:
    measure = a_measure()
    an_open_period()
    a_responsibility(measure, "czj", valid_from=DAY)
    assert follow_the_day(DAY) == []


def test_responsibility_ends_the_night_after_its_last_day() -> None:
    measure = a_measure(("zgh",), ("czj",))
    an_open_period()
    row = ended(binding(measure, "czj"), DAY)
    kept(row, basis="改位次", actor=cast.clerk(), position=2)
    assert follow_the_day(DAY) == []
    assert follow_the_day(TOMORROW) == [update_of(measure, "czj")]
    assert update_of(measure, "czj").state == S.WAIVED
    event = Event.objects.get(act=Act.END_DUTY)
    assert (event.user, event.comment) == (cast.admin().person, BASIS)
    assert follow_the_day(TOMORROW + ONE) == []


def test_end_of_several_responsibilities_rests_on_the_one_that_ended_last() -> None:
    measure = a_measure(("zgh",), ("zscqj",))
    succeeds("zgh", "zscqj")
    an_open_period()
    ended(binding(measure, "zgh"), TOMORROW, basis="后止")
    ended(binding(measure, "zscqj"), DAY, basis="先止")
    follow_the_day(TOMORROW + ONE)  # the night between was missed
    assert Event.objects.get(act=Act.END_DUTY).comment == "后止"


def test_lead_that_begins_by_day_rests_on_its_own_entry() -> None:
    measure = a_measure((), ("czj",))
    an_open_period()
    added(measure, "czj", LEAD, valid_from=TOMORROW, basis="任牵头")
    ended(measure.responsibilities.get(role=PARTICIPANT), date(2020, 12, 31), basis="年底止")
    follow_the_day(TOMORROW)
    assert Event.objects.get(act=Act.ADD_DUTY).comment == "任牵头"


def test_end_that_was_taken_back_past_admin_revives_nothing() -> None:
    """Nobody's name stands under the beginning, so there is no event, and the update stays waived."""
    measure = a_measure(("zgh",), ("czj",))
    an_open_period()
    row = ended(binding(measure, "czj"), DAY)
    follow_the_day(TOMORROW)
    Responsibility.objects.filter(pk=row.pk).update(valid_to=None)
    follow_the_day(TOMORROW + ONE)
    assert update_of(measure, "czj").state == S.WAIVED
    assert not Event.objects.filter(act=Act.ADD_DUTY).exists()


def test_nightly_run_ends_what_the_office_waived_and_restored_before() -> None:
    update = perform(Act.RESTORE, cast.clerk(), an_update(S.WAIVED))
    ended(update.covers.get(), DAY)
    assert follow_the_day(TOMORROW) == [update]


@pytest.mark.parametrize("state", [S.DUE, S.SUBMITTED])
def test_nightly_run_makes_the_next_lead_convene(state: UpdateState) -> None:
    measure = a_measure(("zgh", "jyj"))
    an_update(state, measure=measure)
    ended(measure.responsibilities.get(position=1), DAY)
    follow_the_day(TOMORROW)
    assert positions_on(measure) == [("jyj", "lead", 1), ("zgh", "lead", 2)]


@pytest.mark.parametrize("act", [Act.WITHDRAW, Act.RETURN])
def test_nightly_run_waives_what_came_back_after_its_measure_was_cancelled(act: Act) -> None:
    measure = in_progress("zgh")
    update = brought_to(S.IN_REVIEW, update_of(measure, "zgh"))
    move(measure, Act.CANCEL)
    assert follow_the_day(DAY) == []
    perform(act, cast.reviewer() if act == Act.RETURN else cast.reporter(), update)
    assert follow_the_day(TOMORROW) == [update]
    update.refresh_from_db()
    event = Event.objects.of_update(update).get(act=Act.END_DUTY)
    assert (update.state, event.comment, event.user) == (S.WAIVED, "政策调整", cast.clerk().person)


def test_nightly_run_leaves_an_update_that_nobody_can_account_for() -> None:
    update = an_update()
    update.covers.clear()
    assert follow_the_day(TOMORROW) == []


def test_nightly_run_without_a_calendar_ends_what_ends_and_tells_what_it_could_not_begin() -> None:
    first, second = a_measure(("zgh",), ("czj",)), a_measure()
    an_open_period()
    ended(binding(first, "czj"), DAY)
    added(second, "czj", valid_from=TOMORROW)
    WorkingDay.objects.all().delete()
    changed, errors = duty_changes.follow_days(moment(TOMORROW, hour=2))
    assert [update.measure for update in changed] == [first]
    assert [type(error) for error in errors] == [CalendarMissing]


def test_nightly_run_in_which_nothing_begins_or_ends_costs_the_same_for_many_measures(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for count in (1, 9):
        for _measure in range(count):
            a_measure(("zgh",), ("czj",))
        an_open_period()
        with django_assert_num_queries(2):  # the open periods, and the measures that the day touches
            assert follow_the_day(TOMORROW) == []


def test_night_follows_a_role_that_nobody_is_known_to_have_changed_and_records_nothing() -> None:
    """Changed past all acts, by a statement: there is nobody in whose name it could be written down."""
    measure = a_measure(("zgh",), ("jyj",))
    an_open_period()
    Responsibility.objects.filter(department__slug="jyj").update(role=LEAD, position=2)
    ended(binding(measure, "zgh"), DAY)
    follow_the_day(TOMORROW)
    assert update_of(measure, "jyj").role == LEAD
    assert not Event.objects.of_update(update_of(measure, "jyj")).exists()
