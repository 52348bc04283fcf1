"""What does the record of the filing of a period say? (报送情况)

Who filed in time, late or not at all: by department, and one by one. It counts nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.utils import translation

from measures.lights import FilingState
from measures.reports import filing_columns, wording
from measures.reports.blocks import Block, Group, Paragraph, closing, grouped, part
from measures.reports.documents import Document, chinese_date, origin
from measures.reports.status import lead_in, numbered, under_title
from measures.reports.tables import Table
from measures.summaries import PeriodSummary, SourcedSummary

TOLD = (
    (FilingState.MISSING, "未报送"),
    (FilingState.RETURNED, "退回未补"),
    (FilingState.LATE, "迟报"),
)


@dataclass(frozen=True, kw_only=True)
class FilingRecord(Document):
    carries_workbook: ClassVar[bool] = True

    overall: tuple[str, ...]
    not_as_required: tuple[Group, ...]
    annexes: tuple[Table, ...]

    @property
    def blocks(self) -> Iterator[Block]:
        yield from part("一、总体情况", self.overall)
        yield from grouped("二、未按要求报送情况", self.not_as_required, "没有未报送、迟报或退回未补的填报。")
        yield from closing(self.issuer, self.dated, *self.annexes)


def filing_record(
    sourced: SourcedSummary, *, demo: bool = False, addressee: str = "", department: str = ""
) -> FilingRecord:
    """The record of a period, about all departments. Always Chinese."""
    with translation.override("zh-hans"):
        return _record(sourced, demo, addressee or settings.REPORT_ADDRESSEE)


def _record(sourced: SourcedSummary, demo: bool, addressee: str) -> FilingRecord:
    summary = sourced.summary
    period = summary.period.name
    return FilingRecord(
        title_lines=(*wording.name_lines(wording.subject(summary)), f"报送情况（{period}）"),
        **origin("filing", sourced, demo),
        under_title=under_title(summary),
        addressee=addressee,
        lead_in=(lead_in(summary, demo, "各单位报送", "情况"),),
        overall=(deadlines(summary), wording.filing_sentence(summary)),
        not_as_required=numbered(
            *((words, tuple(departments_in_state(summary, state))) for state, words in TOLD)
        ),
        annexes=(
            filing_columns.by_department(f"各单位报送情况（{period}）", summary),
            filing_columns.one_by_one(f"逐条报送情况（{period}）", summary),
        ),
    )


def deadlines(summary: PeriodSummary) -> str:
    """By when who files: the convenor later than its co-leads (docs/domain.md 3.2)."""
    period = summary.period
    return (
        f"参与单位和其他牵头单位报送期限为{chinese_date(period.participant_due_on)}，"
        f"第一牵头单位和分别牵头单位为{chinese_date(period.lead_due_on)}（均含当日）。"
    )


def departments_in_state(summary: PeriodSummary, state: FilingState) -> Iterable[Paragraph]:
    """Each department with the measures on which it is behind in that way."""
    for row in summary.departments:
        found = [
            f"{measure.code}{measure.title}"
            for measure, update in row.updates
            if update.filing(summary.as_of) == state
        ]
        if found:
            yield Paragraph(f"{'；'.join(found)}。", who=f"{row.department.name}：")
