"""What is noted of a slip that was signed on paper? Which texts it shows, who signed and when."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from langfang_policy.characters import refuse_hidden_characters
from measures.evidence_forms import ManyFilesField
from measures.models import Revision, SignedSlip
from measures.office_forms import ReasonForm
from measures.workflow.signatures import NAME_LENGTH


class SignedForm(forms.Form):
    """Who signed a paper and when."""

    signed_by = forms.CharField(
        label=gettext_lazy("Signed by"),
        max_length=NAME_LENGTH,
        help_text=gettext_lazy("name as it stands on the paper"),
        validators=[refuse_hidden_characters],
    )
    signed_on = forms.DateField(
        label=gettext_lazy("Signed on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class NotedTogetherForm(forms.Form):
    """For which texts of one paper that were noted together."""

    slips = forms.MultipleChoiceField(
        label=gettext_lazy("Texts that were noted together"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose a text first.")},
    )

    def __init__(self, *args: Any, slips: Sequence[SignedSlip], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.noted = {str(row.uuid): row for row in slips}
        field = self.fields["slips"]
        if len(self.noted) < 2:  # there is nothing to choose
            field.widget, field.required = forms.MultipleHiddenInput(), False
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(uuid, row.revision.update.measure.code) for uuid, row in self.noted.items()]
            field.initial = list(self.noted)

    def chosen(self) -> list[SignedSlip]:
        """Only of a valid form."""
        return [self.noted[uuid] for uuid in self.cleaned_data["slips"] or self.noted]


class SignatureCorrectionForm(NotedTogetherForm, SignedForm, ReasonForm):
    """Who did sign and when, and why the note said something else."""

    field_order = ("slips", "signed_by", "signed_on", "reason")


class ScanForm(NotedTogetherForm):
    """The paper itself."""

    scans = ManyFilesField(label=gettext_lazy("Scan of the signed slip"))
    field_order = ("slips", "scans")


class SignatureForm(SignedForm):
    """Which texts the signed paper shows, who signed it and when."""

    texts = forms.MultipleChoiceField(
        label=gettext_lazy("Updates on the slip"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose the updates that the signed slip shows.")},
    )
    scans = ManyFilesField(
        label=gettext_lazy("Scan of the signed slip"),
        help_text=gettext_lazy("can be added later too; it is kept with each of the texts"),
        required=False,
    )
    field_order = ("texts", "signed_by", "signed_on", "scans")

    def __init__(self, *args: Any, texts: Sequence[Revision], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.revisions = {str(row.uuid): row for row in texts}
        field = self.fields["texts"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(uuid, row.update.measure.code) for uuid, row in self.revisions.items()]
            field.initial = list(self.revisions)

    def chosen(self) -> list[Revision]:
        """Only of a valid form."""
        return [self.revisions[uuid] for uuid in self.cleaned_data["texts"]]
