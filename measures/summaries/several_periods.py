"""Are the kept figures of several periods those of the day? Made so where they are not.

Two queries for any number of periods whose figures are current: what is kept, and the snapshots.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from measures.models import MeasureFigures, PeriodSnapshot, ReportingPeriod
from measures.summaries.keeping import SCHEMA
from measures.summaries.kept import kept_period
from measures.summaries.snapshot_json import SnapshotError, verify


@dataclass(frozen=True)
class CurrentFigures:
    """By the key of the period: what was asked for, and why nothing of some closed ones may be shown."""

    rows: Mapping[int, Mapping[str, Any]]
    problems: Mapping[int, SnapshotError]


def current_figures(
    periods: Sequence[ReportingPeriod], on: date, asked: QuerySet[ReportingPeriod], *columns: str
) -> CurrentFigures:
    """These columns of `asked` for each of the periods, after their figures were brought up to the day.

    The periods were opened, and have policy, coordinator and edition loaded.
    """
    problems = dict(altered_snapshots(periods))
    stale = MeasureFigures.objects.exclude(version=F("facts_version")).filter(period=OuterRef("pk"))
    snapshots = PeriodSnapshot.objects.filter(period=OuterRef("pk")).order_by("-number")
    rows = asked.filter(pk__in=[period.pk for period in periods]).values(
        "pk",
        *columns,
        of_day=F("figures__as_of"),
        schema=F("figures__schema"),
        of_snapshot=F("figures__snapshot_sha256"),
        snapshot=Subquery(snapshots.values("sha256")[:1]),
        stale=Exists(stale),
    )
    found = {row["pk"]: row for row in rows}
    behind = [row for row in periods if row.pk not in problems and not _is_current(row, found[row.pk], on)]
    for period in behind:
        try:
            kept_period(period, on)
        except SnapshotError as error:
            problems[period.pk] = error
    if behind:
        found = {row["pk"]: row for row in rows.all()}
    return CurrentFigures(found, problems)


def _is_current(period: ReportingPeriod, row: Mapping[str, Any], on: date) -> bool:
    """Those of a closed period are those of its snapshot, for ever."""
    if row["schema"] != SCHEMA:
        return False
    if period.is_frozen:
        return bool(row["of_snapshot"] == row["snapshot"])
    return bool(row["of_day"] == on and not row["stale"])


def altered_snapshots(periods: Sequence[ReportingPeriod]) -> dict[int, SnapshotError]:
    """Of the closed ones, by their key. One query; no more than one snapshot is held at a time."""
    closed = {period.pk: period.name for period in periods if period.is_frozen}
    if not closed:
        return {}
    later = PeriodSnapshot.objects.filter(period=OuterRef("period"), number__gt=OuterRef("number"))
    latest = PeriodSnapshot.objects.filter(~Exists(later), period__in=closed)
    found: dict[int, SnapshotError] = {}
    for key, content, sha256 in latest.values_list("period", "content", "sha256").iterator(chunk_size=1):
        try:
            verify(content, sha256, closed[key])
        except SnapshotError as error:
            found[key] = error
    return found
