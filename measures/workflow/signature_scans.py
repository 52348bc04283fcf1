"""When is the scan of a signed slip put beside what was noted? Together with the note, or later.

Each text of one paper has a row and an event of its own, which names the scan with its SHA-256: the texts are
sealed already (docs/decisions/0055). The paper itself is kept once. It takes none of the five places of
evidence, goes along with no later text and is never withdrawn (docs/domain.md 4.32).
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from departments.actors import Actor
from measures.evidence_storage import KeptFile, ReceivedFile, kept
from measures.models import Act, EvidenceFile, LateEvidence, ProgressUpdate, Revision, SignedSlip
from measures.models.evidence import PLACES
from measures.workflow.acting import one_act
from measures.workflow.checks import require
from measures.workflow.errors import WrongStateError
from measures.workflow.evidence_rows import evidence_row
from measures.workflow.locks import lock_update
from measures.workflow.signatures import (
    check_unchanged,
    may_note,
    note_signatures,
    noted_for,
    record_of_signature,
)


def note_with_scans(
    actor: Actor,
    revisions: Iterable[Revision],
    signed_by: str,
    signed_on: date,
    scans: Sequence[ReceivedFile],
    at: datetime,
) -> list[SignedSlip]:
    """One signed paper with its scans: the notes and the files, all or none.

    Raises ValidationError by field, WorkflowError, PermissionDenied.
    """
    texts = list(revisions)
    _require(actor, texts)  # before anything is written to the disk
    with kept(scans) as found, one_act():
        slips = note_signatures(actor, texts, signed_by, signed_on, at)
        for slip in slips:
            _put(actor, slip.revision, found, at)
    return slips


def add_scans(
    actor: Actor, slips: Iterable[SignedSlip], scans: Sequence[ReceivedFile], at: datetime
) -> list[EvidenceFile]:
    """To notes that are there already, of texts that stand as they were signed. All or none.

    Raises ValidationError by field, WorkflowError, PermissionDenied.
    """
    texts = sorted((slip.revision for slip in slips), key=lambda text: text.update_id)
    _require(actor, texts)
    with kept(scans) as found, one_act():
        if not texts:
            raise ValidationError({"slips": _("Choose the texts that the scan shows.")})
        return [file for text in texts for file in _put(actor, text, found, at)]


def _require(actor: Actor, texts: Iterable[Revision]) -> None:
    require(all(noted_for(actor, text.update) for text in texts))


def _put(actor: Actor, text: Revision, found: Sequence[KeptFile], at: datetime) -> list[EvidenceFile]:
    if not found:
        return []
    update = lock_update(text.update)
    department = may_note(actor, update)
    check_unchanged(update, text)
    if not SignedSlip.objects.filter(revision=text).exists():
        raise WrongStateError(_("Note first who signed the slip; then its scan can be added."))
    there = list(LateEvidence.objects.filter(revision=text, file__place=None).select_related("file"))
    done = []
    for file in found:
        if same := next((row.file for row in there if row.sha256 == file.received.sha256), None):
            done.append(same)  # sent twice
            continue
        row = LateEvidence.objects.create(
            file=_row(actor, update, file, len(there), at), revision=text, sha256=file.received.sha256
        )
        there.append(row)
        done.append(row.file)
        comment = f"报送单签字扫描件 {row.file.name}（SHA-256：{row.sha256}）"
        record_of_signature(Act.ADD_LATE_EVIDENCE, actor, department, text, update, comment, at)
    return done


def _row(actor: Actor, update: ProgressUpdate, file: KeptFile, count: int, at: datetime) -> EvidenceFile:
    received = file.received
    if count >= len(PLACES):
        told = _("“%(name)s” is one too many: a signed text has %(count)d scans at most.")
        raise ValidationError({"scans": told % {"name": received.name, "count": len(PLACES)}})
    if update.evidence.filter(place=None, sha256=received.sha256).exists():
        told = _("“%(name)s” is the scan of an earlier text of %(measure)s.")
        raise ValidationError({"scans": told % {"name": received.name, "measure": update.measure.code}})
    return evidence_row(actor, update, None, file, at)
