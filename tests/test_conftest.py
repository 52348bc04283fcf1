"""Do the guards of the test suite bite? A guard that lets everything pass would not be missed."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from tests import closing, postgres


def writes(request: HttpRequest) -> HttpResponse:
    Group.objects.create(name="written")
    return HttpResponse("done")


urlpatterns = [path("writes", writes)]


@pytest.fixture
def site_that_writes(settings: Settings, db: None) -> None:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = []


@pytest.mark.usefixtures("site_that_writes")
def test_get_that_writes_is_caught() -> None:
    with pytest.raises(AssertionError, match="a GET wrote: INSERT INTO"):
        Client().get("/writes")


@pytest.mark.usefixtures("site_that_writes")
def test_post_may_write() -> None:
    assert Client().post("/writes").content == b"done"
    assert Group.objects.get().name == "written"


@pytest.mark.usefixtures("own_database")
def test_own_database_keeps_what_another_thread_has_committed() -> None:
    def write() -> None:
        Group.objects.create(name="from another thread")
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
    assert Group.objects.get().name == "from another thread"


@pytest.mark.usefixtures("own_database")
def test_own_database_is_fresh_each_time() -> None:
    assert not Group.objects.exists()


def test_database_is_the_one_that_was_asked_for(django_db_setup: None) -> None:
    assert connection.vendor == os.environ.get("TEST_DATABASE", "sqlite")


def test_postgresql_missing_stops_the_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgres, "version", lambda binaries: 0)
    monkeypatch.setattr(postgres, "find_spec", lambda name: None)
    with pytest.raises(pytest.UsageError, match="No PostgreSQL"):
        postgres.find_binaries(tmp_path)


def test_postgresql_comes_out_of_the_wheel_when_the_machine_has_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    known = postgres.version
    monkeypatch.setattr(postgres, "version", lambda binaries: 0)
    brought = postgres.find_binaries(tmp_path)
    assert tmp_path in brought.parents
    assert known(brought) >= 18


def run_pytest(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A small run of its own, with the closing plugin and without Django."""
    (folder / "test_small.py").write_text("def test_fine():\n    assert 1 + 1 == 2\n", encoding="ascii")
    root = Path(__file__).resolve().parent.parent
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:django",
        "-p",
        "no:playwright",
        "-p",
        "tests.closing",
    ]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_"))}
    return subprocess.run(
        [*command, "-c", os.devnull, "--rootdir", str(folder), "test_small.py"],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(root), "FAILED_STEPS": "", "COVERAGE_FLOORS": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_closing_line_is_green_when_nothing_failed(tmp_path: Path) -> None:
    run = run_pytest(tmp_path)
    assert run.returncode == 0, run.stdout
    assert "1 passed in" in run.stdout.splitlines()[-1]


def test_closing_line_counts_steps_that_failed_before(tmp_path: Path) -> None:
    run = run_pytest(tmp_path, FAILED_STEPS="types,check --deploy")
    assert run.returncode == 1
    assert "1 passed, 2 errors in" in run.stdout.splitlines()[-1]
    assert "types failed earlier in this run" in run.stdout


def test_coverage_floors_say_which_room_falls_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No data at all: every floor is missed, and each says so."""
    root = Path(__file__).resolve().parent.parent
    monkeypatch.setenv("COVERAGE_FILE", str(tmp_path / "none"))
    found = closing.shortfalls(root)
    assert len(found) == 1 + len(closing.WHOLE)
    assert "the floor is 90 %" in found[0]
