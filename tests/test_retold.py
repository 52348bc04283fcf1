"""Is a world that was written again the one that its acts would have made, or made anew where it must be?"""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from departments.actors import Actor
from measures.models import ProgressUpdate, UpdateState
from tests import builders, cast
from tests.measures import issued_reports
from tests.retold import history, retold

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.unmeasured("nothing but what the tests themselves are made of"),
]
taken_back = pytest.mark.once(
    "only SQLite gives a number anew within one test; tests start at the same on both"
)
Rows = dict[str, list[dict[str, Any]]]


def every_row() -> Rows:
    found = {}
    for model in apps.get_models():
        rows = model._base_manager.order_by("pk").values()
        found[model._meta.label] = [{**row} for row in rows]
    return found


def undone(make: Callable[[], Any]) -> tuple[Any, Rows]:
    """As at the end of a test."""
    point = transaction.savepoint()
    answer, rows = make(), every_row()
    transaction.savepoint_rollback(point)
    return answer, rows


@pytest.fixture
def made() -> list[str]:
    return []


@pytest.fixture
def group(made: list[str]) -> Callable[[str], Group]:
    """A builder that says when it runs."""

    @retold
    def group(name: str) -> Group:
        made.append(name)
        return Group.objects.create(name=name)

    return group


@taken_back
@pytest.mark.parametrize("state", UpdateState)
def test_retold_world_is_row_by_row_the_one_that_was_made(state: UpdateState) -> None:
    def make() -> tuple[ProgressUpdate, Actor]:
        return builders.an_update(state), cast.reporter()

    (update, actor), rows = undone(make)
    (again, same), told = undone(make)
    assert told == rows
    assert len(rows["measures.ProgressUpdate"]) == 1
    assert (again, again.state, again.version, same) == (update, state, update.version, actor)
    assert again.measure.section.edition == update.measure.section.edition


@taken_back
def test_retold_call_runs_once_for_what_it_is_given(group: Callable[[str], Group], made: list[str]) -> None:
    first, _rows = undone(lambda: group("one"))
    again, _rows = undone(lambda: group("one"))
    undone(lambda: group("two"))
    assert (again.pk, again.name, made) == (first.pk, "one", ["one", "two"])
    assert again is not first
    with translation.override("en"):
        undone(lambda: group("one"))
    assert made == ["one", "two", "one"]


@taken_back
def test_retold_call_runs_anew_over_other_rows(group: Callable[[str], Group], made: list[str]) -> None:
    undone(lambda: group("one"))
    Group.objects.create(name="before")
    group("one")
    assert made == ["one", "one"]


@taken_back
def test_retold_call_writes_a_file_again() -> None:
    """SQLite is handed its content as a view."""
    report, rows = undone(issued_reports.issued)
    again, told = undone(issued_reports.issued)
    assert (again, told) == (report, rows)
    assert again is not report


def test_retold_call_runs_anew_while_queries_are_counted(
    group: Callable[[str], Group], made: list[str]
) -> None:
    with CaptureQueriesContext(connection) as asked:
        group("one")
    assert len(asked) == 1
    assert made == ["one"]


def test_retold_call_that_fails_fails_again(group: Callable[[str], Group], made: list[str]) -> None:
    group("one")
    for _turn in range(2):
        with pytest.raises(IntegrityError), transaction.atomic():
            group("one")
    assert made == ["one"] * 3
    assert Group.objects.count() == 1


NUMBERS: list[int] = []


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_counts_from_the_same_numbers(turn: int) -> None:
    NUMBERS.append(Group.objects.create(name="one").pk)
    assert set(NUMBERS) == {NUMBERS[0]}


def test_nobody_follows_what_is_written_into_another_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "database", "another")
    assert not history.begins()
    monkeypatch.undo()
    assert history.begins()
    cast.reporter()
    assert not history.begins()
