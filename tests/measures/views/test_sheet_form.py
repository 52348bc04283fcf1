"""The Excel form of a department's updates: out, filled in as clerks do, previewed, stored whole or not."""

import csv
import re
from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl.utils import get_column_letter

from departments.actors import Actor
from departments.models import Role
from measures.models import (
    Act,
    AnswerKind,
    CommitmentKind,
    Event,
    ProgressUpdate,
    ReportingPeriod,
    UpdateState,
)
from measures.pages import held_text
from measures.update_sheets import columns as c
from measures.workflow import updates
from measures.workflow.texts import Text, entered_subjects, entered_subjects_of
from tests import builders, cast
from tests.retold import retold

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once(
        "the same pages over the same rows; acts, constraints and each page's opening run on both"
    ),
]
S = UpdateState
BrowserOf = Callable[[Actor], Client]
HEADLINE, PROGRESS, SITUATION, REASON = "一句话进展", "本期进展", "本期情况", "原因"


@pytest.fixture
@retold
def period(db: None) -> ReportingPeriod:
    """Three updates of one department: due, with values of each kind; a draft; submitted already."""
    builders.a_working_calendar()
    measure = builders.a_measure()
    builders.a_commitment(measure)
    builders.a_commitment(measure, "市本级", "霸州市", label="设立窗口", answer=AnswerKind.YES_NO)
    builders.a_commitment(
        measure, label="达标企业", answer=AnswerKind.SHARE, kind=CommitmentKind.COMPARISON, floor=None
    )
    builders.a_measure(leads=("jyj",), participants=("zgh",))
    builders.a_measure()
    update = builders.an_update(S.DRAFT, measure=measure.section.measures.get(ordinal=2))
    builders.an_update(S.SUBMITTED, measure=measure.section.measures.get(ordinal=3))
    return update.period


@pytest.fixture
def reporter(browser_of: BrowserOf) -> Client:
    return browser_of(cast.reporter())


def address(period: ReportingPeriod, page: str = "form/") -> str:
    return f"/p/a-policy/periods/{period.uuid}/departments/zgh/{page}"


def update_on(ordinal: int) -> ProgressUpdate:
    return ProgressUpdate.objects.with_context().get(measure__ordinal=ordinal, department__slug="zgh")


class Form:
    """A downloaded form, to be filled in by heading and measure."""

    def __init__(self, client: Client, period: ReportingPeriod) -> None:
        answer = client.get(address(period, "form.xlsx"))
        self.book: Any = openpyxl.load_workbook(BytesIO(answer.content))
        self.sheet = self.book[c.UPDATES]

    def cell(self, head: str, code: str, sheet: str = c.UPDATES, subject: str | None = None) -> Any:
        rows = list(self.book[sheet].iter_rows())
        at = next(n for n, row in enumerate(rows) if any(cell.value == c.KEY for cell in row))
        heads = [cell.value for cell in rows[at]]
        for row in rows[at + 1 :]:
            said = {name: cell for name, cell in zip(heads, row, strict=True) if name}
            named = (
                subject in {None, said[c.SUBJECT_NAME].value or said[c.COMMITMENT].value} if subject else True
            )
            if said[c.MEASURE].value == code and named:
                return said[head]
        raise LookupError(head, code)

    def fill(self, code: str, **cells: object) -> None:
        for head, value in cells.items():
            self.cell(head, code).value = value

    def state(self, subject: str, number: object, out_of: object = None) -> None:
        self.cell(c.NUMBER, "二（一）", c.VALUES, subject).value = number
        if out_of is not None:
            self.cell(c.OUT_OF, "二（一）", c.VALUES, subject).value = out_of

    def saved(self) -> bytes:
        stream = BytesIO()
        self.book.save(stream)
        return stream.getvalue()

    def as_csv(self, encoding: str) -> bytes:
        stream = StringIO()
        writer = csv.writer(stream)
        for row in self.sheet.iter_rows(values_only=True):
            writer.writerow(["" if cell is None else cell for cell in row])
        return stream.getvalue().encode(encoding)


def upload(client: Client, period: ReportingPeriod, content: bytes, name: str = "填报表.xlsx") -> Any:
    return client.post(address(period), {"file": SimpleUploadedFile(name, content)})


def problems(answer: Any) -> list[tuple[str, int, str]]:
    return [(row.sheet, row.row, row.column) for row in answer.context["preview"].problems]


def store(client: Client, period: ReportingPeriod, answer: Any, *over: ProgressUpdate) -> str:
    assert answer.status_code == 200, answer.context["preview"].problems
    sent = {"changes": answer.context["changes"], "over": [str(update.uuid) for update in over]}
    return str(client.post(address(period), sent, follow=True).content.decode())


def text_on(ordinal: int) -> Text:
    return Text.of(builders.text_in_work(update_on(ordinal)))


# --- out -----------------------------------------------------------------------------------------


def test_form_has_the_columns_of_the_screen_what_is_written_and_its_checks(
    reporter: Client, period: ReportingPeriod
) -> None:
    form = Form(reporter, period)
    heads = [cell.value for cell in form.sheet[2]]
    assert heads == [*c.UPDATE_HEADS, *map(c.heading, c.WRITTEN)]
    assert form.cell(HEADLINE, "二（二）").value == "举办全市职业技能竞赛2场"
    assert form.cell(c.STATE, "二（三）").value == "已报送"
    hidden = [form.sheet.column_dimensions[get_column_letter(n)].hidden for n in (1, 2, 3, 4)]
    assert hidden == [True, True, True, False]
    assert form.sheet.protection.sheet
    opened = [form.cell(HEADLINE, code).protection.locked for code in ("二（一）", "二（二）", "二（三）")]
    assert opened == [False, False, True], "what is submitted is locked"
    assert form.cell(c.MEASURE, "二（一）").protection.locked
    checks = {
        cell: validation.formula1
        for validation in form.sheet.data_validations.dataValidation
        for cell in str(validation.sqref).split()
    }
    assert checks[form.cell(SITUATION, "二（一）").coordinate] == '"有新进展,本期无新进展"'
    assert checks[form.cell(SITUATION, "二（二）").coordinate] == '"有新进展,本期无新进展,本期不涉及"'
    assert checks[form.cell(HEADLINE, "二（一）").coordinate] == "60"
    assert (
        form.cell(c.SITUATION if hasattr(c, "SITUATION") else SITUATION, "二（三）").coordinate not in checks
    )


def test_form_is_for_the_department_alone(browser_of: BrowserOf, period: ReportingPeriod) -> None:
    for actor in (cast.reporter("jyj"), cast.clerk(), cast.leader(), cast.admin()):
        for page in ("form/", "form.xlsx"):
            assert browser_of(actor).get(address(period, page)).status_code == 404
    reviewer = browser_of(cast.reviewer())
    assert "Upload and preview" not in reviewer.get(address(period)).content.decode()
    assert reviewer.get(address(period, "form.xlsx")).status_code == 200
    assert upload(reviewer, period, b"").status_code == 403
    assert reviewer.post(address(period, "submit/")).status_code == 403


def test_subjects_of_many_are_those_of_each(period: ReportingPeriod) -> None:
    rows = list(ProgressUpdate.objects.with_context())
    assert {row.pk: list(entered_subjects(row)) for row in rows} == entered_subjects_of(rows)


# --- in again ------------------------------------------------------------------------------------


def test_unchanged_form_says_no_change(reporter: Client, period: ReportingPeriod) -> None:
    before = Event.objects.count()
    answer = upload(reporter, period, Form(reporter, period).saved())
    assert answer.status_code == 200
    assert "No change" in answer.content.decode()
    assert (answer.context["preview"].unchanged, answer.context["preview"].changes) == (3, [])
    assert Event.objects.count() == before


def test_filled_in_form_is_previewed_row_by_row_and_stored_as_drafts(
    reporter: Client, period: ReportingPeriod
) -> None:
    form = Form(reporter, period)
    form.fill("二（一）", **{HEADLINE: "举办竞赛3场  ", PROGRESS: "第一行\n第二行", "自评": "偏慢"})
    form.state("技能竞赛", "１２．５")
    form.state("市本级", "是")
    form.state("达标企业", 36, "1,040")
    form.fill("二（二）", **{SITUATION: "本期不涉及", HEADLINE: None, REASON: "本期没有安排"})
    answer = upload(reporter, period, form.saved())
    shown = answer.content.decode()
    assert "<del" in shown
    assert "举办竞赛3场" in shown
    assert [change.update.measure.ordinal for change in answer.context["preview"].changes] == [1, 2]
    assert not update_on(1).revisions.exists(), "a preview stores nothing"
    assert "2 updates were saved from the form" in store(reporter, period, answer)
    text = text_on(1)
    assert (text.headline, text.progress, text.self_assessment) == ("举办竞赛3场", "第一行\n第二行", "slow")
    subjects = {str(row.name or row.commitment.label): row.pk for row in entered_subjects(update_on(1))}
    stated = {name: text.values.get(pk) for name, pk in subjects.items()}
    assert {name: tuple(map(float, filter(None, pair))) for name, pair in stated.items() if pair} == {
        "技能竞赛": (12.5,),
        "市本级": (1.0,),
        "达标企业": (36.0, 1040.0),
    }
    assert (text_on(2).situation, text_on(2).headline) == ("not_applicable", "")
    assert [update_on(n).state for n in (1, 2, 3)] == [S.DRAFT, S.DRAFT, S.SUBMITTED]
    again = upload(reporter, period, form.saved())
    assert "No change" in again.content.decode(), "what was stored is no change when it comes again"


def test_errors_stand_by_sheet_row_and_column_and_nothing_is_stored(
    reporter: Client, period: ReportingPeriod
) -> None:
    form = Form(reporter, period)
    form.fill("二（一）", **{HEADLINE: "长" * 61, SITUATION: "进展良好"})
    form.fill("二（二）", **{HEADLINE: "改过了", PROGRESS: "看不见\u202e的字"})
    form.fill("二（三）", **{HEADLINE: "已经报送的也改"})
    answer = upload(reporter, period, form.saved())
    assert answer.status_code == 422
    assert problems(answer) == [
        (c.UPDATES, 3, SITUATION),
        (c.UPDATES, 3, HEADLINE),
        (c.UPDATES, 4, PROGRESS),
        (c.UPDATES, 5, c.STATE),
    ]
    submit = f"/p/a-policy/periods/{period.uuid}/departments/zgh/submit/"
    assert submit in reporter.get(answer.wsgi_request.path).content.decode()
    assert submit not in answer.content.decode(), "it would send older drafts"
    assert "without the file that you have just uploaded" in answer.content.decode()
    form.fill("二（二）", **{PROGRESS: "改好了"})
    page = upload(reporter, period, form.saved()).content.decode()
    assert ("改过了" in page, 'name="changes"' in page) == (True, False), "shown, and not to be stored yet"
    form.fill("二（一）", **{SITUATION: "有新进展"})
    for far_too_large in ("１ｅ999999999", "1.e999999999", "9" * 40):
        form.state("技能竞赛", far_too_large)
        assert (c.VALUES, 3, c.NUMBER) in problems(upload(reporter, period, form.saved()))
    form.state("技能竞赛", "十二")
    form.state("达标企业", 5, 3)
    found = problems(upload(reporter, period, form.saved()))
    assert (c.UPDATES, 3, HEADLINE) in found
    assert [column for sheet, _row, column in found if sheet == c.VALUES] == [c.NUMBER, c.OUT_OF]
    assert not update_on(1).revisions.exists()
    assert text_on(2).headline == "举办全市职业技能竞赛2场"


def test_a_newer_draft_is_stored_over_only_where_that_is_asked_for(
    reporter: Client, period: ReportingPeriod
) -> None:
    form = Form(reporter, period)
    update = update_on(2)
    updates.save(
        cast.second_reporter(), update, update.version, builders.a_text("同事后来写的"), builders.moment()
    )
    untouched = upload(reporter, period, form.saved())
    assert "No change" in untouched.content.decode(), "a row that nobody touched undoes nothing"
    form.fill("二（一）", **{HEADLINE: "第一条"})
    form.fill("二（二）", **{HEADLINE: "表里写的"})
    answer = upload(reporter, period, form.saved())
    assert [change.newer for change in answer.context["preview"].changes] == [False, True]
    assert "somebody has saved this update" in answer.content.decode()
    store(reporter, period, answer)
    assert (text_on(1).headline, text_on(2).headline) == ("第一条", "同事后来写的")
    store(reporter, period, upload(reporter, period, form.saved()), update)
    assert text_on(2).headline == "表里写的"


def test_what_is_saved_between_preview_and_storing_stops_all_of_it(
    reporter: Client, period: ReportingPeriod
) -> None:
    form = Form(reporter, period)
    form.fill("二（一）", **{HEADLINE: "第一条"})
    form.fill("二（二）", **{HEADLINE: "表里写的"})
    answer = upload(reporter, period, form.saved())
    update = update_on(2)
    updates.save(
        cast.second_reporter(), update, update.version, builders.a_text("同事后来写的"), builders.moment()
    )
    page = store(reporter, period, answer)
    assert "Nothing was stored, because of 二（二）" in page
    assert not update_on(1).revisions.exists(), "all or nothing"
    assert text_on(2).headline == "同事后来写的"


def test_preview_of_another_person_stores_nothing(
    reporter: Client, browser_of: BrowserOf, period: ReportingPeriod
) -> None:
    form = Form(reporter, period)
    form.fill("二（一）", **{HEADLINE: "第一条"})
    answer = upload(reporter, period, form.saved())
    other = browser_of(cast.second_reporter())
    assert "The preview is gone" in store(other, period, answer)
    sent = {"changes": answer.context["changes"][:-1]}
    assert "The preview is gone" in reporter.post(address(period), sent, follow=True).content.decode()
    assert not update_on(1).revisions.exists()


# --- and what the same person typed on screen ---------------------------------------------------------


def typed_on_screen(update: ProgressUpdate, page: str = "screen") -> None:
    fields = {"version": str(update.version), "situation": "progress", "progress": "网页上写的", "page": page}
    assert held_text.autosave(cast.reporter().person, update, fields, builders.moment())


def test_preview_says_what_was_typed_on_screen_and_the_stored_text_stands_first_after_it(
    reporter: Client, period: ReportingPeriod
) -> None:
    form, update = Form(reporter, period), update_on(1)
    edit = f"/p/a-policy/updates/{update.uuid}/edit/"
    opened = reporter.get(edit).context
    typed_on_screen(update, opened["page"])
    typed_on_screen(update_on(2))
    form.fill("二（一）", **{HEADLINE: "表里写的", PROGRESS: "表里的进展"})
    preview = upload(reporter, period, form.saved())
    [change] = preview.context["preview"].changes
    assert [(str(row.label), row.words) for row in change.typed] == [("本期进展", "网页上写的")]
    assert "You typed here on screen" in preview.content.decode()
    store(reporter, period, preview)
    page = reporter.get(edit)
    shown = page.context["form"]
    assert (shown["headline"].value(), shown["progress"].value()) == ("表里写的", "表里的进展")
    assert (shown["version"].value(), page.context["held"]) == (update_on(1).version, None)
    assert ("网页上写的" in page.content.decode(), page.context["earlier_texts"] != []) == (True, True)
    rows = {
        row.update.measure.ordinal: row for row in reporter.get(address(period, "sheet/")).context["rows"]
    }
    assert (rows[1].form["progress"].value(), bool(rows[1].typing.earlier)) == ("表里的进展", True)
    assert rows[2].form["progress"].value() == "网页上写的", "of no row that the file did not change"
    late = {"version": "1", "situation": "progress", "progress": "旧页面", "token": opened["token"]}
    assert (
        reporter.post(edit.replace("edit", "autosave"), {**late, "page": opened["page"]}).status_code == 409
    )


def test_words_that_were_set_aside_outlive_autosave_and_saving_until_they_are_thrown_away(
    reporter: Client, period: ReportingPeriod
) -> None:
    form, update = Form(reporter, period), update_on(1)
    edit = f"/p/a-policy/updates/{update.uuid}/edit/"
    typed_on_screen(update)
    form.fill("二（一）", **{HEADLINE: "表里写的", PROGRESS: "表里的进展"})
    store(reporter, period, upload(reporter, period, form.saved()))
    assert held_text.with_autosaved_text(cast.reporter().person, [update]) == set(), "nothing is held up"

    def sent(**words: str) -> dict[str, str]:
        page = reporter.get(edit).context
        carried = {name: page[name] for name in ("token", "page", "continues", "earlier")}
        fields = {field.name: str(field.value() or "") for field in page["form"]}
        return {**fields, **carried, **words}

    def earlier() -> list[str]:
        return [row.words for text in reporter.get(edit).context["earlier_texts"] for row in text.typed]

    data = sent(headline="后来写的")
    assert reporter.post(edit.replace("edit", "autosave"), data).status_code == 200
    assert (sent()["headline"], "网页上写的" in earlier()) == ("后来写的", True)
    assert reporter.post(edit, {**sent(), "act": "save"}).status_code == 302
    assert (text_on(1).headline, "网页上写的" in earlier()) == ("后来写的", True)
    reporter.post(edit.replace("edit", "autosave"), sent(headline="再写的"))
    reporter.post(edit, {"act": "discard_earlier"})
    assert (sent()["headline"], earlier()) == ("再写的", [])


def test_conflict_with_what_one_stored_oneself_is_called_so(
    reporter: Client, browser_of: BrowserOf, period: ReportingPeriod
) -> None:
    form, update = Form(reporter, period), update_on(1)
    form.fill("二（一）", **{HEADLINE: "表里写的"})
    store(reporter, period, upload(reporter, period, form.saved()))
    data = {"version": "1", "situation": "progress", "self_assessment": "normal", "headline": "网页上写的"}
    for client, own in ((reporter, True), (browser_of(cast.second_reporter()), False)):
        answer = client.post(f"/p/a-policy/updates/{update.uuid}/edit/", {**data, "act": "save"})
        page = answer.content.decode()
        assert (answer.status_code, "表里" in page) == (409, True)
        assert ("saved by yourself" in page, "by somebody else" not in page) == (own, own)
        assert "Somebody else has changed" not in page


# --- what clerks send ------------------------------------------------------------------------------


def test_extra_titles_merged_heads_renamed_sheets_and_many_empty_rows_are_understood(
    reporter: Client, period: ReportingPeriod
) -> None:
    form = Form(reporter, period)
    form.fill("二（一）", **{HEADLINE: "　举办竞赛3场 "})
    form.sheet.title = "市总工会上报"
    form.sheet.merged_cells.ranges.clear()
    form.sheet.insert_rows(1, 2)
    form.sheet["D1"] = "市总工会"
    form.sheet.merge_cells("D1:F1")
    for row in range(50, 10_050):
        form.sheet.cell(row, 9).number_format = "@"
    answer = upload(reporter, period, form.saved())
    assert [change.text.headline for change in answer.context["preview"].changes] == ["举办竞赛3场"]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_csv_is_read_whatever_the_office_saves_it_as(
    reporter: Client, period: ReportingPeriod, encoding: str
) -> None:
    form = Form(reporter, period)
    form.fill("二（一）", **{HEADLINE: "举办竞赛3场", PROGRESS: "=1+1 场"})
    answer = upload(reporter, period, form.as_csv(encoding), "填报表.csv")
    [change] = answer.context["preview"].changes
    assert (change.text.headline, change.text.progress) == ("举办竞赛3场", "=1+1 场")


def test_what_cannot_be_understood_is_told_in_words(reporter: Client, period: ReportingPeriod) -> None:
    form = Form(reporter, period)
    keys = [form.cell(c.KEY, code) for code in ("二（一）", "二（二）", "二（三）")]
    keys[0].value, keys[1].value = keys[1].value, keys[0].value
    form.cell(HEADLINE, "二（三）").value = builders.moment().replace(tzinfo=None)
    assert problems(upload(reporter, period, form.saved())) == [
        (c.UPDATES, 3, c.MEASURE),
        (c.UPDATES, 4, c.MEASURE),
        (c.UPDATES, 5, HEADLINE),
    ]
    keys[2].value = "自己加的一行"
    assert (c.UPDATES, 5, c.KEY) in problems(upload(reporter, period, form.saved()))
    for content, name, told in (
        (b"PK no workbook", "a.xlsx", "This is no Excel workbook"),
        ("甲,乙\n1,2\n".encode(), "a.csv", "This is not the form"),
        (b"\x81\x81\xff", "a.csv", "This is no csv file"),
        (b"", "a.xls", "Save an old .xls as .xlsx"),
    ):
        answer = upload(reporter, period, content, name)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert told in page or "empty" in page
        assert ("choose the file again" in page, "nothing you wrote is lost" in page) == (True, False)


# --- submitting ----------------------------------------------------------------------------------


def test_submit_all_hands_on_what_is_complete_and_names_the_rest(
    reporter: Client, period: ReportingPeriod
) -> None:
    form = Form(reporter, period)
    form.fill("二（一）", **{PROGRESS: "没有写一句话"})
    store(reporter, period, upload(reporter, period, form.saved()))
    seen = re.findall(r'name="update" value="(.*?)"', reporter.get(address(period)).content.decode())
    assert len(seen) == 2
    page = reporter.post(address(period, "submit/"), {"update": seen}, follow=True).content.decode()
    assert "1 update was submitted for review." in page
    assert "二（一） 市总工会: Say in one sentence what was achieved." in page
    assert [update_on(n).state for n in (1, 2, 3)] == [S.DRAFT, S.IN_REVIEW, S.SUBMITTED]
    last = Event.objects.of_update(update_on(2)).last()
    assert last is not None
    assert last.act == Act.SUBMIT_FOR_REVIEW
    again = reporter.post(address(period, "submit/"), {"update": seen}, follow=True).content.decode()
    assert "1 update was submitted for review." in again, "one's own second click is told as done"


def test_submit_all_takes_only_the_versions_that_were_seen(reporter: Client, period: ReportingPeriod) -> None:
    update = update_on(2)
    sent = {"update": [f"{update.uuid}:{update.version - 1}", "nonsense", f"{update.uuid}x:1"]}
    page = reporter.post(address(period, "submit/"), sent, follow=True).content.decode()
    assert "二（二） 市总工会: This update has been changed" in page
    assert (
        "There is no text to submit yet."
        in reporter.post(address(period, "submit/"), follow=True).content.decode()
    )
    assert update_on(2).state == S.DRAFT


def test_reporter_who_left_meanwhile_submits_nothing(reporter: Client, period: ReportingPeriod) -> None:
    cast.reporter().person.memberships.filter(role=Role.REPORTER).delete()
    assert reporter.post(address(period, "submit/")).status_code == 404
    assert update_on(2).state == S.DRAFT
