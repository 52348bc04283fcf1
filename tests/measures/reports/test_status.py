"""The status report of a made-up quarter: what it says, in which order, and that nobody is lost."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from django.utils import translation

from measures.lights import apply_override
from measures.models import LeadMode, LightColour, PeriodState
from measures.numerals import chinese_numeral
from measures.reports import brief, wording
from measures.reports.blocks import Heading, Paragraph
from measures.reports.status import LENGTHS, StatusReport, status_report, title_lines
from measures.reports.tables import Band, Cell
from measures.summaries import MeasureStatus, PeriodSummary, SectionStatus, SourcedSummary
from tests.measures.reports import samples
from tests.measures.reports.reading import (
    POINTS_A_MM,
    Line,
    bookmarks,
    fonts_of,
    pages_of_lines,
    reader,
    tags_of,
    text_of,
)

pytestmark = pytest.mark.unmeasured("the time goes into WeasyPrint; what a document says is measured")

ON = samples.AS_OF


@pytest.fixture(scope="module")
def report() -> StatusReport:
    return status_report(samples.open_summary(), demo=True)


@pytest.fixture(scope="module")
def pdf(report: StatusReport) -> bytes:
    return report.pdf()


@pytest.fixture(scope="module")
def text(pdf: bytes) -> str:
    return text_of(pdf)


@pytest.fixture(scope="module")
def pages(pdf: bytes) -> list[list[Line]]:
    return pages_of_lines(pdf)


def measure_of(case: str) -> MeasureStatus:
    number = next(number for number, row in enumerate(samples.MEASURES) if row[5] == case)
    return samples.measure(number)


def words(paragraphs: tuple[Paragraph, ...]) -> str:
    return "".join(f"{row.who}{row.text}" for row in paragraphs)


def filing(report: StatusReport) -> list[tuple[Cell, ...]]:
    return [row for row in report.filing.rows if not isinstance(row, Band)]


# --- the whole -----------------------------------------------------------------------------------


def test_parts_stand_in_the_order_of_official_reports(text: str) -> None:
    parts = [
        "提高技术工人待遇实施意见落实情况报告",
        "市人民政府：",
        "根据《关于提高技术工人待遇的实施意见（征求意见稿）》",
        "一、总体情况",
        "二、主要进展",
        "三、存在问题",
        "四、下步工作",
        "附件：1.进展情况台账",
        "2020年7月10日",
        "附件1",
        "附件2",
        "编制说明",
    ]
    places = [text.index(part) for part in parts if part != "2020年7月10日"]
    assert places == sorted(places)
    assert text.index("2020年7月10日", text.index("附件：")) < text.index("附件1")


def test_every_measure_is_named_in_body_and_ledger(text: str) -> None:
    for row in samples.MEASURES:
        assert text.count(row[1]) >= 2, row[1]


def test_bookmarks_lead_to_parts_sections_and_measures(pdf: bytes) -> None:
    found = bookmarks(pdf)

    assert [title for level, title in found if level == 1] == [
        "一、总体情况",
        "二、主要进展",
        "三、存在问题",
        "四、下步工作",
        "进展情况台账（2020年第二季度）",
        "报送情况（2020年第二季度）",
    ]
    assert len([title for level, title in found if level == 3]) == len(samples.MEASURES)
    assert (2, "（一）发挥引领作用，大力提高高技能领军人才待遇水平（原文第二部分）") in found
    assert (3, "1.二（一）全面加强对高技能领军人才的服务保障") in found


@pytest.mark.parametrize("length", LENGTHS)
def test_progress_names_each_measure_and_section_as_they_are_cited_elsewhere(length: str) -> None:
    """By the numbers of the policy, since its sections begin with the second."""
    sourced = samples.open_summary()
    made = status_report(sourced, length=length)
    sections = sourced.summary.sections
    assert [part.heading for part in made.sections] == [
        f"（{chinese_numeral(place)}）{section.title}（原文第{chinese_numeral(section.ordinal)}部分）"
        for place, section in enumerate(sections, 1)
    ]
    third = [block for block in made.blocks if isinstance(block, Heading) and block.level == 3]
    cited = [
        f"{place}.{row.code}{row.title}" for one in sections for place, row in enumerate(one.measures, 1)
    ]
    assert [block.bookmark for block in third] == cited
    assert all(block.text.startswith(f"{block.bookmark}（") for block in third)
    assert "举措编号为该文件的条款编号。" in made.lead_in[0]


def test_section_that_the_policy_numbers_as_the_report_does_is_named_once() -> None:
    sourced = samples.open_summary()
    counted = [replace(row, ordinal=place) for place, row in enumerate(sourced.summary.sections, 1)]
    made = status_report(SourcedSummary(replace(sourced.summary, sections=tuple(counted)), None))
    assert [part.heading[3:] for part in made.sections] == [row.title for row in counted]
    assert "原文第" not in made.html()
    numbered_otherwise = status_report(sourced)
    assert all("（原文第" in group.heading for group in numbered_otherwise.next_steps)


def test_no_page_is_blank_or_nearly(pages: list[list[Line]]) -> None:
    for page in pages:
        assert len([line for line in page if not line.text.startswith("—")]) >= 8


def test_right_edges_of_the_body_are_straight(pages: list[list[Line]]) -> None:
    """Of every line that another line of its paragraph follows: that one begins at the margin."""
    margin = 28 * POINTS_A_MM
    pairs = [pair for page in pages[2:8] for pair in pairwise(page)]
    top = 37 * POINTS_A_MM  # above it the notice
    full = [line for line, following in pairs if abs(following.left - margin) < 1 and line.top > top]

    assert len(full) > 60
    assert max(abs(line.right - 184 * POINTS_A_MM) for line in full) < 0.7


def test_no_heading_is_the_last_line_of_a_page(pages: list[list[Line]]) -> None:
    for page in pages:
        lines = [line.text for line in page if not line.text.startswith("—")]
        assert not lines[-1].startswith(
            ("一、", "二、", "三、", "四、", "（一）", "（二）", "（三）", "（四）")
        )


def test_ledger_is_landscape_and_the_rest_is_not(pdf: bytes) -> None:
    document = reader(pdf)
    wide = [page.extract_text() for page in document.pages if page.mediabox.width > page.mediabox.height]

    assert len(wide) >= 3
    assert all("编号" in text and "进度灯及原因" in text for text in wide)
    assert document.pages[-1].mediabox.width < document.pages[-1].mediabox.height


def test_all_fonts_are_embedded(pdf: bytes) -> None:
    assert fonts_of(pdf)
    assert all("/ToUnicode" in font for font in fonts_of(pdf))


def test_tags_say_what_everything_is_in_the_order_of_reading(pdf: bytes) -> None:
    """For those who have the document read to them (PDF/A-2a)."""
    tags = tags_of(pdf)
    kinds = [tag["/S"] for tag in tags]

    assert kinds[0] == "/Document"
    assert kinds.index("/H1") < kinds.index("/H2") < kinds.index("/H3")
    assert {"/P", "/Caption", "/Table", "/THead", "/TH", "/TR", "/TD"} <= set(kinds)
    heard = {str(tag["/Alt"]) for tag in tags if tag["/S"] == "/Figure"}
    assert {"绿灯", "黄灯", "红灯"} <= heard <= {colour.label for colour in LightColour}


def test_rare_name_is_read_back(text: str) -> None:
    assert "𠅤䶮㛃" in text


def test_same_snapshot_gives_the_same_bytes() -> None:
    sourced = samples.closed_summary()
    short = replace(sourced, summary=replace(sourced.summary, sections=sourced.summary.sections[:1]))

    assert status_report(short).pdf() == status_report(short).pdf()


def test_document_is_chinese_whatever_the_screen_has(report: StatusReport) -> None:
    with translation.override("en"):
        assert status_report(samples.open_summary(), demo=True) == report
        assert report.html() == status_report(samples.open_summary(), demo=True).html()


def test_text_of_people_is_escaped() -> None:
    sourced = samples.open_summary()
    first = sourced.summary.sections[0].measures[0]
    evil = replace(first, title="<script>alert(1)</script>")
    section = replace(sourced.summary.sections[0], measures=(evil,))
    report = status_report(SourcedSummary(replace(sourced.summary, sections=(section,)), None))

    assert "<script>" not in report.html()


def test_character_without_a_glyph_is_named_on_the_last_page() -> None:
    sourced = samples.open_summary()
    section = sourced.summary.sections[0]
    odd = replace(section.measures[0], title="联系人\U0010fffd")
    changed = replace(sourced.summary, sections=(replace(section, measures=(odd,)),))

    assert "U+10FFFD" in status_report(SourcedSummary(changed, None)).html()
    assert "缺字" not in status_report(sourced).html()


# --- head and foot -------------------------------------------------------------------------------


def test_open_period_says_so_and_names_its_cut_off(report: StatusReport) -> None:
    assert report.under_title == "（本期尚未截止，数据截至2020年7月10日）"
    assert "没有快照" in dict(report.facts)["快照"]


def test_closed_period_names_its_snapshot() -> None:
    sourced = samples.closed_summary()
    report = status_report(sourced)

    assert report.under_title == ""
    assert sourced.snapshot is not None
    assert sourced.snapshot.uuid in dict(report.facts)["快照"]
    assert sourced.snapshot.sha256 in dict(report.facts)["快照"]
    assert report.created.date() == date(2020, 7, 16)


def test_demo_is_said_on_every_page(pages: list[list[Line]]) -> None:
    assert all(any("演示数据" in line.text for line in page) for page in pages)


def test_real_data_carries_no_demo_notice() -> None:
    assert "演示数据" not in status_report(samples.open_summary()).html()


def test_addressee_may_be_another() -> None:
    assert status_report(samples.open_summary(), addressee="市委办公室").addressee == "市委办公室"


def test_long_title_breaks_by_sense() -> None:
    name = "关于进一步提高全市技术工人待遇的实施意见"
    assert title_lines(f"{name}落实情况报告") == (name, "落实情况报告")
    assert title_lines("实施意见落实情况报告") == ("实施意见落实情况报告",)
    name, short = "关于优化老旧小区改造服务的若干措施", "关于做好某事的若干措施"
    assert title_lines(f"{name}（试行）落实情况报告") == (name, "（试行）", "落实情况报告")
    assert title_lines(f"{short}（征求意见稿）落实情况报告") == (f"{short}（征求意见稿）", "落实情况报告")


def test_title_drops_the_words_around_a_policys_name() -> None:
    other = replace(samples.summary().policy, title="廊坊市技能提升行动方案")
    assert wording.subject(samples.summary()) == "提高技术工人待遇实施意见"
    assert wording.subject(replace(samples.summary(), policy=other)) == "廊坊市技能提升行动方案"
    trial = replace(other, title="关于优化老旧小区改造服务的若干措施（试行）")
    named = wording.subject(replace(samples.summary(), policy=trial))
    assert named == "优化老旧小区改造服务若干措施（试行）"


def test_file_name_tells_policy_and_period(report: StatusReport) -> None:
    assert report.file_name == "提高技术工人待遇实施意见落实情况报告（2020年第二季度）.pdf"


# --- figures -------------------------------------------------------------------------------------


def test_counts_are_those_of_the_summary(report: StatusReport) -> None:
    summary = samples.summary()
    count = summary.filing

    for colour in LightColour:
        assert f"{summary.counts[colour]}项" in report.overall[0].split(f"{colour.word}）")[1][:4]
    assert f"及时率{count.rate}（{count.on_time}/{count.owed}）" in report.overall[2]
    assert f"未报送{count.missing}条，涉及{len(summary.missing)}个单位" in report.overall[2]
    sums = [cell.value for cell in filing(report)[-1][1:6]]
    assert sums == [count.owed, count.on_time, count.late, count.missing, count.waived]


def test_rate_always_brings_its_two_numbers(report: StatusReport) -> None:
    place = report.filing.head.index("及时率")
    for row in filing(report):
        assert row[place].lines == ("—",) or "（" in row[place].lines[0]


def test_filing_annex_keeps_protocol_order(report: StatusReport) -> None:
    names = [row[0].lines[0] for row in filing(report)[:-1]]

    assert names == [row.department.name for row in samples.summary().departments]


def test_lines_not_yet_due_get_a_column() -> None:
    early = replace(samples.summary(), as_of=date(2020, 7, 1))
    report = status_report(SourcedSummary(early, None))

    assert "未到期" in report.filing.head
    assert len(filing(report)[0]) == len(report.filing.head)
    assert "尚未到报送期限" in report.overall[2]


def test_change_since_last_period_names_each_measure(report: StatusReport) -> None:
    red, blue = LightColour.RED.label, LightColour.BLUE.label

    assert f"{red}增加2项" in report.overall[1]
    assert f"二（四）提高高技能领军人才社会待遇由{LightColour.YELLOW.label}转为{red}" in report.overall[1]
    assert f"转为{blue}" in report.overall[1]


def bare(summary: PeriodSummary, *measures: MeasureStatus) -> PeriodSummary:
    return replace(summary, sections=(SectionStatus(2, "二、部分", "部分", measures),))


def test_change_is_silent_where_there_is_nothing_to_compare() -> None:
    first = replace(measure_of("on course"), before=None)
    still = replace(measure_of("on course"), before=LightColour.GREEN)

    assert "没有上期进度灯" in wording.change_sentence(bare(samples.summary(), first))
    assert "没有变化" in wording.change_sentence(bare(samples.summary(), still))


def test_swapped_lights_are_told_although_counts_stay() -> None:
    green = replace(measure_of("on course"), before=LightColour.YELLOW)
    yellow = replace(measure_of("half gone"), before=LightColour.GREEN)

    assert "各灯数量不变，其中" in wording.change_sentence(bare(samples.summary(), green, yellow))


def test_light_that_the_office_set_lighter_is_marked_wherever_it_is_counted() -> None:
    red = measure_of("on course")
    ruled = replace(red.light, colour=LightColour.RED)
    light = apply_override(ruled, LightColour.GREEN, "已核实")
    measure = replace(red, light=light, ruled_light=ruled, before=LightColour.RED)
    summary = bare(samples.summary(), measure)

    mark = "轻于规则判定"
    named = f"{measure.code}{measure.title}为绿灯（按规则为红灯）"
    said = f"。其中1项由统筹单位认定，{mark}：{named}。"
    assert wording.lights_sentence(summary).endswith(said)
    assert said in brief.overall(summary)[0]
    several = bare(samples.summary(), *(measure,) * 4)
    assert f"。其中4项由统筹单位认定，{mark}：{'、'.join([named] * 3)}等。" in brief.overall(several)[0]
    assert f"转为{LightColour.GREEN.label}，{mark}" in wording.change_sentence(summary)
    assert wording.light_words(measure, summary.period.name).startswith(
        f"{LightColour.GREEN.label}，{mark}："
    )
    assert mark not in wording.lights_sentence(bare(samples.summary(), red))


# --- whose texts are printed (docs/domain.md 7.2) -------------------------------------------------


def test_convenors_line_is_printed_with_all_leads_behind_it() -> None:
    paragraphs = wording.progress_of(measure_of("on course"), ON)

    assert len(paragraphs) == 1
    assert paragraphs[0].text.endswith("（市人力资源和社会保障局、市总工会、市委组织部）")


def test_each_separate_lead_stands_under_its_own_name() -> None:
    number = next(n for n, row in enumerate(samples.MEASURES) if row[1] == "深入推进校企合作")
    paragraphs = wording.progress_of(samples.measure(number), ON)

    assert [row.who for row in paragraphs] == ["市教育局：", "市人力资源和社会保障局："]


def test_silent_separate_lead_is_named() -> None:
    assert "市教育局：本期未报送。" in words(wording.progress_of(measure_of("one of two"), ON))


def test_silent_convenor_gives_way_to_the_co_leads_in_clause_order() -> None:
    paragraphs = wording.progress_of(measure_of("silent convenor"), ON)

    assert paragraphs[0].text.startswith("牵头单位未汇总（市公安局本期未报送）")
    assert [row.who for row in paragraphs[1:]] == [
        "市人力资源和社会保障局：",
        "市住房保障和房产管理局：",
        "市教育局：",
    ]


def test_participants_speak_only_in_the_annex(report: StatusReport) -> None:
    body = "".join(words(part.paragraphs) for section in report.sections for part in section.measures)
    annex = "".join(row.who for row in report.ledger.paper_rows)

    assert "市人大常委会办公室" not in body
    assert "市人大常委会办公室（参与）：" in annex
    assert "市总工会（牵头）：" in annex


def test_measure_without_department_says_so() -> None:
    assert words(wording.progress_of(measure_of("nobody"), ON)) == "本期无单位填报。"


def test_closed_measure_owes_no_line() -> None:
    assert words(wording.progress_of(measure_of("closed"), ON)).startswith("本期不填报")


def test_submitted_text_does_not_count_before_it_is_confirmed() -> None:
    single = measure_of("not confirmed")

    assert words(wording.progress_of(single, ON)) == "市人力资源和社会保障局已报送，尚未确认。"


def test_silence_has_its_reason() -> None:
    update = measure_of("silent convenor").updates[0]

    assert wording.silence(update, ON) == "本期未报送"
    assert wording.silence(update, update.due_on) == "尚未报送，未到期限"
    waived = next(update for update in measure_of("half gone").updates if update.waived)
    assert wording.silence(waived, ON) == "本期免报"
    returned = replace(update, filed_on=update.due_on)
    assert wording.silence(returned, ON) == "报送后退回，尚未补报"


def test_measure_at_rest_with_leads_but_no_convenors_line() -> None:
    joint = measure_of("silent convenor")
    without = replace(joint, updates=joint.updates[1:])

    assert "（市公安局本期不填报）" in wording.silence_of(without, ON)


def test_no_progress_is_said_with_its_reason() -> None:
    text = words(wording.progress_of(measure_of("no progress"), ON))

    assert "（主管部门尚未下达指标）" in text


def test_writers_paragraphs_are_kept_and_headline_not_said_twice() -> None:
    text = samples.saying(samples.text(), headline="已挂牌。", progress="已挂牌运行。\n\n下一步扩面。")

    assert wording.body_of(text) == ("已挂牌运行。", "下一步扩面。")
    assert wording.body_of(samples.saying(text, headline="开始", progress="")) == ("开始。",)


# --- problems, next steps ----------------------------------------------------------------


def test_problems_are_grouped_and_numbered(report: StatusReport) -> None:
    assert [group.heading[:3] for group in report.problems] == ["（一）", "（二）", "（三）", "（四）"]
    assert "红灯举措2项" in report.problems[0].heading
    assert "市工商联3条〔" in words(report.problems[2].paragraphs)
    assert "2020年6月18日提出" in words(report.problems[3].paragraphs)


def test_long_list_of_missing_codes_is_left_to_the_annex() -> None:
    row = samples.summary().missing[0]

    assert wording.missing_codes(row) == row.updates[0][0].code
    assert wording.missing_codes(replace(row, updates=row.updates * 5)) == "见附件2"


def test_problems_of_green_measures_are_not_lost() -> None:
    green = measure_of("on course")
    convenor = replace(green.updates[0], text=samples.text(problems="资金到位慢"))
    told = replace(green, updates=(convenor, *green.updates[1:]))
    report = status_report(SourcedSummary(bare(samples.summary(), told), None))

    assert report.problems[-1].heading == "（一）其他举措反映的问题"
    assert "资金到位慢。" in words(report.problems[-1].paragraphs)


def test_quiet_quarter_says_that_there_is_nothing() -> None:
    report = status_report(SourcedSummary(bare(samples.summary(PeriodState.CLOSED)), None))

    assert "没有红灯、黄灯举措" in report.html()
    assert "未报送下步打算" in report.html()


def test_chart_has_one_mark_for_each_measure(report: StatusReport) -> None:
    assert [len(row.marks) for row in report.chart] == [5, 3, 4, 5, 3]


def test_lead_mode_none_is_never_called_silent() -> None:
    assert measure_of("nobody").lead_mode == LeadMode.NONE
    assert "未汇总" not in wording.silence_of(measure_of("nobody"), ON)
