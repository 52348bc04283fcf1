"""How is a database filled with so many measures quickly, and consistently? With copies of the block.

A world is so many policies, each of so many blocks of 20 measures. Every copy has its own keys, identifiers
and hashes; what it says is what the block says. Snapshots and kept figures are put together from the same
copies, so that the product need not work any of them out.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from django.db import connection, transaction

from measures.models import (
    DepartmentFigures,
    Event,
    Measure,
    MeasureFigures,
    Message,
    PeriodFigures,
    PeriodSnapshot,
    Section,
    SnapshotPortion,
)
from measures.models.figures import PLACES_A_SECTION
from measures.models.fingerprints import digest
from measures.summaries.keeping import COUNTED
from measures.summaries.portions import LENGTH
from tests.benchmarks.block import Block, Table
from tests.benchmarks.copies import EVENT, EVENT_OF_A_POLICY, Copies, Copy
from tests.benchmarks.identifiers import as_number, as_text, mask
from tests.benchmarks.mass_insertion import insert, prepared, swiftly
from tests.benchmarks.record import Record
from tests.benchmarks.snapshots import MeasureText, SnapshotText, code_of, measure_text
from tests.benchmarks.worlds import World

# After the snapshots, whose hashes they carry.
LAST: Final = (Event, PeriodFigures)
# A message that leads to one of these is told once a policy, any other once a copy.
OF_A_POLICY: Final = ("period_id", "announcement_id", "urge_id")
PORTION: Final = ("snapshot_id", "number", "text")


def fill(block: Block, world: World) -> None:
    """Into a database that was migrated and holds nothing. Blocks are whole: measures are rounded up."""
    with swiftly(connection), transaction.atomic():
        for table in block.reference:
            insert(
                connection,
                table.model,
                table.columns,
                (prepared(connection, table, row) for row in table.rows),
            )
        writer = Writer(block, world)
        for table in sorted(block.tables, key=_turn):
            insert(connection, table.model, table.columns, writer.rows(table))
        insert(connection, SnapshotPortion, PORTION, writer.portions)


@dataclass(frozen=True)
class Pattern:
    """A row of the block: which keys in it move, and what else differs in a copy."""

    row: list[Any]
    keys: tuple[tuple[int, str], ...]  # place, and what is pointed at
    identifier: int
    subject: int  # what a message is about
    told_once: bool  # a message of the policy
    text: MeasureText | None  # what kept figures say


Change: TypeAlias = Callable[[Table, Pattern, list[Any], Copy], None]


class Writer:
    """Makes the rows of a world out of those of the block."""

    def __init__(self, block: Block, world: World) -> None:
        self.block, self.copies = block, Copies(block, world)
        self.record = Record(block, self.copies)
        self.snapshots = {
            key: SnapshotText(content, block.sealed[key], block.kept_rows[key], self.copies.place)
            for key, content in block.snapshots.items()
        }
        self.hashes: dict[tuple[int, str], str] = {}  # of snapshots, by policy and hash in the block
        self.portions: list[list[Any]] = []  # of snapshots that are written

    def rows(self, table: Table) -> Iterator[list[Any]]:
        if table.model is Section and self.copies.blocks > 1:
            yield from self._sections(table)
        elif table.model is Event:
            yield from self._events(table)
        elif table.model is PeriodSnapshot:
            yield from self._snapshots(table)
        else:
            yield from self._plain(table)

    def _plain(self, table: Table) -> Iterator[list[Any]]:
        patterns = [self._pattern(table, row) for row in table.rows]
        labels = {label for pattern in patterns for _place, label in pattern.keys}
        identifier = table.place("uuid") if "uuid" in table.columns else None
        subject = table.place("subject") if table.model is Message else None
        change, is_shared = self._change(table), table.label in self.copies.shared
        for copy in self.copies.all(once_a_policy=is_shared):
            offsets = self.copies.offsets(copy, labels)
            own = mask(copy.policy if is_shared else copy.number)
            for pattern in patterns:
                if pattern.told_once and copy.block:
                    continue
                new = pattern.row.copy()
                for place, label in pattern.keys:
                    new[place] += offsets[label]
                if identifier is not None:
                    new[identifier] = as_text(pattern.identifier ^ own)
                if subject is not None:
                    about = mask(copy.policy) if pattern.told_once else own
                    new[subject] = as_text(pattern.subject ^ about)
                if change is not None:
                    change(table, pattern, new, copy)
                yield new

    def _pattern(self, table: Table, row: list[Any]) -> Pattern:
        is_message = table.model is Message
        return Pattern(
            prepared(connection, table, row),
            tuple(self._keys(table, row)),
            as_number(row[table.place("uuid")]) if "uuid" in table.columns else 0,
            as_number(row[table.place("subject")]) if is_message else 0,
            is_message and any(row[table.place(name)] is not None for name in OF_A_POLICY),
            _text_of(table, row) if table.model is MeasureFigures else None,
        )

    def _keys(self, table: Table, row: list[Any]) -> Iterator[tuple[int, str]]:
        """The places of keys that move with the copy, each with what it points at."""
        for place, label in table.pointers():
            if row[place] is not None and label in self.copies.strides:
                of_policy = label == EVENT and row[place] in self.record.of_a_policy
                yield place, EVENT_OF_A_POLICY if of_policy else label

    def _change(self, table: Table) -> Change | None:
        """For what must not be the same twice, or is more in several blocks; None where nothing is."""
        if "short_title" in table.columns:
            return _name_apart
        if table.model is MeasureFigures:
            return self._text_of_its_own
        if table.model is PeriodFigures:
            return self._hash_of_its_own
        several: dict[Any, Change] = {Measure: self._place_apart, DepartmentFigures: self._counted_in_all}
        return several.get(table.model) if self.copies.blocks > 1 else None

    def _place_apart(self, table: Table, pattern: Pattern, row: list[Any], copy: Copy) -> None:
        section, ordinal = self.copies.place_of(pattern.row[table.place("id")], copy)
        row[table.place("section_id")] = self.copies.section_key(copy.policy, section)
        row[table.place("ordinal")] = ordinal

    def _text_of_its_own(self, table: Table, pattern: Pattern, row: list[Any], copy: Copy) -> None:
        if pattern.text is None:
            raise ValueError("kept figures have a text")
        code, place = pattern.text.code, pattern.text.place
        if self.copies.blocks > 1:
            section, ordinal = self.copies.place_of(pattern.row[table.place("measure_id")], copy)
            row[table.place("section_id")] = self.copies.section_key(copy.policy, section)
            code, place = code_of(section, ordinal), section * PLACES_A_SECTION + ordinal
        _uuid, row[table.place("place")], row[table.place("content")], row[table.place("row")] = (
            pattern.text.of(copy.number, code, place)
        )

    def _counted_in_all(self, table: Table, _pattern: Pattern, row: list[Any], _copy: Copy) -> None:
        """The same departments owe in each block."""
        for name in COUNTED:
            row[table.place(name)] *= self.copies.blocks

    def _hash_of_its_own(self, table: Table, _pattern: Pattern, row: list[Any], copy: Copy) -> None:
        place = table.place("snapshot_sha256")
        row[place] = self.hashes.get((copy.policy, row[place]), "")

    def _sections(self, table: Table) -> Iterator[list[Any]]:
        """As many as needed, with the titles of the block in turn."""
        edition = table.rows[0][table.place("edition_id")]
        for copy in self.copies.all(once_a_policy=True):
            for ordinal in range(1, self.copies.sections + 1):
                row = list(table.rows[ordinal % len(table.rows)])
                row[table.place("id")] = self.copies.section_key(copy.policy, ordinal)
                row[table.place("edition_id")] = edition + self.copies.offset("measures.edition", copy)
                row[table.place("ordinal")] = ordinal
                yield row

    def _snapshots(self, table: Table) -> Iterator[list[Any]]:
        key, sha256 = table.place("id"), table.place("sha256")
        period, identifier = table.place("period_id"), table.place("uuid")
        rows = [prepared(connection, table, row) for row in table.rows]
        for copy in self.copies.all(once_a_policy=True):
            for row in rows:
                new = list(row)
                written = self.snapshots[row[key]].of(copy.policy, self.copies.blocks)
                beginning, *portions = _cut(written.content)
                for name, text in (("content", beginning), ("parts", written.parts), ("seal", written.seal)):
                    new[table.place(name)] = text
                new[sha256] = digest(written.seal)
                new[key] += self.copies.offset(table.label, copy)
                new[period] += self.copies.offset("measures.reportingperiod", copy)
                new[identifier] = as_text(as_number(new[identifier]) ^ mask(copy.policy))
                self.portions += ([new[identifier], *portion] for portion in enumerate(portions, start=1))
                self.hashes[copy.policy, row[sha256]] = new[sha256]
                yield new

    def _events(self, table: Table) -> Iterator[list[Any]]:
        patterns = [self._pattern(table, row) for row in table.rows]
        labels = {label for pattern in patterns for _place, label in pattern.keys}
        places = [table.place(name) for name in ("uuid", "previous", "content_sha256", "sha256")]
        for copy in self.copies.all():
            offsets = self.copies.offsets(copy, labels)
            for pattern, chained in zip(patterns, self.record.of(copy, self.hashes), strict=True):
                if chained is None:
                    continue
                new = pattern.row.copy()
                for place, label in pattern.keys:
                    new[place] += offsets[label]
                for place, value in zip(places, chained, strict=True):
                    new[place] = value
                yield new


def _name_apart(table: Table, _pattern: Pattern, row: list[Any], copy: Copy) -> None:
    if copy.policy:
        for column, words in (("slug", f"-{copy.policy}"), ("short_title", f" {copy.policy}")):
            row[table.place(column)] += words


def _text_of(table: Table, row: list[Any]) -> MeasureText:
    status, place, listed = (row[table.place(name)] for name in ("content", "place", "row"))
    return measure_text(json.loads(status), place, listed)


def _cut(text: str) -> list[str]:
    """As long as the portions of a snapshot are."""
    return [text[start : start + LENGTH] for start in range(0, len(text), LENGTH)]


def _turn(table: Table) -> bool:
    return table.model in LAST
