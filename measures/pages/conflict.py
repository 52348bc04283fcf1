"""What do two people say differently in one text? Field by field, what stands stored and what was sent."""

from collections.abc import Iterable
from dataclasses import dataclass

from measures.forms import label_of, value_words
from measures.models import TEXT_COLUMNS, CommitmentSubject, Revision, SelfAssessment, Situation, Words
from measures.workflow.texts import Text


@dataclass(frozen=True)
class Difference:
    label: Words
    theirs: str
    mine: str


def differences(
    latest: Revision | None, mine: Text, subjects: Iterable[CommitmentSubject]
) -> list[Difference]:
    """Only the fields that are not the same in both."""
    theirs = Text.of(latest) if latest else Text()
    found = [
        Difference(label_of(name), _words(name, getattr(theirs, name)), _words(name, getattr(mine, name)))
        for name in TEXT_COLUMNS
        if getattr(theirs, name) != getattr(mine, name)
    ]
    for subject in subjects:
        both = theirs.values.get(subject.pk), mine.values.get(subject.pk)
        if both[0] != both[1]:
            label = f"{subject.commitment.label} {subject.name}".strip()
            words = [value_words(subject.commitment, *value) if value else "" for value in both]
            found.append(Difference(label, words[0], words[1]))
    return found


def _words(column: str, value: str) -> str:
    if column == "situation":
        return str(Situation(value).label)
    if column == "self_assessment":
        return str(SelfAssessment(value).label)
    return value
