"""How is a database filled with so many measures quickly, and consistently? With copies of the block.

A world is so many policies, each of so many blocks of 20 measures. Every copy has its own keys, identifiers
and hashes; what it says is what the block says. Snapshots are put together from the same copies. Rows
go in as they would have been stored: triggers and constraints are all there and refuse what is wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any, Final

from django.apps import apps
from django.db import connection, models, transaction

from langfang_policy import clock
from measures import summaries
from measures.models import (
    Announcement,
    CommitmentValue,
    Edition,
    Event,
    Measure,
    Message,
    PeriodSnapshot,
    PeriodState,
    Policy,
    ReportingPeriod,
    Revision,
    Section,
    SnapshotPortion,
    Urge,
    UrgeAnswer,
    UrgeReceipt,
)
from measures.models.fingerprints import beginning, digest, to_text
from measures.summaries.portions import LENGTH
from tests.benchmarks.block import Block, Link, Table, origin
from tests.benchmarks.mass_insertion import insert, prepared, swiftly
from tests.benchmarks.snapshots import SnapshotText, mask, moved
from tests.benchmarks.worlds import World

SHARED: Final = (
    Policy,
    Edition,
    ReportingPeriod,
    PeriodSnapshot,
    Announcement,
    Urge,
    Urge.updates.through,
    UrgeReceipt,
    UrgeAnswer,
)  # one a policy, whatever its size
# Before the texts that they belong to: a trigger refuses to add to a text that is frozen.
FIRST: Final = (CommitmentValue, Revision.contributors.through)
# A message that leads to one of these is told once a policy, any other once a copy.
OF_A_POLICY: Final = ("period_id", "announcement_id", "urge_id")
PORTION: Final = ("snapshot_id", "number", "text")
SUBJECT_OF_A_POLICY: Final = frozenset({"policy_id", "period_id"})


@dataclass(frozen=True)
class Copy:
    """The copy of number `block` in its policy; both numbers count from 0 through the whole world."""

    policy: int
    number: int
    block: int


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
    opened = ReportingPeriod.objects.exclude(state=PeriodState.PLANNED)
    for period in opened.select_related("policy__coordinator", "edition"):
        finish(period)


def finish(period: ReportingPeriod) -> None:
    """Has worked out what the product keeps of an opened period."""
    summaries.kept_period(period, clock.today())


class Writer:
    """Makes the rows of a world out of those of the block."""

    def __init__(self, block: Block, world: World) -> None:
        self.block, self.world = block, world
        self.blocks = ceil(world.measures / block.measures)
        self.strides = {table.label: table.last_key for table in block.tables}
        self.shared = {label for label in self.strides if _is_shared(apps.get_model(label))}
        self.order = _places(block)
        self.per_section = ceil(sqrt(self.blocks * block.measures))
        self.snapshots = {
            key: SnapshotText(content, block.sealed[key], block.kept_rows[key], self.place)
            for key, content in block.snapshots.items()
        }
        self.hashes: dict[tuple[int, str], str] = {}  # of snapshots, by policy and hash in the block
        self.of_a_policy = {  # events of which only the first copy in a policy is written
            row[0]
            for row, link in zip(block.table(Event).rows, block.links, strict=True)
            if link.subject in SUBJECT_OF_A_POLICY
        }
        self.portions: list[list[Any]] = []  # of snapshots that are written

    def copies(self) -> Iterator[Copy]:
        for policy in range(self.world.policies):
            for block in range(self.blocks):
                yield Copy(policy, policy * self.blocks + block, block)

    def place(self, number: int) -> tuple[int, int] | None:
        """Section and ordinal of a measure of a policy of several blocks; None in a policy of one."""
        if self.blocks == 1:
            return None
        return number // self.per_section + 1, number % self.per_section + 1

    def rows(self, table: Table) -> Iterator[list[Any]]:
        if table.model is Section and self.blocks > 1:
            yield from self._sections(table)
        elif table.model is Event:
            yield from self._events(table)
        elif table.model is PeriodSnapshot:
            yield from self._snapshots(table)
        else:
            yield from self._plain(table)

    def _plain(self, table: Table) -> Iterator[list[Any]]:
        shifts, rows = self.shifts(table), [prepared(connection, table, row) for row in table.rows]
        identifier = table.place("uuid") if "uuid" in table.columns else None
        shared = _is_shared(table.model)
        of_policy = [table.place(name) for name in OF_A_POLICY] if table.model is Message else []
        for copy in self.copies():
            if shared and copy.block:
                continue
            number = copy.policy if shared else copy.number
            for row in rows:
                told_once = any(row[place] is not None for place in of_policy)
                if told_once and copy.block:
                    continue
                new = list(row)
                for place, label in shifts:
                    if new[place] is not None:
                        new[place] += self.shift(label, self._written(label, new[place], copy))
                if identifier is not None:
                    new[identifier] = moved(new[identifier], mask(number))
                if of_policy:
                    subject = table.place("subject")
                    new[subject] = moved(new[subject], mask(copy.policy if told_once else number))
                self._set_apart(table, new, copy)
                yield new

    def _written(self, label: str, key: int, copy: Copy) -> Copy:
        """Where the row is that a copy points at: an event of a period stands in the first block alone."""
        if label == "measures.event" and key in self.of_a_policy:
            return Copy(copy.policy, copy.policy * self.blocks, 0)
        return copy

    def _set_apart(self, table: Table, row: list[Any], copy: Copy) -> None:
        """What must not be the same twice: codes and titles of policies, places of measures."""
        if "short_title" in table.columns and copy.policy:
            for column, words in (("slug", f"-{copy.policy}"), ("short_title", f" {copy.policy}")):
                row[table.place(column)] += words
        if table.model is Measure and self.blocks > 1:
            key = row[table.place("id")] - self.shift(table.label, copy)
            section, ordinal = self.place(copy.block * self.block.measures + self.order[key]) or (1, 1)
            row[table.place("section_id")] = self._section_key(copy.policy, section)
            row[table.place("ordinal")] = ordinal

    def _sections(self, table: Table) -> Iterator[list[Any]]:
        """As many as needed, with the titles of the block in turn."""
        edition = table.rows[0][table.place("edition_id")]
        sections = ceil(self.blocks * self.block.measures / self.per_section)
        for policy in range(self.world.policies):
            copy = Copy(policy, policy * self.blocks, 0)
            for ordinal in range(1, sections + 1):
                row = list(table.rows[ordinal % len(table.rows)])
                row[table.place("id")] = self._section_key(policy, ordinal)
                row[table.place("edition_id")] = edition + self.shift("measures.edition", copy)
                row[table.place("ordinal")] = ordinal
                yield row

    def _section_key(self, policy: int, ordinal: int) -> int:
        return 1000 * policy + ordinal

    def shifts(self, table: Table) -> list[tuple[int, str]]:
        """The places of keys that move with the copy, each with the table that it points into."""
        return [(place, label) for place, label in table.pointers() if label in self.strides]

    def shift(self, label: str, copy: Copy) -> int:
        return self.strides.get(label, 0) * (copy.policy if label in self.shared else copy.number)

    # --- snapshots and the record ---

    def _snapshots(self, table: Table) -> Iterator[list[Any]]:
        key, sha256 = table.place("id"), table.place("sha256")
        period, identifier = table.place("period_id"), table.place("uuid")
        rows = [prepared(connection, table, row) for row in table.rows]
        for policy in range(self.world.policies):
            copy = Copy(policy, policy * self.blocks, 0)
            for row in rows:
                new = list(row)
                written = self.snapshots[row[key]].of(policy, self.blocks)
                beginning, *portions = _cut(written.content)
                for name, text in (("content", beginning), ("parts", written.parts), ("seal", written.seal)):
                    new[table.place(name)] = text
                new[sha256] = digest(written.seal)
                new[key] += self.shift(table.label, copy)
                new[period] += self.shift("measures.reportingperiod", copy)
                new[identifier] = moved(new[identifier], mask(policy))
                self.portions += ([new[identifier], *portion] for portion in enumerate(portions, start=1))
                self.hashes[policy, row[sha256]] = new[sha256]
                yield new

    def _events(self, table: Table) -> Iterator[list[Any]]:
        """Chained anew: the hash of an event covers its keys and the hash of the one before."""
        shifts, rows = self.shifts(table), [prepared(connection, table, row) for row in table.rows]
        places = [table.place(name) for name in ("uuid", "previous", "content_sha256", "sha256")]
        for copy in self.copies():
            texts = self._text_hashes(copy)
            hashes: list[str] = []
            for row, link in zip(rows, self.block.links, strict=True):
                of_policy = link.subject in SUBJECT_OF_A_POLICY
                if of_policy and copy.block:
                    hashes.append("")
                    continue
                new = list(row)
                for place, label in shifts:
                    if new[place] is not None:
                        new[place] += self.shift(label, copy)
                sealed = self._seal(link, copy, texts)
                content = self._content(link, copy, hashes, sealed)
                hashes.append(digest(to_text(content)))
                values = (moved(new[places[0]], mask(copy.number)), content["previous"], sealed, hashes[-1])
                for place, value in zip(places, values, strict=True):
                    new[place] = value
                yield new

    def _seal(self, link: Link, copy: Copy, texts: dict[int, str]) -> str:
        if link.subject == "revision_id":
            return texts[link.content["revision_id"]]
        sealed = link.content.get("content_sha256")
        return self.hashes[copy.policy, sealed] if sealed else ""

    def _content(self, link: Link, copy: Copy, hashes: list[str], sealed: str) -> dict[str, Any]:
        name, key = link.chain
        labels = {"update": "measures.progressupdate", "period": "measures.reportingperiod"}
        chained = key + self.shift(labels.get(name, f"measures.{name}"), copy)
        subject = link.subject.removesuffix("_id")
        content = {
            **link.content,
            "uuid": moved(link.content["uuid"], mask(copy.number), dashes=True),
            "previous": beginning(name, chained) if link.before is None else hashes[link.before],
            link.subject: link.content[link.subject]
            + self.shift(labels.get(subject, f"measures.{subject}"), copy),
        }
        if sealed:
            content["content_sha256"] = sealed
        return content

    def _text_hashes(self, copy: Copy) -> dict[int, str]:
        text, update = (self.shift(f"measures.{name}", copy) for name in ("revision", "progressupdate"))
        subject = self.shift("measures.commitmentsubject", copy)
        found = {}
        for key, content in self.block.texts.items():
            new = {
                **content,
                "id": key + text,
                "update_id": content["update_id"] + update,
                "uuid": moved(content["uuid"], mask(copy.number), dashes=True),
                "values": [{**row, "subject_id": row["subject_id"] + subject} for row in content["values"]],
            }
            if "base_id" in content:
                new["base_id"] = content["base_id"] + text
            found[key] = digest(to_text(new))
        return found


def _is_shared(model: type[models.Model]) -> bool:
    return model in SHARED or origin(model) in SHARED


def _cut(text: str) -> list[str]:
    """As long as the portions of a snapshot are."""
    return [text[start : start + LENGTH] for start in range(0, len(text), LENGTH)]


def _turn(table: Table) -> int:
    """Events last: they carry the hashes of texts and snapshots."""
    return 0 if table.model in FIRST else 2 if table.model is Event else 1


def _places(block: Block) -> dict[int, int]:
    """By key: the number of a measure of the block in the order of the document, from 0."""
    sections, measures = block.table(Section), block.table(Measure)
    ordinals = {row[sections.place("id")]: row[sections.place("ordinal")] for row in sections.rows}
    rows = sorted(
        measures.rows,
        key=lambda row: (ordinals[row[measures.place("section_id")]], row[measures.place("ordinal")]),
    )
    return {row[measures.place("id")]: number for number, row in enumerate(rows)}
