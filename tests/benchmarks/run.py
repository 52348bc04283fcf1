"""In which order is everything measured? One world after the other, each part in a process of its own."""

import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from pathlib import Path
from typing import Final

from tests.benchmarks.acts import MeasuredAct, MeasuredPeriod, figures_of_acts, measure_acts
from tests.benchmarks.databases import KEPT_FROM, Databases, in_own_process
from tests.benchmarks.documents import figures_of_documents, measure_documents
from tests.benchmarks.goals import Figure, Unit
from tests.benchmarks.ledgers import MeasuredLedger, figures_of_ledgers, measure_ledgers
from tests.benchmarks.lengths import Lengths
from tests.benchmarks.load import figures_of_load, measure_load
from tests.benchmarks.memory import Peak, figures_of_memory, measure_memory
from tests.benchmarks.pages import Measured, figures_of_pages, measure_pages
from tests.benchmarks.profiles import profiles
from tests.benchmarks.report import figures_of_report, measure_report
from tests.benchmarks.worlds import World

# What the parts that are measured in the smallest world alone take of processor, as far as is known.
PART_SECONDS: Final = {"server": 90.0, "report": 40.0, "documents": 110.0}


# What filling every world takes beside its rows is as much as so many measures take.
BESIDE: Final = 1000


def say(words: str) -> None:
    """What is being done; the table alone goes to the standard output."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {words}\n")
    sys.stderr.flush()


@dataclass(frozen=True)
class Plan:
    """`budget` is seconds for the rounds of one page, `limit` what one round may take."""

    parts: Sequence[str]
    worlds: Sequence[World]
    budget: float
    limit: float
    clock: "Clock"


@dataclass
class Clock:
    """May another world or part be begun? `until` is by `time.monotonic`, the rest learnt from others."""

    until: float
    filling: float = 0.0  # seconds a measure, in the largest that was filled
    largest: int = 0  # its measures
    measuring: float = 0.0  # seconds of one world, at most
    pace: float = 1.0  # seconds by the clock for one of processor: more where others use the machine too

    def needs(self, world: World, *, is_filled: bool) -> float:
        """Seconds, as far as is known."""
        return self.measuring + (0 if is_filled else self.filling * world.total)

    def allows(self, world: World, *, is_filled: bool) -> bool:
        return time.monotonic() + self.needs(world, is_filled=is_filled) <= self.until

    def needs_for(self, part: str) -> float:
        return PART_SECONDS[part] * self.pace

    def allows_part(self, part: str) -> bool:
        return time.monotonic() + self.needs_for(part) <= self.until

    def learn_pace(self, elapsed: float, processor: float) -> None:
        self.pace = max(1.0, self.pace, elapsed / processor if processor else 1.0)

    def learn(self, world: World, begun: float, filled: float, done: float, *, was_filled: bool) -> None:
        self.measuring = max(self.measuring, done - filled)
        if not was_filled and world.total >= self.largest:
            self.filling, self.largest = (filled - begun) / max(world.total, BESIDE), world.total


@dataclass
class Findings:
    """What was found in each world, the smallest first; and in which there was no time to look."""

    left_out: list[Figure] = field(default_factory=list)
    pages: list[tuple[World, list[Measured]]] = field(default_factory=list)
    acts: list[tuple[World, tuple[list[MeasuredAct], list[MeasuredPeriod]]]] = field(default_factory=list)
    memory: list[tuple[World, list[Peak]]] = field(default_factory=list)
    ledgers: list[tuple[World, list[MeasuredLedger]]] = field(default_factory=list)
    lengths: Lengths | None = None  # of the pages of the smallest


def measure(plan: Plan, databases: Databases, block: Path) -> list[Figure]:
    """The report, documents and the server are measured in the smallest world alone, after all worlds."""
    findings, addresses = Findings(), list[str]()
    for number, world in enumerate(plan.worlds):
        is_filled = databases.keeps(world)
        if number and not plan.clock.allows(world, is_filled=is_filled):
            findings.left_out.append(_world_left_out(plan, databases.name, world, is_filled=is_filled))
            continue
        begun = time.monotonic()
        say(f"{databases.name}, {world.name}: filling")
        addresses.append(databases.make(world, block))
        filled, processor = time.monotonic(), _processor_seconds()
        _measure_world(plan, databases.name, world, addresses[-1], findings)
        done = time.monotonic()
        plan.clock.learn(world, begun, filled, done, was_filled=is_filled)
        plan.clock.learn_pace(done - filled, _processor_seconds() - processor)
        if number:
            databases.drop(addresses.pop())
    alone = measure_alone(plan, databases.name, plan.worlds[0], addresses[0])
    databases.drop(addresses[0])
    return [
        *figures_of_pages(databases.name, findings.pages, plan.limit),
        *figures_of_acts(databases.name, findings.acts, plan.limit),
        *figures_of_memory(databases.name, findings.memory, plan.limit),
        *alone,
        *(
            row
            for world, found in findings.ledgers
            for row in figures_of_ledgers(databases.name, world, found)
        ),
        *findings.left_out,
    ]


def _processor_seconds() -> float:
    """Of all processes that have ended: each part has one of its own."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _world_left_out(plan: Plan, database: str, world: World, *, is_filled: bool) -> Figure:
    kept = ", and keeps it for the next run" if world.total >= KEPT_FROM and database == "SQLite" else ""
    arguments = f"--worlds {plan.worlds[0].argument},{world.argument} --minutes 90"
    found = _left_out("all parts", database, world, plan.clock.needs(world, is_filled=is_filled), arguments)
    return replace(found, note=found.note + kept)


def _left_out(what: str, database: str, world: World, seconds: float, arguments: str) -> Figure:
    command = f"--database {database.lower()} {arguments}"
    note = f"would take about {ceil(seconds / 60)} min more: {command} does it"
    return Figure(what, database, world.name, None, Unit.TIMES, note=note, left_out=True)


def _measure_world(plan: Plan, database: str, world: World, address: str, findings: Findings) -> None:
    if "pages" in plan.parts:
        say(f"{database}, {world.name}: pages")
        measured = in_own_process(address, measure_pages, plan.budget, plan.limit, findings.lengths)
        found, findings.lengths = measured
        findings.pages.append((world, found))
    if "acts" in plan.parts:
        say(f"{database}, {world.name}: acts")
        findings.acts.append((world, in_own_process(address, measure_acts, plan.limit)))
    if "memory" in plan.parts:
        say(f"{database}, {world.name}: memory")
        with_report = world == plan.worlds[0]
        peaks = in_own_process(address, measure_memory, plan.limit, with_report=with_report)
        findings.memory.append((world, peaks))
    if "documents" in plan.parts and world.policies == 1:
        say(f"{database}, {world.name}: ledgers")
        findings.ledgers.append((world, in_own_process(address, measure_ledgers, plan.limit)))
    if "profiles" in plan.parts:
        for text in in_own_process(address, profiles, plan.limit):
            sys.stdout.write(f"{database}, {world.name}: {text}\n")


def measure_alone(plan: Plan, database: str, world: World, address: str) -> list[Figure]:
    """A part for which no time is left is told of and left out, as worlds are."""
    figures: list[Figure] = []
    for part, measured in ALONE.items():
        if part not in plan.parts or (part in OF_ANY_DATABASE and database != "SQLite"):
            continue
        if plan.clock.allows_part(part):
            say(f"{database}, {world.name}: {part}")
            figures += measured(plan, database, world, address)
        else:
            arguments = f"--worlds {world.argument} --only {part}"
            figures.append(_left_out(part, database, world, plan.clock.needs_for(part), arguments))
    return figures


def _report(plan: Plan, database: str, world: World, address: str) -> list[Figure]:
    return figures_of_report(database, world, in_own_process(address, measure_report, 5 * plan.budget))


def _documents(plan: Plan, database: str, world: World, address: str) -> list[Figure]:
    return figures_of_documents(database, world, *in_own_process(address, measure_documents, plan.budget))


def _server(_plan: Plan, database: str, world: World, address: str) -> list[Figure]:
    return figures_of_load(database, world, measure_load(address))


ALONE: Final = {"server": _server, "report": _report, "documents": _documents}
OF_ANY_DATABASE: Final = frozenset({"report", "documents"})  # no matter which: measured on SQLite
