"""Every way around the triggers that was found is closed, and a trigger that is not whole is told of.

What the two databases have in common stands under both names; the rest is what only one of them can do.
"""
# ruff: noqa: S608  # statements of the tests' own, on tables of our own

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models import F

from langfang_policy import checks
from measures.models import CommitmentValue, Event, EvidenceFile, PeriodSnapshot, Revision, UpdateState
from measures.models.append_only import (
    GUARDED_TABLES,
    SIGNATURES,
    FaultKind,
    create_append_only_triggers,
    drop_append_only_triggers,
    expected_guards,
    guard_faults,
)
from measures.models.figure_triggers import create_figure_triggers, drop_figure_triggers
from measures.models.fingerprints import columns_of
from tests import builders, cast
from tests.builders import a_text, brought_to, moment, text_in_work, update_of
from tests.measures.evidence_rows import a_late_evidence, an_evidence_file
from tests.measures.issued_reports import issued
from tests.measures.kept_lights import a_light_change
from tests.measures.snapshot_rows import a_portion
from tests.measures.sources_and_signatures import a_corrected_slip
from tests.measures.test_constraints import a_replaced_text, a_request, a_snapshot, an_event
from tests.tampering import run, unguarded

S = UpdateState
SQLITE: Final = connection.vendor == "sqlite"
REFUSED: Final = "is append-only|is frozen|is kept"
RUNS: Final = "EXECUTE FUNCTION refuse_change()"
CONTRIBUTORS: Final = Revision.contributors.through


def together(*statements: str) -> None:
    """In one transaction; what comes before the last is how the attacker prepares it."""
    connection.check_constraints()  # no check of the test's own rows is left to stop the attacker
    with transaction.atomic():
        for statement in statements:
            run(statement)


def refused(*statements: str) -> None:
    with pytest.raises(IntegrityError, match=REFUSED):
        together(*statements)


def copied(row: models.Model, word: str, **changes: str) -> str:
    """`INSERT …` of the same row, columns as they are but for the changes."""
    table = row._meta.db_table
    names = [field.attname for field in row._meta.concrete_fields]
    values = ", ".join(changes.get(name, name) for name in names)
    return f"{word} INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} WHERE id = {row.pk}"


def stored(model: type[models.Model]) -> list[dict[str, Any]]:
    return list(model._base_manager.order_by("pk").values())


def a_frozen_text() -> Revision:
    """Submitted, with one value, one contributor and one file."""
    measure = builders.a_measure()
    [subject] = builders.a_commitment(measure).subjects.all()
    builders.an_open_period()
    text = a_text(values={subject.pk: (Decimal(2), None)})
    an_evidence_file(update=update_of(measure, "zgh"))
    return text_in_work(brought_to(S.IN_REVIEW, update_of(measure, "zgh"), text=text))


def an_open_text() -> Revision:
    """Of another department, in work, with its own value and file."""
    measure = builders.a_measure(leads=("czj",))
    [subject] = builders.a_commitment(measure).subjects.all()
    builders.an_open_period()
    text = a_text(values={subject.pk: (Decimal(3), None)})
    found = text_in_work(brought_to(S.DRAFT, update_of(measure, "czj"), text=text))
    an_evidence_file(update=found.update).revisions.add(found)
    return found


# --- what is only ever added ---------------------------------------------------------------------


def ways_around(row: models.Model, key: str) -> Iterable[list[str]]:
    """Statements that would change a row that is only ever added, or take it away."""
    table = row._meta.db_table
    if SQLITE:
        for pragma in ("ON", "OFF"):
            for word in ("REPLACE", "INSERT OR REPLACE"):
                yield [f"PRAGMA recursive_triggers = {pragma}", copied(row, word)]
                yield [f"PRAGMA recursive_triggers = {pragma}", copied(row, word, id="NULL")]
            fresh = {"id": "NULL", "uuid": "hex(randomblob(16))"}
            yield [f"PRAGMA recursive_triggers = {pragma}", copied(row, "REPLACE", **fresh)]
        upsert = copied(row, "INSERT").replace("WHERE", "WHERE true AND")
        yield [f"UPDATE OR REPLACE {table} SET id = id + 1000"]
    else:
        upsert = copied(row, "INSERT")
        yield [f"TRUNCATE {table} CASCADE"]  # some are referred to, which alone would stop it
        yield ["TRUNCATE measures_policy CASCADE"]
        yield ["SET LOCAL session_replication_role = replica", f"UPDATE {table} SET {key} = {key}"]
        yield ["SET LOCAL session_replication_role = replica", f"DELETE FROM {table}"]
    yield [f"{upsert} ON CONFLICT (id) DO UPDATE SET {key} = excluded.{key}"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "key"),
    [
        (an_event, "comment"),
        (a_snapshot, "content"),
        (a_portion, "text"),
        (a_replaced_text, "content"),
        (a_corrected_slip, "signed_by"),
        (a_late_evidence, "sha256"),
        (issued, "title"),
        (a_light_change, "parameters"),
        (a_request, "basis"),
    ],
)
def test_added_rows_stay_whatever_the_statement(make: Any, key: str) -> None:
    row = make()
    before = stored(type(row))
    tried = 0
    for statements in ways_around(row, key):
        refused(*statements)
        tried += 1
    assert tried >= 5
    assert stored(type(row)) == before


# --- frozen texts ----------------------------------------------------------------------------------

TEXT_COLUMNS: Final = [field for field in Revision._meta.concrete_fields if field.column not in SIGNATURES]


def other_than(field: "models.Field[Any, Any]") -> Any:
    """Any value but the one that is there: the test is what refuses it, not whether it is sensible."""
    if isinstance(field, models.DateTimeField):
        return moment(hour=23)
    if isinstance(field, models.DateField):
        return moment().date()
    if isinstance(field, models.UUIDField):
        return "0" * 32
    if isinstance(field, models.CharField | models.TextField):
        return "改"
    return 4711


@pytest.mark.django_db
@pytest.mark.parametrize("field", TEXT_COLUMNS, ids=lambda field: field.name)
def test_frozen_text_changes_in_no_column(field: "models.Field[Any, Any]") -> None:
    rows = Revision._base_manager.filter(pk=a_frozen_text().pk)
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        rows.update(**{field.attname: other_than(field)})


@pytest.mark.django_db
def test_frozen_text_is_neither_deleted_nor_opened_again() -> None:
    revision = a_frozen_text()
    before = stored(Revision)
    rows = Revision._base_manager.filter(pk=revision.pk)
    refused(f"DELETE FROM measures_revision WHERE id = {revision.pk}")
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        rows.update(frozen_at=None)
    assert stored(Revision) == before


@pytest.mark.django_db
def test_signatures_are_set_once() -> None:
    rows = Revision._base_manager.filter(update=builders.an_update(S.CONFIRMED))
    other = cast.auditor().person
    for changes in (
        {"approved_at": None, "approved_by": None, "confirmed_at": None, "confirmed_by": None},
        {"confirmed_at": None, "confirmed_by": None},
        {"approved_by": other},
        {"approved_at": moment(hour=23)},
        {"confirmed_by": other},
        {"confirmed_at": moment(hour=23)},
    ):
        with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
            rows.update(**changes)


@pytest.mark.django_db
def test_frozen_text_gives_way_to_no_other_row() -> None:
    """The row in the way of a REPLACE would be deleted without a DELETE trigger, values and all."""
    frozen, open_text = a_frozen_text(), an_open_text()
    table = "measures_revision"
    before = stored(Revision), stored(CommitmentValue), stored(CONTRIBUTORS)
    if SQLITE:
        run("PRAGMA defer_foreign_keys = ON")
        refused(copied(frozen, "REPLACE", headline="'改'"))
        refused(copied(frozen, "REPLACE", id="NULL", headline="'改'"))
        refused(copied(frozen, "REPLACE", id="NULL", uuid="hex(randomblob(16))", headline="'改'"))
        refused(f"UPDATE OR REPLACE {table} SET id = {frozen.pk} WHERE id = {open_text.pk}")
        same = f"(update_id, number) = ({frozen.update_id}, {frozen.number})"
        refused(f"UPDATE OR REPLACE {table} SET {same} WHERE id = {open_text.pk}")
    else:
        changed = "ON CONFLICT (id) DO UPDATE SET headline = '改'"
        refused(f"{copied(frozen, 'INSERT')} {changed}")
        refused(f"TRUNCATE {table} CASCADE")
        refused("SET LOCAL session_replication_role = replica", f"UPDATE {table} SET headline = '改'")
    assert (stored(Revision), stored(CommitmentValue), stored(CONTRIBUTORS)) == before


FILES: Final = EvidenceFile.revisions.through
PARTS: Final[dict[str, tuple[type[models.Model], str]]] = {
    "file": (FILES, "evidencefile_id"),
    "value": (CommitmentValue, "subject_id"),
    "contributor": (CONTRIBUTORS, "user_id"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("part", PARTS)
def test_parts_of_a_frozen_text_stay(part: str) -> None:
    model, column = PARTS[part]
    frozen, open_text = a_frozen_text(), an_open_text()
    [kept], [free] = (model._base_manager.filter(revision=row) for row in (frozen, open_text))
    table, before = model._meta.db_table, stored(model)
    free_column = getattr(free, column)
    statements = [
        f"UPDATE {table} SET {column} = {free_column} WHERE id = {kept.pk}",
        f"UPDATE {table} SET revision_id = {open_text.pk}, {column} = {free_column + 1} WHERE id = {kept.pk}",
        f"UPDATE {table} SET revision_id = {frozen.pk} WHERE id = {free.pk}",
        f"DELETE FROM {table} WHERE id = {kept.pk}",
        f"DELETE FROM {table}",
        copied(free, "INSERT", id="4711", revision_id=str(frozen.pk)),
    ]
    if SQLITE:
        statements += [
            copied(free, "INSERT OR IGNORE", id="4711", revision_id=str(frozen.pk)),
            copied(free, "REPLACE", id=str(kept.pk)),
            copied(kept, "REPLACE", id="NULL"),
            f"UPDATE OR REPLACE {table} SET id = {kept.pk} WHERE id = {free.pk}",
        ]
    else:
        statements.append(f"TRUNCATE {table}")
    for statement in statements:
        refused(statement)
    if not SQLITE:
        refused("SET LOCAL session_replication_role = replica", f"DELETE FROM {table}")
        nothing = "CREATE TEMP TABLE measures_revision (id bigint, frozen_at timestamptz) ON COMMIT DROP"
        refused(nothing, f"DELETE FROM public.{table} WHERE id = {kept.pk}")
    assert stored(model) == before


@pytest.mark.django_db
def test_text_in_work_is_free() -> None:
    a_frozen_text()
    open_text = an_open_text()
    rows = Revision._base_manager.filter(pk=open_text.pk)
    assert rows.update(headline="改", number=F("number") + 1) == 1
    assert open_text.values.update(number=5) == 1
    open_text.contributors.set([cast.second_reporter("czj").person])
    open_text.values.all().delete()
    assert rows.delete()[0] == 3  # with its contributor and file


# --- triggers that are not whole ---------------------------------------------------------------------


def hollow(name: str, table: str) -> list[str]:
    """A trigger of the same name that refuses nothing."""
    if SQLITE:
        return [
            f"DROP TRIGGER {name}",
            f"CREATE TRIGGER {name} BEFORE DELETE ON {table} BEGIN SELECT 1; END",
        ]
    return [
        f"DROP TRIGGER {name} ON {table}",
        f"CREATE TRIGGER {name} BEFORE DELETE ON {table} FOR EACH ROW WHEN (false) {RUNS}",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
    ]


def stranger(table: str) -> list[str]:
    """A trigger of somebody else on one of our tables."""
    if SQLITE:
        return [f"CREATE TRIGGER stranger AFTER INSERT ON {table} BEGIN SELECT 1; END"]
    return [f"CREATE TRIGGER stranger AFTER INSERT ON {table} FOR EACH ROW {RUNS}"]


def faults() -> list[tuple[FaultKind, str]]:
    return [(fault.kind, fault.name) for fault in guard_faults(connection)]


@pytest.mark.django_db
@pytest.mark.parametrize("table", GUARDED_TABLES)
def test_hollow_trigger_of_the_same_name_is_told(table: str) -> None:
    name = f"{table}_no_delete"
    for statement in hollow(name, table):
        run(statement)
    assert faults() == [(FaultKind.ALTERED, name)]
    [message] = checks.append_only(None, databases=["default"])
    assert name in message.msg
    assert "被改动" in message.msg


@pytest.mark.django_db
def test_every_trigger_that_is_lost_is_told() -> None:
    guards = expected_guards(connection)
    assert {guard.table for guard in guards} == set(GUARDED_TABLES)
    unguarded()
    assert faults() == [(FaultKind.MISSING, guard.name) for guard in guards]


@pytest.mark.django_db
def test_trigger_of_a_stranger_is_told() -> None:
    """On PostgreSQL also a rule, which comes before every trigger."""
    run(stranger("measures_revision")[0])
    expected = [(FaultKind.FOREIGN, "stranger")]
    if not SQLITE:
        run("CREATE RULE quiet AS ON UPDATE TO measures_event DO INSTEAD NOTHING")
        expected.insert(0, (FaultKind.FOREIGN, "quiet"))
    assert faults() == expected


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["DISABLE", "ENABLE", "ENABLE REPLICA"])
def test_trigger_that_sleeps_is_told(way: str) -> None:
    """On SQLite a trigger cannot sleep; there, one that never fires is the nearest."""
    table = "measures_periodsnapshot"
    name = f"{table}_no_update"
    if SQLITE:
        run(f"DROP TRIGGER {name}")
        run(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN 0 BEGIN"
            f" SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        assert faults() == [(FaultKind.ALTERED, name)]
        return
    run(f"ALTER TABLE {table} {way} TRIGGER {name}")
    assert faults() == [(FaultKind.DISABLED, name)]


REPLACED: Final = (
    "refuse_change",
    "refuse_change_of_kept_row",
    "refuse_change_of_frozen_text",
    "refuse_change_of_frozen_part",
)


@pytest.mark.django_db
@pytest.mark.parametrize("name", REPLACED)
def test_replaced_function_is_told(name: str) -> None:
    """SQLite has no functions: its triggers hold all they do, and are compared whole."""
    if SQLITE:
        assert all("RAISE(ABORT" in guard.text for guard in expected_guards(connection))
        return
    body = "BEGIN IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END"
    run(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$")
    assert faults() == [(FaultKind.ALTERED, name)]
    [message] = checks.append_only(None, databases=["default"])
    assert f"函数 {name}" in message.msg


@pytest.mark.usefixtures("own_database")
def test_restoring_makes_all_whole_again(capsys: pytest.CaptureFixture[str]) -> None:
    lost, hollowed = "measures_event_no_update", "measures_revision_no_delete"
    run(f"DROP TRIGGER {lost}" + ("" if SQLITE else " ON measures_event"))
    for statement in hollow(hollowed, "measures_revision"):
        run(statement)
    if not SQLITE:
        run("ALTER TABLE measures_event DISABLE TRIGGER measures_event_no_delete")
        run("DROP FUNCTION refuse_change_of_frozen_text CASCADE")

    call_command("restore_append_only")

    assert faults() == []
    told = capsys.readouterr().out
    assert lost in told
    assert hollowed in told
    refused(f"DELETE FROM measures_event WHERE id = {an_event().pk}")


@pytest.mark.usefixtures("own_database")
def test_restoring_leaves_the_trigger_of_a_stranger_and_says_so() -> None:
    run(stranger("measures_event")[0])
    with pytest.raises(CommandError, match="stranger"):
        call_command("restore_append_only")
    assert faults() == [(FaultKind.FOREIGN, "stranger")]


# --- migrations --------------------------------------------------------------------------------------


def touches_guarded_table(operation: Any, migration: str) -> bool:
    """It may rebuild a table on SQLite: whatever adds, alters or removes a column or constraint."""
    guarded = {model._meta.model_name for model in (Event, PeriodSnapshot, Revision, CommitmentValue)}
    if migration > "0040":  # when the last of these tables came to be guarded
        models = apps.get_app_config("measures").get_models(include_auto_created=True)
        guarded = {model._meta.model_name for model in models if model._meta.db_table in GUARDED_TABLES}
    return getattr(operation, "model_name", "").lower() in guarded


def test_migrations_of_guarded_tables_drop_the_triggers_first_and_make_them_last() -> None:
    """From 0005 on: before, there were triggers on two tables only, which nothing else names."""
    loader = MigrationLoader(None)
    touching = {
        name: migration.operations
        for (app, name), migration in loader.disk_migrations.items()
        if app == "measures"
        and name > "0005"
        and any(touches_guarded_table(operation, name) for operation in migration.operations)
    }
    assert "0006_hash_chain" in touching
    for name, operations in touching.items():
        codes = [getattr(operation, "code", None) for operation in (operations[0], operations[-1])]
        assert codes == [drop_append_only_triggers, create_append_only_triggers], name


@pytest.mark.usefixtures("own_database")
def test_column_added_later_is_guarded_as_well() -> None:
    """As a migration of the house adds it. On SQLite the triggers that were not made again are told of."""
    revision = a_frozen_text()
    remark = models.TextField(default="", blank=True)
    remark.set_attributes_from_name("remark")
    with connection.schema_editor() as editor:
        drop_append_only_triggers(None, editor)
        drop_figure_triggers(None, editor)
        editor.add_field(Revision, remark)
        create_figure_triggers(None, editor)
        create_append_only_triggers(None, editor)
    assert faults() == []
    refused(f"UPDATE measures_revision SET remark = '改' WHERE id = {revision.pk}")


@pytest.mark.django_db
def test_column_that_holds_nothing_leaves_the_hash_as_it_was() -> None:
    """So a column added later, empty in old texts, makes none of them look altered."""
    held = columns_of(a_frozen_text(), SIGNATURES)
    assert {"headline", "update_id", "saved_at"} <= held.keys()
    assert not {"reason", "problems", "base_id", *SIGNATURES} & held.keys()
