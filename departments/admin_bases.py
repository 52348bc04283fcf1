"""What do the pages of admin share? Reference data with its history, and rows that are only shown.

Only for reference data and accounts. Nothing here performs an act of the workflow.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, Model, Q, UniqueConstraint, Value
from django.forms.models import BaseInlineFormSet, ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from simple_history.admin import SimpleHistoryAdmin

from departments.models import User
from langfang_policy.punctuation import with_addition

LONGEST_KEY = 18  # digits of a number that every database holds


class PersonField(ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """Two people may have one name, so whoever chooses sees the user name too."""

    def label_from_instance(self, obj: Model) -> str:
        return with_addition(obj, obj.username) if isinstance(obj, User) else str(obj)


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


class FoundByItsKey:
    """An empty name of the field that a row is found by means its key; Django itself fails on it."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        return super().get_object(request, object_id, from_field or None)  # type: ignore[misc]  # of the admin class that this is mixed into


class ReferenceInline(ChoicesWithoutAddLinks, admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    """Rows that hang on another one. Each box says what it is: the head of its column is no label of it."""

    formset = RowErrorsFormSet

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.widget.attrs["aria-label"] = capfirst(field.label)
        return field


class ReferenceAdmin(FoundByItsKey, ChoicesWithoutAddLinks, SimpleHistoryAdmin):
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
        """To read. The library would store what is posted here, past the checks of the form."""
        refuse_unless_numbers(object_id, version_id)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        answer: HttpResponse = super().history_form_view(request, object_id, version_id, extra_context)
        return answer

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.deletable and bool(super().has_delete_permission(request, obj))

    def other_dependents(self, objs: Any) -> list[str]:
        """What hangs on these rows besides what the database protects."""
        return []

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """What is bound is said to be bound, rather than that somebody lacks a permission."""
        shown, counts, lacking, protected = super().get_deleted_objects(objs, request)
        protected = [*protected, *self.other_dependents(objs)]
        return shown, counts, set() if protected else lacking, protected


class ReadOnlyAdmin(FoundByItsKey, admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Shows rows and changes none, not even for the administrator."""

    list_per_page = 100
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
