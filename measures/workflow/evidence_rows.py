"""How do files come to an update, go from it, and stay with a submitted text? Steps inside of an act.

Who may, and when, is said by the acts that call this: `evidence` and `updates`. The update is locked.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from departments.actors import Actor
from departments.models import Department
from measures.evidence_storage import KeptFile
from measures.models import Act, EvidenceFile, ProgressUpdate, Revision
from measures.models.evidence import PLACES
from measures.workflow.recording import record


def attach_evidence(
    actor: Actor, department: Department, update: ProgressUpdate, file: KeptFile, at: datetime
) -> EvidenceFile:
    """Put a kept file into a free place, with its event. Raises ValidationError at `evidence`."""
    row, is_new = place_evidence(actor, update, file, at)
    if is_new:
        record(Act.ADD_EVIDENCE, actor, department, at, comment=row.name, update=update)
    return row


def place_evidence(
    actor: Actor, update: ProgressUpdate, file: KeptFile, at: datetime
) -> tuple[EvidenceFile, bool]:
    """Its row, and whether it is new: the same file of the same person, sent twice, is there once.

    Raises ValidationError at `evidence`.
    """
    present, received = list(update.evidence.present()), file.received
    if same := next((row for row in present if row.sha256 == received.sha256), None):
        if (same.name, same.added_by_id) == (received.name, actor.person.pk):
            return same, False
        told = _("“%(name)s” has the same content as “%(other)s”, which is there already.")
        raise ValidationError({"evidence": told % {"name": received.name, "other": same.name}})
    taken = {row.place for row in present}
    place = next((number for number in PLACES if number not in taken), None)
    if place is None:
        told = _("“%(name)s” is one too many: there are %(count)d files at most. Withdraw another one first.")
        raise ValidationError({"evidence": told % {"name": received.name, "count": len(PLACES)}})
    return evidence_row(actor, update, place, file, at), True


def evidence_row(
    actor: Actor, update: ProgressUpdate, place: int | None, file: KeptFile, at: datetime
) -> EvidenceFile:
    """Without a place: the scan of a signed slip, which is no evidence."""
    received = file.received
    return EvidenceFile.objects.create(
        update=update,
        place=place,
        name=received.name,
        media_type=received.media_type,
        size=received.size,
        sha256=received.sha256,
        stored_as=file.stored_as,
        added_by=actor.person,
        added_at=at,
    )


def withdraw_evidence(
    actor: Actor, department: Department, row: EvidenceFile, reason: str, at: datetime
) -> None:
    """The file leaves its place; who did it and why stays with it."""
    row.withdrawn_by, row.withdrawn_at, row.withdrawal_reason = actor.person, at, reason
    row.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawal_reason"])
    comment = f"{row.name}：{reason}"
    record(Act.WITHDRAW_EVIDENCE, actor, department, at, comment=comment, update=row.update)


def freeze_evidence(update: ProgressUpdate, revision: Revision) -> None:
    """The files that are there now stay with this text. Call before it is frozen."""
    revision.evidence.set(update.evidence.present())
