"""How does a document become a Word file that people edit? The only module that knows python-docx.

Real styles, the page of GB/T 9704-2012, page numbers outside, heads of tables on every page. It draws the
same blocks as the PDF and decides nothing about content. The same document gives the same bytes.
"""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any, Final, NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Length, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as Written

from measures.charts import Mark
from measures.reports import blocks, word_page
from measures.reports.documents import Document
from measures.reports.tables import Cell, Column, PaperRow, Table

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
OUTLINED: Final = {"Heading 1": 0, "Heading 2": 1, "Annex Title": 0}
# Of a document that has to fit one page: size and line (`word_page` counts with them).
COMPACT: Final = {
    **dict.fromkeys(("Normal", "Body Text", "Heading 1", "Heading 2"), word_page.BODY),
    **dict.fromkeys(("Table Head", "Table Band", "Table Text"), word_page.TABLE),
    "Subtitle": word_page.UNDER_TITLE,
    "Title": word_page.TITLE,
    "Facts": word_page.FACTS,
}
MARGINS: Final = {False: (37, 26, 35, 28), True: (28, 37, 26, 35)}  # top, right, bottom, left; wide
TEXT_WIDTH: Final = {False: 156, True: 225}  # millimetres
CHART_WIDTHS: Final = (80, 35, 41)
# Tables of many short rows, which stand on one page in smaller type.
SMALL: Final = {"filing", "duties"}
# Round what stands in a cell, by whether the table is small: above and below, left and right; in twips.
PADDING: Final = {False: (50, 80), True: (22, 56)}
# What follows a table never stands alone on the last page.
KEPT_WITH_THE_END: Final = 3
# Where a typeface is missing, another that has the same hand: what Word and WPS look for next.
ALSO_CALLED: Final = {
    TITLE: "FZXiaoBiaoSong-B05S",
    HEI: "SimHei",
    KAI: "楷体",
    FANGSONG: "仿宋",
    SONG: "SimSun",
}
CHARACTER: Final = 320  # of 16 pt, in twips
CENTRED: Final = '<w:jc w:val="center"/>'
SHADED: Final = '<w:shd w:val="clear" w:color="auto" w:fill="F0F0F0"/>'
# Two characters of a narrow column stand beside each other.
UNPADDED: Final = '<w:tcMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tcMar>'
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)  # the earliest that an archive can say


def word_file(document: Document) -> bytes:
    writer = _Writer(document)
    writer.write()
    stream = BytesIO()
    writer.file.save(stream)
    return _without_the_hour(stream.getvalue())


class _Writer:
    """Collects the body as XML and parses it once a section: piece by piece the library takes seconds."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.file = docx.Document()
        self.wide = document.wide
        self.body: list[str] = []

    def write(self) -> None:
        document = self.document
        self._set_properties()
        self._speak_chinese()
        self._make_styles()
        self._set_up(self.file.sections[0])
        for line in document.title_lines:
            self._say("Title", line)
        if document.under_title:
            self._say("Subtitle", document.under_title)
        if document.addressee:
            if not document.compact:
                self._say("Normal")
            self._say("Normal", f"{document.addressee}：")
        for words in document.lead_in:
            self._say("BodyText", words)
        for block in word_page.on_one_page(document) if document.compact else document.blocks:
            self._draw(block)
        self._say("Facts", "编制说明")
        facts = [f"{label}：{value}" for label, value in document.facts]
        for words in ["　".join(facts)] if document.compact else facts:
            self._say("Facts", words)
        self._flush()

    def _draw(self, block: blocks.Block) -> None:
        match block:
            case blocks.Heading():
                self._say(f"Heading{block.level}", block.text)
            case blocks.Paragraph():
                names = (_run(words, "Name") for words in (block.heading, block.who))
                self.body.append(_written("BodyText", *names, _run(block.text)))
            case blocks.Chart():
                self._draw_chart(block)
            case blocks.AnnexList():
                self._draw_annex_list(block)
            case blocks.Signature():
                self._draw_signature(block)
            case blocks.Annex():
                self._draw_annex(block)
            case Table():
                self._draw_table(block)

    def _say(self, style: str, words: str = "", placed: str = "") -> None:
        self.body.append(_written(style, _run(words), placed=placed))

    def _flush(self) -> None:
        """What was collected stands in the section that is being written."""
        found = parse_xml(f"<w:body {nsdecls('w')}>{''.join(self.body)}</w:body>")
        for element in list(found):
            self.file.element.body.insert_element_before(element, "w:sectPr")
        self.body.clear()

    # --- blocks ---

    def _draw_chart(self, block: blocks.Chart) -> None:
        self._say("TableHead", block.caption, '<w:keepNext/><w:spacing w:before="120"/>')
        rows = [
            _row(
                [
                    _box(_written("TableText", _run(row.label))),
                    _box(_written("TableText", *map(_mark, row.marks))),
                    _box(_written("TableText", _run(row.counts))),
                ]
            )
            for row in block.rows
        ]
        self._add_table(CHART_WIDTHS, rows)

    def _draw_annex_list(self, block: blocks.AnnexList) -> None:
        self._say("Normal")
        for number, title in enumerate(block.titles, 1):
            counted = f"{number}." if block.titles[1:] else ""
            first, hanging = ("附件：", {"hanging": 3}) if number == 1 else ("", {})
            self._say("Normal", f"{first}{counted}{title}", _indented(left=5, **hanging))

    def _draw_signature(self, block: blocks.Signature) -> None:
        """The date begins two characters after the name begins, as far as characters can say it."""
        self._say("Normal")
        self._say("Normal")
        for words, indent in ((block.issuer, 2), (block.dated, 4)):
            self._say("Normal", words, f'{_indented(right=indent)}<w:jc w:val="right"/>')

    def _draw_annex(self, block: blocks.Annex) -> None:
        if block.table.wide == self.wide:
            self._say("AnnexNumber", block.number, "<w:pageBreakBefore/>")
        else:
            self.wide = block.table.wide
            self._flush()
            self._set_up(self.file.add_section(WD_SECTION.NEW_PAGE))
            self._shrink_the_break()
            self._say("AnnexNumber", block.number)
        self._say("AnnexTitle", block.title)
        self._draw_table(block.table)

    def _shrink_the_break(self) -> None:
        """Below a table that fills its page, the paragraph that ends a section would make a blank one."""
        *_others, last = self.file.element.body.xpath("./w:p[w:pPr/w:sectPr]")
        Written(last, self.file).paragraph_format.line_spacing = Pt(1)

    # --- tables ---

    def _draw_table(self, block: Table) -> None:
        if block.row_count:
            self._draw_rows(block)
        if block.told:
            self._say("BodyText", block.told)

    def _draw_rows(self, block: Table) -> None:
        columns, is_small = block.on_paper, block.name.split()[0] in SMALL
        whole = sum(column.share for column in columns)
        looks = "Small" if is_small else ""
        heads = [
            _box(_written(f"{looks}TableHead", _run(column.heading)), look=UNPADDED) for column in columns
        ]
        rows = [_drawn(row, len(columns), looks) for row in block.paper_rows]
        if is_small:
            rows[-KEPT_WITH_THE_END:] = map(_kept, rows[-KEPT_WITH_THE_END:])
        widths = [TEXT_WIDTH[self.wide] * column.share / whole for column in columns]
        self._add_table(widths, [_row(heads, "<w:cantSplit/><w:tblHeader/>"), *rows], is_small=is_small)

    def _add_table(self, widths: Sequence[float], rows: Iterable[str], *, is_small: bool = False) -> None:
        grid = "".join(f'<w:gridCol w:w="{Mm(width).twips}"/>' for width in widths)
        above, beside = PADDING[is_small or self.document.compact]
        edges = (("top", above), ("left", beside), ("bottom", above), ("right", beside))
        padding = "".join(f'<w:{edge} w:w="{width}" w:type="dxa"/>' for edge, width in edges)
        whole = Mm(sum(widths)).twips
        look = (
            '<w:tblStyle w:val="TableGrid"/>'
            f'<w:tblW w:w="{whole}" w:type="dxa"/><w:tblInd w:w="{beside}" w:type="dxa"/>'
            f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{padding}</w:tblCellMar>'
        )
        self.body.append(f"<w:tbl><w:tblPr>{look}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>")
        self.body.extend(rows)
        self.body.append("</w:tbl>")

    # --- the file ---

    def _set_properties(self) -> None:
        told, document = self.file.core_properties, self.document
        told.title, told.author, told.language = document.title, document.issuer, "zh-CN"
        told.identifier, told.comments, told.revision = document.identifier, "", 1
        told.created = told.modified = document.created.replace(tzinfo=None)
        told.last_modified_by = ""
        self.file.settings.odd_and_even_pages_header_footer = True

    def _speak_chinese(self) -> None:
        """Else lines break by the rules of another language, and characters have its shapes."""
        languages = self.file.styles.element.xpath("w:docDefaults//w:lang")
        for told in (*languages, *self.file.settings.element.xpath("w:themeFontLang")):
            told.set(qn("w:eastAsia"), "zh-CN")
        part = self.file.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
        typefaces = "".join(
            f'<w:font w:name="{name}"><w:altName w:val="{also}"/><w:charset w:val="86"/></w:font>'
            for name, also in ALSO_CALLED.items()
        )
        part._blob = f"<w:fonts {nsdecls('w')}>{typefaces}</w:fonts>".encode()

    def _make_styles(self) -> None:
        known = {style.name for style in self.file.styles}
        for look in STYLES:
            if look.name not in known:
                self.file.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
            self._make_style(look)
        _set_face(self.file.styles.add_style("Name", WD_STYLE_TYPE.CHARACTER), KAI, None)

    def _make_style(self, look: Look) -> None:
        """Whatever the style was before in the library's template is gone."""
        style: Any = self.file.styles[look.name]
        for tag in ("w:pPr", "w:rPr"):
            for element in style.element.findall(qn(tag)):
                style.element.remove(element)
        size, line = look.size, look.line
        if self.document.compact and look.name in COMPACT:
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

    def _set_up(self, section: Section) -> None:
        section.orientation = WD_ORIENT.LANDSCAPE if self.wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (Mm(297), Mm(210)) if self.wide else (Mm(210), Mm(297))
        top, right, bottom, left = MARGINS[self.wide]
        section.top_margin, section.right_margin = Mm(top), Mm(right)
        section.bottom_margin, section.left_margin = Mm(bottom), Mm(left)
        section.header_distance, section.footer_distance = Mm(top - 13), Mm(bottom - 13)
        if len(self.file.sections) > 1:
            return  # heads and feet go on as before
        for header, footer, alignment in (
            (section.header, section.footer, ALIGN.RIGHT),
            (section.even_page_header, section.even_page_footer, ALIGN.LEFT),
        ):
            header.paragraphs[0].text = self.document.notice
            header.paragraphs[0].style = "Header"
            _number_pages(footer.paragraphs[0], alignment)


# --- XML --------------------------------------------------------------------------------------------


def _drawn(row: PaperRow, width: int, looks: str = "") -> str:
    """A row that may not be cut stays whole; what runs across is one cell."""
    rules = "" if row.long else "<w:cantSplit/>"
    if row.cells:
        style = f"{looks}TableHead" if row.total else f"{looks}TableText"
        return _row([_cell(column, cell, style) for column, cell in row.cells], rules)
    if row.band:
        return _row([_box(_written("TableBand", _run(row.band)), width, SHADED)], rules)
    words = _written(f"{looks}TableText", _run(row.who, "Name"), _run(row.text))
    return _row([_box(words, width)], rules)


def _kept(row: str) -> str:
    """With the next row, or with what follows the table."""
    return re.sub(r"(<w:pStyle [^>]+>)", r"\1<w:keepNext/>", row)


def _cell(column: Column[Any], cell: Cell, style: str) -> str:
    marks = _mark(cell.mark) if cell.mark else ""
    lines = [
        _written(style, marks if place == 0 else "", _run(line), placed=CENTRED if column.centred else "")
        for place, line in enumerate(cell.lines)
    ]
    return _box("".join(lines))


def _row(boxes: Iterable[str], rules: str = "<w:cantSplit/>") -> str:
    return f"<w:tr><w:trPr>{rules}</w:trPr>{''.join(boxes)}</w:tr>"


def _box(content: str, span: int = 1, look: str = "") -> str:
    wide = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f'<w:tc><w:tcPr>{wide}{look}<w:vAlign w:val="center"/></w:tcPr>{content or "<w:p/>"}</w:tc>'


def _written(style: str, *runs: str, placed: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{placed}</w:pPr>{"".join(runs)}</w:p>'


def _indented(**characters: int) -> str:
    """In characters for Word, which keeps them through a change of size, and in twips for others."""
    places = (
        f'w:{side}="{number * CHARACTER}" w:{side}Chars="{number * 100}"'
        for side, number in characters.items()
    )
    return f"<w:ind {' '.join(places)}/>"


def _run(words: str, style: str = "", colour: str = "") -> str:
    look = f'<w:rStyle w:val="{style}"/>' if style else ""
    look += f'<w:color w:val="{colour}"/>' if colour else ""
    text = f'<w:t xml:space="preserve">{escape(words)}</w:t>'
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{text}</w:r>" if words else ""


def _mark(mark: Mark) -> str:
    """The shape of a light as a character of its colour."""
    return _run(f"{mark.character} ", colour=(mark.stroke if mark.fill == "none" else mark.fill)[1:])


# --- styles ------------------------------------------------------------------------------------------


def _number_pages(written: Written, alignment: ALIGN) -> None:
    """— 1 —, one character from the outer edge."""
    written.style = "Footer"
    written.alignment = alignment
    is_right = alignment == ALIGN.RIGHT
    indent = _indented(right=1) if is_right else _indented(left=1)
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


def _without_the_hour(file: bytes) -> bytes:
    """The archive says when it was packed; the same document gives the same bytes."""
    stream = BytesIO()
    with ZipFile(BytesIO(file)) as made, ZipFile(stream, "w", ZIP_DEFLATED) as kept:
        for entry in made.infolist():
            kept.writestr(ZipInfo(entry.filename, _LONG_AGO), made.read(entry), ZIP_DEFLATED)
    return stream.getvalue()
