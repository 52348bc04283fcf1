"""Which tests go to the same process when several run at once?

Those of one module: what a module prepares is prepared once. And all that read the played demo, which takes
some twenty seconds to load. The `xdist_group` of pytest-xdist 3.8 would say so at each test, but with
pytest 9.2 it is silently without effect, and the demo was loaded in every process.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# Modules whose tests ask for the demo. Another one that asks stops the run, so that none is forgotten here.
OF_THE_DEMO = frozenset(
    {
        "tests/measures/test_demo_of_two_policies.py",
        "tests/measures/test_demo_words.py",
        "tests/measures/test_load_demo.py",
        "tests/measures/test_search.py",
        "tests/test_benchmarks.py",
    }
)


def unit_of(nodeid: str) -> str:
    """What a test is given out with."""
    module = nodeid.partition("::")[0]
    return "the demo" if module in OF_THE_DEMO else module


class ByModule(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByModule:
    return ByModule(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "played_demo" in getattr(item, "fixturenames", ()) and unit_of(item.nodeid) != "the demo":
            raise pytest.UsageError(f"{item.nodeid} asks for the demo: name its module in tests/workers.py.")
