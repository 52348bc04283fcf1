"""How does the register of acts become a workbook? Row by row into a file, however many there are.

Written for the office: in Chinese, days and hours as what they are, no word that a spreadsheet would run.
"""

import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import IO, Final, TypeAlias

import openpyxl
from django.utils import timezone, translation
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from departments.models import Language
from departments.sheets import escape_formula
from measures.register import Row
from measures.reports.workbook import BODY, HEAD

WORKBOOK_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Value: TypeAlias = str | datetime
# Heading, width in characters, what a row says there.
COLUMNS: Final[tuple[tuple[str, int, Callable[[Row], Value]], ...]] = (
    ("时间", 19, lambda row: timezone.localtime(row.at).replace(tzinfo=None, microsecond=0)),
    ("办理人", 14, lambda row: row.person),
    ("代表单位", 18, lambda row: row.department),
    ("代理", 14, lambda row: row.deputy_for),
    ("办理事项", 18, lambda row: str(row.act)),
    ("对象", 40, lambda row: row.subject),
    ("状态变化", 22, lambda row: row.states),
    ("备注", 10, lambda row: "迟报" if row.is_late else "账号" if row.is_of_account else ""),
    ("说明", 60, lambda row: row.comment),
)


def register_workbook(title: str, rows: Iterable[Row]) -> IO[bytes]:
    """A file to read from its beginning; it goes when it is closed."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("办理记录")
    for place, (_heading, width, _says) in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", Worksheet.PAPERSIZE_A4
    book.properties.title = title
    head, body, count = Font(name=HEAD, size=11), Font(name=BODY, size=11), 1

    def cell(value: Value, font: Font) -> Cell:
        made = WriteOnlyCell(sheet, escape_formula(value))  # type: ignore[arg-type]  # what a cell may hold
        made.font = font
        if isinstance(value, datetime):
            made.number_format = "yyyy-mm-dd hh:mm:ss"
        return made

    with translation.override(Language.CHINESE):
        sheet.append([cell(heading, head) for heading, _width, _says in COLUMNS])
        for row in rows:
            sheet.append([cell(says(row), body) for _heading, _width, says in COLUMNS])
            count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(place)}{count}"
    made = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    book.save(made)
    made.seek(0)
    return made
