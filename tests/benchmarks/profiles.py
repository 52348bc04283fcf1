"""Where does a page spend its time? The functions that cost most, by their own processor time."""

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
    rows = sorted(found.func_profiles.items(), key=lambda item: -item[1].tottime)
    head = f"{page.name}: {1000 * found.total_tt / rounds:.0f} ms of processor under the profiler\n"
    return head + "".join(_line(name, row, found.total_tt) for name, row in rows[:FUNCTIONS])


def _line(name: str, row: FunctionProfile, total: float) -> str:
    return (
        f"  {row.tottime / total:6.1%}  {row.cumtime / total:6.1%}  {row.ncalls:>12}  {_place(row)} {name}\n"
    )


def _place(row: FunctionProfile) -> str:
    path = Path(row.file_name)
    if path.is_relative_to(ROOT) and ".venv" not in path.parts:
        return str(path.relative_to(ROOT)) + f":{row.line_number}"
    return "/".join(path.parts[-3:]) + f":{row.line_number}"
