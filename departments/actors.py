"""For whom may a signed-in person speak? The roles held today, loaded once a request.

It answers who somebody is; what that allows is `measures.permissions`.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext as _

from departments.models import Department, Membership, Role, User
from langfang_policy.compiled_queries import Asking

# Under this name the session keeps the department that somebody with several has chosen to act for.
ACTING_FOR: Final = "acting_for"
# These count only where a policy is coordinated; the others in any department.
OFFICE_ROLES: Final = (Role.CLERK, Role.SIGNER, Role.LEADER, Role.AUDITOR)
DEPARTMENT_ROLES: Final = (Role.REPORTER, Role.REVIEWER)


@dataclass(frozen=True)
class Actor(Asking):
    """A person with the memberships that hold today. Anonymous visitors hold none.

    `chosen` is the key of the department that the person has chosen to act for, if any.
    """

    user: User | None
    on: date
    memberships: tuple[Membership, ...] = ()
    chosen: int | None = None

    @classmethod
    def load(cls, user: User | AnonymousUser, on: date, chosen: int | None = None) -> "Actor":
        """One query; a deactivated or anonymous person holds nothing."""
        if not isinstance(user, User) or not user.is_active:
            return cls(None, on)
        rows = user.memberships.active(on).select_related("department", "stands_in_for")
        counted = rows.annotate(policies=Count("department__coordinated_policies"))
        return cls(user, on, tuple(counted.order_by("department__position", "role")), chosen)

    @property
    def person(self) -> User:
        """The user; only for code behind the sign-in."""
        if self.user is None:
            raise PermissionError("nobody is signed in")
        return self.user

    @property
    def is_admin(self) -> bool:
        return self.user is not None and self.user.is_superuser

    @cached_property
    def roles(self) -> frozenset[tuple[int, str]]:
        return frozenset((row.department_id, row.role) for row in self.memberships)

    def holds(self, role: Role, department_id: int) -> bool:
        return (department_id, role.value) in self.roles

    def holds_any(self, roles: Iterable[Role], department_id: int) -> bool:
        return any(self.holds(role, department_id) for role in roles)

    def departments(self, *roles: Role) -> tuple[Department, ...]:
        """Where one of these roles is held (all roles when none is named), in protocol order."""
        wanted = set(roles) or set(Role)
        unique = {row.department_id: row.department for row in self.memberships if Role(row.role) in wanted}
        return tuple(unique.values())

    def offices(self, *roles: Role) -> tuple[Department, ...]:
        """Where one of these roles is held and a policy is coordinated; elsewhere they count nothing."""
        coordinating = {row.department_id for row in self.memberships if getattr(row, "policies", 0)}
        return tuple(row for row in self.departments(*roles) if row.pk in coordinating)

    @cached_property
    def acting_for(self) -> Department | None:
        """The chosen department, while a role is held there."""
        return next((row for row in self.departments() if row.pk == self.chosen), None)

    def preferred(self, departments: Iterable[Department]) -> Department | None:
        """The one rule of what the choice does: it counts wherever it fits, and nowhere else."""
        return self.acting_for if self.acting_for in tuple(departments) else None

    def narrowed(self, departments: tuple[Department, ...]) -> tuple[Department, ...]:
        """Of which of these a list shows the work: of the preferred one, else of all."""
        preferred = self.preferred(departments)
        return (preferred,) if preferred else departments

    def leaves_out(self, *kinds: tuple[Department, ...]) -> bool:
        """Whether a list of these kinds of work does not show that of some department."""
        return any(len(self.narrowed(departments)) < len(departments) for departments in kinds)

    def own_departments(self, role: Role) -> tuple[Department, ...]:
        """Where the role is the actor's own, and not held for somebody else."""
        own = {row.department_id for row in self.memberships if row.role == role and not row.stands_in_for_id}
        return tuple(department for department in self.departments(role) if department.pk in own)

    def stands_in_for(self, department: Department) -> User | None:
        """For whom the actor reviews there as a deputy; None where the role is the actor's own."""
        rows = [
            row for row in self.memberships if (row.department_id, row.role) == (department.pk, Role.REVIEWER)
        ]
        others = [row.stands_in_for for row in rows]
        return None if None in others else next(iter(others), None)

    def has_role(self, *roles: Role) -> bool:
        return bool(self.departments(*roles))

    def serves_an_office(self, *roles: Role) -> bool:
        """Holds one of these roles where a policy is coordinated; elsewhere these roles count nothing."""
        return bool(self.offices(*roles))

    # --- as an argument of a query whose text is kept (see langfang_policy.compiled_queries) ---

    def form_of_query(self) -> Hashable:
        """Which roles are held in which of several departments, and which is chosen, whatever these are."""
        places = {department.pk: place for place, department in enumerate(self.departments())}
        held = [
            (
                row.role,
                places[row.department_id],
                row.stands_in_for_id is None,
                bool(vars(row).get("policies")),
            )
            for row in self.memberships
        ]
        chosen = places.get(self.chosen) if self.chosen else None
        return self.user is None, self.is_admin, chosen, tuple(held)

    def values_of_query(self) -> tuple[Any, ...]:
        return (*([self.user.pk] if self.user else []), self.on, *(row.pk for row in self.departments()))

    def with_values_of_query(self, values: tuple[Any, ...]) -> "Actor":
        user, rest = (
            (User(pk=values[0], is_superuser=self.is_admin), values[1:]) if self.user else (None, values)
        )
        departments = dict(zip((row.pk for row in self.departments()), rest[1:], strict=True))
        memberships = tuple(_moved_to(row, departments[row.department_id]) for row in self.memberships)
        chosen = departments.get(self.chosen) if self.chosen else None
        return Actor(user, rest[0], memberships, chosen)


def _moved_to(membership: Membership, department: int) -> Membership:
    """The same role in another department."""
    moved = Membership(role=membership.role, department=Department(pk=department))
    moved.stands_in_for_id = membership.stands_in_for_id
    vars(moved)["policies"] = vars(membership).get("policies")
    return moved


def said_of_idle_role(role: Role, department: Department) -> str:
    """That the role allows nothing in this department; empty where it counts.

    Before the first policy is loaded nobody knows which department will coordinate it: nothing is said.
    """
    if role not in OFFICE_ROLES or department.coordinated_policies.exists():
        return ""
    if not Department.objects.filter(coordinated_policies__isnull=False).exists():
        return ""
    words = {"department": department.short_name, "role": role.label}
    return _("%(department)s coordinates no policy: the role %(role)s allows nothing there.") % words


class ActingRequest(HttpRequest):
    """A request behind the middleware: it knows the actor."""

    actor: Actor
    user: User
