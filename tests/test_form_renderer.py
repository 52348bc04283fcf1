"""The boxes that are drawn without templates are, letter by letter, those of Django's templates."""

from datetime import date

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from langfang_policy.form_renderer import DRAWN, PlainRenderer

pytestmark = pytest.mark.once("markup is no matter of the database")

CHOICES = [
    ("", "—"),
    ("a", 'A & "B"'),
    (3, gettext_lazy("yes")),
    ("组", [("x<y", mark_safe("<i>x</i>")), (None, 7)]),
]
WIDGETS: dict[str, tuple[forms.Widget, object]] = {
    "hidden": (forms.HiddenInput(), 12),
    "hidden without a value": (forms.HiddenInput(), None),
    "text": (forms.TextInput(attrs={"inputmode": "decimal", "data-a": '"<&>'}), "<b>'x'</b>"),
    "text marked as safe": (forms.TextInput(), mark_safe("&amp;")),
    "number": (forms.NumberInput(attrs={"required": True, "disabled": False, "min": 1}), 1234.5),
    "email": (forms.EmailInput(), ""),
    "password": (forms.PasswordInput(render_value=True), "secret"),
    "date": (forms.DateInput(), date(2020, 7, 1)),
    "textarea": (forms.Textarea(attrs={"rows": 3}), "第一行\n</textarea><b>"),
    "textarea with nothing": (forms.Textarea(), ""),
    "select": (forms.Select(choices=CHOICES), "a"),
    "several": (forms.SelectMultiple(attrs={"size": 4}, choices=CHOICES), ["a", "x<y"]),
    "radio": (forms.RadioSelect(choices=CHOICES[:2]), "a"),
    "checkbox": (forms.CheckboxInput(), True),
}


@pytest.mark.parametrize("name", WIDGETS)
def test_a_box_is_drawn_as_django_draws_it(name: str) -> None:
    widget, value = WIDGETS[name]
    drawn = [
        widget.render("field & 1", value, attrs={"id": "id_field"}, renderer=renderer)
        for renderer in (PlainRenderer(), DjangoTemplates())
    ]
    assert drawn[0] == drawn[1]
    assert hasattr(drawn[0], "__html__")


def test_each_kind_that_is_drawn_was_compared() -> None:
    drawn = {widget.template_name for widget, _value in WIDGETS.values()}
    assert set(DRAWN) - drawn <= {"django/forms/widgets/input.html"}
