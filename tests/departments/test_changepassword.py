"""Does a password that is set at the machine itself go on record, and end the sign-ins with the old one?"""

import getpass
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from departments.models import AccountAct, AccountEvent, Session, User
from tests.departments.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def new_password(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setattr(getpass, "getpass", lambda **_prompt: password)
    call_command("changepassword", "zgh-reporter", stdout=StringIO(), stderr=StringIO())


def test_new_password_goes_on_record_and_ends_the_sign_ins(
    monkeypatch: pytest.MonkeyPatch, client: Client, person: User
) -> None:
    client.post("/login/", {"username": "zgh-reporter", "password": PASSWORD})
    new_password(monkeypatch, "another long phrase")
    person.refresh_from_db()
    assert person.check_password("another long phrase")
    event = AccountEvent.objects.get(act=AccountAct.PASSWORD_RESET)
    assert (event.user, event.by, event.details) == (person, None, "changepassword")
    assert not Session.objects.filter(user=person).exists()


def test_password_that_breaks_a_rule_is_refused_and_nothing_recorded(
    monkeypatch: pytest.MonkeyPatch, person: User
) -> None:
    with pytest.raises(CommandError):
        new_password(monkeypatch, PASSWORD)  # it was used before
    assert not AccountEvent.objects.filter(act=AccountAct.PASSWORD_RESET).exists()
