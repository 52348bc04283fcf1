"""Are the kept figures of several periods those of the day? Made so where they are not.

Two queries for any number of periods whose figures are current: what is kept, and the snapshots.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from django.db.models import Exists, F, OuterRef, QuerySet

from langfang_policy.compiled_queries import compiled
from measures.models import MeasureFigures, PeriodSnapshot, ReportingPeriod
from measures.summaries.keeping import SCHEMA
from measures.summaries.kept import kept_period
from measures.summaries.seals import Seal, verified_seal, with_needed_content
from measures.summaries.snapshot_json import SnapshotError

# Of the periods with these keys: what `with_currency` asks.
Ask: TypeAlias = Callable[[list[int]], Iterable[Mapping[str, Any]]]


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
    return figures_asked(periods, on, lambda keys: with_currency(asked.filter(pk__in=keys), *columns))


def figures_asked(periods: Sequence[ReportingPeriod], on: date, ask: Ask) -> CurrentFigures:
    """The same, where the text of the query is kept: `ask` is asked again once figures were worked out."""
    snapshots = _latest_snapshots([row.pk for row in periods if row.is_frozen])
    seals, problems = _verified(periods, snapshots)
    keys = [period.pk for period in periods]
    found = {row["pk"]: row for row in ask(keys)}
    sealed = {row.period_id: row.sha256 for row in snapshots}
    behind = [
        row
        for row in periods
        if row.pk not in problems and not _is_current(row, found[row.pk], sealed.get(row.pk), on)
    ]
    for period in behind:
        try:
            kept_period(period, on)
        except SnapshotError as error:
            problems[period.pk] = error
    if behind:
        found = {row["pk"]: row for row in ask(keys)}
    return CurrentFigures(found, problems, seals)


def with_currency(periods: QuerySet[ReportingPeriod], *columns: str) -> QuerySet[ReportingPeriod, Any]:
    """These columns of theirs, and whether their figures are current."""
    stale = MeasureFigures.objects.exclude(version=F("facts_version")).filter(period=OuterRef("pk"))
    told: QuerySet[ReportingPeriod, Any] = periods.order_by().values(
        "pk",
        *columns,
        of_day=F("figures__as_of"),
        schema=F("figures__schema"),
        of_snapshot=F("figures__snapshot_sha256"),
        stale=Exists(stale),
    )
    return told


def _is_current(period: ReportingPeriod, row: Mapping[str, Any], sha256: str | None, on: date) -> bool:
    """Those of a closed period are those of its snapshot, for ever."""
    if row["schema"] != SCHEMA:
        return False
    if period.is_frozen:
        return bool(row["of_snapshot"] == sha256)
    return bool(row["of_day"] == on and not row["stale"])


@compiled
def _latest_snapshots(periods: list[int]) -> QuerySet[PeriodSnapshot]:
    """Of the closed ones the seal and its hash: whole texts are read of those alone that have no seal."""
    later = PeriodSnapshot.objects.filter(period=OuterRef("period"), number__gt=OuterRef("number"))
    latest = PeriodSnapshot.objects.filter(~Exists(later), period__in=periods)
    return latest.order_by().only("period", "sha256", "seal")


def _verified(
    periods: Sequence[ReportingPeriod], snapshots: Sequence[PeriodSnapshot]
) -> tuple[dict[int, Seal], dict[int, SnapshotError]]:
    """What the snapshots vouch for, by the key of the period; and why some were altered.

    No more than one text is held at a time.
    """
    names = {period.pk: period.name for period in periods}
    seals: dict[int, Seal] = {}
    problems: dict[int, SnapshotError] = {}
    for row in snapshots:
        try:
            seal = verified_seal(row if row.seal else _whole(row), names[row.period_id])
        except SnapshotError as error:
            problems[row.period_id] = error
        else:
            if seal is not None and seal.rows == SCHEMA:
                seals[row.period_id] = seal
    return seals, problems


def _whole(snapshot: PeriodSnapshot) -> PeriodSnapshot:
    return with_needed_content(PeriodSnapshot.objects.all()).get(pk=snapshot.pk)
