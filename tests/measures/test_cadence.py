"""Months, quarters and half-years: their codes, days and names, and the words for a year to date."""

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from measures.cadence import Cadence, CalendarPeriod, translated_period_name, year_to_date

M, Q, H = Cadence.MONTHLY, Cadence.QUARTERLY, Cadence.HALF_YEARLY
PERIODS = st.builds(
    CalendarPeriod.with_day, st.sampled_from(Cadence), st.dates(date(2000, 1, 1), date(2099, 12, 31))
)


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2020Q1", date(2020, 1, 1), date(2020, 3, 31)),
        ("2020Q2", date(2020, 4, 1), date(2020, 6, 30)),
        ("2020Q3", date(2020, 7, 1), date(2020, 9, 30)),
        ("2020Q4", date(2020, 10, 1), date(2020, 12, 31)),
        ("2020M01", date(2020, 1, 1), date(2020, 1, 31)),
        ("2020M02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2021M02", date(2021, 2, 1), date(2021, 2, 28)),
        ("2020M12", date(2020, 12, 1), date(2020, 12, 31)),
        ("2020H1", date(2020, 1, 1), date(2020, 6, 30)),
        ("2020H2", date(2020, 7, 1), date(2020, 12, 31)),
    ],
)
def test_period_has_its_first_and_last_day(code: str, first: date, last: date) -> None:
    period = CalendarPeriod.of(code)
    assert (period.starts_on, period.ends_on) == (first, last)
    assert period.ends_the_year == (last.month == 12)


@pytest.mark.parametrize(
    "code",
    [
        *("", "2020", "2020Q5", "2020q2", "Q2 2020", "2020Q2 ", "2020Q2\n", "２０２０Q2", "0000Q1", "9999Q4"),
        *("2020M00", "2020M13", "2020M6", "2020M006", "2020H0", "2020H3", "2020H", "2020W06", "2020Q02"),
    ],
)
def test_period_written_otherwise_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="no code of a period"):
        CalendarPeriod.of(code)


@given(PERIODS)
def test_period_comes_back_from_its_code_and_its_official_name(period: CalendarPeriod) -> None:
    assert CalendarPeriod.of(period.code) == period
    assert CalendarPeriod.named(period.official_name) == period


@given(PERIODS, st.integers(-12, 12))
def test_periods_follow_each_other_without_gap_or_overlap(period: CalendarPeriod, count: int) -> None:
    assert period.later(1).starts_on == period.ends_on + timedelta(days=1)
    assert period.later(count).later(-count) == period
    assert period.later(period.cadence.periods_a_year).number == period.number


@given(st.sampled_from(Cadence), st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_period_with_a_day_holds_it(cadence: Cadence, day: date) -> None:
    period = CalendarPeriod.with_day(cadence, day)
    assert period.starts_on <= day <= period.ends_on
    assert period.cadence == cadence


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "chinese", "english"),
    [
        ("2020M06", "2020年6月", "June 2020"),
        ("2020M12", "2020年12月", "December 2020"),
        ("2020Q2", "2020年第二季度", "2020 Q2"),
        ("2020H1", "2020年上半年", "first half of 2020"),
        ("2020H2", "2020年下半年", "second half of 2020"),
    ],
)
def test_period_of_each_cadence_is_named_in_both_languages(code: str, chinese: str, english: str) -> None:
    period = CalendarPeriod.of(code)
    with translation.override("zh-hans"):
        assert period.name == chinese
        assert translated_period_name(f"市人社局 {chinese}") == f"市人社局 {chinese}"
    with translation.override("en"):
        assert (period.name, period.official_name) == (english, chinese)
        assert translated_period_name(f"市人社局 {chinese}") == f"市人社局 {english}"


@pytest.mark.parametrize(
    "words", ["2020年6月15日", "2020年1—6月", "2020年", "2020年13月", "2020年第五季度", "2020年前三季度"]
)
def test_days_and_spans_are_no_names_of_periods(words: str) -> None:
    with translation.override("en"):
        assert translated_period_name(words) == words
    assert CalendarPeriod.named(words) is None


@pytest.mark.parametrize(
    ("code", "chinese", "english"),
    [
        ("2020Q1", "2020年一季度", "first quarter of 2020"),
        ("2020Q2", "2020年上半年", "first half of 2020"),
        ("2020Q3", "2020年前三季度", "first three quarters of 2020"),
        ("2020Q4", "2020年全年", "whole year 2020"),
        ("2020M01", "2020年1月", "January 2020"),
        ("2020M02", "2020年1—2月", "January to February 2020"),
        ("2020M06", "2020年1—6月", "January to June 2020"),
        ("2020M11", "2020年1—11月", "January to November 2020"),
        ("2020M12", "2020年全年", "whole year 2020"),
        ("2020H1", "2020年上半年", "first half of 2020"),
        ("2020H2", "2020年全年", "whole year 2020"),
    ],
)
def test_year_to_date_has_the_words_of_an_office(code: str, chinese: str, english: str) -> None:
    period = CalendarPeriod.of(code)
    with translation.override("zh-hans"):
        assert period.year_to_date == chinese
    with translation.override("en"):
        assert period.year_to_date == english


def test_year_to_date_is_said_of_values_of_that_year_only() -> None:
    with translation.override("zh-hans"):
        assert year_to_date("2020年第三季度", 2020) == "2020年前三季度"
        assert year_to_date("2021年第一季度", 2020) == ""
        assert year_to_date("2020年第三季度", None) == ""
        assert year_to_date("", 2020) == ""
