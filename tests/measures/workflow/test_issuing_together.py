"""Two reports that are issued at the same instant; on either database, in real commits."""

from collections.abc import Callable
from functools import partial

import pytest

from departments.actors import Actor
from measures.models import IssuedReport, ReportDraft
from measures.workflow import issuing, periods
from measures.workflow.errors import WorkflowError
from tests import builders, cast
from tests.measures import issued_reports as reports
from tests.measures.issued_reports import NOW
from tests.measures.workflow.two_connections import together

pytestmark = pytest.mark.usefixtures("own_database")


def issuing_of(draft: ReportDraft, actor: Actor) -> Callable[[], object]:
    return partial(issuing.issue_report, actor, draft, draft.version, reports.a_file, NOW)


def test_two_periods_of_a_policy_that_issue_at_once_get_two_numbers() -> None:
    second = reports.a_closed_period()
    first = builders.an_open_period(code="2020Q1")
    periods.close_period(cast.clerk(), first, "未报送", NOW)
    drafts = [reports.signed(reports.a_draft(period=period)) for period in (first, second)]
    told = together(*(issuing_of(draft, cast.clerk()) for draft in drafts))
    assert told == [None, None]
    assert sorted(IssuedReport.objects.values_list("number", flat=True)) == [1, 2]
    for report in IssuedReport.objects.all():
        assert report.reference.encode() in bytes(report.content)


def test_a_report_that_two_people_issue_at_once_is_issued_once() -> None:
    draft = reports.signed()
    told = together(issuing_of(draft, cast.clerk()), issuing_of(draft, cast.second_clerk()))
    assert told.count(None) == 1
    assert isinstance(told[0] or told[1], WorkflowError)
    assert IssuedReport.objects.count() == 1
