"""What stands in an Excel form that comes back? Rows by their keys, cells by their columns, as they are.

Whoever fills it in may have added titles above the headings, renamed a sheet, dragged empty rows along or
saved it as csv, in UTF-8 or GBK. What cannot be read is told with its place.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import PurePath
from typing import Final, TypeAlias

from django.utils.translation import gettext as _

from departments.sheets import cell_text, decoded_csv, is_blank, unescape_formula
from departments.workbooks import UnreadableFileError, read_sheets, refuse_beyond_limits
from langfang_policy.characters import as_plain_text
from langfang_policy.punctuation import listed
from measures.update_sheets import columns as c

# Headings are looked for in so many rows: titles and notes may stand above them.
SEARCHED: Final = 20
_NEEDED: Final = frozenset({c.KEY, c.VERSION, c.MEASURE})
_NEEDED_OF_VALUES: Final = frozenset({c.KEY, c.SUBJECT, c.NUMBER})


@dataclass(frozen=True)
class FiledRow:
    """A row of a sheet as the spreadsheet counts it, and what stands below each heading."""

    row: int
    cells: Mapping[str, object]

    def said(self, head: str) -> str:
        """The cell as text; empty where there is none. Raises ValueError with what is wrong with it."""
        value = self.cells.get(head)
        return cell_text(as_plain_text(value) if type(value) is str else value)  # an unusable cell stays one

    @property
    def key(self) -> str:
        """Empty for what is none."""
        try:
            return self.said(c.KEY).lower()
        except ValueError:
            return ""


@dataclass(frozen=True)
class FiledForm:
    """The rows of updates, and of values by the key of their update."""

    updates: list[FiledRow]
    values: Mapping[str, list[FiledRow]] = field(default_factory=dict)


def read_form(name: str, content: bytes) -> FiledForm:
    """Raises UnreadableFileError with a sentence that says what to do."""
    is_csv = PurePath(name).suffix.lower() == ".csv"
    sheets = [_csv_rows(content)] if is_csv else _workbook_rows(content)
    tables = [table for rows in sheets if (table := _table(rows, _NEEDED)) is not None]
    if not tables:
        raise UnreadableFileError(
            _("This is not the form: no sheet has the headings %(names)s. Download it anew.")
            % {"names": listed(sorted(_NEEDED))}
        )
    values = [table for rows in sheets if (table := _table(rows, _NEEDED_OF_VALUES)) is not None]
    by_key: dict[str, list[FiledRow]] = {}
    for row in values[0] if values else ():
        by_key.setdefault(row.key, []).append(row)
    return FiledForm(tables[0], by_key)


# The rows of a sheet that are not blank, each with its number.
_Rows: TypeAlias = list[tuple[int, list[object]]]


def _workbook_rows(content: bytes) -> list[_Rows]:
    return [
        [(number, row) for number, row in enumerate(rows, start=1) if not is_blank(row)]
        for rows in read_sheets(content).values()
    ]


def _csv_rows(content: bytes) -> _Rows:
    rows: _Rows = []
    try:
        reader = csv.reader(StringIO(decoded_csv(content), newline=""), strict=True)
        for number, row in enumerate(reader, start=1):
            if not is_blank(row):
                rows.append((number, list(row)))
                refuse_beyond_limits(len(rows), len(row))
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFileError(_("This is no csv file that can be read. Upload the .xlsx.")) from error
    return rows


def _table(rows: _Rows, needed: frozenset[str]) -> list[FiledRow] | None:
    """The rows below the headings; None where these headings are not there."""
    for place, (_number, row) in enumerate(rows[:SEARCHED]):
        heads = [_head(cell) for cell in row]
        if needed <= set(heads):
            _refuse_twice(heads)
            return [_row(number, cells, heads) for number, cells in rows[place + 1 :]]
    return None


def _row(number: int, cells: list[object], heads: list[str]) -> FiledRow:
    pairs = zip(heads, cells, strict=False)
    return FiledRow(number, {head: unescape_formula(cell) for head, cell in pairs if head})


def _head(cell: object) -> str:
    """A heading without blanks and line ends; what is no text is none."""
    try:
        return "".join(cell_text(cell).split())
    except ValueError:
        return ""


def _refuse_twice(heads: list[str]) -> None:
    twice = sorted({head for head in heads if head and heads.count(head) > 1})
    if twice:
        raise UnreadableFileError(_("The column %(names)s stands there twice.") % {"names": listed(twice)})
