"""Who takes part? Departments under all their names, people, the roles they hold, working days.

Knows nothing of policies or measures.
"""

from departments.models.accounts import (
    PASSING_ACTS,
    AccountAct,
    AccountEvent,
    AccountEventQuerySet,
    PasswordRecord,
    Session,
)
from departments.models.calendar import DemoMode, WorkingDay
from departments.models.departments import (
    Department,
    DepartmentAlias,
    DepartmentAliasManager,
    DepartmentKind,
    DepartmentQuerySet,
    Succession,
)
from departments.models.people import (
    Language,
    Membership,
    MembershipQuerySet,
    Role,
    User,
)

__all__ = [
    "PASSING_ACTS",
    "AccountAct",
    "AccountEvent",
    "AccountEventQuerySet",
    "DemoMode",
    "Department",
    "DepartmentAlias",
    "DepartmentAliasManager",
    "DepartmentKind",
    "DepartmentQuerySet",
    "Language",
    "Membership",
    "MembershipQuerySet",
    "PasswordRecord",
    "Role",
    "Session",
    "Succession",
    "User",
    "WorkingDay",
]
