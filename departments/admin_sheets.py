"""How does a table of reference data go out as a file and come in again: upload, preview, confirm?

The library has the pages and the transaction; what a file is and what its columns mean is said elsewhere.
"""

from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.validators import FileExtensionValidator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from import_export.admin import ImportExportMixin
from import_export.forms import ConfirmImportForm, ExportForm, ImportForm
from import_export.results import Result
from import_export.tmp_storages import MediaStorage

from departments.admin_bases import ReferenceAdmin
from departments.sheets import REPLACEMENT_CHARACTER, Csv, Workbook, refuse_large_file
from departments.workbooks import UnreadableFileError
from langfang_policy import clock


class UploadForm(ImportForm):
    """One question only: which file. Its kind is told by its name."""

    media = forms.Media()  # the library's would guess the format by script

    def __init__(self, formats: list[type], resources: list[type], **kwargs: Any) -> None:
        super().__init__(formats, resources, **kwargs)
        self.kinds = [kind().get_extension() for kind in formats]
        told = _("Choose an Excel workbook (.xlsx) or a csv file (.csv). Save an old .xls as .xlsx.")
        self.fields["import_file"].validators += [FileExtensionValidator(self.kinds, told), refuse_large_file]
        self.fields["import_file"].widget.attrs["accept"] = ",".join(f".{kind}" for kind in self.kinds)
        self.fields["format"].required = False

    def clean(self) -> None:
        if file := self.cleaned_data.get("import_file"):
            kind = PurePath(file.name).suffix.lower().lstrip(".")
            self.cleaned_data["format"] = str(self.kinds.index(kind))


class ConfirmForm(ConfirmImportForm):
    """What was previewed; what is not among our formats is refused, not opened."""

    format = forms.ChoiceField(choices=[("0", "xlsx"), ("1", "csv")], widget=forms.HiddenInput())
    resource = forms.ChoiceField(choices=[("0", "")], required=False, widget=forms.HiddenInput())


class FormatForm(ExportForm):
    """xlsx or csv; always all columns, so that the file can come back."""

    def __init__(self, formats: list[type], resources: list[type], **kwargs: Any) -> None:
        super().__init__(formats, resources, **kwargs)
        self.fields["format"].choices = [
            (0, gettext_lazy("Excel workbook (.xlsx)")),
            (1, gettext_lazy("csv file (.csv)")),
        ]


class SheetAdmin(ImportExportMixin, ReferenceAdmin):
    """Also goes out and comes in as a file: upload, preview, confirm; whole or not at all.

    The library reads the file before it opens a transaction; nobody waits for a lock while we parse.
    """

    formats = (Workbook, Csv)
    import_form_class = UploadForm
    confirm_form_class = ConfirmForm
    export_form_class = FormatForm
    tmp_storage_class = MediaStorage
    skip_admin_log = True  # the history of each row says it better

    def get_import_resource_kwargs(self, request: Any, **kwargs: Any) -> dict[str, Any]:
        return {"actor": request.actor, "at": clock.now()}

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_import_data_kwargs(**kwargs), "rollback_on_validation_errors": True}

    def get_export_filename(self, request: HttpRequest, queryset: Any, file_format: Any) -> str:
        return f"{self.opts.model_name}-{clock.today().isoformat()}.{file_format.get_extension()}"

    def get_export_data(self, file_format: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> bytes:
        """A character that a workbook cannot hold does not stop the export; the next page says so."""
        data: bytes = super().get_export_data(file_format, request, *args, **kwargs)
        if file_format.replaced:
            told = ngettext(
                "%(count)d cell held a control character; %(sign)s stands there in the file.",
                "%(count)d cells held control characters; %(sign)s stands there in the file.",
                file_format.replaced,
            )
            messages.warning(request, told % {"count": file_format.replaced, "sign": REPLACEMENT_CHARACTER})
        return data

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """A filter that nobody knows leads back to the list, as Django's own list does."""
        try:
            answer: HttpResponse = super().export_action(request)
        except IncorrectLookupParameters:
            place = reverse("admin:{}_{}_changelist".format(*self.get_model_info()))
            return redirect(f"{place}?{ERROR_FLAG}=1")
        return answer

    def get_valid_export_item_pks(self, request: HttpRequest) -> QuerySet[Any, Any]:
        """What a form may name for export: every row. The library's own warns that it is deprecated."""
        rows: QuerySet[Any, Any] = self.model._default_manager.values_list("pk", flat=True)
        return rows

    def add_data_read_fail_error_to_form(self, form: forms.Form, e: Exception) -> None:
        if not isinstance(e, UnreadableFileError):
            raise e
        form.add_error("import_file", str(e))

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The uploaded file is kept only while there is something to confirm."""
        answer: TemplateResponse = super().import_action(request, **kwargs)
        context = answer.context_data or {}
        result = context.get("result")
        if result and not result.totals["new"] and not result.totals["update"]:
            context.pop("confirm_form", None)
        name = getattr(context["form"].files.get("import_file"), "tmp_storage_name", None)
        if name and "confirm_form" not in context:
            MediaStorage(name=name).remove()
        return answer

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Stores what was previewed. A preview that is gone is said, and nothing is stored."""
        try:
            if request.method != "POST" or self.create_confirm_form(request).is_valid():
                answer: HttpResponse = super().process_import(request, **kwargs)
                return answer
        except FileNotFoundError:
            pass
        messages.error(request, _("The preview is gone and nothing was stored. Upload the file again."))
        return redirect("admin:{}_{}_import".format(*self.get_model_info()))

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        """Between preview and confirmation the database may have changed: then the errors are shown."""
        if not result.has_errors() and not result.has_validation_errors():
            answer: HttpResponse = super().process_result(result, request)
            return answer
        messages.error(request, _("The data have changed since the preview. Nothing was stored."))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import"),
            "form": UploadForm(list(self.formats), self.get_import_resource_classes(request)),
            "opts": self.opts,
            "result": result,
        }
        return TemplateResponse(request, [self.import_template_name], context)

    def add_success_message(self, result: Result, request: HttpRequest) -> None:
        told = _("Imported: %(new)d new, %(update)d changed, %(skip)d unchanged.")
        messages.success(request, told % result.totals)
