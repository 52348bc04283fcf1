"""What does the snapshot of a copy say? What the block's says, with the identifiers and places of the copy.

The text of a measure is cut once where an identifier or its number stands, and put together for each copy.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from measures.models.figures import PLACES_A_SECTION
from measures.models.fingerprints import digest, to_text
from measures.numerals import chinese_numeral
from measures.summaries.seals import line_of, make_seal, parts_of
from tests.benchmarks.identifiers import IDENTIFIER, as_number, mask, with_dashes

PLACE: Final = "@place@"
Placed = Callable[[int], tuple[int, int] | None]


class Pieces:
    """A text cut at its identifiers."""

    def __init__(self, text: str) -> None:
        self.between = IDENTIFIER.split(text)
        self.identifiers = [as_number(found) for found in IDENTIFIER.findall(text)]

    def of(self, number: int) -> str:
        by = mask(number)
        parts = [self.between[0]]
        for identifier, after in zip(self.identifiers, self.between[1:], strict=True):
            parts += (with_dashes(identifier ^ by), after)
        return "".join(parts)


@dataclass(frozen=True)
class Written:
    """A snapshot of a copy, as it is stored."""

    content: str
    parts: str
    seal: str


@dataclass(frozen=True)
class MeasureText:
    """What a snapshot and a list say of a measure of the block, cut; and where it stands there."""

    identifier: int
    code: str
    place: int
    status: Pieces
    row: Pieces

    def of(self, number: int, code: str, place: int) -> tuple[str, int, str, str]:
        """Of the copy of that number: identifier, place, status, row of a list."""
        status, row = (pieces.of(number).replace(PLACE, code) for pieces in (self.status, self.row))
        return with_dashes(self.identifier ^ mask(number)), place, status, row


class SnapshotText:
    """`rows` are place and row of a list by identifier, `placed` section and ordinal by number."""

    def __init__(
        self, content: dict[str, Any], seal: dict[str, Any], rows: dict[str, tuple[int, str]], placed: Placed
    ) -> None:
        self.content, self.seal, self.placed = content, seal, placed
        self.sections = content["sections"]
        self.measures = [
            measure_text(row, *rows[row["uuid"]]) for part in self.sections for row in part["measures"]
        ]

    def of(self, policy: int, blocks: int) -> Written:
        """The whole text for the policy of that number."""
        named = self.content["policy"]
        if policy:
            words = {"slug": f"{named['slug']}-{policy}", "short_title": f"{named['short_title']} {policy}"}
            named = {**named, **words}
        period = {**self.content["period"]}
        period["uuid"] = with_dashes(as_number(period["uuid"]) ^ mask(policy))
        head = to_text({**self.content, "policy": named, "period": period, "sections": "@sections@"})
        kept = self._as_in_the_block(policy) if blocks == 1 else self._placed_anew(policy, blocks)
        by_section: dict[int, list[str]] = {}
        for _uuid, place, status, _row in kept:
            by_section.setdefault(place // PLACES_A_SECTION, []).append(status)
        sections = [self._headed(blocks, *section) for section in by_section.items()]
        content = head.replace('"@sections@"', f"[{','.join(sections)}]")
        return self._sealed(content, parts_of(line_of(*row) for row in kept), blocks)

    def _sealed(self, content: str, parts: str, blocks: int) -> Written:
        """The same departments owe in each block."""
        lights = [(colour, before, number * blocks) for colour, before, number in self.seal["lights"]]
        owed = {slug: [n * blocks for n in counts] for slug, counts in self.seal["departments"].items()}
        return Written(content, parts, make_seal(digest(content), parts, self.seal["rows"], lights, owed))

    def _as_in_the_block(self, policy: int) -> list[tuple[str, int, str, str]]:
        return [measure.of(policy, measure.code, measure.place) for measure in self.measures]

    def _placed_anew(self, policy: int, blocks: int) -> list[tuple[str, int, str, str]]:
        found = []
        for number in range(blocks * len(self.measures)):
            section, ordinal = self.placed(number) or (1, 1)
            block, place = divmod(number, len(self.measures))
            text = self.measures[place]
            found.append(
                text.of(
                    policy * blocks + block, code_of(section, ordinal), section * PLACES_A_SECTION + ordinal
                )
            )
        return found

    def _headed(self, blocks: int, ordinal: int, texts: list[str]) -> str:
        if blocks == 1:
            return _section(next(part for part in self.sections if part["ordinal"] == ordinal), texts)
        title = self.sections[ordinal % len(self.sections)]["title"]
        heading = f"{chinese_numeral(ordinal)}、{title}"
        return _section({"ordinal": ordinal, "title": title, "heading": heading}, texts)


def code_of(section: int, ordinal: int) -> str:
    return f"{chinese_numeral(section)}（{chinese_numeral(ordinal)}）"


def measure_text(status: dict[str, Any], place: int, row: str) -> MeasureText:
    """Cut."""
    placeless = to_text({**json.loads(row), "code": PLACE})
    identifier = as_number(status["uuid"])
    return MeasureText(identifier, status["code"], place, Pieces(_placeless(status)), Pieces(placeless))


def _placeless(measure: dict[str, Any]) -> str:
    matters = [{**row, "code": PLACE} for row in measure["matters"]]
    return to_text({**measure, "code": PLACE, "matters": matters})


def _section(head: dict[str, Any], measures: list[str]) -> str:
    return to_text({**head, "measures": "@measures@"}).replace('"@measures@"', f"[{','.join(measures)}]")
