"""Every kind of document about a quarter of any size, with texts of every length. Without a database."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import count

from measures.models import PeriodState
from measures.numerals import chinese_numeral
from measures.reports.breakdown import breakdown
from measures.reports.brief import brief
from measures.reports.bulletin import bulletin
from measures.reports.department import department_report
from measures.reports.documents import Document
from measures.reports.dossier import dossier_of
from measures.reports.filing import filing_record
from measures.reports.ledger import ledger
from measures.reports.status import BRIEF, status_report
from measures.summaries import (
    Dossier,
    MeasureStatus,
    PeriodSummary,
    Plan,
    PlannedCommitment,
    PlannedMeasure,
    SectionStatus,
    SourcedSummary,
)
from tests.measures.reports import samples

MOST_UPDATES = 12


def a_quarter(measures: int, longest: int, updates: int = MOST_UPDATES) -> SourcedSummary:
    """So many measures, each one of the twenty in its turn, with texts of every length up to the longest.

    `updates`: of a measure at most, so that many measures are laid out in seconds.
    """
    summary, lengths = samples.summary(), (place * 173 % longest for place in count(1))
    times = measures // summary.measure_count
    return SourcedSummary(
        replace(
            summary,
            sections=tuple(_grown(section, times, lengths, updates) for section in summary.sections),
        ),
        None,
    )


def _grown(section: SectionStatus, times: int, lengths: Iterator[int], updates: int) -> SectionStatus:
    many = [replace(row, updates=row.updates[:updates]) for _time in range(times) for row in section.measures]
    numeral = section.heading.partition("、")[0]
    return replace(
        section,
        measures=tuple(
            _told(
                replace(row, uuid=f"{row.uuid}-{place}", code=f"{numeral}（{chinese_numeral(place)}）"),
                lengths,
            )
            for place, row in enumerate(many, 1)
        ),
    )


def _told(measure: MeasureStatus, lengths: Iterator[int]) -> MeasureStatus:
    updates = tuple(
        replace(
            row,
            text=row.text and samples.saying(row.text, progress=(samples.SENTENCE * 12)[: next(lengths)]),
        )
        for row in measure.updates
    )
    return replace(measure, updates=updates)


def a_plan(summary: PeriodSummary) -> Plan:
    planned = [
        (
            section.heading,
            PlannedMeasure(
                code=row.code,
                title=row.title,
                text=(samples.SENTENCE * 4)[: 40 + place * 97 % 500],
                clause_text="（牵头单位：市人社局）",
                lead_mode=row.lead_mode,
                leads=row.leads,
                participants=row.participants,
                commitments=(PlannedCommitment("年度研修考察", "每年不少于1次", True, None),),
            ),
        )
        for section in summary.sections
        for place, row in enumerate(section.measures)
    ]
    return Plan(summary.policy, summary.edition, summary.as_of, lambda: planned)


def a_dossier(periods: int, longest: int) -> Dossier:
    """So many periods of one measure, and all that was said in each."""
    found, lengths = samples.dossier(), (place * 173 % longest for place in count(1))
    entries = [
        replace(
            found.entries[place % 2],
            period=replace(
                found.entries[place % 2].period,
                name=f"{2020 - place // 4}年第{chinese_numeral(4 - place % 4)}季度",
                state=PeriodState.CLOSED if place else PeriodState.OPEN,
            ),
            status=_told(found.entries[place % 2].status, lengths),
        )
        for place in range(periods)
    ]
    return replace(found, entries=tuple(entries))


def documents_of(
    measures: int, longest: int = 1400, updates: int = MOST_UPDATES
) -> Mapping[str, Callable[[], Document]]:
    """Made when they are asked for, since a large one takes seconds."""
    quarter = a_quarter(measures, longest, updates)
    return {
        "status": lambda: status_report(quarter, demo=True),
        "short": lambda: status_report(quarter, demo=True, length=BRIEF),
        "brief": lambda: brief(quarter, demo=True),
        "department": lambda: department_report(quarter, demo=True, department="zgh"),
        "measure": lambda: dossier_of(a_dossier(measures // 10, longest), demo=True),
        "ledger": lambda: ledger(quarter, demo=True),
        "breakdown": lambda: breakdown(a_plan(quarter.summary), demo=True),
        "filing": lambda: filing_record(quarter, demo=True),
        "bulletin": lambda: bulletin(quarter, demo=True),
    }
