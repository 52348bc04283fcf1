"""What is typed about documents? Which are wanted, which is drafted in which words, what is verified."""

import math
import re
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from measures.forms import ProseField, ShownVersion
from measures.models import (
    EDITED_SECTIONS,
    BatchKind,
    BatchState,
    ReportDraft,
    ReportingPeriod,
    ReportKind,
    Words,
)
from measures.models.batches import LENGTHS
from measures.models.fingerprints import as_typed
from measures.office_forms import ReasonForm
from measures.reports.documents import UnknownPartError
from measures.reports.issuing import section_label, sections_of
from measures.reports.kinds import kind_of
from measures.workflow.issuing import SECTION_LENGTH

# How high a text is shown: as high as its words need, at about so many characters a line.
FEWEST_ROWS, MOST_ROWS, CHARACTERS_A_ROW = 4, 14, 45
FORMATS: Final = (("pdf", "PDF"), ("docx", "Word"), ("xlsx", "Excel"))
# The whole of a hash, or so much of its beginning that no other is likely to begin so.
TYPED_SHA256: Final = r"[0-9a-f]{12,64}"
LARGEST_FILE: Final = 30 * 1024 * 1024  # bytes


class PeriodField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def label_from_instance(self, obj: ReportingPeriod) -> str:
        return str(capfirst(obj.name))


class NewDraftForm(forms.Form):
    """Of which closed period, and which kind of report."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of document"), choices=ReportKind.choices)
    period = PeriodField(
        label=gettext_lazy("Period"),
        queryset=ReportingPeriod.objects.none(),
        to_field_name="uuid",
        empty_label=None,
    )

    def __init__(self, *args: Any, periods: QuerySet[ReportingPeriod], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["period"]
        if isinstance(field, PeriodField):
            field.queryset = periods


class SectionsForm(forms.Form):
    """The words of the sections that a kind of report has."""

    version = ShownVersion()

    def __init__(self, draft: ReportDraft, texts: Mapping[str, str], sent: Any = None) -> None:
        super().__init__(sent, initial={"version": draft.version, **texts})
        for name in sections_of(draft.kind):
            text = str((sent or texts).get(name) or "")
            self.fields[name] = ProseField(
                limit=SECTION_LENGTH,
                required=False,
                label=section_label(draft.kind, name),
                widget=forms.Textarea(attrs={"rows": rows_of(text)}),
            )

    @property
    def texts(self) -> dict[str, str]:
        return {name: text for name, text in self.cleaned_data.items() if name in EDITED_SECTIONS}


def rows_of(text: str) -> int:
    """Of a text area that shows the whole text, if it is not long, and a row to go on in."""
    rows = sum(max(math.ceil(len(line) / CHARACTERS_A_ROW), 1) for line in text.splitlines()) + 1
    return min(max(rows, FEWEST_ROWS), MOST_ROWS)


class DraftActForm(forms.Form):
    """An act on the draft as the page showed it."""

    version = ShownVersion()


class ConfirmedDraftActForm(DraftActForm):
    """The same with a tick, for what cannot be taken back."""

    confirmed = forms.BooleanField(
        error_messages={"required": gettext_lazy("Tick this first: nothing was done.")}
    )

    def __init__(self, *args: Any, confirms: Words, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["confirmed"].label = confirms


def renew(form: forms.Form, version: int) -> None:
    """A refused form can be sent again, about the version now shown; a tick is for one."""
    typed = {name: value for name, value in form.data.items() if name != "confirmed"}
    form.data = typed | {"version": str(version)}


class ReasonedDraftActForm(DraftActForm, ReasonForm):
    """The same with a reason."""


class BatchForm(forms.Form):
    """Which documents of a period are made in the background. `offered` are the kinds to choose from here."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of document"), choices=BatchKind.choices)
    period = PeriodField(
        label=gettext_lazy("Period"),
        queryset=ReportingPeriod.objects.none(),
        to_field_name="uuid",
        empty_label=None,
    )
    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=FORMATS)
    length = forms.ChoiceField(
        required=False, choices=[(name, name) for name in LENGTHS], widget=forms.HiddenInput
    )
    # Although the same was asked for already.
    again = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, periods: QuerySet[ReportingPeriod], offered: list[BatchKind], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        period, kind, form = (self.fields[name] for name in ("period", "kind", "format"))
        if isinstance(period, PeriodField):
            period.queryset = periods
        formats = {name for each in offered for name in kind_of(each).formats}
        for field, choices in (
            (kind, [(each.value, each.label) for each in offered]),
            (form, [pair for pair in FORMATS if pair[0] in formats]),
        ):
            if isinstance(field.widget, forms.Select):
                field.widget.choices = choices
        self.offers_something = bool(offered) and periods.exists()

    def clean_length(self) -> str:
        return self.cleaned_data["length"] or LENGTHS[0]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "kind" in data and "format" in data:
            try:
                kind_of(data["kind"]).format_of(data["format"])
            except UnknownPartError as error:
                self.add_error("format", str(error))
        return data


class BatchActForm(forms.Form):
    """An act on a batch from its page, in the state that the page showed."""

    state = forms.ChoiceField(choices=BatchState.choices, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        broken = _("This page is incomplete. Open it again and repeat what you did.")
        self.fields["state"].error_messages |= {"required": broken, "invalid_choice": broken}


class VerifyForm(forms.Form):
    """A file, or the SHA-256 that is printed on one, or how that begins."""

    file = forms.FileField(label=gettext_lazy("File"), required=False, allow_empty_file=True)
    sha256 = forms.CharField(
        label=gettext_lazy("SHA-256"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "All 64 characters, or the first 12 at least; blanks, hyphens, breaks and capitals do not matter."
        ),
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST_FILE:
            raise ValidationError(_("Issued reports are smaller than 30 MB: this is none."))
        return file

    def clean_sha256(self) -> str:
        written = as_typed(self.cleaned_data["sha256"])
        if written and not re.fullmatch(TYPED_SHA256, written):
            raise ValidationError(
                _("Type all 64 characters of the SHA-256, or the first 12: digits and the letters a to f.")
            )
        return written

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and bool(data.get("file")) == bool(data.get("sha256")):
            raise ValidationError(_("Choose a file or type the SHA-256: one of the two."))
        return data
