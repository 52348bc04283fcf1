"""What is signed on paper in the demo? In each open period the slip of one department."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from measures.demo.messages import Action, Who, demo_moment
from measures.models import ReportingPeriod
from measures.reports.filing_slip import slip_rows
from measures.workflow.signatures import note_signatures, signed_text

DIRECTOR = "赵国强"


def acts_of(period: ReportingPeriod, actor: Who) -> Iterator[tuple[datetime, Action]]:
    """What is done in an open period, each with its moment."""
    yield demo_moment(-1, 16), partial(_sign, period, actor)


def _sign(period: ReportingPeriod, actor: Who, at: datetime) -> None:
    """All that the first department in the order of the document has handed to its reviewer by then."""
    updates = [row for row in slip_rows(period.updates.all()) if signed_text(row)]
    own = [row for row in updates if row.department_id == updates[0].department_id]
    texts = [text for row in own if (text := signed_text(row))]
    if texts:
        reviewer = actor(f"{own[0].department.slug}-reviewer", at)
        note_signatures(reviewer, texts, DIRECTOR, at.date(), at)
