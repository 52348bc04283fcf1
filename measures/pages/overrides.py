"""Which lights that the office has set does a page list, for whoever signs or closes a period?"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.core.paginator import Page

from measures import summaries
from measures.models import MeasureFigures, ReportingPeriod
from measures.pages.paging import page_of

OVERRIDES_SHOWN: Final = 20


@dataclass(frozen=True)
class ListedOverrides:
    """A page of them; or the sentence why nothing of them is shown."""

    rows: list[summaries.Override]
    page: Page[MeasureFigures] | None = None
    problem: str = ""


def list_overrides(kept: summaries.KeptPeriod, number: str) -> ListedOverrides:
    """One query. Where the snapshot does not vouch for a row, the sentence: the rest of the page stays."""
    page = page_of(summaries.overridden(kept), number, OVERRIDES_SHOWN)
    try:
        return ListedOverrides(summaries.overrides_of(kept, page), page)
    except summaries.SnapshotError as error:
        return ListedOverrides([], problem=str(error))


def overrides_of_period(period: ReportingPeriod, on: date, number: str) -> ListedOverrides:
    """The same of an opened period, with policy, coordinator, edition and figures."""
    try:
        kept = summaries.kept_period(period, on)
    except summaries.SnapshotError as error:
        return ListedOverrides([], problem=str(error))
    return list_overrides(kept, number)
