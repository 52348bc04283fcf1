"""The acts of every report are told apart, though the record says them of the period."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from measures import register
from measures.models import Act, Event, IssuedReport, ReportDraft, ReportKind
from measures.register import Wanted
from measures.report_acts import REPORT_ACTS, reports_of
from tests import builders, cast
from tests.measures import issued_reports as reports

pytestmark = pytest.mark.django_db


def test_acts_of_a_report_lead_to_its_own_page() -> None:
    """One was discarded, one withdrawn, one took its place, one is of another kind."""
    discarded = reports.a_draft()
    reports.do(Act.DISCARD_REPORT, cast.clerk(), discarded)
    withdrawn = reports.withdrawn().report
    counting = reports.issued()
    filing = reports.a_draft(ReportKind.FILING)
    rows: dict[object, list[str]] = {}
    with CaptureQueriesContext(connection) as queries:
        found = reports_of(Event.objects.all())
    assert len(queries) == 3, "the events, the drafts, their beginnings"
    for event in Event.objects.filter(act__in=REPORT_ACTS):
        rows.setdefault(found[event.pk], []).append(event.act)
    way = [Act.DRAFT_REPORT, Act.SUBMIT_REPORT, Act.CHECK_REPORT, Act.SIGN_REPORT, Act.ISSUE_REPORT]
    assert rows == {
        discarded: [Act.DRAFT_REPORT, Act.DISCARD_REPORT],
        withdrawn: [*way, Act.WITHDRAW_REPORT],
        counting: way,
        filing: [Act.DRAFT_REPORT],
    }


def test_register_says_which_report_and_where_it_is() -> None:
    report = reports.withdrawn().report
    draft = reports.a_draft(ReportKind.FILING)
    actor = cast.auditor()
    keys = register.keys_of(report.policy, Wanted(kind="acts"))
    found = {(row.subject, row.place) for row in register.rows_of(actor, keys) if row.place}
    assert {row for row in found if row[1][0] in {"measures:issued_detail", "measures:draft_detail"}} == {
        (f"{report.period.name} {report.get_kind_display()}", ("measures:issued_detail", report.uuid)),
        (f"{draft.period.name} {draft.get_kind_display()}", ("measures:draft_detail", draft.uuid)),
    }


def test_an_act_whose_report_cannot_be_told_stays_with_its_period() -> None:
    """As where the name of a kind has been changed since."""
    period = reports.a_closed_period()
    office, at = cast.the_office(), builders.moment()
    event = Event.objects.record(
        Act.CHECK_REPORT, cast.clerk(), office, at, comment="旧称报告", period=period
    )
    assert reports_of([event]) == {}
    assert not ReportDraft.objects.exists()
    assert not IssuedReport.objects.exists()
