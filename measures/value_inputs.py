"""How is a value of a commitment asked for? Inputs for each subject, and what stands beside them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from langfang_policy.punctuation import sentences_in_a_row, with_addition
from measures.commitments import format_number, is_counted
from measures.models import AnswerKind, Commitment, CommitmentCycle, CommitmentSubject, ProgressUpdate
from measures.summaries.aims import Aim, aims_of
from measures.workflow.values import EarlierValue, EarlierValues, value_words, values_before


@dataclass(frozen=True)
class ShownSubject:
    """The inputs for one subject of a commitment, and where it stood before, in words and in which period.

    `decrease` asks why the value is lower; it is wanted `below` that number.
    """

    name: str
    number: BoundField
    out_of: BoundField | None
    before: str = ""
    before_in: str = ""
    below: str = ""
    decrease: BoundField | None = None


@dataclass(frozen=True)
class ShownCommitment:
    """`year_to_date` is what the values of a yearly one cover; empty for others.

    `aim`: what is to be reached; None where nobody asked.
    """

    commitment: Commitment
    year_to_date: str
    aim: Aim | None
    subjects: list[ShownSubject]


@dataclass(frozen=True)
class ReferenceValues:
    """What stands beside the inputs: earlier values by subject, aims by commitment."""

    before: EarlierValues = field(default_factory=dict)
    aims: Mapping[int, Aim] = field(default_factory=dict)

    def subject(
        self,
        subject: CommitmentSubject,
        number: BoundField,
        out_of: BoundField | None,
        why: BoundField | None,
    ) -> ShownSubject:
        """`why` is shown where the value may fall, and wherever something stands in it."""
        commitment, earlier = subject.commitment, self.before.get(subject.pk)
        shown = why if why and (earlier or why.value() or why.errors) else None
        if earlier is None:
            return ShownSubject(subject.name, number, out_of, decrease=shown)
        return ShownSubject(
            name=subject.name,
            number=number,
            out_of=out_of,
            before=value_words(commitment, earlier.number, earlier.out_of),
            before_in=_covered(commitment, earlier),
            below=format_number(earlier.number),
            decrease=shown,
        )

    def last_words(self, subject: CommitmentSubject) -> str:
        """Where it stood before: 9 家（2020年一季度累计）; empty where nothing did."""
        earlier = self.before.get(subject.pk)
        if earlier is None:
            return ""
        words = value_words(subject.commitment, earlier.number, earlier.out_of)
        return with_addition(words, _covered(subject.commitment, earlier))

    def aim_words(self, commitment: Commitment) -> str:
        aim = self.aims.get(commitment.pk)
        return sentences_in_a_row(filter(None, (aim.target, aim.interim))) if aim else ""


def _covered(commitment: Commitment, earlier: EarlierValue) -> str:
    """What it covers: the year up to its period, or that period's end."""
    if commitment.cycle != CommitmentCycle.YEARLY:
        return earlier.period.name
    return _("%(span)s, year to date") % {"span": earlier.period.year_to_date}


def reference_values(
    updates: Sequence[ProgressUpdate], subjects: Mapping[int, Sequence[CommitmentSubject]]
) -> dict[int, ReferenceValues]:
    """By update of one period; `subjects` are those whose values each states. Two queries."""
    if not updates:
        return {}
    before = values_before(updates, subjects)
    aims = aims_of([row for update in updates for row in subjects[update.pk]], updates[0].period)
    return {update.pk: ReferenceValues(before[update.pk], aims) for update in updates}


_DIGITS: Final = re.compile(r"[-+]?\d*\.?\d*")
_EXPONENT: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)[Ee][-+]?\d+")
_INVALID_NUMBER: Final = gettext_lazy("Enter a number such as 12 or 12.5, without words.")
_INVALID_COUNT: Final = gettext_lazy("Enter a whole number such as 12, without words.")

YES_NO = [("1", gettext_lazy("yes")), ("0", gettext_lazy("no")), ("", gettext_lazy("not stated"))]


# How the inputs of a subject's value are called, before its id.
NUMBER: Final = "number_"
OUT_OF: Final = "out_of_"


def number_name(subject: int) -> str:
    return f"{NUMBER}{subject}"


def out_of_name(subject: int) -> str:
    return f"{OUT_OF}{subject}"


def subject_label(subject: CommitmentSubject) -> str:
    return f"{subject.commitment.label} {subject.name}".strip()


def decrease_label(subject: CommitmentSubject) -> str:
    return _("%(label)s: why it is lower than before") % {"label": subject_label(subject)}


def value_fields(subject: CommitmentSubject) -> dict[str, forms.Field]:
    """One input, radio buttons for yes or no, two inputs for a share. All may stay empty."""
    commitment = subject.commitment
    label = subject_label(subject)
    if commitment.answer == AnswerKind.YES_NO:
        radios = forms.ChoiceField(label=label, choices=YES_NO, widget=forms.RadioSelect, required=False)
        return {number_name(subject.pk): radios}
    whole = is_counted(commitment)
    if commitment.answer == AnswerKind.NUMBER:
        return {number_name(subject.pk): number_field(label, whole=whole)}
    return {
        number_name(subject.pk): number_field(_("%(label)s: so many") % {"label": label}, whole=whole),
        out_of_name(subject.pk): number_field(_("%(label)s: of so many") % {"label": label}, whole=whole),
    }


class PlainDecimalField(forms.DecimalField):
    """A number in digits, as people write it. Python also reads 1e5, 1_0 and Infinity as numbers."""

    def to_python(self, value: Any) -> Any:
        typed = str(value if value is not None else "").strip()
        if _EXPONENT.fullmatch(typed):
            raise ValidationError(_("Enter the number in digits, without an exponent."), code="exponent")
        if not _DIGITS.fullmatch(typed):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class CountField(PlainDecimalField):
    """Of what there are only whole ones. 12.0 is twelve."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and value != value.to_integral_value():
            raise ValidationError(_("Only whole ones are counted here: enter a whole number."), code="whole")


def number_field(label: str, *, whole: bool) -> PlainDecimalField:
    kind = CountField if whole else PlainDecimalField
    mode = "numeric" if whole else "decimal"
    return kind(
        label=label,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": mode, "autocomplete": "off"}),
        required=False,
        error_messages={"invalid": _INVALID_COUNT if whole else _INVALID_NUMBER},
    )
