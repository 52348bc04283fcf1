"""What has changed since a text came back? The returned text beside the one that came in its place.

For who decides on it again (docs/domain.md 4.20). The office compares with what it returned itself, never
with what the department returned to its own people.
"""

from collections.abc import Iterable

from measures.models import Act, Event, ProgressUpdate, Revision, UpdateState
from measures.pages.conflict import Difference, changes_between


def changed_since_return(
    update: ProgressUpdate, returned: Revision | None, new: Revision | None
) -> list[Difference] | None:
    """Field by field; empty where nothing was changed. None where nothing came back, or nobody has to decide.

    A return before the text in force is over and done with. No query: wants the texts loaded, with their
    values, subjects and commitments.
    """
    waits = update.state in {UpdateState.IN_REVIEW, UpdateState.SUBMITTED}
    if not waits or returned is None or new is None or returned == new:
        return None
    in_force = update.text_to_replace
    if in_force is not None and returned.number <= in_force.number:
        return None
    return changes_between(returned, new)


def returned_text(
    update: ProgressUpdate, events: Iterable[Event], texts: Iterable[Revision]
) -> Revision | None:
    """Of `events`, the latest first, and `texts` that the reader may know: as `with_last_return` finds it."""
    of_office = update.state == UpdateState.SUBMITTED
    returns = (row for row in events if row.act == Act.RETURN)
    wanted = (row for row in returns if not (of_office and row.from_state == UpdateState.IN_REVIEW))
    last = next(wanted, None)
    return next((row for row in texts if last and row.pk == last.revision_id), None)
