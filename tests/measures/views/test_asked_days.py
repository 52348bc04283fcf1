"""A later day that was asked for and not answered: it is said wherever its update is called late."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from departments.actors import Actor
from departments.models import DemoMode
from langfang_policy import clock
from measures.models import Extension, ProgressUpdate
from measures.workflow import extensions, updates
from tests import builders, cast
from tests.retold import retold
from tests.tampering import unguarded

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once("the same pages over the same rows; each page's opening runs on both"),
]
BrowserOf = Callable[[Actor], Client]
QueriesOf = Callable[[Client, str], int]
LATE_DAY = date(2020, 7, 9)
SAID = "asked for July 14, not answered yet"


def ask(update: ProgressUpdate) -> Extension:
    return extensions.request_extension(
        cast.reporter(update.department.slug), update, date(2020, 7, 14), "数据要等决算", builders.moment()
    )


@pytest.fixture
@retold
def update(db: None) -> ProgressUpdate:
    """Of zgh, which asked in time; it is due on 7 July, as its other update, of which it asked nothing."""
    builders.a_working_calendar()
    update = builders.an_update()
    builders.an_update(measure=builders.a_measure(section=update.measure.section))
    ask(update)
    return update


@pytest.fixture
def late(update: ProgressUpdate) -> ProgressUpdate:
    DemoMode.objects.create(pk=1, on=LATE_DAY)
    clock.forget()
    return update


def pages_of(update: ProgressUpdate) -> dict[str, str]:
    period = f"/p/a-policy/periods/{update.period.uuid}"
    return {
        "measure": f"/p/a-policy/measures/{update.measure.uuid}/",
        "board": f"{period}/board/",
        "urge": f"{period}/urge/",
    }


def test_an_unanswered_request_stands_beside_what_is_late(
    browser_of: BrowserOf, late: ProgressUpdate
) -> None:
    """In the board's cell and above it, where one of two was asked for; a slip goes out all the same."""
    clerk, pages = browser_of(cast.clerk()), pages_of(late)
    said = {name: clerk.get(place).content.decode() for name, place in pages.items()}
    assert {name: page.count(SAID) for name, page in said.items()} == {"measure": 1, "board": 3, "urge": 1}
    assert "of these 1:" in said["board"]
    assert said["urge"].count(str(late.measure.code)) == 1
    sent = clerk.post(pages["urge"], {"departments": ["zgh"]}, follow=True).content.decode()
    assert "1 department is urged." in sent


def test_what_was_answered_or_filed_is_no_request_any_more(
    browser_of: BrowserOf, late: ProgressUpdate
) -> None:
    clerk, reporter, pages = browser_of(cast.clerk()), cast.reporter(), pages_of(late)
    updates.submit_for_review(reporter, late, late.version, builders.moment(LATE_DAY), builders.a_text())
    updates.approve_and_submit(
        cast.reviewer(), builders.update_of(late.measure, "zgh"), late.version + 1, builders.moment(LATE_DAY)
    )
    for name, place in pages.items():
        assert SAID not in clerk.get(place).content.decode(), name


def test_the_measure_says_it_to_who_sees_the_filing(browser_of: BrowserOf, late: ProgressUpdate) -> None:
    measure = pages_of(late)["measure"]
    for who, sees in ((cast.leader(), True), (cast.reporter(), True), (cast.reporter("jyj"), False)):
        assert (SAID in browser_of(who).get(measure).content.decode()) == sees


def test_requests_cost_no_query_more(
    browser_of: BrowserOf, queries_of: QueriesOf, late: ProgressUpdate
) -> None:
    clerk, pages = browser_of(cast.clerk()), pages_of(late)
    asked = {name: queries_of(clerk, place) for name, place in pages.items()}
    unguarded()  # no act takes a request away
    Extension.objects.all().delete()
    assert {name: queries_of(clerk, place) for name, place in pages.items()} == asked
