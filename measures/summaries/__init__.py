"""The only place that counts: figures of a period for screen, document, table and snapshot alike."""

from measures.models.fingerprints import digest
from measures.summaries.building import filing_record
from measures.summaries.measure_history import MeasureHistory, PeriodEntry, read_measure
from measures.summaries.snapshot_json import from_json, to_json
from measures.summaries.source import (
    Contact,
    SnapshotReference,
    SourcedSummary,
    bound_departments,
    contacts_of,
    live_summary,
    read_period,
    stored_summaries,
)
from measures.summaries.task_counts import TaskCounts, count_tasks
from measures.summaries.types import (
    CommitmentStatus,
    ConfirmedText,
    DepartmentFiling,
    DepartmentName,
    EditionHead,
    FilingCount,
    Matter,
    MeasureStatus,
    PastLight,
    PeriodFiling,
    PeriodHead,
    PeriodSummary,
    PolicyHead,
    SectionStatus,
    SubjectStatus,
    UpdateStatus,
    percent,
)

__all__ = [
    "CommitmentStatus",
    "ConfirmedText",
    "Contact",
    "DepartmentFiling",
    "DepartmentName",
    "EditionHead",
    "FilingCount",
    "Matter",
    "MeasureHistory",
    "MeasureStatus",
    "PastLight",
    "PeriodEntry",
    "PeriodFiling",
    "PeriodHead",
    "PeriodSummary",
    "PolicyHead",
    "SectionStatus",
    "SnapshotReference",
    "SourcedSummary",
    "SubjectStatus",
    "TaskCounts",
    "UpdateStatus",
    "bound_departments",
    "contacts_of",
    "count_tasks",
    "digest",
    "filing_record",
    "from_json",
    "live_summary",
    "percent",
    "read_measure",
    "read_period",
    "stored_summaries",
    "to_json",
]
