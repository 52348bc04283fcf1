"""Several people at one instant, each in a connection of its own. Wants the fixture `own_database`."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from measures.workflow.errors import WorkflowError

PATIENCE = 60
# How long SQLite, which does not say who waits, is given to let the second overtake.
A_MOMENT = 0.05
WAITING = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
Refusal = WorkflowError | ValidationError | None


def together(*acts: Callable[[], object]) -> list[Refusal]:
    """Do all at once; what each was told, None where it was done."""
    start = threading.Barrier(len(acts))

    def at_the_start(act: Callable[[], object]) -> Callable[[], object]:
        def run() -> None:
            start.wait(PATIENCE)
            act()

        return run

    return _in_threads(*map(at_the_start, acts))


@dataclass(frozen=True)
class Overlap:
    """What came of two acts, and whether the second was over before the first had committed."""

    first: Refusal
    second: Refusal
    overtaken: bool


def overlapping(first: Callable[[], object], second: Callable[[], object]) -> Overlap:
    """`second` begins when `first` has done its work and not yet committed."""
    written, over = threading.Event(), threading.Event()
    overtaken: list[bool] = []

    def leads() -> None:
        try:
            with transaction.atomic():
                first()
                written.set()
                _until_it_waits_or_is(over)
                overtaken.append(over.is_set())
        finally:
            written.set()

    def follows() -> None:
        assert written.wait(PATIENCE)
        try:
            second()
        finally:
            over.set()

    one, other = _in_threads(leads, follows)
    return Overlap(one, other, any(overtaken))


def _until_it_waits_or_is(over: threading.Event) -> None:
    """Until the other connection waits for a lock, or is through."""
    if connection.vendor != "postgresql":
        over.wait(A_MOMENT)
        return
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and not over.wait(0.005):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(WAITING)
            (number,) = cursor.fetchone()
        if number:
            return


def _in_threads(*acts: Callable[[], object]) -> list[Refusal]:
    told: list[Refusal] = [None] * len(acts)
    finished = [False] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        try:
            act()
        except (WorkflowError, ValidationError) as error:
            told[number] = error
        finally:
            connection.close()
        finished[number] = True

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert all(finished), "an act ended in another error, or waits for a lock"
    return told
