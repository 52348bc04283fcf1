"""The PDF as an office files it: the page of the standard, archived form, the same bytes every time."""

import ctypes
import hashlib
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from measures.reports import pdf
from measures.reports.line_breaks import breakable
from tests.measures.reports.reading import (
    POINTS_A_MM,
    bookmarks,
    fonts_of,
    pages_of_lines,
    reader,
    text_of,
)

pytestmark = pytest.mark.unmeasured("the time goes into WeasyPrint; what a document says is measured")

CREATED = datetime(2020, 7, 10, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
RUNNING_TEXT = (
    "实施意见五个部分20项举措中，绿灯11项、黄灯4项；把符合条件的137名高技能领军人才纳入“燕赵英才服务卡”服务范围，"
    "按时率82.6%（76/92），补贴标准提高10%，其余（已办结、转常态化）2项。"
)


def page_of(body: str) -> str:
    return f'<!DOCTYPE html><html lang="zh-CN"><head><title>原题</title></head><body>{body}</body></html>'


def made(body: str, identifier: str = "one") -> bytes:
    return pdf.render_pdf(
        page_of(body),
        title="进展情况报告",
        identifier=identifier,
        created=CREATED,
        author="市人力资源和社会保障局",
    )


def test_page_holds_22_lines_of_28_characters() -> None:
    first, second = pages_of_lines(made(f'<p class="flush">{"国" * 28 * 24}</p>'))
    rows = [line for line in first if "国" in line.text]

    assert [len(line.text) for line in rows] == [28] * 22
    assert len([line for line in second if "国" in line.text]) == 2


def test_text_block_is_156_by_225_mm_at_28_mm_from_the_left() -> None:
    rows = [
        line
        for line in pages_of_lines(made(f'<p class="flush">{"国" * 28 * 22}</p>'))[0]
        if "国" in line.text
    ]

    assert rows[0].left == pytest.approx(28 * POINTS_A_MM, abs=0.1)
    assert rows[0].right == pytest.approx((28 + 156) * POINTS_A_MM, abs=0.5)
    assert rows[21].top - rows[0].top == pytest.approx(225 * POINTS_A_MM * 21 / 22, abs=0.2)


def test_right_edges_are_straight() -> None:
    lines = pages_of_lines(made(f"<p>{RUNNING_TEXT * 12}</p>"))[0]
    full = [line for line in lines if len(line.text) > 20][:-1]

    assert len(full) > 15
    assert max(abs(line.right - 184 * POINTS_A_MM) for line in full) < 0.7  # points


def test_a_bold_word_does_not_make_its_line_taller() -> None:
    body = "".join(f'<p><span class="run-in">标题。</span>{"国" * 15}</p>' for _ in range(22))

    assert len([line for line in pages_of_lines(made(body))[0] if "国" in line.text]) == 22


def test_page_numbers_stand_right_on_odd_and_left_on_even_pages() -> None:
    pages = pages_of_lines(made("<p>一</p>" * 23))
    odd, even = (next(line for line in page if line.text.startswith("—")) for page in pages)

    assert (odd.text, even.text) == ("—1—", "—2—")
    assert odd.right == pytest.approx(184 * POINTS_A_MM - 14, abs=1)
    assert even.left == pytest.approx(28 * POINTS_A_MM + 14, abs=1)


def test_wide_annex_is_landscape_and_repeats_its_head() -> None:
    rows = "".join(f"<tr><td>{number}</td></tr>" for number in range(60))
    body = (
        '<p>正文</p><section class="annex annex-wide"><table><thead><tr><th>编号</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></section>"
    )
    document = reader(made(body))
    shapes = [page.mediabox.width > page.mediabox.height for page in document.pages]

    assert shapes[0] is False
    assert len(shapes) > 2
    assert all(shapes[1:])
    assert all("编号" in page.extract_text() for page in document.pages[1:])


def test_archived_form_is_declared_with_title_language_and_dates() -> None:
    made_pdf = made("<p>正文</p>")
    document = reader(made_pdf)
    xmp = document.xmp_metadata

    assert xmp is not None
    assert (xmp.pdfaid_part, xmp.pdfaid_conformance) == ("2", "A")
    assert document.metadata is not None
    assert document.metadata.title == "进展情况报告"
    assert document.metadata.author == "市人力资源和社会保障局"
    assert document.metadata.creation_date == CREATED
    assert str(document.root_object["/Lang"]) == "zh-CN"


def test_every_font_is_embedded_and_readable_as_text() -> None:
    fonts = fonts_of(made('<h1 class="title">标题</h1><h2>一级</h2><h3>二级</h3><p>正文 text 12</p>'))

    assert len(fonts) >= 3
    for font in fonts:
        assert "/ToUnicode" in font
        descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_rare_characters_are_drawn_and_read_back() -> None:
    made_pdf = made("<p>联系人：𠅤䶮㛃，喆玥堃镕赟，120㎡</p>")

    for character in "𠅤䶮㛃喆玥堃镕赟㎡":
        assert character in text_of(made_pdf)


def test_bookmarks_follow_the_levels_of_headings() -> None:
    body = (
        "<h2>二、主要进展</h2><h3>（一）发挥引领作用</h3>"
        '<h4 data-bookmark="1.服务保障">1.服务保障（绿灯）</h4><p>已挂牌。</p>'
    )

    assert bookmarks(made(body)) == [(1, "二、主要进展"), (2, "（一）发挥引领作用"), (3, "1.服务保障")]


def test_same_input_gives_the_same_bytes() -> None:
    assert made("<p>正文</p>") == made("<p>正文</p>")
    assert made("<p>正文</p>") != made("<p>正文</p>", identifier="two")


def test_same_input_gives_the_same_bytes_in_another_process() -> None:
    program = (
        "import django, hashlib; django.setup()\n"
        "from tests.measures.reports.test_pdf import made, RUNNING_TEXT\n"
        "print(hashlib.sha256(made(f'<h2>一、总体情况</h2><p>{RUNNING_TEXT}</p>')).hexdigest())"
    )
    elsewhere = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    here = made(f"<h2>一、总体情况</h2><p>{RUNNING_TEXT}</p>")

    assert elsewhere.stdout.strip() == hashlib.sha256(here).hexdigest()


def test_break_is_offered_before_a_bracket_and_leaves_no_trace() -> None:
    assert breakable('<p title="8（9）">82.6%（76/92）</p>') == '<p title="8（9）">82.6%\u200b（76/92）</p>'
    assert "82.6%（76/92）" in text_of(made("<p>82.6%（76/92）</p>"))


def test_code_of_a_measure_is_never_broken() -> None:
    assert breakable("<p>由二（四）转</p>") == "<p>由二\u2060（四）转</p>"
    assert breakable("<p>由一百（九百零九）转</p>") == "<p>由一百\u2060（九百零九）转</p>"
    lines = pages_of_lines(made(f'<p class="flush">{"国" * 27}二（十二）{"国" * 40}</p>'))[0]

    assert lines[0].text == "国" * 27
    assert lines[1].text.startswith("二（十二）")
    assert lines[0].right == pytest.approx(184 * POINTS_A_MM, abs=0.7)


def test_document_fetches_nothing() -> None:
    made_pdf = made(
        '<p>前<img src="file:///etc/hostname" alt=""><img src="http://127.0.0.1:9/x.png" alt="">后</p>'
    )

    assert "前后" in text_of(made_pdf)
    assert not reader(made_pdf).pages[0].images


def test_missing_pango_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_loads", lambda name: name != "libpango-1.0.so.0")
    pdf._weasyprint.cache_clear()
    try:
        with pytest.raises(pdf.PdfUnavailable, match=r"缺少系统组件 libpango-1\.0-0，不能生成PDF"):
            made("<p>正文</p>")
        pdf.warm_up()  # says nothing: the site runs without
        assert pdf.missing_libraries() == ["libpango-1.0-0"]
    finally:
        pdf._weasyprint.cache_clear()


def test_without_a_font_a_sentence_comes_instead_of_a_crash_of_pango(tmp_path: Path) -> None:
    """In a process of its own: fontconfig reads its file once, and Pango would take the tests along."""
    (tmp_path / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig><dir>{tmp_path}</dir><cachedir>{tmp_path}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    program = (
        "import django; django.setup()\n"
        "from measures.reports import pdf; from tests.measures.reports.test_pdf import made\n"
        "pdf.warm_up()\n"  # says nothing: the site runs without
        "try: made('<p>正文</p>')\n"
        "except pdf.PdfUnavailable as refused: print(refused)"
    )
    without = {**os.environ, "FONTCONFIG_FILE": str(tmp_path / "fonts.conf")}
    done = subprocess.run(
        [sys.executable, "-c", program], env=without, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("本机没有安装中文字体，不能生成PDF；请联系管理员安装后重试")


def test_warm_up_leaves_nothing_to_load_for_the_first_document() -> None:
    pdf._stylesheet.cache_clear()
    pdf.warm_up()

    assert pdf._stylesheet.cache_info().currsize == 1


def test_missing_subset_library_is_named_but_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_subset(name: str, *_args: object) -> None:
        if "subset" in name:
            raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", without_subset)

    assert pdf.missing_libraries() == ["libharfbuzz-subset0"]
    assert set(pdf.missing_libraries()) <= pdf.OPTIONAL_PACKAGES
    pdf._weasyprint.cache_clear()
    assert pdf._weasyprint()
