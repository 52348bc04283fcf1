"""The marks around labels, lists and additions are those of the reader's language."""

import pytest
from django.utils import translation

from langfang_policy.punctuation import after_label, listed, sentences_in_a_row, with_addition

pytestmark = pytest.mark.unmeasured("reads the catalogue alone")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ["市总工会：已报送", "甲、乙", "6（12月31日）", "甲；乙"]),
        ("en", ["市总工会: 已报送", "甲, 乙", "6 (12月31日)", "甲; 乙"]),
    ],
)
def test_marks_are_those_of_the_language(language: str, words: list[str]) -> None:
    with translation.override(language):
        assert [
            after_label("市总工会", "已报送"),
            listed(["甲", "乙"]),
            with_addition(6, "12月31日"),
            sentences_in_a_row(["甲", "乙"]),
        ] == words
