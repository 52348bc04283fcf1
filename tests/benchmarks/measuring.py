"""How much longer does one thing take than another? Both are done by turns in one run, and compared in pairs.

Compared is the time on a core, of this process and of the one that works for it in the database: whoever else
is busy on the machine adds nothing to it. Where the database cannot be watched, it is the time by the clock.
On a busy machine both are slowed alike, so the ratio of a pair holds where seconds do not.
"""

import gc
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from statistics import median
from time import perf_counter, process_time
from types import FrameType

from tests.benchmarks import backend

FEWEST_ROUNDS, MOST_ROUNDS = 3, 25
QUICK = 0.2  # seconds


@dataclass(frozen=True)
class Spent:
    """Seconds of one round: by the clock, of this process on a core, and of the database's own, if there is.

    Not `watched`: how long the database worked could not be seen.
    """

    elapsed: float
    processor: float
    database: float = 0
    watched: bool = True

    @property
    def worked(self) -> float:
        """What is compared: all that was on a core for it, or, where not all was seen, the clock."""
        return self.processor + self.database if self.watched else self.elapsed

    def by_the_clock(self) -> "Spent":
        return replace(self, watched=False)

    def less(self, part: "Spent") -> "Spent":
        return Spent(
            self.elapsed - part.elapsed,
            self.processor - part.processor,
            self.database - part.database,
            self.watched and part.watched,
        )


@dataclass(frozen=True)
class Spread:
    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(median(values), min(values), max(values))

    @classmethod
    def exactly(cls, value: float) -> "Spread":
        return cls(value, value, value)

    def over(self, base: "Spread") -> "Spread":
        """This as a multiple of another; the widest that the two spreads allow."""
        return Spread(self.median / base.median, self.least / base.most, self.most / base.least)


class TooLongError(BaseException):
    """A single round took longer than it may. No Exception: nothing between here and the view catches it."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raises TooLongError after so many seconds of processor time, or four times as many by the clock."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooLongError

    kept = [signal.signal(number, stop) for number in (signal.SIGPROF, signal.SIGALRM)]
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, 4 * seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in zip((signal.SIGPROF, signal.SIGALRM), kept, strict=True):
            signal.signal(number, handler)


def spent_on(act: Callable[[], object]) -> Spent:
    before = backend.seen()
    elapsed, processor = perf_counter(), process_time()
    act()
    elapsed, processor = perf_counter() - elapsed, process_time() - processor
    database = backend.worked_since(before)
    return Spent(elapsed, processor, database or 0, watched=database is not None)


@dataclass(frozen=True)
class Comparison:
    """The rounds of one thing and those of another, done by turns."""

    ours: tuple[Spent, ...]
    base: tuple[Spent, ...]

    @property
    def watched(self) -> bool:
        return all(row.watched for row in (*self.ours, *self.base))

    @property
    def worked(self) -> Spread:
        """How many times the work, of each pair; where a single round was not watched, by the clock."""
        ours, base = ([row.worked for row in self._counted(rows)] for rows in (self.ours, self.base))
        return Spread.of([one / other for one, other in zip(ours, base, strict=True)])

    @property
    def told(self) -> str:
        """The milliseconds of ours; for the reader, never judged."""
        if not self.watched:
            return f"{_typical(row.elapsed for row in self.ours)} ms by the clock"
        database = [row.database for row in self.ours]
        and_of_it = f" and {_typical(database)} of the database" if any(database) else ""
        return f"{_typical(row.processor for row in self.ours)} ms of processor{and_of_it}"

    def _counted(self, rows: Sequence[Spent]) -> Sequence[Spent]:
        return rows if self.watched else [row.by_the_clock() for row in rows]


def _typical(seconds: Iterable[float]) -> str:
    return f"{1000 * median(seconds):.1f}"


def by_turns(
    ours: Callable[[], object], base: Callable[[], object], *, budget: float, limit: float
) -> Comparison:
    """A B A B …, after one round of each that is not counted. As many as fit into `budget` seconds, 3 to 25.

    Raises TooLongError when one round of ours takes more than `limit`.
    """
    with at_most(limit):
        first = spent_on(ours).elapsed
    floor = spent_on(base).elapsed
    first += 3 * floor
    rounds = max(FEWEST_ROUNDS, min(MOST_ROUNDS, int(budget / first)))
    pairs = []
    for _round in range(rounds):
        _settle(base, floor)
        with at_most(limit):
            own = spent_on(ours)
        _settle(base, floor)
        pairs.append((own, spent_on(base)))
    return Comparison(tuple(own for own, _ in pairs), tuple(other for _, other in pairs))


def _settle(base: Callable[[], object], floor: float) -> None:
    """Before every round: nobody clears away or finds cold what the other has left. Not counted.

    What takes long warms itself.
    """
    if floor < QUICK:
        base()
    gc.collect()
