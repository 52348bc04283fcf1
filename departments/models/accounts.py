"""What is kept of an account? Its sessions, its earlier passwords, the record of what became of it.

The record is only ever added to; `append_only` keeps it so in the database itself.
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from departments.models.people import User
from departments.sessions import SessionStore

KEPT_FOR: Final = timedelta(days=365)


class Session(AbstractBaseSession):
    """A sign-in that lasts. What the person is told of it is copied from its data at each saving."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="sessions", verbose_name=_("person")
    )
    address = models.CharField(_("network address"), max_length=45, blank=True, editable=False)
    device = models.CharField(_("device"), max_length=80, blank=True, editable=False)
    since = models.DateTimeField(_("signed in at"), null=True)
    last_seen = models.DateTimeField(_("last seen"), null=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    @classmethod
    def get_session_store_class(cls) -> type[Any]:
        return SessionStore


class PasswordRecord(models.Model):
    """A password that somebody had, hashed: it may not come back too soon, and it may grow too old."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="password_records", verbose_name=_("person")
    )
    password = models.CharField(_("password"), max_length=128, editable=False)
    set_at = models.DateTimeField(_("set at"), default=timezone.now)

    class Meta:
        verbose_name = _("earlier password")
        verbose_name_plural = _("earlier passwords")
        ordering: ClassVar = ["-set_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user} {timezone.localtime(self.set_at):%Y-%m-%d}"


class AccountAct(models.TextChoices):
    SIGN_IN = "sign_in", _("signed in")
    SIGN_OUT = "sign_out", _("signed out")
    SIGN_IN_FAILED = "sign_in_failed", _("sign-in failed")
    CODE_FAILED = "code_failed", _("wrong code of the second factor")
    PASSWORD_CHANGED = "password_changed", _("changed the password")
    PASSWORD_RESET = "password_reset", _("was given a new password")
    SESSIONS_ENDED = "sessions_ended", _("ended the other sign-ins")
    SECOND_FACTOR_SET = "second_factor_set", _("set up the second factor")
    SECOND_FACTOR_REMOVED = "second_factor_removed", _("second factor removed")
    ACCOUNT_CHANGED = "account_changed", _("account changed")
    ROLE_CHANGED = "role_changed", _("role changed")


# They come by the thousand: after a year they go. What became of passwords, accounts and roles stays.
PASSING_ACTS: Final = (
    AccountAct.SIGN_IN,
    AccountAct.SIGN_OUT,
    AccountAct.SIGN_IN_FAILED,
    AccountAct.CODE_FAILED,
)


class AccountEventQuerySet(models.QuerySet["AccountEvent"]):
    def outdated(self, at: datetime) -> "AccountEventQuerySet":
        """What may go at that instant; the database refuses to delete anything else."""
        return self.filter(act__in=PASSING_ACTS, at__lt=at - KEPT_FOR)


class AccountEvent(models.Model):
    """One thing that happened to an account: who, when, from where; by whom, if by somebody else."""

    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)
    act = models.CharField(_("act"), max_length=24, choices=AccountAct.choices)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="account_events", verbose_name=_("person")
    )
    username = models.CharField(_("user name"), max_length=150, editable=False)
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("done by")
    )
    address = models.CharField(_("network address"), max_length=45, blank=True, editable=False)
    device = models.CharField(_("device"), max_length=80, blank=True, editable=False)
    details = models.CharField(_("details"), max_length=200, blank=True, editable=False)

    objects = AccountEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("account event")
        verbose_name_plural = _("account events")
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="accountevent_act_is_known",
                condition=Q(act__in=AccountAct.values),
                violation_error_message=_("This act is not known."),
            ),
            models.CheckConstraint(
                name="accountevent_names_an_account",
                condition=Q(user__isnull=False) | Q(act=AccountAct.SIGN_IN_FAILED),
                violation_error_message=_("Only a failed sign-in may name nobody."),
            ),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M} {self.username} {self.get_act_display()}"
