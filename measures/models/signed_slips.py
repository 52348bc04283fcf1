"""Which printed slips were signed on paper (报送单签字)? By whom and when, as the reviewer has noted it.

Rows are only ever added (`append_only`); a later text of the update has no signature until it gets its own.
A note that was wrong is corrected by the next one of the same text, with a reason: the last one counts.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import User
from measures.models.filing import Revision


class SignedSlip(models.Model):
    """The paper with this very text was signed by hand; `uuid` is what a scan of it refers to."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    revision = models.ForeignKey(
        Revision,
        on_delete=models.PROTECT,
        related_name="signed_slips",
        verbose_name=_("text that was signed"),
    )
    number = models.PositiveSmallIntegerField(_("note number"), default=1)
    signed_by = models.CharField(_("signed by"), max_length=60)
    signed_on = models.DateField(_("signed on"))
    noted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="noted_signatures", verbose_name=_("noted by")
    )
    noted_at = models.DateTimeField(_("noted"))
    # Why the note before it was wrong.
    reason = models.CharField(_("reason for correcting the note"), max_length=600, blank=True)

    class Meta:
        verbose_name = _("signed slip")
        verbose_name_plural = _("signed slips")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="signedslip_names_who_signed",
                condition=~Q(signed_by=""),
                violation_error_message=_("Say who signed the slip."),
            ),
            models.UniqueConstraint(
                fields=["revision", "number"],
                name="signedslip_note_once",
                violation_error_message=_("The signature of this text is noted already."),
            ),
            models.CheckConstraint(
                name="signedslip_corrected_with_reason",
                condition=Q(number=1, reason="") | (Q(number__gt=1) & ~Q(reason="")),
                violation_error_message=_("Whoever corrects a noted signature says why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision} {self.signed_by}"
