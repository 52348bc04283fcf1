"""The record of accounts: what comes into it, that nothing changes it, that a year later some of it goes."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from departments import accounts
from departments.models import PASSING_ACTS, AccountAct, AccountEvent, Membership, Role, Session, User
from departments.models.append_only import TABLE, faulty_triggers
from langfang_policy import checks
from tests import cast
from tests.departments.conftest import PASSWORD

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
NEW_PASSWORD = "another long phrase"


def acts() -> list[str]:
    return list(AccountEvent.objects.order_by("pk").values_list("act", flat=True))


def an_event(act: AccountAct = AccountAct.SIGN_IN, days: int = 0) -> AccountEvent:
    at = timezone.now() - timedelta(days=days)
    return AccountEvent.objects.create(act=act, user=cast.reporter().person, at=at)


# --- what comes into it ----------------------------------------------------------------------------


def test_record_of_a_day_of_sign_ins(client: Client, person: User) -> None:
    client.post("/login/", {"username": person.username, "password": "wrong"})
    client.post("/login/", {"username": person.username, "password": PASSWORD})
    form = {"old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    client.post("/password/", form)
    client.post("/logout/")
    assert acts() == ["sign_in_failed", "sign_in", "password_changed", "sign_out"]
    assert not AccountEvent.objects.exclude(user=person, by=None).exists()


def test_record_says_who_gave_a_new_password_and_signs_its_owner_out(as_admin: Client) -> None:
    person = cast.reporter().person
    elsewhere = Client()
    elsewhere.post("/login/", {"username": person.username, "password": cast.PASSWORD})
    page = reverse("admin:auth_user_password_change", args=[person.pk])
    as_admin.post(page, {"password1": "临时密码-请立即修改", "password2": "临时密码-请立即修改"})
    event = AccountEvent.objects.get(act=AccountAct.PASSWORD_RESET)
    assert (event.user, event.by) == (person, cast.admin().person)
    assert not Session.objects.filter(user=person).exists()


def test_record_tells_roles_that_were_given_and_ended(as_admin: Client) -> None:
    row = cast.reporter().person.memberships.get()
    page = reverse("admin:departments_membership_change", args=[row.pk])
    as_admin.post(page, {"valid_to": "2020-06-30"})
    event = AccountEvent.objects.get(act=AccountAct.ROLE_CHANGED)
    assert (event.user, event.by) == (row.user, cast.admin().person)
    assert event.details == "市总工会 reporter 2019-01-01–2020-06-30"


def test_record_tells_a_new_person_with_a_role(as_admin: Client) -> None:
    counts = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    form: dict[str, Any] = {f"memberships-{name}": number for name, number in counts.items()}
    role = {"department": cast.a_department().pk, "role": Role.CLERK, "valid_from": "2020-07-01"}
    form |= {f"memberships-0-{name}": value for name, value in role.items()}
    password = "临时密码-请立即修改"
    person = {"username": "li", "name": "李建国", "password1": password, "password2": password}
    assert as_admin.post(reverse("admin:departments_user_add"), {**form, **person}).status_code == 302
    assert Membership.objects.get().user.username == "li"
    assert acts()[-2:] == ["account_changed", "role_changed"]


def test_record_names_the_fields_of_a_changed_account(as_admin: Client) -> None:
    person = cast.reporter().person
    counts = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    form: dict[str, Any] = {f"memberships-{name}": number for name, number in counts.items()}
    form |= {"username": person.username, "name": "王晓芳", "telephone": "2012345"}
    as_admin.post(reverse("admin:departments_user_change", args=[person.pk]), form)
    event = AccountEvent.objects.get(act=AccountAct.ACCOUNT_CHANGED)
    assert set(event.details.split(", ")) == {"name", "telephone", "is_active"}
    assert person.history.count() == 2
    assert person.history.latest().history_user == cast.admin().person


def test_sign_in_makes_no_version_of_the_person(client: Client, person: User) -> None:
    client.post("/login/", {"username": person.username, "password": PASSWORD})
    assert person.history.count() == 1
    assert not hasattr(person.history.get(), "password")


def test_history_of_a_person_is_shown_to_the_administrator(as_admin: Client) -> None:
    person = cast.reporter().person
    page = as_admin.get(reverse("admin:departments_user_history", args=[person.pk]))
    version = person.history.get().pk
    assert page.status_code == 200
    assert f"/history/{version}/" in page.content.decode()
    address = reverse("admin:departments_user_simple_history", args=[person.pk, version])
    assert person.username in as_admin.get(address).content.decode()


def test_record_is_shown_to_the_administrator_and_changed_by_nobody(as_admin: Client) -> None:
    event = an_event()
    page = as_admin.get(reverse("admin:departments_accountevent_changelist"))
    assert event.username in page.content.decode()
    address = reverse("admin:departments_accountevent_change", args=[event.pk])
    assert as_admin.post(address, {"details": "x"}).status_code == 403
    assert as_admin.post(address.replace("change", "delete"), {"post": "yes"}).status_code == 403


def test_long_and_broken_words_of_strangers_fit_into_the_record() -> None:
    event = accounts.record(
        AccountAct.SIGN_IN_FAILED, None, None, username="\0" + "x" * 500, details="y" * 500
    )
    assert (event.username, event.details) == ("x" * 150, "y" * 200)


# --- that nothing changes it ---------------------------------------------------------------------


def refused(sql: str) -> None:
    connection.check_constraints()  # PostgreSQL would refuse TRUNCATE for rows that are still to be checked
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_record_is_append_only_in_the_database() -> None:
    event = an_event()
    refused("UPDATE departments_accountevent SET username = 'somebody else'")
    refused("DELETE FROM departments_accountevent")
    if connection.vendor == "sqlite":
        refused("REPLACE INTO departments_accountevent SELECT * FROM departments_accountevent")
    else:
        connection.check_constraints()  # what is deferred to the end of the test would stop a TRUNCATE first
        refused("TRUNCATE departments_accountevent")
    assert AccountEvent.objects.get().username == event.username


@pytest.mark.parametrize("act", AccountAct)
def test_only_sign_ins_may_go_and_only_after_a_year(act: AccountAct) -> None:
    young, old = an_event(act, days=360), an_event(act, days=370)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        young.delete()
    if act in PASSING_ACTS:
        old.delete()
    else:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            old.delete()


def test_purge_deletes_what_is_older_than_a_year_and_keeps_the_rest() -> None:
    an_event(AccountAct.SIGN_IN_FAILED, days=370)
    kept = [an_event(AccountAct.SIGN_IN_FAILED, days=360), an_event(AccountAct.PASSWORD_RESET, days=900)]
    said = StringIO()
    call_command("purge_account_events", stdout=said)
    assert set(AccountEvent.objects.all()) == set(kept)
    assert "已删除 1 条" in said.getvalue()


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_lost_trigger_is_told_and_brought_back(verb: str) -> None:
    on_table = "" if connection.vendor == "sqlite" else f" ON {TABLE}"
    assert checks.account_record(None, databases=["default"]) == []
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {TABLE}_no_{verb}{on_table}")
    (message,) = checks.account_record(None, databases=["default"])
    assert f"{TABLE}_no_{verb}" in message.msg
    assert faulty_triggers(connection) == [f"{TABLE}_no_{verb}"]


def test_hollow_trigger_is_told_and_brought_back() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER {TABLE}_no_update")
            cursor.execute(f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE} BEGIN SELECT 1; END")
        else:
            cursor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER {TABLE}_no_update")
    assert faulty_triggers(connection) == [f"{TABLE}_no_update"]
