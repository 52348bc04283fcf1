"""People come and go without the administrator: who manages whom, what nobody may (docs/domain.md 2.11)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from departments.actors import DEPARTMENT_ROLES, OFFICE_ROLES, Actor
from departments.models import AccountAct, AccountEvent, Membership, Role, Succession, User
from measures import permissions
from measures.workflow.memberships import Span, create_person, end_membership, give_membership
from tests import cast
from tests.builders import a_measure, an_update, moment
from tests.cast import DAY, a_department

pytestmark = pytest.mark.django_db
NOW: Final = Span(DAY)
BOTH: Final = {Role.REPORTER, Role.REVIEWER}


def newcomer(username: str = "zhou") -> User:
    return cast.a_person(username).person


def test_every_role_is_of_a_department_or_of_the_office() -> None:
    """One in neither would count in any department, or be offered to nobody."""
    assert sorted((*OFFICE_ROLES, *DEPARTMENT_ROLES)) == sorted(Role.values)


def events() -> list[tuple[str, str, str]]:
    rows = AccountEvent.objects.order_by("pk").select_related("by")
    return [(row.act, row.username, row.by.username if row.by else "") for row in rows]


@pytest.mark.parametrize(
    ("who", "slug", "given"),
    [
        (cast.reviewer, "zgh", BOTH),
        (cast.reviewer, "jyj", set()),
        (cast.reviewer, "rsj", set()),
        (cast.clerk, "zgh", BOTH),
        (cast.clerk, "gsl", set()),
        (cast.clerk, "rsj", BOTH | {Role.LEADER, Role.AUDITOR}),
        (cast.reporter, "zgh", set()),
        (cast.signer, "zgh", set()),
        (cast.leader, "rsj", set()),
        (cast.auditor, "zgh", set()),
        (cast.admin, "zgh", set()),
        (cast.clerk_elsewhere, "zgh", set()),
        (cast.clerk_elsewhere, "gsl", set()),
        (cast.former_reporter, "zgh", set()),
        (cast.anonymous, "zgh", set()),
    ],
)
def test_people_are_managed_by_reviewers_and_the_clerk_and_by_nobody_else(
    who: Callable[[], Actor], slug: str, given: set[Role]
) -> None:
    an_update()
    cast.the_office()
    actor, department = who(), a_department(slug)
    assert set(permissions.roles_to_give(actor, department)) == given
    for role in Role:
        if role in given:
            give_membership(actor, newcomer(), department, role, NOW, None, moment())
        else:
            with pytest.raises(PermissionDenied):
                give_membership(actor, newcomer(), department, role, NOW, None, moment())
    held = set(newcomer().memberships.values_list("department__slug", "role"))
    assert held == {(slug, role.value) for role in given}


def test_clerk_manages_who_performs_for_an_abolished_department() -> None:
    a_measure(leads=("zgh",))
    heir = a_department("jyj")
    assert not permissions.roles_to_give(cast.clerk(), heir)
    Succession.objects.create(
        predecessor=a_department("zgh"), successor=heir, valid_from=DAY, basis="机构改革方案"
    )
    assert set(permissions.roles_to_give(cast.clerk(), heir)) == BOTH


def test_nobody_gives_a_role_to_themselves() -> None:
    an_update()
    for actor, slug in ((cast.reviewer(), "zgh"), (cast.clerk(), "zgh"), (cast.clerk(), "rsj")):
        with pytest.raises(ValidationError) as caught:
            give_membership(actor, actor.person, a_department(slug), Role.REPORTER, NOW, None, moment())
        assert "username" in caught.value.message_dict
    assert not AccountEvent.objects.exists()


def test_membership_is_given_from_today_and_ended_from_today() -> None:
    reviewer, zgh = cast.reviewer(), a_department()
    yesterday, later = DAY - timedelta(days=1), DAY + timedelta(days=30)
    for span, field in ((Span(yesterday), "valid_from"), (Span(later, DAY), "valid_to")):
        with pytest.raises(ValidationError) as caught:
            give_membership(reviewer, newcomer(), zgh, Role.REPORTER, span, None, moment())
        assert field in caught.value.message_dict
    row = give_membership(reviewer, newcomer(), zgh, Role.REPORTER, Span(DAY, later), None, moment())
    for last in (yesterday, later, later + timedelta(days=1)):
        with pytest.raises(ValidationError):
            end_membership(reviewer, row, last, None, moment())
    end_membership(reviewer, row, DAY, None, moment())
    row.refresh_from_db()
    assert row.valid_to == DAY
    assert events() == [(AccountAct.ROLE_CHANGED, "zhou", "zgh-reviewer")] * 2
    details = AccountEvent.objects.latest("pk").details
    assert details == f"市总工会 reporter {DAY}–{DAY}"


def test_membership_that_has_not_begun_ends_on_its_first_day_at_the_earliest() -> None:
    first = DAY + timedelta(days=7)
    row = give_membership(
        cast.reviewer(), newcomer(), a_department(), Role.REPORTER, Span(first), None, moment()
    )
    with pytest.raises(ValidationError):
        end_membership(cast.reviewer(), row, DAY, None, moment())
    assert end_membership(cast.reviewer(), row, first, None, moment()).valid_to == first


def test_membership_of_another_department_or_of_the_office_is_not_ended() -> None:
    an_update()
    clerk = cast.clerk()
    own = Membership.objects.get(user=clerk.person)
    elsewhere = Membership.objects.get(user=cast.reporter("gsl").person)
    for actor, row in ((clerk, own), (cast.reviewer(), elsewhere), (clerk, elsewhere)):
        with pytest.raises(PermissionDenied):
            end_membership(actor, row, DAY, None, moment())


@pytest.mark.parametrize(
    ("first", "last", "is_free"),
    [(0, None, False), (10, None, False), (11, None, True), (0, 3, False), (10, 12, False)],
)
def test_membership_is_not_held_twice_on_one_day(first: int, last: int | None, is_free: bool) -> None:
    def day(number: int | None) -> date | None:
        return None if number is None else DAY + timedelta(days=number)

    reviewer, zgh = cast.reviewer(), a_department()
    give_membership(reviewer, newcomer(), zgh, Role.REPORTER, Span(DAY, day(10)), None, moment())
    span = Span(day(first) or DAY, day(last))
    if is_free:
        assert give_membership(reviewer, newcomer(), zgh, Role.REPORTER, span, None, moment()).pk
    else:
        with pytest.raises(ValidationError) as caught:
            give_membership(reviewer, newcomer(), zgh, Role.REPORTER, span, None, moment())
        assert "role" in caught.value.message_dict


def test_deactivated_person_gets_no_role() -> None:
    cast.deactivated()
    person = User.objects.get(username="zgh-deactivated")
    with pytest.raises(ValidationError):
        give_membership(cast.reviewer(), person, a_department(), Role.REVIEWER, NOW, None, moment())


def test_new_account_has_a_first_password_that_must_be_changed() -> None:
    person = User(username="zhou", name="周敏", telephone="0316-5550000")
    account = create_person(cast.reviewer(), person, a_department(), Role.REPORTER, NOW, None, moment())
    stored = User.objects.get(username="zhou")
    assert stored.check_password(account.first_password)
    assert (stored.must_change_password, stored.is_superuser, stored.is_staff) == (True, False, False)
    assert stored.memberships.get().role == Role.REPORTER
    told = [
        (AccountAct.ACCOUNT_CHANGED, "zhou", "zgh-reviewer"),
        (AccountAct.ROLE_CHANGED, "zhou", "zgh-reviewer"),
    ]
    assert events() == told
    assert account.first_password not in "".join(AccountEvent.objects.values_list("details", flat=True))


@pytest.mark.parametrize("username", ["zgh-reviewer", "两 个", ""])
def test_new_account_that_cannot_be_made_leaves_nothing(username: str) -> None:
    reviewer = cast.reviewer()
    person = User(username=username, name="周敏")
    with pytest.raises(ValidationError) as caught:
        create_person(reviewer, person, a_department(), Role.REPORTER, NOW, None, moment())
    assert "username" in caught.value.message_dict
    past = Span(DAY - timedelta(days=1))
    with pytest.raises(ValidationError):
        create_person(
            reviewer, User(username="zhou", name="周敏"), a_department(), Role.REPORTER, past, None, moment()
        )
    assert User.objects.count() == 1
    assert not AccountEvent.objects.exists()
