"""Where does a migrated database come from in a moment, and when must it be made anew?

Migrating takes some seconds, a new PostgreSQL cluster two more, the demo twenty. Each is made once for each
state of what it is made of and kept in var/tests; a run copies what is kept. Whoever changes a migration, or
a model or another module that migrations are made of, gets a new one by itself; the demo is made anew with
every change of the product. Removing var/tests is always safe.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "tests"
MIGRATIONS, MODELS = "*/migrations/**/*.py", ("*/models/**/*.py", "*/models.py")
# What the demo is told by: all code, the texts and tables that it loads, the words of the catalogue.
PRODUCT = (
    *(f"{app}/**/*.py" for app in ("departments", "langfang_policy", "measures")),
    *("fixtures/**/*", "locale/**/*.po"),
)
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
    return digest_of(sources(root), root)


@cache
def fingerprint_of_the_demo(root: Path = ROOT) -> str:
    """Another one for every other state of the product."""
    found = {path for pattern in PRODUCT for path in root.glob(pattern) if path.is_file()}
    return digest_of(sorted(found), root)


def digest_of(paths: Iterable[Path], root: Path) -> str:
    digest = sha256()
    for path in paths:
        digest.update(f"{path.relative_to(root)}\n".encode())
        digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def copy_kept(kind: str, state: str, target: Path, make: Callable[[Path], None]) -> None:
    """Copies the kept file or folder to `target`; `make` makes it where there is none for this state.

    One run at a time: another waits here and finds it made. What older states left is removed.
    """
    kept = KEPT / f"{kind}-{state}"
    with locked(kind):
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
def locked(kind: str) -> Iterator[None]:
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"lock.{kind}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def migrate(address: str) -> None:
    """Runs the migrations of this checkout on the database at an address."""
    manage(address, "migrate", "--noinput", "--verbosity", "0")


def manage(address: str, *arguments: str) -> None:
    """Runs a command on the database at an address, in a process of its own."""
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "SECRET_KEY": "only-for-tests-" + "k" * 50,
        "PYTHONUTF8": "1",
        "EVIDENCE_FOLDER": str(KEPT / "evidence"),  # not beside what an office keeps in var/uploads
    }
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode != 0:
        what = "The migrations" if arguments[0] == "migrate" else f"manage.py {arguments[0]}"
        raise NoDatabaseError(f"{what} failed:\n{done.stdout}{done.stderr}")


def copy_sqlite(target: Path) -> None:
    """A migrated SQLite file."""
    copy_kept("sqlite", fingerprint(), target, make_sqlite)


def make_sqlite(file: Path) -> None:
    migrate(f"sqlite:///{file}")
    assert_whole(file)


def copy_demo(target: Path) -> None:
    """A SQLite file with what script/server loads into an empty one: both policies and their demo."""
    copy_kept("demo", fingerprint_of_the_demo(), target, make_demo)


def make_demo(file: Path) -> None:
    copy_sqlite(file)
    manage(f"sqlite:///{file}", "first_start")
    assert_whole(file)


def assert_whole(file: Path) -> None:
    """The site keeps its file in WAL mode; closing the last connection has emptied the log."""
    left = [path for path in file.parent.glob(f"{file.name}-*") if path.stat().st_size]
    if left:
        raise NoDatabaseError(f"{file} is not whole: {left}")
