"""What does the page of a measure show of its light within a period? Its changes, drawn and as a table."""

from dataclasses import dataclass
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from measures.charts import StripCell, light_steps
from measures.summaries import KeptChange, MeasureHistory, PeriodHead

# The open period and the one before it; the dossier has all of them.
PERIODS_SHOWN: Final = 2
CHANGES_SHOWN: Final = 12


@dataclass(frozen=True)
class LightsWithin:
    """The latest lights of a measure in a period, the newest first, and their chart; how many were before."""

    period: PeriodHead
    changes: tuple[KeptChange, ...]
    steps: SafeString
    earlier: int


def lights_within(history: MeasureHistory) -> list[LightsWithin]:
    """Of the latest periods, the newest first; one in which nothing was kept is left out."""
    return [
        _within(entry.period, entry.changes) for entry in history.entries[:PERIODS_SHOWN] if entry.changes
    ]


def _within(period: PeriodHead, changes: tuple[KeptChange, ...]) -> LightsWithin:
    shown = changes[-CHANGES_SHOWN:]
    cells = [StripCell(f"{change.day:%m-%d}", change.light.colour) for change in shown]
    title = _("Lights within %(period)s") % {"period": period.label}
    return LightsWithin(period, shown[::-1], light_steps(cells, title), len(changes) - len(shown))
