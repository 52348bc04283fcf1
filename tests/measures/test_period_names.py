"""What is a period called, on a Chinese and on an English screen?"""

import pytest
from django.utils import translation

from measures.models import official_period_name, period_name, translated_period_name


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "2020年第二季度"), ("en", "2020 Q2")])
def test_period_is_named_in_the_language_of_the_screen(language: str, name: str) -> None:
    with translation.override(language):
        assert period_name("2020Q2") == name


def test_official_name_is_chinese_on_every_screen() -> None:
    with translation.override("en"):
        assert official_period_name("2020Q4") == "2020年第四季度"


def test_words_that_are_no_period_stay_as_they_are() -> None:
    with translation.override("en"):
        assert translated_period_name("市人社局 2020年第一季度") == "市人社局 2020 Q1"
        assert translated_period_name("") == ""
