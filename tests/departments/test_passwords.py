"""The password rules of the settings: kinds of signs, length, what was used before, how long one may last."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation

from departments import passwords
from departments.models import DemoMode, PasswordRecord, User
from langfang_policy import clock
from tests.departments.conftest import DEMO_DAY, PASSWORD

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once("which passwords are taken is decided in Python"),
]


def refusals(password: str, user: User | None = None) -> list[str]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return [str(one.code) for one in error.error_list]
    return []


@pytest.mark.sample("the signs are counted before the database is asked")
@pytest.mark.parametrize(
    ("password", "kinds"),
    [
        ("correcthorsebattery", 1),
        ("correct horse battery", 2),
        ("三年来每季一报", 1),
        ("三年来-每季一报", 2),
        ("Correct-horse", 3),
        ("Correct-horse-7", 4),
        ("Correct-horse-7-报", 5),
    ],
)
def test_password_needs_as_many_kinds_of_signs_as_the_setting_says(
    settings: LazySettings, password: str, kinds: int
) -> None:
    settings.PASSWORD_CLASSES = kinds
    passwords.EnoughClasses().validate(password)
    settings.PASSWORD_CLASSES = kinds + 1
    with pytest.raises(ValidationError, match=str(kinds + 1)):
        passwords.EnoughClasses().validate(password)


def test_password_with_a_hidden_character_is_refused() -> None:
    assert refusals("correct horse\u200b battery") == ["hidden_characters"]


def test_password_does_not_come_back_too_soon(person: User, settings: LazySettings) -> None:
    settings.PASSWORD_HISTORY = 2
    for password in ("second long phrase", "third long phrase"):
        assert refusals(password, person) == []
        person.set_password(password)
        person.save()
    assert refusals("second long phrase", person) == ["password_used_before"]
    assert refusals("third long phrase", person) == ["password_used_before"]
    assert refusals(PASSWORD, person) == []
    assert PasswordRecord.objects.filter(user=person).count() == 2


def test_password_history_can_be_switched_off(person: User, settings: LazySettings) -> None:
    settings.PASSWORD_HISTORY = 0
    person.set_password("second long phrase")
    person.save()
    assert refusals(PASSWORD, person) == []
    assert PasswordRecord.objects.filter(user=person).count() == 1  # it dates the one in use


def test_record_of_passwords_holds_no_password(person: User) -> None:
    record = PasswordRecord.objects.get(user=person)
    assert PASSWORD not in record.password
    assert record.password == person.password


def test_reused_password_is_told_on_the_page(client: Client, person: User) -> None:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    for old, new in ((PASSWORD, "second long phrase"), ("second long phrase", PASSWORD)):
        form = {"old_password": old, "new_password1": new, "new_password2": new}
        page = client.post("/password/", form)
    assert "不能与最近 5 次用过的密码相同" in page.content.decode()


def sign_in(client: Client) -> str:
    form = {"username": "zgh-reporter", "password": PASSWORD, "next": "/policies/"}
    client.post("/login/", form)
    answer = client.get("/policies/")
    return answer.headers.get("Location", "/policies/")


def aged(person: User, days: int) -> None:
    PasswordRecord.objects.filter(user=person).update(set_at=timezone.now() - timedelta(days=days))


def test_password_that_is_too_old_must_be_changed_at_sign_in(client: Client, person: User) -> None:
    aged(person, 181)
    assert sign_in(client) == "/password/"
    assert "密码使用已超过 180 天" in client.get("/password/").content.decode()
    form = {"old_password": PASSWORD, "new_password1": "another long phrase"}
    client.post("/password/", {**form, "new_password2": "another long phrase"})
    assert client.get("/policies/").status_code == 200


def test_password_that_is_young_enough_stays(client: Client, person: User) -> None:
    aged(person, 179)
    assert sign_in(client) == "/policies/"


def test_age_of_passwords_can_be_switched_off(client: Client, person: User, settings: LazySettings) -> None:
    settings.PASSWORD_DAYS = 0
    aged(person, 5000)
    assert sign_in(client) == "/policies/"


def test_password_from_before_the_record_counts_from_the_first_sign_in(client: Client, person: User) -> None:
    PasswordRecord.objects.all().delete()
    assert sign_in(client) == "/policies/"
    assert PasswordRecord.objects.get().password == person.password


def test_passwords_of_a_demo_never_grow_old(client: Client, person: User) -> None:
    aged(person, 5000)
    DemoMode.objects.create(pk=1, on=DEMO_DAY)
    clock.forget()
    assert sign_in(client) == "/policies/"


def test_rules_are_told_beside_the_field(settings: LazySettings) -> None:
    settings.PASSWORD_MIN_LENGTH, settings.PASSWORD_CLASSES, settings.PASSWORD_HISTORY = 12, 3, 4
    with translation.override("en"):
        assert passwords.rules() == (
            "At least 12 characters, not only digits, no common password. Use at least 3 of: capitals, "
            "small letters, digits, Chinese characters, other signs. Choose none of the last 4 passwords."
        )
        settings.PASSWORD_CLASSES, settings.PASSWORD_HISTORY = 1, 0
        assert passwords.rules() == "At least 12 characters, not only digits, no common password."


@pytest.mark.parametrize(("length", "kinds"), [(8, 1), (10, 2), (20, 4), (64, 5)])
def test_first_password_is_good_enough_for_any_setting(
    settings: LazySettings, length: int, kinds: int
) -> None:
    settings.PASSWORD_MIN_LENGTH, settings.PASSWORD_CLASSES = length, kinds
    made = {passwords.first_password() for _number in range(20)}
    assert len(made) == 20
    assert all(len(password) >= max(length, 19) for password in made)
    assert [refused for password in made for refused in refusals(password)] == []
