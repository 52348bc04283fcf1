"""How gunicorn is told to serve: the part of it that is our own code."""

import importlib
import threading

import pytest

from langfang_policy import server


def test_server_listens_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", "127.0.0.2")
    monkeypatch.setenv("PORT", "8123")
    monkeypatch.setenv("WEB_WORKERS", "3")
    again = importlib.reload(server)
    assert (again.bind, again.workers) == ("127.0.0.2:8123", 3)
    monkeypatch.undo()
    importlib.reload(server)


def test_server_says_its_address_when_it_can_be_reached(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SITE_URL", "http://127.0.0.1:8123")
    server.when_ready(None)
    assert "http://127.0.0.1:8123/" in capsys.readouterr().out


def test_server_warms_documents_up_beside_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    warmed = threading.Event()
    monkeypatch.setattr("measures.reports.pdf.warm_up", warmed.set)
    server.post_worker_init(None)
    assert warmed.wait(timeout=10)
