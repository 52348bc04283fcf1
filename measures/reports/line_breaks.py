"""Where may a line of Chinese break, besides where Pango breaks it? And where may it not?

Said with characters that nobody sees and that a copy from the PDF does not show.
"""

import re

from measures.numerals import NUMERAL

# Pango finds no place to break 「82.6%（76/92）」: a zero-width space, which the PDF's text does not show.
UNBROKEN = re.compile(r"(?<=[%％℃0-9A-Za-z])(?=[（〔《“])")
# Nor round a quotation: 「课；“工匠」 would be one word.
QUOTATION = re.compile(r"(?<=[㐀-鿿、。，；：！？）》〕”])(?=“)|(?<=”)(?=[㐀-鿿（《〔“])")
# 「二（四）」 is one word to a reader: a word joiner, as invisible.
CODE_OF_MEASURE = re.compile(rf"(?<=[一二三四五六七八九十百])(?=（{NUMERAL}）)")
TEXT_OF_HTML = re.compile(r">[^<]+<")
ZERO_WIDTH_SPACE, WORD_JOINER = "\u200b", "\u2060"


def breakable(html: str) -> str:
    """Allow a line break between a number and a bracket and round a quotation, but none inside a code.

    Tags stay as they are.
    """
    return TEXT_OF_HTML.sub(_with_breaks, html)


def _with_breaks(text: re.Match[str]) -> str:
    allowed = QUOTATION.sub(ZERO_WIDTH_SPACE, UNBROKEN.sub(ZERO_WIDTH_SPACE, text[0]))
    return CODE_OF_MEASURE.sub(WORD_JOINER, allowed)
