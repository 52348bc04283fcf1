"""Does restore_append_only bring back the triggers of the record of accounts? In a database of its own."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from departments.models.append_only import TABLE, faulty_triggers


@pytest.mark.usefixtures("own_database")
def test_restore_append_only_brings_back_the_triggers_of_the_account_record() -> None:
    on_table = "" if connection.vendor == "sqlite" else f" ON {TABLE}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {TABLE}_no_delete{on_table}")
    said = StringIO()
    call_command("restore_append_only", stdout=said)
    assert f"{TABLE}_no_delete" in said.getvalue()
    assert faulty_triggers(connection) == []
    call_command("restore_append_only", stdout=said)
    assert "无需恢复" in said.getvalue()
