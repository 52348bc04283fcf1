"""Where do the databases of a run come from? A folder of SQLite files, or a PostgreSQL server.

Each is migrated and filled in a process of its own, so that no measurement carries what another left behind.
"""

import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

import psycopg

from tests import cluster, migrated
from tests.benchmarks.worlds import World

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "var" / "benchmarks"
KEPT_FROM = 10_000  # measures: filling so many takes minutes, so that world is kept for the next run
WRITING = (
    *("block", "copies", "forms", "identifiers", "mass_insertion", "record", "snapshots"),
    *("world", "worlds"),
)
SOURCES = (
    "departments/**/*.py",
    "measures/**/*.py",
    "langfang_policy/**/*.py",
    "fixtures/**/*.*",
    *(f"tests/benchmarks/{name}.py" for name in WRITING),
)
DEMO = (
    ("migrate", "--verbosity", "0"),
    ("first_start",),
)
P = ParamSpec("P")
R = TypeVar("R")


def in_own_process(address: str, act: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
    """What `act` gives in a new process that is connected to the database at the address."""
    spawned = get_context("spawn")
    with ProcessPoolExecutor(1, spawned, initializer=connect, initargs=(address,)) as pool:
        return pool.submit(act, *arguments, **named).result()


def connect(address: str = "") -> None:
    """Sets Django up in this process. The environment holds what `prepare` put there."""
    if address:
        os.environ["DATABASE_URL"] = address
    import django

    django.setup()


def prepare(folder: Path) -> None:
    """Settings of this run for all its processes, and the static files with hashed names."""
    os.environ["BENCHMARK_FOLDER"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.settings"
    os.environ["SECRET_KEY"] = "only-for-benchmarks-" + "k" * 50
    os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'none.sqlite3'}"
    manage("collectstatic", "--noinput", "--verbosity", "0")


def manage(*arguments: str, address: str = "") -> None:
    environment = {**os.environ, **({"DATABASE_URL": address} if address else {})}
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")


def kept_block(folder: Path) -> Path:
    """The file with the block: made by the demo's acts once for each state of the program, then kept."""
    digest = sha256()
    for path in sorted(path for pattern in SOURCES for path in ROOT.glob(pattern) if path.is_file()):
        digest.update(path.read_bytes())
    kept = KEPT / f"block-{digest.hexdigest()[:16]}"
    if not kept.exists():
        address = f"sqlite:///{folder / 'demo.sqlite3'}"
        for command in DEMO:
            manage(*command, address=address)
        KEPT.mkdir(parents=True, exist_ok=True)
        for old in [*KEPT.glob("block-*"), *KEPT.glob("*.sqlite3*")]:
            old.unlink()
        unfinished = KEPT / "unfinished"
        in_own_process(address, _keep, unfinished)
        unfinished.rename(kept)
    return kept


def _keep(target: Path) -> None:
    from tests.benchmarks.block import read_block

    target.write_bytes(pickle.dumps(read_block()))


def _fill(block: Path, world: World) -> None:
    from tests.benchmarks.world import fill

    fill(pickle.loads(block.read_bytes()), world)  # noqa: S301  # written by _keep


class SqliteFiles:
    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self, world: World, block: Path) -> str:
        """The address of a database that holds the world."""
        file = self.folder / f"{world.argument}.sqlite3"
        address = f"sqlite:///{file}"
        if self.keeps(world):
            shutil.copyfile(KEPT / file.name, file)
            return address
        migrated.copy_sqlite(file)
        in_own_process(address, _fill, block, world)
        if world.total >= KEPT_FROM:
            unfinished = KEPT / f"unfinished-{file.name}"
            shutil.copyfile(file, unfinished)
            unfinished.rename(KEPT / file.name)
        return address

    def keeps(self, world: World) -> bool:
        """An earlier run of the same program has filled it: `kept_block` throws away what others have."""
        return (KEPT / f"{world.argument}.sqlite3").exists()

    def version(self) -> str:
        import sqlite3

        return f"SQLite {sqlite3.sqlite_version}"

    def drop(self, address: str) -> None:
        file = Path(address.removeprefix("sqlite:///"))
        for part in self.folder.glob(f"{file.name}*"):
            part.unlink()

    def stop(self) -> None:
        """Nothing runs."""


class PostgresqlServer:
    """One of its own, as tests have it, or the one at the given address, whose role may make databases."""

    name = "PostgreSQL"

    def __init__(self, folder: Path, given: str = "") -> None:
        self.server = None if given else cluster.Server(folder)
        self.base = given or (self.server.start() if self.server else "")
        self.head = self.base.rpartition("/")[0]

    def make(self, world: World, block: Path) -> str:
        name = f"benchmark_{world.argument}"
        template = f"TEMPLATE {cluster.MIGRATED}" if self.server else ""
        self._execute(f"CREATE DATABASE {name} {template}")
        address = f"{self.head}/{name}"
        if not self.server:
            migrated.migrate(address)
        in_own_process(address, _fill, block, world)
        return address

    def keeps(self, _world: World) -> bool:
        return False

    def version(self) -> str:
        return f"PostgreSQL {self._execute('SHOW server_version').split()[0]}"

    def drop(self, address: str) -> None:
        self._execute(f"DROP DATABASE {address.rpartition('/')[2]}")

    def stop(self) -> None:
        if self.server:
            self.server.stop()
            shutil.rmtree(self.server.folder, ignore_errors=True)

    def _execute(self, statement: str) -> str:
        with psycopg.connect(self._conninfo(), autocommit=True) as server:
            found = server.execute(statement)
            row = found.fetchone() if found.description else None
            return str(row[0]) if row else ""

    def _conninfo(self) -> str:
        if self.server:
            return f"host={self.server.folder} user={cluster.ROLE} dbname=postgres"
        return self.base.replace("postgres://", "postgresql://", 1)


Databases = SqliteFiles | PostgresqlServer
