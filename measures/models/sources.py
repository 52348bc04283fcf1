"""Which inputs of the others does the text of a convenor rest on? Kept beside the text, and only ever added.

The words themselves are typed text like any other; `append_only` keeps these rows as they were written.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import User
from measures.models.filing import ProgressUpdate, Revision


class InputUse(models.TextChoices):
    """What the convenor did with a text of somebody else."""

    INSERTED = "inserted", _("inserted with its source")
    SEEN = "seen", _("change seen")


class UsedInput(models.Model):
    """A revision of an input that was put into a field of the convenor's text, or seen after it had changed.

    The latest row of an input and a field is what the convenor knows of it; whatever differs from that has
    changed since (docs/domain.md 4.30).
    """

    update = models.ForeignKey(
        ProgressUpdate,
        on_delete=models.PROTECT,
        related_name="used_inputs",
        verbose_name=_("update of the convenor"),
    )
    source = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="uses", verbose_name=_("text of the source")
    )
    field = models.CharField(_("field"), max_length=20)
    use = models.CharField(_("used how"), max_length=8, choices=InputUse.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="used_inputs", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("used input")
        verbose_name_plural = _("used inputs")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="usedinput_use_is_known",
                condition=Q(use__in=InputUse.values),
                violation_error_message=_("An input is inserted, or its change is seen."),
            ),
            models.CheckConstraint(
                name="usedinput_names_its_field",
                condition=~Q(field=""),
                violation_error_message=_("An input is used in a field."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.update} ← {self.source}"
