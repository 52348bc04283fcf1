"""How does a table of a document become a workbook? The only module of documents that knows openpyxl.

Numbers, shares and days are what they are, so that one can count on with them; words that a spreadsheet would
run as a formula are escaped. The same tables, title and date give the same bytes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import openpyxl
from openpyxl.cell.cell import Cell as Box
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from departments.sheets import escape_formula
from measures.reports.tables import Cell, Column

BODY, HEAD, TITLE = "仿宋", "黑体", "方正小标宋简体"
CHARACTERS_WIDE: Final = 130  # of a landscape sheet
_THIN: Final = Side(style="thin", color="000000")
_FRAME: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_SHADE: Final = PatternFill("solid", fgColor="F0F0F0")
_FORMATS: Final = ((Decimal, "0.0%"), (date, "yyyy-mm-dd"), (int, "0"))
_CHANGED_AT: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)  # the earliest that an archive can say


@dataclass(frozen=True)
class Sheet:
    """`notes` stand below the title; `total`: the last row is the sum of the others, past the filter."""

    name: str
    title: str
    notes: tuple[str, ...]
    columns: Sequence[Column[Any]]
    rows: tuple[tuple[Cell, ...], ...]
    total: bool = False


def workbook(sheets: Sequence[Sheet], *, title: str, author: str, created: datetime) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.creator = title, author
    book.properties.created = created.replace(tzinfo=None)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name), sheet)
    stream = BytesIO()
    book.save(stream)
    return _without_the_hour(stream.getvalue(), created)


def _fill(page: Worksheet, sheet: Sheet) -> None:
    width = len(sheet.columns)
    for row, (words, font) in enumerate(_above(sheet), 1):
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
        _write(page.cell(row, 1), words, font, centred=True)
    head = page.max_row + 1
    for place, column in enumerate(sheet.columns, 1):
        _write(page.cell(head, place), column.heading, Font(name=HEAD, size=11), centred=True, framed=True)
        page.cell(head, place).fill = _SHADE
    for row, cells in enumerate(sheet.rows, head + 1):
        is_total = sheet.total and row == head + len(sheet.rows)
        font = Font(name=HEAD if is_total else BODY, size=11)
        for place, (column, cell) in enumerate(zip(sheet.columns, cells, strict=True), 1):
            said = "\n".join(cell.lines) if cell.value is None else cell.value
            _write(page.cell(row, place), said, font, centred=column.centred, framed=True)
    _set_up(page, sheet, head)


def _above(sheet: Sheet) -> list[tuple[str, Font]]:
    return [
        (sheet.title, Font(name=TITLE, size=16)),
        *((note, Font(name=BODY, size=10)) for note in sheet.notes),
    ]


def _write(box: Any, said: object, font: Font, *, centred: bool, framed: bool = False) -> None:
    place: Box = box
    place.value = escape_formula(said)  # type: ignore[assignment]  # what a cell may hold
    place.font = font
    place.alignment = Alignment(horizontal="center" if centred else "left", vertical="center", wrap_text=True)
    if framed:
        place.border = _FRAME
    for kind, shown in _FORMATS:
        if isinstance(said, kind):
            place.number_format = shown


def _set_up(page: Worksheet, sheet: Sheet, head: int) -> None:
    """The head stays in sight and on every printed page; one page wide; a filter over the rows."""
    last, below = get_column_letter(len(sheet.columns)), head + len(sheet.rows) - sheet.total
    whole = sum(column.share for column in sheet.columns)
    for place, column in enumerate(sheet.columns, 1):
        page.column_dimensions[get_column_letter(place)].width = round(
            CHARACTERS_WIDE * column.share / whole, 1
        )
    page.freeze_panes = f"A{head + 1}"
    page.auto_filter.ref = f"A{head}:{last}{max(below, head)}"
    page.print_title_rows = f"{head}:{head}"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]  # there since it was made
    page.oddFooter.center.text = "— &P —"  # type: ignore[union-attr]  # there since it was made


def _without_the_hour(book: bytes, created: datetime) -> bytes:
    """openpyxl writes the moment of saving into the file; the same facts give the same bytes."""
    stream, told = BytesIO(), created.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with ZipFile(BytesIO(book)) as made, ZipFile(stream, "w", ZIP_DEFLATED) as kept:
        for entry in made.infolist():
            part = made.read(entry)
            if entry.filename == "docProps/core.xml":
                part = _CHANGED_AT.sub(rb"\g<1>" + told, part)
            kept.writestr(ZipInfo(entry.filename, _LONG_AGO), part, ZIP_DEFLATED)
    return stream.getvalue()
