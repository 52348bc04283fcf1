"""What every test may ask for. The named people are in cast.py, the made-up rows in builders.py."""

import gc
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import coverage
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as property_settings
from pytest_django import DjangoDbBlocker
from zeal import zeal_context, zeal_ignore
from zeal.constants import initialize_app_registry
from zeal.patch import patch

from langfang_policy import clock
from langfang_policy.compiled_queries import Checking
from measures.demo import read_demo_data
from tests import builders, cast, cluster, migrated, unfollowed
from tests.retold import history

FOLDER = Path(os.environ["TEST_FOLDER"])  # of the whole run; what a worker writes carries its name
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "only")
DEMO_COMMANDS = (
    ("loaddata", "departments", "urban-renewal-departments", "--verbosity", "0"),
    ("load_calendar",),
    *(("load_policy", *data.load) for data in read_demo_data()),
    ("load_demo",),
)


def pytest_configure(config: pytest.Config) -> None:
    """What a test run does not need: slow hashing, hashed file names, the office's own folders.

    And what it does need: each query whose text is kept is made anew and compared.
    """
    Checking.is_on = True
    Checking.is_for_all_values = not config.getoption("second_database")
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        *settings.PASSWORD_HASHERS,  # the demo is loaded as by the product
    ]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STATIC_ROOT = FOLDER / "static"
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    settings.MEDIA_ROOT = FOLDER / f"uploads-{WORKER}"
    settings.STORAGES["evidence"]["OPTIONS"]["location"] = FOLDER / f"evidence-{WORKER}"
    stored: dict[str, Any] = settings.STORAGES["documents"]
    stored["OPTIONS"]["location"] = FOLDER / f"documents-{WORKER}"
    property_settings.register_profile(  # a busy machine is slow, not wrong
        "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    property_settings.load_profile("patient")
    if config.getoption("cov_source", default=None):
        unfollowed.look_away()
    if not config.getoption("second_database"):  # how often a page asks is the same on every database
        initialize_app_registry()
        patch()


def pytest_collection_finish() -> None:
    """What is imported by now lives to the end: the garbage collector need not walk it again and again.

    And it is measured. What the first request imports might otherwise come in a test that is not measured.
    """
    if coverage.Coverage.current():
        import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite is tested as a file, as it runs: WAL, IMMEDIATE, a lock that other threads meet."""
    wanted = connection.settings_dict["TEST"]
    if connection.vendor == "sqlite":
        wanted["NAME"] = str(FOLDER / f"test-{WORKER}.sqlite3")
    elif "TEST_DATABASE_URL" not in os.environ:
        wanted["TEMPLATE"] = cluster.MIGRATED


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Made for whoever asks; pytest-django's own makes none when no test in sight is marked django_db.

    From a copy of the migrated database. Django still looks whether a migration is missing there.
    """
    is_file = connection.vendor == "sqlite"
    if is_file:
        migrated.copy_sqlite(Path(connection.settings_dict["TEST"]["NAME"]))
    with django_db_blocker.unblock():
        made = setup_databases(
            verbosity=0, interactive=False, keepdb=is_file, aliases={"default": None}, serialized_aliases=()
        )
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


WRITES = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
# The session, and the lock-out's record of attempts, are not what a page shows. Kept figures are worked out
# by whoever reads first on a new day (docs/decisions/0035); a document that was made is kept (0037).
WRITTEN_BY_READING = (
    "departments_session",
    "departments_accountevent",
    "axes_",
    "measures_periodfigures",
    "measures_measurefigures",
    "measures_departmentfigures",
    "measures_lightchange",
    "measures_storeddocument",
)


# The first reading of a day holds each period for itself while its figures are worked out.
BROUGHT_UP_TO_DATE = [
    {"model": "measures.ReportingPeriod", "field": "get()"},
    {"model": "measures.PeriodFigures", "field": "get()"},
]


def refuse_writes(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    write = WRITES.match(sql)
    assert not write or write[2].startswith(WRITTEN_BY_READING), f"a GET wrote: {sql}"
    return execute(sql, params, many, context)


@pytest.fixture(autouse=True)
def get_never_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Holds for each GET of each test, also for those that follow a redirect."""
    request = Client.request

    def guarded(client: Client, **environ: Any) -> Any:
        if environ.get("REQUEST_METHOD", "GET") not in {"GET", "HEAD"}:
            return request(client, **environ)
        with connection.execute_wrapper(refuse_writes), zeal_context(), zeal_ignore(BROUGHT_UP_TO_DATE):
            return request(client, **environ)

    monkeypatch.setattr(Client, "request", guarded)


@pytest.fixture(autouse=True)
def rows_are_followed(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test begins with is made once (tests/retold.py)."""
    marker = request.node.get_closest_marker("django_db")
    if (marker is None or marker.kwargs.get("transaction")) and "db" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("db")
    with history.followed():
        yield


@pytest.fixture
def calendar(db: None) -> None:
    """Working days of the summer in which the tests take place."""
    builders.a_working_calendar()


@pytest.fixture
def in_english() -> Iterator[None]:
    """What is said below the pages is said in the language of the source, which tests quote."""
    with translation.override("en"):
        yield


@pytest.fixture
def evidence_folder(settings: Any, tmp_path: Path) -> Path:
    """Where evidence is kept in this test alone, empty at first."""
    folder = tmp_path / "evidence"
    folder.mkdir()
    options = {**settings.STORAGES["evidence"]["OPTIONS"], "location": folder}
    settings.STORAGES = {
        **settings.STORAGES,
        "evidence": {**settings.STORAGES["evidence"], "OPTIONS": options},
    }
    return folder


@pytest.fixture
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The edges believe that it is the day of the tests, in a database that is no demo."""
    monkeypatch.setattr(clock, "today", lambda: cast.DAY)
    monkeypatch.setattr(clock, "now", builders.moment)


@pytest.fixture
def as_admin(client: Client) -> Client:
    """The administrator's browser."""
    client.force_login(cast.admin().person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A fresh copy of the migrated database, to commit into, from several threads if need be.

    Instead of django_db(transaction=True): that one empties tables afterwards, which the append-only
    triggers refuse. Not together with `db`.
    """
    with fresh_database(django_db_blocker):
        yield


@contextmanager
def fresh_database(blocker: DjangoDbBlocker) -> Iterator[None]:
    """As `own_database`, for a fixture that several tests share."""
    original = connection.settings_dict["NAME"]
    copy = f"{original}-{uuid4().hex[:8]}"
    with blocker.unblock():
        copy_database(original, copy)
        connections.close_all()
        connection.settings_dict["NAME"] = copy
        try:
            yield
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = original
            drop_database(copy)


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Everything of this process speaks to that database for a while."""
    original = connection.settings_dict["NAME"]
    connections.close_all()
    connection.settings_dict["NAME"] = name
    clock.forget()
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = original
        clock.forget()


@pytest.fixture(scope="session")
def played_demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The name of a database with the whole demo. On PostgreSQL it takes some twenty seconds to load.

    On SQLite it is loaded once for all who ask, journeys in a browser too, and kept (tests/migrated.py).
    """
    name = f"{connection.settings_dict['NAME']}-demo"
    if connection.vendor == "sqlite":
        migrated.copy_demo(Path(name))
    else:
        with django_db_blocker.unblock():
            copy_database(connection.settings_dict["NAME"], name)
            with connected_to(name):
                for command in DEMO_COMMANDS:
                    call_command(*command, stdout=StringIO())
    yield name
    with django_db_blocker.unblock():
        drop_database(name)


@pytest.fixture
def demo(played_demo: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo, to read and to act in; what a test writes is undone. Not together with `db`."""
    with django_db_blocker.unblock(), connected_to(played_demo), transaction.atomic():
        yield
        transaction.set_rollback(True)


def copy_database(original: str, copy: str) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [copy])
        return
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        is_old = int(cursor.fetchone()[0]) < 15_00_00
    # Since 15 every page would be written to the log as well, which takes six times as long.
    strategy = "" if is_old else "STRATEGY FILE_COPY"
    connections.close_all()  # a template must have no visitor
    on_server(f'CREATE DATABASE "{copy}" TEMPLATE "{original}" {strategy}')


def drop_database(name: str) -> None:
    if connection.vendor == "sqlite":
        for leftover in Path(name).parent.glob(f"{Path(name).name}*"):
            leftover.unlink()
        return
    on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def on_server(sql: str) -> None:
    """Runs one statement on PostgreSQL outside of every database of ours."""
    with connection._nodb_cursor() as cursor:  # Django's own way to CREATE DATABASE
        cursor.execute(sql)
