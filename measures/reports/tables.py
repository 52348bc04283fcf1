"""How is a table of a document declared? One row of a list a column: heading, width, what a cell says.

Screen, PDF, Word and Excel run through the same list. On paper a column `across` stands below its row, over
the whole width; in a spreadsheet it is a column like the others, and more columns may stand beside it.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, ClassVar, Final, Generic, NamedTuple, TypeVar

from measures.charts import Mark

Row = TypeVar("Row")
# What a line of a table holds, in characters of 10.5 pt: 225 mm across a landscape page, 156 mm else.
CHARACTERS: Final = {True: 60, False: 42}
# More lines than these, and the row may go on on the next page, where so many find room on this one: moved,
# it would leave a third of its page empty. Else it moves whole (`orphans` in document.css).
LINES_THAT_MOVE: Final = {True: 8, False: 13}


class Quotation(NamedTuple):
    """What somebody said; the `lead`, with which the text may begin, is set apart from it."""

    who: str
    text: str
    lead: str = ""


@dataclass(frozen=True)
class Cell:
    """What it says, in lines; a `mark`, which its words repeat, may be drawn before the first.

    `value` is what a spreadsheet counts with: a number, a share, a day. `names` are those with which the
    lines begin, where somebody is quoted, and `leads` how these go on, where that is set apart. What stands
    `below` the row on paper has no column of its own: a spreadsheet says it in its `sheet_lines`.
    """

    lines: tuple[str, ...]
    mark: Mark | None = None
    value: int | Decimal | date | None = None
    names: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    below: tuple[Quotation, ...] = ()
    sheet_lines: tuple[str, ...] = ()

    @property
    def in_a_sheet(self) -> tuple[str, ...]:
        return self.sheet_lines or self.lines

    @property
    def quoted(self) -> Iterator[Quotation]:
        """What each line says, and who says it."""
        leads = self.leads or ("",) * len(self.lines)
        quoted = zip(self.names, self.lines, leads, strict=True)
        return (Quotation(name, line.removeprefix(name), lead) for name, line, lead in quoted)


@dataclass(frozen=True)
class Column(Generic[Row]):
    """`share` is its part of the width, beside the shares of the others."""

    heading: str
    share: int
    cell: Callable[[Row, date], Cell]
    centred: bool = False
    on_paper: bool = True
    across: bool = False


@dataclass(frozen=True)
class Band:
    """A row across the table: the heading of the rows below it."""

    words: str


@dataclass(frozen=True)
class PaperRow:
    """A row as it stands on paper: its cells, or one line across.

    `named` is of what it is, for the outline and for the head of a page that begins with it. One that is
    `long` may be cut by the end of a page; one that is `kept` stands on the page of the next one.
    """

    cells: tuple[tuple[Column[Any], Cell], ...] = ()
    band: str = ""
    who: str = ""
    text: str = ""
    lead: str = ""
    named: str = ""
    long: bool = False
    kept: bool = False
    total: bool = False

    @property
    def rest(self) -> str:
        return self.text.removeprefix(self.lead)

    @property
    def carried(self) -> str:
        return f"接上页：{self.named}"

    @property
    def looks(self) -> str:
        """As more names of its class in the style sheet."""
        said = {"long": self.long, "kept": self.kept, "total": self.total}
        return "".join(f" {name}" for name, is_so in said.items() if is_so)


Rows = Iterable[tuple[Cell, ...] | Band]


@dataclass(frozen=True)
class Table:
    """`name` is its class in the style sheet, `sheet` its tab in a workbook, without which it is in none.

    `rows` may be gone through several times, and is made anew each time where it is long. `total`: the last
    row is the sum of the others. `left_out`: how many rows there are beyond these, which `others` says.
    One that `fits` has as many rows as its page holds (`one_page`). `groups_move`: the rows below a heading
    stay together, which holds a group at a time; a streamed table has groups of any length.
    """

    template: ClassVar[str] = "reports/blocks/table.html"

    name: str
    title: str
    columns: Sequence[Column[Any]]
    rows: Rows
    total: bool = False
    sheet: str = ""
    wide: bool = False
    left_out: int = 0
    others: str = "此处未列其余{}行，文件中均有。"
    fits: bool = False
    groups_move: bool = False

    @property
    def on_paper(self) -> tuple[Column[Any], ...]:
        return tuple(column for column in self.columns if column.on_paper and not column.across)

    @property
    def head(self) -> tuple[str, ...]:
        return tuple(column.heading for column in self.on_paper)

    @property
    def paper_rows(self) -> Iterator[PaperRow]:
        """Each row, and below it what runs across; the last one knows that it is the sum."""
        before: list[PaperRow] = []
        for found in self._drawn():
            yield from before
            before = found
        yield from (replace(found, total=self.total) for found in before)

    def _drawn(self) -> Iterator[list[PaperRow]]:
        if not self.groups_move:
            yield from map(self._on_paper, self.rows)
            return
        for group in groups_of(self.rows):
            yield from self._together([self._on_paper(row) for row in group])

    def _together(self, group: list[list[PaperRow]]) -> Iterator[list[PaperRow]]:
        """A group of up to a third of a page moves whole, as a row does."""
        columns, held = self.on_paper, CHARACTERS[self.wide]
        cells = [[cell for _column, cell in row.cells] for found in group for row in found]
        lines = sum(lines_of_row(columns, row, held) if row else 1 for row in cells)
        is_short = lines <= LINES_THAT_MOVE[self.wide]
        yield from ([replace(row, kept=is_short) for row in found] for found in group[:-1])
        yield group[-1]

    def _on_paper(self, row: tuple[Cell, ...] | Band) -> list[PaperRow]:
        if isinstance(row, Band):
            return [PaperRow(band=row.words)]
        pairs = tuple(zip(self.columns, row, strict=True))
        cells = tuple((column, cell) for column, cell in pairs if column.on_paper and not column.across)
        named = "".join(line for _column, cell in cells[:2] for line in cell.lines)
        return [
            PaperRow(cells, named=named, long=self._is_long(self.on_paper, (row for _column, row in cells))),
            *(self._across(said, named) for _column, cell in cells for said in cell.below),
            *(self._across(said, named) for column, cell in pairs if column.across for said in cell.quoted),
        ]

    def _across(self, said: Quotation, named: str) -> PaperRow:
        whole = Column[Any]("", 1, lambda row, on: row)
        long = self._is_long((whole,), (Cell((f"{said.who}{said.text}",)),))
        return PaperRow(who=said.who, text=said.text, lead=said.lead, named=named, long=long)

    def _is_long(self, columns: Sequence[Column[Any]], cells: Iterable[Cell]) -> bool:
        return lines_of_row(columns, cells, CHARACTERS[self.wide]) > LINES_THAT_MOVE[self.wide]

    @property
    def row_count(self) -> int:
        return sum(1 for _row in self.rows)

    def cut(self, most: int) -> "Table":
        """Its first rows, and how many it has beyond: for a page, never for a file."""
        rows = iter(self.rows)
        first = tuple(islice(rows, most))
        return replace(self, rows=first, left_out=self.left_out + sum(1 for _row in rows))

    @property
    def told(self) -> str:
        """How many rows there are beyond these; empty where there are none."""
        return self.others.format(self.left_out) if self.left_out else ""

    def is_longer_than(self, most: int) -> bool:
        return any(True for _row in islice(self.rows, most, None))

    @property
    def widths(self) -> str:
        """The style sheet that gives each column its share."""
        whole = sum(column.share for column in self.on_paper)
        table = self.name.replace(" ", ".")
        return "\n".join(
            f".{table} col:nth-child({place}) {{ width: {100 * column.share / whole:.4f}% }}"
            for place, column in enumerate(self.on_paper, 1)
        )


def groups_of(rows: Rows) -> Iterator[list[tuple[Cell, ...] | Band]]:
    """Each heading with the rows below it."""
    group: list[tuple[Cell, ...] | Band] = []
    for row in rows:
        if isinstance(row, Band) and group:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def cells_of(columns: Sequence[Column[Row]], row: Row, on: date) -> tuple[Cell, ...]:
    return tuple(column.cell(row, on) for column in columns)


@dataclass(frozen=True)
class RowsBySection(Generic[Row]):
    """One row for each of `measures`, which gives it with the heading of its section, in document order.

    Made anew each time that somebody goes through them: no more is held than `measures` holds.
    """

    measures: Callable[[], Iterable[tuple[str, Row]]]
    columns: Sequence[Column[Row]]
    on: date

    def __iter__(self) -> Iterator[tuple[Cell, ...] | Band]:
        section = None
        for heading, measure in self.measures():
            if heading != section:
                section = heading
                yield Band(heading)
            yield cells_of(self.columns, measure, self.on)


def lines_of_row(columns: Sequence[Column[Any]], cells: Iterable[Cell], held: int) -> int:
    """How high a row will be, in lines; one over the whole width holds so many characters."""
    whole = sum(column.share for column in columns)
    heights = []
    for column, cell in zip(columns, cells, strict=True):
        room = max(held * column.share / whole - 1, 1)
        heights.append(sum(max(math.ceil(len(line) / room), 1) for line in cell.lines))
    return max(heights)


def number(value: int) -> Cell:
    return Cell((str(value),), value=value)
