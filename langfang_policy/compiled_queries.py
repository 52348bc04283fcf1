"""How is a query asked that is always the same but for its values? Its SQL is made once and kept.

Django makes the text of a statement anew at every reading. For a page of ours that takes many times what the
database needs to answer, so the text is kept, as a prepared statement is (docs/decisions/0049).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import partial, wraps
from itertools import count
from typing import Any, Final, ParamSpec, Self, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import get_language

Names = ParamSpec("Names")
Row = TypeVar("Row", covariant=True)
# A list of keys that is longer, and whatever comes after so many forms of one query, is asked as ever.
LONGEST: Final = 100
MOST_FORMS: Final = 200
# What is stood in for while the text is made is nothing that a row holds.
_FIRST_KEY: Final = 8_000_000_000_000_000_000
_FIRST_DAY: Final = date(9000, 1, 1)
_FIRST_UUID: Final = 0xFE << 120


class AlteredQueryError(AssertionError):
    """A query that was kept is not what would be made now: it does more with its arguments than compare."""


class Asking(ABC):
    """An argument with values in it: somebody who asks, with the departments spoken for."""

    @abstractmethod
    def form_of_query(self) -> Hashable:
        """Whatever of it decides what is asked, but its values."""

    @abstractmethod
    def values_of_query(self) -> tuple[Any, ...]:
        """Its values."""

    @abstractmethod
    def with_values_of_query(self, values: tuple[Any, ...]) -> Self:
        """The same with others in their place."""


class Checking:
    """While tests run, each query is made anew too, and compared with the one that was kept.

    Once for the same values in the same language, of which the same would be made again; or, where others
    have compared it for all values, once.
    """

    is_on = False
    is_for_all_values = True
    compared: Final[set[Hashable]] = set()

    @classmethod
    def is_due(cls, statement: "_Statement", values: list[Any]) -> bool:
        if not cls.is_on:
            return False
        question = (statement, *values, get_language()) if cls.is_for_all_values else statement
        is_new = question not in cls.compared
        cls.compared.add(question)
        return is_new


def compiled(build: Callable[Names, QuerySet[Any, Row]]) -> Callable[Names, list[Row]]:
    """The rows of a queryset whose arguments are only compared with columns, never decided upon.

    Keys, days, moments, identifiers and lists of them are values of the statement; any other argument, and
    the length of a list, belongs to its form. What cannot be kept (see `_compile`) is asked as ever.
    """
    kept: dict[Hashable, _Statement | None] = {}

    @wraps(build)
    def ask(*arguments: Names.args, **named: Names.kwargs) -> list[Row]:
        given = [_without_doubles(value) for value in (*arguments, *named.values())]
        values = list(_values_in(given))
        forms = tuple(_form_of(value) for value in given)
        form = (connection.vendor, tuple(named), forms)
        if len(values) > LONGEST or (form not in kept and len(kept) >= MOST_FORMS):
            return list(build(*arguments, **named))
        if form not in kept:
            kept[form] = _compile(build, given, tuple(named))
        statement = kept[form]
        if statement is None:
            return list(build(*arguments, **named))
        if Checking.is_due(statement, values):
            statement.compare(build(*arguments, **named), values)
        return statement.ask(values)

    return ask


@dataclass(frozen=True, eq=False)  # no other has the same text for the same query
class _Statement:
    """The text with its parameters; `places` says which of them are which of the values."""

    rows: QuerySet[Any, Any]
    compiler: SQLCompiler
    sql: str
    parameters: tuple[Any, ...]
    places: Mapping[int, int]

    def with_values(self, values: list[Any]) -> tuple[Any, ...]:
        found = list(self.parameters)
        for place, number in self.places.items():
            found[place] = _adapted(self.rows.db, values[number], found[place])
        return tuple(found)

    def ask(self, values: list[Any]) -> list[Any]:
        """Each reading has a compiler of its own: the connection is that of the present thread."""
        answering: Any = copy(self.compiler)
        answering.connection = connections[self.rows.db]
        statement = self.sql, self.with_values(values)
        answering.as_sql = lambda *_arguments, **_named: statement
        answering.get_converters = partial(self._converters, answering)
        rows: Any = self.rows.all()
        rows.query.get_compiler = lambda *_arguments, **_named: answering
        return list(rows)

    def _converters(self, answering: SQLCompiler, columns: list[Any]) -> Mapping[int, Any]:
        """How the columns become values, found once for each connection, which keeps it."""
        found: dict[int, Mapping[int, Any]] = vars(answering.connection).setdefault("kept_converters", {})
        if id(self) not in found:
            found[id(self)] = SQLCompiler.get_converters(answering, columns)
        return found[id(self)]

    def compare(self, rows: QuerySet[Any, Any], values: list[Any]) -> None:
        sql, parameters = rows.query.get_compiler(using=rows.db).as_sql()
        if (sql, list(parameters)) != (self.sql, list(self.with_values(values))):
            raise AlteredQueryError(f"{sql} {parameters}\n\n{self.sql} {self.with_values(values)}")


def _compile(
    build: Callable[..., QuerySet[Any, Any]], given: Iterable[Any], names: tuple[str, ...]
) -> _Statement | None:
    """None where a value is not handed to the database as it is, or where nothing can be found at all.

    Made twice, with different stand-ins: everything but they has to be the same.
    """
    first, second = (_made_with(build, given, names, turn) for turn in (0, 1))
    if first is None or second is None:
        return None
    is_same = (first.sql, first.places) == (second.sql, second.places)
    rest = [
        [value for place, value in enumerate(made.parameters) if place not in made.places]
        for made in (first, second)
    ]
    needed = {number for number, value in enumerate(_needed_in(given)) if value}
    complete = needed <= set(first.places.values())
    return first if is_same and rest[0] == rest[1] and complete else None


def _made_with(
    build: Callable[..., QuerySet[Any, Any]], given: Iterable[Any], names: tuple[str, ...], turn: int
) -> _Statement | None:
    numbers = count()
    stood_in = [_stood_in(value, numbers, turn) for value in given]
    split = len(stood_in) - len(names)
    rows = build(*stood_in[:split], **dict(zip(names, stood_in[split:], strict=True)))
    compiler = rows.query.get_compiler(using=rows.db)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    values = [_adapted(rows.db, value, value) for value in _values_in(stood_in)]
    places = {place: values.index(value) for place, value in enumerate(parameters) if value in values}
    return _Statement(rows, compiler, sql, tuple(parameters), places)


# --- arguments -----------------------------------------------------------------------------------


def _is_value(value: object) -> bool:
    return isinstance(value, int | date | UUID) and not isinstance(value, bool | Enum)


def _without_doubles(value: Any) -> Any:
    """A list without what is there twice, as Django compares with it. A tuple is a record and stays whole."""
    return list(dict.fromkeys(value)) if isinstance(value, list) else value


def _values_in(given: Iterable[Any]) -> Iterator[Any]:
    for value in given:
        if isinstance(value, list | tuple):
            yield from _values_in(value)
        elif isinstance(value, Asking):
            yield from value.values_of_query()
        elif _is_value(value):
            yield value


def _needed_in(given: Iterable[Any]) -> Iterator[bool]:
    """Of each value: whether the statement has to hold it. A query need not look at all of an actor."""
    for value in given:
        if isinstance(value, list | tuple):
            yield from _needed_in(value)
        elif isinstance(value, Asking):
            yield from (False for _value in value.values_of_query())
        elif _is_value(value):
            yield True


def _form_of(value: Any) -> Hashable:
    if isinstance(value, list | tuple):
        return type(value), tuple(_form_of(part) for part in value)
    if isinstance(value, Asking):
        return type(value), value.form_of_query()
    return (type(value),) if _is_value(value) else (type(value), value)


def _stood_in(value: Any, numbers: Iterator[int], turn: int) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(_stood_in(part, numbers, turn) for part in value)
    if isinstance(value, Asking):
        return value.with_values_of_query(_stood_in(value.values_of_query(), numbers, turn))
    if not _is_value(value):
        return value
    number = 37 * next(numbers) + 11 * turn  # far enough from one another that a day more is no other
    if isinstance(value, datetime):
        return datetime(_FIRST_DAY.year, 1, 1, tzinfo=UTC) + timedelta(days=number)
    if isinstance(value, date):
        return _FIRST_DAY + timedelta(days=number)
    return UUID(int=_FIRST_UUID + number) if isinstance(value, UUID) else _FIRST_KEY + number


def _adapted(alias: str, value: Any, like: Any) -> Any:
    """As Django hands it to the database; a number in the type of the parameter that it replaces."""
    connection = connections[alias]
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    return type(like)(value)
