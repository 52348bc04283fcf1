"""The one-page brief: never more than its page, and nothing that it leaves out is left unsaid."""

import re
from dataclasses import replace
from io import BytesIO

import docx
import pytest

from measures.lights import Light
from measures.models import LightColour, LightReason
from measures.reports import one_page, pdf
from measures.reports.brief import brief
from measures.reports.one_page import Part, rows_that_fit
from measures.reports.status import BRIEF, UnknownLengthError, status_report
from measures.reports.tables import Band, Table
from measures.reports.word import word_file
from measures.reports.word_page import on_one_page
from measures.summaries import MeasureStatus, SourcedSummary
from tests.measures.reports import samples
from tests.measures.reports.reading import pages_of_lines, reader, text_of

pytestmark = pytest.mark.once("pages are laid out without a database")
OPEN = samples.open_summary()
LONG_TITLE = "关于进一步优化全市老旧小区改造服务管理工作若干问题的实施意见"


def crowded(*, long: bool, times: int = 40) -> SourcedSummary:
    """So many times the five red and yellow measures, each with a matter."""
    summary = OPEN.summary
    matter = samples.matter(1, "二（一）")
    troubled = [row for row in summary.measures if row.light.colour in (LightColour.RED, LightColour.YELLOW)]

    def another(row: MeasureStatus, place: int) -> MeasureStatus:
        title = row.title * 2 if long else "短"
        told = replace(matter, text=matter.text * (6 if long else 1))
        return replace(row, uuid=f"{row.uuid}-{place}", title=title, matters=(told,))

    many = tuple(another(row, place) for place in range(times) for row in troubled)
    sections = (replace(summary.sections[0], measures=many), *summary.sections[1:])
    policy = replace(summary.policy, title=LONG_TITLE) if long else summary.policy
    return SourcedSummary(replace(summary, sections=sections, policy=policy), None)


def test_brief_names_the_red_before_the_yellow_and_every_number_is_the_summarys() -> None:
    made = brief(OPEN, demo=True)
    rows = [row for row in made.troubled.rows if not isinstance(row, Band)]
    colours = [row[2].lines[0][:2] for row in rows]
    red, yellow = (OPEN.summary.counts[colour] for colour in (LightColour.RED, LightColour.YELLOW))
    assert colours == (["红灯"] * red + ["黄灯"] * yellow)[: len(rows)]
    lights, filing = made.overall
    assert f"绿灯{OPEN.summary.counts[LightColour.GREEN]}项" in lights
    assert f"{OPEN.summary.changed_count}项的进度灯有变化" in lights
    count = OPEN.summary.filing
    assert f"及时率{count.rate}（{count.on_time}/{count.owed}）" in filing
    assert made.addressee == "市人民政府"


@pytest.mark.parametrize("times", [2, 40])
@pytest.mark.parametrize("long", [True, False])
def test_brief_never_runs_over_its_page_and_counts_what_finds_no_room(long: bool, times: int) -> None:
    sourced = crowded(long=long, times=times)
    summary = sourced.summary
    document = brief(sourced, demo=True)
    made = pdf.render_pdf(document.html(), css=document.css, fits=True, **document.properties)
    assert len(reader(made).pages) == 1
    text = text_of(made)
    troubled = summary.counts[LightColour.RED] + summary.counts[LightColour.YELLOW]
    for count, one, words in (
        (troubled, re.compile(r"[红黄]灯(?=市|年度|需协调)"), "另有{}项，见进展情况台账。"),
        (summary.matter_count, re.compile(r"6月18日"), "另有{}项，见落实情况报告。"),
    ):
        shown = len(one.findall(text))
        assert shown >= 1
        assert (words.format(count - shown) in text) == (shown < count)
        assert shown < count or times == 2


def of_a_bad_quarter() -> SourcedSummary:
    """Two red and four yellow measures, the yellow of two lines each, and three matters."""
    summary = OPEN.summary
    missed: dict[str, str | int] = {
        "department": "市人社局",
        "periods": 2,
        "missed_in": "2020年第一季度、2020年第二季度",
    }
    stalled: dict[str, str | int] = {"department": "市人社局"}
    half: dict[str, str | int] = {"label": "国情、省情、市情研修考察", "figure": "0/1"}
    lights = [
        Light(LightColour.RED, LightReason.MISSED_RUN, missed),
        Light(LightColour.RED, LightReason.STALLED, stalled),
        *([Light(LightColour.YELLOW, LightReason.HALF_GONE, half)] * 4),
    ]
    words = "职工人数统计口径不一，"
    short, long = (replace(samples.matter(1, "二（一）"), text=words * times) for times in (1, 4))
    row = next(row for row in summary.measures if len(row.leads) > 1)
    measures = tuple(
        replace(
            row,
            uuid=f"{place}",
            title=f"建立企业技术工人{'工资增长机制' if place > 1 else ''}",
            light=light,
            matters=matters,
        )
        for place, light in enumerate(lights)
        for matters in [(short,) if place == 0 else (long,) if place < 3 else ()]
    )
    return SourcedSummary(
        replace(summary, sections=(replace(summary.sections[0], measures=measures),)),
        None,
    )


def test_brief_has_room_for_every_measure_and_matter_of_a_bad_quarter() -> None:
    sourced = of_a_bad_quarter()
    document = brief(sourced, demo=True)
    made = pdf.render_pdf(document.html(), css=document.css, fits=True, **document.properties)
    lines = [line for page in pages_of_lines(made) for line in page]
    assert len(reader(made).pages) == 1
    assert text_of(made).count("建立企业技术工人") == 6
    assert sum(line.text == "6月18日" for line in lines) == 3
    assert not any(line.text.startswith("另有") for line in lines)
    assert any("数据摘要" in line.text and line.text.endswith(sourced.sha256) for line in lines)
    shown = [block for block in on_one_page(document) if isinstance(block, Table)]
    assert [(table.row_count, table.left_out) for table in shown] == [(6, 0), (3, 0)]


def test_brief_calls_a_department_by_one_name_in_a_row_and_counts_a_run_of_periods() -> None:
    rows = [row for row in brief(of_a_bad_quarter()).troubled.rows if not isinstance(row, Band)]
    reasons = [row[3].lines[0] for row in rows]
    assert reasons[:2] == ["市人社局连续2期未按时报送", "市人社局自评停滞"]
    assert "市人力资源和社会保障局" not in "".join(
        line for row in rows for cell in row for line in cell.lines
    )


@pytest.mark.parametrize("long", [True, False])
def test_brief_shows_as_many_as_its_page_holds(long: bool) -> None:
    """One more of either, and it would run over."""
    made = brief(crowded(long=long), demo=True)
    html = made.html()
    parts, room = one_page.measured(pdf._laid_out(html, made.css).pages)
    shown = one_page.rows_that_fit(parts, room)

    def pages_with(rows: list[int]) -> int:
        return len(pdf._laid_out(html, f"{made.css}\n{one_page.style_of(parts, rows)}").pages)

    assert pages_with(shown) == 1
    for place in range(2):
        assert pages_with([number + (place == other) for other, number in enumerate(shown)]) == 2


def test_brief_is_one_page_also_where_its_rows_were_thought_to_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_page, "rows_that_fit", lambda parts, room: [8, 3])
    document = brief(crowded(long=True), demo=True)
    assert len(pdf._on_one_page(document.html(), document.css).pages) == 1


def test_rows_are_shared_out_so_that_no_table_crowds_out_another() -> None:
    def part(rows: int, beyond: int = 0) -> Part:
        return Part(head=10, line=10, rows=[10.0] * rows, beyond=beyond)

    assert rows_that_fit([part(3), part(2)], 100) == [3, 2]
    assert rows_that_fit([part(50), part(1)], 100) == [6, 1]  # two heads, and the line that counts the others
    assert rows_that_fit([part(50), part(50)], 100) == [1, 5]  # a decision is asked on the second
    assert rows_that_fit([part(1), part(50)], 100) == [1, 6]
    assert rows_that_fit([part(6), part(3)], 100) == [4, 3]
    assert rows_that_fit([part(9, beyond=4), part(0)], 110) == [9, 0]
    assert rows_that_fit([part(50), part(50)], 5) == [0, 0]
    assert one_page.one_fewer([part(5), part(5)], [3, 1]) == [2, 1]
    assert one_page.one_fewer([part(5), part(5)], [0, 0]) == [0, 0]


@pytest.mark.parametrize("long", [True, False])
def test_brief_as_a_word_file_counts_what_it_leaves_out(long: bool) -> None:
    sourced = crowded(long=long)
    made = brief(sourced, demo=True)
    tables = [block for block in on_one_page(made) if isinstance(block, Table)]
    counts = sourced.summary.counts
    assert [table.row_count + table.left_out for table in tables] == [
        counts[LightColour.RED] + counts[LightColour.YELLOW],
        sourced.summary.matter_count,
    ]
    assert min(table.row_count for table in tables) >= 1
    said = "".join(paragraph.text for paragraph in docx.Document(BytesIO(word_file(made))).paragraphs)
    assert all(table.told in said for table in tables)
    assert [block.left_out for block in on_one_page(brief(OPEN)) if isinstance(block, Table)] == [0, 0]


def test_brief_of_a_quiet_quarter_says_that_there_is_nothing() -> None:
    html = brief(SourcedSummary(replace(OPEN.summary, sections=()), None)).html()
    assert "本期没有红灯、黄灯举措。" in html
    assert "没有尚待协调的事项。" in html


def test_short_report_has_headlines_alone_and_the_same_numbers() -> None:
    full, short = status_report(OPEN), status_report(OPEN, length=BRIEF)
    assert short.overall == full.overall
    assert short.title == full.title.replace("（2020年第二季度）", "（2020年第二季度，简本）")
    said = [part.paragraphs for section in short.sections for part in section.measures]
    assert {len(paragraphs) for paragraphs in said} == {1}
    assert said[0][0].text == "窗口已在市本级和8个县（市、区）挂牌运行。"
    assert "其他单位报送情况" in [column.heading for column in full.ledger.columns]
    assert "其他单位报送情况" not in short.html()
    with pytest.raises(UnknownLengthError, match="full"):
        status_report(OPEN, length="medium")


def test_short_report_tells_problems_and_next_steps_of_red_and_yellow_in_a_sentence_each() -> None:
    short = status_report(OPEN, length=BRIEF)
    colours = {LightColour.RED, LightColour.YELLOW}
    troubled = [row.code for row in OPEN.summary.measures if row.light.colour in colours]
    *problems, matters = short.problems
    told = [row for group in problems for row in group.paragraphs]
    assert sorted(troubled) == sorted(code for code in troubled for row in told if row.who.startswith(code))
    assert [table.name for table in short.tables] == ["filing by-department"]
    next_steps = [row for group in short.next_steps for row in group.paragraphs]
    assert next_steps
    assert all(row.who.startswith(tuple(troubled)) for row in next_steps)
    assert {row.text.count("。") for row in (*told, *next_steps)} == {1}
    assert len(matters.paragraphs) == OPEN.summary.matter_count
    assert (
        "其他举措的和进展情况台账，见《提高技术工人待遇实施意见落实情况报告（2020年第二季度）》。"
        in short.html()
    )


def test_short_report_of_a_quiet_quarter_says_no_more_than_is_so() -> None:
    short = status_report(SourcedSummary(replace(OPEN.summary, sections=()), None), length=BRIEF)
    html = short.html()
    assert "本期没有红灯、黄灯举措，没有需协调事项。" in html
    assert "本期没有红灯、黄灯举措报送下步打算。" in html
