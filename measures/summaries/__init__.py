"""What does a period look like in figures? The only place that counts, for screen, document and snapshot.

Where each number comes from stands in `counts`.
"""

from measures.models.fingerprints import digest
from measures.summaries.board import Board, BoardCell, BoardColumn, BoardRow, Tally, Totals
from measures.summaries.bound import bound_departments
from measures.summaries.building import update_status
from measures.summaries.checking import FigureFault, figure_faults, repeated_faults
from measures.summaries.closing import write_snapshot
from measures.summaries.commitment_years import CommitmentYear, TrackedCommitment, commitments_by_year
from measures.summaries.comparing import (
    ChangedMeasure,
    Comparison,
    SinceClosing,
    changes_since_closing,
    compare_snapshots,
)
from measures.summaries.counts import (
    DepartmentFiling,
    DepartmentStatus,
    FilingCount,
    PeriodFiling,
    PeriodSummary,
    SectionStatus,
)
from measures.summaries.department_record import department_record, updates_of
from measures.summaries.dossier import Dossier, DossierEntry, read_dossier
from measures.summaries.heads import Contact, Reopening, SnapshotReference, reopening_since, with_reopening
from measures.summaries.keeping import refresh, refresh_changed, with_freshness
from measures.summaries.kept import (
    DepartmentRow,
    KeptPeriod,
    SectionRow,
    changed_of,
    kept_period,
    with_matters_of,
    with_missing_of,
)
from measures.summaries.light_changes import KeptChange
from measures.summaries.loading import with_matters
from measures.summaries.measure_history import MeasureHistory, PeriodEntry, SettledMatter, read_measure
from measures.summaries.open_periods import PeriodGlance, PolicyGlance, open_periods
from measures.summaries.overrides import Override, overridden, overridden_lights, overrides_of
from measures.summaries.plan import Plan, PlannedCommitment, PlannedMeasure, plan_of_measure, read_plan
from measures.summaries.policies import PolicyStatus, policy_statuses, shown_by_default
from measures.summaries.portions import pieces_of, text_of
from measures.summaries.seals import is_whole, verified_seal, with_needed_content
from measures.summaries.snapshot_json import (
    AlteredFiguresError,
    AlteredSnapshotError,
    SnapshotError,
    from_json,
    from_snapshot,
    to_json,
)
from measures.summaries.source import (
    SourcedSummary,
    StreamedSummary,
    live_measure,
    live_summary,
    read_period,
    read_streamed,
)
from measures.summaries.state_counts import count_states
from measures.summaries.task_counts import TaskCounts, count_tasks, with_task_counts
from measures.summaries.trend import LedLights, PeriodLights, Trend, read_trend
from measures.summaries.types import (
    CommitmentStatus,
    ConfirmedText,
    DepartmentName,
    EditionHead,
    Matter,
    MeasureRow,
    MeasureStatus,
    PastLight,
    PeriodHead,
    PolicyHead,
    SubjectStatus,
    UpdateStatus,
    percent,
)

__all__ = [
    "AlteredFiguresError",
    "AlteredSnapshotError",
    "Board",
    "BoardCell",
    "BoardColumn",
    "BoardRow",
    "ChangedMeasure",
    "CommitmentStatus",
    "CommitmentYear",
    "Comparison",
    "ConfirmedText",
    "Contact",
    "DepartmentFiling",
    "DepartmentName",
    "DepartmentRow",
    "DepartmentStatus",
    "Dossier",
    "DossierEntry",
    "EditionHead",
    "FigureFault",
    "FilingCount",
    "KeptChange",
    "KeptPeriod",
    "LedLights",
    "Matter",
    "MeasureHistory",
    "MeasureRow",
    "MeasureStatus",
    "Override",
    "PastLight",
    "PeriodEntry",
    "PeriodFiling",
    "PeriodGlance",
    "PeriodHead",
    "PeriodLights",
    "PeriodSummary",
    "Plan",
    "PlannedCommitment",
    "PlannedMeasure",
    "PolicyGlance",
    "PolicyHead",
    "PolicyStatus",
    "Reopening",
    "SectionRow",
    "SectionStatus",
    "SettledMatter",
    "SinceClosing",
    "SnapshotError",
    "SnapshotReference",
    "SourcedSummary",
    "StreamedSummary",
    "SubjectStatus",
    "Tally",
    "TaskCounts",
    "Totals",
    "TrackedCommitment",
    "Trend",
    "UpdateStatus",
    "bound_departments",
    "changed_of",
    "changes_since_closing",
    "commitments_by_year",
    "compare_snapshots",
    "count_states",
    "count_tasks",
    "department_record",
    "digest",
    "figure_faults",
    "from_json",
    "from_snapshot",
    "is_whole",
    "kept_period",
    "live_measure",
    "live_summary",
    "open_periods",
    "overridden",
    "overridden_lights",
    "overrides_of",
    "percent",
    "pieces_of",
    "plan_of_measure",
    "policy_statuses",
    "read_dossier",
    "read_measure",
    "read_period",
    "read_plan",
    "read_streamed",
    "read_trend",
    "refresh",
    "refresh_changed",
    "reopening_since",
    "repeated_faults",
    "shown_by_default",
    "text_of",
    "to_json",
    "update_status",
    "updates_of",
    "verified_seal",
    "with_freshness",
    "with_matters",
    "with_matters_of",
    "with_missing_of",
    "with_needed_content",
    "with_reopening",
    "with_task_counts",
    "write_snapshot",
]
