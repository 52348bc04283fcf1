"""What may people send? The text of an update with its values, and the acts that carry a reason.

A form turns what was typed into what `measures.workflow` takes. Limits and rules are the workflow's; here
they are only said early and at the field.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from departments.models import Department
from langfang_policy.characters import as_plain_text, length
from langfang_policy.personal_numbers import personal_numbers
from measures.commitments import format_number
from measures.models import (
    TEXT_COLUMNS,
    TEXTS,
    AnswerKind,
    Asked,
    Commitment,
    CommitmentCycle,
    CommitmentSubject,
    Event,
    MessageKind,
    ProgressUpdate,
    Revision,
    SelfAssessment,
    Situation,
    Words,
)
from measures.models.fingerprints import digest
from measures.models.texts import WrittenText
from measures.repetition import repeated_words
from measures.value_inputs import (
    ReferenceValues,
    ShownCommitment,
    decrease_label,
    number_name,
    out_of_name,
    value_fields,
)
from measures.workflow.texts import Text, is_as_replaced, is_as_returned
from measures.workflow.values import DECREASE_LENGTH, decrease_name, is_cumulative


def label_of(column: str) -> Words:
    """What a column of the text is called, on the form and wherever it is read."""
    described: models.Field[Any, Any] = Revision._meta.get_field(column)  # type: ignore[assignment]  # a column
    return capfirst(described.verbose_name)


class ProseField(forms.CharField):
    """Plain text, whatever was pasted; counted as people count: a line break is one. Never cut off."""

    def __init__(self, *, limit: int, one_line: bool = False, **options: Any) -> None:
        self.limit, self.one_line = limit, one_line
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        text = as_plain_text(super().to_python(value) or "").strip()
        return " ".join(text.split("\n")) if self.one_line else text

    def validate(self, value: str) -> None:
        super().validate(value)
        if (count := length(value)) > self.limit:
            counts = {"count": count, "limit": self.limit, "over": count - self.limit}
            raise ValidationError(
                _("%(count)d characters, at most %(limit)d: shorten it by %(over)d.") % counts
            )


def text_field(written: WrittenText) -> ProseField:
    """The box in which a text is written; with `data-asked` it is shown in one situation only."""
    asked = {} if written.asked is Asked.ALWAYS else {"data-asked": written.asked.value}
    return ProseField(
        limit=written.limit,
        one_line=written.one_line,
        label=written.label,
        help_text=written.hint,
        widget=forms.Textarea(attrs={"rows": written.rows, **asked}),
        required=False,
    )


def decrease_field(subject: CommitmentSubject) -> ProseField:
    """Why a value is lower than before: asked when the text is submitted (docs/domain.md 4.28)."""
    return ProseField(
        limit=DECREASE_LENGTH,
        one_line=True,
        label=decrease_label(subject),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        required=False,
    )


class ShownVersion(forms.IntegerField):
    """Which version of the update the page showed; a post without it did not come from our page."""

    def __init__(self) -> None:
        broken = gettext_lazy("This page is incomplete. Open it again and repeat what you did.")
        messages = {"required": broken, "invalid": broken, "min_value": broken}
        super().__init__(min_value=1, widget=forms.HiddenInput, error_messages=messages)


# --- the text of an update --------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownField:
    """A field of the text as the page shows it."""

    field: BoundField
    optional: bool
    returned: str


def situations(update: ProgressUpdate) -> list[tuple[str, Words]]:
    """Only participants may have nothing to do in a period."""
    barred = {Situation.NOT_APPLICABLE} if update.is_lead else set()
    return [(choice.value, choice.label) for choice in Situation if choice not in barred]


class UpdateForm(forms.Form):
    """The situation, the texts, the self-assessment, and a value for each subject that the update states."""

    measure_commitments: Sequence[Commitment] = ()  # all of them, whoever states their values

    version = ShownVersion()
    situation = forms.ChoiceField(label=label_of("situation"), widget=forms.RadioSelect)
    self_assessment = forms.ChoiceField(
        label=label_of("self_assessment"), widget=forms.RadioSelect, choices=SelfAssessment.choices
    )

    def __init__(
        self, update: ProgressUpdate, subjects: Iterable[CommitmentSubject], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.update, self.period = update, update.period
        self.fields["situation"] = forms.ChoiceField(
            label=label_of("situation"), widget=forms.RadioSelect, choices=situations(update)
        )
        self.fields.update({name: text_field(text) for name, text in TEXTS.items()})
        self.order_fields(["version", "situation", *TEXTS, "self_assessment"])
        self.subjects = list(subjects)
        for subject in self.subjects:
            self.fields.update(value_fields(subject))
            if is_cumulative(subject.commitment):
                self.fields[decrease_name(subject.pk)] = decrease_field(subject)

    @classmethod
    def initial_of(cls, update: ProgressUpdate, revision: Revision | None) -> dict[str, Any]:
        """What the form shows at first: the text in work, else nothing but the usual choices."""
        text = Text.of(revision) if revision else Text()
        initial: dict[str, Any] = {**text.columns(), "version": update.version}
        for subject, (number, out_of) in text.values.items():
            initial[number_name(subject)] = format_number(number)
            initial[out_of_name(subject)] = "" if out_of is None else format_number(out_of)
        return initial | {decrease_name(subject): reason for subject, reason in text.decreases.items()}

    def clean(self) -> dict[str, Any]:
        """A share needs both its numbers, and the part is no larger than the whole."""
        data = super().clean() or self.cleaned_data
        for subject in self.subjects:
            if subject.commitment.answer == AnswerKind.SHARE:
                self._check_share(number_name(subject.pk), out_of_name(subject.pk))
        return data

    def _check_share(self, part: str, whole: str) -> None:
        if part in self.errors or whole in self.errors:
            return
        number, out_of = self.cleaned_data.get(part), self.cleaned_data.get(whole)
        if (number is None) != (out_of is None):
            self.add_error(whole if out_of is None else part, _("A share needs both numbers."))
        elif number is not None and out_of is not None and (out_of <= 0 or number > out_of):
            self.add_error(whole, _("The part cannot be larger than the whole, nor the whole be 0."))

    def text(self) -> Text:
        """What was written, for the workflow; in a form that is not valid what is wrong stays as typed."""
        data = self.cleaned_data
        values: dict[int, tuple[Decimal, Decimal | None]] = {}
        decreases: dict[int, str] = {}
        for subject in self.subjects:
            number = data.get(number_name(subject.pk))
            if number not in (None, ""):
                values[subject.pk] = (Decimal(number), data.get(out_of_name(subject.pk)))
                why = decrease_name(subject.pk)
                if reason := data.get(why, str(self.data.get(self.add_prefix(why), ""))):
                    decreases[subject.pk] = reason
        columns = {name: data.get(name, str(self.data.get(name, ""))) for name in TEXT_COLUMNS}
        return Text(**columns, values=values, decreases=decreases)

    def shown(self, returned: Event | None) -> dict[str, ShownField]:
        """The fields by name; the reason of a return stands at the field that it is about."""
        shown = {}
        for name in self.fields:
            if name in TEXT_COLUMNS:
                text = TEXTS.get(name)
                shown[name] = ShownField(
                    field=self[name],
                    optional=text is not None and text.asked is Asked.ALWAYS,
                    returned=returned.comment if returned and returned.field == name else "",
                )
        return shown

    def shown_commitments(self, reference: ReferenceValues | None) -> list[ShownCommitment]:
        """The inputs of values by commitment, and what stands beside them."""
        reference = reference or ReferenceValues()
        shown: dict[int, ShownCommitment] = {}
        for subject in self.subjects:
            commitment = subject.commitment
            if commitment.pk not in shown:
                aim = reference.aims.get(commitment.pk)
                shown[commitment.pk] = ShownCommitment(commitment, self._year_to_date(commitment), aim, [])
            named = (number_name(subject.pk), out_of_name(subject.pk), decrease_name(subject.pk))
            number, out_of, why = (self[name] if name in self.fields else None for name in named)
            if number is not None:
                shown[commitment.pk].subjects.append(reference.subject(subject, number, out_of, why))
        return list(shown.values())

    def _year_to_date(self, commitment: Commitment) -> str:
        """Of the year that the commitment is judged in (docs/domain.md 6.10); after its last year nothing."""
        span = self.period.span
        is_over = commitment.ends_on is not None and commitment.ends_on.year < span.year
        yearly = commitment.cycle == CommitmentCycle.YEARLY
        return span.year_to_date if yearly and not is_over else ""


# --- acts on an update ------------------------------------------------------------------------------


_PREFIX: Final = "@prefix@"
_BOXES: Final[dict[tuple[object, ...], str]] = {}  # few: one a kind of form, language and list of choices


def _drawn_boxes(form: forms.Form) -> SafeString:
    return render_to_string("components/_fields.html", {"fields": form.visible_fields()})


def _values_of(field: forms.Field) -> tuple[object, ...]:
    """Of which one chooses."""
    choices: Any = field.choices if isinstance(field, forms.ChoiceField) else ()
    return tuple(value for value, _label in choices)


class ActForm(forms.Form):
    """An act on the update as it was shown; asks for which of several departments, but for `acting`."""

    version = ShownVersion()
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        update: ProgressUpdate,
        departments: Sequence[Department],
        *args: Any,
        acting: Department | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.departments, self._acting = tuple(departments), acting
        if len(self.departments) > 1:
            self.fields["department"] = forms.ChoiceField(
                label=_("Acting for"),
                choices=[(row.pk, row.name) for row in self.departments],
                initial=acting.pk if acting else None,
                required=acting is None,
                widget=forms.HiddenInput if acting else forms.Select,
            )

    @property
    def hidden_boxes(self) -> SafeString:
        """What goes with it unseen; of a fresh form without asking each field how it is drawn."""
        if self.is_bound or not isinstance(self.auto_id, str):
            return format_html_join("", "{}", ((field,) for field in self.hidden_fields()))
        hidden = [name for name, field in self.fields.items() if field.widget.is_hidden]
        said = ((name, self.get_initial_for_field(self.fields[name], name)) for name in hidden)
        return format_html_join(
            "",
            '<input type="hidden" name="{}"{} id="{}">',
            (
                (name, "" if value in (None, "") else format_html(' value="{}"', value), self.auto_id % name)
                for name, value in said
            ),
        )

    @property
    def boxes(self) -> SafeString:
        """What is to be filled in. A queue has the same in each row: but for its ids it is drawn once."""
        if self.is_bound or self.departments or not isinstance(self.auto_id, str):
            return _drawn_boxes(self)
        prefix = self.auto_id.removesuffix("%s")
        fields = [(name, _values_of(field)) for name, field in self.fields.items()]
        key = (type(self), get_language(), tuple(fields))
        if key not in _BOXES:
            _BOXES[key] = _drawn_boxes(self).replace(prefix, _PREFIX)
        return SafeString(_BOXES[key].replace(_PREFIX, prefix))

    @property
    def department(self) -> Department | None:
        """The one that the form names, else the one acted for; None leaves it to the workflow."""
        chosen = self.cleaned_data.get("department")
        return next((row for row in self.departments if str(row.pk) == chosen), self._acting)


# The code of the question whether a returned text, or a correction, is to be submitted without a change.
UNCHANGED: Final = "unchanged"


def ask_before_unchanged(update: ProgressUpdate, text: Text) -> None:
    """Raises ValidationError with the question where the text is word for word what came back.

    Or, of a correction, what it is to replace.
    """
    if is_as_returned(update, text):
        asked = _("You have changed nothing since it was returned. Submit it unchanged all the same?")
    elif is_as_replaced(update, text):
        asked = _("This correction changes nothing yet. Submit it unchanged all the same?")
    else:
        return
    raise ValidationError(asked, code=UNCHANGED)


# The code of the question whether a text is to go that says nearly what the last one said.
REPEATED: Final = "repeated"


def repetition_to_ask_about(update: ProgressUpdate, text: Text, before: Revision | None) -> str:
    """How much of it was said before; `before` is the text confirmed last. Empty where nothing is asked.

    A correction says most of it again: `ask_before_unchanged` asks where it changes no word and no value.
    """
    return "" if update.is_in_correction else repeated_words(text, before, update.period)


def repetition_question(words: str) -> str:
    return _("%(words)s. Submit it all the same?") % {"words": words}


def ask_before_repeated(update: ProgressUpdate, text: Text, pointed_out: str) -> None:
    """Raises ValidationError with the question, unless a page has pointed it out already.

    `update` with the texts loaded that it is compared with.
    """
    words = repetition_to_ask_about(update, text, update.loaded_before)
    if words and not pointed_out:
        raise ValidationError(repetition_question(words), code=REPEATED)


# The code of the question whether what belongs to one person is to stay in a text.
PERSONAL: Final = "personal"


def ask_before_personal(text: Text, accepted: str) -> None:
    """Raises ValidationError by field where a text names a number of a person.

    `accepted` is the `personal_key` of when it was asked: the same numbers are not asked about again.
    """
    found = {name: personal_numbers(said) for name, said in text.prose().items()}
    if not any(found.values()) or personal_key(text) == accepted:
        return
    errors = {}
    for name, numbers in found.items():
        told = [
            _("%(number)s looks like the %(kind)s of somebody") % {"number": n.masked, "kind": n.kind}
            for n in numbers
        ]
        if told:
            words = {"told": _("; ").join(told)}
            sentence = (
                _("%(told)s. Take it out, or submit once more if it has to stay: many will read it.") % words
            )
            errors[name] = ValidationError(sentence, code=PERSONAL)
    raise ValidationError(errors)


def personal_key(text: Text) -> str:
    """One for these numbers of persons; empty where there is none."""
    numbers = [n.digits for said in text.prose().values() for n in personal_numbers(said)]
    return digest(" ".join(numbers)) if numbers else ""


class SubmitForm(ActForm):
    """Submits the stored text. After the questions the form carries the answers: sent again, it goes."""

    unchanged = forms.BooleanField(required=False, widget=forms.HiddenInput)
    personal = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, update: ProgressUpdate, departments: Sequence[Department], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(update, departments, *args, **kwargs)
        self.update = update

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        revision = self.update.latest_revision
        if revision is None:
            return data
        text = Text.of(revision)
        try:
            ask_before_personal(text, data.get("personal", ""))
        except ValidationError as error:
            self._answer(personal=personal_key(text))
            raise ValidationError(error.messages, code=PERSONAL) from error
        if not data.get("unchanged"):
            try:
                ask_before_unchanged(self.update, text)
            except ValidationError:
                self._answer(unchanged="1")
                raise
        return data

    def _answer(self, **answers: str) -> None:
        self.data = {name: self.data[name] for name in self.data} | answers


class ReasonedActForm(ActForm):
    reason = ProseField(
        label=gettext_lazy("Reason"),
        limit=TEXTS["reason"].limit,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Give a reason.")},
    )


class ReturnForm(ReasonedActForm):
    """The reason, and at which of the fields that the text has it is to be shown."""

    field = forms.ChoiceField(label=pgettext_lazy("of a returned text", "About"), required=False)
    field_order = ("department", "field", "reason")

    def __init__(
        self, update: ProgressUpdate, departments: Sequence[Department], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(update, departments, *args, **kwargs)
        self.fields["reason"].label = pgettext_lazy("of a returned text", "Reason")
        field = self.fields["field"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("the whole text")), *returnable(update)]


def returnable(update: ProgressUpdate) -> list[tuple[str, Words]]:
    """A reason only where nothing is said to have happened; values only of who states or convenes."""
    revision = update.latest_revision
    progress = revision is None or revision.situation == Situation.PROGRESS
    names = ["situation", *(name for name, text in TEXTS.items() if text.asked.fits(progress=progress))]
    choices = [(name, label_of(name)) for name in [*names, "self_assessment"]]
    answers = update.is_lead if update.measure.is_led_separately else update.is_convenor
    states_values = answers or (revision is not None and revision.values.all())
    return [*choices, ("values", _("values of the commitments"))] if states_values else choices


class MailForm(forms.Form):
    """Which messages come by e-mail too, and where to; without an address none does."""

    address = forms.EmailField(label=gettext_lazy("E-mail address"), required=False)
    kinds = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Messages"),
        choices=MessageKind.choices,
        coerce=MessageKind,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
