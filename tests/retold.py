"""How is a small world of a test made by its acts only once? What they wrote is written again.

Most of a test's time went into the people, measures and updates that it begins with, made by the same acts
again and again. So within a process what a call of a builder wrote over the same rows is kept and written
again (docs/decisions/0001). All that a test writes is followed, from the untouched database on: whatever
differs in it, a random identifier too, is another history, and the call is made as ever.
"""

import pickle
import re
import sys
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection
from django.utils.translation import get_language

from departments.models import User

Names = ParamSpec("Names")
Answer = TypeVar("Answer")
MOST = 3_000  # calls that are kept
IN_ONE_TEST = 12  # calls that a test adds to them: what comes later is seldom what another test does
READS = re.compile(r"\s*(SELECT|RELEASE|PRAGMA|EXPLAIN)\b")
SAVEPOINT = re.compile(r"(SAVEPOINT|ROLLBACK TO SAVEPOINT) (\S+)")
UNTOUCHED = 0
# What is undone takes its numbers back on SQLite only. Here each test counts from the same numbers, and
# different tables from different ones.
SAME_NUMBERS = "SELECT setval(seqrelid, 1000 * row_number() OVER (ORDER BY seqrelid), false) FROM pg_sequence"


@dataclass(frozen=True)
class Told:
    """What a call wrote and gave back, as bytes: these cost the garbage collector nothing."""

    statements: bytes
    answer: bytes
    after: int


class History:
    """All that was written into the database since the test began, as one number; None: nobody follows."""

    def __init__(self) -> None:
        self.now: int | None = None
        self.added = 0
        self.written: list[tuple[str, Any, bool]] = []
        self.points: dict[str, tuple[int | None, int]] = {}  # by savepoint: when, and how much was written
        self.known: set[int] = {UNTOUCHED}
        self.told: dict[Hashable, Told | None] = {}
        self.database: str | None = None

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Within a transaction that is undone."""
        if not self.begins():
            yield
            return
        self.now, self.added = UNTOUCHED, 0
        self.points.clear()
        self.written.clear()
        try:
            with connection.execute_wrapper(self._follow):
                yield
        finally:
            self.now = None

    def begins(self) -> bool:
        """In the database of the tests, as it was before any."""
        name = connection.settings_dict["NAME"]
        self.database = self.database or name
        if name != self.database or User.objects.exists():
            return False
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(SAME_NUMBERS)
        return True

    def _follow(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if not READS.match(sql):
            self._note(sql, params, many)
        return result

    def _note(self, sql: str, params: Any, many: bool) -> None:
        if self.now is None:
            return
        if not (point := SAVEPOINT.match(sql)):
            params = with_bytes(params)
            self.now = hash((self.now, sql, repr([getattr(value, "obj", value) for value in params or ()])))
            self.written.append((sql, params, many))
        elif point[1] == "SAVEPOINT":
            self.points[point[2]] = self.now, len(self.written)
        else:
            before, length = self.points[point[2]]
            self.now = before if connection.vendor == "sqlite" else None
            del self.written[length:]

    def ask(self, build: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """As ever, too, while somebody counts queries."""
        if self.now is None or connection.force_debug_cursor:
            return build(*arguments, **named)
        if self.now not in self.known:  # by chance what was written is written anew in another test
            self.known.add(self.now)
            return build(*arguments, **named)
        question = self._question(build, arguments, named)
        if told := self.told.get(question):
            return self._tell(told)
        if question is None or question in self.told or self.added >= IN_ONE_TEST:
            return build(*arguments, **named)
        return self._keep(question, build, arguments, named)

    def _question(
        self, build: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> Hashable:
        """What decides upon the answer. Where lines are counted, the acts run once for the counting too."""
        try:
            given = pickle.dumps((arguments, named))
        except (pickle.PicklingError, TypeError, AttributeError):
            return None
        return self.now, build, given, get_language(), sys.gettrace() is not None

    def _keep(
        self, question: Hashable, build: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        self.added += 1
        begin = len(self.written)
        answer = build(*arguments, **named)
        if len(self.told) >= MOST:
            del self.told[next(iter(self.told))]
        self.told[question] = self._told(begin, answer)
        return answer

    def _told(self, begin: int, answer: Any) -> Told | None:
        if self.now is None:
            return None
        try:
            told = Told(pickle.dumps(self.written[begin:]), pickle.dumps(answer), self.now)
        except (pickle.PicklingError, TypeError, AttributeError):
            return None
        self.known.add(self.now)
        return told

    def _tell(self, told: Told) -> Any:
        statements = pickle.loads(told.statements)  # noqa: S301  # written above
        with connection.cursor() as cursor:
            for sql, params, many in statements:
                (cursor.cursor.executemany if many else cursor.cursor.execute)(sql, params)
        self.written += statements
        self.now = told.after
        return pickle.loads(told.answer)  # noqa: S301  # written above


def with_bytes(params: Any) -> Any:
    """SQLite is handed a file's content as a view of it, which is like no other and cannot be kept."""
    if not isinstance(params, list | tuple) or not any(isinstance(value, memoryview) for value in params):
        return params
    return [bytes(value) if isinstance(value, memoryview) else value for value in params]


history = History()


def retold(build: Callable[Names, Answer]) -> Callable[Names, Answer]:
    """For a builder that writes rows and does nothing else."""

    @wraps(build)
    def call(*arguments: Names.args, **named: Names.kwargs) -> Answer:
        answer: Answer = history.ask(build, arguments, named)
        return answer

    return call
