"""How does a table of a document become a workbook? The only module of documents that knows XlsxWriter.

Numbers, shares and days are what they are, so that one can count on with them; words that a spreadsheet
would run as a formula are escaped. Of a long table one row is held at a time, whatever their number. The
same tables, title and date give the same bytes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import chain, islice
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from departments.sheets import escape_formula
from measures.reports.tables import Band, Cell, Column, Rows

BODY, HEAD, TITLE = "仿宋", "黑体", "方正小标宋简体"
# A column is as wide as so much of its share in characters; codes, days and numbers have room to be read.
OF_A_SHARE: Final = 0.6
NARROWEST: Final = 11.0
# Offices print on A4. What is only there to filter and to count with is not printed where all columns would
# be too wide for it; of what is printed, 11 pt become 8 at most.
WIDEST_ON_A4: Final = 190.0
A4: Final = 9
MARGIN: Final = 0.4  # inches
# Not every program finds out for itself how high a row of several lines is.
CHINESE: Final = 2.1  # a Chinese character, in those of which the width of a column is counted
LINE: Final = 15.0
HIGHEST: Final = 409.0  # that a row can be
# Rows of a sheet: fewer are held at once.
SHORT: Final = 500
# What a spreadsheet takes into one cell. Nothing is cut without saying so.
MOST_IN_A_CELL: Final = 32_767
CUT: Final = "……（超出电子表格单元格的字数上限，全文见PDF）"
KEPT_BEFORE_IT: Final = MOST_IN_A_CELL - len(CUT)


@dataclass(frozen=True)
class Sheet:
    """`notes` stand below the title; `total`: the last row is the sum of the others, past the filter."""

    name: str
    title: str
    notes: tuple[str, ...]
    columns: Sequence[Column[Any]]
    rows: Rows
    total: bool = False


def workbook(sheets: Sequence[Sheet], *, title: str, author: str, created: datetime) -> bytes:
    """Row by row through files of its own, which take as long as a short workbook: that is held whole."""
    stream = BytesIO()
    begun = [_begun(sheet.rows) for sheet in sheets]
    is_short = all(ends for ends, _rows in begun)
    held = {"in_memory": True} if is_short else {"constant_memory": True}
    with Workbook(stream, {**held, "strings_to_formulas": False}) as book:
        book.set_properties({"title": title, "author": author, "created": created.replace(tzinfo=None)})
        for sheet, (_ends, rows) in zip(sheets, begun, strict=True):
            _Page(book, replace(sheet, rows=rows)).fill()
    return stream.getvalue()


def _begun(rows: Rows) -> tuple[bool, Rows]:
    """Whether it has few rows; and all of them, read once."""
    rest = iter(rows)
    first = list(islice(rest, SHORT))
    return len(first) < SHORT, chain(first, rest)


class _Page:
    """A worksheet that is written from its first row to its last, and never looked back at."""

    def __init__(self, book: Workbook, sheet: Sheet) -> None:
        self.book, self.sheet, self.row = book, sheet, 0
        self.page: Worksheet = book.add_worksheet(sheet.name)
        self.last = len(sheet.columns) - 1
        self.widths = [_width(column) for column in sheet.columns]
        self.last_printed = self._last_printed()
        self.formats: dict[tuple[Any, ...], Format] = {}
        self.looks: dict[tuple[Any, ...], Format] = {}

    def fill(self) -> None:
        self._set_up()
        for words, font, size in (
            (self.sheet.title, TITLE, 16),
            *((row, BODY, 10) for row in self.sheet.notes),
        ):
            self._across(words, self._format(font, size, centred=True, framed=False), self.last_printed)
        head = self.row
        for place, column in enumerate(self.sheet.columns):
            self.page.write_string(head, place, column.heading, self._format(HEAD, centred=True, shaded=True))
        self.row += 1
        before: tuple[Cell, ...] | Band | None = None
        for row in self.sheet.rows:
            self._write(before, BODY)
            before = row
        self._write(before, HEAD if self.sheet.total else BODY)
        self.page.print_area(0, 0, self.row - 1, self.last_printed)
        self.page.freeze_panes(head + 1, 0)
        self.page.repeat_rows(head)
        self.page.autofilter(head, 0, max(self.row - 1 - self.sheet.total, head), self.last)

    def _set_up(self) -> None:
        """One page wide; what stays in sight and on every page is the head."""
        for place, width in enumerate(self.widths):
            self.page.set_column(place, place, width)
        self.page.set_landscape()
        self.page.set_paper(A4)
        self.page.set_margins(left=MARGIN, right=MARGIN)
        self.page.fit_to_pages(1, 0)
        self.page.set_footer("&C— &P —")

    def _last_printed(self) -> int:
        """The last column that paper has, or the last of all where all find room."""
        on_paper = [place for place, column in enumerate(self.sheet.columns) if column.on_paper]
        return self.last if sum(self.widths) <= WIDEST_ON_A4 else max(on_paper)

    def _write(self, row: tuple[Cell, ...] | Band | None, font: str) -> None:
        if row is None:
            return
        if isinstance(row, Band):
            self._across(row.words, self._format(HEAD, shaded=True), self.last)
            return
        height = self._height(row)
        self.page.set_row(self.row, min(height, HIGHEST))
        top = height > HIGHEST
        for place, (column, cell) in enumerate(zip(self.sheet.columns, row, strict=True)):
            self._put(place, cell, self._look(font, column.centred, _shown(cell), top))
        self.row += 1

    def _look(self, *of_a_cell: Any) -> Format:
        """Asked for each cell: its typeface, whether it is centred, how its value is shown, whether it begins
        at the top.
        """
        if of_a_cell not in self.looks:
            font, centred, shown, top = of_a_cell
            self.looks[of_a_cell] = self._format(font, centred=centred, shown=shown, top=top)
        return self.looks[of_a_cell]

    def _height(self, row: tuple[Cell, ...]) -> float:
        lines = 1
        for cell, width in zip(row, self.widths, strict=True):
            said = cell.in_a_sheet
            if said[1:] or CHINESE * len("".join(said)) > width - 1:  # else one, as most have
                lines = max(lines, sum(_lines(line, width) for line in said))
        return lines * LINE

    def _put(self, place: int, cell: Cell, look: Format) -> None:
        value, page = cell.value, self.page
        if value is None:
            page.write_string(self.row, place, _said("\n".join(cell.in_a_sheet)), look)
        elif isinstance(value, date):
            page.write_datetime(self.row, place, value, look)
        else:
            page.write_number(self.row, place, float(value), look)

    def _across(self, words: str, look: Format, last: int) -> None:
        self.page.merge_range(self.row, 0, self.row, last, "", look) if last else None
        self.page.write_string(self.row, 0, _said(words), look)
        self.row += 1

    def _format(
        self,
        font: str,
        size: int = 11,
        *,
        centred: bool = False,
        framed: bool = True,
        shaded: bool = False,
        shown: str = "General",
        top: bool = False,
    ) -> Format:
        """Each look is one format of the book. A text that is cut begins at the `top` of its row."""
        key = (font, size, centred, framed, shaded, shown, top)
        if key not in self.formats:
            look = {
                "font_name": font,
                "font_size": size,
                "align": "center" if centred else "left",
                "valign": "top" if top else "vcenter",
                "text_wrap": True,
                "border": int(framed),
                "num_format": shown,
            }
            self.formats[key] = self.book.add_format(look | ({"bg_color": "#F0F0F0"} if shaded else {}))
        return self.formats[key]


def _shown(cell: Cell) -> str:
    """How a spreadsheet is to show what it counts with."""
    if cell.value is None:
        return "General"
    if isinstance(cell.value, date):
        return "yyyy-mm-dd"
    return "0.0%" if isinstance(cell.value, Decimal) else "0"


def _width(column: Column[Any]) -> float:
    return max(column.share * OF_A_SHARE, NARROWEST if column.centred or column.across else 0)


def _lines(words: str, width: float) -> int:
    """That the words fill in a column of that width."""
    narrow = len(words.encode("ascii", "ignore"))
    wide = narrow + CHINESE * (len(words) - narrow)
    return max(math.ceil(wide / (width - 1)), 1)


def _said(words: str) -> str:
    escaped = str(escape_formula(words))
    return escaped if len(escaped) <= MOST_IN_A_CELL else f"{escaped[:KEPT_BEFORE_IT]}{CUT}"
