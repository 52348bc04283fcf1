"""Additions and deletions between two wordings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.pages.text_diff import Piece, compare, compare_lines, shortened


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("", "", []),
        ("一样", "一样", [Piece("same", "一样")]),
        ("", "新写", [Piece("added", "新写")]),
        ("删掉", "", [Piece("removed", "删掉")]),
        (
            "覆盖企业100户",
            "覆盖企业1120户",
            [Piece("same", "覆盖企业"), Piece("removed", "100"), Piece("added", "1120"), Piece("same", "户")],
        ),
        ("占53.9%", "占53.8%", [Piece("same", "占"), Piece("removed", "53.9%"), Piece("added", "53.8%")]),
        ("甲乙丙", "子乙丑", [Piece("removed", "甲乙丙"), Piece("added", "子乙丑")]),
    ],
)
def test_comparison_reads_as_a_person_would_mark_it(before: str, after: str, pieces: list[Piece]) -> None:
    assert compare(before, after) == pieces


@given(st.text(alphabet="一二三，1290ab\n ", max_size=60), st.text(alphabet="一二三，1290ab\n ", max_size=60))
def test_comparison_holds_both_texts_whole(before: str, after: str) -> None:
    pieces = compare(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after


LINES = st.text(alphabet="一二，12\n", max_size=80)


@given(LINES, LINES)
def test_comparison_line_by_line_holds_both_texts_whole(before: str, after: str) -> None:
    pieces = compare_lines(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after


def test_of_a_long_text_only_what_was_changed_is_shown_with_the_lines_beside() -> None:
    """A paragraph that was added tears no other apart."""
    lines = [f"第{number}条。" for number in range(1, 21)]
    before = "\n".join(lines)
    after = "\n".join([*lines[:9], "新的一条。", *lines[9:15], "第16条，改。", *lines[16:]])
    assert [(piece.kind, piece.text) for piece in shortened(compare_lines(before, after))] == [
        ("same", "…\n第9条。\n"),
        ("added", "新的一条。\n"),
        ("same", "第10条。\n…\n第15条。\n"),
        ("same", "第16条"),
        ("added", "，改"),
        ("same", "。\n"),
        ("same", "第17条。\n…"),
    ]


def test_pages_of_words_that_have_nothing_in_common_are_not_compared_word_by_word() -> None:
    before, after = ("".join(f"第{number}条{words}。" for number in range(2000)) for words in ("甲", "乙"))
    assert compare_lines(before, after) == [Piece("removed", before), Piece("added", after)]
