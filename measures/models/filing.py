"""What do departments report? The duty (ProgressUpdate) and its texts (Revision).

These are the rows and the rules that always hold for them. Which act is possible when is decided in
`measures.workflow`.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import make_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from departments.models import Department, User
from measures.models.periods import ReportingPeriod
from measures.models.policy import (
    Measure,
    Responsibility,
    ResponsibilityRole,
)
from measures.models.texts import Asked, written, written_texts


class UpdateState(models.TextChoices):
    DUE = "due", _("due")
    DRAFT = "draft", _("being written")
    IN_REVIEW = "in_review", _("in review")
    RETURNED = "returned", _("returned")
    SUBMITTED = "submitted", _("submitted")
    CONFIRMED = "confirmed", _("confirmed")
    WAIVED = "waived", _("waived")


# In these states only the department itself may read the text that is not confirmed yet.
PRIVATE_STATES = frozenset({UpdateState.DUE, UpdateState.DRAFT, UpdateState.IN_REVIEW, UpdateState.RETURNED})
# In these states the reporter still has something to do.
WRITABLE_STATES = frozenset({UpdateState.DUE, UpdateState.DRAFT, UpdateState.RETURNED})
# What a department has still to write: in open periods; in closed ones what came back or is being corrected.
# It names the states first, because indexes have them: of all others no row is read.
STILL_OWED = Q(state__in=WRITABLE_STATES) & (
    Q(period__state="open")
    | Q(
        Q(state=UpdateState.RETURNED) | Q(state=UpdateState.DRAFT, first_submitted_at__isnull=False),
        period__state="closed",
    )
)

DOCUMENT_ORDER = ("measure__section__ordinal", "measure__ordinal", "role", "position")


class ProgressUpdateQuerySet(models.QuerySet["ProgressUpdate"]):
    def owed_by(self, departments: Iterable[Department]) -> "ProgressUpdateQuerySet":
        """What these departments still have to write (STILL_OWED)."""
        return self.filter(STILL_OWED, department__in=departments)

    def not_filed(self, on: date) -> "ProgressUpdateQuerySet":
        """Missing (docs/domain.md 4.10): never submitted, not waived, and its day is past."""
        return self.filter(first_submitted_at=None, due_on__lt=on).exclude(state=UpdateState.WAIVED)

    def with_context(self) -> "ProgressUpdateQuerySet":
        """Loads in the same query whatever a row of a list or the head of a page shows."""
        return self.select_related(
            "period__policy__coordinator", "measure__section__edition", "department", "in_force"
        )

    def with_revisions(self) -> "ProgressUpdateQuerySet":
        """Loads all revisions with their contributors: `permissions` needs them for every row.

        Ordered by number only, because the default ordering would join update, period, policy and measure.
        """
        texts = Revision._default_manager.order_by("number").prefetch_related("contributors")
        return self.prefetch_related(models.Prefetch("revisions", texts))

    def in_document_order(self) -> "ProgressUpdateQuerySet":
        return self.order_by(*DOCUMENT_ORDER)


class ProgressUpdate(models.Model):
    """The duty of one department to report on one measure in one period."""

    # A page that only reads has loaded the latest revision, the one confirmed last before it, and where the
    # latest is a correction, the one that it is to replace.
    has_two_texts = False
    # A page that only reads asks the database once who leads and who convenes: see `permissions`.
    answers: dict[tuple[Any, ...], Any] | None = None
    loaded_latest: "Revision | None" = None
    loaded_before: "Revision | None" = None
    loaded_replaced: "Revision | None" = None
    loaded_returned: "Revision | None" = None
    # And where somebody has to decide on it: the last `SignedSlip` for a text of it.
    loaded_slip: Any = None
    # And on a form, what it shows beside the texts (`pages.update_writing`), and all files of the update.
    loaded_promised: Any = None
    loaded_files: "list[Any] | None" = None

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, related_name="updates", verbose_name=_("period")
    )
    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, related_name="updates", verbose_name=_("measure")
    )
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        related_name="updates",
        verbose_name=_("department that performs"),
    )
    role = models.CharField(_("role"), max_length=12, choices=ResponsibilityRole.choices)
    position = models.PositiveSmallIntegerField(_("position"))
    covers = models.ManyToManyField(Responsibility, related_name="updates", verbose_name=_("answers for"))
    due_on = models.DateField(_("due (included)"))
    first_due_on = models.DateField(_("first due date (included), if it was moved"), null=True, blank=True)
    back_due_on = models.DateField(_("back due after a return (included)"), null=True, blank=True)
    first_submitted_at = models.DateTimeField(_("first submitted"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=UpdateState.choices, default=UpdateState.DUE)
    in_force = models.OneToOneField(
        "Revision",
        on_delete=models.PROTECT,
        related_name="in_force_of",
        null=True,
        blank=True,
        verbose_name=_("text in force"),
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ProgressUpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress update")
        verbose_name_plural = _("progress updates")
        ordering: ClassVar = ["period_id", "measure_id", "role", "position"]
        # Queues and start pages look for the few that wait, and for those that nobody filed. By period or by
        # department first: SQLite takes an index that begins with the state for every condition on a state.
        # With all by which they are counted and put in order, so that of thousands no row is read.
        indexes: ClassVar = [
            models.Index(fields=["department", "period"], name="progressupdate_owed_by"),
            models.Index(fields=["measure", "department", "period"], name="progressupdate_of_duty"),
            models.Index(
                fields=["period", "state", "department", "role", "position", "measure", "due_on"],
                name="progressupdate_by_state",
            ),
            models.Index(
                fields=["department", "state", "period", "role", "position", "measure", "due_on"],
                name="progressupdate_of_department",
            ),
            models.Index(
                fields=["period", "due_on", "state", "department"],
                condition=Q(first_submitted_at=None),
                name="progressupdate_not_filed",
            ),
            models.Index(
                fields=["due_on", "id", "period"],
                condition=Q(state=UpdateState.SUBMITTED),
                name="progressupdate_to_check",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["period", "measure", "department"],
                name="progressupdate_once",
                violation_error_message=_("This department already owes an update on this measure."),
            ),
            models.CheckConstraint(
                name="progressupdate_state_is_known",
                condition=Q(state__in=UpdateState.values),
                violation_error_message=_("This state is not known."),
            ),
            models.CheckConstraint(
                name="progressupdate_role_is_known",
                condition=Q(role__in=ResponsibilityRole.values),
                violation_error_message=_("The role is lead or participant."),
            ),
            models.CheckConstraint(
                name="progressupdate_submitted_has_time",
                condition=~Q(state__in=[UpdateState.SUBMITTED, UpdateState.CONFIRMED])
                | Q(first_submitted_at__isnull=False),
                violation_error_message=_("What is submitted has the time of its first submission."),
            ),
            models.CheckConstraint(
                name="progressupdate_confirmed_is_in_force",
                condition=~Q(state=UpdateState.CONFIRMED) | Q(in_force__isnull=False),
                violation_error_message=_("What is confirmed has a text in force."),
            ),
            models.CheckConstraint(
                name="progressupdate_in_force_was_submitted",
                condition=Q(in_force=None) | Q(first_submitted_at__isnull=False),
                violation_error_message=_("A text in force was submitted before."),
            ),
            models.CheckConstraint(
                name="progressupdate_due_has_no_submission",
                condition=~Q(state__in=[UpdateState.DUE, UpdateState.WAIVED])
                | Q(first_submitted_at=None, in_force=None),
                violation_error_message=_("What is due or waived was never submitted."),
            ),
            models.CheckConstraint(
                name="progressupdate_first_due_on_is_another",
                condition=Q(first_due_on=None) | ~Q(first_due_on=F("due_on")),
                violation_error_message=_("The first due date is kept only where it was moved."),
            ),
            models.CheckConstraint(
                name="progressupdate_version_from_one",
                condition=Q(version__gte=1),
                violation_error_message=_("Versions begin with 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.measure.code} {self.department}"

    @property
    def is_lead(self) -> bool:
        return self.role == ResponsibilityRole.LEAD

    @property
    def is_convenor(self) -> bool:
        """The first of the leads. Separate leads have no convenor: see `Measure.is_led_separately`."""
        return self.is_lead and self.position == 1

    @property
    def latest_revision(self) -> "Revision | None":
        """The revision being written, or else the last one. Uses what a list loaded, or prefetched rows."""
        if self.has_two_texts:
            return self.loaded_latest
        return max(self.revisions.all(), key=lambda revision: revision.number, default=None)

    def get_state_display(self) -> str:  # type: ignore[no-redef]  # instead of the one that Django makes
        """As Django says it, which puts the words of all states together for each row."""
        return str(UpdateState(self.state).label)

    @property
    def is_still_owed(self) -> bool:
        """Somebody of the department has still to write, or it was never submitted; then its day matters."""
        never_submitted = self.first_submitted_at is None and self.state != UpdateState.WAIVED
        return self.state in WRITABLE_STATES or never_submitted

    def move_due_on(self, day: date) -> None:
        """Make it due on another day, and keep the first one; not yet saved."""
        first = self.first_due_on or self.due_on
        self.due_on = day
        self.first_due_on = None if day == first else first

    @property
    def is_in_correction(self) -> bool:
        """Another text is on its way to replace the one in force."""
        return self.in_force_id is not None and self.state != UpdateState.CONFIRMED

    @property
    def text_to_replace(self) -> "Revision | None":
        """While it is corrected: the text in force. Uses what a list loaded, or prefetched rows."""
        if not self.is_in_correction:
            return None
        if self.has_two_texts:
            return self.loaded_replaced
        return next(row for row in self.revisions.all() if row.pk == self.in_force_id)

    @property
    def has_day_to_keep(self) -> bool:
        """What its department corrects of itself is not late, whenever it comes."""
        return self.first_submitted_at is None or self.state != UpdateState.DRAFT

    @property
    def effective_due_on(self) -> date:
        """The day by which the text must be submitted, or submitted again after a return."""
        return self.back_due_on if self.state == UpdateState.RETURNED and self.back_due_on else self.due_on


class Situation(models.TextChoices):
    PROGRESS = "progress", _("progress was made")
    NO_PROGRESS = "no_progress", _("no new progress")
    NOT_APPLICABLE = "not_applicable", _("nothing to do in this period")


class SelfAssessment(models.TextChoices):
    NORMAL = "normal", _("as planned")
    SLOW = "slow", _("slow")
    STALLED = "stalled", _("stalled")


class ReceivedBy(models.TextChoices):
    """How a text came to the office that enters it for its department."""

    PAPER = "paper", _("on paper")
    TELEPHONE = "telephone", _("by telephone")
    MAIL = "mail", _("by mail or message")


class Revision(models.Model):
    """One numbered state of the text, frozen when it is submitted. Later changes make the next revision."""

    # A list that one person decides on tells only whether this person is one of the contributors.
    loaded_writers: frozenset[int] | None = None
    # Files that came after the office had entered it, where a page has loaded them: see `pages.evidence`.
    loaded_late: Sequence[Any] = ()
    # Scans of the slip that was signed for it, where a page has loaded them: see `pages.signatures`.
    loaded_scans: Sequence[Any] = ()

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    update = models.ForeignKey(
        ProgressUpdate, on_delete=models.PROTECT, related_name="revisions", verbose_name=_("progress update")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    base = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="derived",
        null=True,
        blank=True,
        verbose_name=_("made from"),
    )
    contributors = models.ManyToManyField(User, related_name="contributions", verbose_name=_("contributors"))
    situation = models.CharField(_("this period"), max_length=14, choices=Situation.choices)
    reason = written(
        models.TextField(_("reason"), blank=True),
        limit=200,
        asked=Asked.WITHOUT_PROGRESS,
        hint=_("only without new progress, or when there is nothing to do"),
    )
    headline = written(
        models.CharField(_("progress in one sentence"), max_length=200, blank=True),
        limit=60,
        asked=Asked.WITH_PROGRESS,
        hint=_("one line, as the leader reads it"),
    )
    progress = written(
        models.TextField(_("progress"), blank=True),
        limit=800,
        asked=Asked.WITH_PROGRESS,
        hint=_("what was done, how much, by which day"),
        rows=6,
    )
    problems = written(models.TextField(_("problems"), blank=True), limit=400)
    coordination = written(
        models.TextField(_("needs coordination"), blank=True),
        limit=300,
        hint=_("what others have to settle; empty when nothing"),
    )
    next_steps = written(models.TextField(_("next steps"), blank=True), limit=400)
    self_assessment = models.CharField(
        _("self-assessment"), max_length=8, choices=SelfAssessment.choices, default=SelfAssessment.NORMAL
    )
    correction_reason = models.TextField(_("reason for the correction"), blank=True)
    # Only of a text that the office entered for its department (docs/domain.md 4.19).
    entered_by = models.CharField(_("entered by the office"), max_length=60, blank=True)
    received_from = models.CharField(_("received from"), max_length=60, blank=True)
    received_by = models.CharField(_("received"), max_length=9, choices=ReceivedBy.choices, blank=True)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    saved_at = models.DateTimeField(_("saved"))
    frozen_at = models.DateTimeField(_("submitted for review"), null=True, blank=True)
    approved_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="approvals",
        null=True,
        blank=True,
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="confirmations",
        null=True,
        blank=True,
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering: ClassVar = ["update_id", "number"]
        # What somebody approved is found with its updates, without reading a text.
        indexes: ClassVar = [models.Index(fields=["approved_by", "update"], name="revision_approved")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["update", "number"],
                name="revision_number_once",
                violation_error_message=_("This revision number is taken."),
            ),
            models.UniqueConstraint(
                fields=["update"],
                condition=Q(frozen_at=None),
                name="revision_one_open_at_a_time",
                violation_error_message=_("There is already a text in work."),
            ),
            models.CheckConstraint(
                name="revision_situation_is_known",
                condition=Q(situation__in=Situation.values) & Q(self_assessment__in=SelfAssessment.values),
                violation_error_message=_("This situation or self-assessment is not known."),
            ),
            models.CheckConstraint(
                name="revision_frozen_says_something",
                condition=Q(frozen_at=None)
                | (Q(situation="progress") & ~Q(headline=""))
                | (~Q(situation="progress") & ~Q(reason="")),
                violation_error_message=_("Progress needs its sentence, everything else its reason."),
            ),
            models.CheckConstraint(
                name="revision_approved_was_frozen",
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False, frozen_at__isnull=False),
                violation_error_message=_("Only a submitted text is approved, by somebody, at some time."),
            ),
            models.CheckConstraint(
                name="revision_confirmed_was_approved",
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, approved_at__isnull=False),
                violation_error_message=_("Only an approved text is confirmed, by somebody, at some time."),
            ),
            models.CheckConstraint(
                name="revision_received_with_its_basis",
                condition=Q(entered_by="", received_from="", received_by="", received_on=None)
                | (
                    ~Q(entered_by="")
                    & ~Q(received_from="")
                    & Q(
                        received_by__in=ReceivedBy.values,
                        received_on__isnull=False,
                        approved_at__isnull=False,
                    )
                ),
                violation_error_message=_("A text entered for a department says from whom, how and when."),
            ),
            models.CheckConstraint(
                name="revision_confirmed_by_another_person",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("approved_by")),
                violation_error_message=_("Whoever approved a text does not confirm it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.update} {self.number}"

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None

    @property
    def writers(self) -> frozenset[int]:
        """The keys of its contributors, or what a list has loaded of them."""
        if self.loaded_writers is not None:
            return self.loaded_writers
        return frozenset(person.pk for person in self.contributors.all())


# All that the pages, the form, the workflow and the summaries know of the texts; see `texts.written`.
TEXTS: Final = written_texts(Revision)
TEXT_FIELDS: Final = tuple(TEXTS)
TEXT_COLUMNS: Final = (*TEXT_FIELDS, "situation", "self_assessment")

if TYPE_CHECKING:

    class ReportedTexts:
        """A field for each text of a revision, all empty at first: the base of what carries the texts."""

        def __getattr__(self, name: str) -> str: ...

else:
    ReportedTexts = make_dataclass(
        "ReportedTexts", [(name, str, "") for name in TEXT_FIELDS], frozen=True, kw_only=True
    )
