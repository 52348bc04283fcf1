"""The day on which pages are asked for, and a browser that somebody is signed in with."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.actors import Actor
from departments.models import DemoMode
from langfang_policy import clock
from tests.cast import DAY
from tests.signed_in import sign_in


@pytest.fixture
def on_day(db: None) -> Iterator[None]:
    """Pages believe that it is the day of the tests."""
    DemoMode.objects.create(pk=1, on=DAY)
    clock.forget()
    yield
    clock.forget()


@pytest.fixture
def browser_of() -> Callable[[Actor], Client]:
    """A browser of its own for each person, in English, so that tests quote the source."""

    def browser(actor: Actor) -> Client:
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        return sign_in(client, actor.user) if actor.user else client

    return browser


@pytest.fixture
def queries_of() -> Callable[[Client, str], int]:
    """How many queries a page costs; the first visit warms what lasts longer than a request."""

    def count(client: Client, address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    return count
