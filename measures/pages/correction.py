"""What does a correction change? The text that counts beside the one that is to take its place.

A text of an earlier period says nothing of it.
"""

from dataclasses import dataclass

from measures.models import ProgressUpdate, Revision
from measures.pages.conflict import Difference, changes_between
from measures.pages.update_parts import ShownText, shown_text


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
    return Correction(new.correction_reason, shown_text(old), changes_between(old, new))
