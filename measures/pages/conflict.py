"""What do two texts say differently? Field by field, each with the characters marked in which they differ."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from measures.forms import label_of
from measures.models import (
    TEXT_COLUMNS,
    TEXT_FIELDS,
    CommitmentSubject,
    Revision,
    SelfAssessment,
    Situation,
    Words,
)
from measures.pages.text_diff import compare, marked
from measures.value_inputs import decrease_label, number_name, subject_label
from measures.workflow.texts import Text
from measures.workflow.values import decrease_name, value_words


@dataclass(frozen=True)
class Difference:
    """`name` is the field of the form; prose can be joined, a choice or a value only taken."""

    name: str
    label: Words
    theirs: str
    mine: str

    @property
    def is_prose(self) -> bool:
        return self.name in TEXT_FIELDS

    @property
    def can_join(self) -> bool:
        return self.is_prose and bool(self.theirs and self.mine)

    @property
    def both_marked(self) -> SafeString:
        """Theirs as what goes, mine as what comes."""
        return marked(compare(self.theirs, self.mine))

    @property
    def theirs_marked(self) -> SafeString:
        """What only they say stands as what would go."""
        return marked([piece for piece in compare(self.theirs, self.mine) if piece.kind != "added"])

    @property
    def mine_marked(self) -> SafeString:
        return marked([piece for piece in compare(self.theirs, self.mine) if piece.kind != "removed"])


def differences(theirs: Text, mine: Text, subjects: Iterable[CommitmentSubject]) -> list[Difference]:
    """Only the fields that are not the same in both."""
    found = [
        Difference(
            name,
            label_of(name),
            words_of_choice(name, getattr(theirs, name)),
            words_of_choice(name, getattr(mine, name)),
        )
        for name in TEXT_COLUMNS
        if getattr(theirs, name) != getattr(mine, name)
    ]
    for subject in subjects:
        both = theirs.values.get(subject.pk), mine.values.get(subject.pk)
        if both[0] != both[1]:
            label = subject_label(subject)
            words = [value_words(subject.commitment, *value) if value else "" for value in both]
            found.append(Difference(number_name(subject.pk), label, words[0], words[1]))
        reasons = [text.decreases.get(subject.pk, "") for text in (theirs, mine)]
        if reasons[0] != reasons[1]:
            found.append(Difference(decrease_name(subject.pk), decrease_label(subject), *reasons))
    return found


def changes_between(old: Revision, new: Revision) -> list[Difference]:
    """The same of two revisions whose values are loaded, with their subjects and commitments."""
    values = [*old.values.all(), *new.values.all()]
    subjects = {row.subject_id: row.subject for row in values}.values()
    in_order = sorted(subjects, key=lambda row: (row.commitment.position, row.position))
    return differences(Text.of(old), Text.of(new), in_order)


def words_of_choice(column: str, value: str) -> str:
    choices = {"situation": Situation, "self_assessment": SelfAssessment}.get(column)
    return str(dict(choices.choices).get(value, value)) if choices else value
