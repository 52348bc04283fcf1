"""Who hears of a report on its way and of an issued one, and on whose start page does it wait?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from departments.actors import Actor
from departments.models import DemoMode, Role
from langfang_policy import clock
from measures.models import Act, Message, MessageKind, ReportDraft, ReportKind
from measures.report_permissions import FOR_EVERYBODY
from measures.reports.issuing import ISSUED_KINDS
from measures.reports.kinds import is_signed_in
from measures.workflow import issuing, periods
from tests import cast
from tests.measures import issued_reports as reports
from tests.measures.issued_reports import NOW

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once("rows around the acts, which run on both with their messages' constraints"),
]
BrowserOf = Callable[[Actor], Client]
K = MessageKind


@pytest.fixture
def after_the_closing() -> None:
    DemoMode.objects.create(pk=1, on=reports.CLOSED)
    clock.forget()


def told(kind: MessageKind) -> set[str]:
    return set(Message.objects.filter(kind=kind).values_list("person__username", flat=True))


def the_office() -> None:
    """Everybody who might be told; the auditor reads drafts, and nothing waits for an auditor."""
    for person in (cast.clerk, cast.second_clerk, cast.signer, cast.leader, cast.auditor):
        person()


def test_a_report_on_its_way_tells_those_to_whom_it_comes() -> None:
    the_office()
    draft = reports.submitted()
    assert told(K.REPORT_TO_CHECK) == {"rsj-clerk-2"}
    both = cast.a_person("rsj-both", ("rsj", Role.CLERK), ("rsj", Role.SIGNER))
    draft = issuing.check_report(both, draft, draft.version, NOW)
    assert told(K.REPORT_TO_SIGN) == {"rsj-signer"}, "whoever checked it does not sign it"
    draft = issuing.sign_report(cast.signer(), draft, draft.version, NOW)
    assert told(K.REPORT_TO_ISSUE) == {"rsj-clerk", "rsj-clerk-2", "rsj-both"}
    issuing.return_report(cast.signer(), draft, draft.version, "第三部分不实", NOW)
    row = Message.objects.get(kind=K.REPORT_RETURNED)
    assert (row.person, row.by, row.words) == (cast.clerk().person, cast.signer().person, "第三部分不实")
    assert row.sentence == "2020年第二季度《进展情况报告》已退回给您。"
    assert row.get_absolute_url() == f"/p/a-policy/drafts/{draft.uuid}/"


def test_a_report_that_comes_again_on_one_day_is_one_message_and_unread_again() -> None:
    the_office()
    draft = reports.submitted()
    Message.objects.filter(kind=K.REPORT_TO_CHECK).update(read_at=NOW)
    back = issuing.return_report(cast.second_clerk(), draft, draft.version, "请补充", NOW)
    later = NOW + timedelta(hours=1)
    issuing.submit_report(cast.clerk(), back, back.version, later)
    row = Message.objects.get(kind=K.REPORT_TO_CHECK)
    assert (row.read_at, row.at) == (None, later)


@pytest.mark.usefixtures("after_the_closing")
def test_an_issued_report_is_told_to_those_it_concerns_who_may_open_it(browser_of: BrowserOf) -> None:
    the_office()
    writers = {cast.reporter("jyj").person.username, cast.reviewer("jyj").person.username}
    cast.stranger()  # of a department that owes nothing
    the_clerks = {"rsj-clerk-2", "rsj-signer"}  # the first clerk issues it
    for kind in (ReportKind.BULLETIN, ReportKind.STATUS):
        Message.objects.all().delete()
        report = reports.issued(reports.a_draft(kind))
        expected = {"rsj-leader"} | the_clerks
        if kind == ReportKind.STATUS:
            expected |= writers | {"zgh-reporter", "zgh-reviewer"}
        assert told(K.REPORT_ISSUED) == expected
        for row in Message.objects.for_display().filter(kind=K.REPORT_ISSUED):
            assert row.report == report
            assert report.reference in row.sentence
            assert (
                browser_of(Actor.load(row.person, reports.CLOSED)).get(row.get_absolute_url()).status_code
                == 200
            )


def test_what_everybody_hears_of_is_what_everybody_may_have() -> None:
    open_to_all = [name for name, kind in ISSUED_KINDS.items() if kind.may is is_signed_in]
    assert open_to_all == list(FOR_EVERYBODY)


def test_a_withdrawal_is_told_with_its_reason_to_those_who_heard_of_the_report() -> None:
    the_office()
    reports.withdrawn()
    row = Message.objects.get(kind=K.REPORT_WITHDRAWN, person=cast.leader().person)
    assert row.words == "第三部分数字有误"
    assert row.sentence == "2020年第二季度《进展情况报告》（〔2020〕1号）已撤销。"
    both = told(K.REPORT_ISSUED) - {"rsj-signer"}, told(K.REPORT_WITHDRAWN) - {"rsj-clerk"}
    assert both[0] == both[1]


# --- the start page --------------------------------------------------------------------------------


def waits(browser: Client) -> list[str]:
    """What is said of each report that waits; the start page is that of the browser, with its link."""
    page = browser.get("/")
    rows = page.context["reports"]
    assert all(f"/drafts/{row.draft.uuid}/" in page.content.decode() for row in rows)
    with translation.override("en"):
        return [str(row.words) for row in rows]


@pytest.mark.usefixtures("after_the_closing")
def test_a_report_waits_on_the_start_page_of_those_who_bring_it_on(browser_of: BrowserOf) -> None:
    the_office()
    clerk, checker, signer = map(browser_of, (cast.clerk(), cast.second_clerk(), cast.signer()))
    draft = reports.a_draft()
    seen: list[tuple[list[str], ...]] = []

    def look() -> None:
        seen.append(tuple(map(waits, (clerk, checker, signer))))

    def act(which: Act, actor: Actor, row: ReportDraft) -> Any:
        done = reports.do(which, actor, row)
        look()
        return done

    look()
    draft = act(Act.SUBMIT_REPORT, cast.clerk(), draft)
    draft = act(Act.RETURN_REPORT, cast.second_clerk(), draft)
    draft = act(Act.SUBMIT_REPORT, cast.clerk(), draft)
    draft = act(Act.CHECK_REPORT, cast.second_clerk(), draft)
    draft = act(Act.SIGN_REPORT, cast.signer(), draft)
    act(Act.ISSUE_REPORT, cast.clerk(), draft)
    assert seen == [
        (["to put into words and submit"], [], []),
        ([], ["to check"], []),
        (["came back: to write anew"], [], []),
        ([], ["to check"], []),
        ([], [], ["to sign"]),
        (["to issue"], ["to issue"], ["to issue"]),
        ([], [], []),
    ]
    assert browser_of(cast.auditor()).get("/").status_code == 302, "who only reads has no start page"


@pytest.mark.usefixtures("after_the_closing")
def test_start_page_says_since_when_a_report_waits_whatever_was_edited(browser_of: BrowserOf) -> None:
    the_office()
    draft = reports.a_draft()
    edited = issuing.edit_report(
        cast.clerk(), draft, draft.version, {"preamble": "改"}, NOW + timedelta(days=1)
    )
    assert edited.state_since == NOW
    sent = issuing.submit_report(cast.clerk(), edited, edited.version, NOW + timedelta(days=2))
    assert sent.state_since == NOW + timedelta(days=2)
    assert "since July 17" in browser_of(cast.second_clerk()).get("/").content.decode()


@pytest.mark.usefixtures("after_the_closing")
def test_a_report_whose_period_was_reopened_waits_to_be_discarded(browser_of: BrowserOf) -> None:
    the_office()
    draft = reports.checked()
    period = periods.reopen_period(cast.signer(), draft.period, "补报", NOW)
    checker, signer = browser_of(cast.second_clerk()), browser_of(cast.signer())
    assert (waits(checker), waits(signer)) == (["to discard: the period was reopened"], [])
    periods.close_period(cast.clerk(), period, "未报送", NOW)
    assert (waits(checker), waits(signer)) == (["to discard: the period was reopened"], [])


@pytest.mark.usefixtures("after_the_closing")
def test_reports_cost_the_start_page_one_query_where_there_are_any(
    browser_of: BrowserOf, queries_of: Callable[[Client, str], int]
) -> None:
    the_office()
    reports.a_closed_period()
    clerk = browser_of(cast.clerk())
    before = queries_of(clerk, "/")
    for kind in (ReportKind.STATUS, ReportKind.BULLETIN, ReportKind.FILING):
        reports.a_draft(kind)
    assert len(waits(clerk)) == 3
    assert queries_of(clerk, "/") == before + 1
