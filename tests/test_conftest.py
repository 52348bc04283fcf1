"""Do the guards of the test suite bite? A guard that lets everything pass would not be missed."""

import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from types import FrameType

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models.expressions import BaseExpression
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from tests import cluster, migrated, postgres, second_database, unfollowed, workers
from tests.test_closing import run_pytest

pytestmark = pytest.mark.unmeasured("reads the source and runs little of it")

ROOT = Path(__file__).resolve().parent.parent


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


def test_postgresql_missing_stops_the_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    monkeypatch.setattr(cluster, "version", lambda binaries: 0)
    monkeypatch.setattr(cluster, "find_spec", lambda name: None)
    with pytest.raises(migrated.NoDatabaseError, match="No PostgreSQL"):
        cluster.find_binaries(tmp_path)
    monkeypatch.setattr(os, "environ", {"TEST_DATABASE": "postgresql", "PATH": os.environ["PATH"]})
    monkeypatch.setattr(cluster.Server, "start", lambda server: cluster.find_binaries(tmp_path))
    with pytest.raises(pytest.UsageError, match="No PostgreSQL"):
        postgres.prepare_environment(pytestconfig)


def test_postgresql_comes_out_of_the_wheel_when_the_machine_has_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    known = cluster.version
    monkeypatch.setattr(cluster, "version", lambda binaries: 0)
    brought = cluster.find_binaries(tmp_path)
    assert tmp_path in brought.parents
    assert known(brought) >= 18


# --- the migrated database that runs copy --------------------------------------------------------


@pytest.fixture
def sources_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A small checkout: a model, and a migration of it that imports; what is kept lies beside."""
    texts = {
        "app/models.py": "",
        "app/migrations/0001_first.py": "from app.rules import A\nimport app.words\nimport datetime\n",
        "app/rules.py": "A = 1\n",
        "app/words/__init__.py": "",
        "app/words/usual.py": "",
        "app/views.py": "",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="ascii")
    monkeypatch.setattr(migrated, "KEPT", tmp_path / "kept")
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        "app/models.py",
        "app/models/new.py",
        "app/migrations/0001_first.py",
        "app/rules.py",
        "app/words/usual.py",
    ],
)
def test_fingerprint_changes_with_everything_that_a_migrated_database_is_made_of(
    sources_elsewhere: Path, name: str
) -> None:
    before = migrated.fingerprint(sources_elsewhere)
    migrated.fingerprint.cache_clear()
    assert migrated.fingerprint(sources_elsewhere) == before
    migrated.fingerprint.cache_clear()
    changed = sources_elsewhere / name
    changed.parent.mkdir(exist_ok=True)
    changed.write_text("# anew\n", encoding="ascii")
    assert migrated.fingerprint(sources_elsewhere) != before


def test_fingerprint_leaves_alone_what_no_migration_imports(sources_elsewhere: Path) -> None:
    assert sources_elsewhere / "app/views.py" not in migrated.sources(sources_elsewhere)


def test_fingerprint_reads_the_triggers_of_this_project() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in migrated.sources()}
    assert {"measures/models/append_only.py", "measures/migrations/0002_append_only.py"} <= names


@pytest.mark.parametrize(
    "name",
    [
        "measures/demo/simulation.py",
        "measures/workflow/updates.py",
        "departments/workdays.py",
        "langfang_policy/clock.py",
        "locale/zh_Hans/LC_MESSAGES/django.po",
        "fixtures/departments.json",
        "fixtures/demo/skilled-workers-2019/scenarios.csv",
        "fixtures/policies/skilled-workers-2019.txt",
    ],
)
def test_fingerprint_of_the_demo_changes_with_all_that_it_is_told_by(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True)
    seen = set()
    for text in ("", "# anew\n"):
        file.write_text(text, encoding="ascii")
        migrated.fingerprint_of_the_demo.cache_clear()
        seen.add(migrated.fingerprint_of_the_demo(tmp_path))
    migrated.fingerprint_of_the_demo.cache_clear()
    assert len(seen) == 2


def test_kept_database_is_made_once_for_each_fingerprint(
    sources_elsewhere: Path,
) -> None:
    made = []

    def make(path: Path) -> None:
        made.append(path)
        path.write_text(f"number {len(made)}", encoding="ascii")

    def copied_at(state: str) -> str:
        target = sources_elsewhere / "copy"
        migrated.copy_kept("sqlite", state, target, make)
        return target.read_text(encoding="ascii")

    assert [copied_at("one"), copied_at("one"), copied_at("two")] == ["number 1", "number 1", "number 2"]
    assert [path.name for path in migrated.KEPT.glob("sqlite-*")] == ["sqlite-two"]


def test_kept_database_that_was_never_finished_is_not_used(sources_elsewhere: Path) -> None:
    def fail(path: Path) -> None:
        path.write_text("half", encoding="ascii")
        raise pytest.UsageError("The migrations failed")

    target = sources_elsewhere / "copy"
    with pytest.raises(pytest.UsageError):
        migrated.copy_kept("sqlite", "one", target, fail)
    assert not target.exists()
    migrated.copy_kept("sqlite", "one", target, lambda path: path.touch(exist_ok=False))
    assert target.read_text(encoding="ascii") == ""


def test_migrations_that_fail_stop_the_run_with_what_they_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(migrated, "ROOT", tmp_path)
    (tmp_path / "manage.py").write_text("raise SystemExit('no such table')", encoding="ascii")
    with pytest.raises(migrated.NoDatabaseError, match="The migrations failed:\nno such table"):
        migrated.migrate("sqlite:///anywhere")


# --- what runs once ------------------------------------------------------------------------------

KINDS_OF_TESTS = """
import pytest

@pytest.fixture
def db(): ...

@pytest.fixture
def own_database(): ...

@pytest.fixture
def through_another(db): ...

def test_pure(): ...
def test_rows(db): ...
def test_more_rows(through_another): ...
def test_locks(own_database): ...
@pytest.mark.django_db
def test_marked(): ...
@pytest.mark.once("it is only a page")
def test_once(db): ...
@pytest.mark.sample("a cell is read before the database")
@pytest.mark.parametrize("cell", "abc")
@pytest.mark.parametrize("column", "de")
def test_cells(db, cell, column): ...
@pytest.mark.sample("there is one case")
def test_case(db): ...
@pytest.mark.once("pages")
class TestPages:
    def test_words(self, db): ...
    @pytest.mark.both("a query of its own")
    def test_search(self, db): ...
"""
SECOND = (
    "-p",
    "tests.second_database",
    "-o",
    "markers=once: a\nsample: b\nboth: c\ndjango_db: d\nunmeasured: e",
)


def test_second_database_leaves_out_pure_tests_and_what_the_marks_say(tmp_path: Path) -> None:
    run = run_pytest(tmp_path, KINDS_OF_TESTS, *SECOND, "--second-database", "-v")
    passed = re.findall(r"::([\w\[\]-]+) PASSED", run.stdout)
    always = ["test_rows", "test_more_rows", "test_locks", "test_marked"]
    assert passed == [*always, "test_cells[d-a]", "test_case", "test_search"]
    assert "7 passed, 8 deselected in" in run.stdout.splitlines()[-1]


def test_first_database_leaves_out_nothing(tmp_path: Path) -> None:
    run = run_pytest(tmp_path, KINDS_OF_TESTS, *SECOND)
    assert "15 passed in" in run.stdout.splitlines()[-1]


@pytest.mark.parametrize("mark", [*second_database.MARKS, second_database.UNMEASURED])
def test_mark_without_a_reason_stops_the_run(tmp_path: Path, mark: str) -> None:
    run = run_pytest(tmp_path, f"import pytest\n@pytest.mark.{mark}\ndef test_page(): ...\n", *SECOND)
    assert run.returncode != 0
    assert f"`{mark}` says why, in one sentence" in run.stderr


@pytest.mark.usefixtures("own_database")
def test_test_with_a_database_of_its_own_counts_as_one_that_touches_it(
    request: pytest.FixtureRequest,
) -> None:
    assert second_database.must_run_again(request.node)


def test_second_database_is_measured_where_a_test_has_a_database_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "rooms.py").write_text(
        "def shared():\n    return 1\n\ndef own():\n    return 2\n", encoding="ascii"
    )
    tests = (
        "import pytest, rooms\n@pytest.fixture\ndef db(): ...\n@pytest.fixture\ndef own_database(): ...\n"
        "def test_shared(db): rooms.shared()\ndef test_own(own_database): rooms.own()\n"
        "def test_shared_again(db): rooms.shared()\n"
    )
    options = ("--second-database", "--cov=rooms", "--cov-report=term-missing", "-p", "pytest_cov")
    run = run_pytest(tmp_path, tests, *SECOND, *options)
    assert "3 passed" in run.stdout, run.stdout
    assert re.search(r"rooms\.py +4 +1 +75% +2$", run.stdout, re.MULTILINE), run.stdout


def test_test_that_is_marked_so_is_not_measured(tmp_path: Path) -> None:
    (tmp_path / "rooms.py").write_text(
        "def shared():\n    return 1\n\ndef other():\n    return 2\n", encoding="ascii"
    )
    tests = (
        "import pytest, rooms\ndef test_shared(): rooms.shared()\n"
        '@pytest.mark.unmeasured("as the first")\ndef test_other(): rooms.other()\n'
    )
    options = ("--cov=rooms", "--cov-report=term-missing", "-p", "pytest_cov")
    run = run_pytest(tmp_path, tests, *SECOND, *options)
    assert "2 passed" in run.stdout, run.stdout
    assert re.search(r"rooms\.py +4 +1 +75% +5$", run.stdout, re.MULTILINE), run.stdout


# --- where coverage looks away --------------------------------------------------------------------


OURS = ("departments", "measures", "langfang_policy")


def called_inside() -> None: ...


def fails_inside() -> None:
    raise LookupError


def called_outside() -> None: ...


def test_tracer_is_not_told_of_what_it_need_not_follow_and_goes_on_afterwards() -> None:
    told: list[str] = []

    def tracer(frame: FrameType, event: str, argument: object) -> None:
        told.append(frame.f_code.co_name)

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        unfollowed.unfollowed(called_inside)()
        with pytest.raises(LookupError):
            unfollowed.unfollowed(fails_inside)()
        called_outside()
    finally:
        sys.settrace(before)
    assert "called_outside" in told
    assert not {"called_inside", "fails_inside"} & set(told)


def test_no_line_of_ours_runs_where_coverage_looks_away() -> None:
    """Rows are made, and what is asked for is written, by Django alone."""
    ours = [model for model in apps.get_models() if model.__module__.startswith(OURS)]
    assert len(ours) > 30
    for model in ours:
        for name in ("__init__", "from_db"):
            assert getattr(model, name).__module__ == "django.db.models.base", f"{model.__name__}.{name}"
        for field in model._meta.get_fields():
            assert not type(field).__module__.startswith(OURS), field
    assert not [kind for kind in every_kind_of(BaseExpression) if kind.__module__.startswith(OURS)]


def every_kind_of(kind: type) -> list[type]:
    direct: list[type] = kind.__subclasses__()
    return [kind, *(found for one in direct for found in every_kind_of(one))]


# --- several at once -----------------------------------------------------------------------------

PLAYED = """
import os
from pathlib import Path
import pytest

@pytest.fixture(scope="session")
def played_demo():
    with Path("loaded").open("a") as loaded:
        print(os.getpid(), file=loaded)

@pytest.mark.parametrize("number", range(8))
def test_reads(played_demo, number): ...
"""
TWO = ("-p", "xdist", "-p", "tests.workers", "-n", "2", "--dist", "loadscope", "--no-loadscope-reorder")


def test_demo_is_loaded_by_one_process_of_several(tmp_path: Path) -> None:
    for module in workers.OF_THE_DEMO:
        (tmp_path / module).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / module).write_text(PLAYED, encoding="ascii")
    run = run_pytest(tmp_path, *("def test_fine(): ...\n", *TWO, *workers.OF_THE_DEMO))
    assert f"{8 * len(workers.OF_THE_DEMO) + 1} passed in" in run.stdout, run.stdout + run.stderr
    assert len(set((tmp_path / "loaded").read_text(encoding="ascii").split())) == 1


def test_units_that_take_long_are_given_out_first_then_those_of_most_tests() -> None:
    demo, fuzz = f"{sorted(workers.OF_THE_DEMO)[0]}::test_b", "tests/test_fuzz.py::test_a"
    many = ["tests/test_many.py::test_b", "tests/test_many.py::test_a"]
    collected = ["tests/test_one.py::test_a", *many, demo, fuzz]
    assert workers.given_out(collected) == [fuzz, demo, *many, "tests/test_one.py::test_a"]
    for unit in workers.LONG:
        assert unit == workers.THE_DEMO or (ROOT / unit).is_file(), unit


def test_module_that_reads_the_demo_without_being_named_stops_the_run(tmp_path: Path) -> None:
    run = run_pytest(tmp_path, PLAYED, "-p", "tests.workers")
    assert run.returncode != 0
    assert "name its module in tests/workers.py" in run.stderr


# --- script/test ---------------------------------------------------------------------------------


def script_test(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["sh", "script/test", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_script_test_prints_its_own_help() -> None:
    told = script_test("--help")
    assert (told.returncode, told.stderr) == (0, "")
    assert "--on sqlite" in told.stdout
    assert "usage: pytest" not in told.stdout


def test_script_test_refuses_a_database_that_it_does_not_know() -> None:
    told = script_test("--on", "mysql", "tests/test_frame.py")
    assert (told.returncode, told.stdout) == (2, "")
    assert "--on takes sqlite or postgresql" in told.stderr
