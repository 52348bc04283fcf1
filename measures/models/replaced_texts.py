"""What was saved before somebody saved other words over it? Rows are only ever added (`append_only`)."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from departments.models import User
from measures.models.filing import ProgressUpdate


class ReplacedText(models.Model):
    """A saved text that the next save of the same draft replaced: whoever loses still finds the words.

    `content` has the columns of the text, and under `values` by subject the number and what it is of.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    update = models.ForeignKey(
        ProgressUpdate,
        on_delete=models.PROTECT,
        related_name="replaced_texts",
        verbose_name=_("progress update"),
    )
    number = models.PositiveSmallIntegerField(_("number of the revision"))
    version = models.PositiveIntegerField(_("version of the update"))
    content = models.JSONField(_("content"))
    saved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="texts_replaced", verbose_name=_("saved by")
    )
    saved_at = models.DateTimeField(_("saved"))
    replaced_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="replacements", verbose_name=_("replaced by")
    )
    replaced_at = models.DateTimeField(_("replaced"))

    class Meta:
        verbose_name = _("replaced text")
        verbose_name_plural = _("replaced texts")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["update", "version"],
                name="replacedtext_once_a_version",
                violation_error_message=_("The text of this version is kept already."),
            ),
            models.CheckConstraint(
                name="replacedtext_saved_before_replaced",
                condition=Q(saved_at__lte=F("replaced_at")),
                violation_error_message=_("A text is saved before it is replaced."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.update} {self.number} {self.saved_by}"
