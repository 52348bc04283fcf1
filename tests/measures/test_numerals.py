"""Do numerals and numbers lead to each other?"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.numerals import LARGEST, NUMERAL, chinese_numeral, number_of


@pytest.mark.parametrize(
    ("number", "numeral"),
    [
        *((1, "一"), (2, "二"), (10, "十"), (11, "十一"), (20, "二十"), (58, "五十八"), (99, "九十九")),
        *((100, "一百"), (105, "一百零五"), (110, "一百一十"), (111, "一百一十一"), (120, "一百二十")),
        *((200, "二百"), (210, "二百一十"), (909, "九百零九"), (999, "九百九十九")),
    ],
)
def test_numeral_is_written_as_in_headings(number: int, numeral: str) -> None:
    assert chinese_numeral(number) == numeral


@pytest.mark.parametrize("number", [-1, 0, 1000])
def test_numeral_beyond_999_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        chinese_numeral(number)


@given(st.integers(1, LARGEST))
def test_numeral_and_number_lead_to_each_other(number: int) -> None:
    assert number_of(chinese_numeral(number)) == number
    assert re.fullmatch(NUMERAL, chinese_numeral(number))


# What people say, or would have to write for the next greater numbers.
HUNDREDS = [
    "百一",
    "一百十",
    "一百五",
    "一百〇五",
    "二百零十",
    "一百零一十",
    "一百零",
    "十百",
    "九百九十九百",
    "一千",
]


@pytest.mark.parametrize("text", ["", "〇", "一十", "二十〇", "十十", "一二", "百", "1", "壹", *HUNDREDS])
def test_number_of_what_is_no_heading_is_none(text: str) -> None:
    assert number_of(text) is None
