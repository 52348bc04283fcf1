"""How far is each countable promise of a policy, year by year? Of one page of them, by the kept figures.

A year that is over is what its last period says, the present one what the chosen period says; of closed ones
what was closed, compared with the seal.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import OuterRef, Subquery

from measures.commitments import CommitmentFacts, Interim, projected
from measures.models import Commitment, MeasureFigures, PeriodSnapshot, ReportingPeriod
from measures.summaries.building import commitment_facts
from measures.summaries.seals import Parts
from measures.summaries.several_periods import current_figures
from measures.summaries.snapshot_json import SnapshotError, commitments_of
from measures.summaries.types import CommitmentStatus


@dataclass(frozen=True)
class CommitmentYear:
    """A promise in one year. `facts` is None where it has been changed since that year was closed.

    `projection` is what there will be at the end of the year; None where none is honest (`projected`).
    """

    year: int
    status: CommitmentStatus
    facts: CommitmentFacts | None
    projection: Fraction | None

    @property
    def step(self) -> Interim | None:
        """The interim target of the day: the last that is owed, before the first the one ahead.

        Of a yearly promise that of its own year, however late the year was closed.
        """
        steps = [row for row in (self.status.owed, self.status.ahead) if row]
        ours = [row for row in steps if self.status.year in {None, row.on.year}]
        return ours[0] if ours else None


@dataclass(frozen=True)
class TrackedCommitment:
    """The earliest year first. One that is fulfilled once has in each year what there was at its end."""

    commitment: Commitment
    years: tuple[CommitmentYear, ...]


@dataclass(frozen=True)
class _Reader:
    """`content` is by the key of the period and of the measure; `ends` by the official name of a period."""

    periods: Sequence[ReportingPeriod]
    content: Mapping[tuple[int, int], Mapping[str, CommitmentStatus]]
    ends: Mapping[str, date]

    def tracked(self, promise: Commitment) -> TrackedCommitment:
        found: dict[int, CommitmentYear] = {}
        for period in self.periods:
            status = self.content.get((period.pk, promise.measure_id), {}).get(promise.label)
            if status and (period == self.periods[-1] or self._belongs(status, period)):
                found[status.year or period.year] = self._year(promise, period, status)
        return TrackedCommitment(promise, tuple(found.values()))

    @staticmethod
    def _belongs(status: CommitmentStatus, period: ReportingPeriod) -> bool:
        return status.year == period.year if status.year else bool(status.stated_in)

    def _year(self, promise: Commitment, period: ReportingPeriod, status: CommitmentStatus) -> CommitmentYear:
        steps = {row.on: row.target for row in promise.interim_targets.all()}
        facts = commitment_facts(promise, status.subjects, status.year, steps)
        year = status.year or period.year
        if facts.figure != status.figure:
            return CommitmentYear(year, status, None, None)
        stated = self.ends.get(status.stated_in)
        ahead = projected(facts, stated, date(period.year, 12, 31)) if stated else None
        return CommitmentYear(year, status, facts, ahead)


def commitments_by_year(
    commitments: Sequence[Commitment], period: ReportingPeriod, periods: Iterable[ReportingPeriod], on: date
) -> tuple[list[TrackedCommitment], list[str]]:
    """Of these commitments, with their interim targets loaded; `periods` are all opened ones of the policy.

    The second value says which years are left out, because their snapshot was altered. Raises SnapshotError
    where that is so of the chosen period. Three queries where figures are current.
    """
    opened = sorted((row for row in periods if row.starts_on <= period.starts_on), key=lambda r: r.starts_on)
    ends_of_years = list({row.year: row for row in opened}.values())
    snapshots = PeriodSnapshot.objects.filter(period=OuterRef("pk")).order_by("-number")
    asked = ReportingPeriod.objects.annotate(parts=Subquery(snapshots.values("parts")[:1]))
    figures = current_figures(ends_of_years, on, asked, "parts")
    problems = dict(figures.problems)
    sealed = {
        row.pk: Parts(figures.rows[row.pk]["parts"], figures.seals[row.pk], row.name)
        for row in ends_of_years
        if row.pk in figures.seals
    }
    content = _content(ends_of_years, [row.measure_id for row in commitments], sealed, problems)
    if period.pk in problems:
        raise problems[period.pk]
    reader = _Reader(ends_of_years, content, {row.official_name: row.ends_on for row in opened})
    return [reader.tracked(row) for row in commitments], [str(error) for error in problems.values()]


def _content(
    periods: Sequence[ReportingPeriod],
    measures: Iterable[int],
    sealed: Mapping[int, Parts],
    problems: dict[int, SnapshotError],
) -> dict[tuple[int, int], dict[str, CommitmentStatus]]:
    """By label. A period whose figures are not those that were sealed joins the `problems`."""
    rows: Any = MeasureFigures.objects.filter(period__in=periods, measure__in=set(measures)).order_by()
    found = {}
    for period, measure, uuid, content in rows.values_list("period", "measure", "measure__uuid", "content"):
        try:
            if period in sealed:
                sealed[period].check_content(content, str(uuid))
        except SnapshotError as error:
            problems[period] = error
        else:
            found[period, measure] = {row.label: row for row in commitments_of(content)}
    return {key: statuses for key, statuses in found.items() if key[0] not in problems}
