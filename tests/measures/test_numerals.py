"""Do numerals and numbers lead to each other?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.numerals import chinese_numeral, number_of


@pytest.mark.parametrize(
    ("number", "numeral"),
    [(1, "一"), (2, "二"), (10, "十"), (11, "十一"), (20, "二十"), (58, "五十八"), (99, "九十九")],
)
def test_numeral_is_written_as_in_headings(number: int, numeral: str) -> None:
    assert chinese_numeral(number) == numeral


@pytest.mark.parametrize("number", [-1, 0, 100])
def test_numeral_beyond_99_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        chinese_numeral(number)


@given(st.integers(1, 99))
def test_numeral_and_number_lead_to_each_other(number: int) -> None:
    assert number_of(chinese_numeral(number)) == number


@pytest.mark.parametrize("text", ["", "〇", "一十", "二十〇", "十十", "一二", "百", "1", "壹"])
def test_number_of_what_is_no_heading_is_none(text: str) -> None:
    assert number_of(text) is None
