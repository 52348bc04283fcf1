"""Reports: who may do which act in which state, three people, numbers, immutability, withdrawal."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from measures.models import (
    Act,
    DraftState,
    IssuedReport,
    PeriodState,
    ReportDraft,
    ReportKind,
    ReportWithdrawal,
)
from measures.models.issuing import printed_digest_of
from measures.verification import record_faults
from measures.workflow import issuing, periods
from measures.workflow.errors import WorkflowError, WrongStateError
from measures.workflow.issuing import SECTION_LENGTH, TRANSITIONS, FileMade, Numbered
from tests import builders, cast
from tests.measures import issued_reports as reports
from tests.measures.issued_reports import CLOSED, NOW, TEXTS
from tests.tampering import unguarded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
D = DraftState
MAKE: dict[DraftState, Callable[[], ReportDraft]] = {
    D.DRAFTED: reports.a_draft,
    D.SUBMITTED: reports.submitted,
    D.CHECKED: reports.checked,
    D.SIGNED: reports.signed,
    D.ISSUED: lambda: reports.issued().draft,
    D.DISCARDED: lambda: reports.do(Act.DISCARD_REPORT, cast.clerk(), reports.a_draft()),
}


@pytest.fixture
def in_english() -> Iterator[None]:
    """As the sentences are written here."""
    with translation.override("en"):
        yield


ACTS = sorted({act for _state, act in TRANSITIONS})


@pytest.mark.parametrize("state", MAKE)
def test_a_report_moves_by_its_table_alone(state: DraftState) -> None:
    """Each act in each state, by somebody who may do it where it is possible; all others are refused."""
    draft = MAKE[state]()
    who = {Act.CHECK_REPORT: cast.second_clerk(), Act.SIGN_REPORT: cast.signer()}
    for act in ACTS:
        row = TRANSITIONS.get((state, act))
        with transaction.atomic():
            if row is None:
                with pytest.raises(WrongStateError):
                    reports.do(act, who.get(act, cast.clerk()), draft)
            else:
                reports.do(act, who.get(act, cast.clerk()), draft)
                assert ReportDraft.objects.get(pk=draft.pk).state == row.next_state
                assert draft.period.events.order_by("-pk")[0].act == act
            transaction.set_rollback(True)


def test_three_different_people_draft_check_and_sign() -> None:
    draft = reports.submitted()
    everything = cast.everything()
    with pytest.raises(PermissionDenied, match="Three different people"):
        issuing.check_report(cast.clerk(), draft, draft.version, NOW)
    draft = issuing.check_report(everything, draft, draft.version, NOW)
    with pytest.raises(PermissionDenied, match="Three different people"):
        issuing.sign_report(everything, draft, draft.version, NOW)
    with pytest.raises(PermissionDenied):
        issuing.sign_report(cast.second_clerk(), draft, draft.version, NOW)
    report = issuing.issue_report(
        cast.clerk(),
        issuing.sign_report(cast.signer(), draft, draft.version, NOW),
        draft.version + 1,
        reports.a_file,
        NOW,
    )
    people = [report.drafted_by, report.checked_by, report.signed_by]
    assert people == [cast.clerk().person, everything.person, cast.signer().person]


def test_only_the_office_drafts_and_only_of_a_closed_period() -> None:
    period = reports.a_closed_period()
    for stranger in (cast.reporter(), cast.signer(), cast.auditor(), cast.leader(), cast.clerk_elsewhere()):
        with pytest.raises(PermissionDenied):
            issuing.draft_report(stranger, period, ReportKind.STATUS, TEXTS, NOW)
    later = builders.an_open_period(code="2020Q3")
    with pytest.raises(WrongStateError, match="once the period is closed"):
        issuing.draft_report(cast.clerk(), later, ReportKind.STATUS, TEXTS, NOW)
    draft = reports.a_draft()
    assert draft.snapshot == period.snapshots.get()
    with pytest.raises(ValidationError, match="There is a draft of this report already"):
        reports.a_draft()
    for stranger in (cast.reporter(), cast.auditor(), cast.clerk_elsewhere()):
        with pytest.raises(PermissionDenied):
            issuing.submit_report(stranger, draft, draft.version, NOW)


def test_whoever_drafted_edits_and_nothing_hidden_or_too_long_gets_in() -> None:
    draft = reports.a_draft()
    with pytest.raises(PermissionDenied):
        issuing.edit_report(cast.second_clerk(), draft, draft.version, {"preamble": "改"}, NOW)
    edited = issuing.edit_report(cast.clerk(), draft, draft.version, {"preamble": " 改了。\r\n二 "}, NOW)
    assert (edited.preamble, edited.problems) == ("改了。\n二", TEXTS["problems"])
    same = issuing.edit_report(cast.clerk(), edited, edited.version, edited.texts, NOW)
    assert same.version == edited.version == 2
    for words, told in (
        ("写\u202e反", "U\\+202E"),
        ("长" * (SECTION_LENGTH + 1), "shorten it by 1"),
        ("  ", "if only that there is nothing"),
    ):
        with pytest.raises(ValidationError, match=told) as caught:
            issuing.edit_report(cast.clerk(), edited, edited.version, {"problems": words}, NOW)
        assert list(caught.value.message_dict) == ["problems"]


def test_a_report_of_many_measures_is_drafted_in_the_words_proposed() -> None:
    """Of 200 measures that say what measures say."""
    said = "\n".join(f"二（{number}）{'全面加强服务保障。' * 25}" for number in range(200))
    words = {**TEXTS, "next_steps": said}
    draft = issuing.draft_report(cast.clerk(), reports.a_closed_period(), ReportKind.STATUS, words, NOW)
    assert draft.next_steps == said
    assert len(said) < SECTION_LENGTH


def test_nobody_acts_on_words_that_they_have_not_seen() -> None:
    draft = reports.a_draft()
    issuing.edit_report(cast.clerk(), draft, draft.version, {"preamble": "改"}, NOW)
    with pytest.raises(WorkflowError, match="Somebody else has changed this draft"):
        issuing.submit_report(cast.clerk(), draft, draft.version, NOW)


def test_a_returned_report_loses_check_and_signature_and_keeps_the_reason() -> None:
    draft = reports.signed()
    with pytest.raises(ValidationError, match="Give a reason"):
        issuing.return_report(cast.signer(), draft, draft.version, " ", NOW)
    back = issuing.return_report(cast.signer(), draft, draft.version, "第三部分不实", NOW)
    assert (back.state, back.checked_by, back.signed_by) == (D.DRAFTED, None, None)
    assert draft.period.events.order_by("-pk")[0].comment.endswith("：第三部分不实")
    assert reports.issued(back).reference == "〔2020〕1号"


def test_a_reopened_period_stops_its_drafts() -> None:
    draft = reports.checked()
    period = periods.reopen_period(cast.signer(), draft.period, "补报", NOW)
    refused = pytest.raises(WorkflowError, match="The period was reopened since")
    with refused:
        issuing.sign_report(cast.signer(), draft, draft.version, NOW)
    periods.close_period(cast.clerk(), period, "未报送", NOW)
    with refused:
        issuing.sign_report(cast.signer(), draft, draft.version, NOW)
    back = issuing.return_report(cast.signer(), draft, draft.version, "重新截止", NOW)
    issuing.discard_report(cast.second_clerk(), back, back.version, "重新起草", NOW)
    period.refresh_from_db()
    assert reports.a_draft(period=period).snapshot.number == 2


def test_an_issued_report_has_the_next_number_of_policy_and_year() -> None:
    first = reports.issued()
    second = reports.issued(reports.a_draft(ReportKind.BULLETIN))
    third = reports.issued(reports.a_draft(ReportKind.FILING), builders.moment(date(2021, 1, 4)))
    assert [row.reference for row in (first, second, third)] == ["〔2020〕1号", "〔2020〕2号", "〔2021〕1号"]
    assert first.draft.state == D.ISSUED
    assert first.period.events.get(act=Act.ISSUE_REPORT, comment__endswith="〔2020〕1号").content_sha256 == (
        first.sha256
    )


def test_of_one_period_one_report_of_a_kind_counts() -> None:
    first = reports.issued()
    with pytest.raises(ValidationError, match="〔2020〕1号 was issued of this period and counts"):
        reports.a_draft()
    issuing.withdraw_report(cast.signer(), first, "第三部分数字有误", NOW)
    assert reports.issued().reference == "〔2020〕2号"


def test_a_report_is_handed_on_in_new_words_or_not_at_all() -> None:
    draft = reports.a_draft()
    sent = issuing.submit_in_words(cast.clerk(), draft, draft.version, {"problems": "无。"}, NOW)
    assert (sent.state, sent.problems) == (D.SUBMITTED, "无。")
    other = reports.a_draft(ReportKind.FILING)
    periods.reopen_period(cast.signer(), other.period, "有误", NOW)
    with pytest.raises(WorkflowError):
        issuing.submit_in_words(cast.clerk(), other, other.version, {"preamble": "另一句。"}, NOW)
    other.refresh_from_db()
    assert (other.state, other.preamble) == (D.DRAFTED, TEXTS["preamble"])


def test_a_number_that_was_given_meanwhile_makes_the_file_anew() -> None:
    draft, other = reports.signed(), reports.signed(reports.a_draft(ReportKind.FILING))
    made: list[str] = []

    def make(numbered: Numbered) -> FileMade:
        if not made:  # somebody is quicker while the file is laid out
            reports.do(Act.ISSUE_REPORT, cast.clerk(), other)
        made.append(numbered.reference)
        return reports.a_file(numbered)

    report = issuing.issue_report(cast.clerk(), draft, draft.version, make, NOW)
    assert (report.reference, made) == ("〔2020〕2号", ["〔2020〕1号", "〔2020〕2号"])
    assert report.reference.encode() in bytes(report.content)


def test_issuing_gives_up_when_the_number_is_always_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    draft = reports.signed()
    numbers = iter(range(1, 100))

    def another_each_time(draft: ReportDraft, at: object) -> Numbered:
        return Numbered(draft, 2020, next(numbers), NOW, "a" * 64)

    monkeypatch.setattr(issuing, "_numbered", another_each_time)
    with pytest.raises(WorkflowError, match="try again"):
        issuing.issue_report(cast.clerk(), draft, draft.version, reports.a_file, NOW)
    assert not IssuedReport.objects.exists()


@pytest.mark.usefixtures("in_english")
def test_why_a_period_is_not_reopened_names_the_report_and_its_days() -> None:
    report = reports.issued()
    period = report.draft.period
    period.refresh_from_db()
    said = periods.why_not_reopened(period)
    assert f"{report.reference} was issued on " in said
    assert "withdrawn" not in said


def test_a_period_of_which_a_report_was_issued_is_never_reopened() -> None:
    """Not even after the report was withdrawn."""
    withdrawal = reports.withdrawn()
    period = withdrawal.report.period
    period.refresh_from_db()
    assert period.report_issued_at == NOW
    with pytest.raises(WorkflowError, match="cannot be reopened"):
        periods.reopen_period(cast.signer(), period, "更正", NOW)
    assert period.state == PeriodState.CLOSED


def test_a_report_is_withdrawn_once_by_the_signer_and_stays() -> None:
    withdrawal = reports.withdrawn()
    report = withdrawal.report
    with pytest.raises(WrongStateError, match="withdrawn already"):
        issuing.withdraw_report(cast.signer(), report, "再次", NOW)
    with pytest.raises(PermissionDenied):
        issuing.withdraw_report(cast.clerk(), report, "越权", NOW)
    for statement in (
        lambda: ReportWithdrawal.objects.update(reason="无"),
        lambda: ReportWithdrawal.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError, match="is append-only"), transaction.atomic():
            statement()
    assert report.period.events.filter(
        act=Act.WITHDRAW_REPORT, comment="〔2020〕1号 第三部分数字有误"
    ).exists()
    assert reports.issued(reports.a_draft()).reference == "〔2020〕2号"


def test_the_record_tells_of_an_issued_report_that_was_altered() -> None:
    report = reports.issued()
    assert list(record_faults()) == []
    assert printed_digest_of(report) == report.printed_sha256
    for change, told in (
        ({"content": b"another"}, "文件被改动"),
        ({"problems": "没有问题"}, "摘要不一致"),
        ({"sha256": "a" * 64}, "已印发报告与办理记录不一致"),
    ):
        with transaction.atomic():
            unguarded()
            IssuedReport.objects.update(**change)
            assert any(told in fault for fault in record_faults())
            transaction.set_rollback(True)


def test_acts_are_offered_to_whom_the_table_names() -> None:
    draft = reports.submitted()
    assert issuing.possible_acts(cast.second_clerk(), draft) == [Act.CHECK_REPORT, Act.RETURN_REPORT]
    assert issuing.possible_acts(cast.clerk(), draft) == [Act.RETURN_REPORT]
    assert issuing.possible_acts(cast.auditor(), draft) == []
    assert issuing.in_work(draft.period.policy) == [draft]
    reports.issued(reports.do(Act.RETURN_REPORT, cast.clerk(), draft))
    assert issuing.in_work(draft.period.policy) == []
    assert CLOSED.year == IssuedReport.objects.get().year
