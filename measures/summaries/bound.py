"""Whom does a policy bind today, and in how many measures?"""

from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from departments.models import Department
from langfang_policy.compiled_queries import compiled
from measures.models import Policy, Responsibility, ResponsibilityRole


def bound_departments(policy: Policy, on: date) -> list[Any]:
    """All departments in protocol order, with how many measures each `leads` or has `participations` in.

    Two queries: the counts come from an index, in one go for all of them.
    """
    counted = {(department, role): number for department, role, number in _counted(policy.pk, on)}
    departments: list[Any] = _in_protocol_order()
    for row in departments:
        row.leads = counted.get((row.pk, ResponsibilityRole.LEAD), 0)
        row.participations = counted.get((row.pk, ResponsibilityRole.PARTICIPANT), 0)
    return departments


@compiled
def _counted(policy: int, on: date) -> QuerySet[Responsibility, tuple[Any, ...]]:
    """(department, role, number): in the order of `responsibility_of_policy`, so that nothing is sorted."""
    bound = Responsibility.objects.filter(policy=policy).in_force(on).order_by()
    return bound.values_list("department", "role").annotate(number=Count("*"))


@compiled
def _in_protocol_order() -> QuerySet[Department]:
    return Department.objects.order_by("position", "slug")
