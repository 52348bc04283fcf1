"""Which files go with an update (佐证材料)? One row a file; what it holds lies in the storage `evidence`.

A file stands in one of five places while it is there, so that the database itself lets no sixth in. It is
withdrawn, never deleted. `revisions` are the submitted texts that have it: that is frozen with them. What the
office added to a text that it had entered before is a `LateEvidence`, and so is the scan of a slip that was
signed: that one stands in no place, since it proves who signed and not what is said.
"""

import uuid
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import User
from langfang_policy.file_kinds import KINDS
from measures.models.filing import ProgressUpdate, Revision
from measures.models.fingerprints import SHA256

PLACES: Final = (1, 2, 3, 4, 5)
NAME_LENGTH: Final = 120
MEDIA_TYPES: Final = tuple(kind.media_type for kind in KINDS)


class EvidenceFileQuerySet(models.QuerySet["EvidenceFile"]):
    def present(self) -> "EvidenceFileQuerySet":
        """Not withdrawn, in the order in which they were added."""
        return self.of_texts().filter(withdrawn_at=None).order_by("pk")

    def of_texts(self) -> "EvidenceFileQuerySet":
        """What is handed in with a text; no scans of signed slips."""
        return self.filter(place__isnull=False)

    def with_address(self) -> "EvidenceFileQuerySet":
        """Loads in the same query what its address is made of, and who added it."""
        return self.select_related("update__period__policy", "added_by").order_by("pk")


class EvidenceFile(models.Model):
    """A file as it came: under what name, how large, with which SHA-256, from whom, and where it is kept."""

    # Set where a page shows it with a text that was entered before it came.
    came_later = False

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    update = models.ForeignKey(
        ProgressUpdate, on_delete=models.PROTECT, related_name="evidence", verbose_name=_("progress update")
    )
    revisions = models.ManyToManyField(
        Revision, related_name="evidence", blank=True, verbose_name=_("submitted with")
    )
    # None for the scan of a signed slip.
    place = models.PositiveSmallIntegerField(_("place"), null=True, blank=True)
    name = models.CharField(_("file name"), max_length=NAME_LENGTH)
    media_type = models.CharField(_("kind of file"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    # The scan of a paper that shows several texts is kept once, and has a row for each of them.
    stored_as = models.CharField(_("kept as"), max_length=80, db_index=True, editable=False)
    added_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="evidence_added", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added"))
    withdrawn_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="evidence_withdrawn",
        null=True,
        blank=True,
        verbose_name=_("withdrawn by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawal_reason = models.CharField(_("reason for withdrawing it"), max_length=200, blank=True)

    objects = EvidenceFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")
        ordering: ClassVar = ["update_id", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["update", "place"],
                condition=Q(withdrawn_at=None),
                name="evidencefile_one_in_a_place",
                violation_error_message=_("There is another file in this place."),
            ),
            models.CheckConstraint(
                name="evidencefile_five_places",
                condition=Q(place__in=PLACES),
                violation_error_message=_("An update has five files at most."),
            ),
            models.UniqueConstraint(
                fields=["update", "sha256"],
                condition=Q(withdrawn_at=None, place__isnull=False),
                name="evidencefile_content_once",
                violation_error_message=_("A file with this content is there already."),
            ),
            models.UniqueConstraint(
                fields=["update", "sha256"],
                condition=Q(place=None),
                name="evidencefile_scan_once",
                violation_error_message=_("A file with this content is there already."),
            ),
            models.UniqueConstraint(
                fields=["stored_as"],
                condition=Q(place__isnull=False),
                name="evidencefile_kept_once",
                violation_error_message=_("Another file is kept under this name."),
            ),
            models.CheckConstraint(
                name="evidencefile_scan_is_never_withdrawn",
                condition=Q(place__isnull=False) | Q(withdrawn_at=None),
                violation_error_message=_("The scan of a signed slip is never withdrawn."),
            ),
            models.CheckConstraint(
                name="evidencefile_has_name",
                condition=~Q(name=""),
                violation_error_message=_("A file has a name."),
            ),
            models.CheckConstraint(
                name="evidencefile_kind_is_known",
                condition=Q(media_type__in=MEDIA_TYPES),
                violation_error_message=_("Files of this kind are not taken."),
            ),
            models.CheckConstraint(
                name="evidencefile_not_empty",
                condition=Q(size__gte=1),
                violation_error_message=_("An empty file proves nothing."),
            ),
            models.CheckConstraint(
                name="evidencefile_hash_is_whole",
                condition=Q(sha256__regex=SHA256),
                violation_error_message=_("The hash of a file must be a SHA-256."),
            ),
            models.CheckConstraint(
                name="evidencefile_withdrawn_with_reason",
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
                violation_error_message=_("Whoever withdraws a file says why."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_scan_of_slip(self) -> bool:
        """Of a slip that was signed on paper, and no evidence."""
        return self.place is None


class LateEvidence(models.Model):
    """A file that came after the text was sealed that it belongs to; only ever added.

    Of what the office entered any file, of every other text the scan of its signed slip.

    The text is sealed without it, and its event names the file with its SHA-256.
    """

    file = models.OneToOneField(
        EvidenceFile, on_delete=models.PROTECT, related_name="late", verbose_name=_("evidence file")
    )
    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="late_evidence", verbose_name=_("text")
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)

    class Meta:
        verbose_name = _("evidence that came later")
        verbose_name_plural = _("evidence that came later")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="lateevidence_hash_is_whole",
                condition=Q(sha256__regex=SHA256),
                violation_error_message=_("The hash of a file must be a SHA-256."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.revision} {self.file}"
