"""What does the snapshot of a copy say? What the block's says, with the identifiers and places of the copy.

The text of a measure is cut once where an identifier or its number stands, and put together for each copy.
"""

import re
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any, Final
from uuid import UUID

from measures.models.fingerprints import to_text
from measures.numerals import chinese_numeral

IDENTIFIER: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PLACE: Final = "@place@"
Placed = Callable[[int], tuple[int, int] | None]


@cache
def mask(number: int) -> int:
    """What is added to each identifier of the block in a copy; nothing in the first."""
    return Random(number).getrandbits(128) if number else 0  # noqa: S311  # the same in every run, on purpose


def moved(identifier: UUID | str, by: int, *, dashes: bool = False) -> str:
    """The identifier of a row in a copy, as both databases take it."""
    number = (identifier if isinstance(identifier, UUID) else UUID(identifier)).int ^ by
    return str(UUID(int=number)) if dashes else f"{number:032x}"


class Pieces:
    """A text cut at its identifiers."""

    def __init__(self, text: str) -> None:
        self.between = IDENTIFIER.split(text)
        self.identifiers = IDENTIFIER.findall(text)

    def of(self, number: int) -> str:
        by = mask(number)
        parts = [self.between[0]]
        for identifier, after in zip(self.identifiers, self.between[1:], strict=True):
            parts += (moved(identifier, by, dashes=True), after)
        return "".join(parts)


class SnapshotText:
    """`order` gives the number of a measure of the block, `placed` section and ordinal by that number."""

    def __init__(self, content: dict[str, Any], order: dict[int, int], placed: Placed) -> None:
        self.content, self.placed, self.size = content, placed, len(order)
        self.sections = content["sections"]
        self.measures = [
            (row["code"], Pieces(_placeless(row))) for part in self.sections for row in part["measures"]
        ]

    def of(self, policy: int, blocks: int) -> str:
        """The whole text for the policy of that number."""
        named = self.content["policy"]
        if policy:
            words = {"slug": f"{named['slug']}-{policy}", "short_title": f"{named['short_title']} {policy}"}
            named = {**named, **words}
        period = {**self.content["period"]}
        period["uuid"] = moved(period["uuid"], mask(policy), dashes=True)
        head = to_text({**self.content, "policy": named, "period": period, "sections": "@sections@"})
        sections = self._as_in_the_block(policy) if blocks == 1 else self._placed_anew(policy, blocks)
        return head.replace('"@sections@"', f"[{','.join(sections)}]")

    def _as_in_the_block(self, policy: int) -> list[str]:
        measures = (pieces.of(policy).replace(PLACE, code) for code, pieces in self.measures)
        return [_section(part, [next(measures) for _row in part["measures"]]) for part in self.sections]

    def _placed_anew(self, policy: int, blocks: int) -> list[str]:
        by_section: dict[int, list[str]] = {}
        for number in range(blocks * self.size):
            section, ordinal = self.placed(number) or (1, 1)
            block, place = divmod(number, self.size)
            code = f"{chinese_numeral(section)}（{chinese_numeral(ordinal)}）"
            text = self.measures[place][1].of(policy * blocks + block).replace(PLACE, code)
            by_section.setdefault(section, []).append(text)
        return [self._headed(ordinal, texts) for ordinal, texts in by_section.items()]

    def _headed(self, ordinal: int, measures: list[str]) -> str:
        title = self.sections[ordinal % len(self.sections)]["title"]
        heading = f"{chinese_numeral(ordinal)}、{title}"
        return _section({"ordinal": ordinal, "title": title, "heading": heading}, measures)


def _placeless(measure: dict[str, Any]) -> str:
    matters = [{**row, "code": PLACE} for row in measure["matters"]]
    return to_text({**measure, "code": PLACE, "matters": matters})


def _section(head: dict[str, Any], measures: list[str]) -> str:
    return to_text({**head, "measures": "@measures@"}).replace('"@measures@"', f"[{','.join(measures)}]")
