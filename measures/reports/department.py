"""What does the report on one department say for a period? (单位落实情况报告)

Its duties, what it filed itself and what is open. It puts a summary into parts and rows, and counts nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from measures.charts import COLOURS, mark_of
from measures.numerals import chinese_numeral
from measures.reports import filing_columns, wording
from measures.reports.blocks import Block, Group, Heading, Paragraph, closing, grouped, part
from measures.reports.documents import Document, UnknownPartError, chinese_date, origin
from measures.reports.filing_columns import FiledUpdate
from measures.reports.status import (
    MeasurePart,
    SectionPart,
    lead_in,
    name_of,
    numbered,
    progress,
    under_title,
)
from measures.reports.tables import Cell, Column, Table, cells_of
from measures.summaries import (
    DepartmentStatus,
    PeriodSummary,
    SourcedSummary,
)


class UnknownDepartmentError(UnknownPartError):
    """Nobody, or somebody who is bound to nothing here, was named; the text says who there is."""

    def __init__(self, summary: PeriodSummary, slug: str) -> None:
        none_of_it = _(
            "%(period)s has no department %(slug)s that answers for a measure. There are: %(known)s"
        )
        told = none_of_it if slug else _("Say which department, by its code. There are: %(known)s")
        known = (f"{row.slug}（{row.short_name}）" for row in summary.bound)
        super().__init__(told, known, slug=slug, period=summary.period.name)


def _light(duty: FiledUpdate, on: date) -> Cell:
    colour = duty.measure.light.colour
    return Cell((str(colour.label),), mark_of(colour))


COLUMNS: Final[tuple[Column[FiledUpdate], ...]] = (
    Column("编号", 21, filing_columns.code, centred=True),
    Column("举措", 59, filing_columns.title),
    Column("角色", 19, filing_columns.role, centred=True),
    Column("进度灯", 18, _light, centred=True),
    Column("应报日期", 19, filing_columns.due, centred=True),
    Column("报送情况", 20, filing_columns.state_and_day, centred=True),
)


@dataclass(frozen=True, kw_only=True)
class DepartmentReport(Document):
    overall: tuple[str, ...]
    sections: tuple[SectionPart, ...]
    problems: tuple[Group, ...]
    next_steps: tuple[Paragraph, ...]
    duties: Table

    @property
    def blocks(self) -> Iterator[Block]:
        yield from part("一、总体情况", self.overall)
        yield Heading("二、主要进展")
        yield from progress(self.sections)
        yield from grouped("三、存在问题", self.problems, "本期报送及时，没有反映问题和需协调事项。")
        yield Heading("四、下步工作")
        yield from self.next_steps or (Paragraph("本期未报送下步打算。"),)
        yield from closing(self.issuer, self.dated, self.duties)


def department_report(
    sourced: SourcedSummary, *, demo: bool = False, addressee: str = "", department: str = ""
) -> DepartmentReport:
    """The report of a period on the department of that slug. Always Chinese.

    Raises UnknownDepartmentError for one that answers for nothing in the period.
    """
    with translation.override("zh-hans"):
        try:
            about = sourced.summary.department(department)
        except KeyError:
            raise UnknownDepartmentError(sourced.summary, department) from None
        return _report(sourced, about, demo, addressee or settings.REPORT_ADDRESSEE)


def _report(sourced: SourcedSummary, about: DepartmentStatus, demo: bool, addressee: str) -> DepartmentReport:
    summary, name = sourced.summary, about.department.name
    period = summary.period.name
    led, joined = (
        tuple(FiledUpdate(row, about.update_of(row), leads) for row in rows)
        for rows, leads in ((about.led, True), (about.joined, False))
    )
    return DepartmentReport(
        title_lines=(*wording.name_lines(wording.subject(summary)), f"{name}落实情况报告", f"（{period}）"),
        **origin(f"department {about.department.slug}", sourced, demo),
        under_title=under_title(summary),
        addressee=addressee,
        lead_in=(lead_in(summary, demo, f"{name}承担举措"),),
        overall=overall(about),
        sections=section_parts(about, led, joined, summary),
        problems=problems(summary, about),
        next_steps=_reported(about, "next_steps"),
        duties=Table(
            "duties",
            f"承担举措和报送情况（{period}）",
            COLUMNS,
            tuple(cells_of(COLUMNS, duty, summary.as_of) for duty in (*led, *joined)),
        ),
    )


def overall(about: DepartmentStatus) -> tuple[str, ...]:
    name = about.department.name
    shares = f"牵头{about.lead_count}项、参与{about.participation_count}项"
    duties = f"{name}承担举措{about.measure_count}项，其中{shares}。"
    counts = about.counts
    listed = "、".join(
        f"{colour.label}（{colour.word}）{counts[colour]}项" for colour in COLOURS if counts[colour]
    )
    lights = f"牵头的举措中，{listed}。" if listed else ""
    filing = (
        wording.filing_words(about.filing, about.confirmed_count)
        if about.filing.total
        else "本期没有应报送的填报。"
    )
    return (f"{duties}{lights}", filing)


def section_parts(
    about: DepartmentStatus, led: Iterable[FiledUpdate], joined: Iterable[FiledUpdate], summary: PeriodSummary
) -> tuple[SectionPart, ...]:
    """Only those that are not empty, numbered in their order."""
    parts = (
        (f"牵头举措{about.lead_count}项", tuple(_part(duty, summary) for duty in led)),
        (f"参与举措{about.participation_count}项", tuple(_part(duty, summary) for duty in joined)),
    )
    filled = [part for part in parts if part[1]]
    return tuple(
        SectionPart(f"（{chinese_numeral(number)}）{heading}", measures)
        for number, (heading, measures) in enumerate(filled, 1)
    )


def _part(duty: FiledUpdate, summary: PeriodSummary) -> MeasurePart:
    """What the department itself reported; of a measure that it leads, how its commitments stand too."""
    measure, period = duty.measure, summary.period.name
    name = f"{measure.code}{measure.title}"
    said = wording.own_text(duty.update, measure, summary.as_of)
    promised = "；".join(wording.commitments_of(measure, period)) if duty.leads else ""
    designated = wording.designation_of(measure)
    return MeasurePart(
        f"{name}{wording.bracketed(wording.light_words(measure, period))}",
        name,
        (
            *said,
            *([Paragraph(f"量化承诺：{promised}。")] if promised else []),
            *([Paragraph(f"{designated}。")] if designated else []),
        ),
    )


def problems(summary: PeriodSummary, about: DepartmentStatus) -> tuple[Group, ...]:
    """What was not filed as it should be, what it asks of others, what it says itself."""
    own = (row for row in summary.departments if row.department == about.department)
    remarks = "".join(wording.remarks(row, summary.as_of) for row in own)
    filing = f"截至{chinese_date(summary.as_of)}，{remarks}。" if remarks else ""
    return numbered(
        ("报送方面", (Paragraph(filing),) if filing else ()),
        (f"需协调事项{about.matter_count}项", _matters(about)),
        ("工作中的问题", _reported(about, "problems")),
    )


def _matters(about: DepartmentStatus) -> tuple[Paragraph, ...]:
    return tuple(
        Paragraph(
            f"{wording.full_stop(' '.join(wording.lines_of(row.text)))}"
            f"〔{row.code}，{chinese_date(row.raised_on)}提出〕"
        )
        for row in about.matters
    )


def _reported(about: DepartmentStatus, field: str) -> tuple[Paragraph, ...]:
    """What its own texts say under `problems` or `next_steps`; measures that say nothing are left out."""
    found = []
    for measure in about.measures:
        update = about.update_of(measure)
        said = " ".join(wording.lines_of(getattr(update.text, field))) if update and update.text else ""
        if said:
            found.append(Paragraph(wording.full_stop(said), who=name_of(measure)))
    return tuple(found)
