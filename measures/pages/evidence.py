"""Which evidence files does a page show, and who may have one? Who reads a text reads its files."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404

from departments.actors import Actor
from measures import permissions
from measures.models import EvidenceFile, Policy, ProgressUpdate
from measures.workflow.evidence import may_change_evidence


@dataclass(frozen=True)
class OwnEvidence:
    """What the department sees of its own: the files that are there, and those that were withdrawn."""

    present: list[EvidenceFile]
    withdrawn: list[EvidenceFile]
    may_change: bool


def own_evidence(actor: Actor, update: ProgressUpdate) -> OwnEvidence | None:
    """None for all others: they see the files of the texts that they may read. One query, none on a form."""
    if not permissions.is_own(actor, update):
        return None
    rows = update.loaded_files
    if rows is None:
        rows = list(update.evidence.with_address().select_related("withdrawn_by"))
    return OwnEvidence(
        present=[row for row in rows if row.withdrawn_at is None],
        withdrawn=[row for row in rows if row.withdrawn_at],
        may_change=may_change_evidence(actor, update),
    )


def readable_file(actor: Actor, policy: Policy, uuid: UUID) -> EvidenceFile:
    """Raises Http404: another department's files go with the text that they were submitted with."""
    rows = EvidenceFile.objects.with_address().select_related("update__department")
    file = rows.filter(uuid=uuid, update__period__policy=policy).first()
    if file is None or not _may_read(actor, file):
        raise Http404("no such file")
    return file


def _may_read(actor: Actor, file: EvidenceFile) -> bool:
    update = file.update
    if permissions.is_own(actor, update):
        return True
    texts = file.revisions.filter(approved_at__isnull=False)
    if not permissions.can_read_working_text(actor, update):
        texts = texts.filter(in_force_of=update)
    return texts.exists()
