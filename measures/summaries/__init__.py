"""Where do figures come from? The only place that counts, for screen, document, table and snapshot alike.

`types` counts what `building` works out; `source` takes it from the rows, or from a snapshot once closed.
"""

from measures.models.fingerprints import digest
from measures.summaries.building import filing_record
from measures.summaries.measure_history import MeasureHistory, PeriodEntry, read_measure
from measures.summaries.snapshot_json import (
    AlteredSnapshotError,
    SnapshotError,
    from_json,
    from_snapshot,
    to_json,
)
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
    "AlteredSnapshotError",
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
    "SnapshotError",
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
    "from_snapshot",
    "live_summary",
    "percent",
    "read_measure",
    "read_period",
    "stored_summaries",
    "to_json",
]
