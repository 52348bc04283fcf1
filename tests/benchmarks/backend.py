"""How long has the database worked for this process? PostgreSQL does it in a process of its own.

Linux counts the nanoseconds that each process was on a core (/proc/PID/schedstat), for whoever asks on the
same machine. Further ones, which PostgreSQL may start for a statement over large tables, are not counted.
"""

from dataclasses import dataclass
from pathlib import Path

from django.db import connection


@dataclass(frozen=True)
class Seen:
    """The process behind the present connection and its seconds on a core; 0 for both where there is none."""

    process: int = 0
    seconds: float = 0


def seen() -> Seen | None:
    """None where it cannot be watched."""
    if connection.vendor == "sqlite" or connection.connection is None:
        return Seen()
    told = connection.connection.info
    seconds = seconds_of(Path(f"/proc/{told.backend_pid}"), told.user, told.dbname)
    return None if seconds is None else Seen(told.backend_pid, seconds)


def seconds_of(process: Path, role: str, database: str) -> float | None:
    """None where it is not the one that works in that database: its number may be of another machine."""
    try:
        title = (process / "cmdline").read_text(encoding="utf-8", errors="replace")
        counted = (process / "schedstat").read_text(encoding="ascii")
    except OSError:
        return None
    if not title.startswith("postgres: ") or f" {role} {database} " not in title:
        return None
    return int(counted.split()[0]) / 1e9


def worked_since(before: Seen | None) -> float | None:
    """Seconds; None where it was not watched all the time.

    Of a process that has begun in between it is all that it has done.
    """
    now = seen()
    if now is None or before is None:
        return None
    if now.process == before.process:
        return now.seconds - before.seconds
    return now.seconds if before.process == 0 else None
