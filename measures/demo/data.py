"""What happens in the demo? Reads it from fixtures/demo, a folder for each policy; touches no row."""

import csv
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings

from measures.models import SelfAssessment, Situation
from measures.workflow.texts import Text

FOLDER: Final = settings.BASE_DIR / "fixtures" / "demo"
DEMO_DATE: Final = date(2020, 7, 10)  # the day on which every policy of the demo stands still
OFFICE_TIME: Final = ZoneInfo("Asia/Shanghai")
# These marks replace the headline: no new progress, or nothing to do. The next column holds the reason.
MARKS: Final = {"＝": Situation.NO_PROGRESS, "—": Situation.NOT_APPLICABLE}


@dataclass(frozen=True)
class Place:
    """Names one update: the quarter, the measure (written 2-1) and the department's slug."""

    period: str
    measure: str
    department: str


@dataclass(frozen=True)
class Value:
    """What an update states of a commitment: one number for each named subject, or for the whole."""

    commitment: int
    subjects: tuple[str, ...]
    number: Decimal
    out_of: Decimal | None
    why_less: str = ""


@dataclass(frozen=True)
class Scenario:
    """What becomes of an update; `days` after its date where it is late. See `measures.demo.scenarios`."""

    name: str
    days: int
    comment: str
    field: str


@dataclass(frozen=True)
class MovedDates:
    """The office moves the end of grace."""

    at: datetime
    grace_ends_on: date
    reason: str


@dataclass(frozen=True)
class Quarter:
    code: str
    opens: datetime
    closes: datetime | None
    reason: str
    moved: MovedDates | None


@dataclass(frozen=True)
class OfficeAct:
    """An act of the office, or of a lead towards it, on one measure."""

    at: datetime
    act: str
    measure: str
    department: str = ""
    period: str = ""
    colour: str = ""
    role: str = ""
    text: str = ""


@dataclass(frozen=True)
class Office:
    """Who does the office work of the policy, by user name.

    `second_clerk` checks what the coordinating department itself reports.
    """

    clerk: str
    second_clerk: str
    signer: str


@dataclass(frozen=True)
class DemoData:
    """What happens to one policy. `load` brings it: the arguments of load_policy."""

    policy: str
    load: tuple[str, ...]
    office: Office
    quarters: tuple[Quarter, ...]
    acts: tuple[OfficeAct, ...]
    texts: Mapping[Place, Text]
    values: Mapping[Place, tuple[Value, ...]]
    scenarios: Mapping[Place, Scenario]
    # By measure and position of its commitment: the interim targets by day.
    interim_targets: Mapping[tuple[str, int], Mapping[date, int]]
    ends: Mapping[tuple[str, int], date]


def read_demo_data(folder: Path = FOLDER) -> tuple[DemoData, ...]:
    """One for each policy. Raises KeyError or ValueError for a file that does not fit the others."""
    return tuple(_demo_data(path.parent) for path in sorted(folder.glob("*/schedule.toml")))


def _demo_data(folder: Path) -> DemoData:
    schedule = tomllib.loads((folder / "schedule.toml").read_text(encoding="utf-8"))
    return DemoData(
        policy=folder.name,
        load=tuple(schedule["load"]),
        office=Office(**schedule["office"]),
        quarters=tuple(_quarter(row) for row in schedule["periods"]),
        acts=tuple(OfficeAct(**{**row, "at": _moment(row["at"])}) for row in schedule["acts"]),
        texts=_texts(folder / "texts"),
        values=_values(folder / "values.csv"),
        scenarios={_place(row): _scenario(row) for row in _rows(folder / "scenarios.csv")},
        interim_targets={
            _commitment(row): _by_day(row["targets"]) for row in schedule.get("interim_targets", ())
        },
        ends={_commitment(row): row["ends_on"] for row in schedule.get("ends", ())},
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a csv file. Columns that a row lacks at its end are empty."""
    with path.open(encoding="utf-8", newline="") as rows:
        yield from csv.DictReader(rows, restval="", strict=True)


def _place(row: Mapping[str, str]) -> Place:
    return Place(row["period"], row["measure"], row["department"])


def _moment(naive: datetime) -> datetime:
    return naive.replace(tzinfo=OFFICE_TIME)


def _quarter(row: Mapping[str, Any]) -> Quarter:
    closes, moved = row.get("closes"), row.get("moved")
    return Quarter(
        row["code"],
        _moment(row["opens"]),
        _moment(closes) if closes else None,
        row.get("reason", ""),
        MovedDates(**{**moved, "at": _moment(moved["at"])}) if moved else None,
    )


def _commitment(row: Mapping[str, Any]) -> tuple[str, int]:
    return row["measure"], row["commitment"]


def _by_day(targets: Mapping[str, int]) -> dict[date, int]:
    return {date.fromisoformat(day): target for day, target in targets.items()}


def _texts(folder: Path) -> dict[Place, Text]:
    """One file for each measure, named like 2-1.csv."""
    found: dict[Place, Text] = {}
    for path in sorted(folder.glob("*.csv")):
        for row in _rows(path):
            place = _place({**row, "measure": path.stem})
            if place in found:
                raise ValueError(f"{place} is written twice")
            found[place] = _text(row)
    return found


def _text(row: Mapping[str, str]) -> Text:
    if situation := MARKS.get(row["headline"]):
        return Text(situation=situation, reason=row["progress"])
    return Text(
        headline=row["headline"],
        progress=row["progress"],
        problems=row["problems"],
        coordination=row["coordination"],
        next_steps=row["next_steps"],
        self_assessment=SelfAssessment(row["assessment"] or SelfAssessment.NORMAL),
    )


def _values(path: Path) -> dict[Place, tuple[Value, ...]]:
    found: dict[Place, list[Value]] = defaultdict(list)
    for row in _rows(path):
        subjects = tuple(row["subjects"].split("、")) if row["subjects"] else ()
        out_of = Decimal(row["out_of"]) if row["out_of"] else None
        value = Value(int(row["commitment"]), subjects, Decimal(row["value"]), out_of, row["why_less"])
        found[_place(row)].append(value)
    return {place: tuple(values) for place, values in found.items()}


def _scenario(row: Mapping[str, str]) -> Scenario:
    return Scenario(row["scenario"], int(row["days"] or 0), row["comment"], row["field"])
