"""The one-page brief: never more than its page, and nothing that it leaves out is left unsaid."""

from dataclasses import replace

import pytest

from measures.models import LightColour
from measures.reports.brief import brief
from measures.reports.status import BRIEF, UnknownLengthError, status_report
from measures.reports.tables import Band
from measures.summaries import MeasureStatus, SourcedSummary
from tests.measures.reports import samples
from tests.measures.reports.reading import reader, text_of

OPEN = samples.open_summary()
LONG_TITLE = "关于进一步优化全市老旧小区改造服务管理工作若干问题的实施意见"


def crowded(*, long: bool) -> SourcedSummary:
    """Two hundred red and yellow measures, each with a matter."""
    summary = OPEN.summary
    matter = samples.matter(1, "二（一）")
    troubled = [row for row in summary.measures if row.light.colour in (LightColour.RED, LightColour.YELLOW)]

    def another(row: MeasureStatus, place: int) -> MeasureStatus:
        title = row.title * 2 if long else "短"
        told = replace(matter, text=matter.text * (6 if long else 1))
        return replace(row, uuid=f"{row.uuid}-{place}", title=title, matters=(told,))

    many = tuple(another(row, place) for place in range(40) for row in troubled)
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


@pytest.mark.parametrize("long", [True, False])
def test_brief_never_runs_over_its_page_and_counts_what_finds_no_room(long: bool) -> None:
    sourced = crowded(long=long)
    made = brief(sourced, demo=True)
    summary = sourced.summary
    troubled = summary.counts[LightColour.RED] + summary.counts[LightColour.YELLOW]
    left = (troubled - made.troubled.row_count, summary.matter_count - made.matters.row_count)
    assert min(made.troubled.row_count, made.matters.row_count) >= 1
    pdf = made.pdf()
    assert len(reader(pdf).pages) == 1
    text = text_of(pdf)
    assert (f"另有{left[0]}项，见进展情况台账。" in text, f"另有{left[1]}项，见落实情况报告。" in text) == (
        True,
        True,
    )


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
    assert "其他单位报送情况" not in [column.heading for column in short.ledger.columns]
    with pytest.raises(UnknownLengthError, match="full"):
        status_report(OPEN, length="medium")
