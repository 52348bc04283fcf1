"""Who acts in the demo? A reporter and a reviewer for each department, and the people of both offices.

Reporters and reviewers serve every policy that binds their department; some people of the offices serve two.

Their names are those of roles and the telephone numbers belong to nobody: no real person is meant.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.contrib.auth.hashers import make_password

from departments.actors import Actor
from departments.models import Department, Membership, Role, User
from departments.models.versions import entered_by
from measures.demo.data import OFFICE_TIME

# The same for everybody, and printed by the command: a demo database holds nothing to protect.
PASSWORD: Final = "langfang-demo-2020"  # noqa: S105  # printed for every visitor
SINCE: Final = date(2019, 1, 1)
CONTACTS_GIVEN: Final = datetime(2019, 1, 2, 9, tzinfo=OFFICE_TIME)
NAMES: Final = {Role.REPORTER: "填报人", Role.REVIEWER: "审核人"}
# User name, name, role, and the coordinating departments in which it is held.
OFFICES: Final = (
    ("rsj-clerk", "调度员甲", Role.CLERK, ("rsj",)),
    ("rsj-clerk-2", "调度员乙", Role.CLERK, ("rsj",)),
    ("rsj-signer", "签发人", Role.SIGNER, ("rsj",)),
    ("leader", "局领导（只读）", Role.LEADER, ("rsj",)),
    ("auditor", "审计（只读）", Role.AUDITOR, ("rsj",)),
    ("zjj-clerk", "调度员丙", Role.CLERK, ("zjj",)),
    ("joint-clerk", "调度员丁（两局共用）", Role.CLERK, ("rsj", "zjj")),
    ("zjj-signer", "签发人", Role.SIGNER, ("zjj",)),
    ("city-leader", "市领导（只读）", Role.LEADER, ("rsj", "zjj")),
)
# Besides those of every department: who reports too and stands in for the reviewer for some days, and who
# reported until the work was handed over (`measures.demo.staff`).
DEPUTY: Final = ("jyj-reporter-2", "jyj", "填报人乙（AB岗）")
FORMER: Final = ("zgh-former", "zgh", "原填报人（已调离）")
# The clerk replaced the office's own reviewer then; another clerk must confirm what was approved.
STAND_IN: Final = ("rsj-clerk", "rsj", Role.REVIEWER, date(2020, 6, 29), date(2020, 7, 8))


@dataclass
class DemoPeople:
    """The people by user name, and the actor that each of them is on a day."""

    users: dict[str, User] = field(default_factory=dict)
    memberships: dict[str, list[Membership]] = field(default_factory=dict)
    _actors: dict[tuple[str, date], Actor] = field(default_factory=dict)

    def actor(self, username: str, on: date) -> Actor:
        """The actor as the middleware would load it on that day."""
        if (username, on) not in self._actors:
            held = [row for row in self.memberships.get(username, []) if _holds(row, on)]
            self._actors[username, on] = Actor(self.users[username], on, tuple(held))
        return self._actors[username, on]

    def reporter(self, slug: str, on: date) -> str:
        """Who wrote for the department on that day: whoever left, as long as the role was held."""
        username, place, _name = FORMER
        return username if slug == place and self.actor(username, on).memberships else f"{slug}-reporter"

    def reviewer(self, slug: str, on: date) -> str:
        """Who reviewed for it on that day: in the days of the deputy, the deputy."""
        username, place, _name = DEPUTY
        reviews = slug == place and self.actor(username, on).departments(Role.REVIEWER)
        return username if reviews else f"{slug}-reviewer"

    def reload(self, username: str) -> None:
        """After somebody's memberships were changed by an act."""
        rows = self.users[username].memberships.select_related("department", "stands_in_for")
        self.memberships[username] = list(rows)
        for key in [key for key in self._actors if key[0] == username]:
            del self._actors[key]


def _holds(membership: Membership, on: date) -> bool:
    return membership.valid_from <= on and (membership.valid_to is None or on <= membership.valid_to)


def make_people() -> DemoPeople:
    """Store all people and the contact of each department."""
    people, password = DemoPeople(), make_password(PASSWORD)
    departments = {row.slug: row for row in Department.objects.order_by("position", "slug")}
    for number, department in enumerate(departments.values(), start=1):
        for role, name in NAMES.items():
            user = _person(people, f"{department.slug}-{role.value}", name, password, number)
            _appoint(people, user, department, role)
    for number, (username, name, role, offices) in enumerate(OFFICES, start=80):
        user = _person(people, username, name, password, number)
        for slug in offices:
            _appoint(people, user, departments[slug], role)
    for number, (username, slug, name) in enumerate((DEPUTY, FORMER), start=95):
        user = _person(people, username, name, password, number)
        _appoint(people, user, departments[slug], Role.REPORTER)
    for number, department in enumerate(departments.values(), start=1):
        _give_contact(department, number, people.users[OFFICES[0][0]])
    username, slug, role, start, end = STAND_IN
    _appoint(people, people.users[username], departments[slug], role, start, end)
    _person(people, "admin", "系统管理员", password, 90, is_staff=True, is_superuser=True)
    return people


def _give_contact(department: Department, number: int, clerk: User) -> None:
    department.contact, department.telephone = "联络员（办公室）", f"0316-5550{number:03}"
    entered_by(department, clerk, CONTACTS_GIVEN)
    department.save(update_fields=["contact", "telephone"])


def _person(people: DemoPeople, username: str, name: str, password: str, number: int, **more: bool) -> User:
    user = User.objects.create(
        username=username, name=name, password=password, telephone=f"0316-5551{number:03}", **more
    )
    people.users[username] = user
    return user


def _appoint(
    people: DemoPeople,
    user: User,
    department: Department,
    role: Role,
    start: date = SINCE,
    end: date | None = None,
) -> None:
    row = Membership.objects.create(
        user=user, department=department, role=role, valid_from=start, valid_to=end
    )
    people.memberships.setdefault(user.username, []).append(row)
