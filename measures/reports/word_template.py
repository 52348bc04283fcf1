"""What does a Word file hold before its first word? The styles of GB/T 9704-2012, page, head and foot.

All that does not depend on what a document says is made once a process: it takes longer than to write a short
document.
"""

from functools import lru_cache
from io import BytesIO
from typing import Any, Final, NamedTuple

import docx
from docx.document import Document as File
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Length, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as Written

from measures.reports import word_page

TITLE, HEI, KAI, FANGSONG, SONG = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312", "宋体"
LINE: Final = Pt(225 / 25.4 * 72 / 22)  # 22 lines in 225 mm


class Look(NamedTuple):
    """A style: `line` in points, or 0 for that of the page; `indented`: two characters of its first line."""

    name: str
    family: str
    size: float
    alignment: ALIGN
    indented: bool = False
    line: float = 0


STYLES: Final = (
    Look("Normal", FANGSONG, 16, ALIGN.JUSTIFY),
    Look("Body Text", FANGSONG, 16, ALIGN.JUSTIFY, indented=True),
    Look("Title", TITLE, 22, ALIGN.CENTER, line=36),
    Look("Subtitle", KAI, 16, ALIGN.CENTER),
    Look("Heading 1", HEI, 16, ALIGN.LEFT, indented=True),
    Look("Heading 2", KAI, 16, ALIGN.LEFT, indented=True),
    Look("Heading 3", FANGSONG, 16, ALIGN.JUSTIFY, indented=True),
    Look("Annex Number", HEI, 16, ALIGN.LEFT),
    Look("Annex Title", TITLE, 22, ALIGN.CENTER, line=43),
    Look("Table Head", HEI, 10.5, ALIGN.CENTER, line=14.5),
    Look("Table Band", HEI, 10.5, ALIGN.LEFT, line=14.5),
    Look("Table Text", FANGSONG, 10.5, ALIGN.LEFT, line=14.5),
    Look("Small Table Head", HEI, 9.5, ALIGN.CENTER, line=12.5),
    Look("Small Table Text", FANGSONG, 9.5, ALIGN.LEFT, line=12.5),
    Look("Facts", FANGSONG, 9, ALIGN.LEFT, line=12.5),
    Look("Header", HEI, 10.5, ALIGN.CENTER, line=14.5),
    Look("Footer", SONG, 14, ALIGN.LEFT, line=18),
)
OUTLINED: Final = {"Heading 1": 0, "Heading 2": 1, "Heading 3": 2, "Annex Title": 0}
# Of a document that has to fit one page: size and line (`word_page` counts with them).
COMPACT: Final = {
    **dict.fromkeys(("Normal", "Body Text", "Heading 1", "Heading 2"), word_page.BODY),
    **dict.fromkeys(("Table Head", "Table Band", "Table Text"), word_page.TABLE),
    "Subtitle": word_page.UNDER_TITLE,
    "Title": word_page.TITLE,
    "Facts": word_page.FACTS,
}
MARGINS: Final = {False: (37, 26, 35, 28), True: (28, 37, 26, 35)}  # top, right, bottom, left; wide
# Where a typeface is missing, another that has the same hand: what Word and WPS look for next.
ALSO_CALLED: Final = {
    TITLE: "FZXiaoBiaoSong-B05S",
    HEI: "SimHei",
    KAI: "楷体",
    FANGSONG: "仿宋",
    SONG: "SimSun",
}
CHARACTER: Final = 320  # of 16 pt, in twips


def template(*, wide: bool, compact: bool, notice: str) -> File:
    """A file of its own to go on with. `compact`: one page; the `notice` stands above every page."""
    return docx.Document(BytesIO(_kept(wide, compact, notice)))


@lru_cache(maxsize=8)
def _kept(wide: bool, compact: bool, notice: str) -> bytes:
    """Each takes 40 KB; there are three of an installation."""
    file = docx.Document()
    file.settings.odd_and_even_pages_header_footer = True
    _speak_chinese(file)
    _make_styles(file, compact=compact)
    first = file.sections[0]
    set_up_page(first, wide=wide)
    for header, footer, alignment in (
        (first.header, first.footer, ALIGN.RIGHT),
        (first.even_page_header, first.even_page_footer, ALIGN.LEFT),
    ):
        header.paragraphs[0].text = notice
        header.paragraphs[0].style = "Header"
        _number_pages(footer.paragraphs[0], alignment)
    stream = BytesIO()
    file.save(stream)
    return stream.getvalue()


def _speak_chinese(file: File) -> None:
    """Else lines break by the rules of another language, and characters have its shapes."""
    languages = file.styles.element.xpath("w:docDefaults//w:lang")
    for told in (*languages, *file.settings.element.xpath("w:themeFontLang")):
        told.set(qn("w:eastAsia"), "zh-CN")
    part = file.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    typefaces = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{also}"/><w:charset w:val="86"/></w:font>'
        for name, also in ALSO_CALLED.items()
    )
    part._blob = f"<w:fonts {nsdecls('w')}>{typefaces}</w:fonts>".encode()


def _make_styles(file: File, *, compact: bool) -> None:
    known = {style.name for style in file.styles}
    for look in STYLES:
        if look.name not in known:
            file.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
        _make_style(file.styles[look.name], look, compact=compact)
    for name in ("Name", "Lead"):
        _set_face(file.styles.add_style(name, WD_STYLE_TYPE.CHARACTER), KAI, None)


def _make_style(style: Any, look: Look, *, compact: bool) -> None:
    """Whatever the style was before in the library's template is gone."""
    for tag in ("w:pPr", "w:rPr"):
        for element in style.element.findall(qn(tag)):
            style.element.remove(element)
    size, line = look.size, look.line
    if compact and look.name in COMPACT:
        size, line = COMPACT[look.name]
    _set_face(style, look.family, Pt(size))
    form = style.paragraph_format
    form.alignment = look.alignment
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing = Pt(line) if line else LINE
    form.keep_with_next = look.name.startswith(("Heading", "Annex", "Table Band"))
    form.first_line_indent = Pt(2 * size) if look.indented else Pt(0)
    for between in ("w:autoSpaceDE", "w:autoSpaceDN"):  # no gap between characters and letters or digits
        style.element.pPr.insert_element_before(_off(between), "w:spacing", "w:ind", "w:jc")
    _indent(style.element.pPr, firstLineChars=200 if look.indented else 0)
    if look.name in OUTLINED:
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(OUTLINED[look.name]))
        style.element.pPr.append(level)


def set_up_page(section: Section, *, wide: bool) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(297), Mm(210)) if wide else (Mm(210), Mm(297))
    top, right, bottom, left = MARGINS[wide]
    section.top_margin, section.right_margin = Mm(top), Mm(right)
    section.bottom_margin, section.left_margin = Mm(bottom), Mm(left)
    section.header_distance, section.footer_distance = Mm(top - 13), Mm(bottom - 13)


def indented(**characters: int) -> str:
    """In characters for Word, which keeps them through a change of size, and in twips for others."""
    places = (
        f'w:{side}="{number * CHARACTER}" w:{side}Chars="{number * 100}"'
        for side, number in characters.items()
    )
    return f"<w:ind {' '.join(places)}/>"


def _number_pages(written: Written, alignment: ALIGN) -> None:
    """— 1 —, one character from the outer edge."""
    written.style = "Footer"
    written.alignment = alignment
    is_right = alignment == ALIGN.RIGHT
    indent = indented(right=1) if is_right else indented(left=1)
    written._p.get_or_add_pPr().insert_element_before(
        parse_xml(indent.replace("/>", f" {nsdecls('w')}/>")), "w:jc"
    )
    written.add_run("— ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    field.append(parse_xml(f"<w:r {nsdecls('w')}><w:t>1</w:t></w:r>"))
    written._p.append(field)
    written.add_run(" —")


def _set_face(style: Any, family: str, size: Length | None) -> None:
    """For Chinese and for digits among it; black, upright, of no theme."""
    font = style.font
    font.name, font.bold, font.italic = family, False, False
    font.color.rgb = RGBColor(0, 0, 0)
    if size is not None:
        font.size = size
    faces = style.element.rPr.rFonts
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        faces.set(qn(f"w:{script}"), family)


def _off(name: str) -> Any:
    element = OxmlElement(name)
    element.set(qn("w:val"), "0")
    return element


def _indent(properties: Any, **characters: int) -> None:
    """In hundredths of a character, as Word keeps it through a change of size."""
    indent = properties.get_or_add_ind()
    for name, value in characters.items():
        indent.set(qn(f"w:{name}"), str(value))
