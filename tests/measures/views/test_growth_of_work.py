"""Do queues, start page and own updates grow with all that waits? How often they ask, what they read.

Of an office and a department with a few texts of each state, and with four times as many.
"""

from collections.abc import Callable

import pytest
from django.test import Client

from departments.actors import Actor
from langfang_policy.compiled_queries import compiled
from measures.models import Act, Edition, UpdateState
from measures.pages import queue_filter, start_page
from measures.views import queues, start, updates
from measures.workflow.acting import figures_later
from tests import builders, cast
from tests.measures.views.steps import PageCost, cost_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.unmeasured("does with many rows what the tests of these pages do with few"),
    pytest.mark.usefixtures("on_day", "calendar"),
    pytest.mark.once("asks SQLite how it finds what pages ask; that they can ask is seen by other tests"),
]
S = UpdateState
BrowserOf = Callable[[Actor], Client]
SMALL, LARGE = 4, 16  # measures of each state
# So that few rows fill the pages already.
LENGTHS = (
    (queues, "PER_PAGE", 3),
    (queue_filter, "MEASURES", 3),
    (updates, "PER_PAGE", 3),
    (updates, "FOLDED_ROWS", 3),
    (start_page, "SHOWN", 3),
    (start_page, "SENT_SHOWN", 3),
    (start_page, "ANSWERS_SHOWN", 3),
)
# Queries whose kept text has such a length in it: they are made anew for this test alone.
MADE_ANEW = (
    (queue_filter, "_groups_and_measures"),
    (start, "work_of"),
    (start_page, "_messages_to"),
    (start_page, "_dates_of"),
    (start_page, "_slips_for"),
)
# In which state a measure's update of the second period is; the first is confirmed, or was never filed.
STATES = (S.SUBMITTED, S.IN_REVIEW, S.RETURNED, S.DUE)
# Who opens which page, and how many steps more the database may take for each measure more.
PAGES = {
    "/check/": (cast.clerk, 40),
    "/review/": (cast.reviewer, 50),
    "/my/": (cast.reporter, 130),
    "/": (cast.clerk, 40),
}


# The same where the clerk has entered what waits, so that somebody else has to confirm it;
# with what was sent, which is sought from the texts.
OF_OWN_TEXTS = {"/": 270, "/check/": 75}


def measures_of_each_state(edition: Edition, section: int, count: int) -> None:
    """A section of so many for each state, with the two periods in which they are owed."""
    place = builders.a_section(edition, section, f"第{section}部分")
    made = {state: [builders.a_measure(section=place) for _number in range(count)] for state in STATES}
    for code in ("2020Q1", "2020Q2"):
        builders.an_open_period(edition, code)
        with figures_later():
            for state, measures in made.items():
                for measure in measures:
                    reached = S.CONFIRMED if code == "2020Q1" else state
                    builders.brought_to(reached, builders.update_of(measure, "zgh", code))


def texts_entered_by_the_clerk(edition: Edition, section: int, count: int) -> None:
    place = builders.a_section(edition, section, f"第{section}部分")
    made = [builders.a_measure(section=place) for _number in range(count)]
    code = f"2020Q{section}"
    builders.an_open_period(edition, code)
    with figures_later():
        for measure in made:
            update = builders.update_of(measure, "zgh", code)
            builders.perform(Act.FILE_ON_BEHALF, cast.clerk(), update)


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, rows in LENGTHS:
        monkeypatch.setattr(module, name, rows)
    for module, name in MADE_ANEW:
        monkeypatch.setattr(module, name, compiled(getattr(module, name).__wrapped__))


@pytest.mark.usefixtures("short_pages")
def test_pages_of_work_ask_and_read_no_more_where_more_waits(
    browser_of: BrowserOf, subtests: pytest.Subtests
) -> None:
    clients = {page: browser_of(who()) for page, (who, _most) in PAGES.items()}
    edition = builders.an_edition()
    found: list[dict[str, PageCost]] = []
    for section, count in ((1, SMALL), (2, LARGE - SMALL)):
        measures_of_each_state(edition, section, count)
        found.append({page: cost_of(client, page) for page, client in clients.items()})
    for page, (_who, most) in PAGES.items():
        few, many = (readings[page] for readings in found)
        more = (many.steps - few.steps) / (len(STATES) * (LARGE - SMALL))
        with subtests.test(page):
            assert many.queries == few.queries <= 10
            assert many.length <= 1.03 * few.length
            assert more < most, (few.steps, many.steps)


@pytest.mark.usefixtures("short_pages")
def test_own_work_is_found_in_an_index(browser_of: BrowserOf, subtests: pytest.Subtests) -> None:
    """No text is looked at to leave it out and to say how many there are (docs/decisions/0068)."""
    client, edition = browser_of(cast.clerk()), builders.an_edition()
    found: list[dict[str, PageCost]] = []
    for section, count in ((1, SMALL), (2, LARGE - SMALL)):
        texts_entered_by_the_clerk(edition, section, count)
        found.append({page: cost_of(client, page) for page in OF_OWN_TEXTS})
    for page, most in OF_OWN_TEXTS.items():
        few, many = (readings[page] for readings in found)
        more = (many.steps - few.steps) / (LARGE - SMALL)
        with subtests.test(page):
            assert many.queries == few.queries <= 10
            assert more < most, (few.steps, many.steps)
