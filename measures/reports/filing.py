"""What does the record of the filing of a period say? (报送情况)

Who filed in time, late or not at all: by department, and one by one. It counts nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.utils import translation

from measures.lights import FilingState
from measures.reports import filing_columns, wording
from measures.reports.documents import Document, Group, Paragraph, chinese_date, origin
from measures.reports.filing_columns import ONE_BY_ONE
from measures.reports.status import lead_in, numbered, under_title
from measures.reports.tables import Cell, Column, cells_of, widths
from measures.reports.workbook import Sheet, workbook
from measures.summaries import PeriodSummary, SourcedSummary

TOLD = (
    (FilingState.MISSING, "未报送"),
    (FilingState.RETURNED, "退回未补"),
    (FilingState.LATE, "迟报"),
)


@dataclass(frozen=True)
class Table:
    """An annex: its columns and the cells of its rows; `total`: the last row is the sum of the others."""

    title: str
    css_class: str
    columns: tuple[str, ...]
    centred: tuple[bool, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: bool = False

    @property
    def cells(self) -> tuple[tuple[tuple[bool, Cell], ...], ...]:
        return tuple(tuple(zip(self.centred, row, strict=True)) for row in self.rows)


@dataclass(frozen=True, kw_only=True)
class FilingRecord(Document):
    template: ClassVar[str] = "reports/filing.html"

    under_title: str
    addressee: str
    lead_in: tuple[str, ...]
    overall: tuple[str, ...]
    behind: tuple[Group, ...]
    tables: tuple[Table, ...]
    sheets: tuple[Sheet, ...]
    css: str = ""  # type: ignore[misc]  # the columns of this kind depend on the period

    def xlsx(self) -> bytes:
        return workbook(self.sheets, title=self.title, author=self.issuer, created=self.created)


def filing_record(
    sourced: SourcedSummary, *, demo: bool = False, addressee: str = "", department: str = ""
) -> FilingRecord:
    """The record of a period, about all departments. Always Chinese."""
    with translation.override("zh-hans"):
        return _record(sourced, demo, addressee or settings.REPORT_ADDRESSEE)


def _record(sourced: SourcedSummary, demo: bool, addressee: str) -> FilingRecord:
    summary = sourced.summary
    period, on = summary.period.name, summary.as_of
    columns = filing_columns.columns_of(summary)
    by_department = tuple(cells_of(columns, row, on) for row in filing_columns.entries(summary))
    one_by_one = tuple(cells_of(ONE_BY_ONE, row, on) for row in filing_columns.updates(summary))
    note = "；".join(f"{label}：{value}" for label, value in origin("filing", sourced, demo)["facts"][:2])
    notes = (f"{note}{'；演示数据，内容均为虚构' if demo else ''}",)
    return FilingRecord(
        title_lines=(wording.subject(summary), f"报送情况（{period}）"),
        **origin("filing", sourced, demo),
        under_title=under_title(summary),
        addressee=addressee,
        lead_in=(lead_in(summary, demo, "各单位报送", "情况"),),
        overall=(deadlines(summary), wording.filing_sentence(summary)),
        behind=numbered(*((words, tuple(_behind(summary, state))) for state, words in TOLD)),
        tables=(
            _table(f"各单位报送情况（{period}）", "by-department", columns, by_department, total=True),
            _table(f"逐条报送情况（{period}）", "one-by-one", ONE_BY_ONE, one_by_one),
        ),
        sheets=(
            Sheet("按单位", f"各单位报送情况（{period}）", notes, columns, by_department, total=True),
            Sheet("逐条", f"逐条报送情况（{period}）", notes, ONE_BY_ONE, one_by_one),
        ),
        css=f"{widths(columns, 'by-department')}\n{widths(ONE_BY_ONE, 'one-by-one')}",
    )


def _table(
    title: str,
    css_class: str,
    columns: Iterable[Column],  # type: ignore[type-arg]  # of whatever rows
    rows: tuple[tuple[Cell, ...], ...],
    *,
    total: bool = False,
) -> Table:
    declared = tuple(columns)
    heads = tuple(column.heading for column in declared)
    return Table(title, css_class, heads, tuple(column.centred for column in declared), rows, total)


def deadlines(summary: PeriodSummary) -> str:
    period = summary.period
    return (
        f"参与单位报送期限为{chinese_date(period.participant_due_on)}，"
        f"牵头单位为{chinese_date(period.lead_due_on)}。"
    )


def _behind(summary: PeriodSummary, state: FilingState) -> Iterable[Paragraph]:
    """Each department with the measures on which it is behind in that way."""
    for row in summary.departments:
        found = [
            f"{measure.code}{measure.title}"
            for measure, update in row.updates
            if update.filing(summary.as_of) == state
        ]
        if found:
            yield Paragraph(f"{'；'.join(found)}。", who=f"{row.department.name}：")
