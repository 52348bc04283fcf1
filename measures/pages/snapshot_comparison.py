"""What does the page on two snapshots show of a measure that differs? Words that went, words that came."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from measures.pages.text_diff import compare, marked
from measures.summaries.comparing import ChangedMeasure, Difference


@dataclass(frozen=True)
class ShownMeasure:
    """Each with its label: the commitment, or the department whose text or matter it is."""

    measure: ChangedMeasure
    values: list[tuple[str, SafeString]]
    texts: list[tuple[str, SafeString]]
    matters: list[tuple[str, SafeString]]


def shown(measure: ChangedMeasure) -> ShownMeasure:
    return ShownMeasure(measure, *map(_marked, (measure.values, measure.texts, measure.matters)))


def _marked(differences: tuple[Difference, ...]) -> list[tuple[str, SafeString]]:
    return [(row.label, marked(compare(row.before, row.after))) for row in differences]
