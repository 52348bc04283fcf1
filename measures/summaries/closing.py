"""How do the kept figures of a period become its snapshot? Read once, and written as they are read.

Text, hashes of the measures and the hash over all of it come from one reading: what another changes meanwhile
cannot make them contradict each other. No more of the text is held than a portion (docs/decisions/0062).
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

from measures.models import MeasureFigures, PeriodSnapshot, SnapshotPortion
from measures.models.fingerprints import digest
from measures.summaries.keeping import SCHEMA, keep_as_closed
from measures.summaries.kept import AT_ONCE, KeptPeriod, counts_to_seal, text_of_statuses
from measures.summaries.portions import portions_of
from measures.summaries.seals import line_of, make_seal, parts_of


def write_snapshot(kept: KeptPeriod, at: datetime, program_version: str) -> PeriodSnapshot:
    """Of a period that the caller holds alone. Its portions come first: its seal needs the hash of all."""
    identifier, hashed, lines = uuid4(), hashlib.sha256(), list[str]()
    beginning = ""
    for number, text in enumerate(portions_of(text_of_statuses(kept.heads(), _read(kept, lines)))):
        hashed.update(text.encode())
        if number:
            SnapshotPortion.objects.create(snapshot_id=identifier, number=number, text=text)
        else:
            beginning = text
    parts = parts_of(lines)
    seal = make_seal(hashed.hexdigest(), parts, SCHEMA, *counts_to_seal(kept))
    snapshot = PeriodSnapshot.objects.create(
        uuid=identifier,
        period=kept.row,
        number=kept.row.snapshots.count() + 1,
        content=beginning,
        parts=parts,
        seal=seal,
        sha256=digest(seal),
        program_version=program_version,
        taken_at=at,
    )
    keep_as_closed(kept.row, snapshot)
    return snapshot


def _read(kept: KeptPeriod, lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Number and title of the section and status of each measure; its line of hashes is added to `lines`."""
    rows = MeasureFigures.objects.filter(period=kept.row).order_by("place")
    columns = ("section__ordinal", "section__title", "measure__uuid", "place", "content", "row")
    for ordinal, title, uuid, place, status, row in rows.values_list(*columns).iterator(AT_ONCE):
        lines.append(line_of(str(uuid), place, status, row))
        yield ordinal, title, status
