"""Which errors of which database say that somebody else held the row or the table?"""

import sqlite3
from pathlib import Path

import pytest
from django.db import IntegrityError, OperationalError, connection
from psycopg import errors

from langfang_policy.locks import is_lock_conflict


def held_by_sqlite() -> sqlite3.OperationalError:
    """The driver's own error, from a table that another connection is writing."""
    first, second = sqlite3.connect("file:held?mode=memory&cache=shared", uri=True), None
    try:
        first.execute("CREATE TABLE t (a)")
        first.execute("INSERT INTO t VALUES (1)")
        second = sqlite3.connect("file:held?mode=memory&cache=shared", uri=True, timeout=0)
        second.execute("SELECT * FROM t")
    except sqlite3.OperationalError as error:
        return error
    finally:
        first.close()
        if second is not None:
            second.close()
    raise AssertionError("nobody held the table")


def raised(error: Exception, cause: BaseException | None) -> Exception:
    error.__cause__ = cause
    return error


def test_file_that_another_connection_writes_is_held(tmp_path: Path) -> None:
    file = tmp_path / "db.sqlite3"
    writer, waiter = sqlite3.connect(file, isolation_level=None), sqlite3.connect(file, timeout=0)
    writer.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError) as refused:
        waiter.execute("BEGIN IMMEDIATE")
    writer.close()
    waiter.close()
    assert is_lock_conflict(raised(OperationalError(), refused.value))


def test_table_that_another_connection_writes_is_held() -> None:
    assert is_lock_conflict(raised(OperationalError(), held_by_sqlite()))


@pytest.mark.parametrize(
    "error", [errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure]
)
def test_row_that_another_connection_locks_is_held(error: type[errors.OperationalError]) -> None:
    assert is_lock_conflict(raised(OperationalError(), error()))


def test_error_that_was_raised_from_a_held_row_counts_as_one() -> None:
    held = raised(OperationalError(), errors.DeadlockDetected())
    assert is_lock_conflict(raised(ValueError("row 3"), held))


@pytest.mark.parametrize(
    "error",
    [
        ValueError("database is locked"),
        OperationalError("database is locked"),  # nobody knows who said so
        raised(OperationalError(), errors.AdminShutdown()),
        raised(IntegrityError(), errors.UniqueViolation()),
        raised(OperationalError(), sqlite3.OperationalError("no such table")),
    ],
)
def test_any_other_error_is_no_lock(error: Exception) -> None:
    assert not is_lock_conflict(error)


def test_errors_that_name_each_other_end() -> None:
    one, two = ValueError(), ValueError()
    one.__cause__, two.__cause__ = two, one
    assert not is_lock_conflict(one)


@pytest.mark.django_db
def test_error_of_the_database_in_use_carries_its_code() -> None:
    with pytest.raises(Exception) as refused, connection.cursor() as cursor:  # noqa: PT011  # by vendor
        cursor.execute("SELECT * FROM no_such_table")
    cause = refused.value.__cause__
    assert hasattr(cause, "sqlite_errorcode" if connection.vendor == "sqlite" else "sqlstate")
    assert not is_lock_conflict(refused.value)
