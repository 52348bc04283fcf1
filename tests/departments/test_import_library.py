"""What does the import library not do, so that we do it? Each test names what of ours may go when it fails.

docs/decisions/0031 lists what the library does and what stayed ours.
"""

from decimal import Decimal, InvalidOperation

import pytest
from import_export.formats.base_formats import CSV, XLSX
from import_export.resources import Diff, ModelResource
from import_export.results import Result
from import_export.widgets import BooleanWidget, CharWidget, DateWidget, DecimalWidget, IntegerWidget
from tablib import Dataset

from departments.models import Department
from tests.cast import a_department
from tests.departments.test_sheets import a_workbook, with_result
from tests.departments.test_workbooks import SHEET, a_sheet, with_part

pytestmark = pytest.mark.django_db


class PlainResource(ModelResource):  # type: ignore[misc]  # the library has no types
    """A table as the library would have it."""

    class Meta:
        model = Department
        fields = ("slug", "name", "short_name", "full_name", "kind", "position", "rankable")
        import_id_fields = ("slug",)
        clean_model_instances = True
        skip_unchanged = True


ROW = "kjj,市科技局,市科技局,廊坊市科学技术局,party,4,1"


def plainly(row: str) -> Result:
    headings = "slug,name,short_name,full_name,kind,position,rankable"
    return PlainResource().import_data(CSV().create_dataset(f"{headings}\n{row}\n"))


# --- cells: `departments.sheets` -----------------------------------------------------------------


def test_widgets_take_a_wrong_cell_for_a_value() -> None:
    """WholeNumberCell, YesNoCell: half a person is none, and maybe is no."""
    assert IntegerWidget().clean("1.5") == 1
    assert BooleanWidget().clean("也许") is False
    assert CharWidget().clean("#N/A") == "#N/A"
    assert CharWidget().clean("王\u202e芳") == "王\u202e芳"


def test_widgets_fail_without_saying_what_to_write() -> None:
    """NumberCell, DayCell. What is no ValueError does not even become an error of the cell."""
    with pytest.raises(InvalidOperation) as caught:
        DecimalWidget().clean("许多")
    assert not isinstance(caught.value, ValueError)
    with pytest.raises(ValueError, match="defined formats"):
        DateWidget().clean("下周")
    assert DecimalWidget().clean("1.5") == Decimal("1.5")


# --- files: `departments.sheets`, `departments.workbooks` ----------------------------------------


def test_formats_read_a_formula_without_its_result_as_empty() -> None:
    data = with_result(a_workbook(("甲",), ("=1+1",)), '<c r="A2"><f>1+1</f></c>')
    assert XLSX().create_dataset(data)[0] == (None,)


def test_formats_read_whatever_size() -> None:
    cells = "<c><v>1</v></c>" * 2000
    data = with_part(SHEET, a_sheet(f"<row>{cells}</row>" * 2))
    assert len(XLSX().create_dataset(data).headers) == 2000


def test_formats_write_a_formula_that_cannot_come_back() -> None:
    """It drops the sign, and only that of one kind."""
    dataset = Dataset(("=1+1", "+86 316"), headers=["甲", "乙"])
    ((first, second),) = XLSX().create_dataset(XLSX().export_data(dataset))
    assert (first, second) == ("1+1", "+86 316")


# --- rows: `departments.resources` ---------------------------------------------------------------


def test_resource_forgets_which_constraint_is_broken() -> None:
    """SheetResource._errors: “only government departments may be ranked” concerns a column."""
    (row,) = plainly(ROW).invalid_rows
    assert list(row.error_dict) == ["__all__"]


def test_resource_takes_a_second_row_about_the_same_for_an_update() -> None:
    """SheetResource.get_instance: the later row of a file would win unseen."""
    row = ROW.replace("party", "government")
    result = plainly(f"{row}\n{row.replace('市科技局,市科技局', '市科技局,科技局')}")
    assert [found.import_type for found in result.rows] == ["new", "update"]


def test_resource_passes_over_a_heading_that_it_does_not_know() -> None:
    """SheetResource.before_import: a misspelt heading would leave its column as it is, unseen."""
    dataset = CSV().create_dataset("slug,名 称\nzgh,别的\n")
    a_department("zgh")
    assert not PlainResource().import_data(dataset).has_errors()


def test_resource_shows_changes_with_styles_that_the_pages_refuse() -> None:
    """UnstyledDiff: the content security policy lets no style attribute through."""
    resource = PlainResource()
    diff = Diff(resource, a_department("zgh"), False)
    diff.compare_with(resource, a_department("rsj"))
    assert any("style=" in cell for cell in diff.as_html())
