"""Which files does somebody choose? Each is looked at here, and what is wrong is said at the field."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from langfang_policy.file_kinds import KINDS
from measures.evidence_storage import ReceivedFile, look_at
from measures.models.evidence import PLACES

ACCEPTED: Final = ",".join(ending for kind in KINDS for ending in kind.endings)


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """As many as an update has places. What it gives is a list of ReceivedFile."""

    default_error_messages = {"required": gettext_lazy("Choose a file first.")}

    def __init__(self, **kwargs: Any) -> None:
        widget = ManyFilesInput(attrs={"accept": ACCEPTED})
        super().__init__(widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[ReceivedFile]:
        files: list[UploadedFile[bytes]] = list(data or [])
        if not files and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(files) > len(PLACES):
            told = _("These are %(count)d files; there are %(most)d at most.")
            raise ValidationError(told % {"count": len(files), "most": len(PLACES)})
        found, errors = [], []
        for file in files:
            try:
                found.append(look_at(file))
            except ValidationError as error:
                errors += error.messages
        if errors:
            raise ValidationError(errors)
        return found


class EvidenceForm(forms.Form):
    """On the page of an update's form, whose text is sent along so that none of it is lost."""

    evidence = ManyFilesField(label=gettext_lazy("Add files"))

    def __init__(self, files: "MultiValueDict[str, UploadedFile[bytes]] | None" = None) -> None:
        super().__init__(None if files is None else {}, files, auto_id="evidence-%s")
        self.fields["evidence"].widget.attrs["form"] = "update-form"


class LateEvidenceForm(forms.Form):
    """What came to the office after it had entered the text."""

    evidence = ManyFilesField(label=gettext_lazy("Files that came later"))
