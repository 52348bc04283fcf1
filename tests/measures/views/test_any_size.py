"""What people write, review and check costs the same with one row, with fifty, and in twenty policies."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from departments.actors import Actor
from measures.models import Edition, Measure, MeasureState, UpdateState
from measures.workflow import closures
from tests import builders, cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_day")]
S = UpdateState
BrowserOf = Callable[[Actor], Client]
QueriesOf = Callable[[Client, str], int]


def edition_of(number: int) -> Edition:
    """Of one of many policies of the same office."""
    policy = builders.a_policy(f"policy-{number}", title=f"第{number}项政策", short_title=f"政策{number}")
    return builders.an_edition(policy)


def one_more(state: S, edition: Edition) -> None:
    """An update with values beside the text confirmed for the quarter before."""
    measure = builders.a_measure(section=builders.a_section(edition))
    subject = builders.a_commitment(measure).subjects.get()
    text = builders.a_text(values={subject.pk: (Decimal(1), None)})
    builders.an_update(S.CONFIRMED, measure=measure, code="2020Q1", text=text)
    builders.an_update(state, measure=measure, text=text)


@pytest.mark.parametrize(
    ("state", "who", "page", "most"),
    [
        (S.IN_REVIEW, cast.reviewer, "/review/", 10),
        (S.SUBMITTED, cast.clerk, "/check/", 11),
        (S.RETURNED, cast.reporter, "/my/", 9),
        (S.SUBMITTED, cast.reporter, "/my/", 9),
        (S.SUBMITTED, cast.reporter, "/my/?list=done", 6),
    ],
)
def test_pages_of_all_ask_the_same_at_any_size(
    browser_of: BrowserOf, queries_of: QueriesOf, state: S, who: Callable[[], Actor], page: str, most: int
) -> None:
    builders.a_working_calendar()
    one_more(state, edition_of(1))
    browser = browser_of(who())
    one = queries_of(browser, page)
    for _number in range(49):
        one_more(state, edition_of(1))
    fifty = queries_of(browser, page)
    for number in range(2, 21):
        one_more(state, edition_of(number))
    assert (fifty, queries_of(browser, page)) == (one, one)
    assert one <= most


def test_start_pages_the_closures_to_decide_and_asks_the_same_at_any_size(
    browser_of: BrowserOf, queries_of: QueriesOf
) -> None:
    def one_to_decide(edition: Edition) -> None:
        update = builders.an_update(measure=builders.a_measure(section=builders.a_section(edition)))
        Measure.objects.update(state=MeasureState.IN_PROGRESS)
        closures.request_closure(
            cast.reporter(), update.measure, update.department, "任务已全部完成", builders.moment()
        )

    one_to_decide(edition_of(1))
    signer = browser_of(cast.signer())
    one = queries_of(signer, "/")
    for number in range(2, 22):
        one_to_decide(edition_of(number))
    assert queries_of(signer, "/") == one <= 10
    assert [len(signer.get("/", {"page": page}).context["closures"]) for page in (1, 2)] == [20, 1]
