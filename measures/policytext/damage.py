"""Where is a text damaged? Finds characters that official text never has, and pinyin notes left in it.

It names the places. As a hint it only offers the same words without pinyin notes, in Simplified Chinese.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from measures.policytext.lines import Line
from measures.policytext.pinyin import HAN, PINYIN_NOTE, PRIVATE, TONED, UNSEEN, hint
from measures.policytext.problems import Problem, ProblemKind

# Finds that are no further apart than this are one damaged spot.
_APART = 10
# Characters quoted before and after a spot, pinyin notes not counted.
_AROUND = 12
_EXAMPLES = 3

# Blank characters other than the space. At the margin they only indent, as on web pages.
_ODD_BLANK = "\u00a0\u2000-\u200a\u202f\u205f"
_HIT = re.compile(rf"[?\ufffd{PRIVATE}{TONED}]|{UNSEEN.pattern}|(?<=\S)[{_ODD_BLANK}](?=\S)")
_HIDDEN = re.compile(rf"{UNSEEN.pattern}|[{_ODD_BLANK}]")
_GLOSSED = re.compile(f"[{HAN}]{PINYIN_NOTE.pattern}")


def find_damage(lines: Sequence[Line]) -> list[Problem]:
    """Every damaged spot, in the order of the text."""
    return [_damaged(line, first, last) for line in lines for first, last in spots(line.source)]


def spots(source: str) -> Iterator[tuple[int, int]]:
    """First and last find of each damaged spot. A pinyin note is damage only if it follows no character."""
    noted = {place for found in PINYIN_NOTE.finditer(source) for place in range(*found.span())}
    hits = [found.start() for found in _HIT.finditer(source) if found.start() not in noted]
    first = last = None
    for hit in hits:
        if first is None or last is None:
            first = hit
        elif hit - last > _APART:
            yield first, last
            first = hit
        last = hit
    if first is not None and last is not None:
        yield first, last


def _damaged(line: Line, first: int, last: int) -> Problem:
    start = bisect_left(line.places, first) - _AROUND
    end = bisect_right(line.places, last) + _AROUND
    excerpt = line.excerpt(max(start, 0), end) or line.source[first : last + 1]
    hits = [found[0] for found in _HIT.finditer(line.source, first, last + 1)]
    message = "此处文字损坏，请对照原件改正。"
    if all(_HIDDEN.fullmatch(hit) for hit in hits):
        message = "此处有看不见的字符，请删去，并对照原件。"
    return Problem(ProblemKind.DAMAGE, line.number, first + 1, excerpt, hint(excerpt), message)


def made_visible(text: str) -> str:
    """For a screen: replaces each invisible character by its number, like 〔U+202E〕."""
    return _HIDDEN.sub(lambda found: f"〔U+{ord(found[0]):04X}〕", text)


def find_pinyin(lines: Sequence[Line]) -> list[Problem]:
    """All pinyin notes of a text as one problem, at the place of the first; empty without any."""
    found = [(line, match) for line in lines for match in _GLOSSED.finditer(line.source)]
    if not found:
        return []
    line, first = found[0]
    examples = list(dict.fromkeys(match[0] for _, match in found))[:_EXAMPLES]
    excerpt = "、".join(examples)
    message = f"全文夹注拼音{len(found)}处，首见第{line.number}行，例如：{excerpt}。请换用没有注音的原文。"
    place = first.start() + 1
    return [Problem(ProblemKind.PINYIN, line.number, place, excerpt, hint(excerpt), message)]
