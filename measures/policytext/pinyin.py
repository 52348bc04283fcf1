"""What are pinyin notes (關(guān)于), and what is a text without them, in Simplified Chinese?

The result is for reading and for hints. It is never stored instead of the text.
"""

import re
import unicodedata
from functools import cache

from opencc import OpenCC

from langfang_policy.characters import CONTROL, DIRECTION, NO_WIDTH, PRIVATE_USE

_TONE_MARKS = "\u0300\u0301\u0304\u030c"


def _is_toned(character: str) -> bool:
    parts = unicodedata.normalize("NFD", character)
    return parts[0].isascii() and any(mark in _TONE_MARKS for mark in parts[1:])


# Latin letters with a tone mark, and the marks alone for text that is stored decomposed.
TONED = _TONE_MARKS + "".join(
    chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)) if _is_toned(chr(code))
)
PRIVATE = PRIVATE_USE
# Every hidden character but the line ends and tabs of a text; private use is damage of another kind.
UNSEEN = re.compile(f"(?![\t\n])[{CONTROL}{DIRECTION}{NO_WIDTH}]")
HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

# A syllable in brackets with a tone mark. After a character it is a pinyin note; elsewhere it is a remainder
# of something damaged, which a hint leaves out too.
SYLLABLE = re.compile(rf"[(（](?=[^()（）]*[{TONED}])[A-Za-zÜü{TONED}]{{1,9}}[)）]")
PINYIN_NOTE = re.compile(rf"(?<=[{HAN}]){SYLLABLE.pattern}")
_UNPRINTABLE = re.compile(f"[{PRIVATE}]")


def without_pinyin(text: str) -> str:
    return SYLLABLE.sub("", text)


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def simplified(text: str) -> str:
    converted: str = _converter().convert(text)
    return converted


def hint(text: str) -> str:
    """An excerpt without pinyin notes and invisible characters, in Simplified Chinese."""
    return simplified(_UNPRINTABLE.sub("", without_pinyin(text)))
