"""The breakdown of tasks: what the text asks, of whom and by when, as table on paper and as workbook."""

from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest
from pytest_django import DjangoAssertNumQueries

from measures.models import CommitmentCycle, LeadMode, PeriodState, ReportingPeriod
from measures.reports.breakdown import breakdown
from measures.summaries import read_plan
from tests import builders

pytestmark = pytest.mark.django_db
DAY = date(2020, 7, 10)
QUERIES = 4  # measures; responsibilities with departments; commitments — and the period


def loaded() -> ReportingPeriod:
    return ReportingPeriod.objects.select_related("policy__coordinator", "edition").get()


def a_plan() -> None:
    section = builders.a_section()
    first = builders.a_measure(
        ("zgh", "jyj"), ("czj",), section=section, title="开展竞赛", text="一段。\n二段。"
    )
    builders.a_commitment(first, cycle=CommitmentCycle.YEARLY, ends_on=date(2022, 12, 31))
    builders.a_measure(("zgh", "jyj"), lead_mode=LeadMode.SEPARATE, section=section, title="校企合作")
    builders.a_measure((), section=builders.a_section(ordinal=6, title="组织实施"), title="加强领导")
    builders.an_open_period()


def test_breakdown_says_what_is_asked_of_whom_and_by_when() -> None:
    a_plan()
    table = breakdown(read_plan(loaded(), DAY)).table
    rows = list(table.paper_rows)
    assert [row.band for row in rows if row.band] == ["二、政策保障", "六、组织实施"]
    cells = [[" ".join(cell.lines) for _column, cell in row.cells] for row in rows if row.cells]
    promised = "技能竞赛：组织开展全市劳动和技能竞赛（每年，2022年12月31日前）"
    assert cells[0] == ["二（一）", "开展竞赛", promised, "市总工会、市教育局", "市财政局"]
    assert cells[1][3] == "市总工会、市教育局（分别牵头）"
    assert cells[2][2:] == ["—", "原文未列明责任单位", "—"]
    assert [(row.who, row.text) for row in rows if row.text][:2] == [("主要任务：", "一段。"), ("", "二段。")]


def test_breakdown_in_a_workbook_has_numbers_and_days() -> None:
    a_plan()
    document = breakdown(read_plan(loaded(), DAY), demo=True)
    page = openpyxl.load_workbook(BytesIO(document.xlsx())).worksheets[0]
    heads = [cell.value for cell in page[3]]
    first = dict(zip(heads, (cell.value for cell in page[5]), strict=True))
    assert (first["量化承诺数"], first["责任单位数"]) == (1, 3)
    assert first["最晚时限"] == datetime(2022, 12, 31)  # noqa: DTZ001  # as a workbook gives it back
    assert first["责任条款原文"] == "（牵头单位：zgh、jyj）"
    assert "A4:J4" in [str(merged) for merged in page.merged_cells.ranges]
    assert "演示数据" in str(page["A2"].value)
    assert document.title == "提高技术工人待遇实施意见任务分解表"


def test_breakdown_of_a_closed_period_is_that_of_its_last_day() -> None:
    a_plan()
    assert read_plan(loaded(), DAY).on == DAY
    builders.set_period_state(loaded(), PeriodState.CLOSED)
    assert read_plan(loaded(), DAY).on == date(2020, 6, 30)


def test_breakdown_asks_as_often_for_any_number_of_measures(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    a_plan()
    for _number in range(2):
        with django_assert_num_queries(QUERIES):
            list(read_plan(loaded(), DAY).measures())
        builders.a_measure(("gzw",), section=loaded().edition.sections.get(ordinal=2))
