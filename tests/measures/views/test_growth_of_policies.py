"""Does the list of a policy grow with the other policies that bind the same departments?"""

from collections.abc import Callable

import pytest
from django.test import Client

from departments.actors import Actor
from measures.views import measures
from tests import builders, cast
from tests.measures.views.steps import SQLITE, cost_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.unmeasured("does with many policies what the tests of the list do with one"),
    pytest.mark.usefixtures("on_day", "calendar"),
    pytest.mark.once("how often pages ask is code; only SQLite tells its steps"),
]
BrowserOf = Callable[[Actor], Client]
OTHERS = 40
# For each other policy: its row among those that one can choose from, none for its duties (a hundred more).
MOST_STEPS = 150


def a_policy_that_binds(slug: str) -> str:
    """Its address. Five measures of two departments each."""
    edition = builders.an_edition(builders.a_policy(slug, title=slug, short_title=slug))
    section = builders.a_section(edition, 1)
    for _number in range(5):
        builders.a_measure(section=section, leads=["czj"], participants=["zgh"])
    builders.an_open_period(edition)
    return f"/p/{slug}/measures/"


def test_list_of_a_policy_asks_and_reads_no_more_where_others_bind_the_same_departments(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measures, "PAGE_LENGTH", 2)
    client, _first = browser_of(cast.clerk()), a_policy_that_binds("first")
    few = cost_of(client, a_policy_that_binds("second"))
    for number in range(OTHERS):
        a_policy_that_binds(f"other-{number}")
    many = cost_of(client, a_policy_that_binds("last"))
    assert many.queries == few.queries <= 10
    if SQLITE:
        more = (many.steps - few.steps) / OTHERS
        assert more < MOST_STEPS, (few.steps, many.steps)
