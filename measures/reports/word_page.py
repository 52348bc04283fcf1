"""How many rows of its tables has a Word file of one page room for? Counted in lines: nobody lays it out.

Word, WPS and LibreOffice each break lines in their own way, with the typefaces that they find. So a line is
counted as full a little early, and one line of the page is kept free.
"""

import math
from collections.abc import Iterable
from typing import Final, NamedTuple

from measures.reports.blocks import Block, Heading, Paragraph
from measures.reports.documents import Document
from measures.reports.one_page import Part, rows_that_fit
from measures.reports.tables import Band, Table, lines_of_row

# In points. 156 mm across, 225 mm down, one line of the body kept free.
WIDTH: Final = 156 / 25.4 * 72


class Look(NamedTuple):
    size: float
    line: float

    def height(self, words: str, indented: int = 0) -> float:
        """Of a paragraph."""
        return max(math.ceil((width_of(words) + indented) / (WIDTH / self.size - 1)), 1) * self.line


BODY, TITLE, UNDER_TITLE = Look(14, 22), Look(22, 28), Look(12, 18)
TABLE, FACTS = Look(9.5, 12.5), Look(7, 10)
ROOM: Final = 225 / 25.4 * 72 - BODY.line
AROUND_A_ROW: Final = 3.0  # above, below and its line
NARROW: Final = 0.55  # a letter or a digit beside a Chinese character, whatever the typeface


def width_of(words: str) -> float:
    """In Chinese characters."""
    return sum(NARROW if character.isascii() else 1 for character in words)


def on_one_page(document: Document) -> list[Block]:
    """Its blocks, each table that fits with the rows for which there is room; the others are counted."""
    blocks = list(document.blocks)
    tables = [block for block in blocks if isinstance(block, Table) and block.fits]
    room = ROOM - _height_of_head(document) - sum(map(_height, blocks))
    shown = dict(zip(map(id, tables), rows_that_fit([_part(table) for table in tables], room), strict=True))
    return [
        block.cut(shown[id(block)]) if isinstance(block, Table) and block.fits else block for block in blocks
    ]


def _height_of_head(document: Document) -> float:
    """Title, addressee, lead, and the facts at the end."""
    lines: Iterable[float] = (
        *(TITLE.height(line) for line in document.title_lines),
        *(BODY.height(words, 2) for words in document.lead_in),
        BODY.line if document.addressee else 0,
        UNDER_TITLE.height(document.under_title) if document.under_title else 0,
        FACTS.line,
        FACTS.height("　".join(f"{label}：{value}" for label, value in document.facts)),
    )
    return sum(lines)


def _height(block: Block) -> float:
    if isinstance(block, Heading):
        return BODY.line
    if isinstance(block, Paragraph):
        return BODY.height(f"{block.who}{block.text}", 2)
    return 0.0


def _part(table: Table) -> Part:
    columns = table.on_paper
    rows = [
        TABLE.line * (1 if isinstance(row, Band) else lines_of_row(columns, row, int(WIDTH / TABLE.size)))
        + AROUND_A_ROW
        for row in table.rows
    ]
    return Part(beyond=table.left_out, head=TABLE.line + AROUND_A_ROW, line=BODY.line, rows=rows)
