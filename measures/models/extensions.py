"""Which later dates were asked for, and which dates did a period have before the office moved them?"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from departments.models import User
from measures.models.filing import ProgressUpdate, UpdateState
from measures.models.periods import PeriodState, ReportingPeriod


class ExtensionOutcome(models.TextChoices):
    GRANTED = "granted", _("granted")
    REFUSED = "refused", _("not granted")


class ExtensionQuerySet(models.QuerySet["Extension"]):
    def pending(self, updates: "models.QuerySet[ProgressUpdate] | None" = None) -> "ExtensionQuerySet":
        """Asked for, not decided, and still of use: the update is owed and was never submitted.

        Among these updates where some are named. They are looked up one by one and not joined: there are few
        that somebody asked about, and thousands that are owed.
        """
        rows = ProgressUpdate.objects.all() if updates is None else updates
        owed = rows.filter(pk=OuterRef("update"), first_submitted_at=None, period__state=PeriodState.OPEN)
        return self.filter(Exists(owed.exclude(state=UpdateState.WAIVED)), outcome="")


def asked_until() -> Subquery:
    """Of an update in a query: the day that was asked for and that the office has not answered."""
    asked = Extension.objects.pending().filter(update=OuterRef("pk"))
    return Subquery(asked.values("new_due_on")[:1])


class Extension(models.Model):
    """A department asks for a later date of one update; the office grants it or does not."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    update = models.ForeignKey(
        ProgressUpdate,
        on_delete=models.PROTECT,
        related_name="extensions",
        verbose_name=_("progress update"),
    )
    due_on = models.DateField(_("due when it was asked for (included)"))
    new_due_on = models.DateField(_("later date asked for (included)"))
    reason = models.CharField(_("reason"), max_length=200)
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="extensions_asked", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=ExtensionOutcome.choices, blank=True)
    answer = models.CharField(_("answer"), max_length=200, blank=True)
    decided_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="extensions_decided",
        null=True,
        blank=True,
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["update"],
                condition=Q(outcome=""),
                name="extension_one_pending",
                violation_error_message=_("A later date is asked for already; the office has not decided."),
            ),
            models.CheckConstraint(
                name="extension_is_later",
                condition=Q(new_due_on__gt=F("due_on")),
                violation_error_message=_("Ask for a day after the present date."),
            ),
            models.CheckConstraint(
                name="extension_has_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Say why a later date is needed."),
            ),
            models.CheckConstraint(
                name="extension_outcome_has_person_and_time",
                condition=Q(outcome="", decided_by=None, decided_at=None, answer="")
                | Q(outcome__in=ExtensionOutcome.values, decided_by__isnull=False, decided_at__isnull=False),
                violation_error_message=_("A decision has a person and a time."),
            ),
            models.CheckConstraint(
                name="extension_refused_with_answer",
                condition=~Q(outcome=ExtensionOutcome.REFUSED) | ~Q(answer=""),
                violation_error_message=_("Whoever does not grant a later date says why."),
            ),
            models.CheckConstraint(
                name="extension_decided_by_another_person",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                violation_error_message=_("Whoever asked for a later date does not decide on it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.update} {self.new_due_on}"


class FormerDates(models.Model):
    """The four dates of an open period as they were until the office moved them, and why it did."""

    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, related_name="former_dates", verbose_name=_("period")
    )
    participant_due_on = models.DateField(_("participants and co-leads due (included)"))
    lead_due_on = models.DateField(_("convenors and separate leads due (included)"))
    check_due_on = models.DateField(_("office's check due (included)"))
    grace_ends_on = models.DateField(_("end of grace (included)"))
    reason = models.CharField(_("reason"), max_length=200)
    changed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="dates_changed", verbose_name=_("changed by")
    )
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("former dates of a period")
        verbose_name_plural = _("former dates of periods")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="formerdates_have_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Say why the dates are changed."),
            ),
            models.CheckConstraint(
                name="formerdates_in_order",
                condition=Q(participant_due_on__lte=F("lead_due_on"))
                & Q(lead_due_on__lte=F("check_due_on"))
                & Q(check_due_on__lte=F("grace_ends_on")),
                violation_error_message=_(
                    "The dates must follow each other: participants, leads, check, grace."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.lead_due_on}"
