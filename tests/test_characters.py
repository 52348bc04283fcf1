"""Is every character that nobody sees found, with its place, and is what people do write left alone?"""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from langfang_policy.characters import (
    HIDDEN,
    as_plain_text,
    hidden_characters,
    length,
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


@pytest.mark.parametrize(
    ("pasted", "cleaned"),
    [
        ("一\r\n二\r三\x0b四\u2028五", "一\n二\n三\n四\n五"),
        ("a\u00a0b\u2003c　d", "a b c　d"),
        ("办\u200b赛\ufeff2\u00ad场\x07\x13", "办赛2场"),
        ("\u200e号码\u200f", "号码"),
        ("2020\u201106\x1e30", "2020-06-30"),
        ("\uf0b7 甲 \uf0fc", "· 甲 ✓"),
        ("一\t二\n", "一\t二\n"),
    ],
)
def test_pasted_text_becomes_plain_text(pasted: str, cleaned: str) -> None:
    assert as_plain_text(pasted) == cleaned
    assert hidden_characters(as_plain_text(pasted), several_lines=True) == []


@pytest.mark.parametrize(
    "character", ["\u202e", "\u2066", "\ue863", "\ufffc", "\u200d", "\U000e0100", "\u3164"]
)
def test_what_cannot_be_cleaned_without_a_loss_is_refused_as_before(character: str) -> None:
    assert character in as_plain_text(f"甲{character}乙")
    assert hidden_characters(as_plain_text(f"甲{character}乙"), several_lines=True)


@given(st.text())
def test_cleaning_loses_nothing_that_is_seen_and_cleans_once(text: str) -> None:
    assert as_plain_text(as_plain_text(text)) == as_plain_text(text)
    seen = {
        one for one in text if not HIDDEN.match(one) and unicodedata.category(one) not in {"Zs", "Mn", "Pd"}
    }
    assert seen <= set(as_plain_text(text))


# Also typed into a page, where the script counts: tests/browser/test_nothing_lost.py.
COUNTED = {
    "": 0,
    "市人社局，2020年": 10,
    "𠮷〇𤭢": 3,
    "一\n二": 3,
    "cafe\u0301": 4,
    "ก็": 1,
    "👍🏽": 1,
    "🇨🇳🇨🇳": 2,
    "a\u0301\u0301\u0301\u0301\u0301\u0301\u0301": 3,  # heaped up: a third of them counts
    "办\u200b赛": 2,
    "完。": 2,
}


@pytest.mark.parametrize(("text", "count"), COUNTED.items())
def test_characters_are_counted_as_people_count(text: str, count: int) -> None:
    assert length(text) == count
