"""What does an act cost beside the bare view, and what opening and closing a quarter, for each update?

Everything is done inside a transaction that is rolled back, so that each round finds the same rows.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from time import process_time
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from departments.actors import Actor
from departments.models import User
from measures.models import Policy, ProgressUpdate, ReportingPeriod, UpdateState
from measures.workflow import periods
from tests.benchmarks.goals import Figure, Unit
from tests.benchmarks.measuring import Comparison, Spread, TooLongError, at_most, spent_on
from tests.benchmarks.visitors import Place, Visitor, address_of, bare_page, count_queries
from tests.benchmarks.worlds import World

ROUNDS = 9
WRITES = ("INSERT", "UPDATE", "DELETE")
NEXT_QUARTER = "2020Q3"
BEFORE_THE_END = date(2020, 9, 28)


@dataclass(frozen=True)
class MeasuredAct:
    """An act through its page, less what its own writes cost; with how many queries.

    Its own writes are the statements by which it changes rows, executed again without it, on the same
    database and in the same round: what a program would need that knew what to write.
    """

    name: str
    comparison: Comparison
    writes: float  # milliseconds, counted as the comparison is
    statements: int
    queries: int


@dataclass(frozen=True)
class MeasuredPeriod:
    """Opening or closing a quarter. `milliseconds` are of processor, for each update; None: too long."""

    name: str
    updates: int
    milliseconds: Spread | None
    queries: int = 0


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def measure_acts(limit: float) -> tuple[list[MeasuredAct], list[MeasuredPeriod]]:
    for begun_or_ended in (request_started, request_finished):
        begun_or_ended.disconnect(close_old_connections)  # it would close in the midst of a transaction
    place = Place.last()
    period = open_period(place)
    acts = [
        _measured_act("approve", _one(period, UpdateState.IN_REVIEW), place),
        _measured_act("confirm", _one(period, UpdateState.SUBMITTED), place),
    ]
    updates = period.updates.count()
    opened = _whole("opening", updates, opening(period.policy), limit)
    return acts, [opened, _whole("closing", updates, closing(period), limit)]


def _one(period: ReportingPeriod, state: UpdateState) -> ProgressUpdate:
    """Of another department than the office's own, whose acts need other people."""
    rows = ProgressUpdate.objects.filter(period=period, state=state).exclude(department__slug="rsj")
    return rows.select_related("department").order_by("pk")[0]


def _measured_act(name: str, update: ProgressUpdate, place: Place) -> MeasuredAct:
    person = f"{update.department.slug}-reviewer" if name == "approve" else "rsj-clerk-2"
    visitor = Visitor.named(person)
    act = partial(
        visitor.post, address_of(f"update_{name}", place, update.uuid), {"version": str(update.version)}
    )
    ours, base, writes = [], [], []
    with undone():
        queries = count_queries(act)
    with undone():
        written = written_by(act)
    for _round in range(ROUNDS):
        with undone():
            whole = spent_on(act)
        with undone():
            own = spent_on(partial(_write_again, written))
        writes.append(own.worked)
        ours.append(whole.less(own))
        with undone():
            base.append(spent_on(partial(visitor.page, bare_page())))
    cost = 1000 * Spread.of(writes).median
    return MeasuredAct(name, Comparison(tuple(ours), tuple(base)), cost, len(written), queries)


Statements = list[tuple[str, Any]]


def written_by(act: Callable[[], object]) -> Statements:
    """The statements that write, with their values, in their order."""
    written: Statements = []

    def note(execute: Callable[..., Any], sql: str, values: Any, *more: Any) -> Any:
        if sql.lstrip().upper().startswith(WRITES):
            written.append((sql, values))
        return execute(sql, values, *more)

    with connection.execute_wrapper(note):
        act()
    return written


def _write_again(written: Statements) -> None:
    with connection.cursor() as cursor:
        for sql, values in written:
            cursor.execute(sql, values)


# --- a whole period ------------------------------------------------------------------------------


def _clerk(on: date) -> Actor:
    return Actor.load(User.objects.get(username="rsj-clerk"), on)


def _moment(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time(10)))


def open_period(place: Place) -> ReportingPeriod:
    return ReportingPeriod.objects.select_related("policy__coordinator", "edition").get(uuid=place.period)


def opening(policy: Policy) -> Callable[[], object]:
    """Opens the next quarter, which owes as many updates as the present one. Once in a transaction."""
    at, clerk = _moment(BEFORE_THE_END), _clerk(BEFORE_THE_END)

    def act() -> object:
        period = periods.plan_period(clerk, policy, NEXT_QUARTER, at)
        return periods.open_period(clerk, period, periods.default_dates(policy, period.ends_on), at)

    return act


def closing(period: ReportingPeriod) -> Callable[[], object]:
    """Closes the open quarter on its last day."""
    on = period.grace_ends_on
    return partial(periods.close_period, _clerk(on), period, "期限已到，截止。", _moment(on))


def _whole(name: str, updates: int, act: Callable[[], object], limit: float) -> MeasuredPeriod:
    """Three rounds, or one where that takes long."""
    seconds: list[float] = []
    try:
        with at_most(limit), undone():
            begun = process_time()
            queries = count_queries(act)
            seconds.append(process_time() - begun)
        while len(seconds) < 3 and sum(seconds) + seconds[-1] < limit:
            with undone():
                seconds.append(spent_on(act).processor)
    except TooLongError:
        return MeasuredPeriod(name, updates, None)
    return MeasuredPeriod(name, updates, Spread.of([1000 * value / updates for value in seconds]), queries)


# --- figures ---------------------------------------------------------------------------------------

Results = list[tuple[World, tuple[list[MeasuredAct], list[MeasuredPeriod]]]]


def figures_of_acts(database: str, results: Results, limit: float) -> list[Figure]:
    """Acts and periods of the first world, the smallest, are what those of others are compared with."""
    found: list[Figure] = []
    for world, (acts, whole) in results:
        first_acts, first_periods = results[0][1]
        for act, smallest in zip(acts, first_acts, strict=True):
            found += _figures_of_act(database, world, act, smallest)
        for row, least in zip(whole, first_periods, strict=True):
            found += _figures_of_period(database, world, row, least, limit)
    return found


def _figures_of_act(database: str, world: World, act: MeasuredAct, smallest: MeasuredAct) -> list[Figure]:
    ratio = act.comparison.worked
    of_writes = f"{act.writes:.1f} ms of {act.statements} writes"
    note = f"{act.comparison.told} and {of_writes}, {act.queries} queries"
    figures = [Figure(f"{act.name} / bare view", database, world.name, ratio, Unit.TIMES, "act", note)]
    if act is not smallest:
        grown = ratio.over(smallest.comparison.worked)
        figures.append(Figure(f"{act.name} / at 20", database, world.name, grown, Unit.TIMES, "act growth"))
    return figures


def _figures_of_period(
    database: str, world: World, row: MeasuredPeriod, least: MeasuredPeriod, limit: float
) -> list[Figure]:
    goal = "closing" if row.name == "closing" else ""
    name = f"{row.name} a quarter, an update"
    if row.milliseconds is None:
        note = f"{row.updates:,} updates: more than {limit:.0f} s"
        left_out = row.updates * 3 / 1000 > limit  # the goal itself would take longer
        return [Figure(name, database, world.name, None, Unit.MILLISECONDS, goal, note, left_out)]
    note = f"{row.updates:,} updates, {row.queries:,} queries"
    figures = [Figure(name, database, world.name, row.milliseconds, Unit.MILLISECONDS, goal, note)]
    if goal and row is not least and least.milliseconds is not None:
        grown = row.milliseconds.over(least.milliseconds)
        figures.append(Figure("closing / at 20", database, world.name, grown, Unit.TIMES, "closing growth"))
    return figures
