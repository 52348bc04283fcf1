"""What does the status report of a policy say for a period? (进展情况报告)

It puts a summary into parts and rows; it counts nothing and asks no database.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy

from measures.charts import COLOURS, mark_of
from measures.models import LightColour
from measures.numerals import chinese_numeral
from measures.reports import filing_columns, wording
from measures.reports.blocks import (
    Block,
    Chart,
    ChartRow,
    Group,
    Heading,
    Paragraph,
    closing,
    grouped,
    part,
)
from measures.reports.documents import Document, UnknownPartError, chinese_date, origin
from measures.reports.ledger import ledger_table
from measures.reports.tables import Table
from measures.summaries import (
    MeasureStatus,
    PeriodSummary,
    SectionStatus,
    SourcedSummary,
)

NOTHING_WRONG = "本期没有红灯、黄灯举措，没有未报送事项和需协调事项。"
NOTHING_TROUBLED = "本期没有红灯、黄灯举措，没有需协调事项。"
NO_NEXT_STEPS = "本期各单位未报送下步打算。"
NO_TROUBLED_NEXT_STEPS = "本期没有红灯、黄灯举措报送下步打算。"
ELSEWHERE = "本简本只摘列红灯、黄灯举措的存在问题和下步工作；其他举措的和进展情况台账，见"


FULL, BRIEF = "full", "brief"
LENGTHS: Final = (FULL, BRIEF)


class UnknownLengthError(UnknownPartError):
    """The text says which lengths there are."""

    def __init__(self, length: str) -> None:
        super().__init__(
            gettext_lazy("There is no length “%(name)s”. There are: %(known)s."), LENGTHS, name=length
        )


@dataclass(frozen=True)
class MeasurePart:
    heading: str
    bookmark: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class SectionPart:
    heading: str
    measures: tuple[MeasurePart, ...]


@dataclass(frozen=True, kw_only=True)
class StatusReport(Document):
    overall: tuple[str, ...]
    chart: tuple[ChartRow, ...]
    sections: tuple[SectionPart, ...]
    problems: tuple[Group, ...]
    next_steps: tuple[Group, ...]
    ledger: Table
    filing: Table
    # Of a brief one, which has no ledger: where the rest stands.
    elsewhere: str = ""

    @property
    def blocks(self) -> Iterator[Block]:
        is_brief = bool(self.elsewhere)
        yield from part("一、总体情况", self.overall)
        yield Chart("各部分举措进度灯（按条款顺序，每项一格）", self.chart)
        yield Heading("二、主要进展")
        yield from progress(self.sections)
        yield from grouped("三、存在问题", self.problems, NOTHING_TROUBLED if is_brief else NOTHING_WRONG)
        nothing = NO_TROUBLED_NEXT_STEPS if is_brief else NO_NEXT_STEPS
        yield from grouped("四、下步工作", self.next_steps, nothing)
        if is_brief:
            yield Paragraph(self.elsewhere)
        ledger = () if is_brief else (self.ledger,)
        yield from closing(self.issuer, self.dated, *ledger, self.filing)


def progress(sections: Iterable[SectionPart]) -> Iterator[Block]:
    for section in sections:
        yield Heading(section.heading, 2)
        for measure in section.measures:
            yield Heading(measure.heading, 3, measure.bookmark)
            yield from measure.paragraphs


def status_report(
    sourced: SourcedSummary, *, demo: bool = False, addressee: str = "", length: str = FULL
) -> StatusReport:
    """The status report of a period. Always Chinese, whatever the language of the screen.

    `addressee` is the office written to (主送机关), by default the setting REPORT_ADDRESSEE. `length`: a
    brief one has of each measure its headline alone, problems and next steps of the red and yellow ones
    only, and no ledger. Raises UnknownLengthError.
    """
    if length not in LENGTHS:
        raise UnknownLengthError(length)
    with translation.override("zh-hans"):
        return _report(sourced, demo, addressee or settings.REPORT_ADDRESSEE, is_brief=length == BRIEF)


def _report(sourced: SourcedSummary, demo: bool, addressee: str, *, is_brief: bool) -> StatusReport:
    summary = sourced.summary
    name = summary.period.name
    title = title_lines(f"{wording.subject(summary)}落实情况报告")
    return StatusReport(
        title_lines=(*title, f"（{name}，简本）" if is_brief else f"（{name}）"),
        **origin("status brief" if is_brief else "status", sourced, demo),
        under_title=under_title(summary),
        addressee=addressee,
        lead_in=(lead_in(summary, demo),),
        overall=overall(summary),
        chart=tuple(chart_row(section) for section in summary.sections),
        sections=section_parts(summary, brief_paragraphs if is_brief else wording.progress_of),
        problems=brief_problems(summary) if is_brief else problem_groups(summary),
        next_steps=brief_next_steps(summary) if is_brief else next_steps(summary),
        ledger=ledger_table(sourced),
        filing=filing_columns.by_department(f"报送情况（{name}）", summary),
        elsewhere=f"{ELSEWHERE}《{''.join(title)}（{name}）》。" if is_brief else "",
    )


def title_lines(title: str) -> tuple[str, ...]:
    """Broken by sense: first the name of the policy, then the kind of report."""
    if len(title) <= wording.TITLE_LINE:
        return (title,)
    return (*wording.name_lines(title.removesuffix("落实情况报告")), "落实情况报告")


def under_title(summary: PeriodSummary) -> str:
    if not wording.is_open(summary):
        return ""
    return f"（本期尚未截止，数据截至{chinese_date(summary.as_of)}）"


def lead_in(summary: PeriodSummary, demo: bool, what: str = "各项举措", how: str = "进展情况") -> str:
    period = summary.period
    days = wording.span(period.starts_on, period.ends_on)
    invented = "（演示数据，内容均为虚构）" if demo else ""
    return (
        f"根据《{summary.edition.full_title}》有关跟踪落实情况的要求，现将{period.name}（{days}）"
        f"{what}{how}报告如下。举措编号为该文件的条款编号。"
        f"数据以截至{chinese_date(summary.as_of)}已确认的填报为准{invented}。"
    )


def overall(summary: PeriodSummary) -> tuple[str, ...]:
    return (
        wording.lights_sentence(summary),
        wording.change_sentence(summary),
        wording.filing_sentence(summary),
    )


def chart_row(section: SectionStatus) -> ChartRow:
    counts = " ".join(
        f"{colour.label}{section.counts[colour]}" for colour in COLOURS if section.counts[colour]
    )
    marks = tuple(mark_of(row.light.colour) for row in section.measures)
    return ChartRow(section.heading, marks, counts)


# --- 二、主要进展 ---------------------------------------------------------------------------------


Said = Callable[[MeasureStatus, date], tuple[Paragraph, ...]]


def section_parts(summary: PeriodSummary, said: Said = wording.progress_of) -> tuple[SectionPart, ...]:
    return tuple(
        SectionPart(
            f"（{chinese_numeral(number)}）{section_title(summary, section)}",
            tuple(
                measure_part(row, place, summary.period.name, said(row, summary.as_of))
                for place, row in enumerate(section.measures, 1)
            ),
        )
        for number, section in enumerate(summary.sections, 1)
    )


def section_title(summary: PeriodSummary, section: SectionStatus) -> str:
    """With its number in the policy, unless the policy counts its sections as the report does."""
    same = all(row.ordinal == number for number, row in enumerate(summary.sections, 1))
    return section.title if same else f"{section.title}（原文第{chinese_numeral(section.ordinal)}部分）"


def measure_part(measure: MeasureStatus, place: int, period: str, said: tuple[Paragraph, ...]) -> MeasurePart:
    """Its place in the report, then its number in the policy, by which the other parts name it."""
    title = f"{place}.{measure.code}{measure.title}"
    return MeasurePart(f"{title}{wording.bracketed(wording.light_words(measure, period))}", title, said)


def brief_paragraphs(measure: MeasureStatus, on: date) -> tuple[Paragraph, ...]:
    """The headline of each printed text, in one paragraph."""
    sentences = wording.sentences_of(measure, on) or (wording.silence_of(measure, on),)
    return (Paragraph("".join(sentences)),)


# --- 三、存在问题；四、下步工作 --------------------------------------------------------------------


def of_colour(summary: PeriodSummary, colour: LightColour) -> list[MeasureStatus]:
    return [row for row in summary.measures if row.light.colour == colour]


def problem_groups(summary: PeriodSummary) -> tuple[Group, ...]:
    red, yellow = (of_colour(summary, colour) for colour in (LightColour.RED, LightColour.YELLOW))
    others, period = [row for row in summary.measures if row not in red + yellow], summary.period.name
    return numbered(
        (f"红灯举措{summary.counts[LightColour.RED]}项", tuple(_troubled(row, period) for row in red)),
        (f"黄灯举措{summary.counts[LightColour.YELLOW]}项", tuple(_troubled(row, period) for row in yellow)),
        ("未报送情况", (Paragraph(wording.missing_sentence(summary)),) if summary.missing else ()),
        (f"需协调事项{summary.matter_count}项", _matters(summary)),
        ("其他举措反映的问题", _reported(others, "problems")),
    )


def numbered(*groups: tuple[str, tuple[Paragraph, ...]]) -> tuple[Group, ...]:
    """Only the groups that are not empty, numbered in their order."""
    filled = [(heading, paragraphs) for heading, paragraphs in groups if paragraphs]
    return tuple(
        Group(f"（{chinese_numeral(number)}）{heading}", paragraphs)
        for number, (heading, paragraphs) in enumerate(filled, 1)
    )


def name_of(measure: MeasureStatus) -> str:
    return f"{measure.code}{measure.title}。"


def _troubled(measure: MeasureStatus, period: str) -> Paragraph:
    said = "".join(wording.said_by(measure, "problems"))
    return Paragraph(f"{wording.full_stop(wording.reason_of(measure, period))}{said}", who=name_of(measure))


def _reported(measures: Iterable[MeasureStatus], field: str) -> tuple[Paragraph, ...]:
    """What the texts say under `problems` or `next_steps`; measures that say nothing are left out."""
    said = ((row, "".join(wording.said_by(row, field))) for row in measures)
    return tuple(Paragraph(text, who=name_of(row)) for row, text in said if text)


def _matters(summary: PeriodSummary) -> tuple[Paragraph, ...]:
    return tuple(
        Paragraph(
            f"{wording.full_stop(' '.join(wording.lines_of(row.text)))}〔{row.code}，"
            f"{chinese_date(row.raised_on)}提出〕",
            who=f"{row.department.name}：",
        )
        for row in summary.matters
    )


def next_steps(summary: PeriodSummary) -> tuple[Group, ...]:
    """By section; a section without any next steps is left out."""
    return numbered(
        *(
            (section_title(summary, section), _reported(section.measures, "next_steps"))
            for section in summary.sections
        )
    )


# --- 三 and 四 of a brief report: red and yellow, a sentence each -----------------------------------


def brief_problems(summary: PeriodSummary) -> tuple[Group, ...]:
    """What is said of them, or else the reason of the light; and what is to be decided, whole."""
    period = summary.period.name
    red, yellow = (of_colour(summary, colour) for colour in (LightColour.RED, LightColour.YELLOW))
    return numbered(
        (f"红灯举措{summary.counts[LightColour.RED]}项", tuple(_first_problem(row, period) for row in red)),
        (
            f"黄灯举措{summary.counts[LightColour.YELLOW]}项",
            tuple(_first_problem(row, period) for row in yellow),
        ),
        (f"需协调事项{summary.matter_count}项", _matters(summary)),
    )


def brief_next_steps(summary: PeriodSummary) -> tuple[Group, ...]:
    red, yellow = (of_colour(summary, colour) for colour in (LightColour.RED, LightColour.YELLOW))
    found = ((row, wording.said_by(row, "next_steps")) for row in (*red, *yellow))
    said = tuple(Paragraph(first_sentence(texts[0]), who=name_of(row)) for row, texts in found if texts)
    return (Group("", said),) if said else ()


def _first_problem(measure: MeasureStatus, period: str) -> Paragraph:
    reason = wording.full_stop(wording.reason_of(measure, period))
    said = (*wording.said_by(measure, "problems"), reason)
    return Paragraph(first_sentence(said[0]), who=name_of(measure))


def first_sentence(text: str) -> str:
    """Up to its first full stop."""
    return f"{text.partition('。')[0]}。"
