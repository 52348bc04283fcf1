"""Working days over the office's table: the State Council's 调休 of 2019 and 2020, and a table with holes."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from departments.models import WorkingDay
from departments.workdays import (
    CalendarMissing,
    add_working_days,
    nth_working_day_after,
    working_days_between,
)

END_OF_QUARTER = date(2020, 6, 30)
T = date(2020, 7, 7)
CountQueries = Callable[[int], AbstractContextManager[object]]

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar(db: None) -> None:
    load(2019, 2020)


def load(*years: int) -> str:
    out = StringIO()
    call_command("load_calendar", *map(str, years), stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("calendar")
def test_deadline_is_the_fifth_working_day_after_the_quarter() -> None:
    assert nth_working_day_after(END_OF_QUARTER, 5) == T


@pytest.mark.parametrize(
    ("offset", "day"),
    [(-3, date(2020, 7, 2)), (0, T), (3, date(2020, 7, 10)), (5, date(2020, 7, 14))],
)
@pytest.mark.usefixtures("calendar")
def test_offsets_from_the_deadline_are_working_days(offset: int, day: date) -> None:
    assert add_working_days(T, offset) == day


@pytest.mark.usefixtures("calendar")
def test_worked_sunday_counts_and_dragon_boat_holiday_does_not() -> None:
    assert add_working_days(date(2020, 6, 24), 1) == date(2020, 6, 28)
    assert add_working_days(date(2020, 6, 28), -1) == date(2020, 6, 24)
    assert working_days_between(date(2020, 6, 24), date(2020, 6, 30)) == 3


@pytest.mark.usefixtures("calendar")
def test_national_week_is_off_and_the_weekend_days_around_it_are_worked() -> None:
    assert add_working_days(date(2019, 9, 27), 1) == date(2019, 9, 29)
    assert add_working_days(date(2019, 9, 30), 1) == date(2019, 10, 8)
    assert add_working_days(date(2019, 10, 11), 1) == date(2019, 10, 12)


@pytest.mark.usefixtures("calendar")
def test_counting_starts_from_a_day_off_as_well() -> None:
    assert add_working_days(date(2020, 7, 4), 1) == date(2020, 7, 6)
    assert add_working_days(date(2020, 7, 4), 0) == date(2020, 7, 4)
    assert add_working_days(date(2020, 7, 5), -1) == date(2020, 7, 3)


@pytest.mark.usefixtures("calendar")
def test_no_working_days_after_a_day_is_refused() -> None:
    with pytest.raises(ValueError, match="from 1"):
        nth_working_day_after(T, 0)


@pytest.mark.usefixtures("calendar")
def test_days_between_are_negative_backwards() -> None:
    assert working_days_between(T, T) == 0
    assert working_days_between(T, date(2020, 7, 10)) == 3
    assert working_days_between(date(2020, 7, 10), T) == -3


@given(start=st.dates(date(2019, 6, 1), date(2020, 5, 31)), count=st.integers(-60, 60))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@pytest.mark.usefixtures("calendar")
def test_days_between_undo_adding_days(start: date, count: int) -> None:
    day = add_working_days(start, count)
    if WorkingDay.objects.get(date=start).is_working:
        assert working_days_between(start, day) == count
    assert WorkingDay.objects.get(date=day).is_working or count == 0


@pytest.mark.usefixtures("calendar")
def test_range_is_loaded_once(django_assert_num_queries: CountQueries) -> None:
    with django_assert_num_queries(1):
        add_working_days(T, 5)
    with django_assert_num_queries(1):
        working_days_between(date(2019, 1, 1), date(2020, 12, 31))


def test_more_days_off_than_expected_are_walked_through(django_assert_num_queries: CountQueries) -> None:
    first = date(2021, 1, 1)
    WorkingDay.objects.bulk_create(
        WorkingDay(date=first + timedelta(days=n), is_working=n == 40) for n in range(41)
    )
    with django_assert_num_queries(3):
        assert add_working_days(first, 1) == date(2021, 2, 10)


@pytest.mark.usefixtures("calendar")
def test_missing_year_is_named_with_the_command_that_loads_it() -> None:
    with pytest.raises(CalendarMissing, match=r"2021.*manage\.py load_calendar 2021") as caught:
        add_working_days(date(2020, 12, 31), 1)
    assert caught.value.year == 2021
    with pytest.raises(CalendarMissing, match="2018"):
        add_working_days(date(2019, 1, 1), -1)
    with pytest.raises(CalendarMissing, match="2021"):
        working_days_between(date(2020, 12, 30), date(2021, 1, 2))


@pytest.mark.usefixtures("calendar")
def test_end_of_the_table_is_no_error_while_it_suffices() -> None:
    assert add_working_days(date(2020, 12, 30), 1) == date(2020, 12, 31)


def test_loading_covers_every_day_with_its_holiday() -> None:
    load(2020)
    assert WorkingDay.objects.count() == 366
    notes = dict(WorkingDay.objects.values_list("date", "note"))
    assert notes[date(2020, 6, 25)] == "端午"
    assert notes[date(2020, 6, 28)] == "端午调休上班"
    assert notes[date(2020, 7, 4)] == ""


def test_loading_again_changes_nothing() -> None:
    assert load(2020) == "2020年：新增366天，已有0天，保留办公室修改0天。\n"
    before = list(WorkingDay.objects.values())
    assert load(2020) == "2020年：新增0天，已有366天，保留办公室修改0天。\n"
    assert list(WorkingDay.objects.values()) == before


def test_loading_keeps_what_the_office_edited() -> None:
    load(2020)
    WorkingDay.objects.filter(date=T).update(is_working=False, note="全市停电")
    WorkingDay.objects.filter(date=date(2020, 7, 8)).delete()
    assert load(2020) == "2020年：新增1天，已有364天，保留办公室修改1天。\n"
    edited = WorkingDay.objects.get(date=T)
    assert (edited.is_working, edited.note) == (False, "全市停电")


def test_loading_takes_all_announced_years_from_2018_by_default() -> None:
    load()
    years = {day.year for day in WorkingDay.objects.values_list("date", flat=True)}
    assert {2018, 2019, 2020, 2021, 2022} <= years
    assert min(years) == 2018


def test_loading_an_unannounced_year_is_refused_and_stores_nothing() -> None:
    with pytest.raises(CommandError, match="没有2199年的放假安排"):
        load(2020, 2199)
    assert not WorkingDay.objects.exists()
