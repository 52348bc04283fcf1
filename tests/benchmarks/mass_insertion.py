"""How do a million rows get into a table in a minute? In one statement each, past Django's objects.

Values are prepared by their fields, as Django would. Constraints and triggers stay in force.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.color import no_style
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.benchmarks.block import Table

SWIFT = ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-400000", "temp_store=MEMORY")


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
    """What SQLite need not do for rows that can be made again: survive a power cut, look links up, undo.

    PostgreSQL learns afterwards what its tables hold; autovacuum would tell it in service.
    """
    connection.ensure_connection()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            [(journal,)] = cursor.execute("PRAGMA journal_mode")
            for setting in (*SWIFT, "journal_mode=OFF"):
                cursor.execute(f"PRAGMA {setting}")
    yield
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA journal_mode={journal}")
        else:
            cursor.execute("ANALYZE")
    connection.close()  # SQLite's settings go with it
