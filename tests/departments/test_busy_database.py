"""What another connection holds, for real: is a form answered in time, with 503 and with its text?"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from departments.models import User

TEXT = "签订合同243份"


@contextmanager
def table_held_elsewhere() -> Iterator[None]:
    """Another connection changes people; ours waits a moment only."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA busy_timeout = 50")
            other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            yield
            other.close()
            return
        cursor.execute("SET lock_timeout = '50ms'")
        given = connection.get_connection_params()
        names = ("host", "port", "user", "password", "dbname")
        with psycopg.connect(**{name: given[name] for name in names if given.get(name)}) as elsewhere:
            elsewhere.execute("LOCK TABLE departments_user IN ACCESS EXCLUSIVE MODE")
            yield


@pytest.mark.usefixtures("own_database")
def test_form_that_meets_what_another_holds_is_answered_with_its_text() -> None:
    person = User.objects.create_user(username="li", name="李建国")
    client = Client(raise_request_exception=False)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    form = {"language": "en", "next": "/login/", "progress": TEXT}
    with table_held_elsewhere():
        answer = client.post("/language/", form)
    assert answer.status_code == 503
    assert f">{TEXT}</textarea>" in answer.content.decode()
    assert client.post("/language/", form).status_code == 302
    person.refresh_from_db()
    assert person.language == "en"


def test_nobody_waits_for_a_lock_without_end() -> None:
    options = settings.DATABASES["default"]["OPTIONS"]
    if connection.vendor == "sqlite":
        assert options["timeout"] == settings.LOCK_SECONDS
    else:
        assert f"lock_timeout={settings.LOCK_SECONDS}s" in options["options"]
