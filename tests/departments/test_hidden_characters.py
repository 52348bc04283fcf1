"""Does every text field of accounts and reference data refuse characters that nobody sees?"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse

from departments.forms import SignInForm
from departments.models import Department, User
from langfang_policy.characters import refuse_hidden_characters, refuse_hidden_characters_in_lines
from tests import cast
from tests.cast import a_department

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]
# Written by the site itself or not used; no form offers them.
NOT_TYPED = {"password", "email", "history_change_reason", "session_key", "session_data"}


def typed_fields() -> "Iterator[models.Field[Any, Any]]":
    """What a person can type into a form of this app; a slug has a rule of its own that is narrower."""
    for model in apps.get_app_config("departments").get_models():
        for field in model._meta.concrete_fields:
            text = isinstance(field, models.CharField | models.TextField)
            if text and field.editable and not field.choices and not isinstance(field, models.SlugField):
                yield field


def test_every_text_field_refuses_hidden_characters() -> None:
    fields = [field for field in typed_fields() if field.name not in NOT_TYPED]
    assert len(fields) > 10
    refusals = (refuse_hidden_characters, refuse_hidden_characters_in_lines)
    open_ones = [str(field) for field in fields if not any(rule in field.validators for rule in refusals)]
    assert not open_ones


def person_form(person: User, **changes: str) -> dict[str, Any]:
    counts = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    form = {f"memberships-{name}": number for name, number in counts.items()}
    return {**form, "username": person.username, "name": person.name, "is_active": "on", **changes}


@pytest.mark.parametrize("field", ["name", "telephone", "username"])
def test_person_with_a_hidden_character_is_refused_at_the_field(as_admin: Client, field: str) -> None:
    person = cast.reporter().person
    page = reverse("admin:departments_user_change", args=[person.pk])
    answer = as_admin.post(page, person_form(person, **{field: "王\u202e芳"}))
    errors = answer.context["adminform"].form.errors
    assert "U+202E" in str(errors[field])
    person.refresh_from_db()
    assert "\u202e" not in getattr(person, field)


def test_department_with_a_control_character_in_its_contact_is_refused(as_admin: Client) -> None:
    zgh = a_department("zgh")
    form: dict[str, Any] = {
        name: getattr(zgh, name) for name in ("name", "short_name", "full_name", "kind", "position")
    }
    for prefix in ("aliases", "successions"):
        form |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    page = reverse("admin:departments_department_change", args=[zgh.pk])
    answer = as_admin.post(page, {**form, "contact": "王\x07芳"})
    assert "U+0007" in str(answer.context["adminform"].form.errors["contact"])
    assert Department.objects.get(pk=zgh.pk).contact == ""


def test_user_name_pasted_with_a_hidden_character_is_told_at_the_field() -> None:
    form = SignInForm(None, {"username": "zgh\u200b", "password": "x"})
    assert list(form.errors) == ["username"]
    assert "U+200B" in str(form.errors["username"])
