"""What does the policy say, and who answers for it? Editions, sections, measures, responsibilities.

The text is stored word for word; nothing here is reworded or computed from progress.
"""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from departments.models.versions import KeptVersions
from langfang_policy.characters import refuse_hidden_characters
from measures.cadence import Cadence
from measures.numerals import LARGEST, chinese_numeral


class Policy(models.Model):
    """A policy that is followed up, across its editions; it owns the reporting periods."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("short code"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=120, validators=[refuse_hidden_characters])
    short_title = models.CharField(_("short title"), max_length=60, validators=[refuse_hidden_characters])
    # A department; the people who do its office work are clerks and signers (departments.models.Role).
    coordinator = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        related_name="coordinated_policies",
        verbose_name=_("coordinating department"),
    )
    cadence = models.CharField(
        _("cadence"),
        max_length=11,
        choices=Cadence.choices,
        default=Cadence.QUARTERLY,
        help_text=_("A new one counts from the next period that is planned."),
    )
    deadline_day = models.PositiveSmallIntegerField(_("deadline T: working day after the period"), default=5)
    participant_offset = models.SmallIntegerField(_("participants, working days from T"), default=-3)
    lead_offset = models.SmallIntegerField(_("leads, working days from T"), default=0)
    check_offset = models.SmallIntegerField(_("office's check, working days from T"), default=3)
    grace_offset = models.SmallIntegerField(_("end of grace, working days from T"), default=5)
    minimum_days = models.PositiveSmallIntegerField(_("working days that everybody gets at least"), default=3)
    yellow_points = models.PositiveSmallIntegerField(_("points behind plan for yellow"), default=10)
    red_points = models.PositiveSmallIntegerField(_("more points behind plan for red"), default=30)
    ending_soon_days = models.PositiveSmallIntegerField(_("days before an end for yellow"), default=15)
    repeated_percent = models.PositiveSmallIntegerField(
        _("percent equal to the last text from which it is pointed out"), default=80
    )
    urge_yellow_days = models.PositiveSmallIntegerField(_("working days late for a yellow slip"), default=3)
    urge_red_days = models.PositiveSmallIntegerField(_("working days late for a red slip"), default=5)

    history = KeptVersions()

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering: ClassVar = ["slug"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="policy_title_not_empty",
                condition=~Q(title="") & ~Q(short_title=""),
                violation_error_message=_("A policy needs its title and short title."),
            ),
            models.CheckConstraint(
                name="policy_thresholds_in_order",
                condition=Q(yellow_points__lte=F("red_points")),
                violation_error_message=_("Yellow begins before red."),
            ),
            models.CheckConstraint(
                name="policy_repeated_percent_is_a_share",
                condition=Q(repeated_percent__gte=1, repeated_percent__lte=100),
                violation_error_message=_("A share lies between 1 and 100 percent."),
            ),
            models.CheckConstraint(
                name="policy_urge_days_in_order",
                condition=Q(urge_yellow_days__gte=1, urge_yellow_days__lte=F("urge_red_days")),
                violation_error_message=_("Slips are blue first, then yellow, then red."),
            ),
            models.CheckConstraint(
                name="policy_offsets_in_order",
                condition=Q(participant_offset__lte=F("lead_offset"))
                & Q(lead_offset__lte=F("check_offset"))
                & Q(check_offset__lte=F("grace_offset")),
                violation_error_message=_(
                    "Participants come first, then leads, the office's check and the grace."
                ),
            ),
            models.CheckConstraint(
                name="policy_cadence_is_known",
                condition=Q(cadence__in=Cadence.values),
                violation_error_message=_("This cadence is not known."),
            ),
        ]

    def __str__(self) -> str:
        return self.short_title


class EditionStatus(models.TextChoices):
    DRAFT_FOR_COMMENT = "draft_for_comment", _("draft for comment")
    ISSUED = "issued", _("issued")
    SUPERSEDED = "superseded", _("superseded")
    REPEALED = "repealed", _("repealed")


class Edition(models.Model):
    """One wording of a policy, with the source text that it was read from."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, related_name="editions", verbose_name=_("policy")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    status = models.CharField(_("status"), max_length=20, choices=EditionStatus.choices)
    title = models.CharField(_("title"), max_length=120)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    preamble = models.TextField(_("preamble"), blank=True)
    general_requirements = models.TextField(_("general requirements"), blank=True)
    notice_title = models.CharField(_("title of the notice"), max_length=200, blank=True)
    consultation_from = models.DateField(_("consultation from"), null=True, blank=True)
    consultation_to = models.DateField(_("consultation to (included)"), null=True, blank=True)
    consultation_wording = models.CharField(
        _("wording of the consultation dates"), max_length=200, blank=True
    )
    contact_email = models.CharField(_("contact e-mail"), max_length=120, blank=True)
    contact_address = models.CharField(_("contact address"), max_length=120, blank=True)
    contact_phone = models.CharField(_("contact telephone"), max_length=40, blank=True)
    source_text = models.TextField(_("source text"))
    source_sha256 = models.CharField(_("SHA-256 of the source"), max_length=64)
    effective_from = models.DateField(_("effective from"), null=True, blank=True)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering: ClassVar = ["policy_id", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["policy", "number"],
                name="edition_number_once",
                violation_error_message=_("This edition number is taken."),
            ),
            models.UniqueConstraint(
                fields=["policy", "source_sha256"],
                name="edition_source_once",
                violation_error_message=_("This text is already an edition of the policy."),
            ),
            models.CheckConstraint(
                name="edition_status_is_known",
                condition=Q(status__in=EditionStatus.values),
                violation_error_message=_("This status is not known."),
            ),
            models.CheckConstraint(
                name="edition_consultation_ends_after_it_begins",
                condition=Q(consultation_from=None)
                | Q(consultation_to=None)
                | Q(consultation_to__gte=F("consultation_from")),
                violation_error_message=_("The consultation ends before it begins."),
            ),
            models.CheckConstraint(
                name="edition_source_hash_is_whole",
                condition=Q(source_sha256__regex=r"^[0-9a-f]{64}$"),
                violation_error_message=_("The hash of the source must be a SHA-256."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"

    @property
    def full_title(self) -> str:
        """The title as documents print it: a draft always carries （征求意见稿）."""
        draft = "（征求意见稿）" if self.status == EditionStatus.DRAFT_FOR_COMMENT else ""
        return f"{self.title}{draft}"


class Section(models.Model):
    """A numbered part of an edition (一、二、…). `title` stands without its number."""

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="sections", verbose_name=_("edition")
    )
    ordinal = models.PositiveSmallIntegerField(_("number in the document"))
    title = models.CharField(_("title"), max_length=120)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering: ClassVar = ["edition_id", "ordinal"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["edition", "ordinal"],
                name="section_ordinal_once",
                violation_error_message=_("This section number is taken."),
            ),
            models.CheckConstraint(
                name="section_ordinal_is_a_numeral",
                condition=Q(ordinal__gte=1, ordinal__lte=LARGEST),
                violation_error_message=_("Sections are numbered from 1 to 999."),
            ),
        ]

    def __str__(self) -> str:
        return self.heading

    @property
    def numeral(self) -> str:
        return chinese_numeral(self.ordinal)

    @property
    def heading(self) -> str:
        return f"{self.numeral}、{self.title}"


class LeadMode(models.TextChoices):
    SINGLE = "single", _("single lead")
    JOINT = "joint", _("joint leads")
    SEPARATE = "separate", _("separate leads")
    NONE = "none", _("no department named")


# What clauses call those who answer, in the words of an English page; a label not listed stays as it is.
_CLAUSE_LABELS = {"牵头单位": _("lead departments"), "责任单位": _("responsible departments")}


class MeasureState(models.TextChoices):
    NOT_STARTED = "not_started", _("not started")
    IN_PROGRESS = "in_progress", _("in progress")
    ROUTINE = "routine", _("routine")
    SUSPENDED = "suspended", _("suspended")
    CANCELLED = "cancelled", _("cancelled")
    CLOSED = "closed", _("closed")


# A measure in one of these states owes no updates (docs/domain.md 3.5).
STATES_AT_REST = frozenset({MeasureState.CLOSED, MeasureState.CANCELLED, MeasureState.SUSPENDED})


class MeasureQuerySet(models.QuerySet["Measure"]):
    def in_document_order(self) -> "MeasureQuerySet":
        return self.order_by("section__ordinal", "ordinal")

    def of_policy(self, policy: Policy) -> "MeasureQuerySet":
        return self.filter(section__edition__policy=policy)


class Measure(models.Model):
    """One measure: its text, and word for word the clause that says who answers for it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    section = models.ForeignKey(
        Section, on_delete=models.PROTECT, related_name="measures", verbose_name=_("section")
    )
    ordinal = models.PositiveSmallIntegerField(_("number in the section"))
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"))
    clause_text = models.CharField(_("responsibility clause"), max_length=400, blank=True)
    clause_label = models.CharField(_("label of the clause"), max_length=10, blank=True)
    lead_mode = models.CharField(_("how it is led"), max_length=10, choices=LeadMode.choices)
    state = models.CharField(
        _("state"), max_length=12, choices=MeasureState.choices, default=MeasureState.NOT_STARTED
    )

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering: ClassVar = ["section_id", "ordinal"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["section", "ordinal"],
                name="measure_ordinal_once",
                violation_error_message=_("This measure number is taken."),
            ),
            models.CheckConstraint(
                name="measure_ordinal_is_a_numeral",
                condition=Q(ordinal__gte=1, ordinal__lte=LARGEST),
                violation_error_message=_("Measures are numbered from 1 to 999."),
            ),
            models.CheckConstraint(
                name="measure_state_is_known",
                condition=Q(state__in=MeasureState.values),
                violation_error_message=_("This state is not known."),
            ),
            models.CheckConstraint(
                name="measure_lead_mode_is_known",
                condition=Q(lead_mode__in=LeadMode.values),
                violation_error_message=_("This way of leading is not known."),
            ),
            models.CheckConstraint(
                name="measure_without_clause_names_nobody",
                condition=Q(clause_text="", clause_label="", lead_mode=LeadMode.NONE)
                | (~Q(clause_text="") & ~Q(clause_label="") & ~Q(lead_mode=LeadMode.NONE)),
                violation_error_message=_("A clause, its label and the way of leading go together."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def clause_heading(self) -> str:
        """What the clause calls those who answer, in the language of the screen."""
        return str(_CLAUSE_LABELS.get(self.clause_label, self.clause_label) or _("lead departments"))

    @property
    def code(self) -> str:
        """Like 二（一）. The section should be loaded."""
        return f"{self.section.numeral}{self.numeral}"

    @property
    def numeral(self) -> str:
        """Within its section: （一）."""
        return f"（{chinese_numeral(self.ordinal)}）"

    @property
    def is_led_separately(self) -> bool:
        """Each lead answers for its own part and there is no convenor. Never so for designated leads."""
        return self.lead_mode == LeadMode.SEPARATE


def policy_of_measure() -> "models.ForeignKey[Policy | None, Policy | None]":
    """The policy of a row's measure, so that what belongs to one is found in an index.

    Triggers alone write it (`models.repeated_facts`); a row that was made and not read again has none.
    """
    return models.ForeignKey(
        Policy,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        editable=False,
        verbose_name=_("policy"),
    )


class ResponsibilityRole(models.TextChoices):
    LEAD = "lead", _("lead")
    PARTICIPANT = "participant", _("participant")


class ResponsibilityQuerySet(models.QuerySet["Responsibility"]):
    def in_force(self, on: date | models.OuterRef) -> "ResponsibilityQuerySet":
        """Responsibilities that bind on that day; first and last day are included."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gte=on))

    def in_clause_order(self) -> "ResponsibilityQuerySet":
        return self.order_by("measure__section__ordinal", "measure__ordinal", "role", "position")


class Responsibility(models.Model):
    """A department is bound to a measure. `position` is its place within the role, from 1."""

    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, related_name="responsibilities", verbose_name=_("measure")
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="responsibilities", verbose_name=_("department")
    )
    role = models.CharField(_("role"), max_length=12, choices=ResponsibilityRole.choices)
    position = models.PositiveSmallIntegerField(_("position"))
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("to (included)"), null=True, blank=True)
    designated = models.BooleanField(
        _("designated by the office"), default=False, help_text=_("The text names nobody; the office did.")
    )
    designated_on = models.DateField(_("designated on"), null=True, blank=True, editable=False)
    policy = policy_of_measure()

    objects = ResponsibilityQuerySet.as_manager()
    history = KeptVersions(excluded_fields=["policy"])

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        ordering: ClassVar = ["measure_id", "role", "position"]
        # Whom measures and a policy bind on a day, and what binds a department, without reading rows.
        indexes: ClassVar = [
            models.Index(
                fields=["measure", "role", "department", "valid_from", "valid_to"],
                name="responsibility_bound",
            ),
            models.Index(
                fields=["department", "role", "measure", "valid_from", "valid_to", "position"],
                name="responsibility_of_department",
            ),
            models.Index(
                fields=["policy", "department", "role", "valid_from", "valid_to"],
                name="responsibility_of_policy",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["measure", "department", "role"],
                condition=Q(valid_to=None),
                name="responsibility_once",
                violation_error_message=_("This department already has this role here."),
            ),
            models.UniqueConstraint(
                fields=["measure", "role", "position"],
                condition=Q(valid_to=None),
                name="responsibility_position_once",
                violation_error_message=_("This position is taken."),
            ),
            models.CheckConstraint(
                name="responsibility_position_from_one",
                condition=Q(position__gte=1),
                violation_error_message=_("Positions begin with 1."),
            ),
            models.CheckConstraint(
                name="responsibility_role_is_known",
                condition=Q(role__in=ResponsibilityRole.values),
                violation_error_message=_("The role is lead or participant."),
            ),
            models.CheckConstraint(
                name="responsibility_ends_after_it_begins",
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.CheckConstraint(
                name="responsibility_day_of_what_is_designated",
                condition=Q(designated_on=None) | Q(designated=True),
                violation_error_message=_("Only what the office designated has a day of designation."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure.code} {self.department} {self.get_role_display()} {self.position}"

    def binds(self, on: date) -> bool:
        """The same as `in_force`, for a row that is already loaded."""
        return (self.valid_from or on) <= on <= (self.valid_to or on)


def effective_lead_mode(measure: Measure, responsibilities: Iterable[Responsibility]) -> LeadMode:
    """As the text says, else by the number of designated leads (docs/domain.md 1.6)."""
    if measure.lead_mode != LeadMode.NONE:
        return LeadMode(measure.lead_mode)
    return lead_mode_of(sum(1 for row in responsibilities if row.role == ResponsibilityRole.LEAD))


def lead_mode_of(leads: int) -> LeadMode:
    """Where the text does not say it: of so many designated leads."""
    return LeadMode.NONE if leads == 0 else LeadMode.SINGLE if leads == 1 else LeadMode.JOINT
