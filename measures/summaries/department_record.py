"""What did a department file in each period? Counts that are kept, and the updates of one period."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Count, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from departments.models import Department
from measures.models import Extension, ExtensionOutcome, ProgressUpdate, ReportingPeriod, Urge
from measures.models.filing import ProgressUpdateQuerySet
from measures.summaries.counts import FilingCount, PeriodFiling
from measures.summaries.keeping import COUNTED
from measures.summaries.several_periods import current_figures
from measures.summaries.snapshot_json import AlteredFiguresError, SnapshotError

NOTHING_OWED: Final = [0] * len(COUNTED)
DEALINGS: Final = ("slips", "asked", "granted")


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
    figures = current_figures(periods, on, asked.annotate(**_dealings(department)), *columns, *DEALINGS)
    record = []
    for period in periods:
        counts = [figures.rows[period.pk][column] for column in columns]
        problem: SnapshotError | None = figures.problems.get(period.pk)
        seal = figures.seals.get(period.pk)
        if seal and seal.departments.get(department.slug, NOTHING_OWED) != [count or 0 for count in counts]:
            problem = AlteredFiguresError(period.name)
        dealings = {name: figures.rows[period.pk][name] for name in DEALINGS}
        if problem:
            record.append(PeriodFiling(period.name, period.code, None, str(problem), **dealings))
        elif counts[0]:
            count = FilingCount(*counts[:-1])
            record.append(PeriodFiling(period.name, period.code, count, **dealings))
    return record


def _dealings(department: Department) -> dict[str, Coalesce]:
    """How often it was urged in a period, and later dates that it asked for and was granted."""
    slips = Urge.objects.filter(period=OuterRef("pk"), department=department)
    asked = Extension.objects.filter(update__period=OuterRef("pk"), update__department=department)
    granted = asked.filter(outcome=ExtensionOutcome.GRANTED)
    found = zip(
        DEALINGS, ((slips, "period"), (asked, "update__period"), (granted, "update__period")), strict=True
    )
    return {name: _number_of(rows, by) for name, (rows, by) in found}


def _number_of(rows: QuerySet[Any], by: str) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values(by).annotate(n=Count("pk")).values("n")), 0)


def updates_of(department: Department | int, period: ReportingPeriod | int) -> ProgressUpdateQuerySet:
    """What it owes there today, in document order, with all that `update_status` asks for."""
    own = ProgressUpdate.objects.filter(department=department, period=period)
    return own.with_context().in_document_order()
