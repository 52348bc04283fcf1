"""What do pages say of the signature on paper? For which text a slip was signed, and if it still counts."""

from collections.abc import Iterable
from dataclasses import dataclass

from departments.actors import Actor
from measures import permissions
from measures.models import PRIVATE_STATES, ProgressUpdate, SignedSlip
from measures.workflow.signatures import signatures_of


@dataclass(frozen=True)
class Signature:
    """The last slip that was signed; `latest` is the number of the text that there is now."""

    slip: SignedSlip
    latest: int

    @property
    def is_void(self) -> bool:
        """A later text came since: the paper shows another one."""
        return self.slip.revision.number != self.latest


def signatures_by_update(updates: Iterable[ProgressUpdate]) -> dict[int, Signature]:
    """One query; wants the latest revision of each loaded."""
    rows = list(updates)
    latest = {row.pk: row.latest_revision for row in rows}
    last = {slip.revision.update_id: slip for slip in signatures_of(rows)}
    return {
        pk: Signature(slip, revision.number)
        for pk, slip in last.items()
        if (revision := latest[pk]) is not None
    }


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
