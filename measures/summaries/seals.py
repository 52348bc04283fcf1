"""How does a page know that what it shows of a closed period is what was closed, without reading all of it?

By the seal of the snapshot: a short text whose hash is that of the snapshot. It holds the hash of the whole
content, which documents read; that of `parts`, where each measure has the hashes of its kept figures; and the
counts of lights and of departments, as they were kept. Snapshots of before there were seals are read whole to
be verified (docs/decisions/0036).
"""

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Case, F, QuerySet, TextField, Value, When

from measures.models import MeasureFigures, PeriodSnapshot
from measures.models.fingerprints import digest, digest_of, to_text
from measures.summaries.counts import PeriodSummary
from measures.summaries.portions import pieces_of, text_of
from measures.summaries.snapshot_json import (
    AlteredFiguresError,
    AlteredSnapshotError,
    SnapshotError,
    UnreadableSnapshotError,
    from_snapshot,
)

SCHEMA: Final = 1
# How many measures show which light, and which they showed before: sorted (light, light before, number).
Lights = list[tuple[str, str, int]]


@dataclass(frozen=True)
class Seal:
    """What a snapshot vouches for. `rows`: the form of the kept figures (`keeping.SCHEMA`) at its making."""

    content: str
    parts: str
    rows: int
    lights: Lights
    departments: Mapping[str, list[int]]


def make_seal(
    content: str, parts: str, rows: int, lights: Lights, departments: Mapping[str, list[int]]
) -> str:
    """`content` is the hash of the whole text already: nobody has to hold it."""
    return to_text(
        {
            "schema": SCHEMA,
            "content": content,
            "parts": digest(parts),
            "rows": rows,
            "lights": lights,
            "departments": departments,
        }
    )


def read_seal(text: str, sha256: str, period: str) -> Seal:
    """Raises SnapshotError, naming the period, for one that was altered or is of a newer version."""
    if digest(text) != sha256:
        raise AlteredSnapshotError(period)
    raw = json.loads(text)
    if raw["schema"] != SCHEMA:
        raise UnreadableSnapshotError(period)
    lights = [(colour, before, number) for colour, before, number in raw["lights"]]
    return Seal(raw["content"], raw["parts"], raw["rows"], lights, raw["departments"])


# --- the hashes of the measures ----------------------------------------------------------------------

_LINE: Final = 36 + 1 + 8 + 1 + 64 + 1 + 64 + 1  # uuid, place, hash of the status, hash of the row of a list


@dataclass(frozen=True)
class Part:
    """What `parts` says of a measure."""

    place: int
    content: str
    row: str


def line_of(uuid: str, place: int, content: str, row: str) -> str:
    """Of a measure: its identifier and place, the hashes of its status and of its row of a list."""
    return f"{uuid} {place:08} {digest(content)} {digest(row)}\n"


def parts_of(lines: Iterable[str]) -> str:
    """A line for each measure, all of one length, by uuid."""
    return "".join(sorted(lines))


class Parts:
    """The lines of a snapshot, verified. Finds one without reading the others."""

    def __init__(self, text: str, seal: Seal, period: str) -> None:
        if digest(text) != seal.parts:
            raise AlteredSnapshotError(period)
        self.text, self.seal, self.period = text, seal, period

    def find(self, uuid: str) -> Part | None:
        at = _LINE * bisect_left(range(len(self.text) // _LINE), uuid, key=self._uuid_at)
        found, place, content, row = (self.text[at : at + _LINE].split() + [""] * 4)[:4]
        return Part(int(place), content, row) if found == uuid else None

    def _uuid_at(self, number: int) -> str:
        return self.text[number * _LINE : number * _LINE + 36]

    def check_row(self, figures: MeasureFigures, uuid: str) -> None:
        """The row of a list is the one that was sealed. Raises AlteredFiguresError."""
        part = self.find(uuid)
        if part is None or (part.place, part.row) != (figures.place, digest(figures.row)):
            raise AlteredFiguresError(self.period)

    def check_lights(self, lights: Iterable[tuple[str, str, int]]) -> None:
        """What was counted is what was sealed."""
        if sorted(lights) != self.seal.lights:
            raise AlteredFiguresError(self.period)

    def check_departments(self, counts: Mapping[str, list[int]]) -> None:
        if counts != self.seal.departments:
            raise AlteredFiguresError(self.period)

    def check_content(self, content: str, uuid: str) -> None:
        """The same of the whole status."""
        part = self.find(uuid)
        if part is None or part.content != digest(content):
            raise AlteredFiguresError(self.period)


# --- a snapshot --------------------------------------------------------------------------------------


UNSEALED: Final = Case(When(seal="", then=F("content")), default=Value(""), output_field=TextField())


def with_needed_content(snapshots: QuerySet[PeriodSnapshot]) -> QuerySet[PeriodSnapshot]:
    """Without the content but, as `unsealed`, that of snapshots without a seal: these are read whole."""
    return snapshots.defer("content").annotate(unsealed=UNSEALED)


def verified_seal(snapshot: PeriodSnapshot, period: str) -> Seal | None:
    """Of `with_needed_content`; None of one that has none, after it was verified whole.

    Raises SnapshotError.
    """
    if snapshot.seal:
        return read_seal(snapshot.seal, snapshot.sha256, period)
    if digest(vars(snapshot).get("unsealed", snapshot.content)) != snapshot.sha256:
        raise AlteredSnapshotError(period)
    return None


def read_parts(snapshot: PeriodSnapshot, period: str, rows: int) -> Parts | None:
    """With what kept figures of that form are compared; None where the snapshot vouches for no such figures.

    It was verified whole then. Raises SnapshotError.
    """
    seal = verified_seal(snapshot, period)
    if seal is None:
        return None
    if seal.rows != rows:  # another version of the program has kept them, and they were taken over since
        whole_summary(snapshot, period)
        return None
    return Parts(snapshot.parts, seal, period)


def whole_summary(snapshot: PeriodSnapshot, period: str) -> PeriodSummary:
    """All that a snapshot says, verified whole. Raises SnapshotError."""
    sha256 = snapshot.sha256
    if snapshot.seal:
        sha256 = read_seal(snapshot.seal, sha256, period).content
    return from_snapshot(text_of(snapshot), sha256, period)


def is_whole(snapshot: PeriodSnapshot) -> bool:
    """Seal, text and hashes of the measures are those that were stored together. Does not hold the text."""
    sha256 = digest_of(pieces_of(snapshot))
    if not snapshot.seal:
        return sha256 == snapshot.sha256 and not snapshot.parts
    try:
        seal = read_seal(snapshot.seal, snapshot.sha256, "")
        Parts(snapshot.parts, seal, "")
    except SnapshotError:
        return False
    return sha256 == seal.content
