"""What did a department file in each period? Counts that are kept, and the updates of one period."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db.models import F, FilteredRelation, Q

from departments.models import Department
from measures.models import ProgressUpdate, ReportingPeriod
from measures.models.filing import ProgressUpdateQuerySet
from measures.summaries.counts import FilingCount, PeriodFiling
from measures.summaries.keeping import COUNTED
from measures.summaries.several_periods import current_figures
from measures.summaries.snapshot_json import AlteredFiguresError, SnapshotError

NOTHING_OWED: Final = [0] * len(COUNTED)


def department_record(
    department: Department, periods: Sequence[ReportingPeriod], on: date
) -> list[PeriodFiling]:
    """In their order, without those in which nothing was owed. Two queries where figures are current.

    The numbers of a closed period are those of its closing. Where these or its snapshot were altered there
    are none, but the sentence that says so.
    """
    own = FilteredRelation("department_figures", condition=Q(department_figures__department=department))
    asked = ReportingPeriod.objects.annotate(own=own).annotate(
        **{f"own_{name}": F(f"own__{name}") for name in COUNTED}
    )
    columns = [f"own_{name}" for name in COUNTED]
    figures = current_figures(periods, on, asked, *columns)
    record = []
    for period in periods:
        counts = [figures.rows[period.pk][column] for column in columns]
        problem: SnapshotError | None = figures.problems.get(period.pk)
        seal = figures.seals.get(period.pk)
        if seal and seal.departments.get(department.slug, NOTHING_OWED) != [count or 0 for count in counts]:
            problem = AlteredFiguresError(period.name)
        if problem:
            record.append(PeriodFiling(period.name, period.code, None, str(problem)))
        elif counts[0]:
            record.append(PeriodFiling(period.name, period.code, FilingCount(*counts[:-1])))
    return record


def updates_of(department: Department, period: ReportingPeriod) -> ProgressUpdateQuerySet:
    """What it owes there today, in document order, with all that `update_status` asks for."""
    own = ProgressUpdate.objects.filter(department=department, period=period)
    return own.with_context().in_document_order()
