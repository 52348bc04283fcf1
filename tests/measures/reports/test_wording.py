"""How sentences are joined: each ends once, and no bracket stands in its like."""

import re
from dataclasses import replace
from io import BytesIO

import docx
import pytest

from measures.lights import Light
from measures.models import LightColour, LightReason, Situation
from measures.reports import wording
from measures.reports.blocks import Paragraph
from measures.reports.department import department_report
from measures.reports.dossier import dossier_of
from measures.reports.ledger import ledger_table
from measures.reports.status import status_report
from measures.reports.word import word_file
from measures.summaries import SourcedSummary
from tests.measures.reports import samples

pytestmark = pytest.mark.once("words are put together without a database")
OPEN = samples.open_summary()
HEADLINE = "窗口已在市本级和8个县（市、区）挂牌运行"
SAID = "个别企业年终奖分配仍以职务为主"


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("下期复核（按规则为红灯）", "下期复核（按规则为红灯）。"),
        ("连续2期未按时报送（2020年第一季度）", "连续2期未按时报送（2020年第一季度）。"),
        ("见二（四）", "见二（四）。"),
        ("依据（甲（乙））", "依据（甲（乙））。"),
        ("半个）", "半个）。"),
        ("称为“技位”", "称为“技位”。"),
        ("已完成。（由市人社局代录）", "已完成。（由市人社局代录）"),
        ("已完成。（由某局（牵头）代录）", "已完成。（由某局（牵头）代录）"),
        ("已完成（详见附件。）", "已完成（详见附件。）"),
        ("他说：“已完成。”", "他说：“已完成。”"),
        ("一是；", "一是；"),
        ("已完成。", "已完成。"),
        ("  ", ""),
    ],
)
def test_a_sentence_ends_with_one_full_stop(text: str, ended: str) -> None:
    assert wording.full_stop(text) == ended
    assert wording.full_stop(ended) == ended


def test_brackets_within_brackets_are_others_and_codes_keep_theirs() -> None:
    assert wording.bracketed("未按时报送（第一季度）") == "（未按时报送〔第一季度〕）"
    assert wording.bracketed("见二（四）和十二（一）（全部）") == "（见二（四）和十二（一）〔全部〕）"


def overridden() -> SourcedSummary:
    """The first red measure, made yellow by the office, says something under problems."""
    summary = OPEN.summary
    because: dict[str, str | int] = {"because": "已落实整改，下期复核", "ruled": LightColour.RED.value}
    light = Light(LightColour.YELLOW, LightReason.OVERRIDDEN, because, overridden=True, lighter=True)
    section = next(one for one in summary.sections if any(row.printed for row in one.measures))
    first = next(row for row in section.measures if row.printed)
    update = first.printed[0]
    assert update.text is not None
    told = replace(update, text=samples.text(problems=SAID))
    updates = tuple(told if row is update else row for row in first.updates)
    mended = replace(first, light=light, updates=updates)
    measures = tuple(mended if row is first else row for row in section.measures)
    sections = tuple(replace(one, measures=measures) if one is section else one for one in summary.sections)
    return SourcedSummary(replace(summary, sections=sections), None)


def test_reason_of_a_light_set_by_the_office_is_a_sentence_of_its_own() -> None:
    sourced = overridden()
    words = "统筹单位认定：已落实整改，下期复核（按规则为红灯）。"
    [told] = [
        row.text
        for group in status_report(sourced).problems
        for row in group.paragraphs
        if "按规则为" in row.text
    ]
    assert told.startswith(words)
    assert told.endswith(f"{SAID}。")
    rows = [row for row in ledger_table(sourced).paper_rows if row.cells]
    lights = [cell.lines[0] for row in rows for column, cell in row.cells if column.heading == "进度灯及原因"]
    assert f"黄灯　{words}" in lights
    assert all(light.endswith("。") for light in lights)


def test_heading_of_a_measure_has_no_bracket_in_its_like() -> None:
    parts = [part for section in status_report(overridden()).sections for part in section.measures]
    [heading] = [part.heading for part in parts if "按规则为" in part.heading]
    assert heading.endswith("（黄灯，轻于规则判定：统筹单位认定：已落实整改，下期复核〔按规则为红灯〕）")
    assert not any("））" in part.heading for part in parts)


@pytest.mark.parametrize(
    ("headline", "progress", "lead"),
    [
        ("竞赛已启动", "6月8日启动竞赛，设15个项目。", "竞赛已启动。"),
        ("竞赛已启动。", "竞赛已启动。设15个项目。", "竞赛已启动。"),
        ("竞赛已启动", "竞赛已启动，设15个项目。参加2140人。", "竞赛已启动，设15个项目。"),
        ("称为“技位”。", "三所学校试行。", "称为“技位”。"),
        ("竞赛已启动", "竞赛已启动\n设15个项目。", "竞赛已启动"),
        ("竞赛已启动", "", ""),
        ("竞赛已启动", "竞赛已启动，设15个项目。", ""),
        ("", "6月8日启动竞赛。", ""),
    ],
)
def test_headline_leads_what_tells_it_at_length_and_no_word_is_lost(
    headline: str, progress: str, lead: str
) -> None:
    told = samples.saying(samples.text(), headline=headline, progress=progress)
    assert wording.lead_of(told) == lead
    assert wording.body_of(told)[0].startswith(lead)


def test_update_entered_by_the_office_or_without_progress_has_no_lead_of_its_own() -> None:
    entered = samples.saying(samples.text(), headline="已启动", progress="", filed_by="市人社局")
    assert wording.body_of(entered) == ("已启动。（由市人社局代录）",)
    assert wording.lead_of(entered) == ""
    assert wording.lead_of(samples.text(situation=Situation.NO_PROGRESS)) == ""


def test_lead_is_set_apart_in_every_document_that_quotes_whole_texts() -> None:
    head = f"{HEADLINE}。"
    for made in (
        status_report(OPEN),
        department_report(OPEN, department="zgh"),
        dossier_of(samples.dossier()),
    ):
        quoted = [row for row in made.blocks if isinstance(row, Paragraph) and HEADLINE in row.text]
        assert quoted
        for row in quoted:
            assert (row.lead, row.lead + row.rest) == (head, row.text)

        assert re.sub(r"\s+", " ", made.html()).count(f'<span class="lead">{head}</span>') >= len(quoted)
        word = docx.Document(BytesIO(word_file(made)))
        leads = [run for row in word.paragraphs for run in row.runs if run.style.name == "Lead"]
        assert [run.text for run in leads] == [head] * len(quoted)
    assert (
        word.styles["Lead"].font.name == word.styles["Name"].font.name != word.styles["Body Text"].font.name
    )
