"""How is a value of a commitment asked for? Inputs for each subject, and what stands beside them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from measures.models import AnswerKind, Commitment, CommitmentSubject


@dataclass(frozen=True)
class ShownSubject:
    """The inputs for one subject of a commitment, and where it stood before."""

    name: str
    number: BoundField
    out_of: BoundField | None
    before: str


@dataclass(frozen=True)
class ShownCommitment:
    """`year_to_date` is what the values of a yearly one cover; empty for others."""

    commitment: Commitment
    year_to_date: str
    subjects: list[ShownSubject]


YES_NO = [("1", gettext_lazy("yes")), ("0", gettext_lazy("no")), ("", gettext_lazy("not stated"))]


# How the inputs of a subject's value are called, before its id.
NUMBER: Final = "number_"
OUT_OF: Final = "out_of_"


def number_name(subject: int) -> str:
    return f"{NUMBER}{subject}"


def out_of_name(subject: int) -> str:
    return f"{OUT_OF}{subject}"


def value_fields(subject: CommitmentSubject) -> dict[str, forms.Field]:
    """One input, radio buttons for yes or no, two inputs for a share. All may stay empty."""
    commitment = subject.commitment
    label = f"{commitment.label} {subject.name}".strip()
    if commitment.answer == AnswerKind.YES_NO:
        radios = forms.ChoiceField(label=label, choices=YES_NO, widget=forms.RadioSelect, required=False)
        return {number_name(subject.pk): radios}
    if commitment.answer == AnswerKind.NUMBER:
        return {number_name(subject.pk): number_field(label)}
    return {
        number_name(subject.pk): number_field(_("%(label)s: so many") % {"label": label}),
        out_of_name(subject.pk): number_field(_("%(label)s: of so many") % {"label": label}),
    }


def number_field(label: str) -> forms.DecimalField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(
        label=label,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=2,
        widget=widget,
        required=False,
        error_messages={"invalid": gettext_lazy("Enter a number such as 12 or 12.5, without words.")},
    )
