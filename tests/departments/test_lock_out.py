"""Three limits of wrong passwords: one name at one address, an address, a name."""

import pytest
from axes.models import AccessAttempt
from django.conf import LazySettings
from django.test import Client

from departments.models import AccountAct, AccountEvent, User
from tests.departments.conftest import PASSWORD

pytestmark = pytest.mark.django_db


WRONG = "wrong"


@pytest.fixture(autouse=True)
def limits(settings: LazySettings) -> None:
    settings.SIGN_IN_LIMITS = {"name_at_address": 5, "address": 8, "name": 8}


def attempt(username: str, address: str, password: str = WRONG) -> int:
    form = {"username": username, "password": password, "next": "/password/"}
    return Client(REMOTE_ADDR=address).post("/login/", form).status_code


def test_address_is_locked_for_every_name_after_its_limit(person: User, admin_person: User) -> None:
    statuses = [attempt(f"nobody-{number}", "10.0.0.1") for number in range(8)]
    assert statuses == [200] * 7 + [429]
    assert attempt(person.username, "10.0.0.1", PASSWORD) == 429
    assert attempt(person.username, "10.0.0.2", PASSWORD) == 302


def test_name_is_locked_at_every_address_after_its_limit(person: User, admin_person: User) -> None:
    statuses = [attempt(person.username, f"10.0.1.{number}") for number in range(8)]
    assert statuses == [200] * 7 + [429]
    assert attempt(person.username, "10.0.2.1", PASSWORD) == 429
    assert attempt(admin_person.username, "10.0.2.1", PASSWORD) == 302


@pytest.mark.parametrize(
    ("tries", "says"),
    [
        ([("a", "10.0.0.1")] * 5, "用户名“a”在本机连续"),
        ([(f"n{number}", "10.0.0.1") for number in range(8)], "本机或所在网络登录失败次数过多"),
        ([("a", f"10.0.0.{number}") for number in range(8)], "用户名“a”在多台电脑上登录失败次数过多"),
    ],
)
def test_page_says_which_limit_was_reached(tries: list[tuple[str, str]], says: str) -> None:
    for username, address in tries[:-1]:
        attempt(username, address)
    username, address = tries[-1]
    form = {"username": username, "password": "wrong"}
    page = Client(REMOTE_ADDR=address).post("/login/", form).content.decode()
    assert says in page
    assert "15" in page


def test_success_does_not_clear_what_others_tried(person: User) -> None:
    for number in range(6):
        attempt(f"nobody-{number}", "10.0.0.1")
    attempt(person.username, "10.0.0.1")
    assert attempt(person.username, "10.0.0.1", PASSWORD) == 302
    assert AccessAttempt.objects.count() == 6
    assert [attempt("nobody", "10.0.0.1"), attempt("nobody", "10.0.0.1")] == [200, 429]


def test_every_failure_is_recorded_with_name_address_and_device(person: User) -> None:
    client = Client(REMOTE_ADDR="10.0.0.9", HTTP_USER_AGENT="Firefox/127.0 (Windows NT 10.0)")
    client.post("/login/", {"username": person.username, "password": "wrong"})
    client.post("/login/", {"username": "nobody", "password": "wrong"})
    known, unknown = AccountEvent.objects.filter(act=AccountAct.SIGN_IN_FAILED).order_by("pk")
    assert (known.user, known.username, known.address) == (person, person.username, "10.0.0.9")
    assert (unknown.user, unknown.username, unknown.device) == (None, "nobody", "Firefox · Windows")


def test_attempt_during_a_lock_is_recorded_as_such(person: User) -> None:
    for _number in range(6):
        attempt(person.username, "10.0.0.1")
    assert AccountEvent.objects.order_by("pk").last().details == "locked: name_at_address"  # type: ignore[union-attr]  # six are there
