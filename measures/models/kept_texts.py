"""Which texts are kept beside the revisions? What was typed and not saved, and what was saved over.

Of the second kind rows are only ever added (`append_only`).
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from departments.models import User
from measures.models.filing import ProgressUpdate

SET_ASIDE = "set-aside"  # as the page of a held text: its writer has stored another text over it


class HeldText(models.Model):
    """What somebody typed and has not saved: autosaved, or arrived after the session had ended.

    Neither a revision nor an event, and read by nobody else. What is autosaved carries the id of the `page`
    that it was typed on and stays until it is saved or thrown away; the other is kept two hours. What was set
    aside (`pages.set_aside`) stands in no form, but beside it.
    """

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="held_texts", verbose_name=_("person")
    )
    update = models.ForeignKey(
        ProgressUpdate, on_delete=models.CASCADE, related_name="held_texts", verbose_name=_("progress update")
    )
    fields = models.JSONField(_("fields"))
    page = models.CharField(_("typed on page"), max_length=32, blank=True)
    kept_at = models.DateTimeField(_("kept"))
    # Of a text that was handed over: who typed it before, so that they stay contributors when it is saved.
    typed_by = models.ManyToManyField(
        User, related_name="texts_handed_over", blank=True, verbose_name=_("typed by")
    )

    class Meta:
        verbose_name = _("held text")
        verbose_name_plural = _("held texts")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "update"],
                condition=Q(page=""),
                name="heldtext_one_each",
                violation_error_message=_("There is already a held text."),
            ),
            models.UniqueConstraint(
                fields=["user", "update"],
                condition=~Q(page=""),
                name="heldtext_one_autosave",
                violation_error_message=_("There is already an autosaved text."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.kept_at}"


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
