"""What is to be reached, and is it? The one table of goals, and the figure that is held against one."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tests.benchmarks.measuring import Spread


@dataclass(frozen=True)
class Goal:
    """At most `limit` of `unit`. `source` says who asked for it."""

    name: str
    limit: float
    unit: "Unit"
    source: str


class Unit(StrEnum):
    TIMES = "×"
    QUERIES = "queries"
    MILLISECONDS = "ms"
    MEGABYTES = "MiB"
    A_SECOND = "/s"


_ISSUE = "issue 7, benchmarks"
_GOALS: Final = (
    Goal("page", 3.5, Unit.TIMES, f"{_ISSUE}: each page beside the bare view at 20 measures"),
    Goal("growth", 1.7, Unit.TIMES, f"{_ISSUE}: pages of equal length at every size beside those at 20"),
    Goal("queries", 10, Unit.QUERIES, f"{_ISSUE}: of each page, sign-in included"),
    Goal("more queries", 0, Unit.QUERIES, f"{_ISSUE}: the same number at every size"),
    Goal("act", 2, Unit.TIMES, f"{_ISSUE}: an act less its own writes beside the bare view"),
    Goal("act growth", 1.7, Unit.TIMES, f"{_ISSUE}: an act does not depend on the number of measures"),
    Goal("closing", 3, Unit.MILLISECONDS, f"{_ISSUE}: of processor an update"),
    Goal("closing growth", 1.3, Unit.TIMES, f"{_ISSUE}: closing is linear: an update costs the same in more"),
    Goal("memory", 64, Unit.MEGABYTES, f"{_ISSUE}: the peak of anything above the idle process"),
    Goal("report", 1.3, Unit.TIMES, f"{_ISSUE}: beside WeasyPrint with a plain style sheet"),
    Goal("stored report", 0.05, Unit.TIMES, f"{_ISSUE}: an unchanged one, beside the same floor"),
)
GOALS: Final = {goal.name: goal for goal in _GOALS}


class Verdict(StrEnum):
    MET = "met"
    MISSED = "MISSED"
    SHOWN = ""  # there is no goal: a figure to know
    LEFT_OUT = "not measured"


@dataclass(frozen=True)
class Figure:
    """One line of the table. `value` None: it took too long, which misses the goal, or was left out.

    Judged is the median, as it would be printed: no goal is missed by a digit that nobody sees.
    """

    what: str
    database: str
    world: str
    value: Spread | None
    unit: Unit
    goal: str = ""
    note: str = ""
    left_out: bool = False

    @property
    def verdict(self) -> Verdict:
        if self.left_out:
            return Verdict.LEFT_OUT
        if not self.goal:
            return Verdict.SHOWN
        if self.value is None:
            return Verdict.MISSED
        return Verdict.MET if round(self.value.median, 2) <= GOALS[self.goal].limit else Verdict.MISSED


def missed(figures: list[Figure]) -> list[Figure]:
    return [row for row in figures if row.verdict == Verdict.MISSED]
