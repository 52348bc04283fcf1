"""Rows of drafts and issued reports: valid ones, brought on by the acts, and illegal ones."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from departments.actors import Actor
from measures.models import (
    Act,
    IssuedReport,
    Message,
    PeriodState,
    ReportDraft,
    ReportingPeriod,
    ReportKind,
    ReportWithdrawal,
)
from measures.workflow import issuing, periods
from measures.workflow.issuing import FileMade, Numbered
from tests import builders, cast
from tests.retold import retold

CLOSED: Final = date(2020, 7, 15)
NOW: Final = builders.moment(CLOSED)
TEXTS: Final = {"preamble": "现将进展情况报告如下。", "problems": "（一）未报送情况\n市教育局1条。"}
TITLE: Final = "技术工人待遇落实情况报告"


@retold
def a_closed_period() -> ReportingPeriod:
    """The same one however often it is asked for: two updates, one confirmed."""
    found = ReportingPeriod.objects.filter(code="2020Q2", state=PeriodState.CLOSED).first()
    if found:
        return found
    builders.a_working_calendar()
    builders.an_update(builders.S.CONFIRMED)
    update = builders.an_update(slug="jyj")
    periods.close_period(cast.clerk(), update.period, "市教育局未报送", NOW)
    update.period.refresh_from_db()
    return update.period


def a_file(numbered: Numbered) -> FileMade:
    return FileMade(TITLE, f"%PDF {numbered.reference} {numbered.printed_sha256}".encode())


@retold
def a_draft(kind: str = ReportKind.STATUS, period: ReportingPeriod | None = None) -> ReportDraft:
    period = period or a_closed_period()
    return issuing.draft_report(cast.clerk(), period, kind, TEXTS, NOW)


def submitted(draft: ReportDraft | None = None) -> ReportDraft:
    draft = draft or a_draft()
    return issuing.submit_report(cast.clerk(), draft, draft.version, NOW)


def checked(draft: ReportDraft | None = None) -> ReportDraft:
    draft = submitted(draft)
    return issuing.check_report(cast.second_clerk(), draft, draft.version, NOW)


def signed(draft: ReportDraft | None = None) -> ReportDraft:
    draft = checked(draft)
    return issuing.sign_report(cast.signer(), draft, draft.version, NOW)


@retold
def issued(draft: ReportDraft | None = None, at: datetime = NOW) -> IssuedReport:
    draft = signed(draft)
    return issuing.issue_report(cast.clerk(), draft, draft.version, a_file, at)


def unheard_of() -> IssuedReport:
    """Nobody has a message that leads to it: nothing but the database keeps it from being deleted."""
    report = issued()
    Message.objects.all().delete()
    return report


def withdrawn() -> ReportWithdrawal:
    return issuing.withdraw_report(cast.signer(), issued(), "第三部分数字有误", NOW)


def do(act: Act, actor: Actor, draft: ReportDraft) -> Any:
    """Any act on a draft by its name, with all that it asks for."""
    version = draft.version
    ways: Mapping[Act, Callable[[], Any]] = {
        Act.EDIT_REPORT: lambda: issuing.edit_report(actor, draft, version, {"preamble": "改"}, NOW),
        Act.SUBMIT_REPORT: lambda: issuing.submit_report(actor, draft, version, NOW),
        Act.RETURN_REPORT: lambda: issuing.return_report(actor, draft, version, "请补充", NOW),
        Act.CHECK_REPORT: lambda: issuing.check_report(actor, draft, version, NOW),
        Act.SIGN_REPORT: lambda: issuing.sign_report(actor, draft, version, NOW),
        Act.ISSUE_REPORT: lambda: issuing.issue_report(actor, draft, version, a_file, NOW),
        Act.DISCARD_REPORT: lambda: issuing.discard_report(actor, draft, version, "另拟", NOW),
    }
    return ways[act]()


# --- illegal rows ----------------------------------------------------------------------------------


def changed_draft(make: Callable[[], ReportDraft], **changes: Any) -> None:
    draft = make()
    ReportDraft.objects.filter(pk=draft.pk).update(**changes)


def another_issued(**changes: Any) -> IssuedReport:
    """A second row, of a draft of another kind: what is changed breaks the rule that is meant."""
    first, draft = issued(), signed(a_draft(ReportKind.BULLETIN))
    content = b"another"
    usual = {field.attname: getattr(first, field.attname) for field in IssuedReport._meta.concrete_fields}
    own = {"id": None, "uuid": draft.uuid, "draft_id": draft.pk, "number": 2, "content": content}
    hashes = {"sha256": sha256(content).hexdigest(), "size": len(content)}
    return IssuedReport.objects.create(**{**usual, **own, **hashes, **changes})


def a_file_twice() -> None:
    row = another_issued()
    draft = signed(a_draft(ReportKind.FILING))
    values = {field.attname: getattr(row, field.attname) for field in IssuedReport._meta.concrete_fields}
    own = {"id": None, "uuid": draft.uuid, "draft_id": draft.pk, "number": 3}
    IssuedReport.objects.create(**{**values, **own})


def a_second_draft() -> None:
    draft = a_draft()
    people = {"drafted_by": draft.drafted_by, "drafted_at": NOW, "state_since": NOW}
    ReportDraft.objects.create(period=draft.period, snapshot=draft.snapshot, kind=draft.kind, **people)


def signed_by_who(name: str) -> None:
    draft = signed()
    ReportDraft.objects.filter(pk=draft.pk).update(signed_by=getattr(draft, name))


ILLEGAL_REPORTS: Final[Mapping[str, Callable[[], object]]] = {
    "reportingperiod_issued_is_closed": lambda: builders.an_open_period(report_issued_at=NOW),
    "reportdraft_one_in_work": a_second_draft,
    "reportdraft_kind_is_known": lambda: changed_draft(a_draft, kind="poem"),
    "reportdraft_state_is_known": lambda: changed_draft(a_draft, state="lost"),
    "reportdraft_checked_since": lambda: changed_draft(submitted, state="checked"),
    "reportdraft_signed_since": lambda: changed_draft(checked, state="signed"),
    "reportdraft_checked_by_another": lambda: changed_draft(checked, checked_by=cast.clerk().person),
    "reportdraft_signed_by_a_third": lambda: signed_by_who("drafted_by"),
    "issuedreport_number_once": lambda: another_issued(number=1),
    "issuedreport_file_once": a_file_twice,
    "issuedreport_numbered_from_one": lambda: another_issued(number=0),
    "issuedreport_hashes_are_whole": lambda: another_issued(printed_sha256="a" * 63),
    "issuedreport_has_a_file": lambda: another_issued(size=0),
    "issuedreport_by_three_people": lambda: another_issued(signed_by_id=cast.clerk().person.pk),
    "reportwithdrawal_has_reason": lambda: ReportWithdrawal.objects.create(
        report=issued(), reason="", by=cast.signer().person, at=NOW
    ),
}
