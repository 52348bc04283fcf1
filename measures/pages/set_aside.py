"""What becomes of words that were typed and not saved when their writer stores another text over them?

They are set aside: they stand in no form of themselves and hold up no submission, but beside the form, until
their writer throws them away. The form carries them along, as it does whatever else it goes on from.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from departments.models import User
from measures.forms import UpdateForm
from measures.models import SET_ASIDE, CommitmentSubject, HeldText, ProgressUpdate, Words
from measures.pages.conflict import words_of_choice

EARLIER: Final = "earlier"  # the field in which a form carries them


@dataclass(frozen=True)
class EarlierText:
    """The fields as they were typed, and when that was."""

    kept_at: datetime
    fields: Mapping[str, str]


@dataclass(frozen=True)
class TypedWords:
    """What was typed into one field and is not what is stored there."""

    label: Words
    words: str


@dataclass(frozen=True)
class ShownEarlier:
    kept_at: datetime
    typed: list[TypedWords]


def carried_by(held: HeldText | None) -> str:
    return str(held.fields.get(EARLIER, "")) if held else ""


def earlier_texts(carried: str) -> list[EarlierText]:
    """The latest first; none where a browser has sent something else."""
    try:
        return [
            EarlierText(
                datetime.fromisoformat(row["kept_at"]),
                {str(name): str(said) for name, said in row["fields"].items()},
            )
            for row in (json.loads(carried) if carried else ())
        ]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []


def set_aside(user: User, updates: Iterable[ProgressUpdate]) -> None:
    """What this person typed there and has not saved; another text of theirs was just stored."""
    rows: dict[int, list[HeldText]] = {}
    for row in HeldText.objects.filter(user=user, update__in=list(updates)).order_by("-kept_at"):
        rows.setdefault(row.update_id, []).append(row)
    for found in rows.values():
        texts = [text for row in found for text in _texts_of(row)]
        kept = next((row for row in found if row.page), found[0])
        HeldText.objects.filter(pk__in=[row.pk for row in found if row is not kept]).delete()
        kept.fields, kept.page = {EARLIER: _packed(texts)}, SET_ASIDE
        kept.save(update_fields=["fields", "page"])


def _texts_of(row: HeldText) -> list[EarlierText]:
    own = {name: said for name, said in row.fields.items() if name != EARLIER}
    earlier = earlier_texts(carried_by(row))
    return earlier if row.page == SET_ASIDE else [EarlierText(row.kept_at, own), *earlier]


def _packed(texts: Iterable[EarlierText]) -> str:
    rows = [{"kept_at": row.kept_at.isoformat(), "fields": dict(row.fields)} for row in texts]
    return json.dumps(rows, ensure_ascii=False)


def keep_again(user: User, update: ProgressUpdate, carried: str) -> None:
    """The form that carried them was saved: they stay, beside what another page has autosaved if any has."""
    texts = earlier_texts(carried)
    if not texts:
        return
    row = HeldText.objects.filter(user=user, update=update).exclude(page="").first()
    if row is None:
        HeldText.objects.create(
            user=user, update=update, page=SET_ASIDE, fields={EARLIER: carried}, kept_at=texts[0].kept_at
        )
    elif EARLIER not in row.fields:
        row.fields[EARLIER] = carried
        row.save(update_fields=["fields"])


def throw_away(user: User, update: ProgressUpdate) -> None:
    """What was set aside, and nothing of what was typed since."""
    rows = HeldText.objects.filter(user=user, update=update)
    rows.filter(page=SET_ASIDE).delete()
    for row in rows:
        if row.fields.pop(EARLIER, ""):
            row.save(update_fields=["fields"])


def typed_words(
    update: ProgressUpdate, subjects: Iterable[CommitmentSubject], fields: Mapping[str, Any]
) -> list[TypedWords]:
    """Field by field what differs from what is stored; what was left empty says nothing."""
    stored = UpdateForm.initial_of(update, update.latest_revision)
    form = UpdateForm(update, subjects, initial=stored)
    found = []
    for name in form.fields:
        said = str(fields.get(name, ""))
        if name != "version" and said.strip() and said != str(stored.get(name) or ""):
            found.append(TypedWords(form[name].label, words_of_choice(name, said)))
    return found


def shown_earlier(
    update: ProgressUpdate, subjects: Iterable[CommitmentSubject], carried: str
) -> list[ShownEarlier]:
    """Only where they are not what is stored by now."""
    rows = list(subjects)
    shown = [
        ShownEarlier(text.kept_at, typed_words(update, rows, text.fields)) for text in earlier_texts(carried)
    ]
    return [row for row in shown if row.typed]
