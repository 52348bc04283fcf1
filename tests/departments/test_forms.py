"""What the administrator's two forms promise: a password that somebody else chose must be changed."""

import pytest

from departments.forms import NewPersonForm, ResetPasswordForm
from departments.models import User

pytestmark = pytest.mark.django_db
CHOSEN = "given by the office"


def test_new_person_must_change_the_first_password() -> None:
    form = NewPersonForm(
        {
            "username": "czj-reporter",
            "name": "刘敏",
            "usable_password": "true",
            "password1": CHOSEN,
            "password2": CHOSEN,
        }
    )
    assert form.is_valid(), form.errors
    form.save()
    saved = User.objects.get(username="czj-reporter")
    assert saved.must_change_password
    assert saved.name == "刘敏"
    assert saved.check_password(CHOSEN)


def test_new_person_needs_a_name() -> None:
    form = NewPersonForm(
        {"username": "x", "usable_password": "true", "password1": CHOSEN, "password2": CHOSEN}
    )
    assert list(form.errors) == ["name"]


def test_reset_password_must_be_changed_again(person: User) -> None:
    form = ResetPasswordForm(person, {"usable_password": "true", "password1": CHOSEN, "password2": CHOSEN})
    assert form.is_valid(), form.errors
    form.save()
    person.refresh_from_db()
    assert person.must_change_password
    assert person.check_password(CHOSEN)
