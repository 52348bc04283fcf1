"""What the pages of admin have in common: reference data with history, files of rows, what only shows.

Only for reference data and accounts. Nothing here performs an act of the workflow.
"""

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import FileExtensionValidator
from django.db.models import CheckConstraint, Model, Q, UniqueConstraint, Value
from django.forms.models import BaseInlineFormSet, ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from import_export.admin import ImportExportMixin
from import_export.forms import ConfirmImportForm, ExportForm, ImportForm
from import_export.results import Result
from import_export.tmp_storages import MediaStorage
from simple_history.admin import SimpleHistoryAdmin

from departments.models import User
from departments.sheets import LOST, MAX_BYTES, Csv, Workbook
from departments.workbooks import MEGABYTE, UnreadableFileError
from langfang_policy import clock

LONGEST_KEY = 18  # digits of a number that every database holds


class PersonField(ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """Two people may have one name, so whoever chooses sees the user name too."""

    def label_from_instance(self, obj: Model) -> str:
        return f"{obj}（{obj.username}）" if isinstance(obj, User) else str(obj)


class ChoicesWithoutAddLinks:
    """Related rows are chosen, not added, changed or deleted from inside another form."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is User:
            kwargs.setdefault("form_class", PersonField)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]  # of the admin class that this is mixed into

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]  # of the admin class that this is mixed into
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


class UniqueRule(NamedTuple):
    """Where `condition` holds, no two rows agree in all `fields`; else `sentence` is said."""

    fields: list[str]
    condition: Q
    sentence: str


class RowErrorsFormSet(BaseInlineFormSet):  # type: ignore[type-arg]  # generic in the stubs only
    """What the database would refuse is told at the row, in the words of the rule.

    Django passes over rules that name the row on which these hang, over those with a condition, and over
    two rows that change places; and it calls fields as the code does.
    """

    model: type[Model]  # always there once the inline has made its class

    def validate_unique(self) -> None:
        """Instead of Django's; called by `clean`."""
        forms = list(self._changed_forms())
        for form in forms:
            for constraint in self.model._meta.constraints:
                if isinstance(constraint, CheckConstraint) and not self._will_be_deleted(form):
                    self._check(constraint, form)
        for rule in self._rules():
            self._refuse_repeated(rule, forms)

    def _changed_forms(self) -> Iterator[Any]:
        """Those that will be stored or deleted, in the order in which `save` does it."""
        for form in [*self.initial_forms, *self.extra_forms]:
            if form.has_changed() and (form.is_valid() or self._will_be_deleted(form)):
                yield form

    def _will_be_deleted(self, form: Any) -> bool:
        return bool(self.can_delete and self._should_delete_form(form))  # type: ignore[attr-defined]  # left out of the stubs

    def _check(self, constraint: CheckConstraint, form: Any) -> None:
        try:
            constraint.validate(self.model, form.instance)
        except ValidationError as error:
            form.add_error(None, error)

    def _rules(self) -> Iterator[UniqueRule]:
        for constraint in self.model._meta.constraints:
            if isinstance(constraint, UniqueConstraint):
                names = [name for name in constraint.fields if name != self.fk.name]
                sentence = str(constraint.get_violation_error_message())
                yield UniqueRule(names, constraint.condition or Q(), sentence)
        for field in self.model._meta.fields:
            if field.unique and not field.primary_key:
                sentence = _("Two rows have the same %(field)s. Change or delete one.")
                yield UniqueRule([field.name], Q(), sentence % {"field": field.verbose_name})

    def _refuse_repeated(self, rule: UniqueRule, forms: list[Any]) -> None:
        """Row after row as `save` will store them, against what stands there at that moment."""
        stored = self._stored(rule)
        for form in forms:
            own = form.instance.pk or form.prefix
            stored.pop(own, None)
            if self._will_be_deleted(form) or not _matches(rule.condition, form.instance):
                continue
            key = _key(rule, form.instance)
            if None not in key and key in stored.values():
                only = rule.fields[0] if len(rule.fields) == 1 else None
                form.add_error(only if only in form.fields else None, rule.sentence)
            stored[own] = key

    def _stored(self, rule: UniqueRule) -> dict[Any, tuple[Any, ...]]:
        if self.instance.pk is None:
            return {}
        rows = self.model._default_manager.filter(rule.condition, **{self.fk.name: self.instance})
        return {row.pk: _key(rule, row) for row in rows}


def _key(rule: UniqueRule, row: Model) -> tuple[Any, ...]:
    return tuple(row.serializable_value(name) for name in rule.fields)


def _matches(condition: Q, row: Model) -> bool:
    """As the database would answer for this row, which it does not have yet."""
    if not condition:
        return True
    return condition.check(
        {field.name: Value(getattr(row, field.attname), field) for field in row._meta.concrete_fields}
    )


def refuse_unless_numbers(*keys: str) -> None:
    """Raises Http404 for what can be no key of a row: a word, or more digits than a database counts."""
    if not all(key.isascii() and key.isdecimal() and len(key) <= LONGEST_KEY for key in keys):
        raise Http404


class ReferenceInline(ChoicesWithoutAddLinks, admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    """Rows that hang on another one."""

    formset = RowErrorsFormSet


class ReferenceAdmin(ChoicesWithoutAddLinks, SimpleHistoryAdmin):
    """Rows that the administrator keeps; every change stays visible in the history."""

    list_per_page = 100
    deletable = True

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The library asks the database for any word; what is no number is nobody's history."""
        refuse_unless_numbers(object_id)
        answer: HttpResponse = super().history_view(request, object_id, extra_context)
        return answer

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        refuse_unless_numbers(object_id, version_id)
        answer: HttpResponse = super().history_form_view(request, object_id, version_id, extra_context)
        return answer

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.deletable and bool(super().has_delete_permission(request, obj))

    def also_bound(self, objs: Any) -> list[str]:
        """What hangs on these rows besides what the database protects."""
        return []

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """What is bound is said to be bound, rather than that somebody lacks a permission."""
        shown, counts, lacking, protected = super().get_deleted_objects(objs, request)
        protected = [*protected, *self.also_bound(objs)]
        return shown, counts, set() if protected else lacking, protected


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Shows rows and changes none, not even for the administrator."""

    list_per_page = 100
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


# --- files of rows -------------------------------------------------------------------------------


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


def refuse_large_file(file: "UploadedFile[Any]") -> None:
    if (file.size or 0) > MAX_BYTES:
        told = _("The file is larger than %(size)d MB. Divide it.")
        raise ValidationError(told, params={"size": MAX_BYTES // MEGABYTE})


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
            messages.warning(request, told % {"count": file_format.replaced, "sign": LOST})
        return data

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """A filter that nobody knows leads back to the list, as Django's own list does."""
        try:
            answer: HttpResponse = super().export_action(request)
        except IncorrectLookupParameters:
            place = reverse("admin:{}_{}_changelist".format(*self.get_model_info()))
            return redirect(f"{place}?{ERROR_FLAG}=1")
        return answer

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
