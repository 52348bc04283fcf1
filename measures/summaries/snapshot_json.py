"""How is a summary stored as JSON, and read again? The same figures give the same text, byte for byte.

The text carries the number of its schema. A stored text is never rewritten, because its hash is printed on
documents: what an old one lacks is put in order when it is read (docs/decisions/0032).
"""

import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any, Final, TypeVar

from cattrs import BaseValidationError
from cattrs.preconf.json import JsonConverter, make_converter
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from measures.lights import Light
from measures.models.fingerprints import digest, to_text
from measures.summaries.counts import PeriodSummary, SectionStatus
from measures.summaries.types import CommitmentStatus, MeasureRow, MeasureStatus


class SnapshotError(Exception):
    """Nothing of a snapshot may be shown; the text says of which period and why, in the reader's language."""

    sentence: Promise

    def __init__(self, period: str) -> None:
        super().__init__(period)
        self.period = period

    def __str__(self) -> str:
        return str(self.sentence) % {"period": self.period}


class AlteredSnapshotError(SnapshotError):
    """The content does not have the SHA-256 that was stored with it."""

    sentence = _(
        "The snapshot of %(period)s was changed after it was taken: it does not have its SHA-256 any "
        "more. Nothing of it is shown."
    )


class AlteredFiguresError(SnapshotError):
    """The kept figures of a closed period are not those that its snapshot has sealed."""

    sentence = _(
        "The figures that are kept of %(period)s are not those that its snapshot has sealed. "
        "Nothing of them is shown."
    )


class UnreadableSnapshotError(SnapshotError):
    """The content has its SHA-256 but is no summary, or one of a newer version of the program."""

    sentence = _("The snapshot of %(period)s cannot be read by this version. Nothing of it is shown.")


Raw = dict[str, Any]
Part = TypeVar("Part", MeasureStatus, MeasureRow)


def _lines_to_updates(raw: Raw) -> Raw:
    """0 → 1: what a department owes is called an update, and its own number a uuid."""
    for section in raw["sections"]:
        for measure in section["measures"]:
            if "lines" in measure:  # some of schema 0 were written after the words had changed
                measure["updates"] = [_named_uuid(line) for line in measure.pop("lines")]
    return raw


def _named_uuid(line: Raw) -> Raw:
    return {"uuid" if name == "update" else name: value for name, value in line.items()}


# The function at place n makes schema n+1 of schema n. A text without a number is schema 0.
UPGRADES: Final[tuple[Callable[[Raw], Raw], ...]] = (_lines_to_updates,)
SCHEMA: Final = len(UPGRADES)
# As they are written; in a text that somebody wrote, the quotation marks stand behind backslashes.
_NO_SECTIONS: Final = '"sections":[]'
_NO_MEASURES: Final = '"measures":[]'


def _make() -> JsonConverter:
    converter = make_converter(forbid_extra_keys=True)
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(Decimal, lambda value, _type: Decimal(value))
    return converter


_converter = _make()


def to_json(summary: PeriodSummary) -> str:
    """What a snapshot stores and hashes: sorted keys, no spaces, characters not escaped."""
    return to_text({"schema": SCHEMA, **_converter.unstructure(summary, PeriodSummary)})


def pieces_of_json(
    summary: PeriodSummary, sections: Iterable[tuple[SectionStatus, Iterable[str]]]
) -> Iterator[str]:
    """What `to_json` makes of the summary with these sections, of which no more than a measure is held.

    Summary and sections are given without their measures; the texts are those of `part_to_json`.
    """
    before, after = to_json(summary).rsplit(_NO_SECTIONS, 1)
    yield f"{before}{_NO_SECTIONS[:-1]}"
    for number, (section, measures) in enumerate(sections):
        head, tail = to_text(_converter.unstructure(section)).split(_NO_MEASURES, 1)
        yield f"{',' if number else ''}{head}{_NO_MEASURES[:-1]}"
        for place, measure in enumerate(measures):
            yield f",{measure}" if place else measure
        yield f"]{tail}"
    yield f"]{after}"


def from_json(content: str) -> PeriodSummary:
    """Of any schema there ever was. Raises ValueError when the content is not a summary."""
    try:
        raw = json.loads(content)
        schema = raw.pop("schema", 0)
        if schema not in range(SCHEMA + 1):
            raise ValueError(f"schema {schema} is not known")
        for upgrade in UPGRADES[schema:]:
            raw = upgrade(raw)
        return _converter.structure(raw, PeriodSummary)
    except (AttributeError, LookupError, TypeError, BaseValidationError) as error:
        raise ValueError("this is no summary") from error


def part_to_json(part: MeasureStatus | MeasureRow) -> str:
    """A part of a summary as it is kept while its period is open."""
    return to_text(_converter.unstructure(part))


def ruled_light(content: str) -> Light:
    """What the rules say, of the text of a whole status."""
    return _converter.structure(json.loads(content)["ruled_light"], Light)


def commitments_of(content: str) -> tuple[CommitmentStatus, ...]:
    """What was promised and how far it is, of the text of a whole status."""
    return _converter.structure(json.loads(content)["commitments"], tuple[CommitmentStatus, ...])


def part_from_json(content: str, kind: type[Part]) -> Part:
    """What `part_to_json` wrote, by this version of the program."""
    return _converter.structure(json.loads(content), kind)


def from_snapshot(content: str, sha256: str, period: str) -> PeriodSummary:
    """The only way to read what is stored; `sha256` is that of the content, `period` its name.

    Raises SnapshotError.
    """
    if digest(content) != sha256:
        raise AlteredSnapshotError(period)
    try:
        return from_json(content)
    except ValueError as error:
        raise UnreadableSnapshotError(period) from error
