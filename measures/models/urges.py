"""Whom did the office urge (催办), how strongly, and what did the department say?

Slips are numbered within policy and year. They, their receipts and answers are only ever added:
`append_only` holds it. What was filed afterwards is read from the updates that a slip names.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from departments.models import Department, User
from measures.models.filing import ProgressUpdate
from measures.models.periods import ReportingPeriod
from measures.models.policy import Policy


class UrgeLevel(models.TextChoices):
    """Colours of a slip, in words: on the screen red means late and nothing else."""

    BLUE = "blue", _("blue slip")
    YELLOW = "yellow", _("yellow slip")
    RED = "red", _("red slip")

    @property
    def steps(self) -> int:
        """1 to 3."""
        return list(UrgeLevel).index(self) + 1

    @property
    def signs(self) -> str:
        """As many as steps: a print without colours says it too."""
        return "◆" * self.steps


class UrgeQuerySet(models.QuerySet["Urge"]):
    def with_effect(self) -> "UrgeQuerySet":
        """`asked`: how many updates it names; `filed`: how many of them were submitted since."""
        named = Urge.updates.through._default_manager.filter(urge=OuterRef("pk"))
        since = named.filter(progressupdate__first_submitted_at__gte=OuterRef("at"))
        return self.annotate(asked=_number_of(named), filed=_number_of(since))

    def for_display(self) -> "UrgeQuerySet":
        return self.select_related(
            "policy__coordinator", "period__edition", "department", "by", "receipt__by", "answer__by"
        )


def _number_of(rows: models.QuerySet[models.Model]) -> Coalesce:
    counted = rows.order_by().values("urge").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


class Urge(models.Model):
    """The office asks a department for what it has not filed in a period."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, related_name="urges", verbose_name=_("policy")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveSmallIntegerField(_("number"))
    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, related_name="urges", verbose_name=_("period")
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="urges", verbose_name=_("department urged")
    )
    level = models.CharField(_("level"), max_length=6, choices=UrgeLevel.choices)
    updates = models.ManyToManyField(ProgressUpdate, related_name="urges", verbose_name=_("not filed then"))
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("urged"))
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="urges_sent", verbose_name=_("urged by")
    )

    objects = UrgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("urging slip")
        verbose_name_plural = _("urging slips")
        ordering: ClassVar = ["-at", "-number"]
        indexes: ClassVar = [models.Index(fields=["period", "department"], name="urge_of_department")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["policy", "year", "number"],
                name="urge_number_once",
                violation_error_message=_("This number of a slip is taken."),
            ),
            models.UniqueConstraint(
                fields=["period", "department", "day"],
                name="urge_once_a_day",
                violation_error_message=_("This department was urged today already."),
            ),
            models.CheckConstraint(
                name="urge_level_is_known",
                condition=Q(level__in=UrgeLevel.values),
                violation_error_message=_("This level is not known."),
            ),
            models.CheckConstraint(
                name="urge_numbered_from_one",
                condition=Q(number__gte=1),
                violation_error_message=_("Slips are numbered from 1."),
            ),
        ]

    def __str__(self) -> str:
        return self.number_words

    @property
    def grade(self) -> UrgeLevel:
        return UrgeLevel(self.level)

    @property
    def reference(self) -> str:
        """2020-3: unique within the policy. The record names it so, in every language."""
        return f"{self.year}-{self.number}"

    @property
    def number_words(self) -> str:
        """The same as people read it, in Chinese as on paper: 2020年第3号."""
        return gettext("%(year)d-%(number)d") % {"year": self.year, "number": self.number}


class UrgeReceipt(models.Model):
    """Somebody of the department has read the slip and signed for it (签收)."""

    urge = models.OneToOneField(
        Urge, on_delete=models.PROTECT, related_name="receipt", verbose_name=_("urging slip")
    )
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="urge_receipts", verbose_name=_("signed for by")
    )
    at = models.DateTimeField(_("signed for"))

    class Meta:
        verbose_name = _("receipt of a slip")
        verbose_name_plural = _("receipts of slips")

    def __str__(self) -> str:
        return f"{self.urge} {self.by}"


class UrgeAnswer(models.Model):
    """What the department says to a slip, once."""

    urge = models.OneToOneField(
        Urge, on_delete=models.PROTECT, related_name="answer", verbose_name=_("urging slip")
    )
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="urge_answers", verbose_name=_("answered by")
    )
    at = models.DateTimeField(_("answered"))
    text = models.TextField(_("answer"))

    class Meta:
        verbose_name = _("answer to a slip")
        verbose_name_plural = _("answers to slips")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="urgeanswer_says_something",
                condition=~Q(text=""),
                violation_error_message=_("An answer needs its text."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.urge} {self.by}"
