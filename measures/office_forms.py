"""What does the coordinating office type in? Filters, a later date, a basis, a reason, an answer."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from departments.models import AccountAct, Department, Role
from langfang_policy.characters import refuse_hidden_characters
from measures import summaries
from measures.duties import departments_bound_by
from measures.evidence_forms import ManyFilesField
from measures.forms import ProseField, UpdateForm, label_of
from measures.models import (
    ANNOUNCEMENT_LENGTH,
    Act,
    ExtensionOutcome,
    LightColour,
    Measure,
    MeasureFigures,
    MeasureState,
    ReceivedBy,
    ResponsibilityRole,
    Section,
    Situation,
)
from measures.models.policy import MeasureQuerySet
from measures.register import Wanted
from measures.search import measure_number
from measures.workflow import measures
from measures.workflow.checks import REASON_LENGTH
from measures.workflow.receipts import SENDER_LENGTH, Receipt
from measures.workflow.texts import what_is_missing
from measures.workflow.urges import Missing

_ALL = ("", _("all"))


# What stands out of a period, and the figures that have it.
_SHOWS = {
    "changed": _("light changed since last period"),
    "matters": _("needs coordination"),
    "missing": _("not filed"),
}


class BoardFilterForm(forms.Form):
    """What the board of a period is narrowed to; an unknown value filters nothing."""

    section = forms.ChoiceField(label=_("Section"), required=False)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[_ALL, *ResponsibilityRole.choices])
    shows = forms.ChoiceField(
        label=_("Departments"), required=False, choices=[_ALL, ("missing", _("with something not filed"))]
    )

    def __init__(self, *args: Any, sections: Iterable[Section], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [_ALL, *((str(row.ordinal), row.heading) for row in sections)]
        label = self.fields["section"].label
        self.fields["section"] = forms.ChoiceField(label=label, required=False, choices=choices)
        self.full_clean()

    @property
    def section_number(self) -> int | None:
        chosen = self.cleaned_data.get("section")
        return int(chosen) if chosen else None

    @property
    def role_name(self) -> str:
        return str(self.cleaned_data.get("role", ""))

    @property
    def only_missing(self) -> bool:
        return bool(self.cleaned_data.get("shows"))


class MeasureFilterForm(forms.Form):
    """Filters of the measure list over a period's figures; an unknown value filters nothing."""

    q = forms.CharField(label=_("Words of the text"), required=False, max_length=60)
    section = forms.ChoiceField(label=_("Section"), required=False)
    department = forms.ChoiceField(label=_("Department"), required=False)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[_ALL, *ResponsibilityRole.choices])
    light = forms.ChoiceField(label=_("Light"), required=False, choices=[_ALL, *LightColour.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[_ALL, *MeasureState.choices])
    shows = forms.ChoiceField(label=_("Stands out"), required=False, choices=[_ALL, *_SHOWS.items()])

    def __init__(self, *args: Any, summary: summaries.KeptPeriod, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._summary = summary
        self.fields["section"] = self._choice(
            "section", [(str(row.ordinal), row.heading) for row in summary.sections]
        )
        bound = departments_bound_by(summary.row.policy_id, summary.row.edition_id)
        self.fields["department"] = self._choice("department", list(bound))
        self.full_clean()

    def _choice(self, name: str, choices: list[tuple[str, str]]) -> forms.ChoiceField:
        return forms.ChoiceField(label=self.fields[name].label, required=False, choices=[_ALL, *choices])

    def value(self, name: str) -> str:
        return str(self.cleaned_data.get(name, ""))

    def measures(self) -> QuerySet[MeasureFigures]:
        """Those that pass every filter but the words."""
        rows = {
            "changed": self._summary.changed,
            "matters": self._summary.with_matters,
            "missing": self._summary.with_missing,
        }.get(self.value("shows"), self._summary.measures)
        for name, column in (("section", "section__ordinal"), ("light", "colour"), ("state", "state")):
            if value := self.value(name):
                rows = rows.filter(**{column: value})
        return self._of_department(rows).order_by("place")

    def _of_department(self, rows: QuerySet[MeasureFigures]) -> QuerySet[MeasureFigures]:
        """Of one department, in the role if one is chosen; of any, where only the role is."""
        department, role = self.value("department"), self.value("role")
        within = f" {department} " if department else " "
        leads, participates = Q(leads__contains=within), Q(participants__contains=within)
        if role:
            return rows.filter(leads if role == ResponsibilityRole.LEAD else participates)
        return rows.filter(leads | participates) if department else rows


class SearchForm(forms.Form):
    """What is looked for."""

    q = forms.CharField(
        label=_("Words, a number or a name"),
        required=False,
        max_length=60,
        help_text=_(
            "Words of a measure or of a text, a number like 二（一）, or a name of a department, also a "
            "former one. Traditional characters and full-width digits find the same."
        ),
    )


# What the register of acts is narrowed to by one word.
_KINDS = {
    "acts": _("acts on the policy"),
    "late": _("filed late"),
    "on_behalf": _("filed on behalf"),
    "deputies": _("done by a deputy"),
    "waivers": _("waivers"),
    "overrides": _("overridden lights"),
    "reopenings": _("reopenings"),
    "accounts": _("accounts and roles"),
    "sign_ins": _("sign-ins"),
}


class RegisterFilterForm(forms.Form):
    """Filters of the register of acts; what is no choice or no day filters nothing, and is said."""

    who = forms.CharField(label=pgettext_lazy("who acted", "Person"), required=False, max_length=40)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[_ALL, *_KINDS.items()])
    act = forms.ChoiceField(
        label=_("Act"),
        required=False,
        choices=[_ALL, (_("On the policy"), Act.choices), (_("On accounts"), AccountAct.choices)],
    )
    department = forms.ChoiceField(label=_("Department"), required=False)
    measure = forms.CharField(
        label=_("Number of the measure"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"placeholder": "二（四）", "autocomplete": "off"}),
    )
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To (included)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self, *args: Any, departments: QuerySet[Department], measures: MeasureQuerySet, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._measures = measures
        named = list(departments.values_list("slug", "short_name"))
        label = self.fields["department"].label
        self.fields["department"] = forms.ChoiceField(label=label, required=False, choices=[_ALL, *named])
        self.full_clean()

    def clean_measure(self) -> tuple[int, ...]:
        """The keys of those that have the number."""
        typed: str = self.cleaned_data["measure"]
        if not typed:
            return ()
        number = measure_number(typed)
        section, ordinal = number or (0, 0)
        found = tuple(
            self._measures.filter(section__ordinal=section, ordinal=ordinal).values_list("pk", flat=True)
        )
        if not found:
            told = gettext("No measure of this policy has the number “%(typed)s”: write it as 二（四）.")
            raise ValidationError(told % {"typed": typed})
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", gettext("The end lies before the beginning."))
            cleaned.pop("since")
        return cleaned

    def wanted(self) -> Wanted:
        words = dict(self.cleaned_data)
        return Wanted(measures=words.pop("measure", ()), **words)


class ReasonForm(forms.Form):
    """One reason; the domain says whether it is needed."""

    reason = ProseField(
        label=_("Reason"),
        required=False,
        limit=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WaiverForm(forms.Form):
    """Why several updates are waived; each event carries it."""

    reason = ProseField(
        label=_("Reason"),
        limit=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One reason for all of them; the departments read it."),
    )


class MeasureStateForm(forms.Form):
    """The acts of the clerk that are possible now, and the basis."""

    act = forms.ChoiceField(label=_("Act"), widget=forms.RadioSelect)
    basis = ProseField(
        label=_("Basis"),
        limit=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Document, meeting or decision on which this rests."),
    )

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = [act for act in measures.CLERKS_STATE_ACTS if measures.is_possible(measure, act)]
        self.fields["act"] = forms.TypedChoiceField(
            label=self.fields["act"].label,
            choices=[(act.value, act.label) for act in possible],
            coerce=Act,
            widget=forms.RadioSelect,
        )


BY_THE_RULES = "rules"


def _colour(value: str) -> LightColour | None:
    return None if value == BY_THE_RULES else LightColour(value)


class OverrideForm(forms.Form):
    """The office's colour against the rules, or back to them. Blue comes with the closure alone."""

    colour = forms.TypedChoiceField(
        label=_("Light"),
        choices=[
            *((colour.value, colour.label) for colour in LightColour if colour != LightColour.BLUE),
            (BY_THE_RULES, _("by the rules")),
        ],
        coerce=_colour,
        empty_value="",
        widget=forms.RadioSelect,
    )
    reason = ProseField(label=_("Reason"), limit=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3}))


class ClosureForm(forms.Form):
    """A lead asks, with a basis, for one of the departments that it may speak for."""

    lead = forms.ModelChoiceField(label=_("For"), queryset=Department.objects.none(), empty_label=None)
    basis = ProseField(label=_("Basis"), limit=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, leads: Sequence[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["lead"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Department.objects.filter(pk__in=[lead.pk for lead in leads])


class AgreementForm(forms.Form):
    """The button that was pressed says as what this person agrees."""

    role = forms.TypedChoiceField(label=_("Role"), coerce=Role, widget=forms.HiddenInput)

    def __init__(self, *args: Any, roles: Sequence[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [(role.value, role.label) for role in roles]


class MatterForm(forms.Form):
    """How a coordination matter was settled."""

    answer = ProseField(label=_("Answer"), limit=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 2}))


class UrgeForm(forms.Form):
    """Which of the departments that have not filed are urged. No slip is taken back: each is ticked."""

    departments = forms.MultipleChoiceField(
        label=_("Departments"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, missing: Sequence[Missing], ticks_all: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._missing = missing
        field = self.fields["departments"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(row.department.slug, row.department.short_name) for row in missing]
        if ticks_all:
            self.initial["departments"] = self.may_be_ticked

    @property
    def may_be_ticked(self) -> list[str]:
        """Those that were not urged today."""
        return [row.department.slug for row in self._missing if not row.urged_today]

    def chosen(self) -> list[Department]:
        """Only of a valid form."""
        slugs = set(self.cleaned_data["departments"])
        return [row.department for row in self._missing if row.department.slug in slugs]


class UrgeAnswerForm(forms.Form):
    """What the department says to a slip."""

    reason = ProseField(label=_("Answer"), limit=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3}))


class AnnouncementForm(forms.Form):
    """What the office tells all departments of a policy."""

    title = ProseField(label=_("Title"), limit=60, one_line=True, widget=forms.TextInput)
    text = ProseField(label=_("Text"), limit=ANNOUNCEMENT_LENGTH, widget=forms.Textarea(attrs={"rows": 5}))


DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ExtensionForm(forms.Form):
    """A department asks for a later date of one update, and says why."""

    new_due_on = forms.DateField(label=_("Later date (included)"), widget=DAY)
    reason = ProseField(label=_("Reason"), limit=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3}))


class ExtensionDecisionForm(forms.Form):
    """The button that was pressed says which of the two; a refusal needs its word."""

    outcome = forms.TypedChoiceField(
        label=_("Decision"),
        choices=ExtensionOutcome.choices,
        coerce=ExtensionOutcome,
        widget=forms.HiddenInput,
        error_messages={"required": _("Grant the later date, or do not.")},
    )
    answer = ProseField(
        label=_("A word to the department"),
        required=False,
        limit=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


# --- entering for a department ---


class OnBehalfForm(UpdateForm):
    """The text as it came to the office, and on what basis it is entered."""

    received_from = forms.CharField(
        label=label_of("received_from"),
        max_length=SENDER_LENGTH,
        help_text=_("name of the person of the department"),
        validators=[refuse_hidden_characters],
    )
    received_by = forms.ChoiceField(
        label=label_of("received_by"), widget=forms.RadioSelect, choices=ReceivedBy.choices
    )
    received_on = forms.DateField(
        label=label_of("received_on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    evidence = ManyFilesField(
        label=_("Scans or files that came with it"),
        required=False,
        help_text=_("at most five; choose them again when the form comes back"),
    )

    def clean(self) -> dict[str, Any]:
        """It is submitted at once: what it lacks is told with what is wrong, not after it."""
        data = super().clean()
        if "situation" in data:
            texts = (data.get(name, "") for name in ("headline", "reason"))
            lacking = what_is_missing(self.update, Situation(data["situation"]), *texts)
            for name in lacking.keys() - self.errors.keys():
                self.add_error(name, lacking[name])
        return data

    def receipt(self) -> Receipt:
        data = self.cleaned_data
        return Receipt(data["received_from"], ReceivedBy(data["received_by"]), data["received_on"])

    def basis(self) -> list[forms.BoundField]:
        return [self[name] for name in ("received_from", "received_by", "received_on", "evidence")]
