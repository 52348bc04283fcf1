"""The Word file: real styles, the page of the standard, the same words as the PDF, heads that repeat."""

import re
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm

from measures.reports.brief import brief
from measures.reports.status import StatusReport, status_report
from measures.reports.word import word_file
from tests.measures.reports import samples

OPEN = samples.open_summary()


@pytest.fixture(scope="module")
def report() -> StatusReport:
    return status_report(OPEN, demo=True)


@pytest.fixture(scope="module")
def word(report: StatusReport) -> Any:
    return docx.Document(BytesIO(word_file(report)))


def words_of(document: Any) -> str:
    """All text of the body in its order, cells among it, without white space."""
    return "".join(node.text for node in document.element.body.iter(qn("w:t"))).replace(" ", "")


def test_word_says_what_the_paper_says_in_its_order(report: StatusReport, word: Any) -> None:
    said, printed = (
        words_of(word),
        "".join(re.sub(r"<title>[^<]*</title>|<[^>]+>", "", report.html()).split()),
    )
    parts = ("一、总体情况", "二、主要进展", "三、存在问题", "四、下步工作", "附件1", "附件2", "编制说明")
    for text in (said, printed):
        places = [text.index(part) for part in parts]
        assert places == sorted(places)
    for measure in OPEN.summary.measures:
        assert said.count(measure.title) >= 2
    counted = [len(re.findall(r"[一-鿿]", text)) for text in (said, printed)]
    assert counted[0] == pytest.approx(counted[1], abs=60)  # title, notice and facts stand elsewhere
    assert "联系人𠅤䶮㛃负责日常调度" in said


def test_word_has_real_styles_of_the_standard(word: Any) -> None:
    used = [paragraph.style.name for paragraph in word.paragraphs]
    assert used.count("Heading 1") == 4
    assert used.count("Heading 3") == len(samples.MEASURES)
    assert {"Title", "Subtitle", "Heading 2", "Body Text", "Annex Number", "Annex Title", "Facts"} <= set(
        used
    )
    for name, family, size in (
        ("Body Text", "仿宋_GB2312", 16),
        ("Title", "方正小标宋简体", 22),
        ("Heading 1", "黑体", 16),
        ("Heading 2", "楷体_GB2312", 16),
        ("Heading 3", "仿宋_GB2312", 16),
    ):
        style = word.styles[name]
        assert (style.font.size.pt, style.element.rPr.rFonts.get(qn("w:eastAsia"))) == (size, family)
    body = word.styles["Body Text"]
    assert 22 * body.paragraph_format.line_spacing.mm == pytest.approx(225, abs=0.3)
    assert body.element.pPr.ind.get(qn("w:firstLineChars")) == "200"


def test_word_has_the_page_of_the_standard_and_turns_it_for_the_ledger(word: Any) -> None:
    margins = [
        tuple(
            round(edge.mm)
            for edge in (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
        )
        for page in word.sections
    ]
    assert margins == [(37, 35, 28, 26), (28, 26, 35, 37), (37, 35, 28, 26)]
    assert [page.page_width > page.page_height for page in word.sections] == [False, True, False]
    breaks = word.element.body.xpath("./w:p[w:pPr/w:sectPr]")
    assert [element.pPr.spacing.line.pt for element in breaks] == [1, 1]  # no blank page after a full one
    first = word.sections[0]
    assert word.settings.odd_and_even_pages_header_footer
    for footer, side in ((first.footer, "right"), (first.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        assert paragraph._p.find(qn("w:fldSimple")).get(qn("w:instr")) == "PAGE"
        assert paragraph.alignment.name.lower() == side
    assert "演示数据" in first.header.paragraphs[0].text
    assert "演示数据" in first.even_page_header.paragraphs[0].text


def test_word_repeats_the_heads_of_tables_and_cuts_no_row_that_could_move(word: Any) -> None:
    _chart, ledger, _filing = word.tables
    first, band, row, *_others = ledger._tbl.tr_lst
    assert first.trPr.find(qn("w:tblHeader")) is not None
    assert row.trPr.find(qn("w:cantSplit")) is not None
    [across] = band.tc_lst
    [words] = across.iter(qn("w:t"))
    assert (across.grid_span, words.text) == (6, OPEN.summary.sections[0].heading)


def test_word_is_the_same_bytes_each_time_and_says_whose_it_is(report: StatusReport, word: Any) -> None:
    assert word_file(report) == word_file(report)
    told = word.core_properties
    assert (told.title, told.author) == (report.title, report.issuer)
    assert told.created == told.modified
    assert told.created.replace(tzinfo=None) == report.created.replace(tzinfo=None)


def test_word_leaves_nothing_behind_for_the_next_one(report: StatusReport) -> None:
    """Styles and page are made once a process."""
    alone = word_file(report)
    other = word_file(replace(report, notice="样稿", title_lines=("另一份",)))
    word_file(brief(OPEN, demo=True))  # with other lines
    assert word_file(report) == alone
    with ZipFile(BytesIO(other)) as packed:
        words = "".join(packed.read(name).decode() for name in packed.namelist() if name.endswith(".xml"))
    assert words.count("样稿") == 2  # above odd pages and even ones
    assert report.notice not in words
    assert "".join(report.title_lines) not in words


def test_word_of_one_page_has_smaller_lines_too() -> None:
    body = docx.Document(BytesIO(word_file(brief(OPEN)))).styles["Body Text"]
    assert (body.font.size.pt, body.paragraph_format.line_spacing.pt) == (14, 22)


def test_word_is_told_that_it_is_chinese_and_which_typeface_may_stand_for_another(
    report: StatusReport,
) -> None:
    with ZipFile(BytesIO(word_file(report))) as packed:
        styles, typefaces = (packed.read(f"word/{name}.xml").decode() for name in ("styles", "fontTable"))
    assert 'w:eastAsia="zh-CN"' in styles
    assert styles.count('<w:autoSpaceDN w:val="0"/>') >= 14
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in typefaces


def test_word_keeps_a_short_row_with_what_stands_across_below_it(report: StatusReport, word: Any) -> None:
    """Parted from it by a page, nothing would say of which measure that is."""
    rows = list(report.ledger.paper_rows)
    kept = [row.find(f".//{qn('w:keepNext')}") is not None for row in word.tables[1]._tbl.tr_lst[1:]]
    expected = [bool(row.cells and not row.long and below.text) for row, below in pairwise(rows)]
    assert kept == [*expected, False]
    assert any(kept)


def test_word_keeps_the_facts_at_its_end_together(word: Any) -> None:
    facts = [row.paragraph_format.keep_with_next for row in word.paragraphs if row.style.name == "Facts"]
    assert facts == [*(True for _row in facts[1:]), None]


def test_word_keeps_the_end_of_a_small_table_together_and_its_cells_within_the_margins(word: Any) -> None:
    _chart, ledger, filing = word.tables
    kept = [row.find(f".//{qn('w:keepNext')}") is not None for row in filing._tbl.tr_lst]
    assert kept == [*(False for _row in kept[:-3]), True, True, True]
    assert ledger._tbl.tr_lst[-1].find(f".//{qn('w:keepNext')}") is None
    for table, width in ((ledger, 225), (filing, 156)):
        told = table._tbl.tblPr
        edge = told.find(f"{qn('w:tblCellMar')}/{qn('w:left')}").get(qn("w:w"))
        assert told.find(qn("w:tblInd")).get(qn("w:w")) == edge
        assert int(told.find(qn("w:tblW")).get(qn("w:w"))) == pytest.approx(Mm(width).twips, abs=2)


def test_word_signs_on_a_page_that_says_something(word: Any) -> None:
    """From the last words of the body to the date all stay together, and nothing is told to twice."""
    body = list(word.paragraphs)
    date = next(place for place, row in enumerate(body) if row.text == "2020年7月10日")
    first = next(place for place, row in enumerate(body) if row.text.startswith("附件：")) - 2
    assert body[first].style.name == "Body Text"
    for row in body[first:date]:
        assert len(row._p.pPr.findall(qn("w:keepNext"))) == 1
    assert body[date].paragraph_format.keep_with_next is None
