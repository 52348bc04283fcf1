"""How deadlines are said."""

from datetime import date

import pytest
from django.utils import translation
from django.utils.formats import date_format

from measures.templatetags.due import day_words, is_past, remaining

DUE = date(2020, 7, 7)


@pytest.mark.parametrize(
    ("on", "words", "past"),
    [
        (date(2020, 7, 3), "4 days left", False),
        (date(2020, 7, 6), "1 day left", False),
        (date(2020, 7, 7), "due today", False),
        (date(2020, 7, 8), "1 day overdue", True),
        (date(2020, 7, 10), "3 days overdue", True),
    ],
)
def test_remaining_counts_days_and_includes_the_last(on: date, words: str, past: bool) -> None:
    with translation.override("en"):
        assert (remaining(DUE, on), is_past(DUE, on)) == (words, past)


def test_dates_are_written_without_leading_zeros_in_chinese() -> None:
    with translation.override("zh-hans"):
        assert date_format(DUE, "MONTH_DAY_FORMAT") == "7月7日"


@pytest.mark.parametrize(("on", "words"), [(DUE, "7月7日"), (date(2021, 1, 4), "2020年7月7日")])
def test_day_of_another_year_is_said_with_its_year(on: date, words: str) -> None:
    with translation.override("zh-hans"):
        assert day_words(DUE, on) == words
