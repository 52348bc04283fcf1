"""What is the SHA-256 of a row? One canonical text for each, so that both databases give the same.

A column that holds nothing is left out: a column added later, empty in old rows, changes no old hash.
Renaming a column or giving it a default does, and needs a migration that says so.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import models

from measures.models.append_only import SIGNATURES

# A hash as it is stored: hexadecimal, small letters.
SHA256: Final = r"^[0-9a-f]{64}$"
# What people copy along with it, or put between its groups: its name, blanks, hyphens, dots.
_NAME: Final = re.compile(r"^\W*sha\W*256")
_BETWEEN: Final = re.compile(r"[\W_]")


# A snapshot of many measures is not copied as a whole to be hashed.
_CHARACTERS_AT_ONCE: Final = 1 << 20


def digest(content: str) -> str:
    """SHA-256 of the UTF-8 text, in hexadecimal."""
    return digest_of((content,))


def digest_of(pieces: Iterable[str]) -> str:
    """That of the text which the pieces are, without putting it together."""
    found = hashlib.sha256()
    for piece in pieces:
        for start in range(0, len(piece), _CHARACTERS_AT_ONCE):
            found.update(piece[start : start + _CHARACTERS_AT_ONCE].encode())
    return found.hexdigest()


def to_text(content: object) -> str:
    """JSON with sorted keys, no blanks, characters as they are."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def as_typed(words: str) -> str:
    """A hash, or its beginning, as somebody copies it from paper, in groups, capitals, full width.

    What is no hexadecimal digit of any form stays, to be refused.
    """
    plain = unicodedata.normalize("NFKC", words).lower()
    return _BETWEEN.sub("", _NAME.sub("", plain))


def columns_of(row: models.Model, without: Collection[str]) -> dict[str, Any]:
    """The columns that hold something, by their name in the database."""
    names = [field.attname for field in row._meta.concrete_fields if field.attname not in without]
    held = {name: getattr(row, name) for name in names}
    return {name: _plain(value) for name, value in held.items() if value not in (None, "")}


def _plain(value: object) -> object:
    """The same for a value just written and for the one that a database gives back."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value if isinstance(value, int) else str(value)


def text_digest(revision: Any) -> str:
    """Of all that a frozen revision says: its columns, values, who wrote it, its files; not its signatures.

    Give it a row fresh from the database. Three queries, none with `values`, `contributors` and `evidence`
    prefetched.
    """
    content = columns_of(revision, SIGNATURES)
    values = [columns_of(row, {"id", "revision_id"}) for row in revision.values.all()]
    content["values"] = sorted(values, key=lambda row: int(row["subject_id"]))
    content["contributors"] = sorted(person.pk for person in revision.contributors.all())
    if files := _files_of(revision):  # before there were any, texts were hashed without them
        content["evidence"] = files
    return digest(to_text(content))


def _files_of(revision: Any) -> list[list[str]]:
    """None of the rows that an early migration hashes, which knows no files."""
    rows = revision.evidence.all() if hasattr(revision, "evidence") else ()
    return sorted([str(row.uuid), row.name, row.media_type, str(row.size), row.sha256] for row in rows)


def event_digest(event: Any) -> str:
    """Of an event with the hash of the one before: a change of an early one shows in all after it."""
    return digest(to_text(columns_of(event, {"id", "sha256"})))


def beginning(kind: str, key: int) -> str:
    """What the first event of a subject follows: a hash that belongs to this subject alone."""
    return digest(f"{kind} {key}")
