"""What else must hold before the last line of a run may be green: earlier steps, and coverage floors.

script/test names a file with the steps that failed before (FAILED_STEPS_FILE) and asks for the floors in its
last call (COVERAGE_FLOORS=1), when the data of both databases lie in one file. What it runs at the same time
has ended when another file is there (WAIT_FOR). Each failure counts as an error in pytest's own closing line,
so that the line and the exit status never disagree.
"""

import os
import time
from collections.abc import Generator
from pathlib import Path

import coverage
import pytest

OVERALL = 90.0
# The rooms where a rule lives: every line and every branch. A pattern that matches no measured file is an
# error of its own: whoever moves a room moves its row here.
WHOLE = (
    "measures/permissions.py",
    "measures/report_permissions.py",
    "measures/workflow/*",
    "measures/duties.py",
    "measures/lights.py",
    "measures/commitments.py",
    "measures/summaries/*",
    "measures/policytext/*",
)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Outermost, so that pytest-cov has combined and written its data when the floors are read."""
    result = yield
    if "PYTEST_XDIST_WORKER" not in os.environ:
        for complaint in complaints(session.config):
            add_error(session, complaint)
    return result


class WaitsForOthers:
    """Innermost: its own tests have run, pytest-cov has not yet combined its data with what lies there."""

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        result = yield
        if "PYTEST_XDIST_WORKER" not in os.environ and (ended := os.environ.get("WAIT_FOR")):
            while not Path(ended).exists():
                time.sleep(0.2)
        return result


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(WaitsForOthers(), "waits for others")


def complaints(config: pytest.Config) -> list[str]:
    """One sentence for each thing that failed outside the tests of this run."""
    failed = os.environ.get("FAILED_STEPS_FILE")
    steps = Path(failed).read_text(encoding="utf-8").splitlines() if failed else []
    found = [f"{step} failed earlier in this run" for step in steps]
    if os.environ.get("COVERAGE_FLOORS") == "1":
        found += shortfalls(config.rootpath)
    return found


def shortfalls(root: Path) -> list[str]:
    """Where coverage, lines and branches, lies below its floor."""
    data = coverage.Coverage(config_file=str(root / "pyproject.toml"))
    data.load()
    found = []
    if (overall := percentage(data)) < OVERALL:
        found.append(f"coverage is {overall:.1f} %, the floor is {OVERALL:.0f} %")
    for pattern in WHOLE:
        if (covered := percentage(data, str(root / pattern))) < 100:
            found.append(f"coverage of {pattern} is {covered:.1f} %, the floor is 100 %")
    return found


def percentage(data: coverage.Coverage, *files: str) -> float:
    """0 where nothing was measured: a room that is gone or was never entered is no room that is covered."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        try:
            return data.report(include=list(files) or None, file=nowhere)
        except coverage.exceptions.NoDataError:
            return 0.0


def add_error(session: pytest.Session, sentence: str) -> None:
    report = pytest.TestReport(
        nodeid=f"script/test: {sentence}",
        location=("script/test", 0, sentence),
        keywords={},
        outcome="failed",
        longrepr=sentence,
        when="setup",
    )
    session.testsfailed += 1
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter:
        reporter.stats.setdefault("error", []).append(report)
