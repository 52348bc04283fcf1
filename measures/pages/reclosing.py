"""What does a page show, before a period is reopened or closed again, of what would differ from last time?"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.core.paginator import Page

from measures import summaries
from measures.models import ReportingPeriod
from measures.pages.paging import page_of_all
from measures.pages.snapshot_comparison import ShownMeasure, shown

MEASURES_SHOWN: Final = 20


@dataclass(frozen=True)
class Reclosing:
    """A page of the measures that differ from the last snapshot; or the sentence why none can be shown."""

    snapshot: summaries.SnapshotReference | None = None
    rows: tuple[ShownMeasure, ...] = ()
    page: Page[summaries.ChangedMeasure] | None = None
    problem: str = ""

    @property
    def must_be_read(self) -> bool:
        """Something differs, or nobody can tell."""
        return bool(self.rows or self.problem)


def reclosing_of(period: ReportingPeriod, on: date, number: str) -> Reclosing | None:
    """As if it were closed that day; None for a period that was never closed. Loaded as for `kept_period`."""
    try:
        found = summaries.changes_since_closing(period, on)
    except summaries.SnapshotError as error:
        return Reclosing(problem=str(error))
    if found is None:
        return None
    page = page_of_all(found.measures, number, MEASURES_SHOWN)
    return Reclosing(found.snapshot, tuple(shown(row) for row in page), page)
