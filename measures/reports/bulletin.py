"""What does the office tell all departments about their filing (报送情况通报)? Good, late, missing: who.

In protocol order, never ranked (docs/domain.md 10.3). The office edits it before it issues it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from django.utils import translation

from measures.lights import FilingState
from measures.reports import filing_columns, wording
from measures.reports.blocks import Block, Group, closing, grouped, part
from measures.reports.documents import Document, chinese_date, origin
from measures.reports.filing import deadlines, departments_in_state
from measures.reports.status import numbered, under_title
from measures.reports.tables import Table
from measures.summaries import PeriodSummary, SourcedSummary

EVERYBODY: Final = "各责任单位"
NOT_AS_REQUIRED: Final = (
    (FilingState.LATE, "迟报"),
    (FilingState.MISSING, "未报送"),
    (FilingState.RETURNED, "退回未补"),
)


@dataclass(frozen=True, kw_only=True)
class Bulletin(Document):
    overall: tuple[str, ...]
    good: str
    not_as_required: tuple[Group, ...]
    requests: tuple[str, ...]
    annex: Table

    @property
    def blocks(self) -> Iterator[Block]:
        yield from part("一、总体情况", self.overall)
        yield from part("二、按时报送的单位", (self.good,))
        yield from grouped(
            "三、未按要求报送的单位", self.not_as_required, "没有未报送、迟报或退回未补的填报。"
        )
        yield from part("四、有关要求", self.requests)
        yield from closing(self.issuer, self.dated, self.annex)


def bulletin(sourced: SourcedSummary, *, demo: bool = False, addressee: str = "") -> Bulletin:
    """On the filing of a period, to all departments. Always Chinese."""
    with translation.override("zh-hans"):
        summary = sourced.summary
        period, basis = summary.period.name, summary.edition.full_title
        invented = "（演示数据，内容均为虚构）" if demo else ""
        about = f"关于{wording.subject(summary).removeprefix('关于')}"
        until = f"数据截至{chinese_date(summary.as_of)}{invented}。"
        return Bulletin(
            title_lines=(*wording.name_lines(about), f"{period}进展情况报送工作的通报"),
            **origin("bulletin", sourced, demo),
            under_title=under_title(summary),
            addressee=addressee or EVERYBODY,
            lead_in=(
                f"根据《{basis}》有关跟踪落实情况的要求，现将{period}进展情况报送工作通报如下。{until}",
            ),
            overall=(deadlines(summary), wording.filing_sentence(summary, "本通报")),
            good=good(summary),
            not_as_required=numbered(
                *((words, tuple(departments_in_state(summary, state))) for state, words in NOT_AS_REQUIRED)
            ),
            requests=tuple(requests(summary)),
            annex=filing_columns.by_department(f"各单位报送情况（{period}）", summary),
        )


def good(summary: PeriodSummary) -> str:
    """Who filed all that was due, and in time."""
    named = "、".join(row.department.name for row in summary.punctual)
    return f"{named}，共{summary.punctual_count}个单位，按时报送。" if named else "没有全部按时报送的单位。"


def requests(summary: PeriodSummary) -> Iterable[str]:
    """What those who are behind are asked for."""
    if summary.missing:
        yield "未报送的单位请尽快补报；确有困难的，请书面说明原因。"
    yield "各单位请对照职责分工，按期、如实报送进展情况，报送前由单位负责同志审核。"
