"""Who signs in, and which roles does each person hold in which department, from when to when?"""

import uuid
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from departments.models.departments import Department
from departments.models.versions import KeptVersions
from langfang_policy.characters import refuse_hidden_characters


class Language(models.TextChoices):
    CHINESE = "zh-hans", "简体中文"
    ENGLISH = "en", "English"


class User(AbstractUser):
    """A person who signs in. Deactivated, never deleted: events name them."""

    first_name = None  # type: ignore[assignment]  # Chinese names are one field
    last_name = None  # type: ignore[assignment]  # Chinese names are one field
    username = models.CharField(
        _("user name"),
        max_length=150,
        unique=True,
        help_text=_("At most 150 letters, digits and @ . + - _ ; it is typed at every sign-in."),
        validators=[UnicodeUsernameValidator(), refuse_hidden_characters],
        error_messages={"unique": _("Somebody already has this user name.")},
    )
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(
        pgettext_lazy("of a person", "name"), max_length=40, validators=[refuse_hidden_characters]
    )
    telephone = models.CharField(
        _("telephone"), max_length=40, blank=True, validators=[refuse_hidden_characters]
    )
    language = models.CharField(_("language"), max_length=10, choices=Language.choices, blank=True)
    must_change_password = models.BooleanField(
        _("must change the password"),
        default=False,
        help_text=_("Set for a first password and after a reset by the administrator."),
    )

    # When somebody signed in or took a new password stands in the record of account events.
    history = KeptVersions(excluded_fields=["password", "last_login", "email"])

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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A sign-in alone makes no version of the person; a first password goes on record with its person."""
        is_new, fields = self._state.adding, kwargs.get("update_fields")
        is_sign_in = fields is not None and set(fields) <= {"last_login", "password"}
        if is_sign_in:
            self.skip_history_when_saving = True  # read by simple_history
        super().save(*args, **kwargs)
        if is_sign_in:
            del self.skip_history_when_saving
        if is_new and self.has_usable_password() and not self.password_records.exists():
            self.password_records.create(password=self.password)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Role(models.TextChoices):
    # The first two count in any department, clerk and signer in the one that coordinates a policy.
    REPORTER = "reporter", _("reporter")
    REVIEWER = "reviewer", _("reviewer")
    CLERK = "clerk", _("clerk")
    SIGNER = "signer", _("signer")
    LEADER = "leader", _("leader")
    AUDITOR = "auditor", _("auditor")


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
    stands_in_for = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="deputies",
        null=True,
        blank=True,
        verbose_name=_("stands in for"),
        help_text=_("A deputy reviews for somebody else, for some days."),
    )

    objects = MembershipQuerySet.as_manager()
    history = KeptVersions()

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
            models.CheckConstraint(
                name="membership_deputy_reviews_for_some_days",
                condition=Q(stands_in_for=None) | Q(role=Role.REVIEWER, valid_to__isnull=False),
                violation_error_message=_("A deputy reviews, and to a last day."),
            ),
            models.CheckConstraint(
                name="membership_deputy_is_another",
                condition=Q(stands_in_for=None) | ~Q(stands_in_for=F("user")),
                violation_error_message=_("Nobody stands in for themselves."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.get_role_display()} {self.user}"
