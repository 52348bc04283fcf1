"""Issuing as people do it: drafted, edited, returned, checked, signed, issued, verified, withdrawn."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from urllib.parse import quote

import docx
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from departments.actors import Actor
from departments.models import DemoMode
from langfang_policy import clock
from measures.models import Act, DraftState, IssuedReport, ReportDraft, ReportKind
from measures.reports.documents import Document
from measures.reports.pdf import PdfUnavailable
from measures.views.verifying import MOST_ASKED
from measures.workflow import periods
from tests import builders, cast
from tests.measures import issued_reports as reports
from tests.tampering import unguarded

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once("the same pages over the same rows; acts and constraints run on both"),
]
BrowserOf = Callable[[Actor], Client]
REGISTER = "/p/a-policy/issued/"


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """After the closing; a file is the text that would be laid out."""
    DemoMode.objects.create(pk=1, on=reports.CLOSED)
    clock.forget()
    cache.clear()
    monkeypatch.setattr(Document, "pdf", lambda document, html="": document.html().encode())
    yield
    clock.forget()
    cache.clear()


def page_of(draft: ReportDraft, act: str = "") -> str:
    return f"/p/a-policy/drafts/{draft.uuid}/{f'{act}/' if act else ''}"


def act(client: Client, name: str, status: int = 200, **words: Any) -> str:
    """Press the button as the page of the draft has it now; gives the page that comes."""
    draft = ReportDraft.objects.exclude(state=DraftState.DISCARDED).get()
    answer = client.post(page_of(draft, name), {"version": draft.version, **words}, follow=True)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def verified(client: Client, content: bytes = b"", sha256: str = "") -> str:
    file = {"file": SimpleUploadedFile("report.pdf", content)} if content else {}
    answer = client.post("/verify/", {"sha256": sha256, **file})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_report_goes_from_the_clerks_words_to_a_file_that_is_verified(browser_of: BrowserOf) -> None:
    period = reports.a_closed_period()
    clerk, checker, signer = map(browser_of, (cast.clerk(), cast.second_clerk(), cast.signer()))
    answer = clerk.post("/p/a-policy/drafts/", {"kind": "status", "period": period.uuid}, follow=True)
    draft = ReportDraft.objects.get()
    assert answer.redirect_chain[-1][0] == page_of(draft)
    assert "现将2020年第二季度" in draft.preamble
    assert "（一）" in draft.problems
    edited = draft.problems + "\n（二）其他问题\n个别单位数据更新不及时。"
    act(clerk, "edit", preamble="现报告如下。\n请审阅。", problems=edited, next_steps="抓好落实。")
    act(clerk, "submit")
    assert "数据有误" in act(checker, "return", reason="数据有误")
    mended: dict[str, Any] = {"preamble": "现报告如下。", "problems": edited, "next_steps": "继续抓好落实。"}
    act(clerk, "edit", **mended, act="submit")
    act(checker, "check")
    act(signer, "sign", confirmed="on")
    assert "〔2020〕1号" in act(clerk, "issue", confirmed="on")
    report = IssuedReport.objects.get()
    file = clerk.get(f"{REGISTER}{report.uuid}/file/")
    printed = file.content.decode()
    for words in (
        "〔2020〕1号", "现报告如下。", "个别单位数据更新不及时。", "继续抓好落实。", report.printed_sha256,
        "（二）其他问题", "2020年7月15日", str(report.signed_by), report.snapshot.sha256,
    ):  # fmt: skip
        assert words in printed
    for words in ("现将2020年第二季度", "审核稿", "请审阅。", "用途："):
        assert words not in printed
    reader = browser_of(cast.reporter())
    assert "〔2020〕1号" in verified(reader, file.content)
    changed = file.content.replace("抓好".encode(), "抓紧".encode(), 1)
    unknown = verified(reader, changed)
    assert "Unknown: no issued report" in unknown
    assert "〔2020〕1号" not in unknown
    assert "byte for byte" not in verified(reader, sha256=f" {report.printed_sha256.upper()} ")
    assert "〔2020〕1号" in verified(reader, sha256=report.printed_sha256)
    assert "〔2020〕1号" in verified(reader, sha256=report.snapshot.sha256)


def test_the_report_room_leads_to_the_draft_of_a_closed_period_and_says_when_there_is_none(
    browser_of: BrowserOf,
) -> None:
    period = reports.a_closed_period()
    clerk, room = browser_of(cast.clerk()), "/p/a-policy/reports/"
    address = f"{REGISTER}?period={period.uuid}"
    shown = clerk.get(room).content.decode()
    assert (f'href="{address}#draft"' in shown, "once the period is closed" in shown) == (True, False)
    assert f'<option value="{period.uuid}" selected>' in clerk.get(address).content.decode()
    assert address not in browser_of(cast.leader()).get(room).content.decode()
    periods.reopen_period(cast.signer(), period, "a value was missing", builders.moment())
    shown = clerk.get(room).content.decode()
    assert (address in shown, "once the period is closed" in shown) == (False, True)


def test_the_draft_is_shown_with_its_words_and_marked_as_not_issued(browser_of: BrowserOf) -> None:
    draft = reports.a_draft()
    clerk = browser_of(cast.clerk())
    page = clerk.get(page_of(draft)).content.decode()
    assert re.search(r'name="preamble"[^>]*>\s*现将进展情况报告如下。', page)
    printed = clerk.get(page_of(draft, "file")).content.decode()
    assert "审核稿　尚未印发" in printed
    assert "市教育局1条。" in printed
    read = browser_of(cast.auditor()).get(page_of(draft)).content.decode()
    assert re.search(r"snapshot 1 of July 15, 2020\s+<span[^>]*>SHA-256 ", read)
    assert "市教育局1条。" in read
    assert 'name="preamble"' not in read
    assert browser_of(cast.leader()).get(page_of(draft)).status_code == 403


def test_a_draft_is_handed_out_as_a_word_file_with_its_words_to_those_who_see_drafts(
    browser_of: BrowserOf,
) -> None:
    draft = reports.a_draft()
    clerk = browser_of(cast.clerk())
    address = f"{page_of(draft, 'file')}?format=docx"
    assert address in clerk.get(page_of(draft)).content.decode()
    answer = clerk.get(address)
    assert quote("草稿_") in answer["Content-Disposition"]
    assert answer["Content-Disposition"].endswith(".docx")
    word = docx.Document(BytesIO(answer.content))
    said = "\n".join(paragraph.text for paragraph in word.paragraphs)
    assert "现将进展情况报告如下。" in said
    assert "市教育局1条。" in said
    assert word.sections[0].header.paragraphs[0].text.startswith("草稿　尚未印发")
    assert browser_of(cast.leader()).get(address).status_code == 403
    unknown = clerk.get(f"{page_of(draft, 'file')}?format=xlsx")
    assert unknown.status_code == 404
    assert "pdf, docx" in unknown.content.decode()


def test_the_requests_of_a_bulletin_are_edited_and_issued(browser_of: BrowserOf) -> None:
    """The form has the words that the program writes, also for a draft that was begun without them."""
    draft = reports.a_draft(ReportKind.BULLETIN)
    ReportDraft.objects.update(problems="", next_steps="")
    clerk, reader = browser_of(cast.clerk()), browser_of(cast.second_clerk())
    for page in (clerk.get(page_of(draft)), reader.get(page_of(draft))):
        words = page.content.decode()
        for said in ("What is asked of the departments", "未报送的单位请尽快补报", "（一）未报送"):
            assert said in words
    act(
        clerk,
        "edit",
        next_steps="请于7月20日前补报。",
        problems="没有。",
        preamble="通报如下。",
        act="submit",
    )
    assert "请于7月20日前补报。" in reader.get(page_of(draft)).content.decode()
    draft = reports.do(Act.CHECK_REPORT, cast.second_clerk(), ReportDraft.objects.get())
    reports.do(Act.SIGN_REPORT, cast.signer(), draft)
    act(clerk, "issue", confirmed="on")
    printed = clerk.get(f"{REGISTER}{IssuedReport.objects.get().uuid}/file/").content.decode()
    assert "请于7月20日前补报。" in printed
    assert "请尽快补报" not in printed


def test_the_page_says_why_a_draft_goes_no_further(browser_of: BrowserOf) -> None:
    draft = reports.submitted()
    page = browser_of(cast.clerk()).get(page_of(draft)).content.decode()
    assert "no second clerk who could check" in page
    cast.second_clerk()
    assert "no second clerk" not in browser_of(cast.clerk()).get(page_of(draft)).content.decode()
    draft = reports.do(Act.CHECK_REPORT, cast.second_clerk(), draft)
    assert "no signer who neither" in browser_of(cast.clerk()).get(page_of(draft)).content.decode()


def test_what_is_refused_stays_on_the_page(browser_of: BrowserOf) -> None:
    draft = reports.submitted()
    checker = browser_of(cast.second_clerk())
    assert "Give a reason." in act(checker, "return", 422, reason=" ")
    assert "Three different people" in act(browser_of(cast.clerk()), "check", 403)
    answer = checker.post(page_of(draft, "check"), {"version": draft.version + 1})
    assert answer.status_code == 422
    assert "Somebody else has changed this draft" in answer.content.decode()
    back = reports.do(Act.RETURN_REPORT, cast.second_clerk(), draft)
    clerk = browser_of(cast.clerk())
    page = act(clerk, "edit", 422, preamble="改", problems="", next_steps="")
    assert "if only that there is nothing" in page
    assert ">\n改</textarea>" in page
    assert browser_of(cast.second_clerk()).post(page_of(back, "edit")).status_code == 403
    again = clerk.post("/p/a-policy/drafts/", {"kind": "status", "period": back.period.uuid})
    assert again.status_code == 422
    assert "There is a draft of this report already." in again.content.decode()


def test_a_refused_save_loses_no_word(browser_of: BrowserOf) -> None:
    """Stored meanwhile in another window: both stand there, and it can be saved again; or handed on."""
    draft, clerk = reports.a_draft(), browser_of(cast.clerk())
    typed: dict[str, Any] = {
        "version": 1,
        "preamble": "现报告如下。",
        "problems": "市教育局2条。",
        "next_steps": "",
    }
    reports.do(Act.EDIT_REPORT, cast.clerk(), draft)
    answer = clerk.post(page_of(draft, "edit"), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody else has changed this draft" in page
    assert "<del>改</del><ins>现报告如下。</ins>" in page
    assert ">\n现报告如下。</textarea>" in page
    assert {*re.findall(r'name="version" value="(\d+)"', page)} == {"2"}
    assert "The words are saved." in act(clerk, "edit", **{**typed, "version": 2})
    reports.do(Act.SUBMIT_REPORT, cast.clerk(), ReportDraft.objects.get())
    page = act(clerk, "edit", 422, preamble="又改了一句。", problems="市教育局2条。", next_steps="抓好落实。")
    assert "What you had typed and not saved" in page
    for words in ("又改了一句。", "抓好落实。"):
        assert f'<dd class="said">{words}</dd>' in page
    assert "Save the words" not in page
    assert "<textarea" in page  # to take it back: by that it can be edited again
    assert page.count("市教育局2条。") == 1


def test_a_refused_act_keeps_its_reason_and_can_be_sent_again(browser_of: BrowserOf) -> None:
    draft, checker = reports.submitted(), browser_of(cast.second_clerk())
    sent = {"version": draft.version - 1, "reason": "第三部分不实"}
    page = checker.post(page_of(draft, "return"), sent).content.decode()
    assert ">\n第三部分不实</textarea>" in page
    assert {*re.findall(r'name="version" value="(\d+)"', page)} == {str(draft.version)}
    reports.do(Act.RETURN_REPORT, cast.clerk(), draft)
    page = checker.post(page_of(draft, "return"), sent).content.decode()
    assert '<dd class="said">第三部分不实</dd>' in page


def test_what_cannot_be_taken_back_is_ticked_before_it_is_done(browser_of: BrowserOf) -> None:
    """The page asks for it, and the server too; a tick is for the words that were read."""
    draft = reports.checked()
    signer, clerk = browser_of(cast.signer()), browser_of(cast.clerk())
    assert 'id="sign-confirmed"' in signer.get(page_of(draft)).content.decode()
    page = act(signer, "sign", 422)
    assert re.search(r'id="sign-confirmed_error">\s*<div>.*Tick this first', page)
    assert ReportDraft.objects.get().state == DraftState.CHECKED
    late = signer.post(page_of(draft, "sign"), {"version": draft.version - 1, "confirmed": "on"})
    assert "Somebody else has changed this draft" in late.content.decode()
    assert not re.search(r"<input[^>]*checked", late.content.decode())
    act(signer, "sign", confirmed="on")
    assert "Tick this first" in act(clerk, "issue", 422)
    assert not IssuedReport.objects.exists()


def test_who_decides_sees_what_was_changed_in_the_proposed_words(browser_of: BrowserOf) -> None:
    """While the draft rests on the figures of its period; of a draft as proposed it says that nothing was."""
    period = reports.a_closed_period()
    clerk, checker = browser_of(cast.clerk()), browser_of(cast.second_clerk())
    clerk.post("/p/a-policy/drafts/", {"kind": "bulletin", "period": period.uuid})
    draft = ReportDraft.objects.get()
    act(clerk, "submit")
    assert "No word was changed against" in checker.get(page_of(draft)).content.decode()
    act(checker, "return", reason="写明补报时限")
    words: dict[str, Any] = {
        **draft.texts,
        "next_steps": draft.next_steps.replace("尽快补报", "于7月20日前补报"),
    }
    act(clerk, "edit", **words, act="submit")
    for who in (checker, browser_of(cast.signer()), browser_of(cast.auditor())):
        page = who.get(page_of(draft)).content.decode()
        assert "Changed against the words proposed: 1 section" in page
        assert (
            page.count("<del>尽快</del><ins>于7月20日前</ins>") == 2
        )  # against the return, and the proposal
    periods.reopen_period(cast.signer(), period, "更正", reports.NOW)
    page = checker.get(page_of(draft)).content.decode()
    assert "words proposed" not in page
    assert "于7月20日前补报" in page


def test_who_decides_again_sees_what_was_changed_since_the_return(browser_of: BrowserOf) -> None:
    draft = reports.submitted()
    clerk, checker = browser_of(cast.clerk()), browser_of(cast.second_clerk())
    act(checker, "return", reason="请写明时限")
    assert "Changed since the return" not in clerk.get(page_of(draft)).content.decode()
    act(clerk, "submit")
    page = checker.get(page_of(draft)).content.decode()
    assert "请写明时限" in page
    assert "No word and no value was changed since the return." in page
    act(checker, "return", reason="请写明时限")
    words: dict[str, Any] = {**draft.texts, "preamble": "现将进展情况一并报告如下。"}
    act(clerk, "edit", **words, act="submit")
    page = checker.get(page_of(draft)).content.decode()
    assert "Changed since the return: 1 field" in page
    assert "进展情况<ins>一并</ins>报告" in page


def test_a_report_whose_file_cannot_be_made_is_not_issued(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = reports.signed()

    def broken(document: Document, html: str = "") -> bytes:
        raise PdfUnavailable("没有字体")

    monkeypatch.setattr(Document, "pdf", broken)
    assert "没有字体" in act(browser_of(cast.clerk()), "issue", confirmed="on")
    file = browser_of(cast.clerk()).get(page_of(draft, "file"), follow=True)
    assert "没有字体" in file.content.decode()
    assert not IssuedReport.objects.exists()
    assert ReportDraft.objects.get().state == DraftState.SIGNED


def test_a_withdrawn_report_stays_and_says_so(browser_of: BrowserOf) -> None:
    report = reports.issued()
    page, signer = f"{REGISTER}{report.uuid}/", browser_of(cast.signer())
    assert browser_of(cast.clerk()).post(page, {"reason": "越权"}).status_code == 403
    assert "Give a reason." in signer.post(page, {"reason": ""}).content.decode()
    assert "第三部分有误" in signer.post(page, {"reason": "第三部分有误"}, follow=True).content.decode()
    reader = browser_of(cast.reporter())
    for shown in (reader.get(REGISTER), reader.get(page)):
        assert "withdrawn" in shown.content.decode()
    assert reader.get(f"{page}file/").content == bytes(report.content)
    told = verified(reader, bytes(report.content))
    assert "第三部分有误" in told
    assert "Withdrawn: this report does not count any more" in told
    assert "byte for byte" not in told
    assert 'name="reason"' not in signer.get(page).content.decode()


def test_a_file_that_was_altered_is_not_handed_out(browser_of: BrowserOf) -> None:
    report = reports.issued()
    unguarded()
    IssuedReport.objects.update(content=b"%PDF another")
    answer = browser_of(cast.clerk()).get(f"{REGISTER}{report.uuid}/file/")
    assert answer.status_code == 409
    assert "was altered since it was issued" in answer.content.decode()
    assert b"%PDF another" not in answer.content


def test_the_register_has_what_the_reader_may_have(
    browser_of: BrowserOf, queries_of: Callable[[Client, str], int]
) -> None:
    """The record of filing is not for everybody, drafts are for the office. More rows, as many queries."""
    reports.issued()
    reader, clerk = browser_of(cast.reporter()), browser_of(cast.clerk())
    few = queries_of(clerk, REGISTER)
    filing = reports.issued(reports.a_draft(ReportKind.FILING))
    assert queries_of(clerk, REGISTER) == few
    reports.a_draft(ReportKind.BULLETIN)
    assert "〔2020〕2号" in clerk.get(REGISTER).content.decode()
    seen = reader.get(REGISTER).content.decode()
    assert "〔2020〕1号" in seen
    assert "〔2020〕2号" not in seen
    assert "drafts/" in clerk.get(REGISTER).content.decode()
    assert "drafts/" not in seen
    assert reader.get(f"{REGISTER}{filing.uuid}/").status_code == 404
    assert REGISTER in reader.get("/p/a-policy/reports/").content.decode()


def full_width(words: str) -> str:
    return words.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


@pytest.mark.parametrize(
    "typed",
    [
        lambda sha: f"SHA-256 {sha}，",
        lambda sha: " ".join(sha[at : at + 4] for at in range(0, 64, 4)),
        lambda sha: "\r\n".join((sha[:32], sha[32:])),
        lambda sha: "‐".join((sha[:20], sha[20:])),
        lambda sha: full_width(f"SHA-256：{sha.upper()}"),
    ],
)
def test_a_hash_is_read_as_people_copy_it_from_paper(
    browser_of: BrowserOf, typed: Callable[[str], str]
) -> None:
    report = reports.issued()
    page = verified(browser_of(cast.reporter()), sha256=typed(report.printed_sha256))
    assert "This SHA-256 belongs to an issued report" in page
    assert report.reference in page
    assert "SHA-256 printed on it" in page


def test_the_beginning_of_a_hash_finds_the_report_and_shows_the_whole_to_compare(
    browser_of: BrowserOf,
) -> None:
    """It never says that anything is the same; the report may bear the hash of its snapshot."""
    report = reports.issued()
    reader = browser_of(cast.reporter())
    page = verified(reader, sha256=report.printed_sha256[:12].upper())
    for words in (
        report.reference,
        f'<code class="hash">{report.printed_sha256}</code>',
        "Found by its first 12 characters",
    ):
        assert words in page
    assert "belongs to an issued report" not in page
    assert "byte for byte" not in page
    assert "SHA-256 of its snapshot" in verified(reader, sha256=report.snapshot.sha256[:20])
    unknown = verified(reader, sha256="0" * 12)
    assert "Nothing that was issued here has a SHA-256 that begins so." in unknown
    assert reader.post("/verify/", {"sha256": report.printed_sha256[:11]}).status_code == 422


def test_a_beginning_that_several_hashes_share_finds_none(browser_of: BrowserOf) -> None:
    second = reports.another_issued()
    unguarded()
    alike = second.printed_sha256[:20] + "0" * 44
    IssuedReport.objects.filter(pk=second.pk).update(printed_sha256=alike)
    page = verified(browser_of(cast.reporter()), sha256=alike[:16])
    assert "Several hashes begin so: type more of it" in page
    assert "〔2020〕" not in page


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "one of the two"),
        ({"sha256": f"{'a' * 20}g"}, "digits and the letters a to f"),
        ({"sha256": "a" * 65}, "64 characters"),
        ({"sha256": "12ab"}, "64 characters"),
        ({"sha256": "a" * 64, "file": SimpleUploadedFile("a.pdf", b"a")}, "one of the two"),
    ],
)
def test_verifying_asks_for_a_file_or_a_hash(browser_of: BrowserOf, sent: Any, told: str) -> None:
    answer = browser_of(cast.leader()).post("/verify/", sent)
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_verifying_is_for_those_signed_in_and_not_without_end(browser_of: BrowserOf, client: Client) -> None:
    assert client.post("/verify/", {"sha256": "a" * 64}).status_code == 302
    reader = browser_of(cast.reporter())
    for _time in range(MOST_ASKED):
        verified(reader, sha256="a" * 64)
    assert reader.post("/verify/", {"sha256": "a" * 64}).status_code == 429
    assert "Unknown" in verified(browser_of(cast.leader()), sha256="a" * 64)


def test_reopening_after_a_withdrawal_says_which_report_when_and_what_to_do_instead(
    browser_of: BrowserOf,
) -> None:
    report = reports.withdrawn().report
    following = builders.an_open_period(report.period.edition, code="2020Q3")
    detail = f"/p/a-policy/periods/{report.period.uuid}/"
    ways = (
        f'href="{detail}board/"',
        f'href="/p/a-policy/periods/{following.uuid}/"',
        f'href="{REGISTER}"',
    )
    for page in (detail, f"{detail}reopen/"):
        body = browser_of(cast.signer()).get(page).content.decode()
        assert "cannot be reopened" in body
        assert f"{report.reference} was issued on July 15, 2020 and withdrawn on July 15, 2020." in body
        assert [way for way in ways if way not in body] == []
    refused = browser_of(cast.signer()).post(f"{detail}reopen/", {"reason": "漏计一条"})
    assert (refused.status_code, f"{report.reference} was issued" in refused.content.decode()) == (422, True)
