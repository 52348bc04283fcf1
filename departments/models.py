"""Who takes part: departments under all their names, people, the roles they hold, working days.

Knows nothing of policies or measures.
"""

import uuid
from datetime import date
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords


class DepartmentKind(models.TextChoices):
    GOVERNMENT = "government", _("government department")
    PARTY = "party", _("party department")
    CONGRESS = "congress", _("people's congress")
    CPPCC = "cppcc", _("people's political consultative conference")
    MASS_ORGANISATION = "mass_organisation", _("mass organisation")


class DepartmentQuerySet(models.QuerySet["Department"]):
    def named(self, name: str) -> "Department":
        """The department that a text calls `name`: its own name or an alias.

        Raises Department.DoesNotExist.
        """
        return self.filter(Q(name=name) | Q(aliases__name=name)).distinct().get()

    def get_by_natural_key(self, slug: str) -> "Department":
        return self.get(slug=slug)


class Department(models.Model):
    """A body that a clause can bind. `name` is the wording of the clauses."""

    slug = models.SlugField(_("short code"), max_length=20, unique=True)
    name = models.CharField(_("name in the clauses"), max_length=60, unique=True)
    short_name = models.CharField(_("short name"), max_length=20, unique=True)
    full_name = models.CharField(_("full name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=DepartmentKind.choices)
    position = models.PositiveSmallIntegerField(_("protocol order"), default=0)
    contact = models.CharField(_("contact person"), max_length=40, blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    rankable = models.BooleanField(
        _("may be ranked"), default=False, help_text=_("Only government departments are ever ranked.")
    )
    allow_self_review = models.BooleanField(
        _("may review its own text"),
        default=False,
        help_text=_("For departments with one person only; the record then says: reviewed by the writer."),
    )

    objects = DepartmentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering: ClassVar = ["position", "slug"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="department_name_not_empty",
                condition=~Q(name="") & ~Q(short_name="") & ~Q(full_name=""),
                violation_error_message=_("A department needs its name, short name and full name."),
            ),
            models.CheckConstraint(
                name="department_kind_is_known",
                condition=Q(kind__in=DepartmentKind.values),
                violation_error_message=_("This kind of department is not known."),
            ),
            models.CheckConstraint(
                name="department_only_government_is_ranked",
                condition=Q(rankable=False) | Q(kind="government"),
                violation_error_message=_("Only government departments may be ranked."),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    def natural_key(self) -> tuple[str]:
        return (self.slug,)


class DepartmentAliasManager(models.Manager["DepartmentAlias"]):
    def get_by_natural_key(self, name: str) -> "DepartmentAlias":
        return self.get(name=name)


class DepartmentAlias(models.Model):
    """Another name under which texts mention a department."""

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("department")
    )
    name = models.CharField(_("alias"), max_length=80, unique=True)

    objects = DepartmentAliasManager()

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering: ClassVar = ["department__position", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="departmentalias_name_not_empty",
                condition=~Q(name=""),
                violation_error_message=_("An alias cannot be empty."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.name,)


class Succession(models.Model):
    """From a date on, `successor` performs what clauses lay on `predecessor`. The clause stays as it is."""

    predecessor = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="successions", verbose_name=_("named in the text")
    )
    successor = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="inheritances", verbose_name=_("performs today")
    )
    valid_from = models.DateField(_("from"))
    basis = models.CharField(_("basis"), max_length=200)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering: ClassVar = ["valid_from", "predecessor__position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="succession_once",
                violation_error_message=_("This succession is already recorded."),
            ),
            models.CheckConstraint(
                name="succession_not_to_itself",
                condition=~Q(predecessor=F("successor")),
                violation_error_message=_("A department cannot succeed itself."),
            ),
            models.CheckConstraint(
                name="succession_has_basis",
                condition=~Q(basis=""),
                violation_error_message=_("Say on what document the succession rests."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class Language(models.TextChoices):
    CHINESE = "zh-hans", "简体中文"
    ENGLISH = "en", "English"


class User(AbstractUser):
    """A person who signs in. Deactivated, never deleted: events name them."""

    first_name = None  # type: ignore[assignment]  # Chinese names are one field
    last_name = None  # type: ignore[assignment]  # Chinese names are one field
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=40)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=Language.choices, blank=True)
    must_change_password = models.BooleanField(
        _("must change the password"),
        default=False,
        help_text=_("Set for a first password and after a reset by the administrator."),
    )

    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering: ClassVar = ["username"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="user_name_not_empty",
                condition=~Q(name=""),
                violation_error_message=_("Enter the person's name."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Role(models.TextChoices):
    REPORTER = "reporter", _("reporter")
    REVIEWER = "reviewer", _("reviewer")
    CLERK = "clerk", _("clerk")
    SIGNER = "signer", _("signer")
    LEADER = "leader", _("leader")
    AUDITOR = "auditor", _("auditor")


# These count only in the department that coordinates the policy in question.
OFFICE_ROLES = frozenset({Role.CLERK, Role.SIGNER, Role.LEADER, Role.AUDITOR})


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self, on: date) -> "MembershipQuerySet":
        """Memberships of active people that hold on that day, both ends included."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on, user__is_active=True)


class Membership(models.Model):
    """A role that a person holds in a department for a time."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("department")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to (included)"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering: ClassVar = ["department__position", "role", "user__username"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "department", "role"],
                condition=Q(valid_to=None),
                name="membership_held_once",
                violation_error_message=_("This person already holds this role here."),
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.CheckConstraint(
                name="membership_role_is_known",
                condition=Q(role__in=Role.values),
                violation_error_message=_("This role is not known."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.get_role_display()} {self.user}"


class WorkingDay(models.Model):
    """One calendar date: worked or not, after the State Council's yearly notice (调休 included)."""

    date = models.DateField(_("date"), primary_key=True)
    is_working = models.BooleanField(_("working day"))
    note = models.CharField(_("note"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("working day")
        verbose_name_plural = _("working days")
        ordering: ClassVar = ["date"]

    def __str__(self) -> str:
        return self.date.isoformat()


class DemoMode(models.Model):
    """The row that makes a database a demonstration, for ever, at one fixed date."""

    on = models.DateField(_("demo date"))

    class Meta:
        verbose_name = _("demo mode")
        verbose_name_plural = _("demo mode")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="demomode_is_one_row",
                condition=Q(pk=1),
                violation_error_message=_("There is only one demo date."),
            )
        ]

    def __str__(self) -> str:
        return self.on.isoformat()
