"""Which sources of a convenor's text have changed since (来源已变), and what does an input add to its form?

Compares what the convenor knows of an input (`workflow.sources`) with what is handed in by now.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any, Final
from uuid import UUID

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils.safestring import SafeString

from departments.models import User
from langfang_policy.compiled_queries import compiled
from langfang_policy.given_rows import give
from measures.forms import UpdateForm, label_of
from measures.models import ProgressUpdate, Revision, UsedInput, Words
from measures.pages import held_text
from measures.pages.set_aside import EARLIER, carried_by
from measures.pages.text_diff import compare, marked
from measures.workflow.sources import Inserted, handed_in, is_input_of, with_source, words_of

# The hidden field of the form that says what was put into it and is not saved yet.
INSERTED: Final = "inserted"


@dataclass(frozen=True)
class ChangedSource:
    """`update` is the source's, `known` what of it the convenor has used, `now` what is handed in today."""

    update: ProgressUpdate
    known: Revision
    used_at: datetime
    now: Revision | None
    changes: list[tuple[Words, SafeString]]

    @property
    def fields(self) -> list[tuple[str, Words]]:
        """What of it can be inserted anew."""
        return insertable(self.now) if self.now else []


def changed_sources(updates: Iterable[ProgressUpdate]) -> dict[int, list[ChangedSource]]:
    """By update. One query, if there is any update."""
    rows = _texts_of_sources([update.pk for update in updates])
    sources: dict[int, ProgressUpdate] = {}
    texts: dict[int, dict[int, Revision]] = {}  # by source, by key
    by_source: dict[tuple[int, int], dict[str, UsedInput]] = {}  # the last use of each field
    for row in rows:
        source = sources.setdefault(row.update_id, row.update)
        text = texts.setdefault(source.pk, {}).setdefault(row.pk, row)
        text.update = source
        if row.used_pk is not None:
            columns = {name: vars(row)[f"used_{name}"] for name in _USE}
            used = by_source.setdefault((columns["update_id"], source.pk), {})
            used[columns["field"]] = UsedInput(source=text, **columns)
    for source in sources.values():
        give(source, "revisions", texts[source.pk].values())
    found: dict[int, list[ChangedSource]] = {}
    for (update, key), uses in by_source.items():
        if changed := _changed(sources[key], list(uses.values())):
            found.setdefault(update, []).append(changed)
    return found


_USE: Final = ("pk", "update_id", "field", "at")


@compiled
def _texts_of_sources(updates: list[int]) -> QuerySet[Any]:
    """All texts of what these updates took over from, each as often as it was used, the last use last."""
    sources = UsedInput.objects.filter(update__in=updates).order_by().values("source__update")
    used = FilteredRelation("uses", condition=Q(uses__update__in=updates))
    rows = Revision.objects.filter(update__in=sources).select_related("update__department")
    return rows.annotate(used=used, **{f"used_{name}": F(f"used__{name}") for name in _USE}).order_by(
        "used__pk"
    )


def _changed(source: ProgressUpdate, used: list[UsedInput]) -> ChangedSource | None:
    now, last = handed_in(source), max(used, key=lambda use: use.pk)
    said = words_of(now) if now else {}
    pairs = [(use.field, words_of(use.source).get(use.field, ""), said.get(use.field, "")) for use in used]
    changes = [
        (label_of(field), marked(compare(before, after))) for field, before, after in pairs if before != after
    ]
    if not changes:
        return None
    return ChangedSource(source, last.source, last.at, now, changes if now else [])


def insertable(revision: Revision) -> list[tuple[str, Words]]:
    """Which fields the text has something for: what the button sends, and the label."""
    return [(f"insert:{revision.uuid}:{name}", label_of(name)) for name in words_of(revision)]


def fields_as_they_stand(user: User, update: ProgressUpdate) -> dict[str, str]:
    """The form as its writer would find it now, as if it was sent from a page of its own.

    `update` loaded with its held text.
    """
    held = held_text.loaded_held(user, update)
    stored = UpdateForm.initial_of(update, update.latest_revision)
    shown = held_text.as_initial(held) or {**stored, EARLIER: carried_by(held)}
    fields = {name: str(value) for name, value in shown.items()}
    return {**fields, "page": token_hex(8), "continues": held_text.continued_by(held) if held else ""}


def with_input(
    update: ProgressUpdate, typed: Mapping[str, str], source: Revision | None, field: str
) -> tuple[dict[str, str], list[Words]]:
    """What was typed with the words of the source at the end of the field, or of each; nothing is replaced.

    The labels of the fields that it went into; none where the text is not handed in any more.
    """
    if source is None or not is_input_of(update, source) or handed_in(source.update) != source:
        return dict(typed), []
    words = {name: said for name, said in words_of(source).items() if field in {"", name}}
    filled = dict(typed)
    for name, said in words.items():
        filled[name] = "\n".join(filter(None, [filled.get(name, "").rstrip(), with_source(said, source)]))
    marks = [filled.get(INSERTED, ""), *(f"{source.uuid}:{name}" for name in words)]
    filled[INSERTED] = " ".join(dict.fromkeys(" ".join(marks).split()))
    return filled, [label_of(name) for name in words]


def source_of(uuid: str) -> Revision | None:
    """The text that a button names, with all that is asked of it."""
    try:
        rows = Revision.objects.filter(uuid=UUID(uuid))
    except ValueError:
        return None
    return rows.select_related("update__department").prefetch_related("update__revisions").first()


def inserted_in(sent: Mapping[str, str]) -> list[Inserted]:
    """What the form that was sent says to have been put into it; what cannot be read is left out."""
    found = []
    for mark in sent.get(INSERTED, "").split():
        uuid, _colon, field = mark.partition(":")
        try:
            found.append(Inserted(UUID(uuid), field))
        except ValueError:
            continue
    return found
