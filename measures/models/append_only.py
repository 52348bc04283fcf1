"""What keeps the record as it was written? Triggers, because code alone can be gone around.

Four kinds of rows: events, snapshots and what else `ADDED_ONLY` names are only ever added; what is asked or
raised (`ANSWERED`) stays, takes its answer once and changes no more; a frozen text takes its signatures once
and changes no more; neither do its values, contributors and files. The text of every trigger and function is
written here, and `guard_faults` compares all of it with what the database has.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from measures.models.figure_triggers import is_ours

ADDED_ONLY: Final = (
    *("measures_event", "measures_periodsnapshot", "measures_replacedtext"),
    *("measures_urge", "measures_urge_updates", "measures_urgereceipt", "measures_urgeanswer"),
    *("measures_usedinput", "measures_signedslip", "measures_lateevidence"),
    *("measures_issuedreport", "measures_reportwithdrawal", "measures_lightchange"),
    *("measures_snapshotportion", "measures_formerdates", "measures_closurerequest"),
)


class Answered(NamedTuple):
    """Rows that are never deleted; where `by` is not empty they are answered, and change no more.

    Until then the columns in `open` may change, each of those in `once` from nothing to something.
    """

    table: str
    by: str
    open: tuple[str, ...]
    once: tuple[str, ...] = ()


ANSWERED: Final = (
    Answered("measures_extension", "outcome", ("answer", "decided_at", "decided_by_id", "outcome")),
    Answered(
        "measures_closure",
        "outcome",
        ("clerk_id", "ended_at", "outcome", "signer_id"),
        once=("clerk_id", "signer_id"),
    ),
    # A corrected text brings its matter into other words while nobody has answered.
    Answered(
        "measures_coordinationmatter",
        "resolved_at",
        ("answer", "raised_in_id", "resolved_at", "resolved_by_id", "text"),
    ),
)
# Written by triggers whenever the measure moves (`repeated_facts`), also in rows that are answered.
REPEATED: Final = "policy_id"
TEXTS: Final = "measures_revision"
PARTS: Final = (
    *("measures_commitmentvalue", "measures_revision_contributors"),
    "measures_evidencefile_revisions",
)
# Set once after the text was frozen.
SIGNATURES: Final = ("approved_by_id", "approved_at", "confirmed_by_id", "confirmed_at")
GUARDED_TABLES: Final = (*ADDED_ONLY, *(kept.table for kept in ANSWERED), TEXTS, *PARTS)


class Guard(NamedTuple):
    """One trigger. `function` is the PostgreSQL function that it runs; SQLite writes it all in the text."""

    name: str
    table: str
    text: str
    function: str = ""


class FaultKind(StrEnum):
    MISSING = "missing"
    ALTERED = "altered"
    DISABLED = "disabled"
    FOREIGN = "foreign"


@dataclass(frozen=True)
class GuardFault:
    """`name` is that of a trigger, or of the function that triggers run."""

    kind: FaultKind
    name: str
    table: str = ""


def create_append_only_triggers(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """(Re)create the triggers. Every migration that touches one of the tables ends with this.

    SQLite rebuilds a table to add a constraint or a column, and drops its triggers silently. There, such a
    migration also begins with `drop_append_only_triggers`: a trigger that names a table while it is being
    rebuilt stops the rebuilding.
    """
    drop_append_only_triggers(_apps, schema_editor)
    connection = schema_editor.connection
    if connection.vendor == "postgresql":
        for name in _FUNCTIONS:
            schema_editor.execute(_function_text(name, ""), params=None)
    for guard in _guards_of_tables_that_there_are(connection):
        schema_editor.execute(guard.text, params=None)
        if guard.function:
            always = f"ALTER TABLE {guard.table} ENABLE ALWAYS TRIGGER {guard.name}"
            schema_editor.execute(always, params=None)


def drop_append_only_triggers(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop our triggers, whatever they have become; those of strangers stay, and are told of."""
    on_table = schema_editor.connection.vendor == "postgresql"
    for guard in _guards_of_tables_that_there_are(schema_editor.connection):
        where = f" ON {guard.table}" if on_table else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {guard.name}{where}", params=None)


def _guards_of_tables_that_there_are(connection: BaseDatabaseWrapper) -> list[Guard]:
    """A migration may run before those that make the later tables; each of these makes its own triggers."""
    tables = set(connection.introspection.table_names())
    return [guard for guard in expected_guards(connection) if guard.table in tables]


def expected_guards(connection: BaseDatabaseWrapper) -> list[Guard]:
    """The triggers that a database of this kind should have, for the columns that its tables have now."""
    return list(_on_sqlite(connection) if connection.vendor == "sqlite" else _on_postgresql())


def guard_faults(connection: BaseDatabaseWrapper) -> list[GuardFault]:
    """Every trigger and function that is missing, altered, switched off, or not ours. Changes nothing."""
    on_sqlite = connection.vendor == "sqlite"
    found = _found_on_sqlite(connection) if on_sqlite else _found_on_postgresql(connection)
    expected = expected_guards(connection)
    faults = [
        GuardFault(kind, guard.name, guard.table)
        for guard in expected
        if (kind := _fault(guard, found.get((guard.table, guard.name))))
    ]
    known = {(guard.table, guard.name) for guard in expected}
    strangers = sorted(
        (table, name)
        for (table, name), trigger in found.items()
        if (table, name) not in known and not is_ours(connection.vendor, name, table, trigger.text)
    )
    faults += [GuardFault(FaultKind.FOREIGN, name, table) for table, name in strangers]
    return faults if on_sqlite else [*faults, *_function_faults(connection)]


class _Found(NamedTuple):
    text: str
    enabled: bool


def _fault(guard: Guard, found: _Found | None) -> FaultKind | None:
    if found is None:
        return FaultKind.MISSING
    if found.text != guard.text:
        return FaultKind.ALTERED
    return None if found.enabled else FaultKind.DISABLED


# --- SQLite ----------------------------------------------------------------------------------------
# `REPLACE INTO` and `UPDATE OR REPLACE` delete the row in their way without running a DELETE trigger, unless
# somebody has set PRAGMA recursive_triggers. So a trigger before each INSERT and UPDATE refuses a key that a
# kept row holds; it runs before the row in the way is deleted, whatever the pragma says.

_IS_FROZEN: Final = (
    "EXISTS (SELECT 1 FROM measures_revision WHERE id = {row}.revision_id AND frozen_at IS NOT NULL)"
)


def _on_sqlite(connection: BaseDatabaseWrapper) -> Iterator[Guard]:
    for table in ADDED_ONLY:
        refuse = [_refuse(f"{table} is append-only")]
        yield _sqlite_guard(table, "update", refuse)
        yield _sqlite_guard(table, "delete", refuse)
        yield _sqlite_guard(table, "replace", _refuse_keys(connection, table, "append-only"))
    for kept in ANSWERED:
        yield from _answered_on_sqlite(connection, kept)
    yield from _texts_on_sqlite(connection)
    for table in PARTS:
        yield from _parts_on_sqlite(connection, table)


def _answered_on_sqlite(connection: BaseDatabaseWrapper, kept: Answered) -> Iterator[Guard]:
    """No key is among the columns that may change: an UPDATE gets in the way of no other row."""
    table, message = kept.table, f"{kept.table} is kept"
    is_open = f"ifnull({{row}}.{kept.by}, '') = ''".format
    columns = [name for name in _columns(connection, table) if name != REPEATED]
    changed = [f"OLD.{name} IS NOT NEW.{name}" for name in columns if name not in kept.open]
    answer = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in columns if name in kept.open)
    changed += [f"(NOT {is_open(row='OLD')} AND ({answer}))"]
    changed += [f"(OLD.{name} IS NOT NULL AND OLD.{name} IS NOT NEW.{name})" for name in kept.once]
    both_open = f"{is_open(row='kept')} AND {is_open(row='NEW')}"
    pending = _refuse_keys(connection, table, "kept", both_open, partial=True)
    yield _sqlite_guard(table, "update", [_refuse(message, " OR ".join(changed))])
    yield _sqlite_guard(table, "delete", [_refuse(message)])
    yield _sqlite_guard(table, "replace", [*_refuse_keys(connection, table, "kept"), *pending])


def _texts_on_sqlite(connection: BaseDatabaseWrapper) -> Iterator[Guard]:
    message, frozen = f"{TEXTS} is frozen", "{row}.frozen_at IS NOT NULL".format
    columns = [name for name in _columns(connection, TEXTS) if name not in SIGNATURES]
    changed = [f"OLD.{name} IS NOT NEW.{name}" for name in columns]
    changed += [f"(OLD.{name} IS NOT NULL AND OLD.{name} IS NOT NEW.{name})" for name in SIGNATURES]
    old = frozen(row="OLD")
    keys = _refuse_keys(connection, TEXTS, "frozen", frozen(row="kept"))
    moved = _refuse_keys(connection, TEXTS, "frozen", f"{frozen(row='kept')} AND kept.id IS NOT OLD.id")
    yield _sqlite_guard(TEXTS, "update", [_refuse(message, f"{old} AND ({' OR '.join(changed)})"), *moved])
    yield _sqlite_guard(TEXTS, "delete", [_refuse(message, old)])
    yield _sqlite_guard(TEXTS, "replace", keys)


def _parts_on_sqlite(connection: BaseDatabaseWrapper, table: str) -> Iterator[Guard]:
    message = f"{table} is frozen"
    old, new = (_refuse(message, _IS_FROZEN.format(row=row)) for row in ("OLD", "NEW"))
    kept = _IS_FROZEN.format(row="kept")
    moved = _refuse_keys(connection, table, "frozen", f"{kept} AND kept.id IS NOT OLD.id")
    yield _sqlite_guard(table, "update", [old, new, *moved])
    yield _sqlite_guard(table, "delete", [old])
    yield _sqlite_guard(table, "replace", [new, *_refuse_keys(connection, table, "frozen", kept)])


def _sqlite_guard(table: str, way: str, statements: list[str]) -> Guard:
    name, verb = f"{table}_no_{way}", "INSERT" if way == "replace" else way.upper()
    body = "\n".join(statements)
    return Guard(name, table, f"CREATE TRIGGER {name} BEFORE {verb} ON {table}\nBEGIN\n{body}\nEND")


def _refuse(message: str, condition: str = "") -> str:
    where = f" WHERE {condition}" if condition else ""
    return f"SELECT RAISE(ABORT, '{message}'){where};"


def _refuse_keys(
    connection: BaseDatabaseWrapper, table: str, kind: str, condition: str = "1", *, partial: bool = False
) -> list[str]:
    """One statement for each key of the table, told as SQLite tells a key that is taken."""
    statements = []
    for key in _keys(connection, table, partial=partial):
        columns = ", ".join(f"{table}.{name}" for name in key)
        same = " AND ".join(f"kept.{name} = NEW.{name}" for name in key)
        held = f"SELECT 1 FROM {table} AS kept WHERE {same} AND {condition}"  # noqa: S608  # our own names
        message = f"{table} is {kind}: UNIQUE constraint failed: {columns}"
        statements.append(_refuse(message, f"EXISTS ({held})"))
    return statements


def _columns(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pragma_table_info(%s) ORDER BY name", [table])
        return [str(name) for (name,) in cursor.fetchall()]


def _keys(connection: BaseDatabaseWrapper, table: str, *, partial: bool = False) -> list[tuple[str, ...]]:
    """The primary key and every unique one; or those of open rows alone, whose index is partial."""
    query = """
        SELECT indexes.name, columns.name
        FROM pragma_index_list(%s) AS indexes, pragma_index_info(indexes.name) AS columns
        WHERE indexes."unique" AND indexes.partial = %s
        ORDER BY indexes.name, columns.seqno
    """
    keys: dict[str, tuple[str, ...]] = {}
    with connection.cursor() as cursor:
        cursor.execute(query, [table, int(partial)])
        for index, column in cursor.fetchall():
            keys[index] = (*keys.get(index, ()), column)
    return [*([] if partial else [("id",)]), *sorted(keys.values())]


def _found_on_sqlite(connection: BaseDatabaseWrapper) -> dict[tuple[str, str], _Found]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
        rows = cursor.fetchall()
    return {(table, name): _Found(sql, enabled=True) for table, name, sql in rows if table in GUARDED_TABLES}


# --- PostgreSQL ------------------------------------------------------------------------------------
# ENABLE ALWAYS: an ordinary trigger sleeps while session_replication_role is `replica`. The functions set
# their own search_path and name the schema: a temporary table of the same name is not asked.

_FUNCTIONS: Final = {
    "refuse_change": """
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
""",
    # Its arguments are those of `Answered`.
    "refuse_change_of_kept_row": """
DECLARE
    may_change CONSTANT text[] := string_to_array(TG_ARGV[1], ' ');
    once CONSTANT text[] := string_to_array(TG_ARGV[2], ' ');
    was CONSTANT jsonb := to_jsonb(OLD) - 'policy_id';
    becomes jsonb;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        becomes := to_jsonb(NEW) - 'policy_id';
        IF was = becomes THEN
            RETURN NEW;
        END IF;
        IF COALESCE(was ->> TG_ARGV[0], '') = '' AND was - may_change = becomes - may_change
            AND NOT EXISTS (
                SELECT 1 FROM unnest(once) AS held
                WHERE was ->> held IS NOT NULL AND was ->> held IS DISTINCT FROM becomes ->> held
            )
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is kept', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
""",
    "refuse_change_of_frozen_text": """
DECLARE
    signatures CONSTANT text[] := ARRAY['approved_by_id', 'approved_at', 'confirmed_by_id', 'confirmed_at'];
BEGIN
    IF OLD.frozen_at IS NULL THEN
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE'
        AND to_jsonb(NEW) - signatures = to_jsonb(OLD) - signatures
        AND (OLD.approved_at IS NULL OR (NEW.approved_at, NEW.approved_by_id)
            IS NOT DISTINCT FROM (OLD.approved_at, OLD.approved_by_id))
        AND (OLD.confirmed_at IS NULL OR (NEW.confirmed_at, NEW.confirmed_by_id)
            IS NOT DISTINCT FROM (OLD.confirmed_at, OLD.confirmed_by_id))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is frozen', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
""",
    # FOR SHARE: whoever freezes the text meanwhile is waited for.
    "refuse_change_of_frozen_part": """
DECLARE
    revisions bigint[] := '{}';
    is_frozen boolean;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        revisions := revisions || OLD.revision_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        revisions := revisions || NEW.revision_id;
    END IF;
    EXECUTE format(
        'SELECT EXISTS (SELECT 1 FROM ('
        'SELECT frozen_at FROM %I.measures_revision WHERE id = ANY ($1) FOR SHARE'
        ') AS held WHERE frozen_at IS NOT NULL)', TG_TABLE_SCHEMA
    ) INTO is_frozen USING revisions;
    IF is_frozen THEN
        RAISE EXCEPTION '% is frozen', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
""",
}


def _function_text(name: str, schema: str) -> str:
    """As PostgreSQL itself writes it: what is created is what is compared."""
    return (
        f"CREATE OR REPLACE FUNCTION {schema}{name}()\n RETURNS trigger\n LANGUAGE plpgsql\n"
        f" SET search_path TO 'pg_catalog', 'pg_temp'\nAS $function${_FUNCTIONS[name]}$function$\n"
    )


def _on_postgresql() -> Iterator[Guard]:
    for table in ADDED_ONLY:
        yield _postgresql_guard(table, "update", "refuse_change")
        yield _postgresql_guard(table, "delete", "refuse_change")
    for kept in ANSWERED:
        arguments = ", ".join(f"'{told}'" for told in (kept.by, " ".join(kept.open), " ".join(kept.once)))
        for way in ("update", "delete"):
            yield _postgresql_guard(kept.table, way, "refuse_change_of_kept_row", arguments)
    for way in ("update", "delete"):
        yield _postgresql_guard(TEXTS, way, "refuse_change_of_frozen_text")
    for table in PARTS:
        for way in ("insert", "update", "delete"):
            yield _postgresql_guard(table, way, "refuse_change_of_frozen_part")
    for table in GUARDED_TABLES:
        yield _postgresql_guard(table, "truncate", "refuse_change")


def _postgresql_guard(table: str, way: str, function: str, arguments: str = "") -> Guard:
    name, each = f"{table}_no_{way}", "STATEMENT" if way == "truncate" else "ROW"
    text = f"CREATE TRIGGER {name} BEFORE {way.upper()} ON {table}"
    return Guard(name, table, f"{text} FOR EACH {each} EXECUTE FUNCTION {function}({arguments})", function)


def _found_on_postgresql(connection: BaseDatabaseWrapper) -> dict[tuple[str, str], _Found]:
    query = """
        SELECT relname, tgname, pg_get_triggerdef(pg_trigger.oid, true), tgenabled = 'A'
        FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE NOT tgisinternal AND relname = ANY (%s) AND pg_table_is_visible(tgrelid)
        UNION ALL  -- a rule can turn a statement into another before any trigger runs
        SELECT relname, rulename, pg_get_ruledef(pg_rewrite.oid), true
        FROM pg_rewrite JOIN pg_class ON pg_class.oid = ev_class
        WHERE relname = ANY (%s) AND pg_table_is_visible(ev_class)
    """
    with connection.cursor() as cursor:
        cursor.execute(query, [list(GUARDED_TABLES)] * 2)
        return {(table, name): _Found(text, enabled) for table, name, text, enabled in cursor.fetchall()}


def _function_faults(connection: BaseDatabaseWrapper) -> Iterator[GuardFault]:
    query = """
        SELECT proname, format('%%I.', nspname), pg_get_functiondef(pg_proc.oid)
        FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
        WHERE proname = ANY (%s) AND pg_function_is_visible(pg_proc.oid) AND pronargs = 0
    """
    with connection.cursor() as cursor:
        cursor.execute(query, [list(_FUNCTIONS)])
        found = {name: (schema, text) for name, schema, text in cursor.fetchall()}
    for name in _FUNCTIONS:
        schema, text = found.get(name, ("", ""))
        if not text:
            yield GuardFault(FaultKind.MISSING, name)
        elif text != _function_text(name, schema):
            yield GuardFault(FaultKind.ALTERED, name)
