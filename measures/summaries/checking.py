"""Do kept figures and repeated facts say what the facts say? Works all out anew, compares, writes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection

from departments.models import Department
from measures.models import (
    DepartmentFigures,
    Measure,
    MeasureFigures,
    PeriodFigures,
    ReportingPeriod,
    repeated_facts,
    row_triggers,
)
from measures.summaries.keeping import COUNTED, WRITTEN, figures_of, filing_of
from measures.summaries.light_changes import LastLight, key_of, last_lights
from measures.summaries.source import live_summary, read_snapshot
from measures.summaries.types import MeasureStatus


@dataclass(frozen=True)
class FigureFault:
    """A kept figure that is wrong: in which period, of what measure or department, in which column."""

    period: ReportingPeriod
    subject: str
    column: str

    def __str__(self) -> str:
        return f"{self.period.official_name} {self.subject} {self.column}"


def figure_faults(period: ReportingPeriod) -> list[FigureFault]:
    """Of an opened period, with policy, coordinator and edition. What is known to be stale is no fault.

    An open period is worked out from the facts, a closed one compared with its snapshot. Raises SnapshotError
    when that was altered.
    """
    kept = PeriodFigures.objects.filter(pk=period.pk).first()
    if kept is None or kept.as_of is None:
        return []
    rows = list(
        MeasureFigures.objects.filter(period=period).select_related("measure__section").order_by("place")
    )
    faults = [*_measure_faults(period, kept.as_of, rows), *_department_faults(period, rows)]
    return [FigureFault(period, subject, column) for subject, column in faults]


def _measure_faults(
    period: ReportingPeriod, as_of: date, rows: list[MeasureFigures]
) -> Iterator[tuple[str, str]]:
    """Whose, and which column; the number of the measure where a row is missing or too many.

    The light that was kept last in the period has to be the one that is shown; periods that were closed
    before any was kept have none.
    """
    found, last = {row.measure_id: row for row in rows}, last_lights(period)
    for right, status in _worked_out(period, as_of):
        row, code = found.pop(right.measure_id, None), right.measure.code
        if row is None:
            yield code, "measure"
        elif row.version == row.facts_version:
            columns = [name for name in WRITTEN if name != "version"]
            yield from ((code, name) for name in columns if getattr(row, name) != getattr(right, name))
            light = last.get(right.measure_id, LastLight())
            if light.key != key_of(status) and (light.number or not period.is_frozen):
                yield code, "light"
    yield from ((row.measure.code, "measure") for row in found.values())


def _worked_out(period: ReportingPeriod, as_of: date) -> Iterator[tuple[MeasureFigures, MeasureStatus]]:
    summary = read_snapshot(period).summary if period.is_frozen else live_summary(period, as_of)
    departments = dict(Department.objects.values_list("slug", "pk"))
    statuses = {status.uuid: status for status in summary.measures}
    for measure in Measure.objects.filter(uuid__in=statuses).select_related("section"):
        status = statuses[str(measure.uuid)]
        yield figures_of(status, measure, summary.as_of, departments), status


def _department_faults(period: ReportingPeriod, rows: list[MeasureFigures]) -> Iterator[tuple[str, str]]:
    """The figures of departments are the sums of what the measures add, also where a measure is stale."""
    added = filing_of(rows)
    for row in DepartmentFigures.objects.filter(period=period).select_related("department"):
        right = {name: added.pop((row.department_id, name), 0) for name in COUNTED}
        yield from ((row.department.short_name, n) for n in COUNTED if getattr(row, n) != right[n])
    yield from ((str(department), name) for (department, name), number in added.items() if number)


def repeated_faults() -> list[str]:
    """What triggers repeat and is not so (`models.repeated_facts`): each table, and the keys of its rows."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for table, query in repeated_facts.that_differ():
            cursor.execute(row_triggers.said_to(connection.vendor, query))
            found.setdefault(table, []).extend(str(row[0]) for row in cursor.fetchall())
    return [f"{table} {', '.join(dict.fromkeys(keys))}" for table, keys in found.items() if keys]
