"""What does the text promise that can be counted or dated, for whom, and by when?"""

from decimal import Decimal
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from departments.models import Department
from departments.models.versions import KeptVersions
from langfang_policy.characters import refuse_hidden_characters
from measures.models.policy import Measure


class CommitmentKind(models.TextChoices):
    NUMBER = "number", pgettext_lazy("commitment", "number")
    RECURRING = "recurring", _("recurring duty")
    COMPARISON = "comparison", _("comparison")
    DELIVERABLE = "deliverable", _("deliverable")


class CommitmentCycle(models.TextChoices):
    ONCE = "once", _("once")
    YEARLY = "yearly", _("every year")


class AnswerKind(models.TextChoices):
    NUMBER = "number", _("a number")
    YES_NO = "yes_no", _("yes or no")
    SHARE = "share", _("so many of so many")


class Commitment(models.Model):
    """Something the text promises that can be counted or dated (docs/domain.md 1.9)."""

    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, related_name="commitments", verbose_name=_("measure")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=12, choices=CommitmentKind.choices)
    label = models.CharField(_("short name"), max_length=60, validators=[refuse_hidden_characters])
    wording = models.CharField(
        _("wording in the text"), max_length=200, validators=[refuse_hidden_characters]
    )
    binding = models.BooleanField(_("binding"), default=True)
    answer = models.CharField(_("entered as"), max_length=8, choices=AnswerKind.choices)
    unit = models.CharField(_("unit"), max_length=20, blank=True, validators=[refuse_hidden_characters])
    floor = models.DecimalField(_("at least"), max_digits=12, decimal_places=2, null=True, blank=True)
    ceiling = models.DecimalField(_("at most"), max_digits=12, decimal_places=2, null=True, blank=True)
    cycle = models.CharField(_("cycle"), max_length=8, choices=CommitmentCycle.choices)
    starts_on = models.DateField(_("start"), null=True, blank=True)
    ends_on = models.DateField(_("end (included)"), null=True, blank=True)
    entered_by = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        related_name="entered_commitments",
        null=True,
        blank=True,
        verbose_name=_("entered by"),
        help_text=_("Empty: the convenor; each lead where leads are separate."),
    )

    history = KeptVersions()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering: ClassVar = ["measure_id", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["measure", "position"],
                name="commitment_position_once",
                violation_error_message=_("This position is taken."),
            ),
            models.CheckConstraint(
                name="commitment_wording_not_empty",
                condition=~Q(wording="") & ~Q(label=""),
                violation_error_message=_("A commitment quotes the text and has a short name."),
            ),
            models.CheckConstraint(
                name="commitment_kind_is_known",
                condition=Q(kind__in=CommitmentKind.values)
                & Q(answer__in=AnswerKind.values)
                & Q(cycle__in=CommitmentCycle.values),
                violation_error_message=_("This kind, answer or cycle is not known."),
            ),
            models.CheckConstraint(
                name="commitment_floor_below_ceiling",
                condition=Q(floor=None) | Q(ceiling=None) | Q(ceiling__gte=F("floor")),
                violation_error_message=_("The ceiling lies below the floor."),
            ),
            models.CheckConstraint(
                name="commitment_ends_after_it_begins",
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The end lies before the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """It is shown as the text's own words, so it must be those, character for character."""
        if self.measure_id and self.wording not in self.measure.text:
            raise ValidationError(
                {"wording": _("The text of the measure does not hold these words. Copy them from it.")}
            )

    @property
    def target(self) -> Decimal:
        """What one subject must reach: the floor, or 1 where the text sets none."""
        return self.floor if self.floor is not None else Decimal(1)

    def is_met_by(self, number: Decimal) -> bool:
        """One subject reaches the target; where the text only limits from above, stays within the limit."""
        if self.floor is None and self.ceiling is not None:
            return number <= self.ceiling
        return number >= self.target


class InterimTarget(models.Model):
    """What the office plans to have reached by a day. The program never makes a plan of its own."""

    commitment = models.ForeignKey(
        Commitment, on_delete=models.CASCADE, related_name="interim_targets", verbose_name=_("commitment")
    )
    on = models.DateField(_("on"))
    target = models.DecimalField(_("target"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("interim target")
        verbose_name_plural = _("interim targets")
        ordering: ClassVar = ["commitment_id", "on"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["commitment", "on"],
                name="interimtarget_once_a_day",
                violation_error_message=_("There is already a target for this day."),
            ),
            models.CheckConstraint(
                name="interimtarget_not_negative",
                condition=Q(target__gte=0),
                violation_error_message=_("A target cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on.isoformat()} {self.target}"


class CommitmentSubject(models.Model):
    """A place, occasion or group for which a commitment is counted. Without a name it is the whole."""

    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, related_name="subjects", verbose_name=_("commitment")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=60, blank=True, validators=[refuse_hidden_characters])

    class Meta:
        verbose_name = _("subject of a commitment")
        verbose_name_plural = _("subjects of commitments")
        ordering: ClassVar = ["commitment_id", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["commitment", "name"],
                name="commitmentsubject_name_once",
                violation_error_message=_("This subject is already listed."),
            ),
            models.UniqueConstraint(
                fields=["commitment", "position"],
                name="commitmentsubject_position_once",
                violation_error_message=_("This position is taken."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.commitment)
