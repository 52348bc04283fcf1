"""How are rows read from a workbook or a csv and written to one, and what does a single cell say?

Headings and words are Chinese in every file, whatever the language of the screen; codes are read too. It
knows no model: what the columns mean is in the `resources` modules.
"""

import csv
import re
from collections.abc import Callable, Iterable
from copy import copy
from datetime import date, datetime, time
from decimal import Decimal
from difflib import get_close_matches
from io import StringIO
from itertools import islice
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.formats.base_formats import CSV, XLSX
from import_export.widgets import Widget
from openpyxl.cell.cell import ERROR_CODES, ILLEGAL_CHARACTERS_RE
from tablib import Dataset

from departments.workbooks import (
    MAX_ROWS,
    MEGABYTE,
    UnreadableFileError,
    UnusableCell,
    read_workbook,
    refuse_beyond_limits,
)
from langfang_policy.characters import hidden_characters, hidden_characters_sentence
from langfang_policy.punctuation import listed

MAX_BYTES: Final = 5 * MEGABYTE
MAX_CHARACTERS: Final = 5000  # of a cell
SEPARATOR: Final = "；"
YES, NO = "是", "否"
REPLACEMENT_CHARACTER: Final = "\N{REPLACEMENT CHARACTER}"

# What a spreadsheet may take for a formula. An apostrophe in front of it says: this is text.
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r]")
_ESCAPED_CHARACTER = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_SCIENTIFIC = re.compile(r"[-+]?\d+(\.\d+)?[Ee][-+]?\d+")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\s*(?:00:00:00)?")
_BRACKET = re.compile(r"[（(][^（）()]*[）)]")


def escape_formula(value: object) -> object:
    """Text that would run as a formula gets an apostrophe; so does text that looks as if it had one."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def unescape_formula(value: object) -> object:
    """The inverse of `escape_formula`."""
    return value[1:] if isinstance(value, str) and value.startswith("'") and _FORMULA.match(value) else value


def cell_of_text(value: object) -> object:
    """As a cell of a workbook holds it: text that looks like an escaped character (_x000D_) is escaped once
    more, as Excel does.
    """
    escaped = escape_formula(value)
    return _ESCAPED_CHARACTER.sub("_x005F_", escaped) if isinstance(escaped, str) else escaped


def refuse_large_file(file: Any) -> None:
    """A validator of a field of a form. Raises ValidationError."""
    if (file.size or 0) > MAX_BYTES:
        told = _("The file is larger than %(size)d MB. Divide it.")
        raise ValidationError(told, params={"size": MAX_BYTES // MEGABYTE})


# --- files ---------------------------------------------------------------------------------------


class TableFile:
    """Both kinds of file; `replaced` counts the cells in which an export could not write a character."""

    replaced = 0

    def is_binary(self) -> bool:
        return True  # bytes in, bytes out: we look after encodings ourselves

    def _escape_formulae(self, dataset: Dataset) -> None:
        """Called by import-export; its own way drops the sign and could not be read back."""
        for _row in range(len(dataset)):
            dataset.append([self._exported(cell) for cell in dataset.lpop()])

    def _exported(self, value: object) -> object:
        if isinstance(value, str) and ILLEGAL_CHARACTERS_RE.search(value):
            self.replaced += 1
            value = ILLEGAL_CHARACTERS_RE.sub(REPLACEMENT_CHARACTER, value)
        return escape_formula(value)


class Workbook(TableFile, XLSX):
    """An Excel workbook; its active sheet is read."""

    def _exported(self, value: object) -> object:
        """Text that looks like an escaped character (_x000D_) is escaped once more, as Excel does."""
        value = super()._exported(value)
        return _ESCAPED_CHARACTER.sub("_x005F_", value) if isinstance(value, str) else value

    def create_dataset(self, in_stream: bytes) -> Dataset:
        sheet = read_workbook(in_stream)
        dataset = as_dataset(sheet.rows, sheet.title)
        dataset.unread_sheets = sheet.others
        return dataset


def decoded_csv(content: bytes) -> str:
    """UTF-8, or GBK, in which WPS and Excel save csv on the office's computers. Raises UnicodeDecodeError."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


class Csv(TableFile, CSV):
    """Written in UTF-8, with the mark by which Excel knows it; read in GBK too."""

    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        return str(super().export_data(dataset, **kwargs)).encode("utf-8-sig")

    def create_dataset(self, in_stream: bytes) -> Dataset:
        try:
            reader = csv.reader(StringIO(decoded_csv(in_stream), newline=""), strict=True)
            rows: list[list[object]] = [list(row) for row in islice(reader, MAX_ROWS + 2)]
        except UnicodeDecodeError as error:
            raise UnreadableFileError(
                _("This csv is neither in UTF-8 nor in GBK. Save it as “CSV UTF-8”, or upload an .xlsx.")
            ) from error
        except csv.Error as error:
            raise UnreadableFileError(
                _("This is no csv file, or a cell is too long. Save it as “CSV UTF-8”, or upload an .xlsx.")
            ) from error
        return as_dataset(rows, "")


def as_dataset(rows: list[list[object]], title: str) -> Dataset:
    """Headings from the first row; blank rows and columns behind the table are cut off.

    Raises UnreadableFileError, also when nothing stands below the headings.
    """
    refuse_beyond_limits(len(rows), max(map(len, rows), default=0))
    while rows and is_blank(rows[-1]):
        rows.pop()
    headings = [_heading(cell) for cell in rows[0]] if rows else []
    while headings and not headings[-1]:
        headings.pop()
    problem = _heading_row_problem(headings, rows)
    if problem:
        raise UnreadableFileError(problem)
    width = len(headings)
    dataset = Dataset(headers=headings, title=title)
    for row in rows[1:]:
        dataset.append([unescape_formula(cell) for cell in (row + [None] * width)[:width]])
    return dataset


def _heading(cell: object) -> str:
    try:
        return "" if is_blank([cell]) else cell_text(cell)
    except ValueError as error:
        raise UnreadableFileError(_("A heading cannot be read. %(problem)s") % {"problem": error}) from error


def _heading_row_problem(headings: list[str], rows: list[list[object]]) -> str:
    if not rows:
        return _("The sheet is empty. The first row must hold the headings.")
    if 2 * _filled(headings) < max(map(_filled, rows)):  # a title, a date, or nothing
        return _("The headings do not stand in row 1. Delete the rows above them.")
    if len(rows) == 1:
        return _(
            "The file has headings and no rows. Fill in at least one row below them and upload it again."
        )
    beside = (number for number, row in enumerate(rows, 1) if not is_blank(row[len(headings) :]))
    stray = next(beside, None)
    return (
        _("Row %(row)d has something to the right of the last heading. Delete it or add the heading.")
        % {"row": stray}
        if stray
        else ""
    )


def _filled(cells: Iterable[object]) -> int:
    return sum(not is_blank([cell]) for cell in cells)


def is_blank(cells: Iterable[object]) -> bool:
    return all(cell is None or not str(cell).strip() for cell in cells)


# --- cells ---------------------------------------------------------------------------------------


def cell_text(value: object) -> str:
    """A cell as text: no blanks around it, whole numbers without .0, line ends as ours.

    Raises ValueError when the cell does not hold what somebody wrote there.
    """
    text = f"{value:.15g}" if isinstance(value, float) else "" if value is None else str(value)
    problem = _cell_problem(value, text)
    if problem:
        raise ValueError(problem)
    return re.sub("\r\n?", "\n", text).strip()


def _cell_problem(value: object, text: str) -> str:
    if isinstance(value, UnusableCell):
        return value.reason
    if isinstance(value, date | time):
        return _("The spreadsheet made a date of this cell. Format it as text and write its words anew.")
    hidden = hidden_characters(re.sub("\r\n?", "\n", text), several_lines=True)
    if hidden:
        return hidden_characters_sentence(hidden)
    if REPLACEMENT_CHARACTER in text:
        return _("A character was lost here (%(sign)s). Write it anew.") % {"sign": REPLACEMENT_CHARACTER}
    if text.strip() in ERROR_CODES:
        return _("“%(text)s” is an error value of the spreadsheet. Write what is meant.") % {"text": text}
    if _SCIENTIFIC.fullmatch(text.strip()):
        told = _("“%(text)s” has lost digits. Format the cell as text and write the number anew.")
        return told % {"text": text}
    if len(text) > MAX_CHARACTERS:
        told = _("%(count)d characters stand here; a cell may hold %(most)d. Shorten it.")
        return told % {"count": len(text), "most": MAX_CHARACTERS}
    return ""


class Cell(Widget):
    """One kind of cell. `clean` raises ValueError with a sentence for the person; `render` keeps the type."""

    pattern = r"(?s:.*)"
    convert: Callable[[str], Any] = str
    empty_value: Any = None  # what an empty cell means, where one may be empty
    required = False
    hint: Any = ""

    def __init__(self, **changes: Any) -> None:
        super().__init__()
        self.__dict__.update(changes)

    def clean(self, value: object, row: Any = None, **kwargs: Any) -> Any:
        text = cell_text(value)
        if text:
            return self.read(text)
        if self.required:
            raise ValueError((_("Nothing is entered. %(advice)s") % {"advice": self.hint}).strip())
        return copy(self.empty_value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else value

    def read(self, text: str) -> Any:
        if not re.fullmatch(self.pattern, text):
            raise self.not_understood(text)
        return self.convert(text)

    def not_understood(self, text: str) -> ValueError:
        return ValueError(_("“%(text)s” is not understood. %(advice)s") % {"text": text, "advice": self.hint})


class TextCell(Cell):
    """Text, as it stands."""

    empty_value = ""


class CodeCell(Cell):
    """A short code: what can stand in an address."""

    required = True

    def __init__(self, max_length: int) -> None:
        super().__init__(pattern=rf"[-A-Za-z0-9_]{{1,{max_length}}}", max_length=max_length)

    @property
    def hint(self) -> str:
        return _("Write at most %(longest)d letters a–z, digits or hyphens.") % {"longest": self.max_length}


class NumberCell(Cell):
    pattern = r"[-+]?\d*\.?\d+"
    convert = Decimal
    hint = gettext_lazy("Write a number, in digits only.")


class WholeNumberCell(Cell):
    pattern = r"[0-9]{1,9}"
    convert = int
    hint = gettext_lazy("Write a whole number, in digits only.")


class DayCell(Cell):
    """2020-06-30, 2020/6/30, 2020年6月30日, or a date of the spreadsheet."""

    hint = gettext_lazy("Write a date like 2020-06-30.")

    def clean(self, value: object, row: Any = None, **kwargs: Any) -> Any:
        if isinstance(value, datetime):
            return value.date()
        return value if isinstance(value, date) else super().clean(value, row, **kwargs)

    def read(self, text: str) -> date:
        match = _DAY.fullmatch(text)
        try:
            return date(*map(int, match.groups())) if match else date.fromisoformat(text)
        except ValueError:
            raise self.not_understood(text) from None


class YesNoCell(Cell):
    required = True
    words = dict.fromkeys((YES, "yes", "true", "1"), True) | dict.fromkeys((NO, "no", "false", "0"), False)
    hint = gettext_lazy("Write 是 or 否.")

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else YES if value else NO

    def read(self, text: str) -> bool:
        if text.casefold() not in self.words:
            raise self.not_understood(text)
        return self.words[text.casefold()]


class WordCell(Cell):
    """A word of an enum: written in Chinese; read in Chinese, in English or as its code."""

    required = True

    def __init__(self, words: type[TextChoices]) -> None:
        super().__init__(words=words)

    @property
    def hint(self) -> str:
        return _("Write one of: %(words)s.") % {"words": "、".join(self._labels("zh-hans").values())}

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self._labels("zh-hans").get(value, value) if value else ""

    def read(self, text: str) -> str:
        for labels in (
            {code: code for code in self.words.values},
            self._labels("zh-hans"),
            self._labels("en"),
        ):
            for code, label in labels.items():
                if text == label:
                    return code
        raise self.not_understood(text)

    def _labels(self, language: str) -> dict[str, str]:
        with translation.override(language):
            return {member.value: str(member.label) for member in self.words}


class ListCell(Cell):
    """Several texts in one cell, divided by ；. The cell is the whole list."""

    empty_value: Any = []
    in_order = True

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return SEPARATOR.join(value or [])

    def read(self, text: str) -> list[str]:
        parts = [part.strip() for part in re.split(r"[；;\n]", text) if part.strip()]
        for part in parts:
            if parts.count(part) > 1:
                raise ValueError(_("“%(text)s” stands here twice. Delete one.") % {"text": part})
            if reads_as_several_names(part):
                raise ValueError(several_names_message(part))
        return parts if self.in_order else sorted(parts)


def reads_as_several_names(text: str) -> bool:
    """Whether a name reads as several ones. Inside a bracket a comma divides parts of one name."""
    return bool(re.search("[、，,]", _BRACKET.sub("", text)))


def several_names_message(text: str) -> str:
    return _("“%(text)s” reads like several names. Divide them by ；.") % {"text": text}


def unknown_value(text: str, known: Iterable[str], what_to_do: str) -> ValueError:
    """“X” is not known; did you mean Y?; what to do."""
    close = get_close_matches(text, list(known), n=3, cutoff=0.5)
    meant = _(" Did you mean %(names)s?") % {"names": listed(close)} if close else ""
    return ValueError(_("“%(text)s” is not known.") % {"text": text} + meant + " " + what_to_do)
