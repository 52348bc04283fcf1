"""What does the text ask, of whom and by when? The plan of an edition on a day: no figure, and no filing."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Prefetch, QuerySet

from measures.models import (
    Commitment,
    CommitmentCycle,
    LeadMode,
    Measure,
    ReportingPeriod,
    Responsibility,
    ResponsibilityRole,
    effective_lead_mode,
)
from measures.summaries.building import department_name
from measures.summaries.heads import edition_head, policy_head
from measures.summaries.types import DepartmentName, EditionHead, PolicyHead

MEASURES_AT_ONCE = 200


@dataclass(frozen=True)
class PlannedCommitment:
    """`ends_on` is its last day, where the text names one; a yearly one is owed in every year."""

    label: str
    wording: str
    is_yearly: bool
    ends_on: date | None


@dataclass(frozen=True)
class PlannedMeasure:
    """A measure as the text has it, with those who answer for it on the day, in the order of the clause."""

    code: str
    title: str
    text: str
    clause_text: str
    lead_mode: LeadMode
    leads: tuple[DepartmentName, ...]
    participants: tuple[DepartmentName, ...]
    commitments: tuple[PlannedCommitment, ...]

    @property
    def commitment_count(self) -> int:
        return len(self.commitments)

    @property
    def department_count(self) -> int:
        return len({*self.leads, *self.participants})


@dataclass(frozen=True)
class Plan:
    """`measures` gives the heading of a section and each measure, one held at a time; may be asked again."""

    policy: PolicyHead
    edition: EditionHead
    on: date
    measures: Callable[[], Iterable[tuple[str, PlannedMeasure]]]

    @cached_property
    def sha256(self) -> str:
        """Of all that it says."""
        found = hashlib.sha256(repr((self.policy, self.edition, self.on)).encode())
        for pair in self.measures():
            found.update(repr(pair).encode())
        return found.hexdigest()


def read_plan(period: ReportingPeriod, on: date) -> Plan:
    """That of the period's edition: on the day while the period is open, on its last day once it is closed.

    `period` with policy, coordinator and edition. Three queries for every 200 measures.
    """
    day = period.ends_on if period.is_frozen else on
    measures = Measure.objects.filter(section__edition=period.edition).in_document_order()

    def in_order() -> Iterator[tuple[str, PlannedMeasure]]:
        rows = _with_plan(measures, day)
        for row in rows.iterator(chunk_size=MEASURES_AT_ONCE):
            yield row.section.heading, planned(row)

    return Plan(policy_head(period), edition_head(period), day, in_order)


def plan_of_measure(measure: Measure, on: date) -> PlannedMeasure:
    [row] = _with_plan(Measure.objects.filter(pk=measure.pk), on)
    return planned(row)


def _with_plan(measures: QuerySet[Measure], on: date) -> QuerySet[Measure]:
    bound = Responsibility.objects.in_force(on).select_related("department").order_by("role", "position")
    return measures.select_related("section").prefetch_related(
        Prefetch("responsibilities", bound), Prefetch("commitments", Commitment.objects.order_by("position"))
    )


def planned(measure: Measure) -> PlannedMeasure:
    """Its responsibilities, those of the day alone, and commitments should be loaded."""
    bound = list(measure.responsibilities.all())
    leads, participants = (
        tuple(department_name(row.department) for row in bound if row.role == role)
        for role in (ResponsibilityRole.LEAD, ResponsibilityRole.PARTICIPANT)
    )
    return PlannedMeasure(
        code=measure.code,
        title=measure.title,
        text=measure.text,
        clause_text=measure.clause_text,
        lead_mode=effective_lead_mode(measure, bound),
        leads=leads,
        participants=participants,
        commitments=tuple(
            PlannedCommitment(row.label, row.wording, row.cycle == CommitmentCycle.YEARLY, row.ends_on)
            for row in measure.commitments.all()
        ),
    )
