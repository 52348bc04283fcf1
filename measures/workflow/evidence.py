"""When do evidence files come to an update and go from it? Whenever its text may be written, and then only.

They change neither its state nor its version: who types meanwhile is not disturbed.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from departments.actors import Actor
from measures.evidence_storage import ReceivedFile, kept
from measures.models import Act, EvidenceFile, ProgressUpdate
from measures.workflow import updates
from measures.workflow.acting import one_act
from measures.workflow.checks import require, required_reason
from measures.workflow.errors import WrongStateError
from measures.workflow.evidence_rows import attach_evidence, withdraw_evidence
from measures.workflow.locks import lock_update


def may_change_evidence(actor: Actor, update: ProgressUpdate) -> bool:
    """Whoever may save its text now."""
    return updates.is_possible(update, Act.SAVE) and bool(updates.acting_for(actor, Act.SAVE, update))


def add_files(
    actor: Actor, update: ProgressUpdate, files: Sequence[ReceivedFile], at: datetime
) -> list[EvidenceFile]:
    """All of them or none. Raises ValidationError at `evidence`, WorkflowError, PermissionDenied."""
    require(updates.may_ever(actor, Act.SAVE, update))  # before anything is written to the disk
    with kept(files) as found, one_act():
        row = lock_update(update)
        _require(actor, row)
        return [attach_evidence(actor, row.department, row, file, at) for file in found]


def withdraw_file(actor: Actor, file: EvidenceFile, reason: str, at: datetime) -> EvidenceFile:
    """Take a file from the update, with a reason. Texts submitted with it keep it. Sent twice, done once."""
    with one_act():
        update = lock_update(file.update)
        row = EvidenceFile.objects.select_for_update(of=("self",), no_key=True).get(pk=file.pk)
        row.update = update
        words = required_reason(reason)
        if (row.withdrawn_by, row.withdrawal_reason) == (actor.user, words):
            return row
        _require(actor, update)
        if row.withdrawn_at:
            raise WrongStateError(_("This file was withdrawn already."))
        withdraw_evidence(actor, update.department, row, words, at)
    return row


def _require(actor: Actor, update: ProgressUpdate) -> None:
    """Raises PermissionDenied, or WrongStateError for whoever writes here at other times."""
    require(updates.may_ever(actor, Act.SAVE, update))
    if not may_change_evidence(actor, update):
        raise WrongStateError(_("Files are added and withdrawn only while the text may be written."))
