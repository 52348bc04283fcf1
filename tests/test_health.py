"""What a watcher of the site is told."""

import pytest
from django.db import OperationalError, connection
from django.test import Client

pytestmark = pytest.mark.django_db


def test_healthz_answers_without_signing_in(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.content == b"ok\n"
    assert "no-cache" in response["Cache-Control"]


def test_healthz_says_when_the_database_does_not_answer(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/healthz")  # learns what day it is

    def silent() -> None:
        raise OperationalError("for the test")

    monkeypatch.setattr("langfang_policy.clock.demo_date", lambda: None)
    monkeypatch.setattr(connection, "cursor", silent)
    assert client.get("/healthz").status_code == 503
