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

MAX_ROWS: Final = 5000
MAX_BYTES: Final = 5 * 1024 * 1024
SEPARATOR: Final = "；"
YES, NO = "是", "否"

# What a spreadsheet may take for a formula. An apostrophe in front of it says: this is text.
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r]")
_DAY = re.compile(r"\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\s*(?:00:00:00)?\s*")


class UnreadableFileError(ValueError):
    """The file cannot be read as rows; the text says why and what to do."""


def escape_formula(value: object) -> object:
    """Text that would run as a formula gets an apostrophe; so does text that looks as if it had one."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def unescape_formula(value: object) -> object:
    """The inverse of `escape_formula`."""
    return value[1:] if isinstance(value, str) and value.startswith("'") and _FORMULA.match(value) else value


# --- files ---------------------------------------------------------------------------------------


class TableFile:
    """Both ways of a file: formulas are escaped on the way out and text is restored on the way in."""

    def get_read_mode(self) -> str:
        return "rb"

    def is_binary(self) -> bool:
        return True  # bytes in, bytes out: we look after encodings ourselves

    def _escape_formulae(self, dataset: Dataset) -> None:
        """Called by import-export; its own way drops the sign and could not be read back."""
        for _row in range(len(dataset)):
            dataset.append([escape_formula(cell) for cell in dataset.lpop()])


class Workbook(TableFile, XLSX):
    """An Excel workbook; its active sheet is read."""

    def create_dataset(self, in_stream: bytes) -> Dataset:
        try:
            title, rows = read_sheet(in_stream)
        except UnreadableFileError:
            raise
        except Exception as error:  # whatever a broken archive makes openpyxl raise
            raise UnreadableFileError(
                _("This is no Excel workbook (.xlsx). Open it in Excel or WPS and save it as .xlsx.")
            ) from error
        return as_dataset(rows, title)


class BareFormula(str):
    """A formula that no spreadsheet has worked out yet: read as empty, it would erase what is stored."""

    __slots__ = ()


def read_sheet(stream: bytes) -> tuple[str, list[list[object]]]:
    """Title and rows of the active sheet; of a formula its value. Only a file with formulas is read twice."""
    title, cells = read_cells(stream, data_only=False)
    if not any(cell.data_type == "f" for row in cells for cell in row):
        return title, [[cell.value for cell in row] for row in cells]
    _title, results = read_cells(stream, data_only=True)
    return title, [
        [result_of(cell, result) for cell, result in zip(*pair, strict=True)]
        for pair in zip(cells, results, strict=True)
    ]


def read_cells(stream: bytes, *, data_only: bool) -> tuple[str, list[Sequence[Any]]]:
    sheet: Any = openpyxl.load_workbook(BytesIO(stream), read_only=True, data_only=data_only).active
    return str(sheet.title), list(limited(sheet.iter_rows()))


def result_of(cell: Any, result: Any) -> object:
    """Text of no length is a value too; such a cell is marked as text ("str")."""
    if cell.data_type == "f" and result.value is None and result.data_type != "str":
        return BareFormula(getattr(cell.value, "text", cell.value))
    return result.value


class Csv(TableFile, CSV):
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
        if number > MAX_ROWS:
            raise UnreadableFileError(
                _("The file has more than %(count)d rows. Divide it, or delete empty rows at its end.")
                % {"count": MAX_ROWS}
            )
        yield row


def as_dataset(rows: list[list[object]], title: str) -> Dataset:
    """Headings from the first row; blank rows and columns behind the table are cut off.

    Raises UnreadableFileError, also when nothing stands below the headings.
    """
    while rows and is_blank(rows[-1]):
        rows.pop()
    if not rows or is_blank(rows[0]):
        raise UnreadableFileError(_("The sheet is empty. The first row must hold the headings."))
    if len(rows) == 1:
        raise UnreadableFileError(
            _("The file has headings and no rows. Fill in at least one row below them and upload it again.")
        )
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
        dataset.append([unescape_formula(cell) for cell in (row + [None] * width)[:width]])
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
        text = cell_text(value)
        return self.read(text) if text else self.empty()

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else value

    def empty(self) -> Any:
        if self.required:
            raise ValueError(_("Nothing is entered."))
        return None

    def read(self, text: str) -> Any:
        raise NotImplementedError


def cell_text(value: object) -> str:
    """A cell as text: no blanks around it, whole numbers without .0, line ends as ours.

    Raises ValueError for a formula without its value.
    """
    if value is None:
        return ""
    if isinstance(value, BareFormula):
        raise ValueError(  # noqa: TRY004  # it is the cell that is wrong, not our code
            _("This formula has no value yet. Open the file in Excel or WPS, save it and upload it again.")
        )
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).replace("\r\n", "\n").strip()


class TextCell(Cell):
    """Text, as it stands."""

    def empty(self) -> str:
        return ""

    def read(self, text: str) -> str:
        return text


class CodeCell(Cell):
    """A short code: what can stand in an address."""

    def __init__(self, max_length: int) -> None:
        super().__init__(required=True)
        self.max_length = max_length

    def read(self, text: str) -> str:
        if not re.fullmatch(r"[-A-Za-z0-9_]+", text) or len(text) > self.max_length:
            raise ValueError(
                _("“%(text)s” is no short code. Write at most %(longest)d letters a–z, digits or hyphens.")
                % {"text": text, "longest": self.max_length}
            )
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


def unknown_value(text: str, known: Iterable[str], what_to_do: str) -> ValueError:
    """“X” is not known; did you mean Y?; what to do."""
    close = get_close_matches(text, list(known), n=3, cutoff=0.5)
    meant = _(" Did you mean %(names)s?") % {"names": "、".join(close)} if close else ""
    return ValueError(_("“%(text)s” is not known.") % {"text": text} + meant + " " + what_to_do)
