"""How far a long act is, told to the page that waits for it and to nobody else."""

from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client, RequestFactory
from django.urls import reverse

from langfang_policy import clock, progress
from measures.workflow import periods
from tests import builders, cast

pytestmark = [pytest.mark.django_db, pytest.mark.once("what is told goes past the database")]
NUMBER = "0123456789abcdef" * 2


@pytest.fixture(autouse=True)
def progress_cache(settings: Any, tmp_path: Any) -> None:
    backend = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = {**settings.CACHES, "progress": {"BACKEND": backend, "LOCATION": tmp_path}}


@pytest.fixture
def clerk(client: Client) -> Client:
    client.force_login(cast.clerk().person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def asked(client: Client, number: str = NUMBER) -> tuple[int, int]:
    answer = client.get(reverse("progress"), {"of": number}).json()
    return answer["done"], answer["whole"]


def test_progress_is_told_while_the_act_lasts_and_no_longer(clerk: Client, rf: RequestFactory) -> None:
    with progress.told_to(rf.post("/", {"progress": NUMBER})):
        assert asked(clerk) == (0, 0)
        progress.tell(2, 5)
        assert asked(clerk) == (2, 5)
        assert asked(clerk, "f" * 32) == (0, 0)
    assert asked(clerk) == (0, 0)


@pytest.mark.parametrize("number", ["", "../../secret", "A" * 32, "0" * 33])
def test_progress_is_told_under_a_number_only(number: str, clerk: Client, rf: RequestFactory) -> None:
    with progress.told_to(rf.post("/", {"progress": number})):
        progress.tell(1, 2)
        assert asked(clerk, number) == (0, 0)


def test_closing_tells_each_of_its_parts(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: cast.DAY)
    monkeypatch.setattr(clock, "now", builders.moment)
    period = builders.an_open_period()
    told: list[Any] = []
    monkeypatch.setattr(caches["progress"], "set", lambda key, parts, kept: told.append((key, *parts)))
    address = reverse("measures:period_close", args=[period.policy.slug, period.uuid])
    assert 'data-progress="/progress/"' in clerk.get(address).content.decode()
    assert clerk.post(address, {"reason": "到期关闭", "progress": NUMBER}).status_code == 302
    assert told == [(NUMBER, part, periods.PARTS_OF_CLOSING) for part in range(1, 5)]
