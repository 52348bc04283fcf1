"""Which lines does a file have, and where in the file is each character that is read?

Lines and columns count characters, from 1. Margins, pinyin notes and invisible characters are left out of the
text; it is never normalised.
"""

from dataclasses import dataclass

from measures.policytext.pinyin import PINYIN_NOTE, SYLLABLE, UNSEEN, simplified


class NotUtf8Error(ValueError):
    """The file is not UTF-8; `byte` counts from 1."""

    def __init__(self, byte: int) -> None:
        super().__init__(f"not UTF-8 at byte {byte}")
        self.byte = byte


def decode(data: bytes) -> str:
    """The text of a file: without byte order mark, line ends as \\n. Raises NotUtf8Error."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotUtf8Error(error.start + 1) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True)
class Line:
    """One line as it is in the file, and as it is read. `places[i]` is the place of `text[i]` in `source`."""

    number: int
    source: str
    text: str
    places: tuple[int, ...]

    def column(self, index: int) -> int:
        """The column of the character `text[index]` in the file; past the end, that of the last one."""
        return self.places[min(index, len(self.places) - 1)] + 1 if self.places else 1

    def excerpt(self, start: int, end: int) -> str:
        """The stretch of the file that was read as text[start:end], pinyin notes included."""
        if start >= len(self.places):
            return ""
        stop = self.places[end] if end < len(self.places) else len(self.source)
        return self.source[self.places[max(start, 0)] : stop].rstrip()


def split(text: str) -> list[Line]:
    """All lines, including empty ones.

    A text with pinyin notes is read in Simplified Chinese: it will be refused anyway, and its outline helps
    whoever repairs it. Any other text is read unchanged.
    """
    to_simplified = PINYIN_NOTE.search(text) is not None
    return [
        _line(number, source, to_simplified=to_simplified)
        for number, source in enumerate(text.split("\n"), 1)
    ]


def _line(number: int, source: str, *, to_simplified: bool) -> Line:
    left_out = {
        place
        for pattern in (SYLLABLE, UNSEEN)  # a text with either is refused; what it means is read all the same
        for found in pattern.finditer(source)
        for place in range(*found.span())
    }
    kept = [place for place in range(len(source)) if place not in left_out]
    while kept and source[kept[0]].isspace():
        kept.pop(0)
    while kept and source[kept[-1]].isspace():
        kept.pop()
    text = "".join(source[place] for place in kept)
    return Line(number, source, simplified(text) if to_simplified else text, tuple(kept))
