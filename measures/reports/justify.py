"""How does a line of Chinese reach the right margin? By a little space after each character.

WeasyPrint stretches only spaces, so a line that gives up a character to the rules of line ends stays short.
This replaces one private function, in the versions it was tried with; other versions keep ragged lines.
"""

import logging
import re
from dataclasses import dataclass
from typing import Any

import weasyprint
from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text import line_break
from weasyprint.text.ffi import TO_UNITS, ffi, pango

from measures.reports.line_breaks import WORD_JOINER

TRIED_VERSION = "70."
# A sixth of a character is not seen; a line that gave up 「（76/92）；」 needs it. Codes have room round
# their brackets as it is: a line of them that gave up a whole 「三（二）、」 would fall apart with more than
# an eighth, and stays short of the margin instead.
MOST_EM = 1 / 6
MOST_EM_WITH_CODES = 1 / 8
# Chinese characters with their full-width punctuation, and the spaces between Latin words.
STRETCHABLE = re.compile("[—‘-”…　-〿㐀-鿿豈-﫿！-￯\U00020000-\U0003ffff \u00a0]+")

logger = logging.getLogger(__name__)


def stretchable_count(text: str) -> int:
    return sum(len(found[0]) for found in STRETCHABLE.finditer(text))


class StretchedLayout(line_break.Layout):
    """A Pango layout whose stretchable characters are `gap` pixels wider, also when it is drawn."""

    gap = 0.0

    def set_text(self, text: str, justify: bool = False) -> None:
        super().set_text(text, justify)
        attributes = pango.pango_layout_get_attributes(self.layout)
        if attributes == ffi.NULL:
            attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
        own = self.style["letter_spacing"]
        spacing = round((self.gap + (0 if own == "normal" else own)) * TO_UNITS)
        for found in STRETCHABLE.finditer(self.text):
            attribute = pango.pango_attr_letter_spacing_new(spacing)
            # Pango counts in UTF-8 bytes.
            attribute.start_index = len(self.text[: found.start()].encode())
            attribute.end_index = attribute.start_index + len(found[0].encode())
            pango.pango_attr_list_change(attributes, attribute)
        pango.pango_layout_set_attributes(self.layout, attributes)


def text_boxes(box: Any) -> list[Any]:
    if isinstance(box, boxes.TextBox):
        return [box] if box.text else []
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        return [text for child in box.children if child.is_in_normal_flow() for text in text_boxes(child)]
    return []


@dataclass
class Stretch:
    """One line being widened by `gap` pixels a character, from its first text box to its last.

    Pango puts half of a gap on each side of a character and takes the outer halves of a layout away;
    they are given back between two boxes, not at the ends of the line.
    """

    gap: float
    first: Any
    last: Any
    advance: float = 0.0

    def visit(self, box: Any) -> None:
        if isinstance(box, boxes.TextBox):
            self.widen(box)
        elif isinstance(box, boxes.LineBox | boxes.InlineBox):
            start = self.advance
            box.position_x += start
            for child in box.children:
                if child.is_in_normal_flow():
                    self.visit(child)
            box.width += self.advance - start
        else:
            box.translate(self.advance, 0)

    def widen(self, box: Any) -> None:
        left, right = (self.gap / 2 * stretchable_count(edge) for edge in (box.text[:1], box.text[-1:]))
        if box is not self.first:
            self.advance += left
        box.position_x += self.advance
        wider = self.gap * stretchable_count(box.text) - left - right
        if wider > 0:
            layout = StretchedLayout(box.style)
            layout.gap = self.gap
            layout.set_text(box.text)
            layout.deactivate()
            box.pango_layout = layout
            box.width += wider
        self.advance += wider + (0 if box is self.last else right)


def justify_line(context: Any, line: Any, extra_width: float) -> None:
    """Spread `extra_width` pixels over the Chinese characters and spaces of a line."""
    texts = text_boxes(line)
    if not texts:
        return
    ends = stretchable_count(texts[0].text[:1]) + stretchable_count(texts[-1].text[-1:])
    gaps = sum(stretchable_count(box.text) for box in texts) - ends / 2
    if gaps >= 1:
        gap = extra_width / gaps
        is_chinese = any(stretchable_count(box.text) > box.text.count(" ") for box in texts)
        has_codes = any(WORD_JOINER in box.text for box in texts)
        most = MOST_EM_WITH_CODES if has_codes else MOST_EM
        if is_chinese and gap > most * line.style["font_size"]:
            return  # stretched and short all the same, it would look like a mistake
        Stretch(gap, texts[0], texts[-1]).visit(line)


def install() -> bool:
    """Take over from WeasyPrint; False, with a warning in the log, for a version never tried."""
    if not weasyprint.__version__.startswith(TRIED_VERSION) or not hasattr(inline, "justify_line"):
        logger.warning("WeasyPrint %s: lines of Chinese stay ragged.", weasyprint.__version__)
        return False
    inline.justify_line = justify_line
    return True
