"""Which columns has a table of filing? One declaration for annex, record and worksheet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from measures.lights import FilingState
from measures.models import LeadMode
from measures.reports import wording
from measures.reports.tables import Cell, Column, Table, cells_of, number
from measures.summaries import FilingCount, MeasureStatus, PeriodSummary, UpdateStatus

ROLES: Final = {LeadMode.SEPARATE: "分别牵头", LeadMode.JOINT: "共同牵头"}
FILED: Final = {
    FilingState.ON_TIME: "按时报送",
    FilingState.LATE: "迟报",
    FilingState.MISSING: "未报送",
    FilingState.RETURNED: "退回未补",
    FilingState.NOT_DUE: "未到期",
    FilingState.WAIVED: "免报",
}


@dataclass(frozen=True)
class FilingEntry:
    """What one department owed and what became of it; `total`: all of them."""

    name: str
    count: FilingCount
    remarks: str
    total: bool = False


@dataclass(frozen=True)
class FiledUpdate:
    """What one department owed on one measure; `leads` is its role there. Without an update it owes none."""

    measure: MeasureStatus
    update: UpdateStatus | None
    leads: bool


def entries(summary: PeriodSummary) -> tuple[FilingEntry, ...]:
    """In protocol order, never ranked (docs/domain.md 10.3); all of them last."""
    rows = (
        FilingEntry(row.department.name, row.count, wording.remarks(row, summary.as_of))
        for row in summary.departments
    )
    return (*rows, FilingEntry("合计", summary.filing, "", total=True))


def updates(summary: PeriodSummary) -> Iterator[FiledUpdate]:
    """Department by department, in the order of the text."""
    for row in summary.departments:
        for measure, update in row.updates:
            yield FiledUpdate(measure, update, update.is_lead)


# --- how many, by department ------------------------------------------------------------------------


COUNTS: Final[tuple[Column[FilingEntry], ...]] = (
    Column("应报", 8, lambda row, on: number(row.count.owed), centred=True),
    Column("按时", 8, lambda row, on: number(row.count.on_time), centred=True),
    Column("迟报", 8, lambda row, on: number(row.count.late), centred=True),
    Column("未报", 8, lambda row, on: number(row.count.missing), centred=True),
    Column("未到期", 11, lambda row, on: number(row.count.not_due), centred=True),
    Column("免报", 8, lambda row, on: number(row.count.waived), centred=True),
)
NAME: Final[Column[FilingEntry]] = Column("单位", 42, lambda row, on: Cell((row.name,)))
RATE: Final[Column[FilingEntry]] = Column("及时率", 28, lambda row, on: _rate(row.count), centred=True)
REMARKS: Final[Column[FilingEntry]] = Column(
    "迟报、未报举措", 46, lambda row, on: Cell((row.remarks or ("" if row.total else "—"),))
)


def _rate(count: FilingCount) -> Cell:
    return Cell((wording.rate(count),), value=count.share)


def counts_of(summary: PeriodSummary) -> tuple[Column[FilingEntry], ...]:
    """未到期 only while something is not due yet."""
    return tuple(row for row in COUNTS if row.heading != "未到期" or summary.filing.not_due)


def columns_of(summary: PeriodSummary) -> tuple[Column[FilingEntry], ...]:
    return (NAME, *counts_of(summary), RATE, REMARKS)


def by_department(title: str, summary: PeriodSummary) -> Table:
    columns, on = columns_of(summary), summary.as_of
    rows = tuple(cells_of(columns, row, on) for row in entries(summary))
    name = "filing by-department crowded" if summary.filing.not_due else "filing by-department"
    return Table(name, title, columns, rows, total=True, sheet="按单位")


# --- which, one by one ------------------------------------------------------------------------------


def code(row: FiledUpdate, on: date) -> Cell:
    return Cell((row.measure.code,))


def title(row: FiledUpdate, on: date) -> Cell:
    return Cell((row.measure.title,))


def role(row: FiledUpdate, on: date) -> Cell:
    if not row.leads:
        return Cell(("参与",))
    convenes = row.update is not None and row.measure.convenor == row.update
    is_first = convenes and row.measure.lead_mode == LeadMode.JOINT
    return Cell(("第一牵头" if is_first else ROLES.get(row.measure.lead_mode, "牵头"),))


def due(row: FiledUpdate, on: date) -> Cell:
    if row.update is None or row.update.waived:
        return Cell(("—",))
    return Cell((_short(row.update.due_on),), value=row.update.due_on)


def filed(row: FiledUpdate, on: date) -> Cell:
    """The day alone: a column of dates."""
    day = row.update.filed_on if row.update and not row.update.waived else None
    return Cell((_short(day),), value=day) if day else Cell(("—",))


def state(row: FiledUpdate, on: date) -> Cell:
    return Cell((FILED[row.update.filing(on)] if row.update else "本期不填报",))


def state_and_day(row: FiledUpdate, on: date) -> Cell:
    day = row.update.filed_on if row.update and not row.update.waived else None
    return Cell((*state(row, on).lines, _short(day))) if day else state(row, on)


def department(row: FiledUpdate, on: date) -> Cell:
    return Cell((row.update.department.name if row.update else "",))


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"


ONE_BY_ONE: Final[tuple[Column[FiledUpdate], ...]] = (
    Column("单位", 34, department),
    Column("编号", 19, code, centred=True),
    Column("举措", 55, title),
    Column("角色", 19, role, centred=True),
    Column("应报日期", 17, due, centred=True),
    Column("报送日期", 17, filed, centred=True),
    Column("报送情况", 20, state, centred=True),
)


def one_by_one(title: str, summary: PeriodSummary) -> Table:
    rows = tuple(cells_of(ONE_BY_ONE, row, summary.as_of) for row in updates(summary))
    return Table("filing one-by-one", title, ONE_BY_ONE, rows, sheet="逐条")
