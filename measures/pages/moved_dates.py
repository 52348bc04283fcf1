"""Which dates of a period did the office move, from when to when, and why? One entry for each time it did."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from measures.models import FormerDates, ReportingPeriod, Words
from measures.models.moved_days import NAMES_OF_DAYS

# Which date, from when to when.
Move: TypeAlias = tuple[Words, date, date]


@dataclass(frozen=True)
class MovedDates:
    period: ReportingPeriod
    changed_at: datetime
    reason: str
    moves: tuple[Move, ...]


def moves_of(former: Iterable[FormerDates]) -> list[MovedDates]:
    """In the order given, that of the acts: each moved to what the next one found, the last to today's."""
    rows, found = list(former), []
    then: dict[int, FormerDates | ReportingPeriod] = {}
    for row in reversed(rows):
        after = then.get(row.period_id, row.period)
        days = [(name, getattr(row, day), getattr(after, day)) for day, name in NAMES_OF_DAYS.items()]
        moves = tuple((name, old, new) for name, old, new in days if old != new)
        found.append(MovedDates(row.period, row.changed_at, row.reason, moves))
        then[row.period_id] = row
    return found[::-1]
