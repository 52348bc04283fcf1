"""The triggers that mark kept figures name real columns, outlive a rebuilt table, and stand in migrations."""

from typing import Any

import pytest
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from measures import summaries
from measures.models import CommitmentSubject, InterimTarget, Policy, repeated_facts
from measures.models.figure_triggers import WATCHED, create_figure_triggers, drop_figure_triggers
from measures.summaries.keeping import is_fresh
from tests.builders import a_commitment, a_measure, an_open_period, an_update
from tests.cast import DAY


@pytest.mark.django_db
@pytest.mark.parametrize("watched", WATCHED, ids=lambda watched: watched.table)
def test_watched_columns_are_columns(watched: Any) -> None:
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, watched.table)
    assert set(watched.columns) <= {column.name for column in columns}


@pytest.mark.usefixtures("own_database")
@pytest.mark.parametrize("model", [Policy, CommitmentSubject, InterimTarget])
def test_a_table_that_is_rebuilt_as_migrations_do_it_is_watched_again(model: type[models.Model]) -> None:
    measure = a_measure()
    an_update(measure=measure)
    commitment = a_commitment(measure)
    InterimTarget.objects.create(commitment=commitment, on=DAY, target=1)
    period = an_open_period()
    remark = models.TextField(default="", blank=True)
    remark.set_attributes_from_name("remark")
    with connection.schema_editor() as editor:
        drop_figure_triggers(None, editor)
        editor.add_field(model, remark)
        create_figure_triggers(None, editor)
    summaries.refresh(period, DAY)
    assert is_fresh(period, DAY)
    changes: dict[type[models.Model], dict[str, object]] = {
        Policy: {"red_points": 99},
        CommitmentSubject: {"name": "廊坊开发区"},
        InterimTarget: {"target": 2},
    }
    model._default_manager.update(**changes[model])
    assert not is_fresh(period, DAY)


def migrations_of_watched_tables() -> dict[str, list[object]]:
    """Those after the triggers were made, each with the functions that it runs, in their order."""
    watched = {row.table for row in WATCHED}

    def named_by_triggers(migration: str) -> set[str]:
        return watched | repeated_facts.TABLES if migration >= "0039" else watched

    return {
        f"{app}.{name}": [getattr(operation, "code", None) for operation in migration.operations]
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        if (app, name) > ("measures", "0009_kept_figures") or (app == "departments" and name > "0003")
        if any(
            f"{app}_{getattr(row, 'model_name', '').lower()}"
            in named_by_triggers(name if app == "measures" else "")
            for row in migration.operations
        )
    }


def test_migrations_of_watched_tables_drop_the_triggers_and_make_them_again() -> None:
    for name, functions in migrations_of_watched_tables().items():
        assert drop_figure_triggers in functions, name
        assert create_figure_triggers in functions[functions.index(drop_figure_triggers) :], name
