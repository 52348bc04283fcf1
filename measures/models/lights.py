"""Which colours and reasons can a light have, and which was stored for a measure in a period?

The rules that choose a colour and a reason are in `measures.lights`.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from departments.models import User
from measures.models.periods import ReportingPeriod
from measures.models.policy import Measure


class LightColour(models.TextChoices):
    """In the order of the legend. A colour is always shown together with its shape and word."""

    BLUE = "blue", _("blue light")
    GREY = "grey", _("grey light")
    RED = "red", _("red light")
    YELLOW = "yellow", _("yellow light")
    GREEN = "green", _("green light")

    @property
    def shape(self) -> str:
        """One character that tells the colours apart in black and white."""
        return _SHAPES[self.value]

    @property
    def word(self) -> Promise:
        """What the colour says of a measure: 已办结, 暂不评价, 滞后, 需关注, 正常推进."""
        return _WORDS[self.value]

    @property
    def severity(self) -> int:
        """0 is the lightest. Grey is darker than green, because green claims progress and grey does not."""
        return _SEVERITIES[self.value]


_SHAPES = {"blue": "✔", "grey": "○", "red": "■", "yellow": "▲", "green": "●"}
_WORDS: dict[str, Promise] = {
    "blue": _("concluded"),
    "grey": _("not rated"),
    "red": _("lagging"),
    "yellow": _("needs attention"),
    "green": _("on course"),
}
_SEVERITIES = {"blue": 0, "green": 1, "grey": 2, "yellow": 3, "red": 4}


class LightReason(models.TextChoices):
    """Why a light has its colour, in the order of the rules. `lights.reason_text` adds the figures."""

    CLOSED = "closed", _("the measure is concluded")
    CANCELLED = "cancelled", _("the measure is cancelled")
    SUSPENDED = "suspended", _("the measure is suspended")
    MISSED_RUN = "missed_run", _("the lead department missed periods running")
    COMMITMENT_OVERDUE = "commitment_overdue", _("a commitment is past its end and unmet")
    FAR_BEHIND = "far_behind", _("far behind the plan")
    STALLED = "stalled", _("self-assessed as stalled")
    MISSED_ONCE = "missed_once", _("the lead department missed a period")
    ENDING_SOON = "ending_soon", _("a commitment ends soon and is unmet")
    HALF_GONE = "half_gone", _("half of the cycle gone and nothing done")
    BEHIND = "behind", _("behind the plan")
    OPEN_MATTER = "open_matter", _("a coordination matter is open")
    SLOW = "slow", _("self-assessed as slow")
    NO_RESPONSIBLE = "no_responsible", _("the text names no responsible department")
    NO_LEAD = "no_lead", _("no department leads it at present")
    NOT_STARTED = "not_started", _("not started and not yet due")
    ROUTINE = "routine", _("has become routine")
    NOTHING_CONFIRMED = "nothing_confirmed", _("no update confirmed yet")
    TARGETS_MET = "targets_met", _("all quantified commitments are met")
    ON_COURSE = "on_course", _("going as planned")
    OVERRIDDEN = "overridden", _("set by the coordinating office")


class MeasureLight(models.Model):
    """A measure's light in a period: what the rules say, and the office's override if there is one."""

    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, related_name="lights", verbose_name=_("period")
    )
    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, related_name="lights", verbose_name=_("measure")
    )
    colour = models.CharField(_("colour"), max_length=6, choices=LightColour.choices)
    reason = models.CharField(_("reason code"), max_length=40, choices=LightReason.choices)
    parameters = models.JSONField(_("parameters of the reason"), default=dict, blank=True)
    override_colour = models.CharField(_("override"), max_length=6, choices=LightColour.choices, blank=True)
    override_reason = models.CharField(_("reason for the override"), max_length=200, blank=True)
    overridden_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="light_overrides",
        null=True,
        blank=True,
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("light of a measure")
        verbose_name_plural = _("lights of measures")
        ordering: ClassVar = ["period_id", "measure_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["period", "measure"],
                name="measurelight_once_a_period",
                violation_error_message=_("This measure already has a light in this period."),
            ),
            models.CheckConstraint(
                name="measurelight_colour_is_known",
                condition=Q(colour__in=LightColour.values) & Q(override_colour__in=["", *LightColour.values]),
                violation_error_message=_("This colour is not known."),
            ),
            models.CheckConstraint(
                name="measurelight_reason_is_known",
                condition=Q(reason__in=LightReason.values),
                violation_error_message=_("A light needs its reason."),
            ),
            models.CheckConstraint(
                name="measurelight_override_is_whole",
                condition=Q(override_colour="", override_reason="", overridden_by=None)
                | (~Q(override_colour="") & ~Q(override_reason="") & Q(overridden_by__isnull=False)),
                violation_error_message=_("An override has a colour, a reason and a name."),
            ),
        ]
        # The signer's list asks for those that were set, and there are few (docs/domain.md 6.13). The
        # overview counts all of several periods, without reading the rows.
        indexes: ClassVar = [
            models.Index(fields=["period"], condition=~Q(override_colour=""), name="measurelight_overridden"),
            models.Index(fields=["period", "override_colour", "colour"], name="measurelight_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.measure} {self.get_colour_display()}"
