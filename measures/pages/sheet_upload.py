"""What does an uploaded Excel form change? Row by row, before anything is stored; errors by row and column.

Rows that nobody touched are known by their fingerprint, so that they never undo what was saved meanwhile.
One that was touched, and whose update somebody has saved since, is marked: it is stored only where asked for.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.core import signing
from django.utils.translation import gettext as _

from departments.models import User
from departments.sheets import NO, YES
from measures.commitments import format_number
from measures.forms import UpdateForm
from measures.models import Act, AnswerKind, CommitmentSubject, ProgressUpdate, UpdateState
from measures.pages.conflict import Difference, differences
from measures.pages.held_text import in_the_form, loaded_held
from measures.pages.set_aside import TypedWords, typed_words
from measures.update_sheets import columns as c
from measures.update_sheets.reading import FiledForm, FiledRow
from measures.value_inputs import number_name, out_of_name
from measures.workflow import updates as acts
from measures.workflow.many_updates import NewText
from measures.workflow.texts import Text
from measures.workflow.values import decrease_name

SALT: Final = "measures.sheet_upload"
KEPT_FOR: Final = 2 * 3600  # seconds between preview and storing
MOST_PACKED: Final = 2_000_000  # characters: more does not come back with the form
_THOUSANDS: Final = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
# No exponents: written out, they may have a milliard digits.
_PLAIN: Final = re.compile(r"[-+]?[0-9]{1,20}(\.[0-9]{1,20})?")
_KEY: Final = re.compile(r"[0-9]{1,18}")
_NO_CELL: Final = frozenset({"", "—", "-"})
_CELLS: Final = ((number_name, c.NUMBER), (out_of_name, c.OUT_OF), (decrease_name, c.DECREASE))


@dataclass(frozen=True)
class Problem:
    """What is wrong, where in which sheet."""

    sheet: str
    row: int
    column: str
    sentence: str


@dataclass(frozen=True)
class RowChange:
    """What a row would store; `newer`: somebody has saved since the form was downloaded.

    `typed`: what whoever uploads has typed there and not saved, as of `typed_at`.
    """

    update: ProgressUpdate
    row: int
    text: Text
    differences: list[Difference]
    newer: bool
    typed: Sequence[TypedWords] = ()
    typed_at: datetime | None = None


@dataclass
class Preview:
    """`unread`: headings that are not known, whose columns were not read."""

    changes: list[RowChange] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def with_typed(person: User, changes: Sequence[RowChange], subjects: "Subjects") -> list[RowChange]:
    """Of updates loaded by `with_held`."""
    found = []
    for change in changes:
        held = in_the_form(loaded_held(person, change.update))
        typed = typed_words(change.update, subjects[change.update.pk], held.fields) if held else ()
        found.append(replace(change, typed=typed, typed_at=held.kept_at if held else None))
    return found


Subjects = Mapping[int, Sequence[CommitmentSubject]]


def preview_of(filed: FiledForm, updates: Sequence[ProgressUpdate], subjects: Subjects) -> Preview:
    """`updates`: all of the department in the period, with their revisions loaded."""
    preview = Preview(unread=_unread(filed))
    by_key = {str(update.uuid): update for update in updates}
    seen: dict[str, int] = {}
    for row in filed.updates:
        update = by_key.get(row.key)
        if problem := _identity_problem(row, update, seen):
            preview.problems.append(problem)
        elif update is not None:
            _compare(preview, row, update, filed.values.get(row.key, []), subjects[update.pk])
    for key in filed.values.keys() - seen.keys():
        preview.problems += [_lonely(row) for row in filed.values[key] if _is_touched(row)]
    return preview


def _unread(filed: FiledForm) -> list[str]:
    known = {*c.UPDATE_HEADS, *c.columns_of_texts()}
    heads = dict.fromkeys(head for row in filed.updates[:1] for head in row.cells)
    return [head for head in heads if head not in known]


def _identity_problem(row: FiledRow, update: ProgressUpdate | None, seen: dict[str, int]) -> Problem | None:
    """Is this a row of this department and period, once, and beside the measure that it was written for?"""
    if update is None:
        told = _(
            "This row is none of this department and period. Rows cannot be added; download the form anew."
        )
        return Problem(c.UPDATES, row.row, c.KEY, told)
    if row.key in seen:
        told = _("This repeats row %(row)d. Keep one of the two.") % {"row": seen[row.key]}
        return Problem(c.UPDATES, row.row, c.KEY, told)
    seen[row.key] = row.row
    if _said(row, c.MEASURE) != update.measure.code:
        told = _("The row says %(said)s and belongs to %(code)s: rows were moved. Download the form anew.")
        words = {"said": _said(row, c.MEASURE) or "—", "code": update.measure.code}
        return Problem(c.UPDATES, row.row, c.MEASURE, told % words)
    return None


def _said(row: FiledRow, head: str) -> str:
    try:
        return row.said(head)
    except ValueError:
        return ""


def _compare(
    preview: Preview,
    row: FiledRow,
    update: ProgressUpdate,
    value_rows: Sequence[FiledRow],
    subjects: Sequence[CommitmentSubject],
) -> None:
    """Adds the row to the preview: as unchanged, as a change, or with its problems."""
    revision = update.latest_revision
    stored = Text.of(revision) if revision else Text()
    stated = {row.pk: stored.values[row.pk] for row in subjects if row.pk in stored.values}
    decreases = {pk: c.as_one_line(reason) for pk, reason in stored.decreases.items() if pk in stated}
    columns: dict[str, Any] = dict(c.as_written(stored.columns()))
    base = Text(**columns, values=stated, decreases=decreases)
    typed = _Typed(row, value_rows)
    data = typed.columns(base) | typed.values(base, subjects)
    form = UpdateForm(update, subjects, {**data, "version": update.version})
    if typed.problems or not form.is_valid():
        preview.problems += typed.problems_of(form)
    elif (text := form.text()) == base:
        preview.unchanged += 1
    elif not acts.is_possible(update, Act.SAVE):
        told = _("This update is “%(state)s”: its text can no longer be changed by a form.")
        state = UpdateState(update.state).label
        preview.problems.append(Problem(c.UPDATES, row.row, c.STATE, told % {"state": state}))
    else:
        newer = _said(row, c.VERSION) != str(update.version)
        found = differences(base, text, subjects)
        preview.changes.append(RowChange(update, row.row, text, found, newer))


class _Typed:
    """What somebody typed into a row and into the rows of its values, as a form takes it."""

    def __init__(self, row: FiledRow, value_rows: Sequence[FiledRow]) -> None:
        self.row = row
        self.value_rows = value_rows
        self.places: dict[str, tuple[int, str]] = {}
        self.problems: list[Problem] = []

    def columns(self, base: Text) -> dict[str, str]:
        """The texts; those that are stored where the row is as it was downloaded, or has no such column."""
        said = base.columns()
        for head, name in c.columns_of_texts().items():
            if head in self.row.cells:
                said[name] = self._read(head, name)
        untouched = c.fingerprint(said) == _said(self.row, c.PRINT)
        return base.columns() if untouched else said

    def _read(self, head: str, name: str) -> str:
        try:
            if name in c.WORDS:
                return str(c.WORDS[name].clean(self.row.cells[head]))
            return self.row.said(head)
        except ValueError as error:
            self.problems.append(Problem(c.UPDATES, self.row.row, head, str(error)))
            return ""

    def values(self, base: Text, subjects: Sequence[CommitmentSubject]) -> dict[str, str]:
        """The values; those that are stored where their row is as it was downloaded, or is not there."""
        said = {subject.pk: c.ValueWords.of(subject, base) for subject in subjects}
        for row in self.value_rows:
            number = _said(row, c.SUBJECT)
            if not _KEY.fullmatch(number) or int(number) not in said:
                self.problems.append(_lonely(row))
            elif _is_touched(row):
                said[int(number)] = self._value(row, said[int(number)])
                self.places |= {name(int(number)): (row.row, head) for name, head in _CELLS}
        data: dict[str, str] = {}
        for subject in subjects:
            data |= _form_data(subject, said[subject.pk])
        return data

    def _value(self, row: FiledRow, stored: c.ValueWords) -> c.ValueWords:
        cells = []
        for head in (c.NUMBER, c.OUT_OF):
            try:
                cells.append(plain_number(row.said(head)))
            except ValueError as error:
                self.problems.append(Problem(c.VALUES, row.row, head, str(error)))
                cells.append("")
        return c.ValueWords(cells[0], cells[1], self._decrease(row, stored))

    def _decrease(self, row: FiledRow, stored: c.ValueWords) -> str:
        """As stored in a form that has no such column."""
        if c.DECREASE not in row.cells:
            return stored.decrease
        try:
            return _no_dash(row.said(c.DECREASE))
        except ValueError as error:
            self.problems.append(Problem(c.VALUES, row.row, c.DECREASE, str(error)))
            return ""

    def problems_of(self, form: UpdateForm) -> list[Problem]:
        """What cannot be read, and of the rest what the form on screen would say, each at its cell."""
        found: list[Problem] = []
        for name, sentences in form.errors.items():
            if name in self.places:
                row, head = self.places[name]
                found += [Problem(c.VALUES, row, head, str(told)) for told in sentences]
            else:
                head = c.heading(name) if name in c.WRITTEN else ""
                found += [Problem(c.UPDATES, self.row.row, head, str(told)) for told in sentences]
        unread = {(problem.sheet, problem.row, problem.column) for problem in self.problems}
        return self.problems + [one for one in found if (one.sheet, one.row, one.column) not in unread]


def _form_data(subject: CommitmentSubject, said: c.ValueWords) -> dict[str, str]:
    number = said.number
    if subject.commitment.answer == AnswerKind.YES_NO:
        number = {YES: "1", NO: "0"}.get(number, number)
    share = subject.commitment.answer == AnswerKind.SHARE
    data = {number_name(subject.pk): number, decrease_name(subject.pk): said.decrease}
    return data | ({out_of_name(subject.pk): said.out_of} if share else {})


def _is_touched(row: FiledRow) -> bool:
    """Other than it was downloaded. A cell that cannot be read is."""
    try:
        number, out_of = (plain_number(row.said(head)) for head in (c.NUMBER, c.OUT_OF))
        said = c.ValueWords(number, out_of, _no_dash(row.said(c.DECREASE)))
    except ValueError:
        return True
    return str(said) != _said(row, c.BEFORE)


def _no_dash(text: str) -> str:
    return "" if text in _NO_CELL else c.as_one_line(text)


def _lonely(row: FiledRow) -> Problem:
    told = _("This value belongs to no update of the sheet “%(sheet)s”. Download the form anew.")
    return Problem(c.VALUES, row.row, c.SUBJECT, told % {"sheet": c.UPDATES})


def plain_number(text: str) -> str:
    """１２．５, 1,200 and 12.50 as 12.5, 1200 and 12.5; what is no number stays as it was written."""
    if text in _NO_CELL:
        return ""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    return format_number(Decimal(plain)) if _PLAIN.fullmatch(plain) else text


# --- between preview and storing -------------------------------------------------------------------


class PreviewGoneError(ValueError):
    """What comes back is not what this person was shown, or too late."""


def packed(person: User, department: int, changes: Sequence[RowChange]) -> str:
    """The changes, signed for this person and department, to come back with the button that stores them.

    Empty where they are too many for that.
    """
    rows = [
        [str(change.update.uuid), change.update.version, change.newer, change.text.as_json()]
        for change in changes
    ]
    signed = signing.dumps([person.pk, department, rows], salt=SALT, compress=True)
    return signed if len(signed) <= MOST_PACKED else ""


def unpacked(
    person: User, department: int, sent: str, updates: Sequence[ProgressUpdate], chosen: Sequence[str]
) -> list[NewText]:
    """To be stored: each change but the `newer` ones that were not chosen. Raises PreviewGoneError."""
    try:
        owner, place, rows = signing.loads(sent, salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature as error:
        raise PreviewGoneError from error
    if (owner, place) != (person.pk, department):
        raise PreviewGoneError
    by_key: dict[str, ProgressUpdate] = {str(update.uuid): update for update in updates}
    wanted = [row for row in rows if row[0] in by_key and (not row[2] or row[0] in chosen)]
    return [
        NewText(by_key[key], version, Text.from_json(content)) for key, version, _newer, content in wanted
    ]
