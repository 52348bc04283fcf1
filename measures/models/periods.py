"""When is reported, by which dates, and from which snapshot is a closed period read?"""

import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from measures.cadence import CODE, CalendarPeriod
from measures.models.fingerprints import SHA256
from measures.models.overlap import NoOverlap
from measures.models.policy import Edition, Policy


class PeriodState(models.TextChoices):
    PLANNED = "planned", _("planned")
    OPEN = "open", _("open")
    CLOSED = "closed", pgettext_lazy("period", "closed")
    ARCHIVED = "archived", _("archived")


# The numbers of these no longer change; they are read from the snapshot.
FROZEN_PERIODS = frozenset({PeriodState.CLOSED, PeriodState.ARCHIVED})


def official_period_name(code: str) -> str:
    """2020年第二季度 whatever the language of the screen: what documents print and snapshots store."""
    return CalendarPeriod.of(code).official_name


def period_name(code: str) -> str:
    """2020年第二季度, in English 2020 Q2."""
    return CalendarPeriod.of(code).name


class ReportingPeriod(models.Model):
    """A month, quarter or half-year of a policy in which every bound department owes an update."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, related_name="periods", verbose_name=_("policy")
    )
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="periods", verbose_name=_("edition")
    )
    code = models.CharField(_("code"), max_length=7)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    participant_due_on = models.DateField(_("participants and co-leads due (included)"))
    lead_due_on = models.DateField(_("convenors and separate leads due (included)"))
    check_due_on = models.DateField(_("office's check due (included)"))
    grace_ends_on = models.DateField(_("end of grace (included)"))
    state = models.CharField(
        _("state"), max_length=8, choices=PeriodState.choices, default=PeriodState.PLANNED
    )
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    closed_at = models.DateTimeField(pgettext_lazy("time of closing", "closed"), null=True, blank=True)
    close_reason = models.CharField(
        _("reason for closing with updates outstanding"), max_length=200, blank=True
    )
    report_issued_at = models.DateTimeField(_("report formally issued"), null=True, blank=True)

    class Meta:
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        ordering: ClassVar = ["policy_id", "-starts_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["policy", "code"],
                name="reportingperiod_code_once",
                violation_error_message=_("This period already exists."),
            ),
            models.CheckConstraint(
                name="reportingperiod_code_is_well_formed",
                condition=Q(code__regex=CODE),
                violation_error_message=_("A period is written like 2020M06, 2020Q2 or 2020H1."),
            ),
            NoOverlap(
                name="reportingperiod_no_overlap",
                owner="policy",
                first="starts_on",
                last="ends_on",
                violation_error_message=_("This period shares days with another of the policy."),
            ),
            models.CheckConstraint(
                name="reportingperiod_dates_in_order",
                condition=Q(starts_on__lt=F("ends_on"))
                & Q(ends_on__lt=F("participant_due_on"))
                & Q(participant_due_on__lte=F("lead_due_on"))
                & Q(lead_due_on__lte=F("check_due_on"))
                & Q(check_due_on__lte=F("grace_ends_on")),
                violation_error_message=_(
                    "The dates must follow each other: end of the period, participants, leads, check, grace."
                ),
            ),
            models.CheckConstraint(
                name="reportingperiod_state_is_known",
                condition=Q(state__in=PeriodState.values),
                violation_error_message=_("This state is not known."),
            ),
            models.CheckConstraint(
                name="reportingperiod_open_since",
                condition=Q(state=PeriodState.PLANNED, opened_at=None)
                | (~Q(state=PeriodState.PLANNED) & Q(opened_at__isnull=False)),
                violation_error_message=_("A period has an opening time as soon as it is open."),
            ),
            models.CheckConstraint(
                name="reportingperiod_closed_since",
                condition=Q(state__in=[PeriodState.PLANNED, PeriodState.OPEN], closed_at=None)
                | Q(state__in=[PeriodState.CLOSED, PeriodState.ARCHIVED], closed_at__isnull=False),
                violation_error_message=_("A period has a closing time exactly when it is closed."),
            ),
            models.CheckConstraint(
                name="reportingperiod_issued_is_closed",
                condition=Q(report_issued_at=None) | Q(state__in=[PeriodState.CLOSED, PeriodState.ARCHIVED]),
                violation_error_message=_("Reports are issued of closed periods, and these stay closed."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def span(self) -> CalendarPeriod:
        """The month, quarter or half-year that it is."""
        return CalendarPeriod.of(self.code)

    @property
    def year(self) -> int:
        return self.span.year

    @property
    def ends_the_year(self) -> bool:
        """The last period of its year, whatever the cadence."""
        return self.span.ends_the_year

    @property
    def name(self) -> str:
        """In the language of the moment."""
        return period_name(self.code)

    @property
    def official_name(self) -> str:
        return official_period_name(self.code)

    @property
    def is_frozen(self) -> bool:
        return self.state in FROZEN_PERIODS

    def in_grace(self, on: date) -> bool:
        """Whether the period is open although the leads' date has passed."""
        return self.state == PeriodState.OPEN and on > self.lead_due_on


class PeriodSnapshot(models.Model):
    """What a period showed when it was closed, as canonical JSON. The latest counts; none is changed.

    `content` is its beginning, which of a short one is all; a longer one goes on in its portions, and is read
    by `summaries.portions` (docs/decisions/0062). `seal` is what pages read of it: short, with the hashes of
    that text and of `parts`, which has those of each measure (`summaries.seals`). Snapshots of before there
    were seals have neither.

    The long texts stand last: SQLite reads through all that stands in a row before the column asked for.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, related_name="snapshots", verbose_name=_("period")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    program_version = models.CharField(_("program version"), max_length=40)
    taken_at = models.DateTimeField(_("taken"))
    seal = models.TextField(_("seal"), blank=True, default="")
    parts = models.TextField(_("hashes of the measures"), blank=True, default="")
    content = models.TextField(_("content"))

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        ordering: ClassVar = ["period_id", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["period", "number"],
                name="periodsnapshot_number_once",
                violation_error_message=_("This snapshot number is taken."),
            ),
            models.CheckConstraint(
                name="periodsnapshot_hash_is_whole",
                condition=Q(sha256__regex=SHA256),
                violation_error_message=_("The hash of a snapshot must be a SHA-256."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.number}"


class SnapshotPortion(models.Model):
    """How the text of a long snapshot goes on after `content`; `number` counts from 1. Only ever added.

    Written before its snapshot, whose seal has the hash of the whole text: so it refers to the identifier.
    """

    snapshot = models.ForeignKey(
        PeriodSnapshot,
        to_field="uuid",
        on_delete=models.PROTECT,
        related_name="portions",
        verbose_name=_("snapshot"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("portion of a snapshot")
        verbose_name_plural = _("portions of snapshots")
        ordering: ClassVar = ["snapshot_id", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["snapshot", "number"],
                name="snapshotportion_number_once",
                violation_error_message=_("This portion of the snapshot is there already."),
            ),
            models.CheckConstraint(
                name="snapshotportion_numbered_from_one",
                condition=Q(number__gte=1),
                violation_error_message=_("The portions of a snapshot are counted from 1."),
            ),
            models.CheckConstraint(
                name="snapshotportion_says_something",
                condition=~Q(text=""),
                violation_error_message=_("A portion of a snapshot cannot be empty."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot} {self.number}"
