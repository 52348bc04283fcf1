"""What are the identifiers of the rows of a copy? Those of the block, moved by a number of the copy."""

import re
from functools import cache
from random import Random
from typing import Final
from uuid import UUID

IDENTIFIER: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@cache
def mask(number: int) -> int:
    """What is added to each identifier of the block in a copy; nothing in the first."""
    return Random(number).getrandbits(128) if number else 0  # noqa: S311  # the same in every run, on purpose


def as_number(identifier: UUID | str) -> int:
    return (identifier if isinstance(identifier, UUID) else UUID(identifier)).int


def as_text(number: int) -> str:
    """As both databases take it."""
    return f"{number:032x}"


def with_dashes(number: int) -> str:
    """As texts that are hashed name it."""
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
