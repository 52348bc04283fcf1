"""What do the columns of a list of people mean, and by which door do its rows go in?

One row is one person in one role. Whoever is not known yet gets an account with a first password; the rules
are those of `measures.workflow.memberships`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from tablib import Dataset

from departments.actors import said_of_idle_role
from departments.models import Department, Membership, Role, User
from departments.resources import DepartmentCell, RelatedField, SheetResource
from departments.sheets import DayCell, TextCell, WordCell
from measures import permissions
from measures.workflow.memberships import NewAccount, Span, create_person, end_membership, give_membership

# Of one file: making a password takes long on purpose, and the answer is waited for.
MAX_NEW_ACCOUNTS: Final = 200
TELEPHONE: Final = "电话"


@dataclass(frozen=True)
class NewPerson:
    """An account that the file has made, for the sheet of its department."""

    department: Department
    role: Role
    account: NewAccount


class MembershipLoader(BaseInstanceLoader):
    """A row means the membership of these three that holds or will; of several the one that began last."""

    def get_instance(self, row: dict[str, Any]) -> Membership | None:
        read = {name: self.resource.fields[name].clean(row) for name in ("username", "department", "role")}
        if not read["username"]:
            return None
        rows = self.resource.get_queryset().filter(
            user__username=read["username"], department=read["department"], role=read["role"]
        )
        found: Membership | None = rows.order_by("-valid_from").first()
        return found


class MembershipResource(SheetResource):
    """One person in one role a row. A last day ends it; a row left out stays."""

    department = Field("department", "单位", DepartmentCell(required=True))
    name = RelatedField("person_name", "姓名", TextCell(required=True), lambda row: row.user.name)
    username = RelatedField("username", "用户名", TextCell(required=True), lambda row: row.user.username)
    telephone = Field("user__telephone", TELEPHONE, TextCell(), readonly=True)
    role = Field("role", "岗位", WordCell(Role))
    valid_from = Field("valid_from", "起始日", DayCell())
    valid_to = Field("valid_to", "终止日（含）", DayCell())

    class Meta:
        model = Membership
        name = "人员"
        import_id_fields = ("department", "username", "role")
        instance_loader_class = MembershipLoader

    def __init__(self, *, request: HttpRequest | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if self.actor is None or self.at is None:
            raise ValueError("a list of people needs to know who acts, and when")
        self.by, self.moment = self.actor, self.at
        self.request = request
        self.new_people: list[NewPerson] = []
        self._is_preview = False
        self._telephone = ""
        self._roles: dict[int, tuple[Role, ...]] = {}

    def get_queryset(self) -> QuerySet[Membership]:
        """Those that hold or will, in the departments whose people the actor manages."""
        rows = Membership.objects.filter(department__in=permissions.departments_with_people_of(self.by))
        holding = rows.filter(Q(valid_to=None) | Q(valid_to__gte=self.by.on))
        return holding.select_related("user", "department").order_by("department__position", "role", "pk")

    # --- reading ---

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        super().before_import(dataset, **kwargs)
        self._is_preview = bool(kwargs.get("dry_run"))

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        super().before_import_row(row, **kwargs)
        self._telephone = ""

    def import_instance(self, instance: Any, row: dict[str, Any], **kwargs: Any) -> None:
        """An empty first day is today, or the one that is known; a telephone is for new accounts."""
        kept = instance.valid_from or self.by.on
        try:
            super().import_instance(instance, row, **kwargs)
        finally:
            instance.first_day = kept
            instance.valid_from = instance.valid_from or kept
        self._telephone = TextCell().clean(row.get(TELEPHONE))

    # --- checking ---

    def _errors(self, instance: Any) -> dict[str, list[ValidationError]]:
        """The person of a new row is not there yet."""
        errors = super()._errors(instance)
        errors.pop("user", None)
        return errors

    def problems(self, instance: Any) -> Iterator[tuple[str, str]]:
        roles = self._roles_in(instance.department)
        if not roles:
            yield "department", _("You do not manage the people of this department.")
        elif instance.role not in roles:
            idle = said_of_idle_role(Role(instance.role), instance.department)
            yield "role", idle or _("You may not give this role here.")
        known = User.objects.filter(username=instance.username).first()
        if known and known.name != instance.person_name:
            yield "username", _("Somebody with another name has this user name.")
        if instance.pk and instance.valid_from != instance.first_day:
            yield "valid_from", _("The first day of what was given does not change.")

    def _roles_in(self, department: Department) -> tuple[Role, ...]:
        if department.pk not in self._roles:
            self._roles[department.pk] = permissions.roles_to_give(self.by, department)
        return self._roles[department.pk]

    # --- storing ---

    def store(self, instance: Any) -> None:
        """What the domain refuses is said under the headings of the file."""
        try:
            self._store(instance)
        except ValidationError as error:
            raise ValidationError(
                {self._columns.get(k, k): v for k, v in error.message_dict.items()}
            ) from error

    @cached_property
    def _columns(self) -> dict[str, str]:
        named = {field.attribute: field.column_name for field in self.fields.values()}
        return {**named, "name": self.fields["name"].column_name, "telephone": TELEPHONE}

    def _store(self, instance: Any) -> None:
        if instance.pk:
            if instance.valid_to is None:
                raise ValidationError(
                    {"valid_to": _("Once there is a last day, it only ever comes earlier.")}
                )
            end_membership(self.by, instance, instance.valid_to, self.request, self.moment)
            return
        role, span = Role(instance.role), Span(instance.valid_from, instance.valid_to)
        known = User.objects.filter(username=instance.username).first()
        person = known or self._created(instance, role, span)
        if known:
            give_membership(self.by, known, instance.department, role, span, self.request, self.moment)
        instance.user = person
        instance.pk = person.memberships.filter(department=instance.department, role=role).latest("pk").pk

    def _created(self, instance: Any, role: Role, span: Span) -> User:
        if len(self.new_people) >= MAX_NEW_ACCOUNTS:
            told = _("A file makes at most %(most)d accounts: divide it.") % {"most": MAX_NEW_ACCOUNTS}
            raise ValidationError({"username": told})
        person = User(username=instance.username, name=instance.person_name, telephone=self._telephone)
        where, preview = instance.department, self._is_preview
        account = create_person(
            self.by, person, where, role, span, self.request, self.moment, is_preview=preview
        )
        self.new_people.append(NewPerson(instance.department, role, account))
        return person
