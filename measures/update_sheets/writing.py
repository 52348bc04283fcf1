"""How is the Excel form made? Two sheets: a row for each update, and one for each value that is asked for.

What tells rows apart is hidden and locked, what is written is open; lists, limits of characters and numbers
are checked by the spreadsheet while somebody types. The lock has no password: it keeps from slips.
"""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

import openpyxl
from django.utils import translation
from django.utils.formats import date_format
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from departments.models import Department
from departments.sheets import NO, YES, cell_of_text
from measures.commitments import is_counted
from measures.forms import situations
from measures.models import (
    TEXTS,
    Act,
    AnswerKind,
    Commitment,
    CommitmentSubject,
    ProgressUpdate,
    ReportingPeriod,
    ResponsibilityRole,
    SelfAssessment,
    UpdateState,
)
from measures.update_sheets import columns as c
from measures.value_inputs import ReferenceValues, reference_values
from measures.workflow import updates as acts
from measures.workflow.texts import Text
from measures.workflow.values import DECREASE_LENGTH, is_cumulative

WIDTHS: Final = {
    c.MEASURE: 9,
    c.TITLE: 26,
    c.ROLE: 7,
    c.DUE: 12,
    c.STATE: 11,
    c.COMMITMENT: 34,
    c.UNIT: 8,
    c.DECREASE: 30,
    c.LAST: 22,
    c.AIM: 40,
}
NARROW, WIDE, LONG = 13, 30, 46
HEAD_ROW: Final = 2
LARGEST: Final = Decimal("9999999999.99")  # of a value, as its column holds it
_GREY = PatternFill("solid", fgColor="F1EEE5")
_THIN = Side(style="thin", color="BFBBB0")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
HOW_TO: Final = "白底单元格可填写，灰底不可改；不要增删行列、不要取消隐藏列。填好后在“填报表”页面上传。"


def form_workbook(
    period: ReportingPeriod,
    department: Department,
    updates: Sequence[ProgressUpdate],
    subjects: Mapping[int, Sequence[CommitmentSubject]],
) -> bytes:
    """Of these updates with their revisions loaded; `subjects` by update: whose values each states."""
    book: Any = openpyxl.Workbook()
    with translation.override("zh-hans"):
        sheet = book.active
        sheet.title = c.UPDATES
        _write_updates(
            sheet, f"{period.policy.short_title}　{period.name}　{department.full_name}填报表", updates
        )
        if any(subjects.values()):
            _write_values(book.create_sheet(c.VALUES), updates, subjects)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write_updates(sheet: Any, title: str, updates: Sequence[ProgressUpdate]) -> None:
    heads = [*c.UPDATE_HEADS, *map(c.heading, c.WRITTEN)]
    _begin(sheet, title, heads, hidden=3)
    lists = {
        "lead": _list_of_situations(updates, lead=True),
        "other": _list_of_situations(updates, lead=False),
    }
    assessments = _list(str(choice.label) for choice in SelfAssessment)
    limits = {name: _at_most(text.limit) for name, text in TEXTS.items()}
    for validation in (*lists.values(), assessments, *limits.values()):
        sheet.add_data_validation(validation)
    for row, update in enumerate(updates, start=HEAD_ROW + 1):
        text = Text.of(update.latest_revision) if update.latest_revision else Text()
        writable = acts.is_possible(update, Act.SAVE)
        written = range(len(c.UPDATE_HEADS) + 1, len(c.UPDATE_HEADS) + len(c.WRITTEN) + 1) if writable else ()
        _write_row(sheet, row, [*_identity(update, text), *_texts(text)], written, as_text=True)
        if not writable:
            continue
        checks = {"situation": lists["lead" if update.is_lead else "other"], "self_assessment": assessments}
        for column, name in enumerate(c.WRITTEN, start=len(c.UPDATE_HEADS) + 1):
            (checks | limits)[name].add(sheet.cell(row, column))
    for column, name in enumerate(c.WRITTEN, start=len(c.UPDATE_HEADS) + 1):
        long = name in TEXTS and TEXTS[name].rows > 2
        width = LONG if long else WIDE if name in TEXTS else NARROW
        sheet.column_dimensions[get_column_letter(column)].width = width


def _identity(update: ProgressUpdate, text: Text) -> list[object]:
    return [
        str(update.uuid),
        update.version,
        c.fingerprint(text.columns()),
        update.measure.code,
        update.measure.title,
        str(ResponsibilityRole(update.role).label),
        date_format(update.effective_due_on, "Y-m-d"),
        str(UpdateState(update.state).label),
    ]


def _texts(text: Text) -> list[object]:
    said = c.as_written(text.columns())
    return [c.WORDS[name].render(said[name]) if name in c.WORDS else said[name] for name in c.WRITTEN]


def _write_values(
    sheet: Any, updates: Sequence[ProgressUpdate], subjects: Mapping[int, Sequence[CommitmentSubject]]
) -> None:
    _begin(
        sheet,
        "数值为本年（本周期）累计，不是本期新增；没有的可以不填；比上次减少的，请填写减少原因",
        list(c.VALUE_HEADS),
        hidden=3,
    )
    yes_no, any_number, count = _list((YES, NO)), _not_negative(), _count()
    reason = _at_most(DECREASE_LENGTH)
    for validation in (yes_no, any_number, count, reason):
        sheet.add_data_validation(validation)
    row = HEAD_ROW
    reference = reference_values(updates, subjects)
    for update in updates:
        text = Text.of(update.latest_revision) if update.latest_revision else Text()
        writable = acts.is_possible(update, Act.SAVE)
        for subject in subjects[update.pk]:
            row += 1
            answer = subject.commitment.answer
            number = count if is_counted(subject.commitment) else any_number
            opened = _opened(subject.commitment) if writable else frozenset()
            _write_row(sheet, row, _value_row(update, subject, text, reference[update.pk]), opened)
            if writable:
                (yes_no if answer == AnswerKind.YES_NO else number).add(_at(sheet, row, c.NUMBER))
                reason.add(_at(sheet, row, c.DECREASE))
            if writable and answer == AnswerKind.SHARE:
                number.add(_at(sheet, row, c.OUT_OF))


def _opened(commitment: Commitment) -> frozenset[int]:
    """The columns of a value that are filled in."""
    heads = {c.NUMBER} | ({c.OUT_OF} if commitment.answer == AnswerKind.SHARE else set())
    heads |= {c.DECREASE} if is_cumulative(commitment) else set()
    return frozenset(_place(head) for head in heads)


def _place(head: str) -> int:
    return c.VALUE_HEADS.index(head) + 1


def _at(sheet: Any, row: int, head: str) -> Any:
    return sheet.cell(row, _place(head))


def _value_row(
    update: ProgressUpdate, subject: CommitmentSubject, text: Text, reference: ReferenceValues
) -> list[object]:
    commitment, words = subject.commitment, c.ValueWords.of(subject, text)
    is_share = commitment.answer == AnswerKind.SHARE
    counted = commitment.answer != AnswerKind.YES_NO
    number: object = Decimal(words.number) if counted and words.number else words.number
    out_of: object = (Decimal(words.out_of) if words.out_of else "") if is_share else "—"
    identity = [str(update.uuid), subject.pk, str(words), update.measure.code]
    decrease = words.decrease if is_cumulative(commitment) else "—"
    value = [commitment.label, subject.name, commitment.unit, number, out_of, decrease]
    return [*identity, *value, reference.last_words(subject), reference.aim_words(commitment)]


# --- how a sheet looks and what it checks ---------------------------------------------------------


def _begin(sheet: Any, title: str, heads: Sequence[str], hidden: int) -> None:
    """Title, headings that stay in sight, the hidden columns, how it is printed."""
    first = get_column_letter(hidden + 1)
    sheet[f"{first}1"] = title
    sheet[f"{first}1"].font = Font(bold=True, size=14)
    sheet.merge_cells(start_row=1, end_row=1, start_column=hidden + 1, end_column=len(heads))
    if sheet.title == c.UPDATES:
        sheet[f"{first}1"] = f"{title}\n{HOW_TO}"
        sheet[f"{first}1"].alignment = Alignment(wrap_text=True, vertical="center")
        sheet.row_dimensions[1].height = 44
    for column, head in enumerate(heads, start=1):
        cell = sheet.cell(HEAD_ROW, column, head)
        cell.font, cell.fill, cell.border = Font(bold=True), _GREY, _BOX
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = WIDTHS.get(head, NARROW)
        sheet.column_dimensions[letter].hidden = column <= hidden
    sheet.freeze_panes = sheet.cell(HEAD_ROW + 1, hidden + 3)
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False  # may be made wider and higher
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A3
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"


def _write_row(
    sheet: Any, row: int, cells: Sequence[object], opened: Collection[int], *, as_text: bool = False
) -> None:
    """Only the `opened` columns can be written in.

    Only texts are formatted as text: a number that is typed into such a cell would be one no more.
    """
    for column, value in enumerate(cells, start=1):
        cell = sheet.cell(row, column, cell_of_text(value))
        cell.number_format = "@" if isinstance(value, str) and as_text else "General"
        cell.alignment, cell.border = Alignment(wrap_text=True, vertical="top"), _BOX
        cell.protection = Protection(locked=column not in opened)
        if column not in opened:
            cell.fill = _GREY


def _list_of_situations(updates: Sequence[ProgressUpdate], *, lead: bool) -> DataValidation:
    """Only participants may have nothing to do in a period."""
    asked = next((update for update in updates if update.is_lead == lead), None)
    return _list(str(label) for _value, label in (situations(asked) if asked else []))


def _list(words: Any) -> DataValidation:
    told = "请从下拉列表中选择。"
    return DataValidation(
        type="list", formula1=f'"{",".join(words)}"', allow_blank=True, showErrorMessage=True, error=told
    )


def _at_most(limit: int) -> DataValidation:
    return DataValidation(
        type="textLength",
        operator="lessThanOrEqual",
        formula1=str(limit),
        allow_blank=True,
        showErrorMessage=True,
        error=f"最多 {limit} 字，请缩短。",
    )


def _count() -> DataValidation:
    return DataValidation(
        type="whole",
        operator="between",
        formula1="0",
        formula2=str(int(LARGEST)),
        allow_blank=True,
        showErrorMessage=True,
        error="此项按个数计，请填写整数，不带小数。",
    )


def _not_negative() -> DataValidation:
    return DataValidation(
        type="decimal",
        operator="between",
        formula1="0",
        formula2=str(LARGEST),
        allow_blank=True,
        showErrorMessage=True,
        error="请填写不小于 0 的数，最多两位小数。",
    )
