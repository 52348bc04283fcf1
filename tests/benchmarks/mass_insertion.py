"""How do a million rows get into a table in a minute? In one statement each, with the guards laid aside.

Values are prepared by their fields, as Django would. What is laid aside is put back as it was: triggers,
indexes that only find, and on SQLite what it checks of each row. Tests ask of a small world whether all of
it holds.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.core.management.color import no_style
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.benchmarks.block import Table

# What SQLite need not do for rows that can be made again: survive a power cut, look links up, check, undo.
SWIFT: Final = (
    "foreign_keys=OFF",
    "ignore_check_constraints=ON",
    "synchronous=OFF",
    "cache_size=-400000",
    "temp_store=MEMORY",
)
# A trigger goes before its table, which nothing here takes away; an index that refuses stays.
LAID_ASIDE: Final = (
    "SELECT type, name, sql FROM sqlite_master"
    " WHERE type = 'trigger' OR type = 'index' AND sql LIKE 'CREATE INDEX %'"
)
TRIGGERS: Final = (
    "SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal"
)
ENABLED: Final = {"O": "ENABLE", "A": "ENABLE ALWAYS"}


def prepared(connection: BaseDatabaseWrapper, table: Table, row: list[Any]) -> list[Any]:
    fields = table.model._meta.concrete_fields
    return [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)]


def insert(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    columns: tuple[str, ...],
    rows: Iterable[list[Any]],
) -> None:
    """Columns by the names of their attributes. Call it inside a transaction."""
    by_name = {field.attname: field.column for field in model._meta.concrete_fields}
    names = ", ".join(f'"{by_name[name]}"' for name in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
            for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
                cursor.execute(statement)
        else:
            places = ", ".join("?" for _name in columns)
            statement = f'INSERT INTO "{table}" ({names}) VALUES ({places})'  # noqa: S608  # our own names
            connection.connection.executemany(statement, rows)


@contextmanager
def swiftly(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Where filling fails the guards stay aside: such a database is thrown away."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        with _swiftly_on_sqlite(connection):
            yield
    else:
        with _swiftly_on_postgresql(connection):
            yield
    connection.close()  # SQLite's settings go with it


@contextmanager
def _swiftly_on_sqlite(connection: BaseDatabaseWrapper) -> Iterator[None]:
    with connection.cursor() as cursor:
        [(journal,)] = cursor.execute("PRAGMA journal_mode").fetchall()
        for setting in (*SWIFT, "journal_mode=OFF"):
            cursor.execute(f"PRAGMA {setting}")
        laid_aside = cursor.execute(LAID_ASIDE).fetchall()
        for kind, name, _statement in laid_aside:
            cursor.execute(f'DROP {kind} "{name}"')
    yield
    with connection.cursor() as cursor:
        for _kind, _name, statement in laid_aside:
            cursor.execute(statement)
        cursor.execute(f"PRAGMA journal_mode={journal}")


@contextmanager
def _swiftly_on_postgresql(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """It learns afterwards what its tables hold; autovacuum would tell it in service."""
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS)
        triggers = cursor.fetchall()
        for table, name, _state in triggers:
            cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{name}"')
    yield
    with connection.cursor() as cursor:
        for table, name, state in triggers:
            cursor.execute(f'ALTER TABLE {table} {ENABLED[state]} TRIGGER "{name}"')
        cursor.execute("ANALYZE")
