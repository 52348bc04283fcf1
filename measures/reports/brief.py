"""What does a leader read on one page (简报)? How it stands, what is red or yellow, what is to settle.

It never runs over its page: what finds no room is counted, and the ledger has all of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from django.conf import settings
from django.utils import translation

from measures.charts import COLOURS, mark_of
from measures.models import LightColour
from measures.reports import wording
from measures.reports.blocks import Block, Heading, Paragraph, part
from measures.reports.documents import Document, origin
from measures.reports.ledger import as_of
from measures.reports.tables import Cell, Column, Row, Table, cells_of
from measures.summaries import Matter, MeasureStatus, PeriodSummary, SourcedSummary

# Of each table: more rows than one page could hold. How many it holds is known when it is laid out.
MOST_ROWS: Final = 24
# The fact that leads back to the figures: period and day stand in the title, the others in the report.
FACTS: Final = {"快照"}
MOST_OF_A_TEXT: Final = 60
MOST_LIGHTER: Final = 3


def _code(measure: MeasureStatus, on: date) -> Cell:
    return Cell((measure.code,))


def _title(measure: MeasureStatus, on: date) -> Cell:
    return Cell((measure.title,))


def _light(measure: MeasureStatus, on: date) -> Cell:
    return Cell((wording.light_name(measure.light),), mark_of(measure.light.colour))


def _reason(measure: MeasureStatus, on: date) -> Cell:
    return Cell((shortened(wording.short_reason_of(measure)),))


def _lead(measure: MeasureStatus, on: date) -> Cell:
    """Who convenes; short, as a leader knows it."""
    more = "等" if measure.leads[1:] else ""
    return Cell((f"{measure.first_lead.short_name}{more}" if measure.first_lead else "—",))


TROUBLED: Final[tuple[Column[MeasureStatus], ...]] = (
    Column("编号", 17, _code, centred=True),
    Column("举措", 48, _title),
    Column("进度灯", 18, _light, centred=True),
    Column("原因", 45, _reason),
    Column("牵头单位", 28, _lead),
)
MATTERS: Final[tuple[Column[Matter], ...]] = (
    Column("提出单位", 28, lambda row, on: Cell((row.department.short_name,))),
    Column("需协调事项", 93, lambda row, on: Cell((shortened(" ".join(wording.lines_of(row.text))),))),
    Column("举措", 17, lambda row, on: Cell((row.code,)), centred=True),
    Column(
        "提出日期", 18, lambda row, on: Cell((f"{row.raised_on.month}月{row.raised_on.day}日",)), centred=True
    ),
)


def shortened(text: str) -> str:
    """The beginning of a long text; the ledger has all of it."""
    return text if len(text) <= MOST_OF_A_TEXT else f"{text[:MOST_OF_A_TEXT]}……"


@dataclass(frozen=True, kw_only=True)
class Brief(Document):
    compact: ClassVar[bool] = True

    overall: tuple[str, ...]
    troubled: Table
    matters: Table

    @property
    def blocks(self) -> Iterator[Block]:
        yield from part("一、总体情况", self.overall)
        yield Heading("二、红灯、黄灯举措")
        yield self.troubled if self.troubled.row_count else Paragraph("本期没有红灯、黄灯举措。")
        yield Heading("三、需协调事项")
        yield self.matters if self.matters.row_count else Paragraph("没有尚待协调的事项。")


def brief(sourced: SourcedSummary, *, demo: bool = False, addressee: str = "") -> Brief:
    """One page on a period. Always Chinese."""
    with translation.override("zh-hans"):
        return _brief(sourced, demo, addressee or settings.REPORT_ADDRESSEE)


def _brief(sourced: SourcedSummary, demo: bool, addressee: str) -> Brief:
    summary = sourced.summary
    on = summary.as_of
    troubled = [
        row
        for colour in (LightColour.RED, LightColour.YELLOW)
        for row in summary.measures
        if row.light.colour == colour
    ]
    rests_on = origin("brief", sourced, demo)
    rests_on["facts"] = tuple(fact for fact in rests_on["facts"] if fact[0] in FACTS)
    return Brief(
        title_lines=(*wording.name_lines(wording.subject(summary)), f"落实情况简报（{summary.period.name}）"),
        **rests_on,
        under_title=as_of(summary),
        addressee=addressee,
        overall=overall(summary),
        troubled=listed("troubled", TROUBLED, troubled, on, "另有{}项，见进展情况台账。"),
        matters=listed("matters", MATTERS, summary.matters, on, "另有{}项，见落实情况报告。"),
    )


def overall(summary: PeriodSummary) -> tuple[str, ...]:
    """In a few lines: lights, which of them the office set lighter, what changed, filing."""
    counts, filing = summary.counts, summary.filing
    listed = "、".join(f"{colour.label}{counts[colour]}项" for colour in COLOURS)
    lighter = wording.lighter_sentence(summary, MOST_LIGHTER)
    missing = f"（涉及{summary.missing_department_count}个单位）" if filing.missing else ""
    not_due = f"，尚未到报送期限{filing.not_due}条" if filing.not_due else ""
    behind = f"迟报{filing.late}条，未报送{filing.missing}条{missing}{not_due}"
    return (
        f"{summary.measure_count}项举措中，{listed}。{lighter}{wording.difference_sentence(summary)}",
        f"应报送{filing.owed}条，按时报送{filing.on_time}条，及时率{wording.rate(filing)}；{behind}。",
    )


def listed(name: str, columns: Sequence[Column[Row]], found: Sequence[Row], on: date, others: str) -> Table:
    """The first rows; those beyond them are counted."""
    rows = tuple(cells_of(columns, row, on) for row in found[:MOST_ROWS])
    return Table(name, "", columns, rows, left_out=len(found) - len(rows), others=others, fits=True)
