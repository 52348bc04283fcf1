"""Where does a migrated database come from in a moment, and when must it be made anew?

Migrating takes four seconds, a new PostgreSQL cluster two more. Both are done once for each state of the
migrations and kept in var/tests; a run copies what is kept. Whoever changes a migration, or a model or
another module that migrations are made of, gets a new one by itself. Removing var/tests is always safe.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "tests"
MIGRATIONS, MODELS = "*/migrations/**/*.py", ("*/models/**/*.py", "*/models.py")
IMPORTED = re.compile(r"^(?:from|import) ([\w.]+)", re.MULTILINE)


class NoDatabaseError(Exception):
    """This machine gives no server or no migrated database; the text says what to do, or what went wrong."""


def sources(root: Path = ROOT) -> list[Path]:
    """Every file that a migrated database is made of: migrations, models, and what migrations import."""
    migrations = set(root.glob(MIGRATIONS))
    names = {name for path in migrations for name in IMPORTED.findall(path.read_text(encoding="utf-8"))}
    places = [root.joinpath(*name.split(".")) for name in names]
    imported = {
        file
        for place in places
        for file in (place.with_suffix(".py"), *place.glob("**/*.py"))
        if file.is_file()
    }
    return sorted(migrations | imported | {path for pattern in MODELS for path in root.glob(pattern)})


@cache
def fingerprint(root: Path = ROOT) -> str:
    """Another one for every other state of the sources."""
    digest = sha256()
    for path in sources(root):
        digest.update(f"{path.relative_to(root)}\n".encode())
        digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def copy_kept(kind: str, target: Path, make: Callable[[Path], None]) -> None:
    """Copies the kept file or folder to `target`; `make` makes it where there is none for this state.

    One run at a time: another waits here and finds it made. What older states left is removed.
    """
    kept = KEPT / f"{kind}-{fingerprint()}"
    with locked():
        if not kept.exists():
            for old in KEPT.glob(f"{kind}-*"):  # also what a run that was killed has begun
                remove(old)
            unfinished = KEPT / f"{kind}-unfinished"
            make(unfinished)
            unfinished.rename(kept)
        if kept.is_dir():
            shutil.copytree(kept, target)
        else:
            shutil.copyfile(kept, target)


@contextmanager
def locked() -> Iterator[None]:
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def migrate(address: str) -> None:
    """Runs the migrations of this checkout on the database at an address, in a process of its own."""
    environment = {**os.environ, "DATABASE_URL": address, "SECRET_KEY": "only-for-tests-" + "k" * 50}
    command = [sys.executable, "manage.py", "migrate", "--noinput", "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NoDatabaseError(f"The migrations failed:\n{done.stdout}{done.stderr}")


def copy_sqlite(target: Path) -> None:
    """A migrated SQLite file."""
    copy_kept("sqlite", target, make_sqlite)


def make_sqlite(file: Path) -> None:
    """The site keeps its file in WAL mode; closing the last connection has emptied the log."""
    migrate(f"sqlite:///{file}")
    left = [path for path in file.parent.glob(f"{file.name}-*") if path.stat().st_size]
    if left:
        raise NoDatabaseError(f"{file} is not whole: {left}")
