"""How is the same text made a thousand times with other keys and hashes in it? From a form with gaps."""

import re
from collections.abc import Mapping
from typing import Any, Final

from measures.models.fingerprints import to_text

_MARK: Final = re.compile(r'"@@(\w+)@@"')


class Gap(str):
    """Stands in a content for what is filled in under this name, in quotation marks."""

    __slots__ = ()

    def __new__(cls, name: str) -> "Gap":
        return super().__new__(cls, f"@@{name}@@")


class Form:
    """What `to_text` makes of a content with gaps, without making it anew each time."""

    def __init__(self, content: object) -> None:
        self.text = _MARK.sub(r"%(\1)s", to_text(content).replace("%", "%%"))

    def filled(self, values: Mapping[str, Any]) -> str:
        """Numbers stand as they are; identifiers and hashes, which need no escaping, in quotation marks."""
        return self.text % values


def quoted(text: str) -> str:
    return f'"{text}"'
