"""How did an update come about? Its versions with what changed in each, and its record.

What of it somebody may see is asked of `permissions` here.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.safestring import SafeString

from departments.actors import Actor
from measures import permissions
from measures.forms import label_of
from measures.models import (
    TEXT_FIELDS,
    Act,
    CommitmentSubject,
    Event,
    ProgressUpdate,
    ReplacedText,
    Revision,
    UpdateState,
    Words,
)
from measures.pages.conflict import Difference, differences
from measures.pages.text_diff import compare, marked
from measures.pages.update_parts import ShownText, return_place, shown_text
from measures.workflow.texts import Text

# How their files are called others read with the text that has them.
FILES: Final = frozenset({Act.ADD_EVIDENCE, Act.WITHDRAW_EVIDENCE})


@dataclass(frozen=True)
class ReplacedVersion:
    """A saved text that another save replaced, and field by field what came in its place."""

    replaced: ReplacedText
    differences: list[Difference]


@dataclass(frozen=True)
class Version:
    """A text, and field by field what it changed in the one before; empty for the first.

    `replaced` are the texts that were saved under the same number before, the newest first.
    """

    text: ShownText
    changes: list[tuple[Words, SafeString]]
    is_first: bool
    is_in_force: bool
    replaced: list[ReplacedVersion]


def versions(actor: Actor, update: ProgressUpdate) -> list[Version]:
    """The newest first. Whoever is not of the department sees only what was submitted to the office."""
    rows = sorted(update.revisions.all(), key=lambda revision: revision.number)
    if not permissions.is_own(actor, update):
        rows = [row for row in rows if row.approved_at is not None]
    replaced = replaced_versions(update, rows) if permissions.is_own(actor, update) else {}
    pairs = zip([None, *rows], rows, strict=False)
    return [
        Version(
            shown_text(new, update.period),
            changes(old, new),
            is_first=old is None,
            is_in_force=new.pk == update.in_force_id,
            replaced=replaced.get(new.number, []),
        )
        for old, new in reversed(list(pairs))
    ]


def replaced_versions(update: ProgressUpdate, rows: list[Revision]) -> dict[int, list[ReplacedVersion]]:
    """By number of the revision. Two queries; none where it is known that nothing was replaced."""
    if not vars(update).get("was_replaced", True):
        return {}
    kept = list(
        ReplacedText.objects.filter(update=update).select_related("saved_by", "replaced_by").order_by("-pk")
    )
    if not kept:
        return {}
    subjects = list(
        CommitmentSubject.objects.filter(commitment__measure=update.measure_id).select_related("commitment")
    )
    after = {row.number: Text.of(row) for row in rows}
    found: dict[int, list[ReplacedVersion]] = {}
    for row in kept:  # the newest first: what came in its place is what was looked at before
        text = Text.from_json(row.content)
        changed = differences(text, after[row.number], subjects)
        found.setdefault(row.number, []).append(ReplacedVersion(row, changed))
        after[row.number] = text
    return found


def changes(old: Revision | None, new: Revision) -> list[tuple[Words, SafeString]]:
    if old is None:
        return []
    pairs = [(name, getattr(old, name), getattr(new, name)) for name in TEXT_FIELDS]
    return [
        (label_of(name), marked(compare(before, after))) for name, before, after in pairs if before != after
    ]


@dataclass(frozen=True)
class Entry:
    """One act of the record."""

    event: Event
    act: Words
    place: Words
    comment: str


def events_shown(actor: Actor, update: ProgressUpdate) -> list[Entry]:
    """The acts on the update, the latest first. What a department writes to itself stays there."""
    own = permissions.is_own(actor, update)
    office = permissions.can_read_submitted_texts(actor, update.period.policy)
    lead = own or office or permissions.is_lead_of(actor, update)
    entries = []
    for event in Event.objects.of_update(update).for_display():
        inside = event.act in FILES or (event.act == Act.RETURN and event.from_state == UpdateState.IN_REVIEW)
        shown = own or (lead and not inside)
        entries.append(
            Entry(
                event=event,
                act=Act(event.act).label,
                place=return_place(event) if shown else "",
                comment=event.said_comment if shown else "",
            )
        )
    return entries
