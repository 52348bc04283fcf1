"""The ledger of a made-up quarter: what its cells say, and that a column is declared once."""

from dataclasses import replace

import pytest

from measures.models import LeadMode
from measures.reports import ledger, wording
from measures.reports.status import StatusReport, status_report
from measures.reports.tables import Band, Cell, Column, Table
from measures.summaries import MeasureStatus, SourcedSummary
from tests.measures.reports import samples

ON = samples.AS_OF


@pytest.fixture(scope="module")
def report() -> StatusReport:
    return status_report(samples.open_summary(), demo=True)


def rows_of(table: Table) -> dict[str, dict[str, tuple[str, ...]]]:
    """What stands under each heading, by the number of the measure."""
    heads = [column.heading for column in table.columns]
    cells = [row for row in table.rows if not isinstance(row, Band)]
    return {row[0].lines[0]: dict(zip(heads, (cell.lines for cell in row), strict=True)) for row in cells}


def test_ledger_shows_commitments_and_separate_leads(report: StatusReport) -> None:
    rows = rows_of(report.ledger)

    assert "年度研修考察：0/1次" in rows["二（二）"]["本期进展"]
    assert rows["四（三）"]["牵头单位"] == ("市教育局、市人力资源和社会保障局（分别牵头）",)
    assert rows["六（一）"]["牵头单位"] == ("原文未列明责任单位",)


@pytest.mark.parametrize(
    ("stated_in", "year", "words"),
    [
        ("2020年第三季度", 2020, "年度研修考察：2020年前三季度累计0/1次"),
        ("2020年5月", 2020, "年度研修考察：2020年1—5月累计0/1次"),
        ("2020年下半年", 2020, "年度研修考察：2020年全年累计0/1次"),
        ("2020年第三季度", None, "年度研修考察：0/1次"),
    ],
)
def test_ledger_says_what_the_value_of_a_year_covers(stated_in: str, year: int | None, words: str) -> None:
    stated = replace(samples.study_tour(), stated_in=stated_in, year=year)
    measure = replace(samples.summary().measures[0], commitments=(stated,))
    assert list(wording.commitments_of(measure)) == [words]


@pytest.mark.parametrize("mode", [LeadMode.SINGLE, LeadMode.SEPARATE])
def test_measure_whose_leads_have_ended_is_not_said_to_name_nobody(mode: LeadMode) -> None:
    summary = samples.summary()
    section = summary.sections[0]
    clause = "（牵头单位：市总工会）"
    ended = replace(section.measures[0], leads=(), lead_mode=mode, clause_text=clause)
    sections = (replace(section, measures=(ended, *section.measures[1:])), *summary.sections[1:])
    report = status_report(SourcedSummary(replace(summary, sections=sections), None))

    assert rows_of(report.ledger)["二（一）"]["牵头单位"] == ("目前没有牵头单位",)
    assert "（）" not in report.html()


def test_ledger_takes_a_new_column_from_its_declaration_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    state: Column[MeasureStatus] = Column("状态", 25, lambda measure, on: Cell((f"{measure.state.label}。",)))
    monkeypatch.setattr(ledger, "COLUMNS", (*ledger.COLUMNS, state))
    report = status_report(samples.open_summary())
    html = report.html()

    assert rows_of(report.ledger)["二（一）"]["状态"] == ("推进中。",)
    assert '<th scope="col">状态</th>' in html
    assert 'colspan="7"' in html
    assert ".ledger col:nth-child(7) { width: 10.0000% }" in report.css


def test_ledger_names_the_bound_departments_that_have_nothing_that_counts(report: StatusReport) -> None:
    rows = rows_of(report.ledger)

    last = rows["二（四）"]["其他单位报送情况"][-1]
    assert last == "未计入：市总工会（本期免报）、市工商联（本期未报送）"
    assert "未计入" not in "".join(rows["二（一）"]["其他单位报送情况"])
    assert "未计入：</span>市总工会（本期免报）" in report.html()


def test_ledger_names_a_silent_separate_lead_once(report: StatusReport) -> None:
    rows = rows_of(report.ledger)

    assert "市教育局：本期未报送。" in rows["四（四）"]["本期进展"]
    assert "未计入" not in "".join(rows["四（四）"]["其他单位报送情况"])
