"""What does the breakdown of tasks say (任务分解表)? Each measure: what the text asks, of whom, by when."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from django.utils import translation

from measures.models import LeadMode
from measures.reports import wording
from measures.reports.documents import TableDocument, chinese_date, unsealed_origin
from measures.reports.tables import Cell, Column, RowsBySection, Table, number
from measures.summaries import DepartmentName, Plan, PlannedCommitment, PlannedMeasure

TASK: Final = "主要任务："


def _code(measure: PlannedMeasure, on: date) -> Cell:
    return Cell((measure.code,))


def _title(measure: PlannedMeasure, on: date) -> Cell:
    return Cell((measure.title,))


def _text(measure: PlannedMeasure, on: date) -> Cell:
    first, *others = wording.lines_of(measure.text)
    return Cell((f"{TASK}{first}", *others), names=(TASK, *("" for _line in others)))


def _promised(measure: PlannedMeasure, on: date) -> Cell:
    return Cell(tuple(map(promise, measure.commitments)) or ("—",))


def promise(commitment: PlannedCommitment) -> str:
    """In the words of the text, and by when."""
    until = f"{chinese_date(commitment.ends_on)}前" if commitment.ends_on else ""
    when = "，".join(words for words in ("每年" if commitment.is_yearly else "", until) if words)
    return f"{commitment.label}：{commitment.wording}{f'（{when}）' if when else ''}"


def _leads(measure: PlannedMeasure, on: date) -> Cell:
    if not measure.leads:
        return Cell((wording.NO_LEAD_NOW if measure.clause_text else wording.NO_LEAD,))
    separate = "（分别牵头）" if measure.lead_mode == LeadMode.SEPARATE else ""
    return Cell((f"{names(measure.leads)}{separate}",))


def _participants(measure: PlannedMeasure, on: date) -> Cell:
    return Cell((names(measure.participants) or "—",))


def names(departments: Iterable[DepartmentName]) -> str:
    return "、".join(department.name for department in departments)


def _clause(measure: PlannedMeasure, on: date) -> Cell:
    return Cell((measure.clause_text or "—",))


def _last_day(measure: PlannedMeasure, on: date) -> Cell:
    days = [row.ends_on for row in measure.commitments if row.ends_on]
    return Cell((f"{max(days):%Y-%m-%d}",), value=max(days)) if days else Cell(("—",))


COLUMNS: Final[tuple[Column[PlannedMeasure], ...]] = (
    Column("编号", 18, _code, centred=True),
    Column("举措", 45, _title),
    Column("量化承诺和时限", 76, _promised),
    Column("牵头单位", 43, _leads),
    Column("参与单位", 43, _participants),
    Column("主要任务", 76, _text, across=True),
    Column("责任条款原文", 40, _clause, on_paper=False),
    Column("量化承诺数", 14, lambda row, on: number(row.commitment_count), centred=True, on_paper=False),
    Column("责任单位数", 14, lambda row, on: number(row.department_count), centred=True, on_paper=False),
    Column("最晚时限", 17, _last_day, centred=True, on_paper=False),
)


class Breakdown(TableDocument):
    """任务分解表."""


def breakdown(plan: Plan, *, demo: bool = False) -> Breakdown:
    """The plan of an edition as a table, of any number of measures. Always Chinese."""
    with translation.override("zh-hans"):
        day = chinese_date(plan.on)
        return Breakdown(
            title_lines=(f"{wording.subject(plan)}任务分解表",),
            **unsealed_origin("breakdown", plan.policy, plan.edition, plan.on, plan.sha256, demo),
            under_title=f"（{plan.policy.coordinator.name}　责任分工截至{day}）",
            table=Table(
                "breakdown",
                "任务分解表",
                COLUMNS,
                RowsBySection(plan.measures, COLUMNS, plan.on),
                sheet="任务分解",
                wide=True,
            ),
        )
