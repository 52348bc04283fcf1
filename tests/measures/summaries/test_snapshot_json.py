"""A stored snapshot of any schema stays readable for ever, and none is read that does not have its hash."""

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from measures.models import LightColour
from measures.models.fingerprints import digest
from measures.summaries.snapshot_json import (
    SCHEMA,
    AlteredSnapshotError,
    SnapshotError,
    UnreadableSnapshotError,
    from_json,
    from_snapshot,
    to_json,
)

# Written once by the program of that day and never again: one for each schema.
SAMPLES: Final = Path(__file__).parent / "snapshots"
HASHES: Final = {
    0: "6d872784b62859bcb4d1f69c4f25a33a12c7656c2d4d6307017deaf1d2fc2fc6",
    1: "7a9673d5191a223aeff715e6820408e7cf39178f68858bfc88f9e31fd2a37886",
}
ALL: Final = range(SCHEMA + 1)


def sample(schema: int) -> str:
    return (SAMPLES / f"schema-{schema}.json").read_text("utf-8")


def test_every_schema_has_its_sample_as_it_was_written() -> None:
    assert set(HASHES) == set(ALL)
    assert {schema: digest(sample(schema)) for schema in ALL} == HASHES


@pytest.mark.parametrize("schema", ALL)
def test_sample_carries_its_schema_number(schema: int) -> None:
    assert json.loads(sample(schema)).get("schema", 0) == schema


@pytest.mark.parametrize("schema", ALL)
def test_sample_is_read_with_every_figure(schema: int) -> None:
    summary = from_json(sample(schema))
    assert (summary.period.code, summary.as_of) == ("2020Q1", date(2020, 4, 16))
    assert len(summary.measures) == 9
    assert summary.counts == {
        LightColour.BLUE: 0,
        LightColour.GREY: 1,
        LightColour.RED: 0,
        LightColour.YELLOW: 3,
        LightColour.GREEN: 5,
    }
    assert (summary.filing.owed, summary.filing.on_time, summary.filing.late) == (41, 38, 1)
    [first, *_rest] = summary.measures
    assert first.updates[0].department.slug in {row.slug for row in first.leads}
    assert any(row.commitments for row in summary.measures)
    assert any(row.matters for row in summary.measures)


@pytest.mark.parametrize("schema", ALL)
def test_old_sample_says_what_the_newest_says(schema: int) -> None:
    assert from_json(sample(schema)) == from_json(sample(SCHEMA))


def test_schema_0_written_after_the_words_had_changed_is_read_too() -> None:
    raw = json.loads(sample(1))
    del raw["schema"]
    assert from_json(json.dumps(raw)) == from_json(sample(1))


def test_what_is_written_carries_the_newest_schema_and_comes_back() -> None:
    summary = from_json(sample(SCHEMA))
    content = to_json(summary)
    assert json.loads(content)["schema"] == SCHEMA
    assert from_json(content) == summary
    assert from_snapshot(content, digest(content), "2020 Q1") == summary


def test_altered_content_is_never_read() -> None:
    content = sample(SCHEMA)
    with pytest.raises(AlteredSnapshotError, match="2020 Q1"):
        from_snapshot(content.replace("2020", "2021", 1), digest(content), "2020 Q1")


UNREADABLE: Final[dict[str, Any]] = {
    "no JSON": "{",
    "no object": "[]",
    "empty object": "{}",
    "newer schema": json.dumps({"schema": SCHEMA + 1}),
    "schema of another kind": json.dumps({"schema": "x", "sections": []}),
    "section without measures": json.dumps({"sections": [{}]}),
    "sections of another kind": json.dumps({"sections": [1]}),
    "key too many": sample(SCHEMA).replace('"as_of"', '"as_off":1,"as_of"', 1),
    "figure of another kind": sample(SCHEMA).replace('"position":1', '"position":"x"', 1),
    "no number": sample(SCHEMA).replace('"number":"', '"number":"x', 1),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_whole_content_that_is_no_summary_is_told(what: str) -> None:
    content = UNREADABLE[what]
    with pytest.raises(UnreadableSnapshotError, match="2020 Q1") as caught:
        from_snapshot(content, digest(content), "2020 Q1")
    assert isinstance(caught.value, SnapshotError)


def test_colours_of_the_sample_are_those_of_the_legend() -> None:
    assert set(from_json(sample(SCHEMA)).counts) == set(LightColour)
