"""What stands in the sheet of a department's updates on screen? A form in each row, of the usual fields.

A row is saved by itself: what is wrong in one keeps no other from being stored, and stays as it was typed.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, Exists, IntegerField, OuterRef, Value, When
from django.forms import BoundField
from django.http import QueryDict

from departments.actors import Actor
from departments.models import User
from measures import permissions
from measures.forms import UpdateForm, label_of, repetition_question, repetition_to_ask_about
from measures.models import (
    STILL_OWED,
    TEXTS,
    Act,
    Event,
    ProgressUpdate,
    UpdateState,
    UsedInput,
    Words,
)
from measures.models.filing import DOCUMENT_ORDER, ProgressUpdateQuerySet
from measures.pages import held_text
from measures.pages.conflict import Difference, differences
from measures.pages.held_text import OpenForm
from measures.pages.returns import last_return, with_last_return
from measures.pages.set_aside import EARLIER
from measures.pages.signatures import Signature, loaded_signatures
from measures.pages.sources import ChangedSource, changed_sources
from measures.pages.update_loading import texts_before
from measures.pages.update_parts import ShownText, return_place, role_words, shown_text
from measures.repetition import repeated_words
from measures.update_sheets.columns import WRITTEN
from measures.value_inputs import ReferenceValues, ShownCommitment
from measures.workflow import updates as acts
from measures.workflow.many_updates import NewText, Refusal
from measures.workflow.texts import Text

# Columns that everybody fills in; the others stand folded in their row.
HEADS: Final = ("situation", "headline", "progress", "self_assessment")
MORE: Final = tuple(name for name in WRITTEN if name not in HEADS)
_SENT: Final = re.compile(r"u([0-9]{1,18})-version")  # see prefix_of


@dataclass
class SheetRow:
    """`form` where this person may write the update now, else `text` as it stands.

    `problem`: why it was refused. `theirs`: what somebody else has saved since the page was opened, where it
    differs. `approvable`: it waits for a review that this person may give. `repeated`, `signature`,
    `changed_sources` and `returned` (with the `place` that it is about) say what the update's own page says.
    """

    update: ProgressUpdate
    role: str
    form: UpdateForm | None
    text: ShownText | None
    problem: str = ""
    theirs: Sequence[Difference] = ()
    approvable: bool = False
    reference: ReferenceValues | None = None
    repeated: str = ""
    signature: Signature | None = None
    changed_sources: Sequence[ChangedSource] = ()
    returned: Event | None = None
    place: Words = ""
    typing: OpenForm | None = None

    @property
    def fields(self) -> list[BoundField]:
        return [self.form[name] for name in HEADS] if self.form else []

    @property
    def more(self) -> list[BoundField]:
        return [self.form[name] for name in MORE] if self.form else []

    @property
    def commitments(self) -> list[ShownCommitment]:
        return self.form.shown_commitments(self.reference) if self.form else []

    @property
    def open(self) -> bool:
        """Something is written or wrong in what stands folded."""
        if self.form is None:
            return False
        names = [name for name in self.form.fields if name not in (*HEADS, "version")]
        return any(self.form[name].value() or self.form[name].errors for name in names)

    @property
    def new_text(self) -> NewText | None:
        """What was typed, if it differs from what is stored and nothing is wrong with it."""
        if self.form is None or not self.form.is_valid():
            return None
        text = self.form.text()
        if text == _stored(self.update):
            return None
        return NewText(self.update, self.form.cleaned_data["version"], text)


def _stored(update: ProgressUpdate) -> Text:
    revision = update.latest_revision
    return Text.of(revision) if revision else Text()


def sheets_of(updates: Iterable[ProgressUpdate]) -> list[ProgressUpdate]:
    """Of which departments and periods there are several: one update each, whose sheet a list leads to."""
    return [rows[0] for rows in _by_sheet(updates) if len(rows) > 1]


def alone_in(updates: Iterable[ProgressUpdate]) -> list[ProgressUpdate]:
    """The only ones of their department and period: a list leads to their Excel form too."""
    return [rows[0] for rows in _by_sheet(updates) if len(rows) == 1]


def _by_sheet(updates: Iterable[ProgressUpdate]) -> list[list[ProgressUpdate]]:
    found: dict[tuple[int, int], list[ProgressUpdate]] = {}
    for update in updates:
        found.setdefault((update.period_id, update.department_id), []).append(update)
    return list(found.values())


def open_rows(person: User, rows: Iterable[SheetRow], sent: QueryDict) -> None:
    """Gives the rows that are written in what their autosave needs."""
    for row in rows:
        if row.form is not None:
            names = {name: f"{prefix_of(row.update)}-{name}" for name in ("page", "continues", EARLIER)}
            typed = {name: str(sent[place]) for name, place in names.items() if place in sent}
            held = None if row.form.is_bound else held_text.loaded_held(person, row.update)
            row.typing = held_text.open_form(person, row.update, held, typed)


def with_marks(updates: ProgressUpdateQuerySet) -> ProgressUpdateQuerySet:
    """Each says whether it has a source of which `mark_texts` has to ask, and why it came back."""
    inputs = UsedInput.objects.filter(update=OuterRef("pk"))
    return with_last_return(updates.annotate(takes_over=Exists(inputs)))


def to_write_first(updates: ProgressUpdateQuerySet) -> ProgressUpdateQuerySet:
    """In the order of the document, but what is finished stands behind all that is still to be written."""
    finished = Case(When(STILL_OWED, then=Value(0)), default=Value(1), output_field=IntegerField())
    return updates.order_by(finished, *DOCUMENT_ORDER)


def sent_keys(sent: QueryDict) -> set[int]:
    """Of which updates a row was sent; the list may have been put into another order since."""
    found = [match[1] for name in sent if (match := _SENT.fullmatch(name))]
    return {int(key) for key in found}


def mark_texts(rows: Sequence[SheetRow]) -> None:
    """What the page of an update says of its stored text; wants updates `with_marks`, loaded for a reader.

    One query where inputs were used.
    """
    updates = [row.update for row in rows]
    signed = loaded_signatures(updates)
    convenors = [row for row in updates if vars(row)["takes_over"]]
    changed = changed_sources(convenors) if convenors else {}
    for row in rows:
        key, revision = row.update.pk, row.update.latest_revision
        row.signature, row.changed_sources = signed.get(key), changed.get(key, ())
        if row.update.state == UpdateState.RETURNED and (returned := last_return(row.update)):
            row.returned, row.place = returned, return_place(returned)
        if revision:
            said = row.update.text_to_replace or row.update.loaded_before
            row.repeated = repeated_words(revision, said, row.update.period)


def repetitions(updates: Sequence[ProgressUpdate]) -> dict[int, str]:
    """By update what is to be asked about before its stored text goes; wants their texts. One query."""
    before = texts_before(updates)
    found = {row.pk: repetition_to_ask_about(row, _stored(row), before.get(row.pk)) for row in updates}
    return {key: words for key, words in found.items() if words}


def asked_about(
    updates: Sequence[ProgressUpdate], accepted: Collection[ProgressUpdate]
) -> dict[ProgressUpdate, Refusal]:
    """Those that nearly repeat the last text and of which that is new to this person: with the question."""
    asked = repetitions([row for row in updates if row not in accepted])
    return {row: Refusal(row, repetition_question(asked[row.pk])) for row in updates if row.pk in asked}


def prefix_of(update: ProgressUpdate) -> str:
    """Before the names of all fields of its row."""
    return f"u{update.pk}"


def sheet_rows(
    updates: Iterable[ProgressUpdate],
    sent: QueryDict | None = None,
    person: User | None = None,
) -> list[SheetRow]:
    """`updates` loaded to be written; a row that was not sent is shown as it is stored.

    Or as `person` has typed it and not saved; then loaded by `with_held` too.
    """
    found = [_row(update, sent) for update in updates]
    for row in found if person else ():
        if row.form is not None and person is not None:
            row.form.initial.update(held_text.as_initial(held_text.loaded_held(person, row.update)))
    return found


def read_rows(updates: Iterable[ProgressUpdate]) -> list[SheetRow]:
    """For those who write nothing: every text as it stands."""
    return [_read_row(update) for update in updates]


def mark_approvable(actor: Actor, rows: Iterable[SheetRow]) -> None:
    """Those that this person may approve; wants the contributors loaded."""
    for row in rows:
        revision = row.update.latest_revision
        if revision is not None and row.update.state == UpdateState.IN_REVIEW:
            row.approvable = permissions.can_approve(actor, row.update, revision)


def _read_row(update: ProgressUpdate) -> SheetRow:
    revision = update.latest_revision
    return SheetRow(update, role_words(update), None, shown_text(revision) if revision else None)


def _row(update: ProgressUpdate, sent: QueryDict | None) -> SheetRow:
    if not acts.is_possible(update, Act.SAVE):
        return _read_row(update)
    prefix = prefix_of(update)
    data = sent if sent is not None and f"{prefix}-version" in sent else None
    initial = UpdateForm.initial_of(update, update.latest_revision)
    form = UpdateForm(update, update.loaded_promised.entered, data, prefix=prefix, initial=initial)
    for name in (*HEADS, *MORE):
        if name in TEXTS:
            form.fields[name].widget.attrs |= {"aria-label": f"{update.measure.code} {TEXTS[name].label}"}
    return SheetRow(update, role_words(update), form, None, reference=update.loaded_promised.reference)


def with_refusals(
    rows: Sequence[SheetRow], fresh: Sequence[SheetRow], refusals: Iterable[Refusal]
) -> list[SheetRow]:
    """The rows as they are now; those that were refused or have errors as they were typed, and why."""
    reasons = {refusal.update.pk: refusal.reason for refusal in refusals}
    return [_kept(row, now, reasons.get(row.update.pk, "")) for row, now in zip(rows, fresh, strict=True)]


def _kept(row: SheetRow, now: SheetRow, reason: str) -> SheetRow:
    form = row.form
    if now.form is None or form is None or not (reason or form.errors):
        return now
    theirs: Sequence[Difference] = ()
    if not form.errors and form.cleaned_data["version"] != now.update.version:
        theirs = differences(_stored(now.update), form.text(), form.subjects)
        sent: dict[str, Any] = {name: form.data[name] for name in form.data}
        form.data = sent | {form.add_prefix("version"): str(now.update.version)}
    return SheetRow(now.update, now.role, form, None, reason, theirs, reference=now.reference)


def headings() -> list[tuple[Words, int | None]]:
    """Of the columns that everybody fills in, with their limits of characters."""
    limits = {name: text.limit for name, text in TEXTS.items()}
    return [(label_of(name), limits.get(name)) for name in HEADS]


def as_sent_alone(row: SheetRow) -> dict[str, str]:
    """What was typed into the row, by the names that the update's own form has."""
    if row.form is None:
        return {}
    sent = {name: row.form.data.get(row.form.add_prefix(name), "") for name in row.form.fields}
    return {name: str(value) for name, value in sent.items()}
