"""The page of a period at any size: counts by state, first rows of what is long, ten queries."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from departments.actors import Actor
from measures.models import PeriodState, ProgressUpdate, ReportingPeriod, UpdateState
from measures.views import periods as period_views
from measures.workflow import extensions, periods
from tests import builders, cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once("a page is words around loaded rows; test_access.py opens every page on both"),
]
BrowserOf = Callable[[Actor], Client]
QueriesOf = Callable[[Client, str], int]


def address(view: str, period: ReportingPeriod) -> str:
    return reverse(f"measures:period_{view}", args=["a-policy", period.uuid])


def loaded(period: ReportingPeriod) -> ReportingPeriod:
    return ReportingPeriod.objects.select_related("policy__coordinator", "edition").get(pk=period.pk)


def test_period_detail_counts_the_updates_of_a_department_by_state(browser_of: BrowserOf) -> None:
    for state in (UpdateState.DRAFT, UpdateState.SUBMITTED, UpdateState.SUBMITTED):
        update = builders.an_update(state)
    page = browser_of(cast.clerk()).get(address("detail", update.period))
    [(row, states)] = page.context["filing"]
    assert (row.department.slug, row.count.total) == ("zgh", 3)
    assert list(states.items()) == [(UpdateState.DRAFT, 1), (UpdateState.SUBMITTED, 2)]


def test_period_detail_folds_what_is_rarer_than_the_board_and_closing(browser_of: BrowserOf) -> None:
    """Eight buttons above the figures would fill a telephone; without scripts the rest unfolds."""
    period = builders.an_update(UpdateState.SUBMITTED).period
    head = browser_of(cast.clerk()).get(address("detail", period)).content.decode().partition("</header>")[2]
    acts = head.partition('class="page-acts"')[2].partition("</header>")[0]
    shown, _summary, folded = acts.partition('<details class="acts-more">')
    assert [address(name, period) in shown for name in ("board", "close", "urge", "dates")] == [
        True,
        True,
        False,
        False,
    ]
    assert all(address(name, period) in folded for name in ("urge", "dates"))
    reader = browser_of(cast.leader()).get(address("detail", period)).content.decode()
    assert (address("board", period) in reader, "acts-more" in reader) == (True, False)


def test_period_detail_shows_the_first_of_many_that_nobody_may_confirm(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(period_views, "SHOWN", 2)
    for _number in range(3):
        update = builders.an_update(UpdateState.SUBMITTED)
    page = browser_of(cast.auditor()).get(address("detail", update.period))  # an office without a clerk
    assert len(page.context["unconfirmable"]) == 2
    assert "3 updates in all" in page.content.decode()


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_period_detail_shows_the_newest_of_many_events(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = builders.an_update(UpdateState.CONFIRMED).period
    periods.close_period(cast.clerk(), closed, "", builders.moment())
    periods.reopen_period(cast.signer(), loaded(closed), "漏计一条", builders.moment())
    periods.close_period(cast.clerk(), loaded(closed), "", builders.moment())
    acts = list(closed.events.order_by("pk").values_list("act", flat=True))
    monkeypatch.setattr(period_views, "SHOWN", len(acts) - 1)
    leader, place = browser_of(cast.leader()), address("detail", closed)
    pages = [leader.get(place, {"page": number}) for number in ("1", "2", "3", "x", "0")]
    shown = [[event.act for event in page.context["events"]][::-1] for page in pages]
    assert shown == [acts[1:], acts[:1], acts[:1], acts[1:], acts[1:]]
    assert 'rel="next" href="?page=2"' in pages[0].content.decode()


@pytest.mark.parametrize("state", [PeriodState.OPEN, PeriodState.CLOSED])
def test_period_detail_costs_ten_queries_and_the_same_html_for_fifty_measures(
    browser_of: BrowserOf, queries_of: QueriesOf, state: PeriodState
) -> None:
    """Also where all wait, an update is past due, and nobody may confirm it."""
    period = builders.an_update(UpdateState.SUBMITTED).period
    section = period.updates.get().measure.section
    people = [
        browser_of(actor) for actor in (cast.leader(), cast.clerk(), cast.reporter(), cast.everything())
    ]
    place = address("detail", period)

    def costs() -> tuple[list[int], list[int]]:
        if state == PeriodState.CLOSED:
            periods.close_period(cast.clerk(), loaded(period), "下期补报", builders.moment())
        counted = [queries_of(person, place) for person in people]
        found = counted, [len(person.get(place).content) for person in people]
        if state == PeriodState.CLOSED:
            periods.reopen_period(cast.signer(), loaded(period), "再试", builders.moment())
        return found

    few, short = costs()
    for _number in range(49):
        builders.an_update(UpdateState.SUBMITTED, measure=builders.a_measure(section=section))
    many, long = costs()
    assert many == few
    assert max(many) <= 10
    assert all(after < before + 1500 for before, after in zip(short, long, strict=True))


def test_period_detail_tells_the_clerk_where_nobody_reports_or_reviews(browser_of: BrowserOf) -> None:
    """Only of departments that still owe something, and on the day itself."""
    period = builders.an_update(UpdateState.DRAFT).period
    builders.an_update(UpdateState.CONFIRMED, slug="jyj")
    builders.an_update(slug="czj")
    assert cast.colleague("czj").user
    for slug in ("zgh", "jyj"):
        assert cast.reporter(slug).user
        cast.reviewer(slug).person.memberships.update(valid_to=cast.DAY)
    clerk, place = browser_of(cast.clerk()), address("detail", period)
    assert "nobody reports" not in clerk.get(place).content.decode()
    for slug in ("zgh", "jyj"):
        cast.reviewer(slug).person.memberships.update(valid_to=builders.OPENED)
    body = clerk.get(place).content.decode()
    assert "In 1 department that owes something nobody reports, or nobody reviews." in body
    assert "nobody reports" not in browser_of(cast.leader()).get(place).content.decode()


def test_closing_names_who_was_granted_a_later_day_and_the_counts_add_up(browser_of: BrowserOf) -> None:
    builders.an_update(UpdateState.SUBMITTED)
    update, later = builders.an_update(slug="jyj"), date(2020, 7, 9)
    extension = extensions.request_extension(
        cast.reporter("jyj"), update, later, "数据待核", builders.moment()
    )
    clerk = browser_of(cast.clerk())
    asked = clerk.get(address("close", update.period)).content.decode()
    assert "asked for July 9, not answered yet" in asked
    extensions.grant_extension(cast.clerk(), extension, "", builders.moment())
    ProgressUpdate.objects.exclude(pk=update.pk).update(due_on=date(2020, 6, 30))
    page = clerk.get(address("close", update.period))
    assert page.context["granted"] == 1
    assert (
        [row.pk for row in page.context["rows"] if row.has_time]
        == [page.context["rows"][0].pk]
        == [update.pk]
    )
    words = " ".join(page.content.decode().split())
    assert words.count("until July 9 (included)") == 2, "above, and where it stands among the rest"
    [left, passed] = [periods.has_time_left(later + timedelta(days=days)) for days in (0, 1)]
    assert list(ProgressUpdate.objects.filter(left)) == [update]
    assert not ProgressUpdate.objects.filter(passed).exists()
    clerk.post(address("close", update.period), {"reason": "按期截止"})
    for place in ("detail", "board"):
        words = " ".join(clerk.get(address(place, update.period)).content.decode().split())
        assert "owed 2 · filed 1 · confirmed 0" in words
        assert "· not yet due 1<" in words
    department = clerk.get("/p/a-policy/departments/jyj/").content.decode()
    assert "· not yet due 1<" in department


def test_record_keeps_the_words_of_an_act_together(browser_of: BrowserOf) -> None:
    """催办 stood as 催 at the end of a line and 办 on the next."""
    period = builders.an_update(UpdateState.CONFIRMED).period
    periods.close_period(cast.clerk(), period, "", builders.moment())
    shown = browser_of(cast.clerk()).get(address("detail", period)).content.decode()
    assert '<b class="whole">close the period</b>' in shown
    css = (settings.BASE_DIR / "static/css/base.css").read_text("utf-8")
    assert ".whole { display: inline-block; }" in css
