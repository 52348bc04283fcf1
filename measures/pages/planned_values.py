"""What is to be reached by the values that texts state? Read with the values, in the query that reads them.

A row for each value and interim target of its commitment, put together here: docs/domain.md 4.29.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from measures.commitments import Interim
from measures.models import CommitmentSubject, CommitmentValue
from measures.summaries.aims import Plan


def with_plans(values: QuerySet[CommitmentValue]) -> QuerySet[Any]:
    """Values as `values_with_plans` wants them."""
    subjects = CommitmentSubject.objects.filter(commitment=OuterRef("subject__commitment")).order_by()
    counted = subjects.values("commitment").annotate(n=Count("pk")).values("n")
    step = "subject__commitment__interim_targets__"
    return values.annotate(of_subjects=Subquery(counted), step_on=F(f"{step}on"), step_to=F(f"{step}target"))


def values_with_plans(rows: Iterable[CommitmentValue]) -> list[CommitmentValue]:
    """Each value once, with its plan."""
    found: dict[int, CommitmentValue] = {}
    steps: dict[int, list[Interim]] = {}
    for row in rows:
        found.setdefault(row.pk, row)
        step = steps.setdefault(row.pk, [])
        if (on := vars(row)["step_on"]) is not None:
            step.append(Interim(on, vars(row)["step_to"]))
    for key, row in found.items():
        row.loaded_plan = Plan(vars(row)["of_subjects"], tuple(steps[key]))
    return list(found.values())
