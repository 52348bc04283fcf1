"""What a PDF carries of its typefaces: the glyphs that it shows, found by their numbers, and none besides."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from fontTools.cffLib import CFFFontSet
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from weasyprint.pdf import fonts as of_weasyprint
from weasyprint.pdf import stream

from measures.reports import pdf, typefaces
from tests.measures.reports.reading import fonts_of, text_of

pytestmark = pytest.mark.unmeasured("the time goes into WeasyPrint; what a document says is measured")

HTML = (
    '<html lang="zh-CN"><h1 class="title">落实情况</h1><h2>一、总体（82.6%）</h2><h3>（一）进展</h3>'
    "<p>各单位按时报送76条，“联系人”𠅤䶮㛃负责日常调度——2020年7月10日。</p></html>"
)


def made() -> bytes:
    return pdf.render_pdf(HTML, title="落实情况", identifier="one", created=datetime(2020, 7, 10, tzinfo=UTC))


def drawn(file: bytes) -> dict[str, dict[int, Any]]:
    """Of each typeface of Adobe's kind: how each number that the pages ask for is drawn."""
    found = {}
    for font in fonts_of(file):
        [below] = font["/DescendantFonts"]
        if "/FontFile3" in below["/FontDescriptor"]:
            found[str(font["/BaseFont"])] = outlines(below)
    return found


def outlines(font: Any) -> dict[int, Any]:
    content = font["/FontDescriptor"]["/FontFile3"].get_data()
    if content[:4] == b"OTTO":
        table = TTFont(BytesIO(content))["CFF "].cff
    else:
        table = CFFFontSet()
        table.decompile(BytesIO(content), None)
    glyphs, found = table[0].CharStrings, {}
    for number in numbers_in(font["/W"]):
        pen = RecordingPen()
        glyphs["cid%05d" % number if number else ".notdef"].draw(pen)  # noqa: UP031  # as the library names them
        found[number] = pen.value
    return found


def numbers_in(widths: list[Any]) -> list[int]:
    return [
        first + place
        for first, row in zip(widths[::2], widths[1::2], strict=True)
        for place in range(len(row))
    ]


@pytest.fixture(scope="module")
def as_before() -> bytes:
    """As WeasyPrint cuts typefaces by itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typefaces, "_is_tried", lambda: False)
        return made()


def test_every_number_leads_to_the_glyph_that_it_led_to_in_the_whole_file(as_before: bytes) -> None:
    ours, theirs = drawn(made()), drawn(as_before)
    assert len(ours) >= 3
    assert ours == theirs
    assert all(any(glyphs.values()) for glyphs in ours.values())  # they are not blank


def test_file_carries_no_empty_glyphs_and_says_the_same(as_before: bytes) -> None:
    file = made()
    below = [font["/DescendantFonts"][0] for font in fonts_of(file)]
    of_adobe = [font for font in below if "/FontFile3" in font["/FontDescriptor"]]
    assert {str(font["/FontDescriptor"]["/FontFile3"]["/Subtype"]) for font in of_adobe} == {"/CIDFontType0C"}
    assert not any("/CIDToGIDMap" in font for font in of_adobe)  # their glyphs have numbers
    assert len(file) < 0.4 * len(as_before)
    assert text_of(file) == text_of(as_before)


def test_typeface_with_other_numbers_is_cut_as_before(
    as_before: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its glyphs would be those of other characters."""
    numbers_of = typefaces._numbers_of
    monkeypatch.setattr(typefaces, "_numbers_of", lambda table: [number + 1 for number in numbers_of(table)])
    assert drawn(made()) == drawn(as_before)
    assert text_of(made()) == text_of(as_before)


def test_who_else_writes_a_pdf_with_the_library_gets_its_own_way() -> None:
    with typefaces.cut_short():
        assert stream.Font is typefaces.CutTypeface
    assert stream.Font is of_weasyprint.Font
    read = of_weasyprint.get_hb_object_data
    made()
    assert of_weasyprint.get_hb_object_data is read
