"""What does the board of a period show? A page of departments × measures, each cell with its sign and words.

Where there are more measures than fit beside each other, a column is a section until one is chosen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.paginator import Page
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from departments.models import Department
from measures.lights import FilingState
from measures.models import ReportingPeriod, UpdateState, Words
from measures.office_forms import BoardFilterForm
from measures.pages.paging import CountedPaginator
from measures.summaries import Board, BoardCell, BoardColumn, BoardRow, Tally, Totals

DEPARTMENTS: Final = 40
COLUMNS: Final = 30
# How many departments that miss something are named above, with whom to call.
NAMED: Final = 20


@dataclass(frozen=True)
class CellMark:
    """How a state looks in a cell: a sign that reads in black and white, and the class that colours it."""

    name: str
    sign: str
    label: Words


# In the order of the legend. Late is red, and nothing else is.
_MARKS: Final = {
    mark.name: mark
    for mark in (
        CellMark("confirmed", "✔", UpdateState.CONFIRMED.label),
        CellMark("nothing-new", "＝", gettext_lazy("no new progress, confirmed")),
        CellMark("submitted", "⋯", UpdateState.SUBMITTED.label),
        CellMark("in-review", "◔", UpdateState.IN_REVIEW.label),
        CellMark("returned", "↩", UpdateState.RETURNED.label),
        CellMark("draft", "✎", UpdateState.DRAFT.label),
        CellMark("due", "○", UpdateState.DUE.label),
        CellMark("waived", "—", UpdateState.WAIVED.label),
        CellMark("missing", "✕", FilingState.MISSING.label),
    )
}
LEGEND: Final = tuple(_MARKS.values())


@dataclass(frozen=True)
class ShownCell:
    """`words` say all that the sign and its colour do."""

    cell: BoardCell
    mark: CellMark
    words: str


@dataclass(frozen=True)
class ShownRow:
    department: Department
    tally: Tally
    cells: list[tuple[BoardColumn, ShownCell | Tally | None]]


@dataclass(frozen=True)
class Band:
    """Columns of one section that stand beside each other."""

    first: BoardColumn
    width: int


@dataclass(frozen=True)
class BoardPage:
    """`folded`: the columns are sections. `silent`: the first departments that miss something."""

    totals: Totals
    rows: list[ShownRow]
    columns: Sequence[BoardColumn]
    bands: list[Band]
    folded: bool
    silent: list[BoardRow]
    page: Page[Any]
    column_page: Page[Any]


def board_page(
    period: ReportingPeriod, on: date, form: BoardFilterForm, page: str = "", columns: str = ""
) -> BoardPage:
    """Five queries, whatever the size: totals, departments, the silent ones, columns, cells."""
    board = Board(period, on, form.section_number, form.role_name)
    totals = board.totals
    silent = board.rows(0, NAMED, silent=True) if totals.silent else []
    departments = totals.silent if form.only_missing else totals.departments
    number = _within(page, departments, DEPARTMENTS)
    rows = board.rows((number - 1) * DEPARTMENTS, DEPARTMENTS, silent=form.only_missing)
    folded = totals.measures > COLUMNS and form.section_number is None
    wide = totals.sections if folded else totals.measures
    place = _within(columns, wide, COLUMNS)
    read = board.section_columns if folded else board.measure_columns
    shown = read((place - 1) * COLUMNS, COLUMNS)
    found: dict[tuple[int, int], Any] = board.tallies(rows, shown) if folded else board.cells(rows, shown)
    return BoardPage(
        totals=totals,
        rows=[_row(row, shown, found) for row in rows],
        columns=shown,
        bands=_bands(shown),
        folded=folded,
        silent=silent,
        page=Page(rows, number, CountedPaginator(rows, DEPARTMENTS, departments)),
        column_page=Page(shown, place, CountedPaginator(shown, COLUMNS, wide)),
    )


def _within(number: str, count: int, length: int) -> int:
    """The page that is asked for: no number is the first, one that is too high the last."""
    last = max(-(-count // length), 1)
    return min(max(int(number), 1), last) if number.isdecimal() and len(number) < 9 else 1


def _row(
    row: BoardRow, columns: Sequence[BoardColumn], found: dict[tuple[int, int], BoardCell | Tally]
) -> ShownRow:
    cells = [(column, found.get((row.department.pk, column.key))) for column in columns]
    return ShownRow(
        row.department,
        row.tally,
        [(column, _shown(cell) if isinstance(cell, BoardCell) else cell) for column, cell in cells],
    )


def _bands(columns: Sequence[BoardColumn]) -> list[Band]:
    bands: list[Band] = []
    for column in columns:
        if bands and bands[-1].first.section.ordinal == column.section.ordinal:
            bands[-1] = Band(bands[-1].first, bands[-1].width + 1)
        else:
            bands.append(Band(column, 1))
    return bands


def _shown(cell: BoardCell) -> ShownCell:
    mark = _mark(cell)
    said = [str(mark.label)]
    if mark.name == "missing" and cell.state != UpdateState.DUE:
        said.append(str(cell.state.label))
    if cell.filing == FilingState.LATE:
        said.append(str(FilingState.LATE.label))
    if cell.filing == FilingState.RETURNED:
        said.append(str(FilingState.RETURNED.label))
    if cell.is_signed:
        said.append(_("signed on paper"))
    if cell.is_lead:
        said.append(_("lead department"))
    return ShownCell(cell, mark, " · ".join(said))


def _mark(cell: BoardCell) -> CellMark:
    if cell.filing == FilingState.MISSING:
        return _MARKS["missing"]
    if cell.state == UpdateState.CONFIRMED and cell.nothing_new:
        return _MARKS["nothing-new"]
    return _MARKS[cell.state.value.replace("_", "-")]
