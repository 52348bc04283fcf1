"""What keeps the record of accounts as it was written? Triggers, because code alone can be gone around.

Nothing is changed; nothing is deleted but what `PASSING_ACTS` names, and that after a year.
"""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from departments.models.accounts import KEPT_FOR, PASSING_ACTS

TABLE: Final = "departments_accountevent"
FUNCTION: Final = "refuse_change_of_account_event"
DAYS: Final = KEPT_FOR.days
_ACTS: Final = ", ".join(f"'{act.value}'" for act in PASSING_ACTS)
_REFUSE: Final = f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"

_KEY_IS_TAKEN: Final = f"EXISTS (SELECT 1 FROM {TABLE} AS kept WHERE kept.id = NEW.id)"  # noqa: S608  # our names

# Django writes instants in UTC as text, which SQLite compares with its own as text. REPLACE INTO deletes the
# row in its way without asking a DELETE trigger, so a key that is taken is refused before.
_ON_SQLITE: Final = {
    f"{TABLE}_no_update": f"BEFORE UPDATE ON {TABLE}\n{_REFUSE}",
    f"{TABLE}_no_delete": (
        f"BEFORE DELETE ON {TABLE}\n"
        f"WHEN NOT (OLD.act IN ({_ACTS}) AND OLD.at < datetime('now', '-{DAYS} days'))\n{_REFUSE}"
    ),
    f"{TABLE}_no_replace": f"BEFORE INSERT ON {TABLE}\nWHEN {_KEY_IS_TAKEN}\n{_REFUSE}",
}
_ON_POSTGRESQL: Final = {
    f"{TABLE}_no_update": f"BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {FUNCTION}()",
    f"{TABLE}_no_delete": f"BEFORE DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {FUNCTION}()",
    f"{TABLE}_no_truncate": f"BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()",
}
_FUNCTION_BODY: Final = f"""
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.act IN ({_ACTS}) AND OLD.at < now() - interval '{DAYS} days' THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
"""
_FUNCTION_TEXT: Final = (
    f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql "
    f"SET search_path TO 'pg_catalog', 'pg_temp' AS $function${_FUNCTION_BODY}$function$"
)


def create_append_only_triggers(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """(Re)create the triggers. Every migration that touches the table ends with this.

    SQLite rebuilds a table to add a constraint or a column, and drops its triggers silently.
    """
    drop_append_only_triggers(_apps, schema_editor)
    on_sqlite = schema_editor.connection.vendor == "sqlite"
    if not on_sqlite:
        schema_editor.execute(_FUNCTION_TEXT, params=None)
    for name, text in (_ON_SQLITE if on_sqlite else _ON_POSTGRESQL).items():
        schema_editor.execute(f"CREATE TRIGGER {name} {text}", params=None)
        if not on_sqlite:  # an ordinary trigger sleeps while session_replication_role is `replica`
            schema_editor.execute(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {name}", params=None)


def drop_append_only_triggers(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    on_sqlite = schema_editor.connection.vendor == "sqlite"
    for name in _ON_SQLITE if on_sqlite else _ON_POSTGRESQL:
        schema_editor.execute(
            f"DROP TRIGGER IF EXISTS {name}" + ("" if on_sqlite else f" ON {TABLE}"), params=None
        )


def faulty_triggers(connection: BaseDatabaseWrapper) -> list[str]:
    """Those of our triggers that are missing, altered or asleep; on PostgreSQL also their function."""
    if connection.vendor == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
        expected = {name: f"CREATE TRIGGER {name} {text}" for name, text in _ON_SQLITE.items()}
    else:
        query = """
            SELECT tgname, pg_get_triggerdef(pg_trigger.oid, true) || tgenabled::text
            FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = to_regclass(%s)
        """
        expected = {name: f"CREATE TRIGGER {name} {text}A" for name, text in _ON_POSTGRESQL.items()}
    with connection.cursor() as cursor:
        cursor.execute(query, [TABLE])
        found = dict(cursor.fetchall())
    faults = [name for name, text in expected.items() if found.get(name) != text]
    return faults if connection.vendor == "sqlite" else [*faults, *_faulty_function(connection)]


def _faulty_function(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE oid = to_regproc(%s)", [FUNCTION])
        found = cursor.fetchone()
    return [] if found and found[0] == _FUNCTION_BODY else [FUNCTION]
