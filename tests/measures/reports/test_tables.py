"""A table on paper and in a workbook: whole whatever its length, and no row cut that could move."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from weakref import WeakSet

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from measures.reports import documents
from measures.reports.documents import TooLongForPaper
from measures.reports.ledger import Ledger, ledger
from measures.reports.tables import Band, Cell, Column, Table
from measures.reports.workbook import CUT, MOST_IN_A_CELL, SHORT
from tests.measures.reports import samples

ON = samples.AS_OF
WORDS: Column[str] = Column("话", 30, lambda row, on: Cell((row,)))
BESIDE: Column[str] = Column("旁", 10, lambda row, on: Cell(("—",)), on_paper=False)
BELOW: Column[str] = Column("下", 10, lambda row, on: Cell((f"甲：{row}",), names=("甲：",)), across=True)


@dataclass(frozen=True)
class Many:
    """As many rows as nobody would hold; each is made when it is asked for."""

    number: int
    columns: tuple[Column[str], ...]

    def __iter__(self) -> Iterator[tuple[Cell, ...] | Band]:
        yield Band("一、部分")
        for place in range(self.number):
            yield tuple(column.cell(f"第{place}行", date(2020, 7, 10)) for column in self.columns)


def table_of(*rows: str, wide: bool = True) -> Table:
    columns = (WORDS, BESIDE, BELOW)
    cells = tuple(tuple(column.cell(row, ON) for column in columns) for row in rows)
    return Table("ledger", "表", columns, cells, sheet="表", wide=wide)


def with_table(table: Table) -> Ledger:
    return replace(ledger(samples.open_summary()), table=table)


def test_paper_has_below_a_row_what_the_workbook_has_beside_it() -> None:
    table = table_of("一", "二")
    assert table.head == ("话",)
    said = [(row.cells[0][1].lines if row.cells else (row.who, row.text)) for row in table.paper_rows]
    assert said == [("一",), ("甲：", "一"), ("二",), ("甲：", "二")]
    page = openpyxl.load_workbook(BytesIO(with_table(table).xlsx())).worksheets[0]
    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=3)] == [
        ["话", "旁", "下"],
        ["一", "—", "甲：一"],
        ["二", "—", "甲：二"],
    ]


def test_only_a_row_that_would_leave_a_third_of_its_page_empty_may_be_cut() -> None:
    short, long = "字" * 400, "字" * 600
    rows = [row.long for text in (short, long) for row in table_of(text).paper_rows]
    assert rows == [False, False, True, True]
    html = with_table(table_of(short, long)).html()
    assert (html.count('class="entry"'), html.count('class="entry long"')) == (1, 1)
    assert (html.count('class="input"'), html.count('class="input long"')) == (1, 1)


def test_page_shows_the_first_rows_and_says_how_many_it_leaves_out() -> None:
    columns = (WORDS, BESIDE, BELOW)
    table = Table("ledger", "表", columns, Many(500, columns), sheet="表")
    cut = table.cut(201)
    assert (cut.row_count, cut.left_out) == (201, 300)
    assert "此处未列其余300行，文件中均有。" in with_table(cut).html()
    assert "此处未列" not in with_table(table_of("一")).html()


def test_long_table_is_whole_in_a_workbook_and_refused_on_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_ROWS_ON_PAPER", 300)
    columns = (WORDS, BESIDE, BELOW)
    document = with_table(Table("ledger", "表", columns, Many(3000, columns), sheet="表"))
    page = openpyxl.load_workbook(BytesIO(document.xlsx()), read_only=True).worksheets[0]
    rows = [row for (row,) in page.iter_rows(min_row=4, max_col=1, values_only=True)]
    assert rows == ["一、部分", *(f"第{place}行" for place in range(3000))]
    with pytest.raises(TooLongForPaper, match=r"有300行以上的表格，不宜打印；请导出Excel，其中内容完整。"):
        document.html()


def test_long_workbook_holds_no_more_than_a_row_at_a_time() -> None:
    """Each row is made after the one before was written: none is kept but those that are read at first."""
    alive: WeakSet[Cell] = WeakSet()

    class Watched:
        def __iter__(self) -> Iterator[tuple[Cell, ...] | Band]:
            for place in range(2 * SHORT):
                cell = Cell((str(place),))
                alive.add(cell)
                yield (cell,)
                assert len(alive) <= SHORT + 3

    document = with_table(Table("ledger", "表", (WORDS,), Watched(), sheet="表"))
    assert openpyxl.load_workbook(BytesIO(document.xlsx())).worksheets[0].max_row == 2 * SHORT + 3


def test_short_workbook_is_written_as_a_long_one_is() -> None:
    """Held whole it takes half as long; what stands in it is the same, and the same bytes each time."""
    columns = (WORDS, BESIDE, BELOW)
    found = []
    for many in (40, 2 * SHORT):
        document = with_table(Table("ledger", "表", columns, Many(many, columns), sheet="表"))
        assert document.xlsx() == document.xlsx()
        page = openpyxl.load_workbook(BytesIO(document.xlsx())).worksheets[0]
        looks = [
            [
                (
                    cell.value,
                    cell.font.name,
                    cell.alignment.horizontal,
                    cell.fill.bgColor.rgb,
                    cell.border.top,
                )
                for cell in row
            ]
            for row in page.iter_rows(max_row=40)
        ]
        heights = [page.row_dimensions[place].height for place in range(1, 41)]
        found.append((looks, heights, page.freeze_panes, page.print_title_rows))
    assert found[0] == found[1]


def test_text_beyond_a_cell_is_cut_and_says_so() -> None:
    document = with_table(table_of("字" * 40_000))
    said = openpyxl.load_workbook(BytesIO(document.xlsx())).worksheets[0]["A4"].value
    assert isinstance(said, str)
    assert (len(said), said.endswith(CUT)) == (MOST_IN_A_CELL, True)


def test_rows_and_columns_of_a_workbook_show_what_stands_in_them() -> None:
    """Not every program finds out how high a row is; a day in a narrow column would be ######."""
    book = openpyxl.load_workbook(BytesIO(ledger(samples.open_summary()).xlsx()))
    page = book.worksheets[0]
    for place, column in enumerate(page.columns, start=1):
        if any(cell.number_format == "yyyy-mm-dd" for cell in column[3:]):
            assert page.column_dimensions[get_column_letter(place)].width > len("2020-07-07")
    for text, lines in (("短", 1), ("字" * 100, 22)):
        page = openpyxl.load_workbook(BytesIO(with_table(table_of(text)).xlsx())).worksheets[0]
        height = page.row_dimensions[4].height or 15  # that of a line is not written
        assert lines * 15 <= height < (lines + 4) * 15
    capped = openpyxl.load_workbook(BytesIO(with_table(table_of("字" * 9000)).xlsx())).worksheets[0]
    assert (capped.row_dimensions[4].height, capped["A4"].alignment.vertical) == (408.75, "top")


def test_group_of_up_to_a_third_of_a_page_moves_whole() -> None:
    """All but its last row stand on the page of the next one; of a long group only the heading, as ever."""
    few, many = table_of("一", "二", "三").rows, table_of(*map(str, range(20))).rows
    table = replace(table_of(), rows=(Band("甲"), *few, Band("乙"), *many), columns=(WORDS, BESIDE, BESIDE))
    assert not any(row.kept for row in table.paper_rows)
    moving = replace(table, groups_move=True)
    drawn = [(row.band or row.cells[0][1].lines[0], row.kept) for row in moving.paper_rows]
    assert [words for words, kept in drawn if kept] == ["甲", "一", "二"]
    assert len(drawn) == len(list(table.paper_rows)) == 25
    summed = list(replace(moving, total=True).paper_rows)
    assert [row.total for row in summed[-2:]] == [False, True]
