"""Did the database refuse because somebody else held what was asked for? Trying again soon then helps."""

import sqlite3

from django.db import DatabaseError

# Of SQLite: another connection writes, or holds the table.
SQLITE_HELD = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
# Of PostgreSQL: serialization_failure, deadlock_detected, lock_not_available.
POSTGRESQL_HELD = frozenset({"40001", "40P01", "55P03"})


def is_lock_conflict(error: BaseException | None) -> bool:
    """Asks the driver's own error, which Django keeps as the cause; also when ours was raised from it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, DatabaseError) and _was_held(error.__cause__):
            return True
        error = error.__cause__ or error.__context__
    return False


def _was_held(error: BaseException | None) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    # The lower byte is the error, the rest of the number says which kind of it.
    return (code is not None and code & 0xFF in SQLITE_HELD) or (
        getattr(error, "sqlstate", None) in POSTGRESQL_HELD
    )
