"""The record of filing: the same figures on paper and in a workbook, which one can count on with."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from measures.reports.filing import FilingRecord, filing_record
from measures.reports.status import status_report
from measures.reports.tables import Band, Cell, Column, Table
from measures.reports.workbook import Sheet, workbook
from measures.summaries import DepartmentName, MeasureStatus, SourcedSummary
from tests.measures.reports import samples
from tests.measures.reports.reading import POINTS_A_MM, pages_of_lines, reader, text_of

SUMMARY = samples.summary()
CREATED = datetime(2020, 7, 10, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def record() -> FilingRecord:
    return filing_record(samples.open_summary(), demo=True)


@pytest.fixture(scope="module")
def sheets(record: FilingRecord) -> Sequence[Worksheet]:
    return openpyxl.load_workbook(BytesIO(record.xlsx())).worksheets


@pytest.fixture(scope="module")
def pdf(record: FilingRecord) -> bytes:
    return record.pdf()


def day(number: int) -> datetime:
    """As a workbook gives it back."""
    return datetime(2020, 7, number, tzinfo=UTC).replace(tzinfo=None)


def cells(table: Table) -> list[tuple[Cell, ...]]:
    return [row for row in table.rows if not isinstance(row, Band)]


def rows(sheet: Worksheet) -> list[tuple[object, ...]]:
    """Below the head."""
    return list(sheet.iter_rows(min_row=4, values_only=True))


def test_counts_are_those_of_the_summary_and_of_the_status_report(sheets: Sequence[Worksheet]) -> None:
    found = rows(sheets[0])
    assert [row[0] for row in found[:-1]] == [row.department.name for row in SUMMARY.departments]
    count = SUMMARY.filing
    assert found[-1][:6] == ("合计", count.owed, count.on_time, count.late, count.missing, count.waived)
    assert found[-1][6] == pytest.approx(count.on_time / count.owed)
    annex = status_report(samples.open_summary()).filing
    counted = [[row[0].lines[0], *(cell.value for cell in row[1:6])] for row in cells(annex)]
    assert counted == [list(row[:6]) for row in found]


def test_every_update_stands_there_with_its_days(sheets: Sequence[Worksheet]) -> None:
    found = rows(sheets[1])
    assert len(found) == SUMMARY.filing.total
    silent = next(row for row in found if row[:2] == ("市公安局", "二（四）"))
    assert silent[3:] == ("第一牵头", day(7), "—", "未报送")
    late = next(row for row in found if row[:2] == ("市人力资源和社会保障局", "五（四）"))
    assert late[3:] == ("牵头", day(7), day(9), "迟报")
    waived = next(row for row in found if row[6] == "免报")
    assert waived[4:6] == ("—", "—")


def test_sheet_can_be_worked_with(sheets: Sequence[Worksheet]) -> None:
    first, second = sheets
    assert (first.freeze_panes, first.print_title_rows, first.page_setup.orientation) == (
        "A4",
        "$3:$3",
        "landscape",
    )
    assert first.auto_filter.ref == f"A3:H{first.max_row - 1}"  # the sum stays below
    assert second.auto_filter.ref == f"A3:G{second.max_row}"
    assert (first["G4"].number_format, second["E4"].number_format) == ("0.0%", "yyyy-mm-dd")
    assert "A1:H1" in [str(merged) for merged in first.merged_cells.ranges]
    assert "演示数据" in str(first["A2"].value)


def test_while_something_is_not_due_it_has_a_column() -> None:
    early = SourcedSummary(replace(SUMMARY, as_of=date(2020, 7, 1)), None)
    head = [column.heading for column in filing_record(early).sheets[0].columns]
    assert head[1:7] == ["应报", "按时", "迟报", "未报", "未到期", "免报"]


def test_a_column_more_leaves_the_annex_on_one_page_with_what_follows_it() -> None:
    """As many departments as the policy of 2019 binds, and one whose day is still to come."""
    missing = next(row.department for row in SUMMARY.missing)
    sections = tuple(
        replace(section, measures=tuple(given_longer(row, missing) for row in section.measures))
        for section in SUMMARY.sections
    )
    summary = replace(SUMMARY, sections=sections)
    assert summary.filing.not_due
    last = pages_of_lines(status_report(SourcedSummary(summary, None), length="brief").pdf())[-1]
    said = "".join(line.text for line in last)
    assert ("附件" in said, "未到期" in said, "合计" in said, "编制说明" in said) == (True,) * 4


def given_longer(measure: MeasureStatus, department: DepartmentName) -> MeasureStatus:
    until = date(2020, 7, 14)
    return replace(
        measure,
        updates=tuple(
            replace(row, due_on=until) if row.department == department else row for row in measure.updates
        ),
    )


def test_behind_are_named_with_their_measures(record: FilingRecord) -> None:
    assert [group.heading for group in record.not_as_required] == ["（一）未报送", "（二）迟报"]
    said = {row.who: row.text for row in record.not_as_required[0].paragraphs}
    assert said["市公安局："] == "二（四）提高高技能领军人才社会待遇。"
    closed = replace(SUMMARY, sections=())
    assert "没有未报送、迟报或退回未补的填报。" in filing_record(SourcedSummary(closed, None)).html()


def test_paper_says_the_same_in_the_form_of_the_standard(pdf: bytes) -> None:
    text = text_of(pdf)
    heads = ["一、总体情况", "二、未按要求报送情况", "附件：1.各单位报送情况", "附件1", "附件2", "编制说明"]
    places = [text.index(head) for head in heads]
    assert places == sorted(places)
    assert f"合计{SUMMARY.filing.owed}{SUMMARY.filing.on_time}" in text
    assert all(page.mediabox.height > page.mediabox.width for page in reader(pdf).pages)
    body = [line for line in pages_of_lines(pdf)[0] if len(line.text) > 20]
    assert min(line.left for line in body) == pytest.approx(28 * POINTS_A_MM, abs=0.3)


def test_same_facts_give_the_same_workbook(record: FilingRecord) -> None:
    again = filing_record(samples.open_summary(), demo=True)
    assert record.xlsx() == again.xlsx()
    changed = openpyxl.load_workbook(BytesIO(record.xlsx())).properties
    assert changed.modified == changed.created == record.created.replace(tzinfo=None)


def test_words_that_would_run_as_a_formula_are_text() -> None:
    column: Column[str] = Column("话", 10, lambda row, on: Cell((row,)))
    sheet = Sheet("一", "=1+1", (), [column], ((Cell(("=HYPERLINK(1)",)),), (Cell(("+86",)),)))
    page = openpyxl.load_workbook(
        BytesIO(workbook([sheet], title="题", author="", created=CREATED))
    ).worksheets[0]
    assert [page.cell(row, 1).value for row in (1, 3, 4)] == ["'=1+1", "'=HYPERLINK(1)", "'+86"]
    assert page.cell(3, 1).data_type == "s"
