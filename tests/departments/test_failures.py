"""A busy database and a mistake of ours: which page, and does it hold what was typed?"""

import re
import sqlite3
from html import unescape

import pytest
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import include, path

from tests.test_locks import held_by_sqlite

TEXT = "签订合同 243 份\n第二行"
calls: list[dict[str, str]] = []


@login_not_required
def held(request: HttpRequest) -> HttpResponse:
    calls.append(request.POST.dict())
    raise OperationalError("database is locked") from held_by_sqlite()


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    raise DatabaseError("no such table") from sqlite3.OperationalError("no such table")


handler500 = "departments.failures.server_error"
urlpatterns = [path("held/", held), path("broken/", broken), path("", include("langfang_policy.urls"))]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture(autouse=True)
def in_english(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.raise_request_exception = False
    calls.clear()


def hidden_fields(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page, re.DOTALL)
    return {unescape(name): unescape(value) for name, value in found}


def test_busy_database_is_503_and_sends_the_same_form_again(client: Client) -> None:
    typed = {"progress": TEXT, "version": "3", "act": "submit"}
    answer = client.post("/held/?from=x", typed)
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert 'action="/held/?from=x"' in page
    assert f">{TEXT}</textarea>" in page
    client.post("/held/?from=x", hidden_fields(page))
    assert [{name: text.replace("\r\n", "\n") for name, text in call.items()} for call in calls] == [
        typed
    ] * 2


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        (
            {"situation": "no_progress", "headline": TEXT, "reason": TEXT, "strange": TEXT},
            ["Progress in one sentence", "Reason", "Text 3"],
        ),
        ({"version": "3", "reason": TEXT}, ["Reason"]),
        ({"basis": TEXT, "answer": TEXT}, ["Basis", "Answer"]),
    ],
)
@pytest.mark.parametrize("address", ["/held/", "/broken/"])
def test_page_of_a_failure_names_each_text_by_the_label_of_its_field(
    client: Client, address: str, typed: dict[str, str], labels: list[str]
) -> None:
    page = client.post(address, typed).content.decode()
    shown = re.findall(r'<label for="kept-\d">(.*?)</label>', page, re.DOTALL)
    assert [" ".join(label.split()) for label in shown] == labels


def test_busy_database_on_a_page_that_is_only_read_offers_it_again(client: Client) -> None:
    answer = client.get("/held/?q=1")
    assert answer.status_code == 503
    assert 'href="/held/?q=1"' in answer.content.decode()
    assert "<form" not in answer.content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        {"username": "li", "password": "correct-horse"},
        {"import_file": SimpleUploadedFile("部门.csv", b"a,b"), "progress": TEXT},
    ],
)
def test_busy_database_writes_no_password_and_no_file_into_the_page(
    client: Client, typed: dict[str, object]
) -> None:
    answer = client.post("/held/", typed)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "<form" not in page
    assert "correct-horse" not in page
    assert "go back with the browser" in page


def test_busy_database_before_the_view_is_503_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_arguments: object) -> None:
        raise OperationalError("database is locked") from held_by_sqlite()

    monkeypatch.setattr("departments.actors.Actor.load", locked)
    answer = client.post("/language/", {"progress": TEXT})
    assert answer.status_code == 503
    assert f">{TEXT}</textarea>" in answer.content.decode()


def test_any_other_failure_is_500_and_gives_the_text_back(client: Client) -> None:
    answer = client.post("/broken/", {"progress": TEXT, "new_password1": "correct-horse"})
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "This was not your doing." in page
    assert f">{TEXT}</textarea>" in page
    assert "correct-horse" not in page


def test_page_of_a_failure_stands_when_the_form_cannot_be_read_either(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(_request: HttpRequest) -> None:
        raise OSError("gone")

    monkeypatch.setattr("departments.failures.posted_fields", unreadable)
    answer = client.post("/broken/", {"progress": TEXT})
    assert answer.status_code == 500
    assert "This was not your doing." in answer.content.decode()


def test_page_of_a_busy_database_stands_without_any_context() -> None:
    assert 'href="/static/css/base.css"' in render_to_string("503.html")
