"""The ledger of a made-up quarter: what its cells say, and that a column is declared once."""

import re
from dataclasses import replace
from io import BytesIO

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

from measures import summaries
from measures.lights import Light
from measures.models import LeadMode, LightColour, LightReason, ReportingPeriod, UpdateState
from measures.reports import ledger, wording
from measures.reports.department import department_report
from measures.reports.status import StatusReport, status_report
from measures.reports.tables import Band, Cell, Column, Table
from measures.reports.word import word_file
from measures.summaries import MeasureStatus, SourcedSummary, UpdateStatus
from measures.workflow import periods
from tests import builders, cast
from tests.measures.reports import samples
from tests.measures.reports.reading import POINTS_A_MM, bookmarks, pages_of_lines, text_of
from tests.tampering import unguarded

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
    assert list(wording.commitments_of(measure, stated_in)) == [words]


def test_value_of_an_earlier_period_is_dated_in_every_document_that_states_it() -> None:
    """Unless the words for the year to date say it."""
    stated = replace(
        samples.study_tour(), figure="3/3", met=True, year=None, stated_in="2019年第四季度", label="窗口"
    )
    yearly = replace(samples.study_tour(), stated_in="2020年第一季度")
    figure: dict[str, str | int] = {"label": "窗口", "figure": "3/3"}
    light = Light(LightColour.GREEN, LightReason.ON_COURSE, figure)
    summary = samples.summary()
    first = replace(summary.measures[0], commitments=(stated, yearly), light=light)
    section = replace(summary.sections[0], measures=(first,))
    sourced = SourcedSummary(replace(summary, sections=(section,)), None)
    words = "窗口：3/3次（已完成，数据来自2019年第四季度）"
    table = ledger.ledger(sourced).table
    assert rows_of(table)["二（一）"]["本期进展"][-2:] == (words, "年度研修考察：2020年一季度累计0/1次")
    assert rows_of(table)["二（一）"]["进度灯及原因"][0].endswith("（数据来自2019年第四季度）。")
    assert f"量化承诺：{words}；" in department_report(sourced, department="rsj").html()
    heading = "正常推进〔数据来自2019年第四季度〕）"
    assert all(
        heading in made.html()
        for made in (status_report(sourced), department_report(sourced, department="rsj"))
    )
    now = replace(first, commitments=(replace(stated, stated_in=summary.period.name),))
    assert "数据来自" not in "".join(wording.commitments_of(now, summary.period.name))


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


def with_texts_of_their_own(sourced: SourcedSummary) -> SourcedSummary:
    """Each says under each name what nobody else says."""

    def told(row: UpdateStatus, measure: MeasureStatus) -> UpdateStatus:
        own = f"{measure.code}{row.department.name}"
        texts = {name: f"{own}的{name}。" for name in ("headline", "progress", "problems", "next_steps")}
        return replace(row, text=row.text and samples.saying(samples.text(), **texts))

    sections = tuple(
        replace(
            section,
            measures=tuple(
                replace(one, updates=tuple(told(row, one) for row in one.updates)) for one in section.measures
            ),
        )
        for section in sourced.summary.sections
    )
    return SourcedSummary(replace(sourced.summary, sections=sections), None)


def test_ledger_says_as_much_of_the_convenor_as_of_others_and_nothing_twice() -> None:
    """On paper, as an annex, in a Word file and in a workbook."""
    sourced = with_texts_of_their_own(samples.open_summary())
    made = ledger.ledger(sourced)
    page = openpyxl.load_workbook(BytesIO(made.xlsx())).worksheets[0]
    in_sheet = "".join(str(cell.value) for row in page.iter_rows(min_row=4) for cell in row)
    report = status_report(sourced)
    on_paper = "".join(re.sub("<[^>]+>", "", html) for html in (made.html(), report.html().split("附件1")[1]))
    in_word = "".join(
        "".join(node.text for node in table._tbl.iter(qn("w:t")))
        for table in docx.Document(BytesIO(word_file(report))).tables
    )
    updates = [row for one in sourced.summary.measures for row in one.updates if row.text]
    assert {row.is_lead for row in updates} == {True, False}
    for row in updates:
        for name in ("headline", "progress", "problems", "next_steps"):
            said = str(getattr(row.text, name))
            assert (on_paper.count(said), in_word.count(said), in_sheet.count(said)) == (2, 1, 1), said


def test_leads_are_quoted_below_their_row_before_the_others(report: StatusReport) -> None:
    rows = [row for row in report.ledger.paper_rows if row.named.startswith("四（三）")]
    assert [row.who for row in rows] == [
        "",
        "市教育局（牵头）：",
        "市人力资源和社会保障局（牵头）：",
        *(row.who for row in rows[3:]),
    ]
    assert all("（参与）" in row.who or row.who == "未计入：" for row in rows[3:])
    assert rows[1].text.startswith("组织召开部门联席会议2次")
    assert "下步打算：下一季度完成剩余2个窗口建设" in rows[1].text
    participant = next(row for row in rows if "（参与）" in row.who)
    assert participant.lead == "窗口已在市本级和8个县（市、区）挂牌运行。"
    assert f'<span class="lead">{participant.lead}</span>' in re.sub(r"\s+", " ", report.html())


def test_headline_alone_is_not_quoted_again_below_its_row() -> None:
    summary = samples.summary()
    first = summary.measures[0]
    alone = samples.saying(samples.text(), headline="已挂牌", progress="已挂牌。", next_steps="")
    updates = (replace(first.updates[0], text=alone),)
    section = replace(summary.sections[0], measures=(replace(first, updates=updates),))
    table = ledger.ledger(SourcedSummary(replace(summary, sections=(section,)), None)).table
    assert [(row.who, row.text) for row in table.paper_rows if row.text] == []


# --- the ledger as a document of its own ----------------------------------------------------------


def test_no_page_of_the_ledger_is_less_than_two_thirds_full_before_the_last() -> None:
    """Twenty measures with texts of every length; what is lowest on a page is at its bottom."""
    summary, place = samples.summary(), 0
    sections = []
    for section in summary.sections[:3]:
        measures = []
        for row in section.measures:
            updates = []
            for update in row.updates:
                place += 173
                told = update.text and samples.saying(
                    update.text, progress=(samples.SENTENCE * 12)[: place % 1400]
                )
                updates.append(replace(update, text=told))
            measures.append(replace(row, updates=tuple(updates)))
        sections.append(replace(section, measures=tuple(measures)))
    made = ledger.ledger(SourcedSummary(replace(summary, sections=tuple(sections)), None), demo=True)
    pdf = made.pdf()
    assert "𠅤䶮㛃" in text_of(pdf)
    pages = pages_of_lines(pdf)
    top, bottom = 28 * POINTS_A_MM, (210 - 26) * POINTS_A_MM
    lowest = [max(line.top + line.height for line in page if line.top < bottom) for page in pages]
    assert len(pages) > 8
    assert min((low - top) / (bottom - top) for low in lowest[:-1]) >= 2 / 3
    heads = [[line.text for line in page if line.text.startswith("接上页：")] for page in pages]
    assert heads[0] == []
    assert sum(bool(head) for head in heads) > 5
    begun = tuple("二三四五六")
    for page, head in zip(pages[1:], heads[1:], strict=True):
        # Below the head of the table a section or a measure begins, or one goes on, cut or not.
        first = next(line.text for line in page if line.top > top + 20)
        assert bool(head) != first.startswith(
            (*(f"{number}（" for number in begun), *(f"{number}、" for number in begun))
        )


def test_ledger_comes_as_a_workbook_that_one_can_work_with() -> None:
    made = ledger.ledger(samples.open_summary(), demo=True)
    page = openpyxl.load_workbook(BytesIO(made.xlsx())).worksheets[0]
    heads = [str(cell.value) for cell in page[3]]
    assert heads == [column.heading for column in (*ledger.COLUMNS, *ledger.MORE_IN_A_WORKBOOK)]
    assert (page.freeze_panes, page.print_title_rows) == ("A4", "$3:$3")
    assert page.auto_filter.ref == f"A3:M{page.max_row}"
    bands = [str(row[0].value) for row in page.iter_rows(min_row=4) if row[1].value is None]
    assert bands == [section.heading for section in samples.summary().sections]
    rows = {row[0].value: dict(zip(heads, row, strict=True)) for row in page.iter_rows(min_row=4)}
    assert len(rows) == len(samples.MEASURES) + len(bands)
    late = rows["五（四）"]
    assert [late[name].number_format for name in ("应报日期", "报送日期")] == ["yyyy-mm-dd"] * 2
    assert [str(late[name].value)[:10] for name in ("应报日期", "报送日期")] == ["2020-07-07", "2020-07-09"]
    assert rows["三（三）"]["需协调事项"].value == 1
    assert rows["二（四）"]["进度灯"].value == "红灯"
    others = str(rows["二（一）"]["其他单位报送情况"].value)
    assert others.startswith("市总工会（牵头）：")


def test_workbook_is_printed_on_a4_with_the_columns_of_paper() -> None:
    made = ledger.ledger(samples.open_summary(), demo=True)
    page = openpyxl.load_workbook(BytesIO(made.xlsx())).worksheets[0]
    assert (str(page.page_setup.paperSize), page.page_setup.orientation) == ("9", "landscape")
    assert page.print_area == f"'台账'!$A$1:$G${page.max_row}"
    assert {str(cells) for cells in page.merged_cells.ranges} >= {"A1:G1", "A2:G2"}
    printed = sum(page.column_dimensions[letter].width for letter in "ABCDEFG")
    assert printed <= 190


@pytest.mark.django_db
@pytest.mark.parametrize("is_closed", [False, True])
def test_ledger_read_one_by_one_says_what_the_whole_summary_says(is_closed: bool) -> None:
    measure = builders.a_measure(("zgh",), ("czj",))
    period = builders.an_update(UpdateState.CONFIRMED, measure=measure).period
    builders.a_measure(("gzw",), section=builders.a_section(measure.section.edition, ordinal=3))
    if is_closed:
        periods.close_period(cast.clerk(), period, "另行催报", builders.moment())
    rows = ReportingPeriod.objects.select_related("policy__coordinator", "edition")
    whole, streamed = (read(rows.get(), ON) for read in (summaries.read_period, summaries.read_streamed))
    assert streamed.sha256 == whole.sha256
    assert list(streamed.in_order()) == list(whole.in_order())
    assert ledger.ledger(streamed).xlsx() == ledger.ledger(whole).xlsx()


@pytest.mark.django_db
def test_ledger_of_altered_figures_is_not_written() -> None:
    period = builders.an_update(UpdateState.CONFIRMED, text=builders.a_text("举办竞赛3场")).period
    periods.close_period(cast.clerk(), period, "", builders.moment())
    unguarded()
    [figures] = period.measure_figures.all()
    figures.content = figures.content.replace("举办竞赛3场", "举办竞赛9场")
    figures.save()
    closed = ReportingPeriod.objects.select_related("policy__coordinator", "edition").get()
    with pytest.raises(summaries.SnapshotError, match="2020年第二季度"):
        ledger.ledger(summaries.read_streamed(closed, ON)).xlsx()


def test_outline_leads_to_the_sections_and_measures_of_a_table() -> None:
    """As an annex to its sections alone: the body of the status report leads to the measures."""
    sourced = samples.open_summary()
    found = bookmarks(ledger.ledger(sourced).pdf())
    sections = [section.heading for section in sourced.summary.sections]
    measures = [f"{row.code}{row.title}" for row in sourced.summary.measures]
    assert [title for level, title in found if level == 1] == sections
    assert [title.replace("\u2060", "") for level, title in found if level == 2] == measures
    annex = bookmarks(status_report(sourced).pdf())
    below = annex[annex.index((1, "进展情况台账（2020年第二季度）")) + 1 :]
    assert [title for level, title in below if level == 2] == sections
    assert {level for level, _title in below} == {1, 2}
