"""How is the table printed, and on which machine was it made?"""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import django

from tests.benchmarks.goals import GOALS, Figure, Unit, Verdict

HEADINGS: Final = ("what", "database", "policies × measures", "median", "least – most", "goal", "", "")
RIGHT: Final = frozenset({3, 4, 5})
PAGE: Final = """# How fast it is

Written by `{command}`.
{machine}.
{result}

How it is measured: each page and act by turns with a floor in one process, and compared in pairs. The median
of the ratios is judged, the least and the most stand beside it. Compared is the time on a core: of the
process that serves and, where PostgreSQL runs on the same machine, of the one that it works in for that
connection; where that cannot be seen it is the time by the clock, and the row says so. Opening and closing
count the process that serves alone. A page has been read ten times on its connection before it is measured,
so PostgreSQL has prepared and planned its statements. The floor of pages and acts is a bare Django view: 20
rows of one query in a plain template, behind the same sign-in and middleware. The floor of the report is
WeasyPrint with a plain style sheet on the same HTML. A world is so many policies of so many measures, each
with five closed quarters and an open one, made of copies of the demo. Milliseconds and requests a second
depend on the machine: they are shown, not judged, but for the milliseconds of closing, which the goal itself
names.

{goals}

{figures}
"""


def machine(databases: Sequence[str]) -> str:
    """One line: whoever reads figures must know what they were made on."""
    cores = len(os.sched_getaffinity(0))
    parts = [
        datetime.now(tz=UTC).strftime("%Y-%m-%d"),
        f"{_processor()}, {cores} cores, load {os.getloadavg()[0]:.1f}",
        f"Python {platform.python_version()}",
        f"Django {django.get_version()}",
        *databases,
    ]
    return " · ".join(parts)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def cells(figure: Figure) -> tuple[str, ...]:
    value = figure.value
    exact = value is None or value.least == value.most
    return (
        figure.what,
        figure.database,
        figure.world,
        "—" if value is None else _number(value.median, figure.unit),
        "" if exact or value is None else f"{_bare(value.least)} – {_bare(value.most)}",
        f"≤ {_number(GOALS[figure.goal].limit, figure.unit)}" if figure.goal else "",
        figure.verdict.value,
        figure.note,
    )


def _number(value: float, unit: Unit) -> str:
    if unit == Unit.TIMES:
        return f"{_bare(value)} ×"
    return f"{_bare(value)}{'' if unit == Unit.A_SECOND else ' '}{unit}"


def _bare(value: float) -> str:
    """Two digits behind the point where there is little before it."""
    if value == int(value):
        return f"{value:,.0f}"
    return f"{value:,.2f}" if abs(value) < 10 else f"{value:,.1f}" if abs(value) < 100 else f"{value:,.0f}"


def as_text(figures: Sequence[Figure]) -> str:
    rows = [HEADINGS, *map(cells, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = []
    for row in rows:
        padded = [
            cell.rjust(width) if column in RIGHT else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


def as_markdown(figures: Sequence[Figure]) -> str:
    rule = ["--:" if column in RIGHT else "---" for column in range(len(HEADINGS))]
    rows = [HEADINGS, rule, *map(cells, figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def as_page(told: str, arguments: Sequence[str], figures: Sequence[Figure]) -> str:
    """The whole of docs/benchmarks.md."""
    command = " ".join(["python -m tests.benchmarks", *arguments])
    sources = "\n".join(
        f"| {goal.name} | ≤ {_number(goal.limit, goal.unit)} | {goal.source} |" for goal in GOALS.values()
    )
    return PAGE.format(
        command=command,
        machine=told,
        result=closing_line(figures),
        goals=f"| goal | at most | asked for by |\n|---|--:|---|\n{sources}",
        figures=as_markdown(figures).rstrip(),
    )


def closing_line(figures: Sequence[Figure]) -> str:
    verdicts = [figure.verdict for figure in figures]
    goals = verdicts.count(Verdict.MET) + verdicts.count(Verdict.MISSED)
    left_out = verdicts.count(Verdict.LEFT_OUT)
    told = f"; {left_out} not measured" if left_out else ""
    return (
        f"{verdicts.count(Verdict.MET)} of {goals} goals met, {verdicts.count(Verdict.MISSED)} missed{told}."
    )
