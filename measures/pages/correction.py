"""What does a correction change? The text that counts beside the one that is to take its place.

A text of an earlier period says nothing of it.
"""

from dataclasses import dataclass

from measures.models import ProgressUpdate, Revision
from measures.pages.conflict import Difference, differences
from measures.pages.update_parts import ShownText, shown_text
from measures.workflow.texts import Text


@dataclass(frozen=True)
class Correction:
    """`changes`: field by field; empty as long as no word is changed."""

    reason: str
    replaced: ShownText
    changes: list[Difference]


def correction_of(update: ProgressUpdate, new: Revision | None) -> Correction | None:
    """What `new`, the text that the reader sees in work, changes; None where nothing is corrected.

    No query: wants the texts loaded, with their values, subjects and commitments.
    """
    old = update.text_to_replace
    if old is None or new is None or new == old:
        return None
    values = [*old.values.all(), *new.values.all()]
    subjects = {row.subject_id: row.subject for row in values}.values()
    in_order = sorted(subjects, key=lambda row: (row.commitment.position, row.position))
    return Correction(
        new.correction_reason, shown_text(old), differences(Text.of(old), Text.of(new), in_order)
    )
