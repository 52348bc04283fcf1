"""Which workbooks are read, and which of their cells; what is too large is refused before it is unpacked."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from departments import workbooks
from departments.sheets import TextCell, Workbook
from departments.workbooks import MAX_COLUMNS, MAX_ROWS, UnreadableFileError, read_workbook
from tests.departments.test_sheets import a_workbook, said, with_result

pytestmark = pytest.mark.unmeasured("the time goes into openpyxl; what is imported is measured elsewhere")

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHARED = (
    f'<Override PartName="/{STRINGS}" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sharedStrings+xml"/>'
)


def a_book(change: Callable[[Any], None], *rows: Sequence[Any]) -> bytes:
    """A workbook of these rows, changed by hand before it is saved."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    change(book)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """A small workbook in which one part is another; strings that are shared have to be announced."""
    stream = BytesIO()
    with ZipFile(BytesIO(a_workbook(("甲",), ("1",)))) as old, ZipFile(stream, "w", ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part)
            if name == STRINGS:
                text = text.replace(b"</Types>", SHARED.encode() + b"</Types>")
            if part != name:
                new.writestr(part, text)
        new.writestr(name, content)
    return stream.getvalue()


def a_sheet(rows: str, *, before: str = "") -> bytes:
    return f'{before}<worksheet xmlns="{SPACE}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def refused(data: bytes) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        Workbook().create_dataset(data)
    return str(caught.value)


# --- limits --------------------------------------------------------------------------------------


@pytest.fixture
def nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever makes objects of cells before the limits were looked at fails."""

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise AssertionError("cells are read")

    monkeypatch.setattr(workbooks, "rows_of", fail)


@pytest.mark.usefixtures("nothing_is_read")
@pytest.mark.parametrize("name", [SHEET, STRINGS, "xl/media/image1.png"])
def test_workbook_that_unpacks_to_too_much_is_refused_unopened(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """300 MB of one letter make 0.3 MB of file."""
    data = with_part(name, b"a" * (workbooks.MAX_UNPACKED + 1))
    assert len(data) < workbooks.MEGABYTE
    monkeypatch.setattr(workbooks, "load", None)
    assert "40 MB" in refused(data)


@pytest.mark.usefixtures("nothing_is_read")
@pytest.mark.parametrize(
    "cells",
    [
        '<c r="XFD1"><v>1</v></c>',
        "<c><v>1</v></c>" * (MAX_COLUMNS + 1),
        '<c r="AY1" s="1"/>',
        '<c r="A1"/>' * 16_000,
    ],
)
def test_sheet_that_is_too_wide_is_refused_before_it_is_read(cells: str) -> None:
    assert f"{MAX_COLUMNS}" in refused(with_part(SHEET, a_sheet(f'<row r="1">{cells}</row>')))


@pytest.mark.usefixtures("nothing_is_read")
@pytest.mark.parametrize("rows", ['<row r="1048576"/>', "<row/>" * (MAX_ROWS + 2), '<row r="1"/>' * 20_000])
def test_sheet_that_is_too_long_is_refused_before_it_is_read(rows: str) -> None:
    assert f"{MAX_ROWS}" in refused(with_part(SHEET, a_sheet(rows)))


@pytest.mark.usefixtures("nothing_is_read")
@pytest.mark.parametrize("element", ["<row/>", "<c/>", '<c r="A1"/>', "<x/>"])
def test_workbook_of_too_many_elements_is_refused_unopened(
    element: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MAX_ELEMENTS", 1000)
    monkeypatch.setattr(workbooks, "load", None)
    assert "过多" in refused(with_part(SHEET, a_sheet(element * 1001)))
    assert "过多" in refused(with_part("xl/worksheets/sheet2.xml", a_sheet(element * 1001)))


def test_sheet_as_large_as_may_be_is_read() -> None:
    cells = "<c><v>1</v></c>" * MAX_COLUMNS
    rows = read_workbook(with_part(SHEET, a_sheet(f"<row>{cells}</row>" * (MAX_ROWS + 1)))).rows
    assert len(rows) == MAX_ROWS + 1
    assert rows[-1] == [1] * MAX_COLUMNS


def test_size_that_a_sheet_claims_is_not_believed() -> None:
    claim = a_sheet('<row r="1"><c r="A1"><v>1</v></c></row>').replace(
        b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>'
    )
    assert read_workbook(with_part(SHEET, claim)).rows == [[1]]


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">' + "".join(
    f'<!ENTITY {two} "{f"&{one};" * 8}">' for one, two in zip("bcdefghijk", "cdefghijkl", strict=True)
)
ENTITIES = [f"{LAUGHS}]>", '<!DOCTYPE x [<!ENTITY l SYSTEM "file:///etc/hostname">]>', "<!DOCTYPE x>"]


@pytest.mark.parametrize("doctype", ENTITIES)
def test_entities_in_a_sheet_are_refused(doctype: str) -> None:
    cell = '<row><c t="inlineStr"><is><t>&l;</t></is></c></row>'
    assert refused(with_part(SHEET, a_sheet(cell, before=doctype)))


@pytest.mark.parametrize("doctype", ENTITIES)
def test_entities_in_shared_strings_are_refused(doctype: str) -> None:
    text = "<si><t>&l;</t></si>" if "ENTITY" in doctype else "<si><t>甲</t></si>"
    assert refused(with_part(STRINGS, f'{doctype}<sst xmlns="{SPACE}">{text}</sst>'.encode()))
    assert read_workbook(with_part(STRINGS, f'<sst xmlns="{SPACE}"><si><t>甲</t></si></sst>'.encode()))


def test_formulas_beside_each_other_are_no_columns() -> None:
    """The order of calculation is a flat list of as many cells as there are formulas."""
    data = a_workbook(("甲", "乙"), *[(number, "x") for number in range(MAX_COLUMNS + 1)])
    assert len(read_workbook(data).rows) == MAX_COLUMNS + 2


# --- other sheets --------------------------------------------------------------------------------


def test_other_sheets_that_hold_something_are_named() -> None:
    def more(book: Any) -> None:
        book.create_sheet("二").append(["代码"])
        book.create_sheet("空")
        hidden = book.create_sheet("藏")
        hidden["Z99"] = 1
        hidden.sheet_state = "hidden"

    sheet = read_workbook(a_book(more, ("甲",), ("1",)))
    assert (sheet.title, sheet.others) == ("Sheet", ["二", "藏"])


def test_another_sheet_may_be_larger_than_what_is_read() -> None:
    def more(book: Any) -> None:
        book.create_sheet("二").append(["x"] * (MAX_COLUMNS + 1))

    assert read_workbook(a_book(more, ("甲",), ("1",))).rows == [["甲"], ["1"]]


# --- cells that hold something else --------------------------------------------------------------


def test_cell_merged_with_another_is_told() -> None:
    """The value stands in the first of them only; read as empty, the others would be erased."""

    def merge(book: Any) -> None:
        book.worksheets[0].merge_cells("B2:B3")
        book.worksheets[0].merge_cells("C3:D3")

    table = [("甲", "乙", "丙", "丁"), ("1", "某某", "x", "y"), ("2", None, "z", None)]
    first, second = Workbook().create_dataset(a_book(merge, *table))
    assert first == ("1", "某某", "x", "y")
    assert (second[0], second[2]) == ("2", "z")
    assert "合并" in said(TextCell(), second[1])
    assert "合并" in said(TextCell(), second[3])


def test_merged_cell_in_the_last_column_is_told_though_nothing_is_stored_there() -> None:
    rows = '<row><c t="n"><v>1</v></c><c><v>2</v></c></row>' * 2 + "<row><c><v>3</v></c></row>"
    merged = a_sheet(rows).replace(
        b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="B2:B3"/></mergeCells>'
    )
    *_before, (first, second) = read_workbook(with_part(SHEET, merged)).rows
    assert first == 3
    assert "合并" in said(TextCell(), second)


def test_rows_below_the_table_may_be_merged() -> None:
    def merge(book: Any) -> None:
        book.worksheets[0].merge_cells("A3:B4")

    assert len(Workbook().create_dataset(a_book(merge, ("甲", "乙"), ("1", "2")))) == 1


@pytest.mark.parametrize("form", ["0%", "0.00%"])
def test_cell_formatted_as_percent_is_told_with_both_numbers(form: str) -> None:
    def percent(book: Any) -> None:
        book.worksheets[0]["A2"].number_format = form

    ((value,),) = Workbook().create_dataset(a_book(percent, ("甲",), (0.1,)))
    assert "10%" in said(TextCell(), value)
    assert "0.1" in said(TextCell(), value)


def test_text_in_a_cell_formatted_as_percent_is_text() -> None:
    def percent(book: Any) -> None:
        book.worksheets[0]["A2"].number_format = "0%"

    assert Workbook().create_dataset(a_book(percent, ("甲",), ("某某",)))[0] == ("某某",)


def test_escaped_carriage_return_is_a_line_end() -> None:
    ((value,),) = Workbook().create_dataset(a_workbook(("甲",), ("某某_x000D_\n办公室",)))
    assert TextCell().clean(value) == "某某\n办公室"


@pytest.mark.parametrize(
    "cell",
    ['<c r="A2" t="e"><v>#N/A</v></c>', '<c r="A2" t="e"><f>VLOOKUP(A2,B:B,2,0)</f><v>#REF!</v></c>'],
)
def test_error_value_is_refused_at_its_cell(cell: str) -> None:
    ((value, _beside),) = Workbook().create_dataset(
        with_result(a_workbook(("甲", "乙"), ("=1+1", "x")), cell)
    )
    assert "错误值" in said(TextCell(), value)
