"""What does the ledger of all measures show (进展情况台账)? Each row of `COLUMNS` is one column of it.

A column's heading, width and cells stand here and nowhere else (`tables`).
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from measures.charts import mark_of
from measures.models import LeadMode
from measures.reports import wording
from measures.reports.documents import Paragraph
from measures.reports.tables import Cell, Column, cells_of, widths
from measures.summaries import MeasureStatus, SectionStatus

__all__ = [
    "COLUMNS",
    "Cell",
    "Column",
    "LedgerRow",
    "LedgerSection",
    "ledger_row",
    "ledger_section",
    "widths",
]


@dataclass(frozen=True)
class LedgerRow:
    """One measure: its cells in the order of the columns, and below them what runs across them."""

    code: str
    cells: tuple[Cell, ...]
    inputs: tuple[Paragraph, ...]
    silent: str

    @property
    def columns(self) -> tuple[tuple[Column[MeasureStatus], Cell], ...]:
        return tuple(zip(COLUMNS, self.cells, strict=True))

    @property
    def across(self) -> tuple[Paragraph, ...]:
        """What other departments reported, and whose text does not count."""
        uncounted = (Paragraph(self.silent, who="未计入："),) if self.silent else ()
        return (*self.inputs, *uncounted)


@dataclass(frozen=True)
class LedgerSection:
    heading: str
    rows: tuple[LedgerRow, ...]


def _code(measure: MeasureStatus, on: date) -> Cell:
    return Cell((measure.code,))


def _title(measure: MeasureStatus, on: date) -> Cell:
    return Cell((measure.title,))


def _leads(measure: MeasureStatus, on: date) -> Cell:
    leads = wording.leads_of(measure)
    if not leads:
        return Cell((wording.NO_LEAD_NOW if measure.clause_text else wording.NO_LEAD,))
    named = f"{leads}（分别牵头）" if measure.lead_mode == LeadMode.SEPARATE else leads
    designated = wording.designation_of(measure)
    return Cell((named, f"（{designated}）") if designated else (named,))


def _progress(measure: MeasureStatus, on: date) -> Cell:
    return Cell((*wording.sentences_of(measure, on), *wording.commitments_of(measure)))


def _problems(measure: MeasureStatus, on: date) -> Cell:
    return Cell(wording.said_by(measure, "problems") or ("—",))


def _light(measure: MeasureStatus, on: date) -> Cell:
    words = f"{measure.light.colour.label}　{wording.reason_of(measure)}"
    return Cell((words,), mark_of(measure.light.colour))


# The shares are millimetres of the sheet as it is today; a new column takes its part from all.
COLUMNS: Final[tuple[Column[MeasureStatus], ...]] = (
    Column("编号", 18, _code, centred=True),
    Column("举措", 34, _title),
    Column("牵头单位", 34, _leads),
    Column("本期进展", 71, _progress),
    Column("存在问题", 37, _problems),
    Column("进度灯及原因", 31, _light),
)


def ledger_section(section: SectionStatus, on: date) -> LedgerSection:
    return LedgerSection(section.heading, tuple(ledger_row(row, on) for row in section.measures))


def ledger_row(measure: MeasureStatus, on: date) -> LedgerRow:
    return LedgerRow(
        code=measure.code,
        cells=cells_of(COLUMNS, measure, on),
        inputs=wording.inputs_of(measure),
        silent=wording.silent_others(measure, on),
    )
