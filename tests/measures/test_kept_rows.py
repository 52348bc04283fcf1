"""What is asked or raised stays and takes its answer once: every other statement is refused."""
# ruff: noqa: S608  # statements of the tests' own, on tables of our own

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import pytest
from django.db import IntegrityError, connection, models, transaction

from departments.models import Role
from measures.models import (
    Closure,
    ClosureOutcome,
    CoordinationMatter,
    Extension,
    ExtensionOutcome,
    FormerDates,
)
from measures.models.append_only import ANSWERED, REPEATED, Answered
from measures.workflow import closures
from tests import builders, cast
from tests.builders import moment
from tests.measures.moved_dates import an_extension, some_former_dates
from tests.measures.test_append_only import copied, other_than, refused, stored
from tests.measures.test_constraints import a_matter
from tests.measures.workflow.measure_acts import BASIS

SQLITE: Final = connection.vendor == "sqlite"
BY_COLUMN: Final = {kept.table: kept for kept in ANSWERED}
NOW: Final = moment()


def a_closure() -> Closure:
    """Asked for and agreed to by the clerk."""
    measure = builders.a_measure(state="in_progress")
    closures.request_closure(cast.reporter(), measure, cast.a_department(), BASIS, NOW)
    return closures.agree_to_closure(cast.clerk(), Closure.objects.get(), Role.CLERK, NOW)


def answer_of_the_office(said: str) -> dict[str, Any]:
    return {"answer": said, f"{said}_by": cast.clerk().person, f"{said}_at": NOW}


MADE: Final[dict[str, tuple[Callable[[], models.Model], Callable[[], dict[str, Any]]]]] = {
    "measures_extension": (
        an_extension,
        lambda: {**answer_of_the_office("decided"), "outcome": ExtensionOutcome.GRANTED},
    ),
    "measures_closure": (
        a_closure,
        lambda: {"signer": cast.signer().person, "outcome": ClosureOutcome.CLOSED, "ended_at": NOW},
    ),
    "measures_coordinationmatter": (a_matter, lambda: answer_of_the_office("resolved")),
}


def made(kept: Answered, *, answered: bool) -> models.Model:
    make, answer = MADE[kept.table]
    row = make()
    if answered:
        assert type(row)._base_manager.filter(pk=row.pk).update(**answer()) == 1  # which is free
        row.refresh_from_db()
    return row


def change(row: models.Model, field: "models.Field[Any, Any]") -> None:
    other = date(2021, 1, 1) if type(field) is models.DateField else other_than(field)
    with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
        type(row)._base_manager.filter(pk=row.pk).update(**{field.attname: other})


@pytest.mark.django_db
@pytest.mark.parametrize("answered", [False, True], ids=["open", "answered"])
@pytest.mark.parametrize("kept", ANSWERED, ids=lambda kept: kept.table)
def test_kept_row_stays_whatever_the_statement(kept: Answered, answered: bool) -> None:
    row, table = made(kept, answered=answered), kept.table
    before = stored(type(row))
    refused(f"DELETE FROM {table}")
    refused(f"UPDATE {table} SET id = id + 1000")
    if SQLITE:
        for pragma in ("ON", "OFF"):
            first = f"PRAGMA recursive_triggers = {pragma}"
            refused(first, copied(row, "REPLACE", uuid="hex(randomblob(16))"))
            refused(first, copied(row, "INSERT OR REPLACE", id="NULL"))
        refused(f"UPDATE OR REPLACE {table} SET id = id + 1000")
    else:
        refused(f"TRUNCATE {table} CASCADE")
        refused("SET LOCAL session_replication_role = replica", f"DELETE FROM {table}")
        refused("SET LOCAL session_replication_role = replica", f"UPDATE {table} SET id = id + 1000")
    assert stored(type(row)) == before


@pytest.mark.django_db
@pytest.mark.parametrize("kept", ANSWERED, ids=lambda kept: kept.table)
def test_columns_of_a_kept_row_change_with_its_answer_alone(kept: Answered) -> None:
    """While it is open what was asked stands still; once it is answered everything does."""
    row = made(kept, answered=False)
    fixed = [field for field in row._meta.concrete_fields if field.column not in {*kept.open, REPEATED}]
    assert {"id", "uuid"} < {field.column for field in fixed}
    for field in fixed:
        change(row, field)
    type(row)._base_manager.filter(pk=row.pk).update(**MADE[kept.table][1]())
    for field in row._meta.concrete_fields:
        if field.column != REPEATED:
            change(row, field)


@pytest.mark.django_db
@pytest.mark.parametrize("kept", ANSWERED, ids=lambda kept: kept.table)
def test_pending_row_gives_way_to_no_other_pending_one(kept: Answered) -> None:
    """On SQLite a REPLACE deletes what an index of pending rows alone has in its way."""
    row = made(kept, answered=False)
    if not SQLITE or isinstance(row, CoordinationMatter):  # of these there may be several
        return
    refused(copied(row, "REPLACE", id="NULL", uuid="hex(randomblob(16))"))
    assert type(row)._base_manager.count() == 1


@pytest.mark.django_db
def test_who_agreed_to_a_closure_is_written_once() -> None:
    rows = Closure.objects.filter(pk=a_closure().pk)
    for person in (None, cast.second_clerk().person):
        with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
            rows.update(clerk=person)
    assert rows.update(outcome=ClosureOutcome.REFUSED, ended_at=NOW) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("kept", ANSWERED, ids=lambda kept: kept.table)
def test_what_triggers_repeat_in_a_kept_row_is_free(kept: Answered) -> None:
    row: Any = made(kept, answered=True)
    model = type(row)
    assert {REPEATED} - {field.column for field in model._meta.concrete_fields} == (
        {REPEATED} if model is Extension else set()
    )
    assert model._base_manager.filter(pk=row.pk).update(uuid=row.uuid) == 1
    if model is not Extension:  # the trigger writes it anew
        assert model._base_manager.filter(pk=row.pk).update(policy=None) == 1
        assert model._base_manager.values_list("policy", flat=True).get(pk=row.pk)


@pytest.mark.django_db
def test_former_dates_stay_beside_others() -> None:
    """They have no key but their number; more of them are written each time that the office moves dates."""
    row = some_former_dates()
    before = stored(FormerDates)
    statements = ["DELETE FROM measures_formerdates", "UPDATE measures_formerdates SET reason = '改'"]
    statements += [copied(row, "REPLACE")] if SQLITE else ["TRUNCATE measures_formerdates"]
    for statement in statements:
        refused(statement)
    assert stored(FormerDates) == before


def test_each_kept_table_is_tried() -> None:
    assert MADE.keys() == BY_COLUMN.keys()
    columns = {model._meta.db_table: model for model in (Extension, Closure, CoordinationMatter)}
    for kept in ANSWERED:
        known = {field.column for field in columns[kept.table]._meta.concrete_fields}
        assert {kept.by, *kept.open, *kept.once} <= known
