"""Which documents are made in the background, for whom, and how far is each? And who makes them.

A batch is asked for by a person and consists of documents; a worker takes one after another. These rows are
what counts: the queue of the library only wakes a worker (docs/decisions/0053). Files lie in the storage
"documents"; after some days batches and files go (docs/domain.md 7.15).
"""

import uuid
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from departments.models import User
from measures.models.fingerprints import SHA256
from measures.models.periods import ReportingPeriod
from measures.models.policy import Policy

# In which forms and lengths there are documents; see measures.reports.kinds and status.
FORMS: Final = ("pdf", "docx", "xlsx")
LENGTHS: Final = ("full", "brief")


class BatchKind(models.TextChoices):
    """Which kinds of document are made in the background, by their names in `measures.reports.kinds`."""

    DEPARTMENT = "department", _("Department report")
    MEASURE = "measure", _("Dossier of a measure")
    STATUS = "status", _("Status report")
    LEDGER = "ledger", _("Ledger")
    BREAKDOWN = "breakdown", _("Breakdown of tasks")
    FILING = "filing", _("Filing of all departments")


# Of these a batch holds one for each department or measure; of all others it is one document.
KINDS_OF_MANY: Final = (BatchKind.DEPARTMENT, BatchKind.MEASURE)


class BatchState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("batch", "waiting")
    RUNNING = "running", pgettext_lazy("batch", "being made")
    DONE = "done", pgettext_lazy("batch", "ready")
    FAILED = "failed", pgettext_lazy("batch", "not complete")
    CANCELLED = "cancelled", pgettext_lazy("batch", "cancelled")


BATCHES_IN_WORK: Final = (BatchState.QUEUED, BatchState.RUNNING)


class BatchDocumentState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("document of a batch", "waiting")
    MAKING = "making", pgettext_lazy("document of a batch", "being made")
    MADE = "made", pgettext_lazy("document of a batch", "made")
    FAILED = "failed", pgettext_lazy("document of a batch", "not made")
    CANCELLED = "cancelled", pgettext_lazy("document of a batch", "cancelled")


class BackgroundWorker(models.Model):
    """One run of the process that makes documents; times are those of the machine, in a demo too."""

    name = models.CharField(_("name"), max_length=64, unique=True)
    machine = models.CharField(_("machine"), max_length=255)
    started_at = models.DateTimeField(_("started"))
    seen_at = models.DateTimeField(_("last sign of life"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("background worker")
        verbose_name_plural = _("background workers")
        ordering: ClassVar = ["-started_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="backgroundworker_seen_since_its_start",
                condition=Q(seen_at__gte=F("started_at")),
                violation_error_message=_("A worker is not seen before it starts."),
            ),
            models.CheckConstraint(
                name="backgroundworker_ends_after_its_start",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                violation_error_message=_("A worker does not end before it starts."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Batch(models.Model):
    """Documents of a period in one form, asked for at once. `asked_on` is the day as of which they are made.

    `waiting_since` is by the clock of the machine: when it was asked for, or tried again, last.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, related_name="batches", verbose_name=_("policy")
    )
    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, related_name="batches", verbose_name=_("period")
    )
    kind = models.CharField(_("kind of document"), max_length=10, choices=BatchKind.choices)
    form = models.CharField(_("format"), max_length=4)
    length = models.CharField(_("length of the document"), max_length=5, default=LENGTHS[0])
    demo = models.BooleanField(_("made in a demonstration"), default=False)
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="batches", verbose_name=_("asked for by")
    )
    asked_at = models.DateTimeField(_("asked for"))
    asked_on = models.DateField(_("as of"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    waiting_since = models.DateTimeField(_("waiting since"), default=timezone.now)
    state = models.CharField(_("state"), max_length=9, choices=BatchState.choices, default=BatchState.QUEUED)
    cancelled_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="batches_cancelled",
        null=True,
        blank=True,
        verbose_name=_("cancelled by"),
    )
    total = models.PositiveIntegerField(_("documents"))
    made = models.PositiveIntegerField(_("made"), default=0)
    failed = models.PositiveIntegerField(_("not made"), default=0)

    class Meta:
        verbose_name = _("batch of documents")
        verbose_name_plural = _("batches of documents")
        ordering: ClassVar = ["-created_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["policy", "-created_at"], name="batch_by_age")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["asked_by", "period", "kind", "form", "length"],
                condition=Q(state__in=BATCHES_IN_WORK),
                name="batch_one_in_work",
                violation_error_message=_("You asked for these documents already; they are being made."),
            ),
            models.CheckConstraint(
                name="batch_kind_is_known",
                condition=Q(kind__in=BatchKind.values),
                violation_error_message=_("Documents of this kind are not made in the background."),
            ),
            models.CheckConstraint(
                name="batch_form_is_known",
                condition=Q(form__in=FORMS, length__in=LENGTHS),
                violation_error_message=_("Documents do not come in this format or length."),
            ),
            models.CheckConstraint(
                name="batch_state_is_known",
                condition=Q(state__in=BatchState.values),
                violation_error_message=_("This state of a batch is not known."),
            ),
            models.CheckConstraint(
                name="batch_counts_fit",
                condition=Q(total__gte=F("made") + F("failed")) & Q(total__gte=1),
                violation_error_message=_("A batch counts no more documents than it has, and has one."),
            ),
            models.CheckConstraint(
                name="batch_done_is_whole",
                condition=~Q(state=BatchState.DONE) | Q(made=F("total")),
                violation_error_message=_("A batch is ready when each of its documents is made."),
            ),
            models.CheckConstraint(
                name="batch_failed_names_failures",
                condition=~Q(state=BatchState.FAILED) | Q(failed__gt=0, total=F("made") + F("failed")),
                violation_error_message=_("A batch is not complete when some documents could not be made."),
            ),
            models.CheckConstraint(
                name="batch_cancelled_by_somebody",
                condition=Q(state=BatchState.CANCELLED, cancelled_by__isnull=False)
                | (~Q(state=BatchState.CANCELLED) & Q(cancelled_by=None)),
                violation_error_message=_("A batch names who cancelled it exactly when it is cancelled."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.kind} {self.form}"

    @property
    def is_in_work(self) -> bool:
        return self.state in BATCHES_IN_WORK

    @property
    def is_of_many(self) -> bool:
        return self.kind in KINDS_OF_MANY

    @property
    def ended_count(self) -> int:
        """Of how many documents nothing more is to be done."""
        return self.made + self.failed


class BatchDocument(models.Model):
    """One document of a batch. `subject` is the slug or code of what it is about, empty: of the policy.

    Whoever makes it holds `claim`: what comes back under another one comes too late. `task` is its row in
    the queue of the library. `error` is a sentence, in Chinese as documents are.
    """

    batch = models.ForeignKey(
        Batch, on_delete=models.CASCADE, related_name="documents", verbose_name=_("batch of documents")
    )
    position = models.PositiveIntegerField(_("position"))
    subject = models.CharField(_("what it is about"), max_length=60, blank=True)
    name = models.CharField(_("name"), max_length=300)
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=BatchDocumentState.choices,
        default=BatchDocumentState.QUEUED,
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    task = models.UUIDField(_("row in the queue"), null=True, blank=True)
    claim = models.UUIDField(_("claim of whoever makes it"), null=True, blank=True)
    worker = models.ForeignKey(
        BackgroundWorker,
        on_delete=models.SET_NULL,
        related_name="documents",
        null=True,
        blank=True,
        verbose_name=_("background worker"),
    )
    error = models.CharField(_("why it was not made"), max_length=500, blank=True)
    file = models.CharField(_("file"), max_length=100, blank=True)
    file_name = models.CharField(_("name of the file"), max_length=250, blank=True)
    size = models.PositiveIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("document of a batch")
        verbose_name_plural = _("documents of batches")
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["batch", "subject"],
                name="batchdocument_subject_once",
                violation_error_message=_("A batch holds one document on each subject."),
            ),
            models.UniqueConstraint(
                fields=["batch", "position"],
                name="batchdocument_position_once",
                violation_error_message=_("This position in the batch is taken."),
            ),
            models.CheckConstraint(
                name="batchdocument_state_is_known",
                condition=Q(state__in=BatchDocumentState.values),
                violation_error_message=_("This state of a document is not known."),
            ),
            models.CheckConstraint(
                name="batchdocument_made_has_its_file",
                condition=(
                    Q(state=BatchDocumentState.MADE, size__gt=0, sha256__regex=SHA256)
                    & ~Q(file="")
                    & ~Q(file_name="")
                )
                | (~Q(state=BatchDocumentState.MADE) & Q(file="", file_name="", size=0, sha256="")),
                violation_error_message=_("A document has a file exactly when it is made."),
            ),
            models.CheckConstraint(
                name="batchdocument_failed_says_why",
                condition=(Q(state=BatchDocumentState.FAILED) & ~Q(error=""))
                | (~Q(state=BatchDocumentState.FAILED) & Q(error="")),
                violation_error_message=_("A document says why exactly when it could not be made."),
            ),
            models.CheckConstraint(
                name="batchdocument_is_claimed_while_made",
                condition=Q(state=BatchDocumentState.MAKING, claim__isnull=False)
                | (~Q(state=BatchDocumentState.MAKING) & Q(claim=None)),
                violation_error_message=_("A document is claimed exactly while it is being made."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
