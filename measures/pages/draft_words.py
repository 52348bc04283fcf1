"""What does the page of a draft show of its words? To edit or to read; and what was typed, if refused.

A refused save loses nothing: what was typed stands in the form, beside what was stored meanwhile, or below it
where nobody edits any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from measures.models import ReportDraft
from measures.pages.conflict import Difference
from measures.pages.form_handling import came_too_late
from measures.pages.set_aside import TypedWords
from measures.report_forms import SectionsForm, renew
from measures.reports import issuing as documents
from measures.summaries import SnapshotError


@dataclass(frozen=True)
class DraftWords:
    """Sections to be edited (`form`) or read (`texts`). Of a refused save: what was typed and is in no form,
    and what is stored now against what was typed.
    """

    form: SectionsForm | None
    texts: list[tuple[str, str]]
    typed: list[TypedWords]
    stored: list[Difference]


def words_shown(
    draft: ReportDraft, proposed: Mapping[str, str], *, edits: bool, sent: SectionsForm | None = None
) -> DraftWords:
    """Of the draft as it is now; `sent` is a save that was refused."""
    words = words_of(draft, proposed)
    texts = [(documents.section_label(draft.kind, name), text) for name, text in words.items()]
    unsaved = not_stored(draft, sent) if sent else []
    if not edits:
        typed = [TypedWords(row.label, row.mine) for row in unsaved if row.mine]
        return DraftWords(None, texts, typed, [])
    too_late = sent is not None and came_too_late(sent)
    if sent and too_late:
        renew(sent, draft.version)
    return DraftWords(sent or SectionsForm(draft, words), texts, [], unsaved if too_late else [])


def not_stored(draft: ReportDraft, sent: SectionsForm) -> list[Difference]:
    """Section by section what is stored, and what was typed."""
    rows = [
        Difference(
            name,
            documents.section_label(draft.kind, name),
            draft.texts[name],
            str(sent.data.get(name, "")).replace("\r\n", "\n").strip(),
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
