"""How much longer does one thing take than another? Both are done by turns in one run, and compared in pairs.

On a busy machine both are slowed alike, so the ratio of a pair holds where seconds do not.
"""

import gc
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time
from types import FrameType

FEWEST_ROUNDS, MOST_ROUNDS = 3, 25
QUICK = 0.2  # seconds


@dataclass(frozen=True)
class Spent:
    """Seconds of one round: by the clock, and of this process on a core."""

    elapsed: float
    processor: float


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
    elapsed, processor = perf_counter(), process_time()
    act()
    return Spent(perf_counter() - elapsed, process_time() - processor)


@dataclass(frozen=True)
class Comparison:
    """The rounds of one thing and those of another, done by turns."""

    ours: tuple[Spent, ...]
    base: tuple[Spent, ...]

    @property
    def processor(self) -> Spread:
        """How many times the processor time, of each pair."""
        return _ratios([row.processor for row in self.ours], [row.processor for row in self.base])

    @property
    def elapsed(self) -> Spread:
        """The same by the clock: what another process (PostgreSQL) works counts too."""
        return _ratios([row.elapsed for row in self.ours], [row.elapsed for row in self.base])

    @property
    def milliseconds(self) -> float:
        """Of processor, of ours; for the reader, never judged."""
        return 1000 * median(row.processor for row in self.ours)


def _ratios(ours: Sequence[float], base: Sequence[float]) -> Spread:
    return Spread.of([one / other for one, other in zip(ours, base, strict=True)])


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
