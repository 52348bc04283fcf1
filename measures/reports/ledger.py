"""What does the ledger of all measures show (进展情况台账)? Each row of `COLUMNS` is one column of it.

A column's heading, width and cells stand here and nowhere else (`tables`). The ledger is the annex of the
status report and a document of its own, of which a workbook shows more columns.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.utils import translation

from measures.charts import mark_of
from measures.models import LeadMode
from measures.reports import wording
from measures.reports.blocks import Paragraph
from measures.reports.documents import TableDocument, chinese_date, origin
from measures.reports.tables import Cell, Column, Quotation, RowsBySection, Table, number
from measures.summaries import MeasureStatus, PeriodSummary, SourcedSummary, UpdateStatus


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
    return Cell((named, wording.bracketed(designated)) if designated else (named,))


def _participants(measure: MeasureStatus, on: date) -> Cell:
    return Cell(("、".join(department.name for department in measure.participants) or "—",))


def _progress(measure: MeasureStatus, on: date, period: str = "") -> Cell:
    """What is printed in a sentence each, and what was promised; below it at length, as others are quoted."""
    sentences, details = wording.sentences_of(measure, on), tuple(wording.details_of(measure))
    promised = tuple(wording.commitments_of(measure, period))
    told = ((row, f"{said}{wording.next_steps_of(row)}") for row, said in details)
    return Cell(
        (*sentences, *promised),
        below=tuple(Quotation(wording.with_role(row), said) for row, said in told if said),
        sheet_lines=(
            *sentences,
            *(f"{wording.speaker(measure, row)}{said}" for row, said in details if said),
            *promised,
        ),
    )


def _problems(measure: MeasureStatus, on: date) -> Cell:
    return Cell(wording.said_by(measure, "problems") or ("—",))


def _next_steps(measure: MeasureStatus, on: date) -> Cell:
    return Cell(wording.said_by(measure, "next_steps") or ("—",))


def _matters(measure: MeasureStatus, on: date) -> Cell:
    return number(measure.matter_count)


def _due(measure: MeasureStatus, on: date) -> Cell:
    return _day(measure, lambda update: update.due_on)


def _filed(measure: MeasureStatus, on: date) -> Cell:
    return _day(measure, lambda update: update.filed_on)


def _day(measure: MeasureStatus, day_of: Callable[[UpdateStatus], date | None]) -> Cell:
    """Of the convenor, or the latest of the separate leads."""
    speaking = [measure.convenor] if measure.convenor else [row for row in measure.updates if row.is_lead]
    days = [day for update in speaking if not update.waived and (day := day_of(update))]
    return Cell((f"{max(days):%Y-%m-%d}",), value=max(days)) if days else Cell(("—",))


def _colour(measure: MeasureStatus, on: date) -> Cell:
    return Cell((str(measure.light.colour.label),))


def _light(measure: MeasureStatus, on: date, period: str = "") -> Cell:
    words = f"{measure.light.colour.label}　{wording.full_stop(wording.reason_of(measure, period))}"
    return Cell((words,), mark_of(measure.light.colour))


def _others(measure: MeasureStatus, on: date) -> Cell:
    """What other departments reported, and whose text does not count."""
    silent = wording.silent_others(measure, on)
    uncounted = (Paragraph(silent, who="未计入："),) if silent else ()
    told = (*wording.inputs_of(measure), *uncounted)
    return Cell(
        tuple(f"{row.who}{row.text}" for row in told),
        names=tuple(row.who for row in told),
        leads=tuple(row.lead for row in told),
    )


# The shares are millimetres of the sheet as it is today; a new column takes its part from all.
COLUMNS: Final[tuple[Column[MeasureStatus], ...]] = (
    Column("编号", 18, _code, centred=True),
    Column("举措", 34, _title),
    Column("牵头单位", 34, _leads),
    Column("本期进展", 71, _progress),
    Column("存在问题", 37, _problems),
    Column("进度灯及原因", 31, _light),
    Column("其他单位报送情况", 71, _others, across=True),
)
# What a workbook can filter, sort and count with.
MORE_IN_A_WORKBOOK: Final[tuple[Column[MeasureStatus], ...]] = (
    Column("参与单位", 34, _participants, on_paper=False),
    Column("下步打算", 37, _next_steps, on_paper=False),
    Column("进度灯", 12, _colour, centred=True, on_paper=False),
    Column("应报日期", 17, _due, centred=True, on_paper=False),
    Column("报送日期", 17, _filed, centred=True, on_paper=False),
    Column("需协调事项", 14, _matters, centred=True, on_paper=False),
)


def ledger_table(sourced: SourcedSummary) -> Table:
    """The annex: with the columns of paper, and held whole."""
    table = _streamed(sourced, COLUMNS)
    return replace(table, rows=tuple(table.rows))


@dataclass(frozen=True)
class _OfPeriod:
    """A cell that dates what another period states."""

    cell: Callable[[MeasureStatus, date, str], Cell]
    period: str

    def __call__(self, measure: MeasureStatus, on: date) -> Cell:
        return self.cell(measure, on, self.period)


def _of_period(column: Column[MeasureStatus], period: str) -> Column[MeasureStatus]:
    for cell in (_progress, _light):
        if column.cell == cell:
            return replace(column, cell=_OfPeriod(cell, period))
    return column


def _streamed(sourced: SourcedSummary, columns: tuple[Column[MeasureStatus], ...]) -> Table:
    summary = sourced.summary
    columns = tuple(_of_period(column, summary.period.name) for column in columns)
    rows = RowsBySection(sourced.in_order, columns, summary.as_of)
    return Table("ledger", f"进展情况台账（{summary.period.name}）", columns, rows, sheet="台账", wide=True)


class Ledger(TableDocument):
    """进展情况台账."""


def ledger(sourced: SourcedSummary, *, demo: bool = False) -> Ledger:
    """The ledger of a period, of any number of measures. Always Chinese."""
    with translation.override("zh-hans"):
        summary = sourced.summary
        return Ledger(
            title_lines=(wording.subject(summary), f"进展情况台账（{summary.period.name}）"),
            **origin("ledger", sourced, demo),
            under_title=as_of(summary),
            table=_streamed(sourced, (*COLUMNS, *MORE_IN_A_WORKBOOK)),
        )


def as_of(summary: PeriodSummary) -> str:
    """Whose it is and of which day."""
    still = "本期尚未截止，" if wording.is_open(summary) else ""
    return f"（{summary.policy.coordinator.name}　{still}数据截至{chinese_date(summary.as_of)}）"
