"""What the columns of a departments file mean, and how every file of rows is checked and stored.

To add a column, add a field to the resource. A file is stored whole or not at all; a row that is not in
the file stays as it is. Errors name the column and say what to do.
"""

from collections.abc import Callable, Iterable
from copy import deepcopy
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.db.models import ProtectedError, QuerySet
from django.utils.encoding import force_str
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Diff, Resource
from import_export.results import RowResult
from tablib import Dataset

from departments.actors import Actor
from departments.models import Department, DepartmentAlias, DepartmentKind
from departments.sheets import (
    Cell,
    CodeCell,
    ListCell,
    TextCell,
    UnreadableFileError,
    WholeNumberCell,
    WordCell,
    YesNoCell,
    is_blank,
    unknown_value,
)

Errors = dict[str, list[ValidationError]]
MAX_SLUG_LENGTH = Department._meta.get_field("slug").max_length or 0


class UnstyledDiff(Diff):
    """What a row changes, as <del> and <ins> without styles of their own (the CSP refuses those)."""

    def as_html(self) -> list[SafeString]:
        return [
            self._changed("" if self.new else force_str(old), force_str(new))
            for old, new in zip(self.left, self.right, strict=True)
        ]

    def _changed(self, old: str, new: str) -> SafeString:
        if old == new:
            return escape(new)
        if not old:
            return format_html("<ins>{}</ins>", new)
        if not new:
            return format_html("<del>{}</del>", old)
        return format_html("<del>{}</del> <ins>{}</ins>", old, new)


class RelatedField(Field):
    """A cell that stands for rows beside the instance; `read` gets them, until the file has said others."""

    def __init__(self, attribute: str, column_name: str, widget: Cell, read: Callable[[Any], Any]) -> None:
        super().__init__(attribute=attribute, column_name=column_name, widget=widget)
        self.read = read

    def get_value(self, instance: models.Model) -> Any:
        if self.attribute in instance.__dict__:
            return instance.__dict__[self.attribute]
        return self.read(instance) if instance.pk else None


class SheetResource(Resource):
    """The way of every file: find the row's instance, read, compare, check by column, store.

    `actor` and `at`: who imports, and when.
    """

    # Which attribute is to blame when a constraint is broken (by its name); the rest blame the row.
    constraint_attributes: ClassVar[dict[str, str]] = {}
    # Columns that a file must have, since they say which row is meant.
    required_columns: ClassVar[tuple[str, ...]] = ()

    def __init__(self, actor: Actor | None = None, at: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.actor = actor
        self.at = at
        self._seen: dict[tuple[str, Any], int] = {}
        self._row_number = 0

    class Meta:
        import_id_fields = ()  # the resource finds the instance itself
        instance_loader_class = BaseInstanceLoader
        skip_unchanged = True

    @classmethod
    def get_display_name(cls) -> str:
        return str(cls._meta.name)

    @classmethod
    def get_diff_class(cls) -> type[Diff]:
        return UnstyledDiff

    def export(self, queryset: QuerySet[Any] | None = None, **kwargs: Any) -> Dataset:
        dataset = super().export(queryset, **kwargs)
        dataset.title = self.get_display_name()
        return dataset

    # --- to be said by each resource ---

    def key(self, row: dict[str, Any]) -> Any:
        """What tells the rows of a file apart. Raises ValueError when a cell of the key is wrong."""
        raise NotImplementedError

    def find(self, key: Any) -> models.Model | None:
        """The stored row that the key means."""
        raise NotImplementedError

    def store(self, instance: Any, basis: str) -> None:
        """Save the instance by the right door, and the rows that hang on it."""
        raise NotImplementedError

    # --- the file as a whole ---

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        headings = list(dataset.headers)
        known = [field.column_name for field in self.get_import_fields()]
        problem = self._heading_problem(headings, known)
        if problem:
            sheet = _("Sheet “%(title)s”: ") % {"title": dataset.title} if dataset.title else ""
            dataset.wipe()  # the rows of a wrong sheet would only repeat the one problem
            raise UnreadableFileError(
                sheet + problem + " " + _("The headings are: %(names)s.") % {"names": "、".join(known)}
            )

    def _heading_problem(self, headings: list[str], known: list[str]) -> str:
        missing = [name for name in self.required_columns if name not in headings]
        strange = [name or _("(no heading)") for name in headings if name not in known]
        twice = sorted({name for name in headings if headings.count(name) > 1})
        if missing:
            return _("the column %(names)s is missing.") % {"names": "、".join(missing)}
        if strange:
            return _("the column %(names)s is not known.") % {"names": "、".join(strange)}
        if twice:
            return _("the column %(names)s stands there twice.") % {"names": "、".join(twice)}
        return ""

    # --- one row ---

    def init_instance(self, row: Any = None) -> models.Model:
        instance: models.Model = self._meta.model()
        return instance

    def import_row(self, row: dict[str, Any], instance_loader: Any, **kwargs: Any) -> RowResult:
        if is_blank(row.values()):
            blank = RowResult()
            blank.import_type = RowResult.IMPORT_TYPE_SKIP
            return blank
        result = super().import_row(row, instance_loader, **kwargs)
        if result.validation_error:
            result.validation_error = self._by_column(result.validation_error)
        return result

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        self._row_number = kwargs["row_number"] + 1  # as the spreadsheet counts: headings are row 1

    def get_instance(self, instance_loader: Any, row: dict[str, Any]) -> models.Model | None:
        """The stored row that this one means; two rows of a file may not mean the same."""
        try:
            key = self.key(row)
        except ValueError:
            return None  # said by the column that is wrong
        instance = self.find(key)
        self._refuse_repeated(("key", key))
        if instance:
            self._refuse_repeated(("row", instance.pk))
        return instance

    def _refuse_repeated(self, meant: tuple[str, Any]) -> None:
        earlier = self._seen.setdefault(meant, self._row_number)
        if earlier != self._row_number:
            raise ValidationError(_("This repeats row %(row)d. Keep one of the two.") % {"row": earlier})

    def validate_instance(
        self,
        instance: models.Model,
        import_validation_errors: dict[str, Any] | None = None,
        validate_unique: bool = True,
    ) -> None:
        """As full_clean does, but each broken constraint under the attribute that is to blame.

        A row with a cell that cannot be read is not asked about the others: the answers would mislead.
        """
        errors: Errors = deepcopy(import_validation_errors or {})
        if errors:
            raise ValidationError(errors)
        try:
            instance.full_clean(validate_constraints=False)
        except ValidationError as error:
            error.update_error_dict(errors)
        for constraint in instance._meta.constraints:
            try:
                constraint.validate(type(instance), instance, exclude=set(errors))
            except ValidationError as error:
                where = self.constraint_attributes.get(constraint.name, NON_FIELD_ERRORS)
                errors.setdefault(where, []).extend(error.error_list)
        if errors:
            raise ValidationError(errors)

    def save_instance(self, instance: models.Model, is_create: bool, row: Any, **kwargs: Any) -> None:
        """Instead of a bare save: what the domain refuses becomes an error of the row."""
        basis = _("imported from %(name)s") % {"name": kwargs.get("file_name") or "?"}
        instance._change_reason = basis[:100]  # type: ignore[attr-defined]  # read by simple_history
        try:
            with transaction.atomic():
                self.store(instance, basis)
            self._seen["row", instance.pk] = self._row_number
        except ProtectedError as error:
            names = "、".join(str(row) for row in list(error.protected_objects)[:3])
            raise ValidationError(
                _("Something still hangs on what this row removes (%(names)s). Leave it in.")
                % {"names": names}
            ) from error

    def _by_column(self, error: ValidationError) -> ValidationError:
        """The same errors, under the headings of the file instead of our attributes."""
        columns = {field.attribute: field.column_name for field in self.fields.values()}
        found = error.update_error_dict({})
        return ValidationError({columns.get(name, name): messages for name, messages in found.items()})


class DepartmentCell(Cell):
    """A department under its short code, any of its names, or an alias; written with its name."""

    def __init__(self, *, required: bool = False) -> None:
        super().__init__(required=required)
        self._known: dict[str, Department] = {}

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.name if isinstance(value, Department) else ""

    def read(self, text: str) -> Department:
        if not self._known:
            self._known = self._load()
        try:
            return self._known[text]
        except KeyError:
            raise unknown_value(
                text, self._known, _("Write a department's name, or enter this one first as an alias.")
            ) from None

    def _load(self) -> dict[str, Department]:
        """Aliases first: a name proper wins over an alias that reads the same."""
        rows = list(Department.objects.prefetch_related("aliases"))
        known = {alias.name: row for row in rows for alias in row.aliases.all()}
        for names in (
            {row.full_name: row for row in rows},
            {row.short_name: row for row in rows},
            {row.slug: row for row in rows},
            {row.name: row for row in rows},
        ):
            known.update(names)
        return known


def alias_names(department: Department) -> list[str]:
    return sorted(alias.name for alias in department.aliases.all())


class DepartmentResource(SheetResource):
    """One department a row, told apart by its short code; the cell of aliases is the whole list."""

    slug = Field("slug", "代码", CodeCell(MAX_SLUG_LENGTH))
    name = Field("name", "名称", TextCell())
    short_name = Field("short_name", "简称", TextCell())
    full_name = Field("full_name", "全称", TextCell())
    kind = Field("kind", "性质", WordCell(DepartmentKind))
    position = Field("position", "排序", WholeNumberCell(required=True))
    contact = Field("contact", "联系人", TextCell())
    telephone = Field("telephone", "电话", TextCell())
    rankable = Field("rankable", "参加排名", YesNoCell())
    allow_self_review = Field("allow_self_review", "可自审", YesNoCell())
    aliases = RelatedField("alias_names", "别名", ListCell(in_order=False), alias_names)

    required_columns = ("代码",)
    constraint_attributes: ClassVar[dict[str, str]] = {
        "department_kind_is_known": "kind",
        "department_only_government_is_ranked": "rankable",
    }

    class Meta:
        model = Department
        name = "单位名录"

    def get_queryset(self) -> QuerySet[Department]:
        return Department.objects.order_by("position", "slug").prefetch_related("aliases")

    def filter_export(self, queryset: QuerySet[Department], **kwargs: Any) -> QuerySet[Department]:
        return queryset.prefetch_related("aliases")

    def key(self, row: dict[str, Any]) -> str:
        slug: str = self.fields["slug"].clean(row)
        return slug

    def find(self, key: str) -> Department | None:
        return Department.objects.filter(slug=key).first()

    def validate_instance(self, instance: Any, *args: Any, **kwargs: Any) -> None:
        errors: Errors = {}
        try:
            super().validate_instance(instance, *args, **kwargs)
        except ValidationError as error:
            error.update_error_dict(errors)
        # Without its code nobody knows which department's aliases these are.
        for name in [] if "slug" in errors else instance.__dict__.get("alias_names") or []:
            errors.setdefault("alias_names", []).extend(alias_problems(instance.pk, name))
        errors = {name: found for name, found in errors.items() if found}
        if errors:
            raise ValidationError(errors)

    def store(self, instance: Any, basis: str) -> None:
        instance.save()
        if "alias_names" not in instance.__dict__:
            return
        wanted = set(instance.alias_names)
        kept = set(alias_names(Department.objects.get(pk=instance.pk)))
        instance.aliases.filter(name__in=kept - wanted).delete()
        DepartmentAlias.objects.bulk_create(
            DepartmentAlias(department=instance, name=name) for name in sorted(wanted - kept)
        )


def alias_problems(department: int | None, name: str) -> Iterable[ValidationError]:
    """An alias names one department only, under every kind of name; None is a department that is new."""
    others = Department.objects.exclude(pk=department) if department else Department.objects.all()
    if len(name) > 80:
        yield ValidationError(_("The alias “%(name)s” is too long.") % {"name": name})
    elif others.filter(models.Q(name=name) | models.Q(aliases__name=name)).exists():
        yield ValidationError(
            _("“%(name)s” already names another department. Delete it here or there.") % {"name": name}
        )
