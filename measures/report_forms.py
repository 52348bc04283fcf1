"""What is typed on the way of a report? Which one is drafted, its words, reasons, and what is verified."""

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from measures.forms import ProseField, ShownVersion
from measures.models import EDITED_SECTIONS, ReportDraft, ReportingPeriod, ReportKind
from measures.models.fingerprints import SHA256
from measures.office_forms import ReasonForm
from measures.workflow.issuing import SECTION_LENGTH

ROWS: Final = {"preamble": 4, "problems": 14, "next_steps": 14}
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

    def __init__(self, draft: ReportDraft, sections: tuple[str, ...], sent: Any = None) -> None:
        super().__init__(sent, initial={"version": draft.version, **draft.texts})
        for name in sections:
            self.fields[name] = ProseField(
                limit=SECTION_LENGTH,
                required=False,
                label=section_label(name),
                widget=forms.Textarea(attrs={"rows": ROWS[name]}),
            )

    @property
    def texts(self) -> dict[str, str]:
        return {name: text for name, text in self.cleaned_data.items() if name in EDITED_SECTIONS}


def section_label(name: str) -> str:
    return str(capfirst(ReportDraft._meta.get_field(name).verbose_name))  # type: ignore[union-attr]  # a column has one


class DraftActForm(forms.Form):
    """An act on the draft as the page showed it."""

    version = ShownVersion()


class ReasonedDraftActForm(DraftActForm, ReasonForm):
    """The same with a reason."""


class VerifyForm(forms.Form):
    """A file, or the SHA-256 that is printed on one."""

    file = forms.FileField(label=gettext_lazy("File"), required=False, allow_empty_file=True)
    sha256 = forms.CharField(
        label=gettext_lazy("SHA-256"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST_FILE:
            raise ValidationError(_("Issued reports are smaller than 30 MB: this is none."))
        return file

    def clean_sha256(self) -> str:
        """Blanks and capitals, as people copy them from paper, do not matter."""
        written = re.sub(r"\s", "", self.cleaned_data["sha256"]).lower()
        if written and not re.fullmatch(SHA256, written):
            raise ValidationError(_("A SHA-256 has 64 characters: digits and the letters a to f."))
        return written

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and bool(data.get("file")) == bool(data.get("sha256")):
            raise ValidationError(_("Choose a file or type the SHA-256: one of the two."))
        return data
