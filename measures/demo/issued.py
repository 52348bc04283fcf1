"""Which report is issued in the demo? Of the first policy that of the last closed quarter."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from measures.demo.data import Office
from measures.demo.messages import Action, Who
from measures.models import ReportDraft, ReportingPeriod, ReportKind
from measures.reports import issuing as documents
from measures.reports.kinds import Asked
from measures.reports.pdf import PdfUnavailable
from measures.workflow import issuing

ISSUED: Final = ("skilled-workers-2019", "2020Q1")
ADDED: Final = "（六）跟踪督促\n对未按期报送的单位逐一提醒，二季度报送时一并说明原因。"
REASON: Final = "下步工作未写明对未报送单位的措施，请补充。"


def acts_of(period: ReportingPeriod, office: Office, actor: Who) -> Iterator[tuple[datetime, Action]]:
    """From the day after the closing on, each act with its moment."""
    if (period.policy.slug, period.code) == ISSUED and period.closed_at:
        acts = (
            (timedelta(hours=17), partial(_draft, period, office.clerk, actor)),
            (timedelta(hours=18), partial(_return, period, office.second_clerk, actor)),
            (timedelta(hours=22), partial(_edit, period, office.clerk, actor)),
            (timedelta(hours=23), partial(_check, period, office.second_clerk, actor)),
            (timedelta(days=3, hours=18), partial(_sign, period, office.signer, actor)),
            (timedelta(days=3, hours=19), partial(_issue, period, office.clerk, actor)),
        )
        yield from ((period.closed_at + after, act) for after, act in acts)


def _draft(period: ReportingPeriod, clerk: str, actor: Who, at: datetime) -> None:
    texts = documents.proposed_texts(ReportKind.STATUS, Asked(period, at.date(), demo=True))
    draft = issuing.draft_report(actor(clerk, at), period, ReportKind.STATUS, texts, at)
    issuing.submit_report(actor(clerk, at), draft, draft.version, at)


def _return(period: ReportingPeriod, checker: str, actor: Who, at: datetime) -> None:
    draft = _draft_of(period)
    issuing.return_report(actor(checker, at), draft, draft.version, REASON, at)


def _edit(period: ReportingPeriod, clerk: str, actor: Who, at: datetime) -> None:
    draft = _draft_of(period)
    words = {"next_steps": f"{draft.next_steps}\n{ADDED}"}
    edited = issuing.edit_report(actor(clerk, at), draft, draft.version, words, at)
    issuing.submit_report(actor(clerk, at), edited, edited.version, at)


def _check(period: ReportingPeriod, checker: str, actor: Who, at: datetime) -> None:
    draft = _draft_of(period)
    issuing.check_report(actor(checker, at), draft, draft.version, at)


def _sign(period: ReportingPeriod, signer: str, actor: Who, at: datetime) -> None:
    draft = _draft_of(period)
    issuing.sign_report(actor(signer, at), draft, draft.version, at)


def _issue(period: ReportingPeriod, clerk: str, actor: Who, at: datetime) -> None:
    """Where no PDF can be made, the demo is loaded all the same; its report waits, signed."""
    draft, make = _draft_of(period), partial(documents.file_of, demo=True)
    try:
        issuing.issue_report(actor(clerk, at), draft, draft.version, make, at)
    except PdfUnavailable:
        return


def _draft_of(period: ReportingPeriod) -> ReportDraft:
    return ReportDraft.objects.select_related("period").get(period=period)
