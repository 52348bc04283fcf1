"""The clerk keeps contacts and successions of departments, each on record (docs/domain.md 2.16)."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from departments.actors import Actor
from departments.models import Department, Succession
from measures.duties import Performers
from measures.models import Act, Event, Policy
from measures.verification import record_faults
from measures.workflow.department_changes import change_contact, record_succession
from tests import cast
from tests.builders import a_measure, moment
from tests.cast import DAY, a_department

pytestmark = pytest.mark.django_db
BASIS = "廊办字〔2019〕1号"


def policy() -> Policy:
    """Binds three departments."""
    return a_measure(leads=("zgh", "jyj"), participants=("czj",)).section.edition.policy


def succeed(predecessor: str, successor: str, day: date = DAY, basis: str = BASIS) -> Succession:
    departments = a_department(predecessor), a_department(successor)
    return record_succession(cast.clerk(), Policy.objects.get(), *departments, day, basis, moment())


def test_contact_is_changed_on_record_and_its_values_stand_in_the_history_alone() -> None:
    of_clerk = policy()
    clerk, zgh = cast.clerk(), a_department()
    change_contact(clerk, of_clerk, zgh, "李建国\n王芳 ", " 0316-5550000", moment())
    zgh.refresh_from_db()
    assert (zgh.contact, zgh.telephone) == ("李建国\n王芳", "0316-5550000")
    event = Event.objects.get(act=Act.CHANGE_CONTACT)
    assert (event.about_department, event.department, event.user) == (zgh, cast.the_office(), clerk.person)
    assert event.comment == "联系人、联系电话"  # no number, no name
    entry = zgh.history.order_by("history_id").last()
    assert (entry.history_user, entry.telephone) == (clerk.person, "0316-5550000")
    assert entry.history_date == moment()
    change_contact(clerk, of_clerk, zgh, zgh.contact, "", moment())
    assert [row.comment for row in Event.objects.filter(about_department=zgh)] == [
        "联系人、联系电话",
        "联系电话",
    ]
    with pytest.raises(ValidationError):  # nothing would change
        change_contact(clerk, of_clerk, zgh, zgh.contact, "", moment())
    assert list(record_faults()) == []


@pytest.mark.parametrize(
    ("contact", "telephone", "field"),
    [("李\u200b建国", "", "contact"), ("", "0316\u202e", "telephone"), ("长" * 41, "", "contact")],
)
def test_contact_refuses_what_nobody_sees_and_what_is_too_long(
    contact: str, telephone: str, field: str
) -> None:
    of_clerk = policy()
    with pytest.raises(ValidationError) as caught:
        change_contact(cast.clerk(), of_clerk, a_department(), contact, telephone, moment())
    assert set(caught.value.message_dict) == {field}
    assert not Event.objects.filter(act=Act.CHANGE_CONTACT).exists()


def test_succession_is_recorded_from_a_day_also_one_that_is_past() -> None:
    policy()
    row = succeed("zgh", "gzw", date(2019, 2, 26))
    assert Performers(DAY).of(row.predecessor) == (row.successor,)
    assert row.history.latest().history_user == cast.clerk().person
    event = Event.objects.get(act=Act.RECORD_SUCCESSION)
    assert (event.about_department, event.comment) == (
        a_department("zgh"),
        f"市总工会 → 市国资委，2019-02-26起：{BASIS}",
    )


def test_succession_goes_one_way_through_however_many() -> None:
    policy()
    succeed("zgh", "jyj")
    succeed("jyj", "czj")
    for predecessor, successor in (("jyj", "zgh"), ("czj", "zgh"), ("czj", "czj"), ("zgh", "jyj")):
        with pytest.raises(ValidationError):
            succeed(predecessor, successor)
    with pytest.raises(ValidationError):
        succeed("zgh", "gzw", basis=" ")
    assert Succession.objects.count() == 2
    succeed("zgh", "czj")  # a second heir of the same is none that leads back


@pytest.mark.parametrize(
    "who", [cast.reviewer, cast.signer, cast.leader, cast.admin, cast.clerk_elsewhere, cast.anonymous]
)
def test_departments_are_kept_by_the_clerk_of_what_the_policy_binds(who: Callable[[], Actor]) -> None:
    of_clerk, zgh = policy(), a_department()
    with pytest.raises(PermissionDenied):
        change_contact(who(), of_clerk, zgh, "李建国", "", moment())
    with pytest.raises(PermissionDenied):
        record_succession(who(), of_clerk, zgh, a_department("gzw"), DAY, BASIS, moment())
    with pytest.raises(PermissionDenied):  # which no measure of the office's policies binds
        change_contact(cast.clerk(), of_clerk, a_department("gsl"), "李建国", "", moment())
    assert not Department.objects.exclude(contact="").exists()
