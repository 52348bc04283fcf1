"""The next period, as it follows from the last: on one page, opened by one confirmation, or not at all."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from departments.actors import Actor
from measures.models import Act, Event, PeriodState, ReportingPeriod
from tests import builders, cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_day")]
BrowserOf = Callable[[Actor], Client]
LIST = "/p/a-policy/periods/"
PLAN = "/p/a-policy/periods/plan/"
NEXT = "/p/a-policy/periods/next/"
DATES = {
    "participant_due_on": "2020-07-06",
    "lead_due_on": "2020-07-07",
    "check_due_on": "2020-07-10",
    "grace_ends_on": "2020-07-14",
}


def address(view: str, period: ReportingPeriod) -> str:
    return reverse(f"measures:period_{view}", args=["a-policy", period.uuid])


def events_of(period: ReportingPeriod) -> list[str]:
    return list(period.events.order_by("pk").values_list("act", flat=True))


def test_period_next_proposes_what_follows_from_the_last_and_opens_it_in_one_act(
    browser_of: BrowserOf,
) -> None:
    builders.a_working_calendar()
    builders.a_measure(leads=("zgh", "czj"), participants=("jyj",))
    builders.an_open_period(code="2020Q1")
    clerk = browser_of(cast.clerk())
    assert NEXT in clerk.get(LIST).content.decode()
    page = clerk.get(NEXT)
    body = page.content.decode()
    assert "2020 Q2" in body
    assert "Make and open 2020 Q2: 3 updates" in body
    initial = page.context["form"].initial
    assert initial["participant_due_on"] == builders.PARTICIPANTS_DUE
    answer = clerk.post(NEXT, {**initial, "participant_due_on": "2020-07-06"}, follow=True)
    assert "The period is open: 3 updates are owed." in answer.content.decode()
    period = ReportingPeriod.objects.get(code="2020Q2")
    assert (period.state, period.lead_due_on) == (PeriodState.OPEN, builders.LEADS_DUE)
    assert period.participant_due_on == date(2020, 7, 6), "the dates can be changed before"
    assert events_of(period) == [Act.PLAN_PERIOD, Act.OPEN_PERIOD]


@pytest.mark.parametrize(
    ("last", "offered", "words"),
    [
        ("2020Q1", True, ""),
        ("2020Q2", False, "Next comes 2020 Q3: its opening is due from September 1, 2020 on"),
    ],
)
def test_next_period_is_offered_when_its_opening_is_due(
    browser_of: BrowserOf, last: str, offered: bool, words: str
) -> None:
    """From its last month on; before, it stays within reach and says that it is early."""
    builders.a_working_calendar(last=date(2020, 12, 31))
    builders.a_measure()
    builders.an_open_period(code=last)
    clerk = browser_of(cast.clerk())
    body = clerk.get(LIST).content.decode()
    main = f'button-primary" href="{NEXT}"'
    assert (main in body, f'href="{NEXT}"' in body, words in body) == (offered, True, True)
    assert ("departments could say little of it yet" in clerk.get(NEXT).content.decode()) != offered
    assert "Next comes" not in browser_of(cast.reporter()).get(LIST).content.decode()


def test_period_next_that_is_refused_leaves_nothing_behind(browser_of: BrowserOf) -> None:
    builders.a_working_calendar()
    builders.a_measure()
    clerk = browser_of(cast.clerk())
    page = clerk.post(NEXT, {**DATES, "participant_due_on": "2020-06-30", "code": "2020Q2"})
    assert page.status_code == 422
    assert page.context["form"].errors["participant_due_on"]
    assert not ReportingPeriod.objects.exists()
    assert not Event.objects.exists()


def test_period_next_sent_again_makes_no_second_one(browser_of: BrowserOf) -> None:
    builders.a_working_calendar()
    builders.a_measure()
    clerk = browser_of(cast.clerk())
    first, second = (clerk.post(NEXT, {**DATES, "code": "2020Q2"}) for _click in range(2))
    assert first["Location"] == second["Location"] == address("detail", ReportingPeriod.objects.get())
    assert "2020 Q2 is there already." in clerk.get(second["Location"]).content.decode()


def test_period_next_leads_to_the_one_that_is_planned_already(
    browser_of: BrowserOf,
) -> None:
    planned = builders.a_planned_period()
    assert browser_of(cast.clerk()).get(NEXT)["Location"] == address("open", planned)


def test_period_next_without_its_calendar_leads_to_planning_and_says_why(browser_of: BrowserOf) -> None:
    builders.a_measure()
    page = browser_of(cast.clerk()).get(NEXT, follow=True)
    assert page.redirect_chain == [(PLAN, 302)]
    assert "working days" in page.content.decode()


def test_period_plan_says_that_it_is_stored(browser_of: BrowserOf) -> None:
    builders.a_working_calendar()
    builders.a_measure()
    clerk = browser_of(cast.clerk())
    assert 'autocomplete="off"' in clerk.get(PLAN).content.decode(), "another choice comes back with the page"
    page = clerk.post(PLAN, {"code": "2020Q2"}, follow=True)
    assert page.redirect_chain == [(address("open", ReportingPeriod.objects.get()), 302)]
    assert "2020 Q2 is planned and not opened yet." in page.content.decode()


@pytest.mark.parametrize("there", [builders.a_planned_period, builders.an_open_period])
def test_period_plan_asks_before_it_plans_one_before_another(
    browser_of: BrowserOf, there: Callable[..., ReportingPeriod]
) -> None:
    builders.a_working_calendar(date(2019, 10, 1), date(2020, 12, 31))
    builders.a_measure()
    there(code="2020Q2")
    clerk = browser_of(cast.clerk())
    assert 'name="earlier"' not in clerk.get(PLAN).content.decode()
    page = clerk.post(PLAN, {"code": "2019Q4"})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["earlier"]
    assert "2019 Q4 lies before 2020 Q2, which is there already" in page.content.decode()
    assert 'type="checkbox" name="earlier"' in page.content.decode()
    assert ReportingPeriod.objects.count() == 1
    answer = clerk.post(PLAN, {"code": "2019Q4", "earlier": "on"})
    assert answer["Location"] == address("open", ReportingPeriod.objects.get(code="2019Q4"))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("2020Q4", "its opening is due from December 1, 2020 on: departments could say little of it yet"),
        ("2020Q2", ""),
        ("2020Q1", "This period ended on March 31, 2020, and the one after it is over too."),
    ],
)
def test_period_that_was_planned_is_opened_with_the_same_remarks(
    browser_of: BrowserOf, code: str, words: str
) -> None:
    builders.a_working_calendar(last=date(2021, 12, 31))
    builders.a_measure()
    page = browser_of(cast.clerk()).get(address("open", builders.a_planned_period(code=code)))
    assert bool(page.context["remarks"]) == bool(words)
    assert words in page.content.decode()
