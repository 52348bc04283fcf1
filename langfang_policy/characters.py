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
