"""How long do the pages and the report of the demo take? `pytest tests/benchmarks -s` prints, judges nothing.

Compare two runs on one idle machine. What must hold everywhere (query counts) is asserted beside the views.
"""

from collections.abc import Callable
from functools import partial
from io import StringIO
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from departments.models import User
from measures.models import Measure, ReportingPeriod
from tests.conftest import DEMO_COMMANDS

POLICY = "skilled-workers-2019"
ROUNDS = 5
LISTS = ("overview", "measure_list", "department_list", "period_list", "report_list")
BACKEND = "django.contrib.auth.backends.ModelBackend"


def show(what: str, seconds: float, queries: int) -> None:
    print(f"{what:<20}{seconds * 1000:8.0f} ms{queries:6} queries")  # noqa: T201  # the table is its purpose


def timed(what: str, act: Callable[[], object], rounds: int = ROUNDS) -> None:
    """The median of some rounds; the first, which fills caches, counts only when it is alone."""
    seconds = []
    for _round in range(rounds):
        queries = 0

        def count(execute: Callable[..., Any], *arguments: Any) -> Any:
            nonlocal queries
            queries += 1
            return execute(*arguments)

        begun = perf_counter()
        with connection.execute_wrapper(count):
            act()
        seconds.append(perf_counter() - begun)
    show(what, median(seconds[1:] or seconds), queries)


@pytest.fixture
def demo(own_database: None) -> None:
    *before, last = DEMO_COMMANDS
    for command in before:
        call_command(*command, stdout=StringIO())
    timed("load_demo", lambda: call_command(*last), rounds=1)


def opened(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200


@pytest.mark.usefixtures("demo")
def test_pages_and_report_of_the_demo(tmp_path: Path) -> None:
    clerk = Client()
    clerk.force_login(User.objects.get(username="rsj-clerk"), backend=BACKEND)
    period, measure = (
        ReportingPeriod.objects.get(code="2020Q2", policy__slug=POLICY),
        Measure.objects.order_by("pk")[0],
    )
    pages = {name: reverse(f"measures:{name}", args=[POLICY]) for name in LISTS}
    pages["check_queue"] = reverse("measures:check_queue")
    pages["period_detail"] = reverse("measures:period_detail", args=[POLICY, period.uuid])
    pages["measure_detail"] = reverse("measures:measure_detail", args=[POLICY, measure.uuid])
    for name, address in pages.items():
        timed(name, partial(opened, clerk, address))

    output = str(tmp_path / "report.pdf")
    chosen = {"policy": POLICY, "period": "2020Q2", "output": output}
    timed("status report", lambda: call_command("export_report", "status", **chosen), rounds=3)
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
