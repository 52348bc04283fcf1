"""Cells and files: what is read, what is written, what is said of bad ones, formulas that stay text."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from tablib import Dataset

from departments import workbooks
from departments.models import Role
from departments.sheets import (
    Cell,
    CodeCell,
    Csv,
    DayCell,
    ListCell,
    NumberCell,
    TextCell,
    WholeNumberCell,
    WordCell,
    Workbook,
    YesNoCell,
    escape_formula,
    unescape_formula,
)
from departments.workbooks import UnreadableFileError

pytestmark = pytest.mark.unmeasured("the time goes into openpyxl; what is imported is measured elsewhere")

FORMULAS = ["=1+1", "+86 316", "-3", "@SUM(A1)", "＝1", "\tx", "'=1", "''=1", "=cmd|' /C calc'!A0"]
PLAIN = ["", "市总工会", "'quoted'", "a=b", "O'Neil", "'"]


def a_workbook(*rows: Sequence[Any], title: str = "Sheet") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def said(cell: Cell, value: object) -> str:
    with pytest.raises(ValueError, match=r".") as caught:
        cell.clean(value)
    return str(caught.value)


# --- formulas ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", FORMULAS)
def test_formula_is_written_as_text_and_read_back_as_it_was(text: str) -> None:
    assert str(escape_formula(text)).startswith("'")
    assert unescape_formula(escape_formula(text)) == text


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_is_written_as_it_is(text: str) -> None:
    assert escape_formula(text) == text
    assert unescape_formula(text) == text


@given(st.text(alphabet="'=+-@＝a\t 中", max_size=6))
def test_escaping_is_always_undone(text: str) -> None:
    assert unescape_formula(escape_formula(text)) == text


@pytest.mark.parametrize("kind", [Workbook, Csv])
def test_file_brings_back_every_cell(kind: type[Workbook | Csv]) -> None:
    rows = [(text, f"{number}") for number, text in enumerate([*FORMULAS[:5], *FORMULAS[6:], "市、县"])]
    dataset = Dataset(*rows, headers=["甲", "乙"])
    assert kind().create_dataset(kind().export_data(dataset)).dict == [
        {"甲": text, "乙": number} for text, number in rows
    ]


def test_workbook_holds_no_formula() -> None:
    data = Workbook().export_data(Dataset(("=1+1",), headers=["甲"]))
    cell = openpyxl.load_workbook(BytesIO(data)).worksheets[0]["A2"]
    assert (cell.data_type, cell.value) == ("s", "'=1+1")


@pytest.mark.parametrize("kind", [Workbook, Csv])
def test_control_character_does_not_stop_an_export(kind: type[Workbook | Csv]) -> None:
    file = kind()
    data = file.export_data(Dataset(("王\x0b芳", "=\x01"), ("市", "县"), headers=["甲", "乙"]))
    assert file.replaced == 2
    ((first, second), rest) = kind().create_dataset(data)
    assert (first, second, rest) == ("王\ufffd芳", "=\ufffd", ("市", "县"))
    assert "\ufffd" in said(TextCell(), first)


@pytest.mark.parametrize("text", ["_x000D_", "a_x0041_b", "_x005F_x000D_", "_x00ZZ_", "_xAB_"])
def test_text_that_looks_like_an_escaped_character_comes_back(text: str) -> None:
    data = Workbook().export_data(Dataset((text,), headers=["甲"]))
    assert Workbook().create_dataset(data)[0] == (text,)


def test_csv_opens_in_excel_as_utf8() -> None:
    assert Csv().export_data(Dataset(("市",), headers=["甲"])).startswith(b"\xef\xbb\xbf")


# --- bad files -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Workbook, b"this is no workbook"),
        (Workbook, b"PK\x03\x04 but not one either"),
        (Workbook, b""),
        (Workbook, a_workbook()),
        (Workbook, a_workbook((None, " "), ("x",))),
        (Workbook, a_workbook(("甲", "乙"), (None, " "))),
        (Csv, "甲,乙\n,\n".encode()),
        (Csv, b"a,b\n1,\xff\xff"),
        (Csv, b""),
        (Csv, b" \n \n"),
        (Csv, b'a,b\n"x'),
        (Csv, b"a\n" + b"x" * 200_000),
    ],
)
def test_unreadable_file_is_told_in_a_sentence(kind: type[Workbook | Csv], data: bytes) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        kind().create_dataset(data)
    assert str(caught.value)[-1] in ".。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_csv_is_read_whatever_the_office_saves_it_as(encoding: str) -> None:
    dataset = Csv().create_dataset("代码,名称\r\nrsj,市人社局".encode(encoding))
    assert dataset.dict == [{"代码": "rsj", "名称": "市人社局"}]


def test_file_with_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MAX_ROWS", 2)
    assert len(Csv().create_dataset(b"a\n1\n2\n")) == 2
    with pytest.raises(UnreadableFileError, match="2"):
        Csv().create_dataset(b"a\n1\n2\n3\n")


@pytest.mark.parametrize("kind", [Workbook, Csv])
def test_file_with_headings_only_is_told_so(kind: type[Workbook | Csv]) -> None:
    with pytest.raises(UnreadableFileError, match="no rows"), translation.override("en"):
        kind().create_dataset(kind().export_data(Dataset(headers=["甲", "乙"])))


@pytest.mark.parametrize("title", [("单位名录",), ("单位名录", None, "2020年7月"), (None, None), ("", "")])
def test_headings_that_do_not_stand_in_row_1_are_told(title: tuple[str | None, ...]) -> None:
    rows = [("甲", "乙", "丙", "丁", "戊"), ("1", "2", "3", "4", "5")]
    with pytest.raises(UnreadableFileError, match="row 1"), translation.override("en"):
        Workbook().create_dataset(a_workbook(title, *rows))


@pytest.mark.parametrize("heading", ["名\u200b称", "名\u202e称", "#N/A", "名_xD800_称", date(2020, 7, 1)])
def test_heading_that_cannot_be_read_is_told(heading: object) -> None:
    with pytest.raises(UnreadableFileError, match="heading") as caught, translation.override("en"):
        Workbook().create_dataset(a_workbook((heading,), ("1",)))
    assert str(caught.value).isprintable()


def test_csv_that_is_too_wide_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="50"):
        Csv().create_dataset(b",".join([b"a"] * 51) + b"\n" + b",".join([b"1"] * 51))


def test_blank_rows_and_columns_behind_the_table_are_cut_off() -> None:
    dataset = Workbook().create_dataset(
        a_workbook((" 甲 ", "乙", None), ("1", None, None), (None, "2", " "), (None, None, None))
    )
    assert dataset.headers == ["甲", "乙"]
    assert [tuple(row) for row in dataset] == [("1", None), (None, "2")]


def test_cell_beside_the_table_is_pointed_at() -> None:
    with pytest.raises(UnreadableFileError, match="3"):
        Workbook().create_dataset(a_workbook(("甲",), ("1",), ("2", "x")))


def test_active_sheet_is_read_with_its_title() -> None:
    assert Workbook().create_dataset(a_workbook(("甲",), ("1",), title="责任分工")).title == "责任分工"


# --- formulas of others --------------------------------------------------------------------------


def with_result(data: bytes, cell: str) -> bytes:
    """The workbook with `cell` in the place of each formula, as a spreadsheet stores it with its result."""
    stream = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(stream, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = re.sub(rb"<c r=\"A2\".*?</c>", cell.encode(), text)
                assert cell.encode() in text
            new.writestr(name, text)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('<c r="A2"><f>1+1</f><v>2</v></c>', 2),
        ('<c r="A2" t="str"><f>B2&amp;"局"</f><v>市财政局</v></c>', "市财政局"),
        ('<c r="A2" t="str"><f>""</f><v></v></c>', None),
        ('<c r="A2" t="b"><f>1=1</f><v>1</v></c>', True),
    ],
)
def test_formula_is_read_as_its_result(cell: str, expected: object) -> None:
    data = with_result(a_workbook(("甲", "乙"), ("=1+1", "x")), cell)
    assert [tuple(row) for row in Workbook().create_dataset(data)] == [(expected, "x")]


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A2"><f>1+1</f></c>',
        '<c r="A2"><f>1+1</f><v></v></c>',
        '<c r="A2"><f t="array" ref="A2:A2">1+1</f></c>',
        '<c r="A2"><f t="shared" ref="A2:A3" si="0">1+1</f></c>',
    ],
)
@pytest.mark.parametrize("kind", [TextCell(), DayCell(), WholeNumberCell(), ListCell(in_order=True)])
def test_formula_without_a_result_is_not_read_as_empty(cell: str, kind: Cell) -> None:
    data = with_result(a_workbook(("甲", "乙"), ("=1+1", "x")), cell)
    ((value, beside),) = Workbook().create_dataset(data)
    assert beside == "x"
    assert "WPS" in said(kind, value)


def test_text_that_only_looks_like_a_formula_is_read() -> None:
    data = with_result(a_workbook(("甲",), ("=1+1",)), '<c r="A2" t="inlineStr"><is><t>=1+1</t></is></c>')
    assert Workbook().create_dataset(data)[0] == ("=1+1",)


# --- cells ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        (TextCell(), None, ""),
        (TextCell(), " 市\r\n县 ", "市\n县"),
        (TextCell(), 13912345678.0, "13912345678"),
        (WholeNumberCell(), None, None),
        (WholeNumberCell(), 3.0, 3),
        (WholeNumberCell(), "07", 7),
        (NumberCell(), "1.50", Decimal("1.5")),
        (NumberCell(), 2, Decimal(2)),
        (DayCell(), "", None),
        (DayCell(), "2020-06-30", date(2020, 6, 30)),
        (DayCell(), "2020/6/3", date(2020, 6, 3)),
        (DayCell(), "2020年6月3日", date(2020, 6, 3)),
        (DayCell(), datetime(2020, 6, 30, 0, 0), date(2020, 6, 30)),  # noqa: DTZ001  # as spreadsheets have it
        (DayCell(), date(2020, 6, 30), date(2020, 6, 30)),
        (YesNoCell(), "是", True),
        (YesNoCell(), True, True),
        (YesNoCell(), 0, False),
        (YesNoCell(), "否", False),
        (WordCell(Role), "clerk", "clerk"),
        (WordCell(Role), "调度岗", "clerk"),
        (ListCell(in_order=True), "乙；甲;丙\n丁；", ["乙", "甲", "丙", "丁"]),
        (CodeCell(3), " rsj ", "rsj"),
        (CodeCell(3), 12.0, "12"),
        (ListCell(in_order=False), "b；a", ["a", "b"]),
        (ListCell(in_order=True), None, []),
    ],
)
def test_cell_is_read(cell: Cell, value: object, expected: object) -> None:
    assert cell.clean(value) == expected


@pytest.mark.parametrize(
    ("cell", "value", "part"),
    [
        (WholeNumberCell(), "三", "三"),
        (WholeNumberCell(), "1.5", "1.5"),
        (WholeNumberCell(), "-1", "-1"),
        (WholeNumberCell(required=True), None, ""),
        (CodeCell(3), None, ""),
        (CodeCell(3), "市人社", "市人社"),
        (CodeCell(3), "rsjj", "3"),
        (NumberCell(), "许多", "许多"),
        (NumberCell(), "NaN", "NaN"),
        (NumberCell(), "Infinity", "Infinity"),
        (DayCell(), "下周", "2020-06-30"),
        (DayCell(), "2020-02-30", "2020-02-30"),
        (YesNoCell(), "也许", "是"),
        (YesNoCell(), "", "是"),
        (WordCell(Role), "主任", "调度岗"),
        (WordCell(Role), None, "调度岗"),
        (ListCell(in_order=True), "甲；甲", "甲"),
    ],
)
def test_cell_says_what_is_wrong_and_what_to_write(cell: Cell, value: object, part: str) -> None:
    assert part in said(cell, value)


EVERY_CELL = [
    *(TextCell(), CodeCell(9), NumberCell(), WholeNumberCell(), DayCell(), YesNoCell(), WordCell(Role)),
    *(ListCell(in_order=True), ListCell(in_order=False)),
]
HIDDEN = ["某\x0b某", "王\u202e芳", "局\u200b", "\ue000局", "\x7f"]


@pytest.mark.parametrize("cell", EVERY_CELL, ids=lambda cell: type(cell).__name__)
@pytest.mark.parametrize("text", HIDDEN)
def test_hidden_character_is_refused_at_every_cell(cell: Cell, text: str) -> None:
    assert "U+" in said(cell, text)


@pytest.mark.parametrize("cell", EVERY_CELL, ids=lambda cell: type(cell).__name__)
@pytest.mark.parametrize("value", ["#N/A", " #REF! ", "1.38E+10", "-2e-05", 1.5e16, "字" * 5001, "王\ufffd"])
def test_what_nobody_wrote_is_refused_at_every_cell(cell: Cell, value: object) -> None:
    assert len(said(cell, value)) > 10


ANYTHING = st.one_of(
    *(st.none(), st.text(), st.text("0123456789.-+Ee年月日/"), st.integers(), st.floats(), st.booleans()),
    *(st.dates(), st.datetimes(), st.times(), st.timedeltas(), st.decimals()),
)


@pytest.mark.parametrize("cell", EVERY_CELL, ids=lambda cell: type(cell).__name__)
@settings(deadline=None)  # a busy machine is not the matter here
@given(value=ANYTHING)
def test_whatever_a_cell_holds_is_read_or_told(cell: Cell, value: object) -> None:
    """Anything else than a ValueError would stop the import instead of naming the cell."""
    with suppress(ValueError):
        cell.clean(value)


@pytest.mark.parametrize("kind", [Workbook, Csv])
@settings(deadline=None)  # a busy machine is not the matter here
@given(text=st.text(max_size=12) | st.text("_x05F0D=+'；\r\n\t ", max_size=12))
def test_every_text_that_may_be_stored_comes_back(kind: type[Workbook | Csv], text: str) -> None:
    try:
        stored = TextCell().clean(text)
    except ValueError:
        return
    ((value, _beside),) = kind().create_dataset(
        kind().export_data(Dataset((stored, "x"), headers=["甲", "乙"]))
    )
    assert TextCell().clean(value) == stored


@pytest.mark.parametrize("cell", [TextCell(), ListCell(in_order=True), CodeCell(9), NumberCell()])
def test_date_that_the_spreadsheet_made_is_refused_where_no_date_belongs(cell: Cell) -> None:
    assert "日期" in said(cell, datetime(2020, 3, 4))  # noqa: DTZ001  # as spreadsheets have it


@pytest.mark.parametrize(("value", "expected"), [(0.1 + 0.2, "0.3"), (123456789012345.0, "123456789012345")])
def test_number_is_read_with_the_digits_that_the_spreadsheet_shows(value: float, expected: str) -> None:
    assert TextCell().clean(value) == expected


@pytest.mark.parametrize("text", ["林业局、市林草局", "甲；广阳区，安次区", "a,b"])
def test_list_divided_by_another_sign_is_refused(text: str) -> None:
    assert "；" in said(ListCell(in_order=True), text)


def test_bracket_in_a_list_may_hold_several_names() -> None:
    text = "各县（市、区）政府；中心(广阳,安次)"
    assert ListCell(in_order=True).clean(text) == ["各县（市、区）政府", "中心(广阳,安次)"]


def test_word_is_written_in_chinese_whatever_the_language() -> None:
    with translation.override("en"):
        assert WordCell(Role).render("clerk") == "调度岗"


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        (YesNoCell(), None, ""),
        (YesNoCell(), True, "是"),
        (WordCell(Role), "", ""),
        (WordCell(Role), "unheard", "unheard"),
        (ListCell(in_order=True), None, ""),
        (ListCell(in_order=True), ["甲", "乙"], "甲；乙"),
        (NumberCell(), Decimal("1.5"), Decimal("1.5")),
        (DayCell(), None, ""),
    ],
)
def test_cell_is_written(cell: Cell, value: object, expected: object) -> None:
    assert cell.render(value) == expected
