"""How do the main pages compare with the bare view? How often do they ask, how large are they?"""

from dataclasses import dataclass
from functools import partial

from tests.benchmarks.goals import Figure, Unit
from tests.benchmarks.lengths import Lengths, no_longer_than, rows_at_hand
from tests.benchmarks.measuring import Comparison, Spread, TooLongError, at_most, by_turns
from tests.benchmarks.visitors import Page, Place, Visitor, bare_page, count_queries, main_pages
from tests.benchmarks.worlds import World

# Until the database has settled how it answers: on PostgreSQL a statement that is met the third time on a
# connection is prepared, and planned anew for the first five readings (docs/decisions/0067). Not counted.
SETTLING = 8


@dataclass(frozen=True)
class Measured:
    """A page in one world; without a comparison it took longer than it may."""

    page: str
    comparison: Comparison | None
    queries: int = 0
    kilobytes: int = 0

    @property
    def ratio(self) -> Spread | None:
        return None if self.comparison is None else self.comparison.worked


def measure_pages(budget: float, limit: float, lengths: Lengths | None) -> tuple[list[Measured], Lengths]:
    """In a process connected to a world. Seconds: `budget` for one page, `limit` for one round of it.

    `lengths` are those of the smallest world, which has none yet; they are answered with what was measured.
    """
    place = Place.last()
    Visitor.named("leader").page(bare_page())  # what only the first request of a process does
    lengths = rows_at_hand(place) if lengths is None else lengths
    found = []
    for page in main_pages(place):
        with no_longer_than(lengths, page.name):
            found.append(_measured(page, budget, limit))
    return found, lengths


def _measured(page: Page, budget: float, limit: float) -> Measured:
    visitor = Visitor.named(page.username)
    ours, base = partial(visitor.page, page.address), partial(visitor.page, bare_page())
    try:
        with at_most(limit):
            size = len(ours().body)
            queries = count_queries(ours)
        for _reading in range(SETTLING):
            with at_most(limit):
                ours()
        return Measured(page.name, by_turns(ours, base, budget=budget, limit=limit), queries, size // 1024)
    except TooLongError:
        return Measured(page.name, None)


def figures_of_pages(
    database: str, results: list[tuple[World, list[Measured]]], limit: float
) -> list[Figure]:
    """The first world is the smallest: there pages are judged beside the bare view, elsewhere beside it."""
    found = []
    smallest = {row.page: row for _world, first in results[:1] for row in first}
    for world, rows in results:
        for row in rows:
            found += _figures(database, world, row, smallest[row.page], limit)
    return found


def _figures(database: str, world: World, row: Measured, smallest: Measured, limit: float) -> list[Figure]:
    ratio, base = row.ratio, smallest.ratio
    if ratio is None or row.comparison is None:
        goal = "page" if row is smallest else "growth"
        note = f"more than {limit:.0f} s"
        return [Figure(row.page, database, world.name, None, Unit.TIMES, goal, note)]
    note = f"{row.comparison.told}, {row.kilobytes} KiB"
    is_smallest = row is smallest
    figures = [
        Figure(f"{row.page} / bare view", database, world.name, ratio, Unit.TIMES, "page" * is_smallest, note)
    ]
    if not is_smallest and base is not None:
        grown = ratio.over(base)
        figures.append(Figure(f"{row.page} / at 20", database, world.name, grown, Unit.TIMES, "growth"))
    queries = Spread.exactly(row.queries)
    figures.append(Figure(f"{row.page}: queries", database, world.name, queries, Unit.QUERIES, "queries"))
    if not is_smallest and base is not None:
        more = Spread.exactly(row.queries - smallest.queries)
        figures.append(
            Figure(f"{row.page}: more than at 20", database, world.name, more, Unit.QUERIES, "more queries")
        )
    return figures
