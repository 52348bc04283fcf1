"""Where does a page spend its time? The functions that cost most, and what of the product calls them.

The first list is by a function's own processor time; the second has the product's alone, with all they call.
"""

from cProfile import Profile
from functools import partial
from pathlib import Path
from pstats import FunctionProfile, Stats
from time import process_time
from typing import Final

from tests.benchmarks.databases import ROOT
from tests.benchmarks.measuring import TooLongError, at_most
from tests.benchmarks.visitors import Page, Place, Visitor, bare_page, main_pages

FUNCTIONS: Final = 12
ROUNDS: Final = 5


def profiles(limit: float) -> list[str]:
    """A text for each page, in a process connected to a world."""
    place = Place.last()
    Visitor.named("leader").page(bare_page())
    return [_profile(page, limit) for page in main_pages(place)]


def _profile(page: Page, limit: float) -> str:
    ask = partial(Visitor.named(page.username).page, page.address)
    profile = Profile(process_time)
    rounds = 0
    try:
        with at_most(limit):
            ask()
        with at_most(4 * limit):
            begun = process_time()
            while rounds < ROUNDS and process_time() - begun < limit:
                profile.runcall(ask)
                rounds += 1
    except TooLongError:
        return f"{page.name}: more than {limit:.0f} s\n"
    found = Stats(profile).get_stats_profile()
    rows = found.func_profiles.items()
    own = sorted(rows, key=lambda item: -item[1].tottime)
    product = [item for item in rows if _is_ours(item[1]) and item[1].cumtime < 0.95 * found.total_tt]
    with_called = sorted(product, key=lambda item: -item[1].cumtime)
    head = f"{page.name}: {1000 * found.total_tt / rounds:.0f} ms of processor under the profiler\n"
    first, second = (
        "".join(_line(*item, found.total_tt) for item in part[:FUNCTIONS]) for part in (own, with_called)
    )
    return f"{head}{first}  of the product, with what it calls:\n{second}"


def _is_ours(row: FunctionProfile) -> bool:
    path = Path(row.file_name)
    return path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in {"measures", "departments"}


def _line(name: str, row: FunctionProfile, total: float) -> str:
    return (
        f"  {row.tottime / total:6.1%}  {row.cumtime / total:6.1%}  {row.ncalls:>12}  {_place(row)} {name}\n"
    )


def _place(row: FunctionProfile) -> str:
    path = Path(row.file_name)
    if path.is_relative_to(ROOT) and ".venv" not in path.parts:
        return str(path.relative_to(ROOT)) + f":{row.line_number}"
    return "/".join(path.parts[-3:]) + f":{row.line_number}"
