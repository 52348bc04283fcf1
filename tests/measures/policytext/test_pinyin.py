"""Are pinyin notes told from other brackets, and what does a hint leave out?"""

import pytest

from measures.policytext.pinyin import PINYIN_NOTE, TONED, hint, simplified, without_pinyin


@pytest.mark.parametrize("text", ["關(guān)", "術（shù）", "女(nǚ)", "關(gua\u0304n)", "𠮷(jí)"])
def test_gloss_is_a_toned_syllable_behind_a_character(text: str) -> None:
    assert PINYIN_NOTE.search(text)


@pytest.mark.parametrize(
    "text", ["f(xié)", "关(guan)", "办公(OA)", "关(10%)", "關(guān、shù)", "関(guān", "(guān)"]
)
def test_gloss_is_nothing_else(text: str) -> None:
    assert not PINYIN_NOTE.search(text)


def test_gloss_letters_are_latin_ones_with_a_tone() -> None:
    assert set("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ") <= set(TONED)
    assert not set("aüçñöйά") & set(TONED)


def test_hint_is_simplified_and_free_of_pinyin_and_private_characters() -> None:
    assert hint("關(guān)于成本補(bǔ)償?shù)日\ue479?,") == "关于成本补偿?shù)日?,"


def test_hint_drops_what_is_left_of_a_gloss_behind_damage() -> None:
    assert hint("或?qū)﹃P(guān)鍵") == "或?qū)﹃P键"


def test_simplified_keeps_official_punctuation() -> None:
    assert simplified("（冀辦發〔2018〕58號）①㎡") == "（冀办发〔2018〕58号）①㎡"
    assert without_pinyin("（征求意见稿）") == "（征求意见稿）"
