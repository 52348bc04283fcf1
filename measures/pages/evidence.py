"""Which evidence files does a page show, and who may have one? Who reads a text reads its files."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from departments.actors import Actor
from measures import permissions
from measures.models import EvidenceFile, LateEvidence, Policy, ProgressUpdate, Revision
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
        rows = list(update.evidence.of_texts().with_address().select_related("withdrawn_by"))
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
    if file.is_scan_of_slip and not permissions.can_see_filing_state(actor, update):
        return False
    has_it = Q(evidence=file) | Q(late_evidence__file=file)
    texts = Revision.objects.filter(has_it, approved_at__isnull=False)
    if not (file.is_scan_of_slip or permissions.can_read_working_text(actor, update)):
        texts = texts.filter(in_force_of=update)
    return texts.exists()


def load_late_evidence(texts: Iterable[Revision]) -> None:
    """Gives each text that the office entered the files that came later; no query where it entered none."""
    entered = {text.pk: text for text in texts if text.entered_by}
    if not entered:
        return
    rows = LateEvidence.objects.filter(revision__in=entered, file__place__isnull=False).order_by("pk")
    for row in rows.select_related("file__update__period__policy", "file__added_by"):
        row.file.came_later = True
        text = entered[row.revision_id]
        text.loaded_late = [*text.loaded_late, row.file]
