"""Who takes part: departments under all their names, people, the roles they hold, working days.

Knows nothing of policies or measures.
"""

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
    OFFICE_ROLES,
    Language,
    Membership,
    MembershipQuerySet,
    Role,
    User,
)

__all__ = [
    "OFFICE_ROLES",
    "DemoMode",
    "Department",
    "DepartmentAlias",
    "DepartmentAliasManager",
    "DepartmentKind",
    "DepartmentQuerySet",
    "Language",
    "Membership",
    "MembershipQuerySet",
    "Role",
    "Succession",
    "User",
    "WorkingDay",
]
