"""Is every kind of damage found, once a spot, at its place, and nothing sound taken for damage?"""

import pytest

from measures.policytext.damage import find_damage, find_pinyin, made_visible, spots
from measures.policytext.lines import split


@pytest.mark.parametrize(
    "mark", ["?", "\ufffd", "\ue479", "\U000f0001", "\U00100001", "ù", "Ǐ", "u\u0300", "\x00", "\x1b"]
)
def test_damage_is_found(mark: str) -> None:
    (problem,) = find_damage(split(f"甲乙\n成本{mark}日"))
    assert (problem.line, problem.column) == (2, 3 + len(mark) - 1)
    assert problem.excerpt == f"成本{mark}日"


@pytest.mark.parametrize(
    "text", ["關(guān)于", "为什么？", "1-2个，提高10%\t（OA）", "lf2227904@163.com", "𠅤䶮㛃"]
)
def test_damage_is_not_seen_in_sound_text(text: str) -> None:
    assert not find_damage(split(text))


@pytest.mark.parametrize(
    "mark",
    [
        *("\u00a0", "\u00ad", "\u200b", "\u200f", "\u2028", "\u202e", "\u2060", "\ufeff", "\x00", "\u2003"),
        *("\u034f", "\u3164", "\ufe0f", "\ufffc", "\ufffe", "\U000e0020", "\U000e0100", "\u202f", "\u2800"),
    ],
)
def test_damage_that_nobody_sees_is_told_as_such(mark: str) -> None:
    (problem,) = find_damage(split(f"成本{mark}日"))
    assert (problem.column, problem.excerpt) == (3, f"成本{mark}日")
    assert "看不见" in problem.message
    assert made_visible(problem.excerpt) == f"成本〔U+{ord(mark):04X}〕日"


def test_damage_that_can_be_seen_is_not_told_as_unseen() -> None:
    (problem,) = find_damage(split("成本\u200b?日"))
    assert "看不见" not in problem.message


def test_damage_is_no_blank_that_indents() -> None:
    assert not find_damage(split("\u00a0\u00a0甲乙。\u00a0"))


def test_damage_hits_ten_characters_apart_are_one_spot() -> None:
    assert list(spots("?" + "字" * 9 + "?")) == [(0, 10)]


def test_damage_hits_eleven_characters_apart_are_two_spots() -> None:
    assert list(spots("?" + "字" * 10 + "?")) == [(0, 0), (11, 11)]


def test_damage_spots_run_on_from_hit_to_hit() -> None:
    assert list(spots("?" + ("字" * 9 + "?") * 3)) == [(0, 30)]


def test_damage_spots_end_with_the_line() -> None:
    assert [problem.line for problem in find_damage(split("甲?\n?乙"))] == [1, 2]


def test_damage_is_quoted_with_twelve_characters_around_it() -> None:
    before, after = "甲" * 20, "乙" * 20
    (problem,) = find_damage(split(f"{before}?{after}"))
    assert problem.excerpt == "甲" * 12 + "?" + "乙" * 12
    assert problem.column == 21


def test_damage_in_what_looks_like_a_gloss_alone_is_quoted() -> None:
    (problem,) = find_damage(split("(xié)"))
    assert (problem.excerpt, problem.column) == ("é", 4)


def test_pinyin_are_one_finding_with_count_first_line_and_three_examples() -> None:
    (problem,) = find_pinyin(split("甲\n關(guān)關(guān)術(shù)\n實(shí)價(jià)"))
    assert (problem.line, problem.column) == (2, 1)
    assert (problem.excerpt, problem.hint) == ("關(guān)、術(shù)、實(shí)", "关、术、实")
    assert "5处" in problem.message
    assert "第2行" in problem.message


def test_pinyin_are_no_finding_where_there_are_none() -> None:
    assert not find_pinyin(split("关于f(xié)商"))
