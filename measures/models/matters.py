"""What do others have to settle? Matters that a text raises, until the office answers them."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import Department, User
from measures.models.filing import Revision
from measures.models.policy import Measure, policy_of_measure


class CoordinationMatterQuerySet(models.QuerySet["CoordinationMatter"]):
    def open(self) -> "CoordinationMatterQuerySet":
        return self.filter(resolved_at=None)


class CoordinationMatter(models.Model):
    """Something that others must settle; it stays open across periods until the clerk answers it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, related_name="matters", verbose_name=_("measure")
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="matters", verbose_name=_("raised by")
    )
    raised_in = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="matters", verbose_name=_("raised in")
    )
    raised_on = models.DateField(_("raised on"))
    text = models.TextField(_("matter"))
    resolved_at = models.DateTimeField(_("settled"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="resolved_matters",
        null=True,
        blank=True,
        verbose_name=_("settled by"),
    )
    answer = models.TextField(_("answer"), blank=True)
    policy = policy_of_measure()

    objects = CoordinationMatterQuerySet.as_manager()

    class Meta:
        verbose_name = _("matter that needs coordination")
        verbose_name_plural = _("matters that need coordination")
        ordering: ClassVar = ["raised_on", "pk"]
        # Few are open, and all are kept.
        indexes: ClassVar = [
            models.Index(fields=["measure"], condition=Q(resolved_at=None), name="coordinationmatter_open"),
            models.Index(
                fields=["policy"], condition=Q(resolved_at=None), name="coordinationmatter_of_policy"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="coordinationmatter_text_not_empty",
                condition=~Q(text=""),
                violation_error_message=_("A matter needs its text."),
            ),
            models.CheckConstraint(
                name="coordinationmatter_settled_with_answer",
                condition=Q(resolved_at=None, resolved_by=None, answer="")
                | (Q(resolved_at__isnull=False, resolved_by__isnull=False) & ~Q(answer="")),
                violation_error_message=_("A settled matter has an answer, a name and a time."),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:30]
