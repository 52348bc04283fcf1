"""What are pinyin notes (關(guān)于), and what is a text without them, in Simplified Chinese?

The result is for reading and for hints. It is never stored instead of the text.
"""

import re
import unicodedata
from functools import cache

from opencc import OpenCC

_TONE_MARKS = "\u0300\u0301\u0304\u030c"


def _is_toned(character: str) -> bool:
    parts = unicodedata.normalize("NFD", character)
    return parts[0].isascii() and any(mark in _TONE_MARKS for mark in parts[1:])


# Latin letters with a tone mark, and the marks alone for text that is stored decomposed.
TONED = _TONE_MARKS + "".join(
    chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)) if _is_toned(chr(code))
)
PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
# Control characters but tab and line feed, which a database may refuse; characters of no width; marks that
# turn the direction of writing; selectors, fillers and tags (Unicode: Default_Ignorable_Code_Point).
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
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
