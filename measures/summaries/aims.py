"""What is to be reached by the commitments of a form, and by when? The same rules as the lights'."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from measures.commitments import (
    CommitmentFacts,
    Interim,
    cycle_year,
    interim_ahead,
    interim_owed,
    target_words,
)
from measures.lights import interim_words
from measures.models import (
    Commitment,
    CommitmentKind,
    CommitmentSubject,
    InterimTarget,
    ReportingPeriod,
)


@dataclass(frozen=True)
class Aim:
    """What the text asks of each subject, and which interim target the light of the period is judged by."""

    target: str
    interim: str


@dataclass(frozen=True)
class Plan:
    """How many subjects a commitment has, and its interim targets."""

    subjects: int
    interim: tuple[Interim, ...]


def aims_of(subjects: Iterable[CommitmentSubject], period: ReportingPeriod) -> dict[int, Aim]:
    """By commitment; `subjects` are all that each has. One query."""
    subjects = list(subjects)
    steps: dict[int, list[Interim]] = {row.commitment_id: [] for row in subjects}
    for target in InterimTarget.objects.filter(commitment__in=steps) if steps else ():
        steps[target.commitment_id].append(Interim(target.on, target.target))
    return aims_from(subjects, period, steps)


def aims_from(
    subjects: Iterable[CommitmentSubject], period: ReportingPeriod, steps: Mapping[int, Sequence[Interim]]
) -> dict[int, Aim]:
    """The same where the interim targets are read already, by commitment."""
    counted: dict[Commitment, int] = {}
    for subject in subjects:
        counted[subject.commitment] = counted.get(subject.commitment, 0) + 1
    plans = {row: Plan(total, tuple(steps.get(row.pk, ()))) for row, total in counted.items()}
    return {row.pk: aim_of(row, plan, period) for row, plan in plans.items()}


def aim_of(promise: Commitment, plan: Plan, period: ReportingPeriod) -> Aim:
    """A period is judged when it is over."""
    kind, year = CommitmentKind(promise.kind), cycle_year(promise, period.year)
    several = plan.subjects if plan.subjects > 1 and kind != CommitmentKind.COMPARISON else 0
    facts = CommitmentFacts(
        label=promise.label,
        kind=kind,
        floor=promise.floor,
        ceiling=promise.ceiling,
        total=several,
        cycle_start=date(year, 1, 1) if year else None,
        cycle_end=date(year, 12, 31) if year else None,
        interim=plan.interim,
    )
    on = period.ends_on + timedelta(days=1)
    owed, ahead = interim_owed(facts, on), interim_ahead(facts, on)
    return Aim(
        target_words(promise.floor, promise.ceiling), interim_words(owed, ahead, kind, promise.unit, several)
    )
