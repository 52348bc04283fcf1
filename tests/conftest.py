"""What every test may ask for. The named people are in cast.py, the made-up rows in builders.py."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, connections
from pytest_django.plugin import DjangoDbBlocker

FOLDER = Path(os.environ["TEST_FOLDER"])


def pytest_configure() -> None:
    """What a test run does not need: slow hashing, hashed file names, the office's own folders."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STATIC_ROOT = FOLDER / "static"
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    settings.MEDIA_ROOT = FOLDER / "uploads"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite is tested as a file, as it runs: WAL, IMMEDIATE, a lock that other threads meet."""
    if connection.vendor == "sqlite":
        worker = os.environ.get("PYTEST_XDIST_WORKER", "only")
        connection.settings_dict["TEST"]["NAME"] = str(FOLDER / f"test-{worker}.sqlite3")


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A fresh copy of the migrated database, to commit into, from several threads if need be.

    Instead of django_db(transaction=True): that one empties tables afterwards, which the append-only
    triggers refuse. Not together with `db`.
    """
    original = connection.settings_dict["NAME"]
    copy = f"{original}-{uuid4().hex[:8]}"
    with django_db_blocker.unblock():
        copy_database(original, copy)
        connections.close_all()
        connection.settings_dict["NAME"] = copy
        try:
            yield
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = original
            drop_database(copy)


def copy_database(original: str, copy: str) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [copy])
        return
    connections.close_all()  # a template must have no visitor
    on_server(f'CREATE DATABASE "{copy}" TEMPLATE "{original}"')


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
