"""docs/operations/site_role.sql: the site works in a database that it does not own, and cannot unguard it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from pytest_django import DjangoDbBlocker

from langfang_policy import checks
from measures.models import Event, PeriodSnapshot, ProgressUpdate
from measures.models.append_only import ANSWERED, GUARDED_TABLES, TEXTS
from measures.workflow import urges
from tests import builders, cast
from tests.conftest import connected_to, on_server
from tests.measures.test_verification import a_closed_period
from tests.measures.test_verified_rows import much_done

ROOT: Final = Path(__file__).resolve().parent.parent
GRANTS: Final = (ROOT / "docs" / "operations" / "site_role.sql").read_text("utf-8")
SQLITE: Final = connection.vendor == "sqlite"
TABLES: Final = r"\b(?:measures|departments|django)_\w+"

# What the site's work takes from a guarded table beside reading and adding, and why; the triggers limit it.
NEEDED: Final = {
    **{kept.table: {"UPDATE"} for kept in ANSWERED},  # the answer is written into the row
    TEXTS: {"UPDATE"},  # a draft is saved over in its row, and a submitted text is signed there
    "measures_commitmentvalue": {"UPDATE", "DELETE"},  # of a draft: each save replaces them, falls are noted
    "measures_revision_contributors": {"DELETE"},  # of a draft, as it is begun from another text
    "measures_evidencefile_revisions": {"DELETE"},  # what was withdrawn before the text is submitted
}
# Beside the guarded tables: what is never deleted, and what is the owner's.
BESIDE: Final = {
    "departments_accountevent": {"UPDATE"},
    "measures_evidencefile": {"DELETE"},
    "measures_measurelight": {"DELETE"},
    "django_migrations": {"INSERT", "UPDATE", "DELETE"},
}
REVOKED: Final = {
    **{table: {"UPDATE", "DELETE"} - NEEDED.get(table, set()) for table in GUARDED_TABLES},
    **BESIDE,
}
# `id = id`: also a statement that changes no value is refused.
WORDS: Final = {
    "UPDATE": "UPDATE {0} SET id = id",
    "DELETE": "DELETE FROM {0}",
    "INSERT": "INSERT INTO {0} (id) VALUES (0)",
}
BEYOND: Final = (
    *(WORDS[right].format(table) for table, rights in REVOKED.items() for right in sorted(rights)),
    *(f"TRUNCATE {table}" for table in GUARDED_TABLES),
    "ALTER TABLE measures_event DISABLE TRIGGER ALL",
    "DROP TRIGGER measures_event_no_update ON measures_event",
    "CREATE TRIGGER stranger AFTER INSERT ON measures_event FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "SET session_replication_role = replica",
    "ALTER TABLE measures_event DROP COLUMN sha256",
    "CREATE TABLE measures_copy (id bigint)",
)


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def connect_as(role: str) -> None:
    connection.close()
    connection.settings_dict["USER"] = role


@pytest.fixture(scope="module")
def owned(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The name of a database made as the handbook says, from nothing: some seconds, once for all tests."""
    name, own = f"{connection.settings_dict['NAME']}-owned", connection.settings_dict["USER"]
    with django_db_blocker.unblock():
        on_server("CREATE ROLE trial_owner LOGIN")
        on_server("CREATE ROLE trial_site LOGIN")
        on_server(f'CREATE DATABASE "{name}" OWNER trial_owner TEMPLATE template0')
        try:
            with connected_to(name):
                connect_as("trial_owner")
                call_command("migrate", verbosity=0)
                connect_as(own)
                grants = GRANTS.replace("tracker_owner", "trial_owner")
                run(re.sub(r"\btracker\b", "trial_site", re.sub(r"--.*", "", grants)))
        finally:
            connect_as(own)
    yield name
    with django_db_blocker.unblock():
        on_server(f'DROP DATABASE "{name}" WITH (FORCE)')
        on_server("DROP ROLE trial_site")
        on_server("DROP ROLE trial_owner")


@pytest.fixture
def site(owned: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A copy of that database, with its owner and its grants; the site's own role is connected to it."""
    name, own = f"{connection.settings_dict['NAME']}-site", connection.settings_dict["USER"]
    with django_db_blocker.unblock():
        on_server(f'CREATE DATABASE "{name}" OWNER trial_owner TEMPLATE "{owned}"')
        try:
            with connected_to(name):
                connect_as("trial_site")
                yield
        finally:
            connect_as(own)
            on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def revoked() -> dict[str, set[str]]:
    """As the file says it, by table."""
    found: dict[str, set[str]] = {}
    for rights, tables in re.findall(r"REVOKE ([\w, ]+) ON ([\w, ]+) FROM", re.sub(r"--.*", "", GRANTS)):
        for table in re.findall(TABLES, tables):
            found.setdefault(table, set()).update(rights.split(", "))
    return found


@pytest.mark.django_db
def test_grants_are_those_that_the_guards_leave() -> None:
    """A table that comes to be guarded loses here what the site's work does not take, or this fails."""
    assert revoked() == {table: rights for table, rights in REVOKED.items() if rights}
    assert NEEDED.keys() <= set(GUARDED_TABLES)
    assert revoked().keys() <= set(connection.introspection.table_names())


if not SQLITE:  # a file has one owner; there is no role to try

    @pytest.mark.usefixtures("site")
    def test_site_does_its_work_and_cannot_unguard_the_record(tmp_path: Path) -> None:
        a_closed_period()
        before = list(Event.objects.order_by("pk").values()), list(PeriodSnapshot.objects.values())
        for statement in BEYOND:
            with (
                pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
                transaction.atomic(),
            ):
                run(statement)
        assert (list(Event.objects.order_by("pk").values()), list(PeriodSnapshot.objects.values())) == before
        assert checks.append_only(None, databases=["default"]) == []
        assert checks.record(None, databases=["default"]) == []
        call_command("verify_record")
        call_command("back_up", str(tmp_path))
        assert [path.suffix for path in tmp_path.iterdir()] == [".dump"]

    @pytest.mark.usefixtures("site")
    def test_site_writes_what_is_asked_and_answered() -> None:
        much_done()
        update = ProgressUpdate.objects.get(department__slug="jyj")
        slip = builders.an_urge(update)
        urges.answer(cast.reporter("jyj"), slip, "本周内报送", builders.moment())
        assert checks.record(None, databases=["default"]) == []

    @pytest.mark.usefixtures("site")
    def test_site_that_would_restore_a_trigger_is_told_who_can() -> None:
        site = connection.settings_dict["USER"]
        connect_as("trial_owner")
        run("DROP TRIGGER measures_event_no_update ON measures_event")
        connect_as(site)
        with pytest.raises(CommandError, match="所有者"):
            call_command("restore_append_only")
        connect_as("trial_owner")
        call_command("restore_append_only")
        assert checks.append_only(None, databases=["default"]) == []
