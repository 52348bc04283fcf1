"""Which days are worked, and at which date does a demonstration stand still?"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from langfang_policy.characters import refuse_hidden_characters


class WorkingDay(models.Model):
    """One calendar date: worked or not, after the State Council's yearly notice (调休 included)."""

    date = models.DateField(_("date"), primary_key=True)
    is_working = models.BooleanField(_("working day"))
    note = models.CharField(_("note"), max_length=60, blank=True, validators=[refuse_hidden_characters])

    class Meta:
        verbose_name = _("working day")
        verbose_name_plural = _("working days")
        ordering: ClassVar = ["date"]

    def __str__(self) -> str:
        return self.date.isoformat()


class DemoMode(models.Model):
    """The row that makes a database a demonstration, for ever, at one fixed date."""

    on = models.DateField(_("demo date"))

    class Meta:
        verbose_name = _("demo mode")
        verbose_name_plural = _("demo mode")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="demomode_is_one_row",
                condition=Q(pk=1),
                violation_error_message=_("There is only one demo date."),
            )
        ]

    def __str__(self) -> str:
        return self.on.isoformat()
