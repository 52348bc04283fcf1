"""The departments and named people of the tests: who they are and where they hold which role.

Each function gives the same person every time it is asked in one test, as the Actor of a day. Everybody
has held the role since 2019.
"""

from datetime import date
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password

from departments.actors import Actor
from departments.models import Department, DepartmentKind, Membership, Role, User
from tests.retold import retold

# The day of the tests, in the quarter of which builders.py tells.
DAY = date(2020, 7, 1)
SINCE = date(2019, 1, 1)
PASSWORD = "三年来每季一报-2020"
NAMES = {
    "rsj": ("市人力资源和社会保障局", "市人社局"),
    "zgh": ("市总工会", "市总工会"),
    "jyj": ("市教育局", "市教育局"),
    "czj": ("市财政局", "市财政局"),
    "gzw": ("市国资委", "市国资委"),
    "gsl": ("市工商联", "市工商联"),
}


@retold
def a_department(slug: str = "zgh", **changes: Any) -> Department:
    """The same slug is the same department; one without a name of its own is called after its slug."""
    name, short_name = NAMES.get(slug, (f"市{slug}局", f"{slug}局"))
    usual = {
        "name": name,
        "short_name": short_name,
        "full_name": f"廊坊{name}",
        "kind": DepartmentKind.GOVERNMENT,
        "position": list(NAMES).index(slug) if slug in NAMES else 50,
    }
    department, _new = Department.objects.get_or_create(slug=slug, defaults={**usual, **changes})
    return department


def the_office() -> Department:
    """Coordinates the policy of the tests."""
    return a_department("rsj")


@retold
def a_person(username: str, *roles: tuple[str, Role], on: date = DAY) -> Actor:
    """Somebody who holds these roles, each given as (department slug, role)."""
    user = User.objects.filter(username=username).first()
    if user is None:
        user = User.objects.create(username=username, name=f"张{username}", password=hashed_password())
        missing = set(roles)
    else:
        known = Actor.load(user, on)
        missing = set(roles) - {(row.department.slug, row.role) for row in known.memberships}
        if missing:  # what somebody held once is not given anew
            missing -= set(user.memberships.values_list("department__slug", "role"))
        if not missing:
            return known
    for slug, role in roles:
        if (slug, role) in missing:
            holds(user, a_department(slug), role)
    return Actor.load(user, on)


@cache
def hashed_password() -> str:
    """The same for everybody: hashing takes time on purpose."""
    return make_password(PASSWORD)


def holds(user: User, department: Department, role: Role) -> Membership:
    row, _new = Membership.objects.get_or_create(
        user=user, department=department, role=role, defaults={"valid_from": SINCE}
    )
    return row


# --- in a department -----------------------------------------------------------------------------


def reporter(slug: str = "zgh") -> Actor:
    return a_person(f"{slug}-reporter", (slug, Role.REPORTER))


def second_reporter(slug: str = "zgh") -> Actor:
    """Writes in the same department: two people on one draft."""
    return a_person(f"{slug}-reporter-2", (slug, Role.REPORTER))


def reviewer(slug: str = "zgh") -> Actor:
    return a_person(f"{slug}-reviewer", (slug, Role.REVIEWER))


def second_reviewer(slug: str = "zgh") -> Actor:
    return a_person(f"{slug}-reviewer-2", (slug, Role.REVIEWER))


def colleague(slug: str = "zgh") -> Actor:
    """Holds two memberships in one department: writes and reviews."""
    return a_person(f"{slug}-colleague", (slug, Role.REPORTER), (slug, Role.REVIEWER))


def former_reporter(slug: str = "zgh") -> Actor:
    """Left the department the day before."""
    left = a_person(f"{slug}-former", (slug, Role.REPORTER))
    left.person.memberships.update(valid_to=date.fromordinal(DAY.toordinal() - 1))
    return Actor.load(left.person, DAY)


# --- the office ----------------------------------------------------------------------------------


def clerk() -> Actor:
    return _of_the_office("clerk", Role.CLERK)


def second_clerk() -> Actor:
    return _of_the_office("clerk-2", Role.CLERK)


def signer() -> Actor:
    return _of_the_office("signer", Role.SIGNER)


def leader() -> Actor:
    return _of_the_office("leader", Role.LEADER)


def auditor() -> Actor:
    return _of_the_office("auditor", Role.AUDITOR)


def lent_clerk(slug: str = "zgh") -> Actor:
    """Clerk of the office and reporter of a department that reports to it."""
    return a_person(f"{slug}-lent-clerk", (the_office().slug, Role.CLERK), (slug, Role.REPORTER))


def _of_the_office(name: str, role: Role) -> Actor:
    office = the_office().slug
    return a_person(f"{office}-{name}", (office, role))


# --- outside -------------------------------------------------------------------------------------


def stranger() -> Actor:
    """Writes and reviews in a department that no measure of the tests binds."""
    return a_person("stranger", ("gsl", Role.REPORTER), ("gsl", Role.REVIEWER))


def clerk_elsewhere() -> Actor:
    """Holds every office role in a department that does not coordinate: they count for nothing there."""
    roles = [("gsl", role) for role in (Role.CLERK, Role.SIGNER, Role.LEADER, Role.AUDITOR)]
    return a_person("clerk-elsewhere", *roles)


def everything() -> Actor:
    """Holds every role, in the office and in a department: has every query of a page."""
    office = [("rsj", role) for role in (Role.CLERK, Role.SIGNER, Role.LEADER, Role.AUDITOR)]
    return a_person("everything", ("zgh", Role.REPORTER), ("zgh", Role.REVIEWER), *office)


def admin() -> Actor:
    """Keeps accounts and reference data; no act of the workflow."""
    keeper = a_person("admin")
    User.objects.filter(pk=keeper.person.pk).update(is_superuser=True, is_staff=True)
    keeper.person.refresh_from_db()
    return keeper


def anonymous() -> Actor:
    return Actor(None, DAY)


def deactivated(slug: str = "zgh") -> Actor:
    """A reporter whose account was switched off."""
    name = f"{slug}-deactivated"
    a_person(name, (slug, Role.REPORTER))
    User.objects.filter(username=name).update(is_active=False)
    return Actor.load(User.objects.get(username=name), DAY)
