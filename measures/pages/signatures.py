"""What do pages say of the signature on paper? For which text a slip was signed, and if it still counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from departments.actors import Actor
from measures import permissions
from measures.models import PRIVATE_STATES, PeriodState, ProgressUpdate, SignedSlip
from measures.workflow.signatures import noted_for, signatures_of


@dataclass(frozen=True)
class Signature:
    """The last slip that was signed; `latest` is the number of the text that there is now.

    `former`: what was noted of the same text before, and was wrong; the latest first.
    """

    slip: SignedSlip
    latest: int
    former: Sequence[SignedSlip] = ()

    @property
    def is_void(self) -> bool:
        """A later text came since: the paper shows another one."""
        return self.slip.revision.number != self.latest


def signatures_by_update(updates: Iterable[ProgressUpdate]) -> dict[int, Signature]:
    """One query; wants the latest revision of each loaded."""
    rows = list(updates)
    latest = {row.pk: row.latest_revision for row in rows}
    noted: dict[int, list[SignedSlip]] = {}
    for slip in signatures_of(rows):
        noted.setdefault(slip.revision.update_id, []).insert(0, slip)
    return {
        pk: Signature(slips[0], revision.number, _of_the_same_text(slips))
        for pk, slips in noted.items()
        if (revision := latest[pk]) is not None
    }


def _of_the_same_text(slips: Sequence[SignedSlip]) -> list[SignedSlip]:
    """The notes after the first, which are older."""
    return [slip for slip in slips[1:] if slip.revision_id == slips[0].revision_id]


def loaded_signatures(updates: Iterable[ProgressUpdate]) -> dict[int, Signature]:
    """The same of updates that are loaded with their slips: see `load_two_texts`."""
    return {
        row.pk: Signature(row.loaded_slip, revision.number)
        for row in updates
        if row.loaded_slip is not None and (revision := row.latest_revision) is not None
    }


def can_print(actor: Actor, update: ProgressUpdate) -> bool:
    """Its department whatever it has handed to its reviewer, the office what was submitted to it."""
    if permissions.is_own(actor, update):
        return True
    office = permissions.can_read_submitted_texts(actor, update.period.policy)
    return office and update.state not in PRIVATE_STATES


def can_correct(actor: Actor, update: ProgressUpdate, signature: Signature | None) -> bool:
    """A note that still counts, by whoever may note one."""
    if signature is None or signature.is_void or update.period.state == PeriodState.ARCHIVED:
        return False
    return noted_for(actor, update) is not None
