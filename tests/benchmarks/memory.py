"""How much more memory does a page or an act need than the idle process? Each in a child of that process.

Linux counts the peak of a process and lets it be counted anew (/proc/PID/clear_refs); what a child takes is
given back when it ends, so that no page hides in what another has left behind.
"""

import gc
import os
import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, NoReturn

from django.db import connections

from tests.benchmarks import acts
from tests.benchmarks.goals import Figure, Unit
from tests.benchmarks.measuring import Spread, TooLongError, at_most
from tests.benchmarks.visitors import Place, Visitor, address_of, bare_page, main_pages
from tests.benchmarks.worlds import World

STATUS: Final = Path("/proc/self/status")
TOO_LONG: Final = -1


@dataclass(frozen=True)
class Peak:
    """MiB above the idle process; None where it took too long."""

    name: str
    megabytes: float | None


def measure_memory(limit: float, *, with_report: bool) -> list[Peak]:
    """The idle process has served one bare view and knows every page's code."""
    place = Place.last()
    wanted: list[tuple[str, Callable[[], object]]] = []
    for page in main_pages(place):
        visitor = Visitor.named(page.username)
        visitor.page(bare_page())
        wanted.append((page.name, partial(visitor.page, page.address)))
    period = acts.open_period(place)
    for name, act in (("opening", acts.opening(period.policy)), ("closing", acts.closing(period))):
        wanted.append((f"{name} a quarter", partial(_undone, act)))
    if with_report:
        document = address_of("report_document", place, "status", place.period)
        wanted.append(("status report", partial(Visitor.named("leader").page, document)))
    return [Peak(name, peak_of(act, limit)) for name, act in wanted]


def _undone(act: Callable[[], object]) -> None:
    with acts.undone():
        act()


def peak_of(act: Callable[[], object], limit: float) -> float | None:
    """The child tells its peak through a pipe; it has a connection of its own."""
    connections.close_all()
    gc.collect()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _tell(writer, act, limit)
    os.close(writer)
    with os.fdopen(reader) as told:
        words = told.read()
    _, status = os.waitpid(child, 0)
    if status or not words:
        raise RuntimeError("the child that was to be measured failed")
    kilobytes = int(words)
    return None if kilobytes == TOO_LONG else kilobytes / 1024


def _tell(writer: int, act: Callable[[], object], limit: float) -> NoReturn:
    """In the child, which ends here whatever happens: nothing of the parent's goes on in it."""
    status = 1
    try:
        os.write(writer, str(_kilobytes_for(act, limit)).encode())
        status = 0
    except Exception:  # told, and known to the parent by the status
        traceback.print_exc()
    finally:
        os._exit(status)


def _kilobytes_for(act: Callable[[], object], limit: float) -> int:
    idle = _kilobytes("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    try:
        with at_most(limit):
            act()
    except TooLongError:
        return TOO_LONG
    return _kilobytes("VmHWM") - idle


def _kilobytes(name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", STATUS.read_text(encoding="ascii"))
    return int(found[1]) if found else 0


def figures_of_memory(database: str, results: list[tuple[World, list[Peak]]], limit: float) -> list[Figure]:
    found = []
    for world, peaks in results:
        for peak in peaks:
            value = None if peak.megabytes is None else Spread.exactly(peak.megabytes)
            note = f"more than {limit:.0f} s" if value is None else ""
            found.append(
                Figure(f"{peak.name}: memory", database, world.name, value, Unit.MEGABYTES, "memory", note)
            )
    return found
