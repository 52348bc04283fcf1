"""Which characters of a text does nobody see, where do they stand, and what is said of them?

One answer for every form, admin page, import and act. Below both apps: it knows no model and no form.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Written as escapes: an editor shows none of them. Surrogates cannot be stored in UTF-8 at all.
CONTROL: Final = "\x00-\x1f\x7f-\x9f\ud800-\udfff\ufff9-\ufffb\ufffe\uffff"
DIRECTION: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
PRIVATE_USE: Final = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
# Joiners, selectors, fillers, tags, marks of a line or paragraph (Unicode: Default_Ignorable_Code_Point).
NO_WIDTH: Final = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2028\u2029\u2060-\u2065\u206a-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\ufffc\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
KINDS: Final[tuple[tuple[re.Pattern[str], Promise], ...]] = (
    (re.compile(f"[{DIRECTION}]"), gettext_lazy("turns the direction of writing")),
    (re.compile(f"[{PRIVATE_USE}]"), gettext_lazy("private use, another computer shows another sign")),
    (re.compile(f"[{CONTROL}]"), gettext_lazy("control character")),
    (re.compile(f"[{NO_WIDTH}]"), gettext_lazy("has no width")),
)
HIDDEN: Final = re.compile(f"[{DIRECTION}{PRIVATE_USE}{CONTROL}{NO_WIDTH}]")
# What a text of several lines may hold: line ends as browsers send them, and tabs.
LAYOUT: Final = re.compile(r"\r\n|[\n\t]")
WORDS_BEFORE: Final = 8
# What word processors put where a sign or a line end is seen: it becomes that sign.
SEEN_AS: Final = str.maketrans(
    {
        **dict.fromkeys("\r\x0b\x0c\x85\u2028\u2029", "\n"),  # soft line breaks, page breaks
        **dict.fromkeys(
            "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f", " "
        ),
        **dict.fromkeys("\x1e\u2011", "-"),  # a hyphen at which no line breaks
        # bullets of the fonts Symbol and Wingdings
        "\uf0b7": "·",
        "\uf0a7": "▪",
        "\uf06c": "●",
        "\uf06e": "■",
        "\uf075": "◆",
        "\uf0d8": "➢",
        "\uf0fc": "✓",
    }
)
# Nothing is seen of these, and no sign looks different without them: what else is hidden is refused.
REMOVED: Final = re.compile(
    "[\x00-\x08\x0e-\x1d\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200c\u200e\u200f\u061c\u2060\ufe0e\ufe0f\ufeff]"
)
# Two of these make one flag; the others change the colour of the sign before them.
FLAG: Final = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
TONES: Final = range(0x1F3FB, 0x1F400)
# So many code points make a character at least, whatever is heaped on it: columns end somewhere.
MOST_IN_ONE: Final = 3
MOST_TOLD: Final = 3


@dataclass(frozen=True)
class HiddenCharacter:
    """One character that nobody sees; `position` counts from 1, `before` is what is seen just before it."""

    position: int
    code: int
    kind: str
    before: str

    @property
    def number(self) -> str:
        """As Unicode writes it: U+202E."""
        return f"U+{self.code:04X}"

    @property
    def name(self) -> str:
        """Unicode's name; control characters and private use have none."""
        return unicodedata.name(chr(self.code), "")

    def __str__(self) -> str:
        said = {"number": self.number, "kind": self.kind, "place": self.position, "before": self.before}
        if self.before:
            return _("%(number)s (%(kind)s) at character %(place)d, after “%(before)s”") % said
        return _("%(number)s (%(kind)s) at character %(place)d") % said


def as_plain_text(text: str) -> str:
    """Pasted text as plain text, no visible sign lost. What cannot be cleaned so stays, to be refused."""
    return REMOVED.sub("", text.replace("\r\n", "\n").translate(SEEN_AS))


def length(text: str) -> int:
    """Characters as people count them: accents, marks and tones belong to what they stand on, a flag is one.

    The same as static/js/counter.js; characters that nobody sees are not counted.
    """
    seen = LAYOUT.sub("\n", text)
    counted = [one for one in FLAG.sub("x", seen) if not _joins(one)]
    return max(len(counted), -(-len(seen) // MOST_IN_ONE))


def _joins(one: str) -> bool:
    is_mark = unicodedata.category(one)[0] == "M" or ord(one) in TONES
    return is_mark or (one not in "\n\t" and bool(HIDDEN.match(one)))


def hidden_characters(text: str, *, several_lines: bool = False) -> list[HiddenCharacter]:
    """Every hidden character, in the order of the text. Line ends and tabs are none in several lines."""
    allowed = {at for found in LAYOUT.finditer(text) for at in range(*found.span())} if several_lines else ()
    return [
        HiddenCharacter(at + 1, ord(text[at]), _kind(text[at]), _seen_before(text, at))
        for at in _places(text)
        if at not in allowed
    ]


def refuse_hidden_characters(value: str) -> None:
    """A validator for one line of text. Raises ValidationError that says which character and where."""
    _refuse(hidden_characters(value))


def refuse_hidden_characters_in_lines(value: str) -> None:
    """The same for a text of several lines, which may hold line ends and tabs."""
    _refuse(hidden_characters(value, several_lines=True))


def hidden_characters_sentence(found: list[HiddenCharacter]) -> str:
    """What is said of them and what to do; of many only the first few are told."""
    told = _("; ").join(str(one) for one in found[:MOST_TOLD])
    if len(found) > MOST_TOLD:
        told = _("%(told)s and %(count)d more") % {"told": told, "count": len(found) - MOST_TOLD}
    return _("There are characters here that nobody sees: %(told)s. Delete them or type the words anew.") % {
        "told": told
    }


def _refuse(found: list[HiddenCharacter]) -> None:
    if found:
        raise ValidationError(hidden_characters_sentence(found), code="hidden_characters")


def _places(text: str) -> Iterator[int]:
    return (found.start() for found in HIDDEN.finditer(text))


def _kind(character: str) -> str:
    return next(str(kind) for pattern, kind in KINDS if pattern.match(character))


def _seen_before(text: str, at: int) -> str:
    """The words of the same line just before that place, without what is hidden in them."""
    line = re.split(r"[\r\n]", text[:at])[-1]
    return HIDDEN.sub("", line)[-WORDS_BEFORE:].strip()
