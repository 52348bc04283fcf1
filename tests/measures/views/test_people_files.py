"""A list of people comes in: preview, errors by row and column, whole or not at all, first passwords once."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from departments.actors import Actor
from departments.models import AccountEvent, Membership, Role, User
from measures import people_resources
from tests import cast
from tests.builders import an_update
from tests.cast import DAY, a_department

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once(
        "the same pages over the same rows; acts, constraints and each page's opening run on both"
    ),
]
BrowserOf = Callable[[Actor], Client]
IMPORT, CONFIRM, EXPORT = "/people-import/", "/people-import/confirm/", "/people-export/"
HEADINGS = ["单位", "姓名", "用户名", "电话", "岗位", "起始日", "终止日（含）"]


def a_file(
    *rows: list[Any], headings: list[str] | None = None, name: str = "名单.xlsx"
) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in [headings or HEADINGS, *rows]:
        book.active.append(row)  # type: ignore[union-attr]  # a new workbook has a sheet
    content = BytesIO()
    book.save(content)
    return SimpleUploadedFile(name, content.getvalue())


def a_row(username: str = "zhou", name: str = "周敏", **changes: Any) -> list[Any]:
    usual = dict(
        zip(HEADINGS, ["市总工会", name, username, "0316-5550000", "填报人", None, None], strict=True)
    )
    return list({**usual, **changes}.values())


def problems(answer: Any) -> list[tuple[int, str]]:
    """Row of the sheet and column of what is wrong."""
    return [
        (row.number + 1, column)
        for row in answer.context["result"].invalid_rows
        for column in row.field_specific_errors
    ]


def test_people_file_is_previewed_then_stored_with_first_passwords_by_department(
    browser_of: BrowserOf,
) -> None:
    """One person in two departments has one account; nothing is stored before it is confirmed."""
    an_update()
    an_update(slug="jyj")
    clerk = browser_of(cast.clerk())
    rows = [
        a_row(),
        a_row("wu", "吴明", 岗位="审核人", **{"终止日（含）": "2020-12-31"}),
        a_row("zhou", "周敏", 单位="市教育局"),
        a_row("zheng", "郑丽", 单位="市教育局"),
    ]
    before = User.objects.count(), Membership.objects.count(), AccountEvent.objects.count()
    preview = clerk.post(IMPORT, {"file": a_file(*rows)})
    assert preview.context["result"].totals["new"] == 4
    assert (User.objects.count(), Membership.objects.count(), AccountEvent.objects.count()) == before
    answer = clerk.post(CONFIRM, {"token": preview.context["token"]})
    sheets = {
        department.slug: [account.person.username for account in accounts]
        for department, accounts in answer.context["sheets"]
    }
    assert sheets == {"zgh": ["zhou", "wu"], "jyj": ["zheng"]}
    [zhou, _wu] = dict(answer.context["sheets"])[a_department()]
    assert zhou.first_password in answer.content.decode()
    stored = User.objects.get(username="zhou")
    assert stored.check_password(zhou.first_password)
    assert (stored.must_change_password, stored.telephone) == (True, "0316-5550000")
    assert set(stored.memberships.values_list("department__slug", "valid_from")) == {
        ("zgh", DAY),
        ("jyj", DAY),
    }
    assert str(Membership.objects.get(user__username="wu").valid_to) == "2020-12-31"
    assert AccountEvent.objects.filter(by=cast.clerk().person).count() == 3 + 4
    again = clerk.post(CONFIRM, {"token": preview.context["token"]}, follow=True)
    assert "The preview is gone" in again.content.decode()


def test_people_file_with_errors_says_each_by_row_and_column_and_stores_nothing(
    browser_of: BrowserOf,
) -> None:
    cast.reporter("jyj")
    answer = browser_of(cast.reviewer()).post(
        IMPORT,
        {
            "file": a_file(
                a_row(),
                a_row("li", "李", 单位="市教育局"),
                a_row("wang", "王", 单位="市没有局"),
                a_row("zhao", "赵", 岗位="调度岗"),
                a_row("qian", "钱", 起始日="2020-06-01"),
                a_row("sun", "孙", **{"终止日（含）": "2020-06-01"}),
                a_row("jyj-reporter", "别人"),
                a_row("zgh-reviewer", cast.reviewer().person.name),
                a_row("两 个", "周"),
                a_row(),
                a_row("", ""),
            )
        },
    )
    assert answer.status_code == 422
    assert problems(answer) == [
        (3, "单位"), (4, "单位"), (5, "岗位"), (6, "起始日"), (7, "终止日（含）"), (8, "用户名"),
        (9, "用户名"), (10, "用户名"), (12, "姓名"), (12, "用户名"),
    ]  # fmt: skip
    said = answer.content.decode()
    assert "You may not give this role here." in said, (
        "no policy yet: any department may coordinate the first"
    )
    repeated = [row for row in answer.context["result"].invalid_rows if row.number == 10]
    assert repeated[0].non_field_specific_errors == ["This repeats row 2. Keep one of the two."]
    assert answer.context["token"] == ""
    assert not User.objects.filter(username="zhou").exists()


def test_people_file_names_the_role_that_counts_only_in_an_office(browser_of: BrowserOf) -> None:
    """In the words of the administration, where it is a warning; here nobody may give it anyway."""
    an_update()
    rows = [a_row("zhao", "赵", 岗位="调度岗"), a_row("qian", "钱", 单位="市人社局", 岗位="调度岗")]
    answer = browser_of(cast.clerk()).post(IMPORT, {"file": a_file(*rows)})
    assert problems(answer) == [(2, "岗位"), (3, "岗位")]
    said = answer.content.decode()
    assert said.count("市总工会 coordinates no policy: the role clerk allows nothing there.") == 1
    assert said.count("You may not give this role here.") == 1


def test_people_list_that_was_downloaded_comes_back_as_no_change(browser_of: BrowserOf) -> None:
    cast.reporter("jyj")
    for actor in (cast.reporter(), cast.second_reporter(), cast.former_reporter()):
        assert actor.user
    reviewer = browser_of(cast.reviewer())
    content = reviewer.get(EXPORT).content
    rows = list(openpyxl.load_workbook(BytesIO(content)).active.values)  # type: ignore[union-attr]  # it has a sheet
    assert list(rows[0]) == HEADINGS
    assert {row[2] for row in rows[1:]} == {"zgh-reporter", "zgh-reporter-2", "zgh-reviewer"}
    answer = reviewer.post(IMPORT, {"file": SimpleUploadedFile("名单.xlsx", content)})
    assert answer.context["result"].totals["skip"] == 3
    assert (answer.context["token"], "No change" in answer.content.decode()) == ("", True)


def test_people_file_ends_a_membership_and_takes_no_day_back(browser_of: BrowserOf) -> None:
    name = cast.reporter().person.name
    reviewer = browser_of(cast.reviewer())
    leaves = a_row("zgh-reporter", name, **{"终止日（含）": "2020-07-31"})
    preview = reviewer.post(IMPORT, {"file": a_file(leaves)})
    assert preview.context["result"].totals["update"] == 1
    reviewer.post(CONFIRM, {"token": preview.context["token"]})
    row = Membership.objects.get(user__username="zgh-reporter", role=Role.REPORTER)
    assert str(row.valid_to) == "2020-07-31"
    for changed in ({"起始日": "2020-07-05"}, {"终止日（含）": None}, {"终止日（含）": "2020-08-31"}):
        answer = reviewer.post(IMPORT, {"file": a_file(a_row("zgh-reporter", name, **changed))})
        assert answer.status_code == 422


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SimpleUploadedFile("名单.xls", b"x"), "Save an old .xls as .xlsx"),
        (SimpleUploadedFile("名单.xlsx", b"x"), "This is no Excel workbook"),
        (SimpleUploadedFile("名单.csv", b"\xff\xff"), "neither in UTF-8 nor in GBK"),
        (a_file(a_row(), headings=["部门", *HEADINGS[1:]]), "the column 单位 is missing"),
    ],
)
def test_people_file_that_cannot_be_read_is_told_in_words(
    browser_of: BrowserOf, file: SimpleUploadedFile, words: str
) -> None:
    file.seek(0)
    answer = browser_of(cast.reviewer()).post(IMPORT, {"file": file})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_people_list_that_excel_saved_as_csv_in_gbk_is_stored(browser_of: BrowserOf) -> None:
    a_department("zgh")
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in (HEADINGS, a_row())]
    file = SimpleUploadedFile("名单.csv", "\r\n".join(lines).encode("gbk"))
    reviewer = browser_of(cast.reviewer())
    preview = reviewer.post(IMPORT, {"file": file})
    assert problems(preview) == []
    reviewer.post(CONFIRM, {"token": preview.context["token"]})
    assert User.objects.get(username="zhou").name == "周敏"


def test_people_preview_of_somebody_else_and_a_forged_one_are_gone(browser_of: BrowserOf) -> None:
    preview = browser_of(cast.reviewer()).post(IMPORT, {"file": a_file(a_row())})
    other = browser_of(cast.second_reviewer())
    for token in (preview.context["token"], "forged", ""):
        answer = other.post(CONFIRM, {"token": token}, follow=True)
        assert "The preview is gone" in answer.content.decode()
    assert not User.objects.filter(username="zhou").exists()


def test_people_file_that_no_longer_fits_when_it_is_confirmed_stores_nothing(browser_of: BrowserOf) -> None:
    reviewer = browser_of(cast.reviewer())
    preview = reviewer.post(IMPORT, {"file": a_file(a_row("li", "李"), a_row())})
    cast.a_person("zhou")
    answer = reviewer.post(CONFIRM, {"token": preview.context["token"]})
    assert answer.status_code == 422
    assert "The data have changed" in answer.content.decode()
    assert not User.objects.filter(username="li").exists()


def test_people_file_makes_a_bounded_number_of_accounts(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people_resources, "MAX_NEW_ACCOUNTS", 2)
    rows = [a_row(f"zhou-{number}") for number in range(3)]
    answer = browser_of(cast.reviewer()).post(IMPORT, {"file": a_file(*rows)})
    assert problems(answer) == [(4, "用户名")]
