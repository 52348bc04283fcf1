"""What stands beside a value where it is entered and read: last value, target, plan, and why it fell."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from departments.actors import Actor
from langfang_policy.given_rows import give
from measures.models import (
    Act,
    AnswerKind,
    Commitment,
    CommitmentCycle,
    CommitmentKind,
    InterimTarget,
    ProgressUpdate,
    UpdateState,
)
from measures.pages.update_parts import shown_text
from measures.reports import wording
from measures.summaries import live_summary
from measures.update_sheets import columns as c
from tests import builders, cast
from tests.builders import a_commitment, a_measure, a_text, an_update, perform, text_in_work
from tests.cast import DAY

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day", "calendar"),
    pytest.mark.once("the same pages over the same rows; the rules themselves run on both"),
]
S = UpdateState
BrowserOf = Callable[[Actor], Client]
PLAN = (
    "interim target: 9 次 by June 30, 2020, in the light from July 1, 2020; "
    "then 12 次 by December 31, 2020, in the light from January 1, 2021"
)
WHY = "一季度有1次重复统计"


@pytest.fixture
def calendar(db: None) -> None:
    builders.a_working_calendar()


@pytest.fixture
def goal(db: None) -> Commitment:
    """Twelve in the year, nine of them by the end of June; seven were confirmed for March."""
    goal = a_commitment(
        a_measure(),
        kind=CommitmentKind.RECURRING,
        cycle=CommitmentCycle.YEARLY,
        unit="次",
        floor=Decimal(12),
    )
    for month, day, target in ((3, 31, 5), (6, 30, 9), (12, 31, 12)):
        InterimTarget.objects.create(commitment=goal, on=date(2020, month, day), target=target)
    an_update(S.CONFIRMED, measure=goal.measure, code="2020Q1", text=stating(goal, 7))
    return goal


def stating(goal: Commitment, number: int, why: str = "", **words: str) -> Any:
    subject = goal.subjects.get().pk
    text = words or {"headline": f"二季度办赛{number}次"}
    return a_text(**text, values={subject: (Decimal(number), None)}, decreases={subject: why} if why else {})


def address(update: ProgressUpdate, name: str) -> str:
    return reverse(f"measures:update_{name}", args=["a-policy", update.uuid])


def sheet_of(update: ProgressUpdate, name: str = "edit") -> str:
    return reverse(f"measures:sheet_{name}", args=["a-policy", update.period.uuid, update.department.slug])


def typed(
    goal: Commitment, number: int | str, why: str = "", prefix: str = "", **more: Any
) -> dict[str, Any]:
    subject = goal.subjects.get().pk
    said = {
        "version": 1,
        "situation": "progress",
        "self_assessment": "normal",
        "headline": "举办职业技能竞赛",
    }
    said |= {f"number_{subject}": number, f"decrease_{subject}": why}
    return {f"{prefix}{name}": value for name, value in said.items()} | more


def places(update: ProgressUpdate) -> Mapping[str, tuple[Actor, str]]:
    return {
        "form": (cast.reporter(), address(update, "edit")),
        "sheet": (cast.reporter(), sheet_of(update)),
        "on behalf": (cast.clerk(), address(update, "on_behalf")),
    }


# --- beside the input -------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["form", "sheet", "on behalf"])
def test_beside_a_value_stand_the_last_one_the_target_and_the_interim_target(
    browser_of: BrowserOf, goal: Commitment, place: str
) -> None:
    actor, page = places(an_update(measure=goal.measure))[place]
    shown = " ".join(browser_of(actor).get(page).content.decode().split())
    for words in ("last time: 7 次 (first quarter of 2020, year to date)", "target ≥ 12", PLAN):
        assert words.casefold() in shown.casefold()
    assert 'data-below="7"' in shown


@pytest.mark.parametrize("place", ["form", "sheet", "on behalf"])
def test_both_numbers_of_a_share_say_what_they_count(browser_of: BrowserOf, place: str) -> None:
    changes = {"kind": CommitmentKind.COMPARISON, "answer": AnswerKind.SHARE, "floor": 100, "unit": "%"}
    share = a_commitment(a_measure(), **changes)
    actor, page = places(an_update(measure=share.measure))[place]
    shown = " ".join(browser_of(actor).get(page).content.decode().split())
    subject = share.subjects.get().pk
    for name, words in (("number", "reached"), ("out_of", "in all")):
        assert re.search(rf'<label class="small" for="id_[\w-]*{name}_{subject}">{words}</label>', shown)


def test_excel_form_has_the_last_value_the_target_and_the_reason_and_takes_it_back(
    browser_of: BrowserOf, goal: Commitment
) -> None:
    update = an_update(measure=goal.measure)
    client = browser_of(cast.reporter())
    book: Any = openpyxl.load_workbook(BytesIO(client.get(sheet_of(update, "download")).content))
    rows = [list(row) for row in book[c.VALUES].iter_rows() if row[0].value]
    cells = dict(zip((cell.value for cell in rows[0]), rows[1], strict=True))
    assert cells[c.LAST].value == "7 次（2020年一季度累计）"
    assert str(cells[c.AIM].value).startswith("≥ 12；阶段目标：2020年6月30日前达到9 次")
    locked = {head: cells[head].protection.locked for head in (c.NUMBER, c.DECREASE, c.LAST, c.AIM)}
    assert locked == {c.NUMBER: False, c.DECREASE: False, c.LAST: True, c.AIM: True}
    cells[c.NUMBER].value, cells[c.DECREASE].value = 6, WHY
    stream = BytesIO()
    book.save(stream)
    file = SimpleUploadedFile("填报表.xlsx", stream.getvalue())
    preview = client.post(sheet_of(update, "form"), {"file": file})
    assert [row.mine for change in preview.context["preview"].changes for row in change.differences] == [
        "6 次",
        WHY,
    ]
    client.post(sheet_of(update, "form"), {"changes": preview.context["changes"]})
    [row] = text_in_work(update).values.all()
    assert (row.number, row.decrease_reason, row.fell_from) == (Decimal(6), WHY, None)


def test_excel_form_from_before_there_was_the_reason_leaves_it_as_it_is_stored(
    browser_of: BrowserOf, goal: Commitment
) -> None:
    update = an_update(S.DRAFT, measure=goal.measure, text=stating(goal, 6, WHY))
    client = browser_of(cast.reporter())
    book: Any = openpyxl.load_workbook(BytesIO(client.get(sheet_of(update, "download")).content))
    sheet = book[c.VALUES]
    [place] = [cell.column for cell in sheet[2] if cell.value == c.DECREASE]
    sheet.delete_cols(place, 3)
    [number] = [cell.column for cell in sheet[2] if cell.value == c.NUMBER]
    sheet.cell(3, number).value = 5
    stream = BytesIO()
    book.save(stream)
    file = SimpleUploadedFile("填报表.xlsx", stream.getvalue())
    preview = client.post(sheet_of(update, "form"), {"file": file})
    [change] = preview.context["preview"].changes
    assert [row.mine for row in change.differences] == ["5 次"]


# --- what is counted is whole ---------------------------------------------------------------------------

COUNTED = "Only whole ones are counted here: enter a whole number."


def test_part_of_what_is_counted_is_refused_on_form_and_sheet(
    browser_of: BrowserOf, goal: Commitment
) -> None:
    """And what a calculator would write is no number there either."""
    update, client = an_update(measure=goal.measure), browser_of(cast.reporter())
    number, prefix = f"number_{goal.subjects.get().pk}", f"u{update.pk}-"
    for said, told in (("8.5", COUNTED), ("1e5", "Enter the number in digits, without an exponent.")):
        form = client.post(address(update, "edit"), typed(goal, said, act="save"))
        assert (form.status_code, form.context["form"].errors) == (422, {number: [told]})
        assert form.context["form"][number].value() == said
        sheet = client.post(sheet_of(update), typed(goal, said, prefix=prefix, act="save"))
        assert (sheet.status_code, told in sheet.content.decode()) == (422, True)
    assert not update.revisions.exists()
    assert client.post(address(update, "edit"), typed(goal, "8.0", act="save")).status_code == 302
    assert text_in_work(update).values.get().number == 8


def test_part_of_what_is_counted_is_refused_in_the_excel_form(
    browser_of: BrowserOf, goal: Commitment
) -> None:
    """At its cell; the cell itself takes whole numbers only."""
    update, client = an_update(measure=goal.measure), browser_of(cast.reporter())
    book: Any = openpyxl.load_workbook(BytesIO(client.get(sheet_of(update, "download")).content))
    sheet = book[c.VALUES]
    [place] = [cell for cell in sheet[2] if cell.value == c.NUMBER]
    cell = sheet.cell(3, place.column)
    kinds = {rule.type for rule in sheet.data_validations.dataValidation if cell.coordinate in rule.sqref}
    assert kinds == {"whole"}
    cell.value = 8.5
    stream = BytesIO()
    book.save(stream)
    file = SimpleUploadedFile("填报表.xlsx", stream.getvalue())
    [problem] = client.post(sheet_of(update, "form"), {"file": file}).context["preview"].problems
    assert (problem.row, problem.column, problem.sentence) == (3, c.NUMBER, COUNTED)


# --- what falls says why -------------------------------------------------------------------------------


def test_form_saves_a_fall_and_asks_for_its_reason_at_the_value_when_it_is_submitted(
    browser_of: BrowserOf, goal: Commitment
) -> None:
    update, client = an_update(measure=goal.measure), browser_of(cast.reporter())
    page, field = address(update, "edit"), f"decrease_{goal.subjects.get().pk}"
    assert client.post(page, typed(goal, 6, act="save")).status_code == 302
    refused = client.post(page, typed(goal, 6, act="submit", version=2))
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, [field])
    assert f'id="id_{field}_error"' in refused.content.decode()
    assert client.post(page, typed(goal, 6, WHY, act="submit", version=2)).status_code == 302
    [row] = text_in_work(update).values.all()
    assert (row.decrease_reason, row.fell_from) == (WHY, Decimal(7))


def test_a_number_of_a_person_in_a_reason_is_asked_about_at_its_field(
    browser_of: BrowserOf, goal: Commitment
) -> None:
    update, client = an_update(measure=goal.measure), browser_of(cast.reporter())
    page, field = address(update, "edit"), f"decrease_{goal.subjects.get().pk}"
    told = typed(goal, 6, "由李建国（13803160000）核减", act="submit")
    asked = client.post(page, told)
    assert list(asked.context["form"].errors) == [field]
    assert client.post(page, told | {"personal": asked.context["personal"]}).status_code == 302


def test_sheet_stores_a_fall_and_names_the_row_that_lacks_its_reason(
    browser_of: BrowserOf, goal: Commitment
) -> None:
    update, client = an_update(measure=goal.measure), browser_of(cast.reporter())
    prefix = f"u{update.pk}-"
    refused = client.post(sheet_of(update), typed(goal, 6, prefix=prefix, act="submit"))
    assert refused.status_code == 422
    assert "技能竞赛 was 7 次 and is 6 次 now: say why it is lower." in refused.content.decode()
    more = {f"{prefix}version": 2, "act": "submit"}
    assert client.post(sheet_of(update), typed(goal, 6, WHY, prefix) | more).status_code == 302
    update.refresh_from_db()
    assert update.state == S.IN_REVIEW


def test_form_on_behalf_asks_for_the_reason_too(browser_of: BrowserOf, goal: Commitment) -> None:
    update, client = an_update(measure=goal.measure), browser_of(cast.clerk())
    basis = {"received_from": "李建国", "received_by": "telephone", "received_on": "2020-06-30"}
    refused = client.post(address(update, "on_behalf"), typed(goal, 6, **basis))
    assert list(refused.context["form"].errors) == [f"decrease_{goal.subjects.get().pk}"]
    assert client.post(address(update, "on_behalf"), typed(goal, 6, WHY, **basis)).status_code == 302


def test_two_reasons_of_two_people_stand_side_by_side(browser_of: BrowserOf, goal: Commitment) -> None:
    update, client = an_update(measure=goal.measure), browser_of(cast.reporter())
    client.post(address(update, "edit"), typed(goal, 6, WHY, act="save"))
    late = client.post(address(update, "edit"), typed(goal, 6, "两次合并为一次", act="save"))
    assert [(row.theirs, row.mine) for row in late.context["differences"]] == [(WHY, "两次合并为一次")]
    name = late.context["differences"][0].name
    taken = client.post(address(update, "edit"), typed(goal, 6, "两次合并", version=2, act=f"take:{name}"))
    assert taken.context["form"][name].value() == WHY


def test_a_reason_is_read_on_the_updates_page_in_review_on_the_measure_and_in_the_ledger(
    browser_of: BrowserOf, goal: Commitment
) -> None:
    update = an_update(S.IN_REVIEW, measure=goal.measure, text=stating(goal, 6, WHY))
    said = f"lower than before (7 次): {WHY}"
    for actor, place in (
        (cast.reporter(), address(update, "detail")),
        (cast.reviewer(), reverse("measures:review_queue")),
    ):
        assert said in browser_of(actor).get(place).content.decode()
    update = perform(Act.CONFIRM, cast.clerk(), perform(Act.APPROVE_AND_SUBMIT, cast.reviewer(), update))
    page = browser_of(cast.leader()).get(
        reverse("measures:measure_detail", args=["a-policy", goal.measure.uuid])
    )
    shown = page.content.decode()
    assert WHY in shown
    assert PLAN.casefold() in shown.casefold()
    summary = live_summary(update.period, DAY)
    [words] = [
        words for row in summary.measures for words in wording.commitments_of(row, summary.period.name)
    ]
    assert words.startswith(f"技能竞赛：2020年上半年累计6/12次；比上次减少（{WHY}）；阶段目标：")


def test_a_share_that_fell_says_from_which_share_wherever_that_is_read(browser_of: BrowserOf) -> None:
    """4 of 5 before and 3 of 6 now: it fell from 4 of 5, not from "4 %"."""
    share = {"kind": CommitmentKind.COMPARISON, "answer": AnswerKind.SHARE, "unit": "%", "floor": None}
    goal = a_commitment(a_measure(), **share)
    key = goal.subjects.get().pk
    before = a_text(values={key: (Decimal(4), Decimal(5))})
    an_update(S.CONFIRMED, measure=goal.measure, code="2020Q1", text=before)
    now = a_text(values={key: (Decimal(3), Decimal(6))}, decreases={key: WHY})
    update = an_update(S.IN_REVIEW, measure=goal.measure, text=now)
    own = cast.reporter(), address(update, "detail")
    queue = cast.reviewer(), reverse("measures:review_queue")
    said = f"lower than before (4 of 5): {WHY}"
    assert [said in browser_of(who).get(place).content.decode() for who, place in (own, queue)] == [True] * 2
    perform(Act.APPROVE_AND_SUBMIT, cast.reviewer(), update)
    assert said in browser_of(cast.clerk()).get(reverse("measures:check_queue")).content.decode()
    text = text_in_work(update)
    [row] = text.values.select_related("subject__commitment")
    row.fell_from_out_of = None  # as of before it was kept
    give(text, "values", [row])
    assert [(one.fell_from, one.reason) for [one] in shown_text(text).values.values()] == [("", WHY)]
