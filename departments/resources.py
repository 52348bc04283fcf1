"""What do the columns of a departments file mean, and how is any file of rows checked and stored?

To add a column, add a field to the resource. A file is stored whole or not at all; a row that is not in
the file stays as it is. Errors name the column and say what to do.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.db.models import ProtectedError, QuerySet
from django.utils.encoding import force_str
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.instance_loaders import ModelInstanceLoader
from import_export.resources import Diff, Resource
from import_export.results import Result
from tablib import Dataset

from departments.actors import Actor
from departments.models import Department, DepartmentAlias, DepartmentKind
from departments.sheets import (
    Cell,
    CodeCell,
    ListCell,
    TextCell,
    WholeNumberCell,
    WordCell,
    YesNoCell,
    is_blank,
    reads_as_several_names,
    several_names_message,
    unknown_value,
)
from departments.workbooks import UnreadableFileError
from langfang_policy.characters import HIDDEN
from langfang_policy.punctuation import listed

BASIS_LENGTH = 100  # what the history of a row holds
MAX_SLUG_LENGTH = Department._meta.get_field("slug").max_length or 0
MAX_ALIAS_LENGTH = DepartmentAlias._meta.get_field("name").max_length or 0


class UnstyledDiff(Diff):
    """What a row changes, as <del> and <ins> without styles of their own (the CSP refuses those)."""

    def as_html(self) -> list[SafeString]:
        pairs = zip(self.left, self.right, strict=True)
        return [_changed("" if self.new else force_str(old), force_str(new)) for old, new in pairs]


def _changed(old: str, new: str) -> SafeString:
    if old == new:
        return escape(new)
    marked = [(tag, text) for tag, text in (("del", old), ("ins", new)) if text]
    return format_html_join(" ", "<{0}>{1}</{0}>", marked)


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

    `actor` and `at`: who imports, and when. The columns of `import_id_fields` must be there.
    """

    def __init__(self, actor: Actor | None = None, at: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.actor = actor
        self.at = at
        self.basis = ""
        self._row_number = 0
        self._rows_of_instances: dict[int, int] = {}

    class Meta:
        instance_loader_class = ModelInstanceLoader
        skip_unchanged = True

    @classmethod
    def get_display_name(cls) -> str:
        return str(cls._meta.name)

    @classmethod
    def get_diff_class(cls) -> type[Diff]:
        return UnstyledDiff

    def after_export(self, queryset: QuerySet[Any], dataset: Dataset, **kwargs: Any) -> None:
        dataset.title = self.get_display_name()

    # --- what a resource says ---

    def problems(self, instance: Any) -> Iterator[tuple[str, str]]:
        """(attribute, sentence) for what neither the model nor its constraints know."""
        yield from ()

    def store(self, instance: Any) -> None:
        """Save the instance by the right door, and the rows that hang on it."""
        raise NotImplementedError

    # --- the file as a whole ---

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        name = HIDDEN.sub("", kwargs.get("file_name") or "?")
        self.basis = (_("imported from %(name)s") % {"name": name})[:BASIS_LENGTH]
        known = [field.column_name for field in self.get_import_fields()]
        problem = self._heading_problem(dataset, known)
        if problem:
            sheet = _("Sheet “%(title)s”: ") % {"title": dataset.title} if dataset.title else ""
            dataset.wipe()  # the rows of a wrong sheet would only repeat the one problem
            headings = _("The headings are: %(names)s.") % {"names": listed(known)}
            raise UnreadableFileError(f"{sheet}{problem} {headings}")

    def _heading_problem(self, dataset: Dataset, known: list[str]) -> str:
        headings = list(dataset.headers)
        required = [self.fields[name].column_name for name in self.get_import_id_fields()]
        is_first_row = set(required) <= set(headings)
        if not is_first_row and (lower := _row_of_headings(dataset, required)):
            return _("the headings stand in row %(row)d. Delete the rows above them.") % {"row": lower}
        return _column_problem(headings, known, required)

    def after_import(self, dataset: Dataset, result: Result, **kwargs: Any) -> None:
        result.unread_sheets = listed(getattr(dataset, "unread_sheets", []))

    # --- one row ---

    def init_instance(self, row: Any = None) -> Any:
        return self._meta.model()

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        self._row_number = kwargs["row_number"] + 1  # as the spreadsheet counts: headings are row 1

    def get_instance(self, instance_loader: Any, row: dict[str, Any]) -> Any:
        """The stored row that this one means; two rows of a file may not mean the same."""
        try:
            instance = super().get_instance(instance_loader, row)
        except ValueError:
            return None  # said by the column that is wrong
        earlier = self._rows_of_instances.setdefault(instance.pk, self._row_number) if instance else None
        if earlier not in {None, self._row_number}:
            raise ValidationError(_("This repeats row %(row)d. Keep one of the two.") % {"row": earlier})
        return instance

    def skip_row(self, instance: Any, original: Any, row: dict[str, Any], errors: Any = None) -> bool:
        """Blank rows too; the library would drop them and then count the rest wrong."""
        return is_blank(row.values()) or bool(super().skip_row(instance, original, row, errors))

    def validate_instance(self, instance: Any, errors: Any = None, validate_unique: bool = True) -> None:
        """Errors come under the headings of the file.

        A row with a cell that cannot be read is not asked about the others: the answers would mislead.
        """
        errors = errors or self._errors(instance)
        columns = {field.attribute: field.column_name for field in self.fields.values()}
        if errors:
            raise ValidationError({columns.get(name, name): found for name, found in errors.items()})

    def _errors(self, instance: models.Model) -> dict[str, list[ValidationError]]:
        """As full_clean, which forgets of which constraint it speaks; the last column of that is to blame."""
        errors: dict[str, list[ValidationError]] = {}
        try:
            instance.full_clean(validate_constraints=False)
        except ValidationError as error:
            error.update_error_dict(errors)
        attributes = [field.attribute for field in self.get_import_fields()]
        for constraint in instance._meta.constraints:
            try:
                constraint.validate(type(instance), instance, exclude=set(errors))
            except ValidationError as error:
                meant = [name for name in attributes if name in fields_of(constraint)]
                errors.setdefault((meant or [NON_FIELD_ERRORS])[-1], []).extend(error.error_list)
        for attribute, sentence in self.problems(instance):
            errors.setdefault(attribute, []).append(ValidationError(sentence))
        return errors

    def do_instance_save(self, instance: models.Model, is_create: bool) -> None:
        """Instead of a bare save: what the domain refuses becomes an error of the row."""
        instance._change_reason = self.basis  # type: ignore[attr-defined]  # read by simple_history
        try:
            with transaction.atomic():
                self.store(instance)
        except ProtectedError as error:
            names = listed(list(error.protected_objects)[:3])
            told = _("Something still hangs on what this row removes (%(names)s). Leave it in.")
            raise ValidationError(told % {"names": names}) from error
        self._rows_of_instances[instance.pk] = self._row_number


def _row_of_headings(dataset: Dataset, required: Collection[str]) -> int | None:
    """The first row below the top, as the spreadsheet counts, that holds all these headings."""
    rows = enumerate(dataset, start=2)
    return next((number for number, row in rows if set(required) <= set(row)), None)


def _column_problem(headings: list[str], known: list[str], required: list[str]) -> str:
    """Which columns are missing, else not known, else there twice? Empty when none is."""
    missing = [name for name in required if name not in headings]
    strange = [name or _("(no heading)") for name in headings if name not in known]
    twice = sorted({name for name in headings if headings.count(name) > 1})
    for sentence, names in (
        (_("the column %(names)s is missing."), missing),
        (_("the column %(names)s is not known."), strange),
        (_("the column %(names)s stands there twice."), twice),
    ):
        if names:
            return sentence % {"names": listed(names)}
    return ""


def fields_of(constraint: Any) -> Collection[str]:
    """Names of the model's fields that a constraint compares."""
    found: Collection[str] = getattr(constraint, "fields", ()) or constraint.condition.referenced_base_fields
    return found


class DepartmentCell(Cell):
    """A department under its short code, any of its names, or an alias; written with its name."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.name if isinstance(value, Department) else ""

    def read(self, text: str) -> Department:
        if text not in self._known:
            advice = _("Write a department's name, or enter this one first as an alias.")
            raise unknown_value(text, self._known, advice)
        return self._known[text]

    @cached_property
    def _known(self) -> dict[str, Department]:
        """Aliases first: a name proper wins over an alias that reads the same."""
        rows = list(Department.objects.prefetch_related("aliases"))
        known = {alias.name: row for row in rows for alias in row.aliases.all()}
        for attribute in ("full_name", "short_name", "slug", "name"):
            known |= {getattr(row, attribute): row for row in rows}
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

    class Meta:
        model = Department
        name = "单位名录"
        import_id_fields = ("slug",)

    def get_queryset(self) -> QuerySet[Department]:
        return Department.objects.order_by("position", "slug")

    def filter_export(self, queryset: QuerySet[Department], **kwargs: Any) -> QuerySet[Department]:
        return queryset.prefetch_related("aliases")

    def problems(self, instance: Any) -> Iterator[tuple[str, str]]:
        for name in vars(instance).get("alias_names", []):
            yield from (("alias_names", sentence) for sentence in alias_problems(instance.pk, name))

    def store(self, instance: Any) -> None:
        instance.save()
        wanted = set(vars(instance).get("alias_names", alias_names(instance)))
        instance.aliases.exclude(name__in=wanted).delete()
        for name in sorted(wanted - set(instance.aliases.values_list("name", flat=True))):
            DepartmentAlias.objects.create(department=instance, name=name)


def alias_problems(department: int | None, name: str) -> Iterator[str]:
    """An alias names one department only, under every kind of name; None is a department that is new."""
    others = Department.objects.exclude(pk=department or 0)
    if len(name) > MAX_ALIAS_LENGTH:
        yield _("The alias “%(name)s” is too long.") % {"name": name}
    elif reads_as_several_names(name):
        yield several_names_message(name)
    elif others.filter(models.Q(name=name) | models.Q(aliases__name=name)).exists():
        yield _("“%(name)s” already names another department. Delete it here or there.") % {"name": name}
