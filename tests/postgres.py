"""Which database do the tests of this run use, and where does a PostgreSQL server come from?

Loaded with -p, so that it has spoken before pytest-django reads the settings. TEST_DATABASE is sqlite
(default) or postgresql. A server is found or brought (tests/cluster.py), never skipped: without one the run
fails.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.cluster import Server
from tests.migrated import NoDatabaseError

# What the shell of the person who runs the tests may hold and what must not change a test.
SETTINGS_OF_THE_SHELL = (
    *("SITE_URL", "ALLOW_PLAIN_HTTP", "PRODUCT_NAME", "IDLE_MINUTES", "DEBUG", "TWO_FACTOR_ROLES"),
    *("BACKGROUND_MEASURES", "BATCH_DAYS", "DOCUMENTS_FOLDER", "WITH_WORKER"),
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
        try:
            os.environ["DATABASE_URL"] = server.start()
        except NoDatabaseError as error:
            raise pytest.UsageError(str(error)) from error
