"""Files in admin: uploaded, previewed, confirmed and stored, or told at the field; exported as they are."""

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from tablib import Dataset

from departments.models import Department, DepartmentAlias
from departments.resources import DepartmentResource
from departments.sheets import Csv, Workbook
from tests import cast
from tests.cast import a_department

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_the_day"),
    pytest.mark.once(
        "files and forms of admin; what they store runs on both by test_resources and the constraints"
    ),
]

DEPARTMENTS = "admin:departments_department"


def upload(as_admin: Client, name: str, data: bytes) -> Any:
    file = SimpleUploadedFile(name, data)
    return as_admin.post(reverse(f"{DEPARTMENTS}_import"), {"import_file": file, "resource": "0"})


def a_file(*changes: dict[str, str]) -> bytes:
    dataset = DepartmentResource().export()
    rows = [{**row, **change} for row, change in zip(dataset.dict, changes, strict=True)]
    table = Dataset(*[list(row.values()) for row in rows], headers=dataset.headers)
    return bytes(Workbook().export_data(table))


def test_file_is_previewed_and_then_stored(as_admin: Client) -> None:
    a_department("zgh")
    preview = upload(as_admin, "部门.xlsx", a_file({"简称": "总工会"}))
    assert Department.objects.get().short_name == "市总工会"
    assert "<del>市总工会</del> <ins>总工会</ins>" in preview.content.decode()
    stored = as_admin.post(reverse(f"{DEPARTMENTS}_process_import"), preview.context["confirm_form"].initial)
    assert stored["Location"] == reverse(f"{DEPARTMENTS}_changelist")
    row = Department.objects.get()
    assert row.short_name == "总工会"
    assert "部门.xlsx" in row.history.latest().history_change_reason
    assert row.history.latest().history_user == cast.admin().person


@pytest.mark.parametrize(("kind", "name"), [("0", "x.xlsx"), ("1", "x.csv")])
def test_exported_file_changes_nothing(as_admin: Client, kind: str, name: str) -> None:
    a_department("zgh", contact="=1+1")
    exported = as_admin.post(reverse(f"{DEPARTMENTS}_export"), {"format": kind, "resource": "0"})
    assert f"department-2020-07-01.{name[2:]}" in exported["Content-Disposition"]
    preview = upload(as_admin, name, exported.content)
    assert (preview.context["result"].totals["skip"], preview.context["result"].totals["update"]) == (1, 0)
    assert 'name="confirm"' not in preview.content.decode()


@pytest.mark.sample("the file or the form is refused before the database is asked")
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", b"no workbook"),
        ("a.xlsx", b""),
        ("a.csv", b"a\n\xff\xff"),
        ("a.csv", "代码,名称\n".encode()),
        ("a.xls", b"old"),
        ("a.pdf", b"%PDF"),
        ("a", b"x"),
    ],
)
def test_bad_upload_is_told_at_the_field(as_admin: Client, name: str, data: bytes) -> None:
    page = upload(as_admin, name, data)
    assert page.status_code == 200
    assert page.context["form"].errors["import_file"]
    assert "confirm_form" not in page.context


def test_upload_is_parsed_before_a_transaction_opens(
    as_admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite a transaction is the lock for which everybody who writes waits."""
    a_department("zgh")
    parsed, depths = Workbook.create_dataset, []

    def watched(self: Workbook, data: bytes) -> Dataset:
        depths.append(len(connection.savepoint_ids))
        return parsed(self, data)

    monkeypatch.setattr(Workbook, "create_dataset", watched)
    before = len(connection.savepoint_ids)
    preview = upload(as_admin, "部门.xlsx", a_file({"简称": "总工会"}))
    as_admin.post(reverse(f"{DEPARTMENTS}_process_import"), preview.context["confirm_form"].initial)
    assert Department.objects.get().short_name == "总工会"
    assert depths == [before, before]


def test_upload_with_a_second_sheet_is_told_in_the_preview(as_admin: Client) -> None:
    a_department("zgh")
    book = openpyxl.load_workbook(BytesIO(a_file({"简称": "总工会"})))
    book.create_sheet("二").append(["代码"])
    stream = BytesIO()
    book.save(stream)
    preview = upload(as_admin, "部门.xlsx", stream.getvalue())
    assert "confirm_form" in preview.context
    assert "未被读取：二" in preview.content.decode()


@pytest.mark.parametrize("kind", ["0", "1"])
def test_export_with_a_control_character_is_made_and_says_so(as_admin: Client, kind: str) -> None:
    a_department("zgh", contact="王\x0b芳")
    exported = as_admin.post(reverse(f"{DEPARTMENTS}_export"), {"format": kind, "resource": "0"})
    assert "attachment" in exported["Content-Disposition"]
    (said,) = as_admin.get(reverse(f"{DEPARTMENTS}_changelist")).context["messages"]
    assert "1 个单元格" in str(said)
    again = as_admin.post(reverse(f"{DEPARTMENTS}_export"), {"format": kind, "resource": "0"}).content
    page = upload(as_admin, f"a.{('xlsx', 'csv')[int(kind)]}", again)
    ((column, _sentences),) = page.context["result"].invalid_rows[0].error_dict.items()
    assert column == "联系人"


@pytest.mark.sample("the file or the form is refused before the database is asked")
@pytest.mark.parametrize("question", ["format=9", "kind__exact=nothing&x__y=1", "p=abc"])
def test_export_with_a_strange_filter_is_no_fault_of_ours(as_admin: Client, question: str) -> None:
    answer = as_admin.get(f"{reverse(f'{DEPARTMENTS}_export')}?{question}")
    assert answer.status_code in {200, 302}


def test_upload_without_a_file_is_told(as_admin: Client) -> None:
    page = as_admin.post(reverse(f"{DEPARTMENTS}_import"), {"format": "0"})
    assert page.context["form"].errors["import_file"]


def test_upload_that_is_too_large_is_told(as_admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("departments.sheets.MAX_BYTES", 3)
    assert upload(as_admin, "a.csv", b"1234").context["form"].errors["import_file"]


def test_wrong_sheet_is_told_with_the_headings(as_admin: Client) -> None:
    page = upload(as_admin, "a.csv", Csv().export_data(Dataset(("x",), headers=["别的"])))
    assert "confirm_form" not in page.context
    (problem,) = page.context["result"].base_errors
    assert str(problem.error) in page.content.decode()
    assert "代码、名称、简称" in str(problem.error)


def test_row_errors_name_row_and_column(as_admin: Client) -> None:
    a_department("zgh")
    page = upload(as_admin, "a.xlsx", a_file({"性质": "公司"}))
    assert "confirm_form" not in page.context
    assert "<tr><td>2</td><td>性质</td><td>" in page.content.decode()


def test_preview_that_is_gone_stores_nothing(as_admin: Client) -> None:
    form = {"import_file_name": "0" * 32, "original_file_name": "a.xlsx", "format": "0", "resource": "0"}
    answer = as_admin.post(reverse(f"{DEPARTMENTS}_process_import"), form)
    assert answer["Location"] == reverse(f"{DEPARTMENTS}_import")


@pytest.mark.sample("the file or the form is refused before the database is asked")
@pytest.mark.parametrize(
    "change", [{"import_file_name": "../../etc/passwd"}, {"format": "7"}, {"format": "x"}]
)
def test_forged_confirmation_opens_nothing(as_admin: Client, change: dict[str, str]) -> None:
    form = {"import_file_name": "0" * 32, "original_file_name": "a.xlsx", "format": "0", **change}
    answer = as_admin.post(reverse(f"{DEPARTMENTS}_process_import"), form)
    assert answer["Location"] == reverse(f"{DEPARTMENTS}_import")


def test_confirmation_is_a_post(as_admin: Client) -> None:
    assert as_admin.get(reverse(f"{DEPARTMENTS}_process_import")).status_code == 405


def test_data_that_changed_since_the_preview_are_not_overwritten_by_half(as_admin: Client) -> None:
    a_department("zgh")
    a_department("rsj")
    preview = upload(as_admin, "a.xlsx", a_file({"简称": "人社"}, {"简称": "工会"}))
    DepartmentAlias.objects.create(department=a_department("czj"), name="财局")
    Department.objects.filter(slug="czj").update(short_name="工会")
    answer = as_admin.post(reverse(f"{DEPARTMENTS}_process_import"), preview.context["confirm_form"].initial)
    assert answer.status_code == 200
    assert "<td>3</td><td>简称</td>" in answer.content.decode()
    assert Department.objects.get(slug="rsj").short_name == "市人社局"


def kept_files() -> list[Path]:
    return list((settings.MEDIA_ROOT / "django-import-export").glob("*"))


def test_uploaded_file_is_kept_only_until_it_is_stored(as_admin: Client) -> None:
    a_department("zgh")
    before = len(kept_files())
    preview = upload(as_admin, "a.xlsx", a_file({"简称": "总工会"}))
    assert len(kept_files()) == before + 1
    as_admin.post(reverse(f"{DEPARTMENTS}_process_import"), preview.context["confirm_form"].initial)
    upload(as_admin, "a.xlsx", a_file({"性质": "公司"}))
    upload(as_admin, "a.xlsx", a_file({}))
    upload(as_admin, "a.xlsx", b"no workbook")
    assert len(kept_files()) == before


def test_export_of_chosen_rows_is_made_and_of_nonsense_is_refused(as_admin: Client) -> None:
    """The library's own way to ask which rows may be named is deprecated, and a warning is an error here."""
    zgh = a_department("zgh")
    page = reverse("admin:departments_department_export")
    for chosen, status in ((str(zgh.pk), "attachment"), ("NaN", "")):
        answer = as_admin.post(page, {"format": "0", "resource": "0", "export_items": chosen})
        assert answer.status_code == 200
        assert answer.get("Content-Disposition", "").startswith(status)


def test_workbook_of_the_list_follows_its_filters(as_admin: Client) -> None:
    a_department("zgh", kind="mass_organisation")
    a_department("rsj")
    page = reverse(f"{DEPARTMENTS}_export") + "?kind__exact=mass_organisation"
    exported = as_admin.post(page, {"format": "0", "resource": "0"})
    assert [row[0] for row in Workbook().create_dataset(exported.content)] == ["zgh"]
