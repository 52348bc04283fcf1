"""`manage.py check` names in plain words what the machine or the database lacks."""

from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError, SystemCheckError
from django.db import connection

from departments.models.append_only import TABLE
from langfang_policy import checks
from measures.models.append_only import expected_guards
from measures.reports.fonts import ROLES
from tests.measures.test_constraints import an_event


def on_table(table: str) -> str:
    """What PostgreSQL adds to the name of a trigger."""
    return "" if connection.vendor == "sqlite" else f" ON {table}"


def test_libraries_complete_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "missing_libraries", list)
    assert checks.libraries(None) == []


def test_libraries_names_package_and_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "missing_libraries", lambda: ["libpango-1.0-0", "libharfbuzz-subset0"])
    pango, subset = checks.libraries(None)
    assert pango.id == "langfang_policy.W001"
    assert "libpango-1.0-0" in pango.msg
    assert "不能生成PDF" in pango.msg
    assert subset.id == "langfang_policy.W002"
    assert "apt-get install libharfbuzz-subset0" in str(subset.hint)


def test_typefaces_names_role_and_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "missing_roles", lambda: [ROLES[0]])
    (message,) = checks.typefaces(None)
    assert ROLES[0].label in message.msg
    assert all(family in str(message.hint) for family in ROLES[0].families)


def test_bucket_without_its_package_is_told(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.evidence_store(None) == []
    settings.EVIDENCE_BUCKET = "evidence"
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    [message] = checks.evidence_store(None)
    assert message.id == "langfang_policy.E004"
    assert "django-storages[s3]" in str(message.hint)
    monkeypatch.setattr(checks, "find_spec", lambda name: name == "storages")
    assert checks.evidence_store(None) == []


@pytest.mark.django_db
def test_append_only_of_a_migrated_database_is_complete() -> None:
    assert checks.append_only(None, databases=["default"]) == []


@pytest.mark.usefixtures("own_database")
def test_append_only_reports_a_lost_trigger_and_the_command_brings_it_back(
    capsys: pytest.CaptureFixture[str],
) -> None:
    guard = expected_guards(connection)[0]
    lost = guard.name
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {lost}" + on_table(guard.table))
    (message,) = checks.append_only(None, databases=["default"])
    assert lost in message.msg

    call_command("restore_append_only")

    assert checks.append_only(None, databases=["default"]) == []
    assert lost in capsys.readouterr().out
    call_command("restore_append_only")
    assert "无需恢复" in capsys.readouterr().out


def test_append_only_asks_no_database_unless_told_to() -> None:
    assert checks.append_only(None) == []


@pytest.mark.django_db
def test_record_says_nothing_before_the_database_is_migrated() -> None:
    """`migrate` asks the checks first: nothing that it is about to make may stop it."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER measures_event_no_update" + on_table("measures_event"))
        cursor.execute(
            "DROP TRIGGER departments_accountevent_no_update" + on_table("departments_accountevent")
        )
        cursor.execute("DELETE FROM django_migrations WHERE app = 'measures'")
    assert checks.append_only(None, databases=["default"]) == []
    assert checks.record(None, databases=["default"]) == []
    assert checks.account_record(None, databases=["default"]) == []


@pytest.mark.django_db
def test_record_that_was_touched_ends_the_check_with_an_error() -> None:
    an_event()  # its hashes are made up
    with pytest.raises(SystemCheckError, match="被改动"):
        call_command("check", databases=["default"])
    with pytest.raises(SystemCheckError, match="被改动"):
        call_command("migrate", skip_checks=False, verbosity=0)
    call_command("migrate", skip_checks=True, verbosity=0)  # the way out, for whoever knows


def test_record_asks_no_database_unless_told_to() -> None:
    assert checks.record(None) == []


@pytest.mark.usefixtures("own_database")
def test_lost_trigger_of_the_account_record_comes_back(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lost = "departments_accountevent_no_update"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {lost}" + on_table(TABLE))
    [message] = checks.account_record(None, databases=["default"])
    assert lost in message.msg
    with pytest.raises(CommandError):
        call_command("verify_record")
    call_command("restore_append_only")
    assert lost in capsys.readouterr().out
    assert checks.account_record(None, databases=["default"]) == []
