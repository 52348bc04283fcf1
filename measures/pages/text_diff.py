"""What changed between two wordings? Pure text in, pieces out; it knows no update and no actor."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# A number, a word of Latin letters, or one character: what a reader would call one piece.
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*%?|[A-Za-z]+|\s+|.", re.DOTALL)
# Fewer characters than this between two changes read as part of the change.
_TOO_SHORT = 2
# Pairs of characters that are looked at in about a second.
_MOST_PAIRS = 36_000_000
# So many lines that are the same stay whole between two changes.
_FEW_LINES = 3


@dataclass(frozen=True)
class Piece:
    kind: str  # same, added, removed
    text: str


def marked(pieces: list[Piece]) -> SafeString:
    """The pieces as one text for a page: <del> what went, <ins> what came."""
    return format_html_join("", "{}", ([_marked(piece)] for piece in pieces))


def _marked(piece: Piece) -> str | SafeString:
    tag = {"added": "ins", "removed": "del"}.get(piece.kind)
    return format_html("<{0}>{1}</{0}>", tag, piece.text) if tag else piece.text


def compare(before: str, after: str) -> list[Piece]:
    """The pieces that make both texts: without the added ones the old, without the removed ones the new."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    runs: list[tuple[bool, str, str]] = []  # is it the same; old words; new words
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        runs.append((tag == "equal", "".join(old[i1:i2]), "".join(new[j1:j2])))
    pieces = []
    for same, group in groupby(_without_short_matches(runs), key=lambda run: run[0]):
        parts = list(group)
        gone, come = "".join(part[1] for part in parts), "".join(part[2] for part in parts)
        pieces += [Piece("same", gone)] if same else [Piece("removed", gone), Piece("added", come)]
    return [piece for piece in pieces if piece.text]


def compare_lines(before: str, after: str) -> list[Piece]:
    """The same of a text of many paragraphs: line by line first, then within those that differ.

    A paragraph that was moved or added tears no other apart, and a long text takes no longer.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[i1:i2]), "".join(new[j1:j2])
        pieces += [Piece("same", gone)] if tag == "equal" else _compare_some(gone, come)
    return pieces


def _compare_some(gone: str, come: str) -> list[Piece]:
    """Words for words, where that takes no longer than a moment."""
    if len(gone) * len(come) <= _MOST_PAIRS:
        return compare(gone, come)
    return [Piece("removed", gone), Piece("added", come)]


def shortened(pieces: list[Piece]) -> list[Piece]:
    """For who has read the whole: of lines that are the same only those beside a change, else an ellipsis."""
    last = len(pieces) - 1
    return [_shortened(piece, number == 0, number == last) for number, piece in enumerate(pieces)]


def _shortened(piece: Piece, is_first: bool, is_last: bool) -> Piece:
    lines = piece.text.splitlines(keepends=True)
    if piece.kind != "same" or len(lines) <= _FEW_LINES:
        return piece
    before, after = "" if is_first else lines[0], "" if is_last else lines[-1]
    return Piece("same", f"{before}…{after and chr(10)}{after}")


def _without_short_matches(runs: list[tuple[bool, str, str]]) -> list[tuple[bool, str, str]]:
    """A single character that happens to stay between two changes is no landmark."""
    last = len(runs) - 1
    return [
        (same and (len(old) >= _TOO_SHORT or number in {0, last}), old, new)
        for number, (same, old, new) in enumerate(runs)
    ]
