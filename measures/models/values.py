"""Which values does a text state, of what the policy promises in numbers?"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from measures.models.commitments import CommitmentSubject
from measures.models.filing import Revision


class CommitmentValue(models.Model):
    """The value of a subject in the present cycle, as this revision states it (docs/domain.md 1.11)."""

    # What is to be reached, where a page has loaded it: see `pages.planned_values`.
    loaded_plan: Any = None

    revision = models.ForeignKey(
        Revision, on_delete=models.CASCADE, related_name="values", verbose_name=_("revision")
    )
    subject = models.ForeignKey(
        CommitmentSubject, on_delete=models.PROTECT, related_name="values", verbose_name=_("subject")
    )
    number = models.DecimalField(_("value"), max_digits=12, decimal_places=2)
    out_of = models.DecimalField(_("out of"), max_digits=12, decimal_places=2, null=True, blank=True)
    # Of a value that is lower than the one before it in its cycle (docs/domain.md 4.28). `fell_from` is set
    # when the text is submitted, so that the row says it whatever is corrected later; of a share with what it
    # was a part of then.
    decrease_reason = models.CharField(_("why it is lower"), max_length=200, blank=True)
    fell_from = models.DecimalField(_("fell from"), max_digits=12, decimal_places=2, null=True, blank=True)
    fell_from_out_of = models.DecimalField(
        _("fell from, out of"), max_digits=12, decimal_places=2, null=True, blank=True
    )

    class Meta:
        verbose_name = _("value of a commitment")
        verbose_name_plural = _("values of commitments")
        ordering: ClassVar = ["revision_id", "subject_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["revision", "subject"],
                name="commitmentvalue_once",
                violation_error_message=_("This value is already entered."),
            ),
            models.CheckConstraint(
                name="commitmentvalue_not_negative",
                condition=Q(number__gte=0),
                violation_error_message=_("A value cannot be negative."),
            ),
            models.CheckConstraint(
                name="commitmentvalue_part_of_whole",
                condition=Q(out_of=None) | Q(out_of__gt=0, number__lte=F("out_of")),
                violation_error_message=_("The part cannot be larger than the whole."),
            ),
            models.CheckConstraint(
                name="commitmentvalue_fell_with_reason",
                condition=Q(fell_from=None) | (Q(fell_from__gt=F("number")) & ~Q(decrease_reason="")),
                violation_error_message=_("A value that fell says from what and why."),
            ),
            models.CheckConstraint(
                name="commitmentvalue_fell_from_part_of_whole",
                condition=Q(fell_from_out_of=None)
                | Q(fell_from__isnull=False, fell_from_out_of__gt=0, fell_from__lte=F("fell_from_out_of")),
                violation_error_message=_("What a share fell from is a part of a whole too."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.number}"
