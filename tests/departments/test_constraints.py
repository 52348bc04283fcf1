"""Every named constraint of `departments`: the illegal row, and that the database refuses it."""

from collections.abc import Callable
from datetime import date
from typing import Final

import pytest

from departments.models import (
    AccountAct,
    AccountEvent,
    DemoMode,
    DepartmentAlias,
    DepartmentKind,
    Membership,
    Role,
    Succession,
    User,
)
from tests.cast import a_department, a_person
from tests.constraints import constraints_of, refused_by, without_message

pytestmark = pytest.mark.django_db
SPRING, SUMMER = date(2020, 3, 1), date(2020, 7, 1)


def a_membership(user: User, **changes: object) -> Membership:
    usual = {"department": a_department(), "role": Role.REPORTER, "valid_from": SPRING}
    return Membership.objects.create(user=user, **{**usual, **changes})


def a_succession(**changes: object) -> Succession:
    usual = {
        "predecessor": a_department("wgxj"),
        "successor": a_department("wlj"),
        "valid_from": SPRING,
        "basis": "廊办字〔2019〕1号",
    }
    return Succession.objects.create(**{**usual, **changes})


def twice(make: Callable[[], object]) -> Callable[[], object]:
    def both() -> None:
        make()
        make()

    return both


def held_twice() -> None:
    a_membership(a_person("li").person)
    a_membership(a_person("li").person)


ILLEGAL: Final[dict[str, Callable[[], object]]] = {
    "department_name_not_empty": lambda: a_department("jyj", short_name=""),
    "department_kind_is_known": lambda: a_department("jyj", kind="company"),
    "department_only_government_is_ranked": lambda: a_department(
        "zgh", kind=DepartmentKind.MASS_ORGANISATION, rankable=True
    ),
    "departmentalias_name_not_empty": lambda: DepartmentAlias.objects.create(
        department=a_department(), name=""
    ),
    "succession_once": twice(a_succession),
    "succession_not_to_itself": lambda: a_succession(successor=a_department("wgxj")),
    "succession_has_basis": lambda: a_succession(basis=""),
    "user_name_not_empty": lambda: User.objects.create(username="nobody", name=""),
    "membership_held_once": held_twice,
    "membership_ends_after_it_begins": lambda: a_membership(
        a_person("li").person, valid_from=SUMMER, valid_to=SPRING
    ),
    "membership_role_is_known": lambda: a_membership(a_person("li").person, role="king"),
    "membership_deputy_reviews_for_some_days": lambda: a_membership(
        a_person("li").person, role=Role.REVIEWER, stands_in_for=a_person("wang").person
    ),
    "membership_deputy_is_another": lambda: a_membership(
        a_person("li").person, role=Role.REVIEWER, valid_to=SUMMER, stands_in_for=a_person("li").person
    ),
    "accountevent_act_is_known": lambda: AccountEvent.objects.create(act="dance", user=a_person("li").person),
    "accountevent_names_an_account": lambda: AccountEvent.objects.create(act=AccountAct.SIGN_IN),
    "demomode_is_one_row": lambda: DemoMode.objects.create(pk=2, on=SUMMER),
}


@pytest.mark.parametrize("name", ILLEGAL)
def test_constraint_refuses_the_illegal_row(name: str) -> None:
    with refused_by("departments", name):
        ILLEGAL[name]()


def test_constraint_of_every_name_has_its_illegal_row() -> None:
    assert set(ILLEGAL) == set(constraints_of("departments"))


def test_constraint_speaks_to_people() -> None:
    assert without_message("departments") == []


def test_department_is_governmental_where_it_is_ranked() -> None:
    assert a_department("fgw", kind=DepartmentKind.GOVERNMENT, rankable=True).rankable


def test_membership_may_be_held_again_after_it_ended() -> None:
    user = a_person("li").person
    a_membership(user, valid_to=SPRING)
    a_membership(user, valid_to=SPRING, valid_from=SPRING)
    a_membership(user, valid_from=SUMMER)
    assert user.memberships.count() == 3
