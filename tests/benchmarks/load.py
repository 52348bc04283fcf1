"""How does a running server bear many people at once, and the measure list while a PDF is made?

The server is started as script/server starts it; each visitor is signed in, has a connection and asks for the
next page as soon as the last has come. Visitors and server share the cores of the machine.
"""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from statistics import quantiles
from typing import Final

from tests.benchmarks.databases import ROOT, in_own_process
from tests.benchmarks.goals import Figure, Unit
from tests.benchmarks.measuring import Spread
from tests.benchmarks.worlds import World
from tests.cluster import die_with_parent

HOST: Final = "127.0.0.1"
CROWDS: Final = (8, 40)
SECONDS: Final = 6.0
START_SECONDS: Final = 60
PATIENCE: Final = 120


@dataclass(frozen=True)
class Errand:
    """What somebody asks for: an address, and the cookies of the session."""

    page: str
    address: str
    cookies: str


@dataclass
class Visits:
    """What a crowd met: seconds by page, in the order in which the answers came."""

    lasted: float = 0.0
    seconds: dict[str, list[float]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)  # a thread's error would be told to nobody

    def add(self, page: str, seconds: float) -> None:
        self.seconds.setdefault(page, []).append(seconds)  # one step of the interpreter: threads share it

    @property
    def a_second(self) -> float:
        return sum(map(len, self.seconds.values())) / self.lasted

    def p95(self, page: str) -> float:
        return quantiles(self.seconds[page], n=20, method="inclusive")[-1]


@dataclass(frozen=True)
class Load:
    """One crowd: all pages in turn, then the list alone, then the list while PDFs are made."""

    crowd: int
    mixed: Visits
    alone: Visits
    beside_pdf: Visits


def errands() -> tuple[list[Errand], Errand]:
    """In a process connected to the world: every main page for its visitor, and the status report."""
    from tests.benchmarks.visitors import Place, Visitor, address_of, main_pages

    place = Place.last()
    pages = [
        Errand(page.name, page.address, Visitor.named(page.username).cookies) for page in main_pages(place)
    ]
    report = address_of("report_document", place, "status", place.period)
    return pages, Errand("status report", report, Visitor.named("leader").cookies)


def measure_load(address: str) -> list[Load]:
    pages, report = in_own_process(address, errands)
    the_list = [errand for errand in pages if errand.page == "measure list"]
    loads = []
    for crowd in CROWDS:
        with serving(address) as port:
            visit(port, pages, 2)
            loads.append(
                Load(
                    crowd,
                    mixed=visit(port, pages, crowd),
                    alone=visit(port, the_list, crowd),
                    beside_pdf=visit(port, the_list, crowd, beside=report),
                )
            )
    return loads


@contextmanager
def serving(address: str) -> Iterator[int]:
    """A server at a free port, ended afterwards."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "DATABASE_URL": address, "HOST": HOST, "PORT": str(port)}
    environment["SITE_URL"] = f"http://{HOST}:{port}"
    environment["BENCHMARK_KEEPS_NO_DOCUMENT"] = "1"  # while a PDF is made, not fetched again
    command = [sys.executable, "-m", "gunicorn", "--config", "python:langfang_policy.server"]
    server = subprocess.Popen(
        [*command, "langfang_policy.wsgi:application"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        preexec_fn=die_with_parent,
    )
    try:
        _wait(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=START_SECONDS)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            connection = http.client.HTTPConnection(HOST, port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


def visit(port: int, pages: Sequence[Errand], crowd: int, beside: Errand | None = None) -> Visits:
    """So many people at once for SECONDS; with `beside`, one more who asks for that again and again.

    Raises RuntimeError when somebody was not answered with a page.
    """
    visits, begun = Visits(), time.monotonic()
    end = begun + SECONDS
    people = [
        threading.Thread(target=_person, args=(port, pages, number, end, visits), daemon=True)
        for number in range(crowd)
    ]
    visits_beside = Visits()
    if beside:
        people.append(
            threading.Thread(target=_person, args=(port, [beside], 0, end, visits_beside), daemon=True)
        )
    for person in people:
        person.start()
    for person in people:
        person.join(PATIENCE)
    visits.lasted = time.monotonic() - begun
    if refused := visits.refused + visits_beside.refused:
        raise RuntimeError(refused[0])
    return visits


def _person(port: int, pages: Sequence[Errand], number: int, end: float, visits: Visits) -> None:
    """Whoever is cut off connects anew, and has waited so long."""
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    while time.monotonic() < end:
        errand = pages[number % len(pages)]
        number += 1
        begun = time.monotonic()
        try:
            status = _ask(connection, errand)
        except (http.client.HTTPException, ConnectionError):
            connection.close()
            status = _ask(connection, errand)
        if status != HTTPStatus.OK:
            visits.refused.append(f"{errand.page} answered {status}")
            return
        visits.add(errand.page, time.monotonic() - begun)


def _ask(connection: http.client.HTTPConnection, errand: Errand) -> int:
    connection.request("GET", errand.address, headers={"Cookie": errand.cookies})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def figures_of_load(database: str, world: World, loads: list[Load]) -> list[Figure]:
    """No goal: these depend on the machine. What the PDF does to the list is told as a ratio too."""
    found = []
    for load in loads:
        name = f"{load.crowd} sessions"
        alone, beside = load.alone.p95("measure list"), load.beside_pdf.p95("measure list")
        rows = (
            (f"{name}: requests, all pages", load.mixed.a_second, Unit.A_SECOND, ""),
            (f"{name}: p95 of the list", 1000 * alone, Unit.MILLISECONDS, f"{load.alone.a_second:.0f}/s"),
            (
                f"{name}: p95 while a PDF is made",
                1000 * beside,
                Unit.MILLISECONDS,
                f"{load.beside_pdf.a_second:.0f}/s",
            ),
            (f"{name}: the same / without", beside / alone, Unit.TIMES, ""),
        )
        found += [
            Figure(what, database, world.name, Spread.exactly(value), unit, note=note)
            for what, value, unit, note in rows
        ]
    return found
