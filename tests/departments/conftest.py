"""People of two made-up departments, and a way to sign them in without a password."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from departments.models import DemoMode, Department, Membership, Role, User
from langfang_policy import clock

PASSWORD = "correct horse battery"
DEMO_DAY = date(2020, 7, 10)


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user(username="zgh-reporter", password=PASSWORD, name="王晓芳")


@pytest.fixture
def admin_person(db: None) -> User:
    return User.objects.create_superuser(username="admin", password=PASSWORD, name="管理员甲")


@pytest.fixture
def union(db: None) -> Department:
    return Department.objects.create(
        slug="zgh", name="市总工会", short_name="市总工会", full_name="廊坊市总工会", kind="mass_organisation"
    )


@pytest.fixture
def reporter(person: User, union: Department) -> User:
    Membership.objects.create(user=person, department=union, role=Role.REPORTER, valid_from=date(2019, 1, 1))
    return person


@pytest.fixture
def demo(db: None) -> None:
    DemoMode.objects.create(pk=1, on=DEMO_DAY)
    clock.forget()


@pytest.fixture
def signed_in(client: Client) -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture(autouse=True)
def fresh_clock() -> None:
    """What an earlier test learned about demo mode does not hold here."""
    clock.forget()
