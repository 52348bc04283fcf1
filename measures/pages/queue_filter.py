"""To what is a queue narrowed? Policy, department, role; and whether it shows one's own work instead.

All stand in the address and are kept from page to page. One query counts what waits, and offers the choices.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.http import urlencode

from departments.actors import Actor
from departments.models import Department
from measures.models import Policy, ResponsibilityRole, Words
from measures.models.filing import ProgressUpdateQuerySet
from measures.own_work import is_own_work

# What an address may say of a queue; `own` shows what waits for somebody else.
NAMES: Final = ("policy", "department", "role", "own")


@dataclass(frozen=True)
class _Group:
    """How many updates of one policy, department and role wait for the actor, and how many for others."""

    policy: int
    slug: str
    department: str
    role: str
    waiting: int
    own: int


@dataclass(frozen=True)
class QueueFilter:
    """`count`: of the updates that are shown; `own_count`: of the actor's own among what was narrowed to."""

    actor: Actor
    policy: Policy | None
    department: str
    role: str
    own: bool
    count: int
    own_count: int
    departments: Sequence[tuple[str, str]]
    roles: Sequence[tuple[str, Words]]
    policies: frozenset[int]  # in which there is something
    kept: Mapping[str, str]

    @property
    def narrows(self) -> bool:
        return bool(self.department or self.role)

    @property
    def offers_choices(self) -> bool:
        return self.narrows or len(self.departments) > 1 or len(self.roles) > 1

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What the form of the choices hands on unchanged."""
        return [(name, value) for name, value in self.kept.items() if name in {"policy", "own"}]

    def of(self, updates: ProgressUpdateQuerySet) -> ProgressUpdateQuerySet:
        own = is_own_work(self.actor)
        rows = updates.filter(own) if self.own else updates.exclude(own)
        names = {"department__slug": self.department, "role": self.role, "period__policy": self.policy}
        return rows.filter(**{name: value for name, value in names.items() if value})

    def address(self, **changes: str | int) -> str:
        """The query that says the same, with these changes; an empty one leaves its name out."""
        said = {name: value for name, value in {**self.kept, **changes}.items() if value}
        return f"?{urlencode(said)}" if said else ""

    @property
    def address_of_all(self) -> str:
        return self.address(department="", role="") or "?"

    @property
    def address_of_own(self) -> str:
        return self.address(own="yes")

    @property
    def address_of_waiting(self) -> str:
        return self.address(own="") or "?"


def queue_filter(
    request: HttpRequest, actor: Actor, updates: ProgressUpdateQuerySet, policy: Policy | None
) -> QueueFilter:
    """From the address. One query, and one more for a department of which nothing waits. Raises Http404."""
    asked = {name: request.GET.get(name, "") for name in NAMES}
    if asked["role"] not in {"", *ResponsibilityRole.values}:
        raise Http404("no such role")
    groups = _groups(actor, updates)
    own = bool(asked["own"])
    of_policy = [row for row in groups if policy is None or row.policy == policy.pk]
    shown = [row for row in of_policy if asked["department"] in {"", row.slug}]
    shown = [row for row in shown if asked["role"] in {"", row.role}]
    roles = {row.role for row in of_policy} | {asked["role"]}
    return QueueFilter(
        actor=actor,
        policy=policy,
        department=asked["department"],
        role=asked["role"],
        own=own,
        count=sum(row.own if own else row.waiting for row in shown),
        own_count=sum(row.own for row in shown),
        departments=_departments(of_policy, asked["department"]),
        roles=[(role.value, role.label) for role in ResponsibilityRole if role in roles],
        policies=frozenset(row.policy for row in groups),
        kept={name: value for name, value in asked.items() if value},
    )


def _groups(actor: Actor, updates: ProgressUpdateQuerySet) -> list[_Group]:
    """In the order of the protocol."""
    own = is_own_work(actor)
    names = ("period__policy", "department__slug", "department__short_name", "role")
    ordered = updates.order_by("department__position", "department__slug")
    counted = ordered.values_list(*names).annotate(
        waiting=Count("pk", filter=~own), others=Count("pk", filter=own)
    )
    return [_Group(*row) for row in counted]


def _departments(groups: Iterable[_Group], asked: str) -> list[tuple[str, str]]:
    offered = {row.slug: row.department for row in groups}
    if asked and asked not in offered:
        offered[asked] = get_object_or_404(Department, slug=asked).short_name
    return list(offered.items())
