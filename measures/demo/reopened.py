"""Which period is reopened in the demo? Of the first policy one that took in what was settled afterwards.

It is closed a second time: so that two snapshots of one period stand side by side.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Final

from measures.demo.data import OFFICE_TIME, Office
from measures.demo.messages import Action, Who
from measures.models import ReportingPeriod
from measures.workflow import periods

REOPENED: Final = ("skilled-workers-2019", "2019Q3")
OPENED: Final = datetime(2019, 11, 5, 10, 20, tzinfo=OFFICE_TIME)
# Two days after a matter of that quarter was settled.
CLOSED: Final = datetime(2019, 11, 8, 16, 10, tzinfo=OFFICE_TIME)
WHY_OPENED: Final = "市教育局需协调事项已议定，报市政府前需将结果计入三季度情况，重新开启。"
WHY_CLOSED: Final = "需协调事项结果已计入；市工商联1条仍未报送，再次截止。"


def acts_of(period: ReportingPeriod, office: Office, actor: Who) -> Iterator[tuple[datetime, Action]]:
    """After its first closing."""
    if (period.policy.slug, period.code) == REOPENED:
        yield OPENED, partial(_reopen, period, office.signer, actor)
        yield CLOSED, partial(_close, period, office.clerk, actor)


def _reopen(period: ReportingPeriod, signer: str, actor: Who, at: datetime) -> None:
    periods.reopen_period(actor(signer, at), period, WHY_OPENED, at)


def _close(period: ReportingPeriod, clerk: str, actor: Who, at: datetime) -> None:
    periods.close_period(actor(clerk, at), period, WHY_CLOSED, at)
    period.refresh_from_db()
