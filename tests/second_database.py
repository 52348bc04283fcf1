"""What need not run again on the second database, and what is measured there?

script/test runs everything on SQLite, then with --second-database on PostgreSQL. That run leaves out what
cannot differ: tests that never touch a database (pytest-django refuses it to them), and tests marked `once`,
each with its reason (docs/decisions/0001). Coverage goes on there only in tests that have a database of
their own: the places of locks, triggers and transactions, where code of one database alone may stand.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager

import coverage
import pytest

# A test that names none of these, and is not marked django_db, is stopped when it asks a database.
DATABASE_FIXTURES = frozenset({"db", "transactional_db", "django_db_setup", "own_database"})
OWN_DATABASE = "own_database"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--second-database",
        action="store_true",
        help="leave out what has run on another database and cannot differ on this one",
    )


def touches_database(item: pytest.Item) -> bool:
    names = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or not DATABASE_FIXTURES.isdisjoint(names)


def must_run_again(item: pytest.Item) -> bool:
    return touches_database(item) and item.get_closest_marker("once") is None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        for marker in item.iter_markers("once"):
            if len(marker.args) != 1:
                raise pytest.UsageError(f"{item.nodeid}: `once` says why it is enough, in one sentence.")
    if config.getoption("second_database"):
        again = [item for item in items if must_run_again(item)]
        config.hook.pytest_deselected(items=[item for item in items if not must_run_again(item)])
        items[:] = again


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    measured = coverage.Coverage.current() if item.config.getoption("second_database") else None
    if measured is None or OWN_DATABASE in getattr(item, "fixturenames", ()):
        return (yield)
    with paused(measured):
        return (yield)


@contextmanager
def paused(measured: coverage.Coverage) -> Iterator[None]:
    """Being measured costs more than half of a test's time again."""
    measured.stop()
    try:
        yield
    finally:
        measured.start()
