"""Does the demo show an issued report: drafted, returned, checked, signed and issued by those who may?"""

import hashlib

from measures.models import Act, Event, IssuedReport
from measures.models.issuing import printed_digest_of
from tests.measures.test_load_demo import FIRST, in_the_demo, once


@once
@in_the_demo
def test_demo_has_one_issued_report_of_the_last_closed_quarter() -> None:
    report = IssuedReport.objects.get()
    assert (report.policy.slug, report.period.code, report.reference) == (FIRST, "2020Q1", "〔2020〕1号")
    people = [report.drafted_by, report.checked_by, report.signed_by]
    assert [person.username for person in people] == ["rsj-clerk", "rsj-clerk-2", "rsj-signer"]
    assert report.next_steps.endswith("二季度报送时一并说明原因。")
    assert bytes(report.content).startswith(b"%PDF")
    assert hashlib.sha256(report.content).hexdigest() == report.sha256
    assert printed_digest_of(report) == report.printed_sha256
    assert Event.objects.filter(act=Act.RETURN_REPORT, period=report.period).count() == 1
