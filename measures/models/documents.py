"""Which documents were made already, and where does each lie? A cache, never a record.

What stands here can be thrown away at any time: the document is then made anew, to the same bytes. The files
lie in the storage "documents"; `measures.reports.copies` alone writes and reads both (docs/decisions/0037).
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from measures.models.fingerprints import SHA256


class StoredDocument(models.Model):
    """`key` is the SHA-256 of all that shapes the bytes, `sha256` that of the bytes themselves."""

    key = models.CharField(_("key"), max_length=64, primary_key=True)
    file = models.CharField(_("file"), max_length=100, unique=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size = models.PositiveIntegerField(_("size in bytes"))
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("stored document")
        verbose_name_plural = _("stored documents")
        ordering: ClassVar = ["-made_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="storeddocument_hashes_are_whole",
                condition=Q(key__regex=SHA256, sha256__regex=SHA256),
                violation_error_message=_("Key and hash of a stored document must be SHA-256."),
            ),
            models.CheckConstraint(
                name="storeddocument_is_not_empty",
                condition=Q(size__gt=0),
                violation_error_message=_("A stored document has at least one byte."),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["made_at"], name="storeddocument_by_age")]

    def __str__(self) -> str:
        return self.file
