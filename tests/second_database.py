"""What need not run again on the second database, and what is measured there?

script/test runs everything on SQLite, then with --second-database on PostgreSQL. That run leaves out what
cannot differ: tests that never touch a database (pytest-django refuses it to them), and what the marks below
say, each with its reason (docs/decisions/0001). Coverage goes on there only in tests with a database of their
own: the places of locks, triggers and transactions, where code of one database alone may stand. On neither
does it go on in tests that are marked `unmeasured`.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager

import coverage
import pytest

# A test that names none of these, and is not marked django_db, is stopped when it asks a database.
DATABASE_FIXTURES = frozenset({"db", "transactional_db", "django_db_setup", "own_database"})
OWN_DATABASE = "own_database"
# The one nearest to the test counts. `once`: not again. `sample`: of the cases of a test, which differ only
# before or after the database, the first. `both`: again, though its module is marked `once`.
MARKS = ("once", "sample", "both")
UNMEASURED = "unmeasured"


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
    if not touches_database(item):
        return False
    mark = next((mark.name for mark in item.iter_markers() if mark.name in MARKS), "both")
    return mark == "both" or (mark == "sample" and is_first_case(item))


def is_first_case(item: pytest.Item) -> bool:
    """The first of its parameters; the only one of a test that has none."""
    callspec = getattr(item, "callspec", None)
    return callspec is None or not any(callspec.indices.values())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        for marker in item.iter_markers():
            if marker.name in (*MARKS, UNMEASURED) and len(marker.args) != 1:
                raise pytest.UsageError(f"{item.nodeid}: `{marker.name}` says why, in one sentence.")
    if config.getoption("second_database"):
        again = [item for item in items if must_run_again(item)]
        config.hook.pytest_deselected(items=[item for item in items if not must_run_again(item)])
        items[:] = again


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    measured = coverage.Coverage.current()
    if measured is None or is_measured(item):
        return (yield)
    with paused(measured):
        return (yield)


def is_measured(item: pytest.Item) -> bool:
    if item.get_closest_marker(UNMEASURED):
        return False
    again = item.config.getoption("second_database")
    return not again or OWN_DATABASE in getattr(item, "fixturenames", ())


@contextmanager
def paused(measured: coverage.Coverage) -> Iterator[None]:
    """Being measured costs more than half of a test's time again."""
    measured.stop()
    try:
        yield
    finally:
        measured.start()
