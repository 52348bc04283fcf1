"""What does the office type in about departments? Designations, contacts, successions."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from departments.models import Department, Succession
from langfang_policy.characters import refuse_hidden_characters, refuse_hidden_characters_in_lines
from measures.forms import ProseField
from measures.models import Responsibility, ResponsibilityRole
from measures.workflow.duty_changes import BASIS_LENGTH

_LINES = forms.Textarea(attrs={"rows": 2})


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _length_of(model: type[Model], name: str) -> int | None:
    """As the column has it."""
    field: Any = model._meta.get_field(name)
    length: int | None = field.max_length
    return length


class DesignationForm(forms.Form):
    """Which department answers where the text names nobody, as what, from which day, on what basis."""

    department = forms.ModelChoiceField(label=_("Department"), queryset=Department.objects.all())
    role = forms.TypedChoiceField(
        label=_("Role"), choices=ResponsibilityRole.choices, coerce=ResponsibilityRole
    )
    first = forms.DateField(label=_("First day"), widget=_day())
    reason = ProseField(
        label=_("Basis"),
        limit=BASIS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The document on which it rests."),
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first"].initial = on


class EndDesignationForm(forms.Form):
    """Which designation ends, on which day, on what basis."""

    responsibility = forms.ModelChoiceField(Responsibility.objects.none(), widget=forms.HiddenInput)
    last = forms.DateField(label=_("Last day"), widget=_day())
    reason = ProseField(label=_("Basis"), limit=BASIS_LENGTH, one_line=True)

    def __init__(self, *args: Any, rows: Iterable[Responsibility], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["responsibility"]
        if isinstance(field, forms.ModelChoiceField):
            keys = [row.pk for row in rows]
            field.queryset = Responsibility.objects.filter(pk__in=keys).select_related("measure__section")


class ContactForm(forms.Form):
    """Whom to call in a department; two people or two numbers stand on two lines."""

    contact = forms.CharField(
        label=_("Contact person"),
        max_length=_length_of(Department, "contact"),
        required=False,
        widget=_LINES,
        validators=[refuse_hidden_characters_in_lines],
    )
    telephone = forms.CharField(
        label=_("Telephone"),
        max_length=_length_of(Department, "telephone"),
        required=False,
        widget=_LINES,
        validators=[refuse_hidden_characters_in_lines],
    )

    def clean_contact(self) -> str:
        return _as_lines(self.cleaned_data["contact"])

    def clean_telephone(self) -> str:
        return _as_lines(self.cleaned_data["telephone"])


def _as_lines(text: str) -> str:
    """Line ends as files have them; browsers send others."""
    return text.replace("\r\n", "\n")


class SuccessionForm(forms.Form):
    """Who performs from which day on what the texts lay on a department, and on what document that rests."""

    successor = forms.ModelChoiceField(label=_("Performs from then on"), queryset=Department.objects.none())
    valid_from = forms.DateField(label=_("First day"), widget=_day())
    basis = forms.CharField(
        label=_("Basis"),
        max_length=_length_of(Succession, "basis"),
        validators=[refuse_hidden_characters],
        help_text=_("The document on which it rests."),
    )

    def __init__(self, *args: Any, predecessor: Department, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["successor"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Department.objects.exclude(pk=predecessor.pk)
