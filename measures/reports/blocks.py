"""Of which parts is the body of a document made? Each knows its template; Word writes the same parts.

A block says what stands there, never how: page, typefaces and styles are of those that draw it.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from measures.charts import Mark
from measures.reports.tables import Table

# Of a chart: marks of 10 pt in 26 mm, lines of 12.5 pt in a third of 225 mm.
MARKS_A_LINE: Final = 6
LINES_OF_A_THIRD: Final = 16


@dataclass(frozen=True)
class Heading:
    """Of the first level (一、), the second (（一）) or the third (1.), which has its name in the outline."""

    template: ClassVar[str] = "reports/blocks/heading.html"

    text: str
    level: int = 1
    bookmark: str = ""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of running text. `who` (a department, a number) begins it in another typeface.

    `lead`: the first sentence of the text, which says what the `rest` tells at length (主题句), and is set
    apart from it.
    """

    template: ClassVar[str] = "reports/blocks/paragraph.html"

    text: str
    who: str = ""
    lead: str = ""

    @property
    def rest(self) -> str:
        return self.text.removeprefix(self.lead)


@dataclass(frozen=True)
class Group:
    """A heading of the second level with its paragraphs."""

    heading: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class ChartRow:
    """One mark for each measure, in the order of the clauses."""

    label: str
    marks: tuple[Mark, ...]
    counts: str


@dataclass(frozen=True)
class Chart:
    """One of more marks than fit into a third of a page `is_long`, and may go on on the next page."""

    template: ClassVar[str] = "reports/blocks/chart.html"

    caption: str
    rows: tuple[ChartRow, ...]

    @property
    def is_long(self) -> bool:
        lines = sum(max(math.ceil(len(row.marks) / MARKS_A_LINE), 2) for row in self.rows)
        return lines > LINES_OF_A_THIRD


@dataclass(frozen=True)
class AnnexList:
    """附件说明: what follows the body."""

    template: ClassVar[str] = "reports/blocks/annex_list.html"

    titles: tuple[str, ...]


@dataclass(frozen=True)
class Signature:
    template: ClassVar[str] = "reports/blocks/signature.html"

    issuer: str
    dated: str


@dataclass(frozen=True)
class Annex:
    """A table on pages of its own, after the body."""

    template: ClassVar[str] = "reports/blocks/annex.html"

    number: str
    title: str
    table: Table


Block = Heading | Paragraph | Chart | Table | AnnexList | Signature | Annex


def part(heading: str, paragraphs: Iterable[str]) -> Iterator[Block]:
    """A heading of the first level with plain paragraphs."""
    yield Heading(heading)
    yield from map(Paragraph, paragraphs)


def grouped(heading: str, groups: Iterable[Group], otherwise: str) -> Iterator[Block]:
    """A heading of the first level with groups; `otherwise` says that there is none."""
    yield Heading(heading)
    found = list(groups)
    for group in found:
        if group.heading:  # words that somebody edited may begin without one
            yield Heading(group.heading, 2)
        yield from group.paragraphs
    if not found:
        yield Paragraph(otherwise)


def closing(issuer: str, dated: str, *tables: Table) -> Iterator[Block]:
    """附件说明, 落款, and the annexes with their numbers; one alone has none."""
    if tables:
        yield AnnexList(tuple(table.title for table in tables))
    yield Signature(issuer, dated)
    for number, table in enumerate(tables, 1):
        yield Annex(f"附件{number if tables[1:] else ''}", table.title, table)


def tables_of(blocks: Iterable[Block]) -> Iterator[Table]:
    """In their order, those of annexes among them."""
    for block in blocks:
        if isinstance(block, Annex):
            yield block.table
        elif isinstance(block, Table):
            yield block


def cut(block: Block, most: int) -> Block:
    """The block with so many rows of its table at most: for a page."""
    if isinstance(block, Annex):
        return replace(block, table=block.table.cut(most))
    return block.cut(most) if isinstance(block, Table) else block
