"""Is every character that nobody sees found, with its place, and is what people do write left alone?"""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from langfang_policy.characters import (
    HIDDEN,
    hidden_characters,
    refuse_hidden_characters,
    refuse_hidden_characters_in_lines,
)

SEEN = [
    "市人力资源和社会保障局（牵头）",
    "“双创”——2020年第二季度，完成率 98.5%；",
    "関于转发《…》的通知",
    "㐂𠮷〇𤭢",  # rare characters of names
    "０３１６－２０１２３４５　王晓芳",  # full width, an ideographic space
    "a\u00a0b",  # a blank that web pages bring along is seen as a blank
    "naïve café Ω №",
]
HIDDEN_ONES = {
    "\u202e": "turns the direction of writing",
    "\u2066": "turns the direction of writing",
    "\u061c": "turns the direction of writing",
    "\u200b": "has no width",
    "\u200d": "has no width",
    "\ufeff": "has no width",
    "\u00ad": "has no width",
    "\u3164": "has no width",
    "\U000e0041": "has no width",
    "\ue863": "private use, another computer shows another sign",
    "\U000f0001": "private use, another computer shows another sign",
    "\x00": "control character",
    "\x0b": "control character",
    "\x1b": "control character",
    "\x7f": "control character",
    "\x85": "control character",
    "\uffff": "control character",
    "\ud800": "control character",
}


@pytest.mark.parametrize("text", SEEN)
def test_what_people_write_is_left_alone(text: str) -> None:
    assert hidden_characters(text) == []
    refuse_hidden_characters(text)


@pytest.mark.parametrize(("character", "kind"), HIDDEN_ONES.items())
def test_a_hidden_character_is_found_with_its_kind_and_place(character: str, kind: str) -> None:
    with translation.override("en"):
        (found,) = hidden_characters(f"局长{character}王")
    assert (found.position, chr(found.code), found.kind, found.before) == (3, character, kind, "局长")


def test_number_and_name_are_those_of_unicode() -> None:
    (found,) = hidden_characters("\u202e")
    assert (found.number, found.name) == ("U+202E", "RIGHT-TO-LEFT OVERRIDE")
    (control,) = hidden_characters("\x07")
    assert (control.number, control.name) == ("U+0007", "")


@given(st.text())
def test_no_format_control_private_or_surrogate_character_goes_by(text: str) -> None:
    # Cf also holds the signs around Arabic numbers and the like, which are seen.
    wanted = {at for at, one in enumerate(text, 1) if unicodedata.category(one) in {"Cc", "Co", "Cs"}}
    assert wanted <= {found.position for found in hidden_characters(text)}


def test_line_ends_and_tabs_belong_to_a_text_of_several_lines_only() -> None:
    text = "一\r\n二\n三\t四"
    assert hidden_characters(text, several_lines=True) == []
    assert [found.code for found in hidden_characters(text)] == [13, 10, 10, 9]
    refuse_hidden_characters_in_lines(text)
    with pytest.raises(ValidationError):
        refuse_hidden_characters(text)


def test_a_return_without_its_line_feed_is_hidden_in_several_lines_too() -> None:
    (found,) = hidden_characters("一\r二", several_lines=True)
    assert (found.position, found.code) == (2, 13)


def test_the_sentence_says_which_character_and_where() -> None:
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        refuse_hidden_characters("联系人：王\u202e芳")
    (sentence,) = refused.value.messages
    assert sentence == (
        "There are characters here that nobody sees: U+202E (turns the direction of writing) at character 6, "
        "after “联系人：王”. Delete them or type the words anew."
    )
    assert refused.value.code == "hidden_characters"


def test_the_sentence_is_chinese_for_who_reads_chinese() -> None:
    with translation.override("zh-hans"), pytest.raises(ValidationError) as refused:
        refuse_hidden_characters("王\u200b芳")
    assert refused.value.messages == [
        "此处有看不见的字符：第2个字符 U+200B（不占宽度），在“王”之后。请删去，或重新录入。"
    ]


def test_of_many_hidden_characters_the_first_three_are_told() -> None:
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        refuse_hidden_characters("\u200b" * 5)
    (sentence,) = refused.value.messages
    assert sentence.count("U+200B") == 3
    assert "and 2 more" in sentence


def test_the_words_before_are_those_of_the_same_line_and_hide_nothing() -> None:
    (_first, second) = hidden_characters("第一行\n第\u200b二\u202e行", several_lines=True)
    assert second.before == "第二"
    assert not HIDDEN.search(second.before)
