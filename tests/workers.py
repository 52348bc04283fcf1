"""Which tests go to the same process when several run at once, and which first?

Those of one module: what a module prepares is prepared once. And all that read the played demo, which takes
some twenty seconds to load. The `xdist_group` of pytest-xdist 3.8 would say so at each test, but with
pytest 9.2 it is silently without effect, and the demo was loaded in every process.
"""

import os
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# Modules whose tests ask for the demo. Another one that asks stops the run, so that none is forgotten here.
OF_THE_DEMO = frozenset(
    {
        "tests/measures/test_demo_issuing.py",
        "tests/measures/test_demo_of_two_policies.py",
        "tests/measures/test_demo_words.py",
        "tests/measures/test_load_demo.py",
        "tests/measures/test_demo_shows_all.py",
        "tests/measures/test_search.py",
        "tests/test_benchmarks.py",
    }
)


# What takes long with few tests goes first, else one process would do it at the end and the other wait.
# Then what has most tests; pytest-xdist by itself looks at their number alone (--no-loadscope-reorder).
THE_DEMO = "the demo"
LONG = (
    "tests/test_fuzz.py",
    THE_DEMO,
    "tests/test_access.py",
    "tests/measures/test_permissions.py",
    "tests/measures/test_migrations.py",
    "tests/measures/views/test_any_size.py",
    "tests/measures/views/test_measures.py",
    "tests/measures/summaries/test_keeping.py",
    "tests/measures/workflow/test_periods_together.py",
    "tests/test_architecture.py",
    "tests/measures/reports/test_status.py",
    "tests/measures/summaries/test_seals.py",
    "tests/measures/views/test_period_detail.py",
    "tests/measures/views/test_sheet_form.py",
    "tests/measures/views/test_board.py",
    "tests/measures/views/test_urges.py",
    "tests/measures/views/test_sheet_edit.py",
    "tests/measures/reports/test_press.py",
    "tests/measures/commands/test_run_worker.py",
    "tests/measures/views/test_all_policies.py",
    "tests/test_first_day.py",
    "tests/measures/views/test_reports.py",
    "tests/measures/commands/test_export_report.py",
    "tests/test_server.py",
    "tests/test_back_up.py",
    "tests/test_your_own_policy.py",
)


def unit_of(nodeid: str) -> str:
    """What a test is given out with."""
    module = nodeid.partition("::")[0]
    return THE_DEMO if module in OF_THE_DEMO else module


def given_out(nodeids: Sequence[str]) -> list[str]:
    """The same tests, in the order in which their units are given out."""
    sizes = Counter(map(unit_of, nodeids))

    def place(nodeid: str) -> tuple[int, int, str]:
        unit = unit_of(nodeid)
        return (LONG.index(unit) if unit in LONG else len(LONG), -sizes[unit], unit)

    return sorted(nodeids, key=place)


class ByModule(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByModule:
    return ByModule(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "played_demo" in getattr(item, "fixturenames", ()) and unit_of(item.nodeid) != THE_DEMO:
            raise pytest.UsageError(f"{item.nodeid} asks for the demo: name its module in tests/workers.py.")
    if "PYTEST_XDIST_WORKER" in os.environ:
        places = {nodeid: place for place, nodeid in enumerate(given_out([item.nodeid for item in items]))}
        items.sort(key=lambda item: places[item.nodeid])
