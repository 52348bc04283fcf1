"""Does the closing line of a run tell all that failed, and what lies below its floor?"""

import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import coverage
import pytest

from tests import closing, second_database

pytestmark = pytest.mark.unmeasured("reads the source and runs little of it")

ROOT = Path(__file__).resolve().parent.parent


def run_pytest(
    folder: Path, tests: str = "def test_fine():\n    assert 1 + 1 == 2\n", *options: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """A small run of its own, with the closing plugin and without Django."""
    (folder / "test_small.py").write_text(tests, encoding="ascii")
    without = [part for name in ("django", "playwright", "hypothesispytest") for part in ("-p", f"no:{name}")]
    command = [sys.executable, "-m", "pytest", *without, "-p", "tests.closing", *options]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_"))}
    return subprocess.run(
        [*command, "-c", os.devnull, "--rootdir", str(folder), "test_small.py"],
        cwd=folder,
        env={
            **kept,
            "PYTHONPATH": str(ROOT),
            "FAILED_STEPS_FILE": "",
            "WAIT_FOR": "",
            "COVERAGE_FLOORS": "",
            "COVERAGE_FILE": str(folder / "coverage"),  # not among the data of the run that tries it
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_closing_line_is_green_when_nothing_failed(tmp_path: Path) -> None:
    run = run_pytest(tmp_path)
    assert run.returncode == 0, run.stdout
    assert "1 passed in" in run.stdout.splitlines()[-1]


def test_closing_line_counts_steps_that_failed_before(tmp_path: Path) -> None:
    failed = tmp_path / "failed"
    failed.write_text("types\ncheck --deploy\n", encoding="ascii")
    run = run_pytest(tmp_path, FAILED_STEPS_FILE=str(failed))
    assert run.returncode == 1
    assert "1 passed, 2 errors in" in run.stdout.splitlines()[-1]
    assert "types failed earlier in this run" in run.stdout


def test_closing_run_waits_for_the_other_and_reports_what_both_have_measured(tmp_path: Path) -> None:
    """The other run fails a step, leaves its data beside those of this one, and ends."""
    (tmp_path / "rooms.py").write_text(
        "def first():\n    return 1\n\ndef second():\n    return 2\n", encoding="ascii"
    )
    failed, ended = tmp_path / "failed", tmp_path / "ended"
    failed.touch()

    def other() -> None:
        time.sleep(2)  # by then it has begun, or it finds all as it was left
        measured = coverage.CoverageData(str(tmp_path / "coverage.sqlite"))
        measured.add_lines({str(tmp_path / "rooms.py"): [2]})
        measured.close()
        failed.write_text("tests on SQLite\n", encoding="ascii")
        ended.touch()

    thread = threading.Thread(target=other)
    thread.start()
    options = ("--cov=rooms", "--cov-append", "--cov-report=term-missing", "-p", "pytest_cov")
    waits = {"WAIT_FOR": str(ended), "FAILED_STEPS_FILE": str(failed)}
    run = run_pytest(tmp_path, "import rooms\ndef test_second(): rooms.second()\n", *options, **waits)
    thread.join()
    assert re.search(r"rooms\.py +4 +0 +100%$", run.stdout, re.MULTILINE), run.stdout
    assert "1 passed, 1 error in" in run.stdout.splitlines()[-1]


def test_coverage_floors_say_which_room_falls_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No data at all: every floor is missed, and each says so."""
    monkeypatch.setenv("COVERAGE_FILE", str(tmp_path / "none"))
    found = closing.shortfalls(ROOT)
    assert len(found) == 1 + len(closing.WHOLE)
    assert "the floor is 90 %" in found[0]


def test_coverage_floors_name_each_room_once() -> None:
    assert len(closing.WHOLE) == len(set(closing.WHOLE))
    for pattern in closing.WHOLE:
        assert list(ROOT.glob(pattern)), f"{pattern} matches no file"


def test_tests_of_a_room_with_a_floor_are_all_measured() -> None:
    """Whoever adds a rule there and its test finds it counted."""
    for pattern in closing.WHOLE:
        folder, name = pattern.rsplit("/", 1)
        found = list((ROOT / "tests" / folder).glob(f"test_{name.strip('*').removesuffix('.py')}*.py"))
        assert found, pattern
        for module in found:
            assert f".{second_database.UNMEASURED}(" not in module.read_text(encoding="utf-8"), module
