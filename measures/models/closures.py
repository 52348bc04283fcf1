"""Who asked that a measure be closed (办结、销号), and who of the two who must agree has agreed?"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from departments.models import Department, Role, User
from measures.models.policy import Measure, policy_of_measure


class ClosureOutcome(models.TextChoices):
    CLOSED = "closed", _("closed")
    REFUSED = "refused", _("refused")


class Closure(models.Model):
    """One attempt to close a measure; pending until it has an outcome."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, related_name="closures", verbose_name=_("measure")
    )
    clerk = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="closures_agreed",
        null=True,
        blank=True,
        verbose_name=_("clerk who agreed"),
    )
    signer = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="closures_signed",
        null=True,
        blank=True,
        verbose_name=_("signer who agreed"),
    )
    outcome = models.CharField(_("outcome"), max_length=8, choices=ClosureOutcome.choices, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    policy = policy_of_measure()

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering: ClassVar = ["measure_id", "pk"]
        # Few are pending, and all are kept.
        indexes: ClassVar = [
            models.Index(fields=["policy", "measure"], condition=Q(outcome=""), name="closure_of_policy")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["measure"],
                condition=Q(outcome=""),
                name="closure_one_pending",
                violation_error_message=_("Closing this measure is already under way."),
            ),
            models.CheckConstraint(
                name="closure_takes_two_people",
                condition=Q(clerk=None) | Q(signer=None) | ~Q(clerk=F("signer")),
                violation_error_message=_("Clerk and signer must be two people."),
            ),
            models.CheckConstraint(
                name="closure_closed_by_both",
                condition=~Q(outcome=ClosureOutcome.CLOSED) | Q(clerk__isnull=False, signer__isnull=False),
                violation_error_message=_("A measure is closed when clerk and signer both agreed."),
            ),
            models.CheckConstraint(
                name="closure_outcome_has_time",
                condition=Q(outcome="", ended_at=None)
                | (Q(outcome__in=ClosureOutcome.values) & Q(ended_at__isnull=False)),
                violation_error_message=_("An outcome has its time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.get_outcome_display()}".rstrip()

    def agreed_as(self, role: Role) -> User | None:
        """Who agreed in this role of the two, each of which has its column."""
        person: User | None = getattr(self, role.value)
        return person


class ClosureRequest(models.Model):
    """A lead asks that the measure be closed; where leads are separate, each of them must ask."""

    closure = models.ForeignKey(
        Closure, on_delete=models.PROTECT, related_name="requests", verbose_name=_("closure")
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="closure_requests", verbose_name=_("department")
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="closure_requests", verbose_name=_("asked by")
    )
    basis = models.CharField(_("basis"), max_length=200)
    asked_at = models.DateTimeField(_("asked"))

    class Meta:
        verbose_name = _("request for closure")
        verbose_name_plural = _("requests for closure")
        ordering: ClassVar = ["closure_id", "asked_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["closure", "department"],
                name="closurerequest_once",
                violation_error_message=_("This department has already asked."),
            ),
            models.CheckConstraint(
                name="closurerequest_has_basis",
                condition=~Q(basis=""),
                violation_error_message=_("Say on what the request rests."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.closure} {self.department}"
