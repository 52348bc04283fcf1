"""Which printed slips were signed on paper (报送单签字)? By whom and when, as the reviewer has noted it.

Rows are only ever added (`append_only`); a later text of the update has no signature until it gets its own.
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
    revision = models.OneToOneField(
        Revision, on_delete=models.PROTECT, related_name="signed_slip", verbose_name=_("text that was signed")
    )
    signed_by = models.CharField(_("signed by"), max_length=60)
    signed_on = models.DateField(_("signed on"))
    noted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="noted_signatures", verbose_name=_("noted by")
    )
    noted_at = models.DateTimeField(_("noted"))

    class Meta:
        verbose_name = _("signed slip")
        verbose_name_plural = _("signed slips")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="signedslip_names_who_signed",
                condition=~Q(signed_by=""),
                violation_error_message=_("Say who signed the slip."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.revision} {self.signed_by}"
