"""How did the light of a measure change within a period, on which day, and what brought it? Only ever added.

What a light is now stands in `lights.MeasureLight` and in the kept figures; `summaries.light_changes` writes
the rows here (docs/domain.md 6.18).
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from measures.models.events import Event
from measures.models.lights import LightColour, LightReason
from measures.models.periods import ReportingPeriod
from measures.models.policy import Measure


class LightCause(models.TextChoices):
    """What brought a light. An act has its event; of the others the day is all that there is to say."""

    FIRST = "first", _("first light of the period")
    ACT = "act", _("an act")
    DAY = "day", _("the day")
    ANEW = "anew", _("what it rests on was changed")


class LightChange(models.Model):
    """From `day` on the light was this one: what the rules say, and the office's override beside it.

    `number` counts the lights of a measure in a period from 1, which is the first and no change. The time of
    an act is that of its event; `kept_at` is when the row was written.
    """

    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, related_name="light_changes", verbose_name=_("period")
    )
    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, related_name="light_changes", verbose_name=_("measure")
    )
    number = models.PositiveIntegerField(_("number of the light"))
    colour = models.CharField(_("colour"), max_length=6, choices=LightColour.choices)
    reason = models.CharField(_("reason code"), max_length=40, choices=LightReason.choices)
    parameters = models.JSONField(_("parameters of the reason"), default=dict, blank=True)
    override_colour = models.CharField(_("override"), max_length=6, choices=LightColour.choices, blank=True)
    override_reason = models.CharField(_("reason for the override"), max_length=200, blank=True)
    day = models.DateField(_("day"))
    kept_at = models.DateTimeField(_("kept at"), auto_now_add=True)
    cause = models.CharField(_("brought by"), max_length=5, choices=LightCause.choices)
    event = models.ForeignKey(
        Event,
        on_delete=models.PROTECT,
        related_name="light_changes",
        null=True,
        blank=True,
        verbose_name=_("event"),
    )

    class Meta:
        verbose_name = _("change of a light")
        verbose_name_plural = _("changes of lights")
        ordering: ClassVar = ["period_id", "measure_id", "number"]
        constraints: ClassVar = [
            # Two who write at once have seen the same last one: the second is refused.
            models.UniqueConstraint(
                fields=["period", "measure", "number"],
                name="lightchange_follows_one",
                violation_error_message=_("Another light follows that one already."),
            ),
            models.CheckConstraint(
                name="lightchange_colour_is_known",
                condition=Q(colour__in=LightColour.values) & Q(override_colour__in=["", *LightColour.values]),
                violation_error_message=_("This colour is not known."),
            ),
            models.CheckConstraint(
                name="lightchange_reason_is_known",
                condition=Q(reason__in=LightReason.values) & ~Q(reason=LightReason.OVERRIDDEN),
                violation_error_message=_("A light needs its reason."),
            ),
            models.CheckConstraint(
                name="lightchange_override_is_whole",
                condition=Q(override_colour="", override_reason="")
                | (~Q(override_colour="") & ~Q(override_reason="")),
                violation_error_message=_("An override has a colour and a reason."),
            ),
            models.CheckConstraint(
                name="lightchange_first_is_no_change",
                condition=Q(number=1, cause=LightCause.FIRST)
                | (Q(number__gt=1) & Q(cause__in=[LightCause.ACT, LightCause.DAY, LightCause.ANEW])),
                violation_error_message=_(
                    "The first light of a period is no change, and every other one is."
                ),
            ),
            models.CheckConstraint(
                name="lightchange_act_has_its_event",
                condition=Q(cause=LightCause.ACT, event__isnull=False)
                | (~Q(cause=LightCause.ACT) & Q(event=None)),
                violation_error_message=_("A light has an event exactly if an act brought it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.measure} {self.number} {self.get_colour_display()}"
