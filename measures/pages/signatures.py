"""What do pages say of the signature on paper? For which text a slip was signed, and if it still counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from departments.actors import Actor
from measures import permissions
from measures.models import PRIVATE_STATES, LateEvidence, PeriodState, ProgressUpdate, Revision, SignedSlip
from measures.workflow.signatures import noted_for, signatures_of, signed_text


@dataclass(frozen=True)
class Signature:
    """The last slip that was signed, beside the text that there is now.

    `former`: what was noted of the same text before, and was wrong; the latest first.
    """

    slip: SignedSlip
    update: ProgressUpdate
    text: Revision
    former: Sequence[SignedSlip] = ()

    @property
    def latest(self) -> int:
        return self.text.number

    @property
    def is_of_latest(self) -> bool:
        return self.slip.revision.number == self.latest

    @property
    def is_in_force(self) -> bool:
        """The signed text is the one that counts, whatever is written to replace it."""
        return self.slip.revision_id == self.update.in_force_id

    @property
    def is_void(self) -> bool:
        """Another text was submitted for review since, and the paper shows none that counts."""
        if self.is_of_latest or self.is_in_force:
            return False
        # A text gets the next number only once it is frozen: before the latest all were submitted.
        return self.text.is_frozen or self.latest > self.slip.revision.number + 1


def signatures_by_update(updates: Iterable[ProgressUpdate]) -> dict[int, Signature]:
    """One query; wants the latest revision of each loaded."""
    rows = {row.pk: row for row in updates}
    noted: dict[int, list[SignedSlip]] = {}
    for slip in signatures_of(rows.values()):
        noted.setdefault(slip.revision.update_id, []).insert(0, slip)
    return {
        pk: Signature(slips[0], rows[pk], text, _of_the_same_text(slips))
        for pk, slips in noted.items()
        if (text := rows[pk].latest_revision) is not None
    }


def _of_the_same_text(slips: Sequence[SignedSlip]) -> list[SignedSlip]:
    """The notes after the first, which are older."""
    return [slip for slip in slips[1:] if slip.revision_id == slips[0].revision_id]


def loaded_signatures(updates: Iterable[ProgressUpdate]) -> dict[int, Signature]:
    """The same of updates that are loaded with their slips: see `load_two_texts`."""
    return {
        row.pk: Signature(row.loaded_slip, row, text)
        for row in updates
        if row.loaded_slip is not None and (text := row.latest_revision) is not None
    }


def load_scans(actor: Actor, texts: Iterable[tuple[ProgressUpdate, Revision]]) -> None:
    """Gives each signed text the scans of its slip that this person may have. One query."""
    found: dict[int, list[Revision]] = {}
    for update, text in texts:
        if text.approved_at or permissions.is_own(actor, update):
            found.setdefault(text.pk, []).append(text)
    rows = LateEvidence.objects.filter(revision__in=found, file__place=None).order_by("pk")
    for row in rows.select_related("file__added_by"):
        for text in found[row.revision_id]:
            text.loaded_scans = [*text.loaded_scans, row.file]


def can_print(actor: Actor, update: ProgressUpdate) -> bool:
    """Its department whatever it has handed to its reviewer, the office what was submitted to it."""
    if permissions.is_own(actor, update):
        return True
    office = permissions.can_read_submitted_texts(actor, update.period.policy)
    return office and update.state not in PRIVATE_STATES


def can_correct(actor: Actor, update: ProgressUpdate, signature: Signature | None) -> bool:
    """A note of the text as it is, by whoever may note one."""
    if (
        signature is None
        or signed_text(update) != signature.slip.revision
        or update.period.state == PeriodState.ARCHIVED
    ):
        return False
    return noted_for(actor, update) is not None
