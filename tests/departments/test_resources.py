"""The departments file: what goes out comes back unchanged, what is wrong is said by row and column."""

from typing import Any

import pytest
from django.utils import translation
from import_export.results import Result
from tablib import Dataset

from departments.models import Department, DepartmentAlias
from departments.resources import DepartmentCell, DepartmentResource
from departments.sheets import Csv, Workbook
from tests.cast import a_department
from tests.departments.test_sheets import a_workbook
from tests.departments.test_workbooks import a_book

pytestmark = pytest.mark.django_db

HEADINGS = ["代码", "名称", "简称", "全称", "性质", "排序", "参加排名", "可自审", "别名"]


def a_row(**changes: Any) -> dict[str, Any]:
    """A new department, as somebody would type it."""
    usual = ["kjj", "市科技局", "市科技局", "廊坊市科学技术局", "政府部门", "4", "是", "否", "科技局；市科委"]
    names = ["slug", "name", "short_name", "full_name", "kind", "position", "rankable", "allow", "aliases"]
    return {**dict(zip(names, usual, strict=True)), **changes}


def imported(*rows: dict[str, Any], headings: list[str] = HEADINGS, dry_run: bool = False) -> Result:
    dataset = Dataset(*[list(row.values()) for row in rows], headers=headings)
    return DepartmentResource().import_data(
        dataset, dry_run=dry_run, file_name="部门.xlsx", rollback_on_validation_errors=True
    )


def errors(result: Result) -> list[tuple[int, dict[str, list[str]]]]:
    """(row of the spreadsheet, column → sentences) of every bad row."""
    assert not result.base_errors
    assert not result.error_rows
    return [(row.number + 1, row.error_dict) for row in result.invalid_rows]


@pytest.mark.parametrize("kind", [Workbook, Csv])
def test_export_comes_back_as_no_change(kind: type[Workbook | Csv]) -> None:
    a_department("rsj", contact="=HYPERLINK(1)", telephone="+86 316")
    DepartmentAlias.objects.create(department=a_department("zgh"), name="总工会")
    DepartmentAlias.objects.create(department=a_department("zgh"), name="=市总")
    data = kind().export_data(DepartmentResource().export())
    result = DepartmentResource().import_data(kind().create_dataset(data), file_name="x")
    assert (result.totals["skip"], result.totals["update"], result.totals["new"]) == (2, 0, 0)
    assert not result.has_errors()
    assert Department.objects.get(slug="rsj").contact == "=HYPERLINK(1)"


def test_import_stores_a_new_department_with_its_aliases() -> None:
    result = imported(a_row())
    assert errors(result) == []
    department = DepartmentAlias.objects.get(name="市科委").department
    assert (department.slug, department.rankable) == ("kjj", True)
    assert "部门.xlsx" in department.history.get().history_change_reason


def test_import_keeps_a_file_name_without_what_nobody_sees() -> None:
    dataset = Dataset(list(a_row().values()), headers=HEADINGS)
    DepartmentResource().import_data(dataset, file_name="部\u202e门\x07.xlsx")
    assert "部门.xlsx" in Department.objects.get().history.get().history_change_reason


def test_import_of_a_file_with_an_endless_name_is_stored() -> None:
    dataset = Dataset(list(a_row().values()), headers=HEADINGS)
    assert errors(DepartmentResource().import_data(dataset, file_name="部" * 3000)) == []
    assert len(Department.objects.get().history.get().history_change_reason) == 100


def test_import_stores_nothing_before_it_is_confirmed() -> None:
    result = imported(a_row(), dry_run=True)
    assert result.totals["new"] == 1
    assert not Department.objects.exists()


def test_import_shows_what_a_row_changes() -> None:
    imported(a_row())
    result = imported(a_row(short_name="科技局", aliases="市科委"), dry_run=True)
    assert result.totals["update"] == 1
    diff = result.rows[0].diff
    assert "<del>市科技局</del> <ins>科技局</ins>" in diff
    assert "<del>市科委；科技局</del> <ins>市科委</ins>" in diff
    assert not any("style" in cell for cell in diff)


def test_import_shows_what_is_emptied() -> None:
    imported(a_row())
    assert "<del>市科委；科技局</del>" in imported(a_row(aliases=""), dry_run=True).rows[0].diff


def test_import_escapes_what_it_shows() -> None:
    result = imported(a_row(short_name="<script>"), dry_run=True)
    assert "<ins>&lt;script&gt;</ins>" in result.rows[0].diff


def test_import_takes_the_cell_of_aliases_as_the_whole_list() -> None:
    imported(a_row())
    imported(a_row(aliases="市科委；科技委"))
    assert set(DepartmentAlias.objects.values_list("name", flat=True)) == {"市科委", "科技委"}


def test_import_without_the_column_leaves_the_aliases() -> None:
    imported(a_row())
    row = a_row(short_name="科技局")
    del row["aliases"]
    imported(row, headings=HEADINGS[:-1])
    assert Department.objects.get().short_name == "科技局"
    assert DepartmentAlias.objects.count() == 2


def test_import_leaves_rows_that_are_not_in_the_file() -> None:
    a_department("rsj")
    imported(a_row())
    assert Department.objects.count() == 2


@pytest.mark.sample(
    "a cell is read before the database; that an error is told at its column is seen with the first"
)
@pytest.mark.parametrize(
    ("changes", "column", "part"),
    [
        ({"kind": "公司"}, "性质", "政府部门"),
        ({"kind": "party"}, "参加排名", ""),
        ({"position": "第四"}, "排序", "第四"),
        ({"position": None}, "排序", ""),
        ({"rankable": "也许"}, "参加排名", "是"),
        ({"name": ""}, "名称", ""),
        ({"slug": ""}, "代码", ""),
        ({"slug": "科技局"}, "代码", ""),
        ({"name": "市总工会"}, "名称", ""),
        ({"aliases": "总工会"}, "别名", "总工会"),
        ({"aliases": "市总工会"}, "别名", "市总工会"),
        ({"aliases": "长" * 81}, "别名", "长"),
        ({"aliases": "甲；甲"}, "别名", "甲"),
        ({"aliases": "林业局、市林草局"}, "别名", "；"),
    ],
)
def test_import_names_the_row_and_the_column(changes: dict[str, Any], column: str, part: str) -> None:
    DepartmentAlias.objects.create(department=a_department("zgh"), name="总工会")
    ((row, found),) = errors(imported(a_row(**changes)))
    assert row == 2
    assert part in "".join(found[column])
    assert Department.objects.count() == 1


@pytest.mark.sample(
    "a cell is read before the database; that an error is told at its column is seen with the first"
)
@pytest.mark.parametrize("slug", ["", None, "科技局", "k j j", "k" * 21])
def test_import_blames_only_the_code_when_nobody_knows_which_department(slug: str | None) -> None:
    """The row is not taken for a second department of the same names."""
    imported(a_row())
    ((row, found),) = errors(imported(a_row(slug=slug)))
    assert (row, list(found)) == (2, ["代码"])


@pytest.mark.sample(
    "a cell is read before the database; that an error is told at its column is seen with the first"
)
@pytest.mark.parametrize("name", list(a_row()))
def test_import_of_a_formula_without_value_is_told_at_its_column(name: str) -> None:
    """Read as empty, it would erase what is stored."""
    imported(a_row())
    data = a_workbook(HEADINGS, list(a_row(**{name: "=1+1"}).values()))
    result = DepartmentResource().import_data(Workbook().create_dataset(data), dry_run=True)
    ((row, found),) = errors(result)
    assert (row, list(found)) == (2, [HEADINGS[list(a_row()).index(name)]])
    assert "WPS" in "".join(*found.values())


@pytest.mark.sample(
    "a cell is read before the database; that an error is told at its column is seen with the first"
)
@pytest.mark.parametrize("name", list(a_row()))
@pytest.mark.parametrize("text", ["某\x0b某", "某\u202e某", "某\u200b某", "#N/A", "1.38E+10"])
def test_import_of_what_nobody_wrote_is_told_at_its_column(name: str, text: str) -> None:
    imported(a_row())
    ((row, found),) = errors(imported(a_row(**{name: text})))
    assert (row, list(found)) == (2, [HEADINGS[list(a_row()).index(name)]])


def test_import_of_merged_cells_is_told_at_the_column_and_erases_nothing() -> None:
    imported(a_row(), a_row(slug="gxj", name="市工信局", short_name="市工信局", aliases="工信局"))
    rows = [a_row(aliases="科技局"), a_row(slug="gxj", name="市工信局", short_name="市工信局", aliases=None)]

    def merge(book: Any) -> None:
        book.worksheets[0].merge_cells("I2:I3")

    data = a_book(merge, HEADINGS, *[list(row.values()) for row in rows])
    result = DepartmentResource().import_data(Workbook().create_dataset(data), dry_run=True)
    ((row, found),) = errors(result)
    assert (row, list(found)) == (3, ["别名"])


def test_import_says_which_sheets_were_not_read() -> None:
    def more(book: Any) -> None:
        book.create_sheet("二").append(HEADINGS)

    data = a_book(more, HEADINGS, list(a_row().values()))
    result = DepartmentResource().import_data(Workbook().create_dataset(data), dry_run=True)
    assert result.unread_sheets == "二"


def test_import_of_headings_further_down_says_in_which_row_they_stand() -> None:
    row = list(a_row().values())
    title = ["市单位名录", *["—"] * (len(HEADINGS) - 1)]
    with translation.override("en"):
        dataset = Workbook().create_dataset(a_workbook(title, HEADINGS, row))
        (problem,) = DepartmentResource().import_data(dataset).base_errors
    assert "headings stand in row 2" in str(problem.error)


def test_import_takes_a_line_end_in_a_cell() -> None:
    dataset = Workbook().create_dataset(
        a_workbook([*HEADINGS, "联系人"], [*a_row().values(), "某某_x000D_\n办公室"])
    )
    assert errors(DepartmentResource().import_data(dataset)) == []
    assert Department.objects.get().contact == "某某\n办公室"


@pytest.mark.parametrize("kind", [Workbook, Csv])
def test_export_is_chinese_whatever_the_language(kind: type[Workbook | Csv]) -> None:
    a_department("zgh")
    with translation.override("en"):
        dataset = DepartmentResource().export()
        (row,) = kind().create_dataset(kind().export_data(dataset)).dict
    assert dataset.title == "单位名录"
    assert (row["性质"], row["参加排名"], row["可自审"]) == ("政府部门", "否", "否")


def test_import_with_one_bad_row_stores_nothing() -> None:
    result = imported(a_row(), a_row(slug="gxj", name="市工信局", kind="?"))
    assert [row for row, _found in errors(result)] == [3]
    assert not Department.objects.exists()


def test_import_refuses_two_rows_about_one_department() -> None:
    a_department("zgh")
    ((row, found),) = errors(imported(a_row(), a_row(short_name="科技")))
    assert (row, "2" in found["__all__"][0]) == (3, True)


def test_import_passes_over_blank_rows_but_counts_them() -> None:
    blank = dict.fromkeys(a_row(), None)
    result = imported(a_row(), blank, a_row(slug="gxj", kind="?"))
    assert [row for row, _found in errors(result)] == [4]


@pytest.mark.sample(
    "a cell is read before the database; that an error is told at its column is seen with the first"
)
@pytest.mark.parametrize(
    ("headings", "part"),
    [
        ([*HEADINGS[:-1], "昵称"], "昵称"),
        (["编号", *HEADINGS[1:]], "代码"),
        ([*HEADINGS[:-1], "名称"], "名称"),
        ([*HEADINGS[:-1], ""], ""),
    ],
)
def test_import_of_a_wrong_sheet_says_which_headings_it_wants(headings: list[str], part: str) -> None:
    result = imported(a_row(), headings=headings)
    (problem,) = result.base_errors
    assert part in str(problem.error)
    assert "、".join(HEADINGS[:6]) in str(problem.error)
    assert not result.rows
    assert not Department.objects.exists()


def test_import_of_a_wrong_sheet_names_the_sheet() -> None:
    dataset = Dataset(("x",), headers=["别的"], title="Sheet2")
    (problem,) = DepartmentResource().import_data(dataset).base_errors
    assert "Sheet2" in str(problem.error)


@pytest.mark.sample(
    "a cell is read before the database; that an error is told at its column is seen with the first"
)
@pytest.mark.parametrize("name", ["zgh", "市总工会", "廊坊市总工会", "总工会"])
def test_department_is_read_by_every_name(name: str) -> None:
    DepartmentAlias.objects.create(department=a_department("zgh"), name="总工会")
    assert DepartmentCell().clean(name) == a_department("zgh")


def test_department_that_is_unknown_comes_with_a_guess() -> None:
    a_department("zgh")
    with pytest.raises(ValueError, match="市总工会"):
        DepartmentCell().clean("市总公会")
