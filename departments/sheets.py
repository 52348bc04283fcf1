"""How rows stand in a workbook or a csv: the cells, the two kinds of file, and what is said of bad ones.

Headings and words are Chinese in every file, whatever the language of the screen; codes are read too. It
knows no model: what the columns mean is in the `resources` modules.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from io import BytesIO, StringIO
from typing import Any, Final

import openpyxl
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _
from import_export.formats.base_formats import CSV, XLSX
from import_export.widgets import Widget
from tablib import Dataset

MOST_ROWS: Final = 5000
MOST_BYTES: Final = 5 * 1024 * 1024
SEPARATOR: Final = "；"
YES, NO = "是", "否"

# What a spreadsheet may take for a formula. An apostrophe in front of it says: this is text.
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r]")
_DAY = re.compile(r"\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\s*(?:00:00:00)?\s*")


class UnreadableFileError(ValueError):
    """The file cannot be read as rows; the text says why and what to do."""


def disarmed(value: object) -> object:
    """Text that would run as a formula gets an apostrophe; so does text that looks as if it had one."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def rearmed(value: object) -> object:
    """The inverse of `disarmed`."""
    return value[1:] if isinstance(value, str) and value.startswith("'") and _FORMULA.match(value) else value


# --- files ---------------------------------------------------------------------------------------


class Disarming:
    """Both ways of a file: formulas are disarmed on the way out and text is restored on the way in."""

    def get_read_mode(self) -> str:
        return "rb"

    def is_binary(self) -> bool:
        return True  # bytes in, bytes out: we look after encodings ourselves

    def _escape_formulae(self, dataset: Dataset) -> None:
        """Called by import-export; its own way drops the sign and could not be read back."""
        for _row in range(len(dataset)):
            dataset.append([disarmed(cell) for cell in dataset.lpop()])


class Workbook(Disarming, XLSX):
    """An Excel workbook; its active sheet is read."""

    def create_dataset(self, in_stream: bytes) -> Dataset:
        try:
            book = openpyxl.load_workbook(BytesIO(in_stream), read_only=True, data_only=True)
            sheet: Any = book.active
            rows = [list(row) for row in limited(sheet.iter_rows(values_only=True))]
        except UnreadableFileError:
            raise
        except Exception as error:  # whatever a broken archive makes openpyxl raise
            raise UnreadableFileError(
                _("This is no Excel workbook (.xlsx). Open it in Excel or WPS and save it as .xlsx.")
            ) from error
        return as_dataset(rows, str(sheet.title))


class Csv(Disarming, CSV):
    """UTF-8, with the mark by which Excel knows it."""

    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        return str(super().export_data(dataset, **kwargs)).encode("utf-8-sig")

    def create_dataset(self, in_stream: bytes) -> Dataset:
        try:
            text = in_stream.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UnreadableFileError(
                _("This csv is not in UTF-8 (perhaps GBK). Save it as “CSV UTF-8”, or upload an .xlsx.")
            ) from error
        try:
            rows: list[list[object]] = [
                list(row) for row in limited(csv.reader(StringIO(text, newline=""), strict=True))
            ]
        except csv.Error as error:
            raise UnreadableFileError(
                _("This is no csv file. Save it as “CSV UTF-8”, or upload an .xlsx.")
            ) from error
        return as_dataset(rows, "")


def limited(rows: Iterable[Sequence[object]]) -> Iterable[Sequence[object]]:
    for number, row in enumerate(rows):
        if number > MOST_ROWS:
            raise UnreadableFileError(
                _("The file has more than %(count)d rows. Divide it, or delete empty rows at its end.")
                % {"count": MOST_ROWS}
            )
        yield row


def as_dataset(rows: list[list[object]], title: str) -> Dataset:
    """Headings from the first row; blank rows and columns behind the table are cut off."""
    while rows and is_blank(rows[-1]):
        rows.pop()
    if not rows or is_blank(rows[0]):
        raise UnreadableFileError(_("The sheet is empty. The first row must hold the headings."))
    headings = ["" if cell is None else str(cell).strip() for cell in rows[0]]
    while headings and not headings[-1]:
        headings.pop()
    width = len(headings)
    dataset = Dataset(headers=headings, title=title)
    for number, row in enumerate(rows[1:], start=2):
        if not is_blank(row[width:]):
            raise UnreadableFileError(
                _("Row %(row)d has something to the right of the last heading. Delete it or add the heading.")
                % {"row": number}
            )
        dataset.append([rearmed(cell) for cell in (row + [None] * width)[:width]])
    return dataset


def is_blank(cells: Iterable[object]) -> bool:
    return all(cell is None or not str(cell).strip() for cell in cells)


# --- cells ---------------------------------------------------------------------------------------


class Cell(Widget):
    """One kind of cell. `clean` raises ValueError with a sentence for the person; `render` keeps the type."""

    def __init__(self, *, required: bool = False) -> None:
        super().__init__()
        self.required = required

    def clean(self, value: object, row: Any = None, **kwargs: Any) -> Any:
        text = plain(value)
        return self.read(text) if text else self.empty()

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else value

    def empty(self) -> Any:
        if self.required:
            raise ValueError(_("Nothing is entered."))
        return None

    def read(self, text: str) -> Any:
        raise NotImplementedError


def plain(value: object) -> str:
    """A cell as text: no blanks around it, whole numbers without .0, line ends as ours."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).replace("\r\n", "\n").strip()


class TextCell(Cell):
    """Text, as it stands."""

    def empty(self) -> str:
        return ""

    def read(self, text: str) -> str:
        return text


class NumberCell(Cell):
    def read(self, text: str) -> Decimal:
        try:
            number = Decimal(text)
        except InvalidOperation as error:
            raise ValueError(_("“%(text)s” is not a number. Write digits only.") % {"text": text}) from error
        if not number.is_finite():
            raise ValueError(_("“%(text)s” is not a number. Write digits only.") % {"text": text})
        return number


class WholeNumberCell(Cell):
    def read(self, text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text):
            raise ValueError(_("“%(text)s” is not a whole number. Write digits only.") % {"text": text})
        return int(text)


class DayCell(Cell):
    """2020-06-30, 2020/6/30, 2020年6月30日, or a date of the spreadsheet."""

    def clean(self, value: object, row: Any = None, **kwargs: Any) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        return value if isinstance(value, date) else super().clean(value, row, **kwargs)

    def read(self, text: str) -> date:
        match = _DAY.fullmatch(text)
        try:
            return date(*map(int, match.groups())) if match else date.fromisoformat(text)
        except ValueError as error:
            raise ValueError(
                _("“%(text)s” is not a date. Write it like 2020-06-30.") % {"text": text}
            ) from error


class YesNoCell(Cell):
    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else YES if value else NO

    def read(self, text: str) -> bool:
        word = text.casefold()
        if word in {YES, "yes", "true", "1"}:
            return True
        if word in {NO, "no", "false", "0"}:
            return False
        raise ValueError(_("“%(text)s” is not understood. Write 是 or 否.") % {"text": text})

    def empty(self) -> bool:
        raise ValueError(_("Nothing is entered. Write 是 or 否."))


class WordCell(Cell):
    """A word of an enum: written in Chinese; read in Chinese, in English or as its code."""

    def __init__(self, words: type[TextChoices]) -> None:
        super().__init__()
        self.words = words

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self._in("zh-hans").get(value, value) if value else ""

    def read(self, text: str) -> str:
        codes = {code: code for code in self.words.values}
        known = {word: code for language in ("en", "zh-hans") for code, word in self._in(language).items()}
        try:
            return (codes | known)[text]
        except KeyError:
            raise ValueError(
                _("“%(text)s” is not known here. Write one of: %(words)s.")
                % {"text": text, "words": self._choices()}
            ) from None

    def empty(self) -> str:
        raise ValueError(_("Nothing is entered. Write one of: %(words)s.") % {"words": self._choices()})

    def _choices(self) -> str:
        return "、".join(self._in("zh-hans").values())

    def _in(self, language: str) -> dict[str, str]:
        with translation.override(language):
            return {member.value: str(member.label) for member in self.words}


class ListCell(Cell):
    """Several texts in one cell, divided by ；. The cell is the whole list."""

    def __init__(self, *, in_order: bool) -> None:
        super().__init__()
        self.in_order = in_order

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return SEPARATOR.join(value or [])

    def empty(self) -> list[str]:
        return []

    def read(self, text: str) -> list[str]:
        parts = [part.strip() for part in re.split(r"[；;\n]", text)]
        twice = next((part for part in parts if parts.count(part) > 1), None)
        if twice is not None:
            raise ValueError(_("“%(text)s” stands here twice. Delete one.") % {"text": twice})
        found = [part for part in parts if part]
        return found if self.in_order else sorted(found)


def unknown(text: str, known: Iterable[str], what_to_do: str) -> ValueError:
    """“X” is not known; did you mean Y?; what to do."""
    close = get_close_matches(text, list(known), n=3, cutoff=0.5)
    meant = _(" Did you mean %(names)s?") % {"names": "、".join(close)} if close else ""
    return ValueError(_("“%(text)s” is not known.") % {"text": text} + meant + " " + what_to_do)
