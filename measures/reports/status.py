"""What does the status report of a policy say for a period? (进展情况报告)

It turns a summary into official sentences and rows; it counts nothing and asks no database.
"""

from dataclasses import dataclass
from typing import ClassVar

from measures.reports.documents import Document, Group, Paragraph


@dataclass(frozen=True)
class ChartRow:
    """One square a measure, in the order of the clauses."""

    label: str
    colours: tuple[str, ...]
    counts: str


@dataclass(frozen=True)
class MeasurePart:
    heading: str
    bookmark: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class SectionPart:
    heading: str
    measures: tuple[MeasurePart, ...]


@dataclass(frozen=True)
class LedgerRow:
    code: str
    title: str
    leads: str
    progress: tuple[str, ...]
    problems: tuple[str, ...]
    colour: str
    light: str
    reason: str
    inputs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class LedgerSection:
    heading: str
    rows: tuple[LedgerRow, ...]


@dataclass(frozen=True)
class FilingRow:
    name: str
    counts: tuple[int, ...]
    rate: str
    remarks: str
    total: bool = False


@dataclass(frozen=True, kw_only=True)
class StatusReport(Document):
    template: ClassVar[str] = "reports/status.html"

    under_title: str
    addressee: str
    lead_in: tuple[str, ...]
    overall: tuple[str, ...]
    chart: tuple[ChartRow, ...]
    sections: tuple[SectionPart, ...]
    problems: tuple[Group, ...]
    next_steps: tuple[Group, ...]
    ledger_title: str
    ledger: tuple[LedgerSection, ...]
    filing_title: str
    filing_heads: tuple[str, ...]
    filing: tuple[FilingRow, ...]
