"""What does the page of a draft show of its words? To edit or to read, and what was changed in them.

Who checks and signs sees what the program proposed against what the drafter wrote, and of a draft that came
back what was changed since. A refused save loses nothing: what was typed stands in the form, beside what was
stored meanwhile, or on the page where nobody edits any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.utils.safestring import SafeString

from measures.models import DraftState, ReportDraft
from measures.pages.conflict import Difference
from measures.pages.form_handling import came_too_late
from measures.pages.set_aside import TypedWords
from measures.pages.text_diff import compare_lines, marked, shortened
from measures.report_forms import SectionsForm, renew
from measures.reports import issuing as documents
from measures.summaries import SnapshotError

# Characters of marked changes that are read at a glance.
LITTLE: Final = 600


@dataclass(frozen=True)
class ShownLine:
    text: str
    is_heading: bool


@dataclass(frozen=True)
class ShownSection:
    """To be read, with the headings that the document will have."""

    label: str
    lines: list[ShownLine]


@dataclass(frozen=True)
class DraftWords:
    """Sections to be edited (`form`) or read (`texts`).

    What differs in them from what the program proposed, and from what was returned: None where there is
    nothing to compare with. Of a refused save what was typed and is in no form, and what is stored.
    """

    form: SectionsForm | None
    texts: list[ShownSection]
    typed: list[TypedWords]
    stored: list[Difference]
    from_proposed: list[Difference] | None
    since_return: list[Difference] | None

    @property
    def is_little(self) -> bool:
        """Of what differs from what was proposed: so little that it stands open."""
        return sum(len(row.both_marked) for row in self.from_proposed or ()) < LITTLE


class SectionDifference(Difference):
    """Of texts of many paragraphs that stand whole on the same page."""

    @cached_property
    def both_marked(self) -> SafeString:  # worked out once: it may be long
        return marked(shortened(compare_lines(self.theirs, self.mine)))


def words_shown(
    draft: ReportDraft, proposed: Mapping[str, str], *, edits: bool, sent: SectionsForm | None = None
) -> DraftWords:
    """Of the draft as it is now; `sent` is a save that was refused."""
    words = words_of(draft, proposed)
    unsaved = not_stored(draft, sent) if sent else []
    too_late = sent is not None and came_too_late(sent)
    if sent and too_late:
        renew(sent, draft.version)
    return DraftWords(
        form=(sent or SectionsForm(draft, words)) if edits else None,
        texts=[section_shown(draft.kind, name, text) for name, text in words.items()],
        typed=[] if edits else [TypedWords(row.label, row.mine) for row in unsaved if row.mine],
        stored=unsaved if edits and too_late else [],
        from_proposed=differing(draft, proposed, words) if proposed else None,
        since_return=None if edits else changed_since_return(draft),
    )


def section_shown(kind: str, name: str, text: str) -> ShownSection:
    lines = [
        ShownLine(line, documents.is_heading(kind, name, line)) for line in documents.written_lines(text)
    ]
    return ShownSection(documents.section_label(kind, name), lines)


def changed_since_return(draft: ReportDraft) -> list[Difference] | None:
    """None where nothing came back, or nobody has to decide on it any more."""
    decides = draft.state in {DraftState.SUBMITTED, DraftState.CHECKED, DraftState.SIGNED}
    return differing(draft, draft.returned_texts, draft.texts) if decides and draft.returned_texts else None


def not_stored(draft: ReportDraft, sent: SectionsForm) -> list[Difference]:
    """What is stored, and what was typed."""
    typed = {name: str(text).replace("\r\n", "\n").strip() for name, text in sent.data.items()}
    return differing(draft, draft.texts, typed)


def differing(draft: ReportDraft, before: Mapping[str, str], after: Mapping[str, str]) -> list[Difference]:
    """Section by section, only those that are not the same in both."""
    rows = [
        SectionDifference(
            name, documents.section_label(draft.kind, name), before.get(name, ""), after.get(name, "")
        )
        for name in documents.sections_of(draft.kind)
    ]
    return [row for row in rows if row.theirs != row.mine]


def words_of(draft: ReportDraft, proposed: Mapping[str, str]) -> dict[str, str]:
    """What each section says: the words stored with the draft, or those printed in their place."""
    return {name: draft.texts[name] or proposed.get(name, "") for name in documents.sections_of(draft.kind)}


def proposed_of(draft: ReportDraft, *, is_current: bool, demo: bool) -> dict[str, str]:
    """The words that the program writes; none once the draft rests on other figures than the period.

    That a snapshot was altered is told where its lights stand (`pages.overrides`), and by the document.
    """
    if not is_current:
        return {}
    try:
        return documents.proposed_texts(draft.kind, documents.asked_of(draft, demo=demo))
    except SnapshotError:
        return {}
