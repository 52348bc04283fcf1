"""When do evidence files come to an update and go from it? Whenever its text may be written.

They change neither its state nor its version: who types meanwhile is not disturbed. To what the office
entered for a department it adds what arrives later, such as the scan of the paper, as long as that text
stands (docs/domain.md 4.33).
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from departments.actors import Actor
from departments.models import Department
from measures import permissions
from measures.evidence_storage import KeptFile, ReceivedFile, kept
from measures.models import (
    Act,
    EvidenceFile,
    LateEvidence,
    PeriodState,
    ProgressUpdate,
    Revision,
    UpdateState,
)
from measures.workflow import updates
from measures.workflow.acting import one_act
from measures.workflow.checks import require, required_reason
from measures.workflow.errors import WrongStateError
from measures.workflow.evidence_rows import attach_evidence, place_evidence, withdraw_evidence
from measures.workflow.locks import lock_update
from measures.workflow.recording import record

# In which the text that the office entered stands as it is.
_STANDS = frozenset({UpdateState.SUBMITTED, UpdateState.CONFIRMED})


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
        if row.is_scan_of_slip:
            raise WrongStateError(_("The scan of a signed slip is never withdrawn."))
        if row.withdrawn_at:
            raise WrongStateError(_("This file was withdrawn already."))
        withdraw_evidence(actor, update.department, row, words, at)
    return row


def _require(actor: Actor, update: ProgressUpdate) -> None:
    """Raises PermissionDenied, or WrongStateError for whoever writes here at other times."""
    require(updates.may_ever(actor, Act.SAVE, update))
    if not may_change_evidence(actor, update):
        raise WrongStateError(_("Files are added and withdrawn only while the text may be written."))


def text_for_late_evidence(update: ProgressUpdate) -> Revision | None:
    """The text that the office entered, while it stands and the period is not archived."""
    text = update.latest_revision
    if text is None or not text.entered_by or update.state not in _STANDS:
        return None
    return text if update.period.state in {PeriodState.OPEN, PeriodState.CLOSED} else None


def may_add_late_evidence(actor: Actor, update: ProgressUpdate) -> bool:
    """A clerk, of what the office entered for another department."""
    may = permissions.as_clerk_of_another(actor, update) is not None
    return may and text_for_late_evidence(update) is not None


def add_late_files(
    actor: Actor, update: ProgressUpdate, files: Sequence[ReceivedFile], at: datetime
) -> list[EvidenceFile]:
    """All of them or none, each with an event of the text that names its SHA-256: the text is sealed already.

    Raises ValidationError at `evidence`, WorkflowError, PermissionDenied.
    """
    office = permissions.as_clerk_of_another(actor, update)
    require(office is not None)
    with kept(files) as found, one_act():
        row = lock_update(update)
        text = text_for_late_evidence(row)
        if text is None or office is None:
            raise WrongStateError(
                _("Files that came later are added only to a text that the office entered, while it stands.")
            )
        return [_add_late(actor, office, row, text, file, at) for file in found]


def _add_late(
    actor: Actor,
    office: Department,
    update: ProgressUpdate,
    text: Revision,
    kept_file: KeptFile,
    at: datetime,
) -> EvidenceFile:
    file, is_new = place_evidence(actor, update, kept_file, at)
    if is_new:
        LateEvidence.objects.create(file=file, revision=text, sha256=file.sha256)
        comment = f"{file.name}（SHA-256：{file.sha256}）"
        record(Act.ADD_LATE_EVIDENCE, actor, office, at, comment=comment, revision=text)
    return file
