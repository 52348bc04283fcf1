"""How does a document become a Word file that people edit? Only this and `word_template` know python-docx.

Real styles, the page of GB/T 9704-2012, page numbers outside, heads of tables on every page. It draws the
same blocks as the PDF and decides nothing about content. The same document gives the same bytes.
"""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import pairwise
from typing import Any, Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx.enum.section import WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as Written

from measures.charts import Mark
from measures.reports import blocks, word_page
from measures.reports.documents import Document
from measures.reports.tables import Cell, Column, PaperRow, Table
from measures.reports.word_template import indented, set_up_page, template

TEXT_WIDTH: Final = {False: 156, True: 225}  # millimetres
CHART_WIDTHS: Final = (80, 35, 41)
# Tables of many short rows, which stand on one page in smaller type.
SMALL: Final = {"filing", "duties"}
# Round what stands in a cell, by whether the table is small: above and below, left and right; in twips.
PADDING: Final = {False: (50, 80), True: (22, 56)}
# What follows a table never stands alone on the last page.
KEPT_WITH_THE_END: Final = 3
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
        self.file = template(wide=document.wide, compact=document.compact, notice=document.notice)
        self.wide = document.wide
        self.body: list[str] = []

    def write(self) -> None:
        document = self.document
        self._set_properties()
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
        facts = [f"{label}：{value}" for label, value in document.facts]
        *together, last = ("编制说明", *(["　".join(facts)] if document.compact else facts))
        for words in together:
            self._say("Facts", words, "<w:keepNext/>")
        self._say("Facts", last)
        self._flush()

    def _draw(self, block: blocks.Block) -> None:
        match block:
            case blocks.Heading():
                self._say(f"Heading{block.level}", block.text)
            case blocks.Paragraph():
                runs = _run(block.who, "Name"), _run(block.lead, "Lead"), _run(block.rest)
                self.body.append(_written("BodyText", *runs))
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

    def _say(self, style: str, words: str = "", properties: str = "") -> None:
        self.body.append(_written(style, _run(words), properties=properties))

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

    def _keep_from(self, start: int) -> None:
        """What was written since stands on one page, with a paragraph before it: no date stands alone."""
        for place in range(max(start - 1, 0), len(self.body) - 1):
            if self.body[place].startswith("<w:p>"):
                self.body[place] = _kept(self.body[place])

    def _draw_annex_list(self, block: blocks.AnnexList) -> None:
        start = len(self.body)
        self._say("Normal")
        for number, title in enumerate(block.titles, 1):
            counted = f"{number}." if block.titles[1:] else ""
            first, hanging = ("附件：", {"hanging": 3}) if number == 1 else ("", {})
            self._say("Normal", f"{first}{counted}{title}", indented(left=5, **hanging))
        self._keep_from(start)

    def _draw_signature(self, block: blocks.Signature) -> None:
        """The date begins two characters after the name begins, as far as characters can say it."""
        start = len(self.body)
        self._say("Normal")
        self._say("Normal")
        for words, indent in ((block.issuer, 2), (block.dated, 4)):
            self._say("Normal", words, f'{indented(right=indent)}<w:jc w:val="right"/>')
        self._keep_from(start)

    def _draw_annex(self, block: blocks.Annex) -> None:
        if block.table.wide == self.wide:
            self._say("AnnexNumber", block.number, "<w:pageBreakBefore/>")
        else:
            self.wide = block.table.wide
            self._flush()
            # Heads and feet go on as before.
            set_up_page(self.file.add_section(WD_SECTION.NEW_PAGE), wide=self.wide)
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
        found = list(block.paper_rows)
        drawn = (_drawn(row, len(columns), looks) for row in found)
        stays = (row.kept or _leads_to(row, below) for row, below in pairwise([*found, PaperRow()]))
        rows = [_kept(words) if kept else words for words, kept in zip(drawn, stays, strict=True)]
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


# --- XML --------------------------------------------------------------------------------------------


def _drawn(row: PaperRow, width: int, looks: str = "") -> str:
    """A row that may not be cut stays whole; what runs across is one cell."""
    rules = "" if row.long else "<w:cantSplit/>"
    if row.cells:
        style = f"{looks}TableHead" if row.total else f"{looks}TableText"
        return _row([_cell(column, cell, style) for column, cell in row.cells], rules)
    if row.band:
        return _row([_box(_written("TableBand", _run(row.band)), width, SHADED)], rules)
    words = _written(f"{looks}TableText", _run(row.who, "Name"), _run(row.lead, "Lead"), _run(row.rest))
    return _row([_box(words, width)], rules)


def _leads_to(row: PaperRow, below: PaperRow) -> bool:
    """A short row stays with what stands across below it: no head of a page says here of which it is."""
    return bool(row.cells and not row.long and below.text)


def _kept(row: str) -> str:
    """With the next row or paragraph, or with what follows the table."""
    return re.sub(r"(<w:pStyle [^>]+>)", r"\1<w:keepNext/>", row)


def _cell(column: Column[Any], cell: Cell, style: str) -> str:
    marks = _mark(cell.mark) if cell.mark else ""
    lines = [
        _written(style, marks if place == 0 else "", _run(line), properties=CENTRED if column.centred else "")
        for place, line in enumerate(cell.lines)
    ]
    return _box("".join(lines))


def _row(boxes: Iterable[str], rules: str = "<w:cantSplit/>") -> str:
    return f"<w:tr><w:trPr>{rules}</w:trPr>{''.join(boxes)}</w:tr>"


def _box(content: str, span: int = 1, look: str = "") -> str:
    wide = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f'<w:tc><w:tcPr>{wide}{look}<w:vAlign w:val="center"/></w:tcPr>{content or "<w:p/>"}</w:tc>'


def _written(style: str, *runs: str, properties: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{"".join(runs)}</w:p>'


def _run(words: str, style: str = "", colour: str = "") -> str:
    look = f'<w:rStyle w:val="{style}"/>' if style else ""
    look += f'<w:color w:val="{colour}"/>' if colour else ""
    text = f'<w:t xml:space="preserve">{escape(words)}</w:t>'
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{text}</w:r>" if words else ""


def _mark(mark: Mark) -> str:
    """The shape of a light as a character of its colour."""
    return _run(f"{mark.character} ", colour=(mark.stroke if mark.fill == "none" else mark.fill)[1:])


def _without_the_hour(file: bytes) -> bytes:
    """The archive says when it was packed; the same document gives the same bytes."""
    stream = BytesIO()
    with ZipFile(BytesIO(file)) as made, ZipFile(stream, "w", ZIP_DEFLATED) as kept:
        for entry in made.infolist():
            kept.writestr(ZipInfo(entry.filename, _LONG_AGO), made.read(entry), ZIP_DEFLATED)
    return stream.getvalue()
