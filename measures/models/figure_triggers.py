"""How do kept figures learn that a fact has changed, whoever changed it and by whatever door?

By triggers: a row that changes counts up the `facts_version` of the figures of its measure in the periods
that are open or, where it concerns whole periods, takes the day away from their figures. What stands in
WATCHED is all that a figure rests on: texts and values count through the update that has them in force, and
never change from then on (`append_only`).
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from measures.models import repeated_facts, row_triggers

VERBS: Final = ("insert", "update", "delete")


class Watched(NamedTuple):
    """A table, the columns whose change matters, and what each verb marks; `{row}` is the row, old or new.

    Where `deleted` is None nothing rests on a row that goes, and only the new row of an update is looked at.
    """

    table: str
    columns: tuple[str, ...]
    updated: str
    inserted: str
    deleted: str | None


_OPEN: Final = "(SELECT id FROM measures_reportingperiod WHERE state = 'open')"


def _of_measure(measure: str) -> str:
    return (
        "UPDATE measures_measurefigures SET facts_version = facts_version + 1"  # noqa: S608  # our own names
        f" WHERE measure_id = {measure} AND period_id IN {_OPEN};"
    )


def _of_periods(condition: str) -> str:
    periods = f"SELECT id FROM measures_reportingperiod WHERE state = 'open' AND {condition}"  # noqa: S608  # our own names
    return f"UPDATE measures_periodfigures SET as_of = NULL WHERE period_id IN ({periods});"  # noqa: S608  # our own names


def _watched(table: str, mark: str, *columns: str) -> Watched:
    """Every verb marks the same."""
    return Watched(table, columns, mark, mark, mark)


_OF_ITS_MEASURE: Final = _of_measure("{row}.measure_id")
_OF_ITS_COMMITMENT: Final = _of_measure(
    "(SELECT measure_id FROM measures_commitment WHERE id = {row}.commitment_id)"
)
_OF_ITS_EDITION: Final = _of_periods(
    "edition_id IN (SELECT edition_id FROM measures_section WHERE id = {row}.section_id)"
)
# A period that is opened, or opened again, has figures from now on, and they are to be worked out.
_BEGIN: Final = (
    "INSERT INTO measures_periodfigures (period_id, as_of, schema, snapshot_sha256)"
    " SELECT {row}.id, NULL, 0, ''"
    " WHERE {row}.state = 'open' ON CONFLICT (period_id) DO UPDATE SET as_of = NULL;"
)

WATCHED: Final = (
    _watched(
        "measures_progressupdate",
        _OF_ITS_MEASURE,
        *("measure_id", "period_id", "department_id", "role", "position", "state"),
        *("due_on", "back_due_on", "first_submitted_at", "in_force_id"),
    ),
    _watched(
        "measures_responsibility",
        _OF_ITS_MEASURE,
        *("measure_id", "department_id", "role", "position", "valid_from", "valid_to"),
    ),
    _watched(
        "measures_coordinationmatter",
        _OF_ITS_MEASURE,
        *("measure_id", "department_id", "text", "raised_on", "resolved_at"),
    ),
    _watched(
        "measures_measurelight",
        _OF_ITS_MEASURE,
        *("measure_id", "period_id", "colour", "override_colour", "override_reason"),
    ),
    _watched(
        "measures_commitment",
        _OF_ITS_MEASURE,
        *("measure_id", "position", "kind", "label", "wording", "binding", "answer", "unit", "cycle"),
        *("floor", "ceiling", "starts_on", "ends_on"),
    ),
    _watched("measures_commitmentsubject", _OF_ITS_COMMITMENT, "commitment_id", "position", "name"),
    _watched("measures_interimtarget", _OF_ITS_COMMITMENT, "commitment_id", "on", "target"),
    Watched(
        "measures_measure",
        ("section_id", "ordinal", "title", "clause_text", "clause_label", "lead_mode", "state"),
        updated=_of_measure("{row}.id"),
        inserted=_OF_ITS_EDITION,
        deleted=_OF_ITS_EDITION,
    ),
    _watched(
        "measures_section", _of_periods("edition_id = {row}.edition_id"), "edition_id", "ordinal", "title"
    ),
    _watched(
        "measures_policy",
        _of_periods("policy_id = {row}.id"),
        "yellow_points",
        "red_points",
        "ending_soon_days",
    ),
    _watched("departments_department", _of_periods("1 = 1"), "slug", "name", "short_name", "position"),
    Watched(
        "measures_reportingperiod",
        ("state", "edition_id", "code", "starts_on", "ends_on"),
        updated=_BEGIN,
        inserted=_BEGIN,
        deleted=None,
    ),
)


def create_figure_triggers(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """(Re)create the triggers, and those of repeated facts. Every migration of one of the tables ends so.

    On SQLite it begins with `drop_figure_triggers`, because such a table is rebuilt there: its own triggers
    go with the old table, and those that name it stop the rebuilding.
    """
    drop_figure_triggers(_apps, schema_editor)
    connection = schema_editor.connection
    for statement in _of_figures(connection.vendor):
        schema_editor.execute(statement, params=None)
    if repeated_facts.KEPT_IN in connection.introspection.table_names():  # a migration may run before it
        for statement in _of_repeated_facts(connection.vendor):
            schema_editor.execute(statement, params=None)


def drop_figure_triggers(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for name, table in _named():
        for statement in row_triggers.dropped(schema_editor.connection.vendor, name, table):
            schema_editor.execute(statement, params=None)


def is_ours(vendor: str, name: str, table: str, text: str) -> bool:
    """This trigger of the database is one of these, as it was made. `append_only` takes it for no stranger.

    PostgreSQL writes conditions in words of its own: there the text is compared but for them.
    """
    if vendor == "sqlite":
        return text in {*_of_figures(vendor), *_of_repeated_facts(vendor)}
    head, tail = f"CREATE TRIGGER {name} AFTER ", f" ON {table} FOR EACH ROW"
    runs_its_own = text.startswith(head) and tail in text and text.endswith(f" EXECUTE FUNCTION {name}()")
    return runs_its_own and (name, table) in _named()


def _named() -> list[tuple[str, str]]:
    return [
        *((_name(watched, verb), watched.table) for watched in WATCHED for verb in VERBS),
        *((row.name, row.table) for row in repeated_facts.REPEATED),
    ]


def _name(watched: Watched, verb: str) -> str:
    return f"{watched.table}_{verb}_marks_figures"


def _of_repeated_facts(vendor: str) -> Iterator[str]:
    for row in repeated_facts.REPEATED:
        yield from row_triggers.made(vendor, *row.trigger)


def _of_figures(vendor: str) -> Iterator[str]:
    for watched in WATCHED:
        changed = " OR ".join(f'OLD."{name}" {{differs}} NEW."{name}"' for name in watched.columns)
        old, new = watched.updated.format(row="OLD"), watched.updated.format(row="NEW")
        inserted = watched.inserted.format(row="NEW")
        yield from _trigger(vendor, watched, "insert", "", inserted)
        if watched.deleted is None:
            yield from _trigger(vendor, watched, "update", changed, new)
        else:
            yield from _trigger(vendor, watched, "update", changed, new, *([old] if old != new else []))
            yield from _trigger(vendor, watched, "delete", "", watched.deleted.format(row="OLD"))


def _trigger(vendor: str, watched: Watched, verb: str, condition: str, *marks: str) -> Iterator[str]:
    return row_triggers.made(vendor, _name(watched, verb), watched.table, verb, condition, marks)
