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
from measures.summaries.seals import Seal, verified_seal, with_needed_content
from measures.summaries.snapshot_json import SnapshotError


@dataclass(frozen=True)
class CurrentFigures:
    """By the key of the period: what was asked for, and why nothing of some closed ones may be shown.

    `seals`: what the snapshots of closed ones vouch for, as far as they do.
    """

    rows: Mapping[int, Mapping[str, Any]]
    problems: Mapping[int, SnapshotError]
    seals: Mapping[int, Seal]


def current_figures(
    periods: Sequence[ReportingPeriod], on: date, asked: QuerySet[ReportingPeriod], *columns: str
) -> CurrentFigures:
    """These columns of `asked` for each of the periods, after their figures were brought up to the day.

    The periods were opened, and have policy, coordinator and edition loaded.
    """
    seals, problems = seals_of(periods)
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
    return CurrentFigures(found, problems, seals)


def _is_current(period: ReportingPeriod, row: Mapping[str, Any], on: date) -> bool:
    """Those of a closed period are those of its snapshot, for ever."""
    if row["schema"] != SCHEMA:
        return False
    if period.is_frozen:
        return bool(row["of_snapshot"] == row["snapshot"])
    return bool(row["of_day"] == on and not row["stale"])


def seals_of(periods: Sequence[ReportingPeriod]) -> tuple[dict[int, Seal], dict[int, SnapshotError]]:
    """Of the closed ones, by their key; and of those whose snapshot was altered, why. One query.

    No more than one snapshot is held at a time: those without a seal are read whole.
    """
    closed = {period.pk: period.name for period in periods if period.is_frozen}
    if not closed:
        return {}, {}
    later = PeriodSnapshot.objects.filter(period=OuterRef("period"), number__gt=OuterRef("number"))
    latest = PeriodSnapshot.objects.filter(~Exists(later), period__in=closed).defer("parts")
    seals: dict[int, Seal] = {}
    problems: dict[int, SnapshotError] = {}
    for row in with_needed_content(latest).iterator(chunk_size=1):
        try:
            seal = verified_seal(row, closed[row.period_id])
        except SnapshotError as error:
            problems[row.period_id] = error
        else:
            if seal is not None and seal.rows == SCHEMA:
                seals[row.period_id] = seal
    return seals, problems
