"""Where does each policy stand? Lights and filing of the period that its pages show, for the page of all."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, OuterRef, Q, Subquery, Sum

from measures.models import (
    DepartmentFigures,
    LightColour,
    MeasureFigures,
    PeriodState,
    Policy,
    ReportingPeriod,
)
from measures.summaries.counts import FilingCount
from measures.summaries.keeping import COUNTED
from measures.summaries.seals import Seal
from measures.summaries.several_periods import current_figures
from measures.summaries.snapshot_json import AlteredFiguresError, SnapshotError


@dataclass(frozen=True)
class PolicyStatus:
    """A policy in the period that its pages show; no period before the first is opened.

    `problem` says that the snapshot was altered: then there are no figures.
    """

    policy: Policy
    period: ReportingPeriod | None
    counts: dict[LightColour, int]
    filing: FilingCount | None
    problem: str = ""


def policy_statuses(policies: Sequence[Policy], on: date) -> list[PolicyStatus]:
    """These policies, in their order; `coordinator` should be loaded.

    Five queries for any number of policies, measures, departments and periods, where the figures are those of
    the day.
    """
    shown = _shown_periods(policies, on)
    current = current_figures(list(shown.values()), on, ReportingPeriod.objects.all())
    keys = [period.pk for period in shown.values() if period.pk not in current.problems]
    lights, filing = _lights(keys), _filing(keys)
    problems: dict[int, SnapshotError] = {
        period.pk: AlteredFiguresError(period.name)
        for period in shown.values()
        if (seal := current.seals.get(period.pk)) and not _are_sealed(period.pk, seal, lights, filing)
    }
    problems |= current.problems
    statuses = []
    for policy in policies:
        period = shown.get(policy.pk)
        if period is None:
            statuses.append(PolicyStatus(policy, None, {}, None))
        elif period.pk in problems:
            statuses.append(PolicyStatus(policy, period, {}, None, str(problems[period.pk])))
        else:
            counts = {colour: lights.get((period.pk, colour), 0) for colour in LightColour}
            statuses.append(PolicyStatus(policy, period, counts, filing.get(period.pk, _NOTHING_OWED)))
    return statuses


def shown_by_default(periods: Sequence[ReportingPeriod], on: date) -> ReportingPeriod | None:
    """The latest period that is over; before any is, the latest opened. `periods` newest first."""
    over = next((row for row in periods if row.ends_on < on), None)
    return over or next(iter(periods), None)


def _are_sealed(
    period: int, seal: Seal, lights: Mapping[tuple[int, str], int], filing: Mapping[int, FilingCount]
) -> bool:
    """The sums of a closed period are those that its snapshot vouches for."""
    counted = Counter({colour: number for (key, colour), number in lights.items() if key == period})
    sealed = Counter[str]()
    for colour, _before, number in seal.lights:
        sealed[colour] += number
    sums = [sum(column) for column in zip(*seal.departments.values(), strict=True)]
    owed = FilingCount(*sums[:-1]) if sums else _NOTHING_OWED
    return counted == sealed and filing.get(period, _NOTHING_OWED) == owed


def _shown_periods(policies: Sequence[Policy], on: date) -> dict[int, ReportingPeriod]:
    """As `shown_by_default` chooses, of each policy, by its key. One query."""
    opened = ReportingPeriod.objects.exclude(state=PeriodState.PLANNED)
    is_over = ExpressionWrapper(Q(ends_on__lt=on), output_field=BooleanField())
    of_its_policy = opened.filter(policy=OuterRef("policy")).annotate(is_over=is_over)
    first = Subquery(of_its_policy.order_by("-is_over", "-starts_on").values("pk")[:1])
    rows = opened.filter(policy__in=policies, pk=first).select_related("policy__coordinator", "edition")
    return {row.policy_id: row for row in rows}


def _lights(periods: Sequence[int]) -> Mapping[tuple[int, str], int]:
    """How many measures show which light, by the key of the period and the colour. One query."""
    rows = MeasureFigures.objects.filter(period__in=periods).order_by().values_list("period", "colour")
    return {(period, colour): number for period, colour, number in rows.annotate(n=Count("pk"))}


_NOTHING_OWED = FilingCount(*(0 for _name in COUNTED[:-1]))


def _filing(periods: Sequence[int]) -> Mapping[int, FilingCount]:
    """All departments together, by the key of the period. One query."""
    rows = DepartmentFigures.objects.filter(period__in=periods).order_by()
    sums: Any = rows.values(key=F("period")).annotate(**{f"of_{name}": Sum(name) for name in COUNTED})
    return {row["key"]: FilingCount(*(row[f"of_{name}"] for name in COUNTED[:-1])) for row in sums}
