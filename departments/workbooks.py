"""What stands in the active sheet of an Excel workbook, and is it small and plain enough to be read at all?

The limits hold before anything is unpacked or made into objects: whoever uploads may be wrong or unkind. It
knows no columns; those are in `departments.resources`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from typing import IO, Any, Final, NamedTuple
from xml.parsers import expat
from zipfile import ZipFile

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.cell_range import CellRange

MEGABYTE: Final = 1024 * 1024
# Of a whole workbook, unpacked. 5,000 rows of our widest table take ten megabytes and half of these elements.
MAX_UNPACKED: Final = 40 * MEGABYTE
MAX_ELEMENTS: Final = 1_000_000
MAX_ROWS: Final = 5000
MAX_SHEETS: Final = 5  # where all are read
MAX_COLUMNS: Final = 50  # the widest of our tables has 19


class UnreadableFileError(ValueError):
    """The file cannot be read as rows; the text says why and what to do."""


class UnusableCell(str):
    """What shows in a cell whose value is not what somebody wrote there; `reason` is said at the cell."""

    reason: str

    def __new__(cls, shown: object, reason: str) -> "UnusableCell":
        cell = super().__new__(cls, shown)
        cell.reason = reason
        return cell


class Sheet(NamedTuple):
    """The active sheet, and the titles of others that hold something and are not read."""

    title: str
    rows: list[list[object]]
    others: list[str]


@dataclass
class Part:
    """What one look at a part of the archive tells; only a sheet has rows and columns."""

    rows: int = 0
    columns: int = 0
    filled: bool = False
    merged: list[str] = field(default_factory=list)
    filled_rows: int = 0  # up to the last cell that holds something
    filled_columns: int = 0
    _cells: int = 0

    def element(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "row":
                self.rows, self._cells = max(self.rows + 1, int(attributes.get("r", 0))), 0
            case "c":
                place = attributes.get("r")
                self._cells = max(self._cells + 1, coordinate_to_tuple(place)[1] if place else 0)
                self.columns = max(self.columns, self._cells)
            case "v" | "t":
                self.filled = True
                self.filled_rows = self.rows
                self.filled_columns = max(self.filled_columns, self._cells)
            case "mergeCell":
                self.merged.append(attributes["ref"])


def scan(archive: ZipFile) -> dict[str, Part]:
    """Each element of each part once, with nothing kept of it."""
    elements = count(1)
    parts = {name: Part() for name in archive.namelist() if name.endswith((".xml", ".rels"))}
    for name, part in parts.items():
        with archive.open(name) as xml:
            scan_part(xml, part, elements)
    return parts


def scan_part(xml: IO[bytes], part: Part, elements: Iterator[int]) -> None:
    def start(name: str, attributes: dict[str, str]) -> None:
        if next(elements) > MAX_ELEMENTS:
            raise UnreadableFileError(
                _("The workbook holds too much, be it empty cells. Copy the table alone into a new one.")
            )
        part.element(name, attributes)

    def refuse_doctype(*_declared: object) -> None:
        """No spreadsheet writes one; it is the way in for entities that grow or fetch other files."""
        raise ValueError("a part with a document type")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.ParseFile(xml)


def refuse_beyond_limits(rows: int, columns: int) -> None:
    """Rows with the headings. Raises UnreadableFileError."""
    if rows > MAX_ROWS + 1:
        raise UnreadableFileError(
            _("The file has more than %(count)d rows. Divide it, or delete empty rows at its end.")
            % {"count": MAX_ROWS}
        )
    if columns > MAX_COLUMNS:
        raise UnreadableFileError(
            _("The file has more than %(count)d columns. Delete those on the right, empty ones too.")
            % {"count": MAX_COLUMNS}
        )


@contextmanager
def told_in_a_sentence() -> Iterator[None]:
    """Whatever a broken archive makes openpyxl raise becomes an UnreadableFileError."""
    try:
        yield
    except UnreadableFileError:
        raise
    except Exception as error:
        raise UnreadableFileError(
            _("This is no Excel workbook (.xlsx). Open it in Excel or WPS and save it as .xlsx.")
        ) from error


@told_in_a_sentence()
def read_workbook(stream: bytes) -> Sheet:
    """Raises UnreadableFileError for what is too large or no workbook.

    Of a formula its result is read. Only a workbook with formulas is read twice.
    """
    parts = scanned(stream)
    book = load(stream)
    sheets = {sheet.title: parts[sheet._worksheet_path] for sheet in book.worksheets}  # not said in public
    title = book.active.title
    refuse_beyond_limits(sheets[title].rows, sheets[title].columns)
    rows = values_of(stream, book.active, sheets[title])
    return Sheet(title, rows, [other for other, part in sheets.items() if part.filled and other != title])


@told_in_a_sentence()
def read_sheets(stream: bytes) -> dict[str, list[list[object]]]:
    """The rows of every sheet by its title; empty rows and columns behind what is filled are no part of it.

    Raises as `read_workbook`.
    """
    parts = scanned(stream)
    book = load(stream)
    if len(book.worksheets) > MAX_SHEETS:
        raise UnreadableFileError(
            _("The workbook has more than %(count)d sheets. Delete those that do not belong to it.")
            % {"count": MAX_SHEETS}
        )
    found = {}
    for sheet in book.worksheets:
        part = parts[sheet._worksheet_path]
        refuse_beyond_limits(part.filled_rows, part.filled_columns)
        found[sheet.title] = values_of(stream, sheet, part, (part.filled_rows, part.filled_columns))
    return found


def scanned(stream: bytes) -> dict[str, Part]:
    with ZipFile(BytesIO(stream)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
            raise UnreadableFileError(
                _("Unpacked, the workbook is larger than %(size)d MB. Copy the table alone into a new one.")
                % {"size": MAX_UNPACKED // MEGABYTE}
            )
        return scan(archive)


def values_of(
    stream: bytes, sheet: Any, part: Part, size: tuple[int, int] | None = None
) -> list[list[object]]:
    """What stands in each cell, in so many rows and columns. A sheet with formulas is read twice."""
    merged = merged_cells(part.merged)
    cells = rows_of(sheet, size)
    has_formulas = any(cell.data_type == "f" for row in cells for cell in row)
    results = rows_of(load(stream, data_only=True)[sheet.title], size) if has_formulas else cells
    return [
        [
            cell_value(cell, result, is_merged=(row, column) in merged)
            for column, (cell, result) in enumerate(zip(*pair, strict=True), start=1)
        ]
        for row, pair in enumerate(zip(cells, results, strict=True), start=1)
    ]


def load(stream: bytes, *, data_only: bool = False) -> Any:
    return openpyxl.load_workbook(BytesIO(stream), read_only=True, data_only=data_only)


def rows_of(sheet: Any, size: tuple[int, int] | None = None) -> list[Any]:
    """All rows, equally long. The size that a sheet claims for itself need not be true."""
    sheet.reset_dimensions()
    last, right = size or (None, None)
    rows = [] if last == 0 else list(sheet.iter_rows(max_row=last, max_col=right))
    width = max(map(len, rows), default=0)
    return [[*row, *[EMPTY_CELL] * (width - len(row))] for row in rows]


def merged_cells(ranges: Iterable[str]) -> set[tuple[int, int]]:
    """(row, column) of each cell of these ranges, as far as a table can go."""
    found = set()
    for left, top, right, bottom in (CellRange(place).bounds for place in ranges):
        rows = range(top, min(bottom, MAX_ROWS + 1) + 1)
        found |= {(row, column) for row in rows for column in range(left, min(right, MAX_COLUMNS) + 1)}
    return found


def cell_value(cell: Any, result: Any, *, is_merged: bool) -> object:
    """The value of the result, or why it is none. Text of no length is one too: it is marked as "str"."""
    value = result.value
    if cell.data_type == "f" and value is None and result.data_type != "str":
        formula = getattr(cell.value, "text", cell.value)
        return UnusableCell(
            formula,
            _("This formula has no value yet. Open the file in Excel or WPS, save it and upload it again."),
        )
    if isinstance(value, int | float) and "%" in (result.number_format or ""):
        return UnusableCell(
            value,
            _("%(shown)s is formatted as percent and counts as %(held)s. Format the cell as a plain number.")
            % {"shown": f"{value * 100:g}%", "held": f"{value:g}"},
        )
    if value is None and is_merged:
        return UnusableCell(
            "", _("This cell is merged with another. Unmerge it and write into each cell what it shall hold.")
        )
    return unescape(value) if isinstance(value, str) else value
