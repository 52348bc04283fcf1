"""In which order is everything measured? One world after the other, each part in a process of its own."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.acts import MeasuredAct, MeasuredPeriod, figures_of_acts, measure_acts
from tests.benchmarks.databases import Databases, in_own_process
from tests.benchmarks.goals import Figure
from tests.benchmarks.load import figures_of_load, measure_load
from tests.benchmarks.memory import Peak, figures_of_memory, measure_memory
from tests.benchmarks.pages import Measured, figures_of_pages, measure_pages
from tests.benchmarks.profiles import profiles
from tests.benchmarks.report import figures_of_report, measure_report
from tests.benchmarks.worlds import World


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


@dataclass
class Findings:
    """What was found in each world, the smallest first."""

    pages: list[tuple[World, list[Measured]]] = field(default_factory=list)
    acts: list[tuple[World, tuple[list[MeasuredAct], list[MeasuredPeriod]]]] = field(default_factory=list)
    memory: list[tuple[World, list[Peak]]] = field(default_factory=list)


def measure(plan: Plan, databases: Databases, block: Path) -> list[Figure]:
    """The report and the server are measured in the smallest world alone."""
    findings, alone = Findings(), list[Figure]()
    for number, world in enumerate(plan.worlds):
        say(f"{databases.name}, {world.name}: filling")
        address = databases.make(world, block)
        _measure_world(plan, databases.name, world, address, findings)
        if number == 0:
            alone = _measure_alone(plan, databases.name, world, address)
        databases.drop(address)
    return [
        *figures_of_pages(databases.name, findings.pages, plan.limit),
        *figures_of_acts(databases.name, findings.acts, plan.limit),
        *figures_of_memory(databases.name, findings.memory, plan.limit),
        *alone,
    ]


def _measure_world(plan: Plan, database: str, world: World, address: str, findings: Findings) -> None:
    if "pages" in plan.parts:
        say(f"{database}, {world.name}: pages")
        found = in_own_process(address, measure_pages, plan.budget, plan.limit)
        findings.pages.append((world, found))
    if "acts" in plan.parts:
        say(f"{database}, {world.name}: acts")
        findings.acts.append((world, in_own_process(address, measure_acts, plan.limit)))
    if "memory" in plan.parts:
        say(f"{database}, {world.name}: memory")
        with_report = world == plan.worlds[0]
        peaks = in_own_process(address, measure_memory, plan.limit, with_report=with_report)
        findings.memory.append((world, peaks))
    if "profiles" in plan.parts:
        for text in in_own_process(address, profiles, plan.limit):
            sys.stdout.write(f"{database}, {world.name}: {text}\n")


def _measure_alone(plan: Plan, database: str, world: World, address: str) -> list[Figure]:
    figures: list[Figure] = []
    if "report" in plan.parts and database == "SQLite":  # no matter of the database
        say(f"{database}, {world.name}: report")
        report = in_own_process(address, measure_report, 5 * plan.budget)
        figures += figures_of_report(database, world, report)
    if "server" in plan.parts:
        say(f"{database}, {world.name}: server")
        figures += figures_of_load(database, world, measure_load(address))
    return figures
