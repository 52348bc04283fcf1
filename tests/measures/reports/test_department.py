"""The report on one department: its duties, what it filed itself, what is open; numbers of the summary."""

from dataclasses import replace

import pytest

from measures.models import PeriodState
from measures.reports.blocks import Paragraph
from measures.reports.department import DepartmentReport, UnknownDepartmentError, department_report
from measures.reports.status import status_report
from measures.reports.tables import Band, Cell
from measures.summaries import SourcedSummary
from tests.measures.reports import samples
from tests.measures.reports.reading import POINTS_A_MM, bookmarks, pages_of_lines, reader, text_of

OPEN = samples.open_summary()


def report_on(slug: str, sourced: SourcedSummary = OPEN) -> DepartmentReport:
    return department_report(sourced, demo=True, department=slug)


def rows_of(report: DepartmentReport) -> list[tuple[Cell, ...]]:
    return [row for row in report.duties.rows if not isinstance(row, Band)]


def cells(report: DepartmentReport, code: str) -> list[tuple[str, ...]]:
    return next([cell.lines for cell in row] for row in rows_of(report) if row[0].lines == (code,))


def words(paragraphs: tuple[Paragraph, ...]) -> str:
    return "".join(row.who + row.text for row in paragraphs)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return report_on("zgh").pdf()


def test_department_that_answers_for_nothing_is_told_with_those_that_do() -> None:
    for slug in ("", "no-such"):
        with pytest.raises(UnknownDepartmentError, match="现有：rsj（市人社局）、fgw（市发展改革委）"):
            report_on(slug)


def test_every_bound_department_has_a_report_that_names_all_its_duties() -> None:
    summary = OPEN.summary
    assert [row.slug for row in summary.bound] == [*samples.DEPARTMENTS, "zxb"]
    for department in summary.bound:
        report = report_on(department.slug)
        duties = {row.code for row in summary.measures if department in (*row.leads, *row.participants)}
        assert {row[0].lines[0] for row in rows_of(report)} == duties
        assert department.name in report.title


def test_numbers_are_those_of_the_summary_and_add_up_over_the_departments() -> None:
    about = OPEN.summary.department("zgh")
    filing = next(row.count for row in OPEN.summary.departments if row.department.slug == "zgh")
    assert about.filing == filing
    assert (about.lead_count + about.participation_count, about.measure_count) == (len(about.measures),) * 2
    first, second = report_on("zgh").overall
    assert f"承担举措{about.measure_count}项，其中牵头{about.lead_count}项" in first
    assert f"本期应报送{filing.owed}条" in second
    assert f"及时率{filing.rate}（{filing.on_time}/{filing.owed}）" in second
    everybody = [OPEN.summary.department(row.slug) for row in OPEN.summary.bound]
    assert sum(row.confirmed_count for row in everybody) == OPEN.summary.confirmed_count
    assert sum(row.filing.total for row in everybody) == OPEN.summary.filing.total
    assert sum(row.matter_count for row in everybody) == OPEN.summary.matter_count


def test_what_the_department_itself_reported_is_printed_and_nobody_elses() -> None:
    report = report_on("zgh")
    own = [OPEN.summary.department("zgh").update_of(row) for row in OPEN.summary.measures]
    said = [row.text.headline for row in own if row and row.text and row.text.headline]
    body = "".join(words(part.paragraphs) for section in report.sections for part in section.measures)
    assert said
    assert body.count("窗口已在市本级") == len(said)
    assert "市人力资源和社会保障局：" not in body


def test_silence_is_said_with_its_reason() -> None:
    report = report_on("gaj")
    (part,) = report.sections[0].measures
    assert words(part.paragraphs) == "本期未报送。"
    assert cells(report, "二（四）")[5] == ("未报送",)
    assert words(report.problems[0].paragraphs) == "截至2020年7月10日，未报二（四）。"


def test_role_and_filing_of_each_duty_stand_in_the_annex() -> None:
    report = report_on("zgh")
    assert [line for (line, *_) in cells(report, "二（一）")[2:]] == [
        "共同牵头",
        "绿灯",
        "7月7日",
        "按时报送",
    ]
    assert cells(report, "三（一）")[2] == ("参与",)
    assert cells(report_on("jyj"), "四（三）")[2] == ("分别牵头",)
    assert cells(report_on("rsj"), "二（一）")[2] == ("第一牵头",)
    assert cells(report_on("rsj"), "四（一）")[2] == ("牵头",)
    assert cells(report_on("rsj"), "二（五）")[4:] == [("—",), ("本期不填报",)]


def test_matters_are_those_that_the_department_raised() -> None:
    assert any("需协调事项1项" in group.heading for group in report_on("fgw").problems)
    assert not any("需协调事项" in group.heading for group in report_on("kjj").problems)


def test_department_without_updates_or_problems_says_so() -> None:
    quiet = samples.measure(0)
    quiet = replace(quiet, updates=(), matters=())
    summary = samples.summary(PeriodState.CLOSED)
    section = replace(summary.sections[0], measures=(quiet,))
    html = report_on("zgh", SourcedSummary(replace(summary, sections=(section,)), None)).html()
    assert "本期没有应报送的填报。" in html
    assert "没有反映问题和需协调事项" in html
    assert "本期未报送下步打算。" in html


def test_two_departments_and_two_kinds_are_documents_of_their_own() -> None:
    found = {report_on("zgh").identifier, report_on("gaj").identifier, status_report(OPEN).identifier}
    assert len(found) == 3


def test_pages_have_the_form_of_the_standard(pdf: bytes) -> None:
    pages = pages_of_lines(pdf)
    body = [line for page in pages[1:-2] for line in page if len(line.text) > 20]
    assert min(line.left for line in body) == pytest.approx(28 * POINTS_A_MM, abs=0.3)
    assert max(line.right for line in body) < 184 * POINTS_A_MM + 1
    assert all(page.mediabox.height > page.mediabox.width for page in reader(pdf).pages)
    text = text_of(pdf)
    heads = [
        "一、总体情况",
        "二、主要进展",
        "（一）牵头举措",
        "（二）参与举措",
        "三、存在问题",
        "四、下步工作",
        "附件：承担举措",
    ]
    places = [text.index(head) for head in heads]
    assert places == sorted(places)
    assert "编制说明" in text[places[-1] :]
    titles = [title for _level, title in bookmarks(pdf)]
    assert titles[:3] == ["一、总体情况", "二、主要进展", "（一）牵头举措8项"]
    assert "二（一）全面加强对高技能领军人才的服务保障" in titles
    assert "𠅤䶮㛃" in text
