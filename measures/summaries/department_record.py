"""What did a department file in each period? Counts that are kept, and the updates of one period."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from django.db.models import Count, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from departments.models import Department
from langfang_policy.compiled_queries import compiled
from measures.models import Extension, ExtensionOutcome, ProgressUpdate, ReportingPeriod, Urge
from measures.models.filing import ProgressUpdateQuerySet
from measures.summaries.counts import FilingCount, PeriodFiling
from measures.summaries.keeping import COUNTED
from measures.summaries.several_periods import figures_asked, with_currency
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
    figures = figures_asked(periods, on, partial(_owed_and_dealt, department.pk))
    record = []
    for period in periods:
        row = figures.rows[period.pk]
        counts = [row[f"own_{name}"] or 0 for name in COUNTED]
        problem: SnapshotError | None = figures.problems.get(period.pk)
        seal = figures.seals.get(period.pk)
        if seal and seal.departments.get(department.slug, NOTHING_OWED) != counts:
            problem = AlteredFiguresError(period.name)
        dealings = {name: row[name] for name in DEALINGS}
        if problem:
            record.append(PeriodFiling(period.name, period.code, None, str(problem), **dealings))
        elif counts[0]:
            count = FilingCount(*counts[:-1])
            record.append(PeriodFiling(period.name, period.code, count, **dealings))
    return record


@compiled
def _owed_and_dealt(department: int, periods: list[int]) -> QuerySet[ReportingPeriod, Any]:
    own = FilteredRelation("department_figures", condition=Q(department_figures__department=department))
    asked = ReportingPeriod.objects.filter(pk__in=periods).annotate(own=own)
    counts = {f"own_{name}": F(f"own__{name}") for name in COUNTED}
    return with_currency(asked.annotate(**counts, **_dealings(department)), *counts, *DEALINGS)


def _dealings(department: int) -> dict[str, Coalesce]:
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
