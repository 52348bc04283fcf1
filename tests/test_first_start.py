"""What script/server puts into a database, and into which it puts nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from departments.models import DemoMode, Department, User, WorkingDay
from langfang_policy.management.commands import first_start
from langfang_policy.management.commands.first_start import LOADED_BEFORE
from measures import demo
from measures.models import Act, Commitment, Event, Policy
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[], tuple[list[str], str]]:
    """Runs the command and gives the names of the commands that it called, and what it printed.

    All run but load_demo, which takes long and has tests of its own.
    """

    def run_it() -> tuple[list[str], str]:
        names: list[str] = []

        def called(name: str, *args: Any, **options: Any) -> None:
            names.append(f"{name} --people" if options.get("people") else name)
            if name != "load_demo":
                call_command(name, *args, **options)

        monkeypatch.setattr(first_start, "call_command", called)
        call_command("first_start")
        return names, capsys.readouterr().out

    return run_it


def test_first_start_fills_an_empty_database_in_order(run: Callable[[], tuple[list[str], str]]) -> None:
    names, printed = run()
    assert names == ["loaddata", "loaddata", "load_calendar", "load_policy", "load_policy", "load_demo"]
    assert "单位名录 · Departments：正在装入 · loading" in printed
    assert Department.objects.count() == 31
    assert WorkingDay.objects.exists()
    coordinated = Policy.objects.values_list("slug", "coordinator__slug")
    assert list(coordinated) == [("skilled-workers-2019", "rsj"), ("urban-renewal-2020", "zjj")]
    assert Commitment.objects.count() == 13 + 10


def test_policies_of_the_demo_were_loaded_before_their_first_period(
    run: Callable[[], tuple[list[str], str]],
) -> None:
    """Their acts of that time stand in one register with those of the demo, in order."""
    run()
    loaded = {
        event.policy.slug: event.at for event in Event.objects.filter(act=Act.LOAD_POLICY) if event.policy
    }
    first = {data.policy: data.quarters[0].opens for data in demo.read_demo_data()}
    assert {slug: first[slug] - at for slug, at in loaded.items()} == dict.fromkeys(first, LOADED_BEFORE)


def test_first_start_finds_its_files_wherever_it_is_started(
    run: Callable[[], tuple[list[str], str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    run()
    assert Policy.objects.count() == 2


def test_first_start_that_was_broken_off_goes_on_where_it_stopped(
    run: Callable[[], tuple[list[str], str]],
) -> None:
    call_command("loaddata", "departments", verbosity=0)
    Department.objects.filter(slug="rsj").update(telephone="0316-0000000")
    names, printed = run()
    assert names == ["loaddata", "load_calendar", "load_policy", "load_policy", "load_demo"]
    assert "单位名录 · Departments：已有 · already there" in printed
    assert Department.objects.get(slug="rsj").telephone == "0316-0000000"


def test_first_start_touches_no_database_in_which_people_have_accounts(
    run: Callable[[], tuple[list[str], str]],
) -> None:
    cast.reporter()
    people, departments = User.objects.count(), Department.objects.count()
    names, printed = run()
    assert names == []
    assert f"{people} 个账号" in printed
    assert f"{people} accounts are in the database" in printed
    assert (User.objects.count(), Department.objects.count()) == (people, departments)


def test_first_start_over_a_demo_only_says_who_can_sign_in(run: Callable[[], tuple[list[str], str]]) -> None:
    DemoMode.objects.create(pk=1, on=cast.DAY)
    names, _printed = run()
    assert names == ["load_demo --people"]
    assert not Department.objects.exists()
