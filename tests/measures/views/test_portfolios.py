"""Portfolios of leaders: the clerk's page, and the overview that opens on them."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from departments.actors import Actor
from departments.models import AccountAct, AccountEvent
from measures.models import Measure, Portfolio, UpdateState
from measures.workflow import periods
from tests import builders, cast, tampering
from tests.measures.given_portfolios import a_portfolio, a_portfolio_of_a_section

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_day")]
BrowserOf = Callable[[Actor], Client]
QueriesOf = Callable[[Client, str], int]
OVERVIEW = "/p/a-policy/"
PORTFOLIOS = "/p/a-policy/portfolios/"


def measures() -> list[Measure]:
    """Led by the union, by education with the union, by finance alone in a section of its own."""
    union = builders.a_measure(leads=("zgh",), title="工会举措")
    education = builders.a_measure(leads=("jyj",), participants=("zgh",), title="教育举措")
    section = builders.a_section(ordinal=3, title="资金保障")
    finance = builders.a_measure(leads=("czj",), section=section, title="财政举措")
    builders.an_open_period(union.section.edition)
    return [union, education, finance]


def shown(browser: Client, query: str = "") -> list[str]:
    page = browser.get(f"{OVERVIEW}{query}")
    return [row["status"].title for section in page.context["sections"] for row in section["rows"]]


def total(browser: Client, query: str = "") -> int:
    page = browser.get(f"{OVERVIEW}{query}")
    assert sum(counter["value"] for counter in page.context["counters"]) == page.context["summary"].total
    return int(page.context["summary"].total)


def test_overview_of_a_leader_opens_on_the_own_portfolio(browser_of: BrowserOf) -> None:
    """A department with all it has a part in, or a section; the numbers are of the same measures."""
    _union, _education, finance = measures()
    leader, clerk = browser_of(cast.leader()), browser_of(cast.clerk())
    assert shown(leader) == ["工会举措", "教育举措", "财政举措"]
    a_portfolio(department=cast.a_department("zgh"))
    assert shown(leader) == ["工会举措", "教育举措"]
    assert total(leader) == 2
    a_portfolio(department=None, section=finance.section, valid_to=date(2020, 6, 30))
    assert shown(leader) == ["工会举措", "教育举措"], "it ended the day before"
    Portfolio.objects.filter(section=finance.section).update(valid_to=cast.DAY)
    assert shown(leader) == ["工会举措", "教育举措", "财政举措"]
    Portfolio.objects.filter(department__slug="zgh").delete()
    assert shown(leader) == ["财政举措"]
    assert shown(clerk) == ["工会举措", "教育举措", "财政举措"]


def test_portfolio_is_a_chip_that_can_be_taken_away_and_comes_back(browser_of: BrowserOf) -> None:
    measures()
    a_portfolio()
    leader = browser_of(cast.leader())
    body = leader.get(f"{OVERVIEW}?light=grey").content.decode()
    assert "In my charge" in body
    assert 'href="/p/a-policy/?light=grey&amp;all=1"' in body
    everything = leader.get(f"{OVERVIEW}?light=grey&all=1")
    assert shown(leader, "?all=1") == ["工会举措", "教育举措", "财政举措"]
    assert total(leader, "?all=1") == 3
    assert "In my charge" not in everything.content.decode()
    assert 'href="/p/a-policy/?light=grey"' in everything.content.decode()


def test_portfolio_narrows_a_closed_period_that_is_still_verified(browser_of: BrowserOf) -> None:
    _union, education, _finance = measures()
    update = builders.update_of(education, "jyj")
    a_portfolio()
    periods.close_period(cast.clerk(), update.period, "未报", builders.moment(date(2020, 7, 20)))
    leader = browser_of(cast.leader())
    assert shown(leader) == ["教育举措"]
    tampering.alter_snapshot(update.period)
    assert "教育举措" not in leader.get(OVERVIEW).content.decode()


def test_overview_costs_the_same_for_a_portfolio_of_any_size(
    browser_of: BrowserOf, queries_of: QueriesOf
) -> None:
    measures()
    leader = browser_of(cast.leader())
    without = queries_of(leader, OVERVIEW)
    a_portfolio()
    one = queries_of(leader, OVERVIEW)
    for slug in ("zgh", "czj", "gzw"):
        a_portfolio(department=cast.a_department(slug))
    a_portfolio_of_a_section()
    assert queries_of(leader, OVERVIEW) == one == without


# --- the page of the clerk -----------------------------------------------------------------------


def given(**changes: str) -> dict[str, str]:
    usual = {"leader": "rsj-leader", "of": "department-jyj", "valid_from": "2020-07-01", "valid_to": ""}
    return {**usual, **changes}


def test_clerk_gives_a_portfolio_which_stands_in_the_record_of_accounts(browser_of: BrowserOf) -> None:
    measures()
    leader, clerk = browser_of(cast.leader()), browser_of(cast.clerk())
    assert f'href="{PORTFOLIOS}"' in clerk.get(OVERVIEW).content.decode()
    assert f'href="{PORTFOLIOS}"' not in leader.get(OVERVIEW).content.decode()
    page = clerk.post(PORTFOLIOS, given(), follow=True)
    assert "张rsj-leader is in charge of 市教育局" in page.content.decode()
    assert shown(leader) == ["教育举措"]
    clerk.post(PORTFOLIOS, given(of="section-3", valid_to="2020-12-31"))
    assert shown(leader) == ["教育举措", "财政举措"]
    events = AccountEvent.objects.filter(act=AccountAct.ROLE_CHANGED).order_by("pk")
    assert [event.details for event in events] == [
        "分管 市教育局 2020-07-01– (技术工人待遇)",
        "分管 三、资金保障 2020-07-01–2020-12-31 (技术工人待遇)",
    ]
    assert {(event.user, event.by) for event in events} == {(cast.leader().person, cast.clerk().person)}


def test_clerk_ends_a_portfolio_with_a_last_day_and_never_later(browser_of: BrowserOf) -> None:
    measures()
    row = a_portfolio()
    clerk, field = browser_of(cast.clerk()), f"{row.uuid}-valid_to"
    end = f"{PORTFOLIOS}{row.uuid}/end/"
    clerk.post(end, {field: "2020-07-01"})
    row.refresh_from_db()
    assert row.valid_to == cast.DAY
    assert AccountEvent.objects.get(act=AccountAct.ROLE_CHANGED).details.endswith(
        "–2020-07-01 (技术工人待遇)"
    )
    refused = clerk.post(end, {field: "2020-08-01"})
    assert refused.status_code == 422
    assert "It ends by then already." in refused.content.decode()
    assert "The end lies before the beginning." in clerk.post(end, {field: "2018-01-01"}).content.decode()
    browser_of(cast.admin()).post(end, {field: "2020-06-30"})
    row.refresh_from_db()
    assert row.valid_to == date(2020, 6, 30)


def test_portfolio_is_for_leaders_of_the_office_and_held_once(browser_of: BrowserOf) -> None:
    measures()
    cast.leader()
    clerk = browser_of(cast.clerk())
    assert clerk.post(PORTFOLIOS, given(leader="rsj-auditor")).status_code == 422
    assert clerk.post(PORTFOLIOS, given(of="department-nobody")).status_code == 422
    too_early = clerk.post(PORTFOLIOS, given(valid_from="2018-01-01"))
    assert "does not lead in the office" in too_early.content.decode()
    before_it_begins = clerk.post(PORTFOLIOS, given(valid_to="2020-06-01"))
    assert "The end lies before the beginning." in before_it_begins.content.decode()
    clerk.post(PORTFOLIOS, given(valid_to="2020-07-31"))
    twice = clerk.post(PORTFOLIOS, given(valid_from="2020-07-31"))
    assert "in charge of it already" in twice.content.decode()
    assert clerk.post(PORTFOLIOS, given(valid_from="2020-08-01")).status_code == 302
    assert Portfolio.objects.count() == 2
    assert AccountEvent.objects.filter(act=AccountAct.ROLE_CHANGED).count() == 2


@pytest.mark.parametrize("who", [cast.leader, cast.signer, cast.reporter, cast.auditor])
def test_nobody_else_gives_a_portfolio(browser_of: BrowserOf, who: Callable[[], Actor]) -> None:
    measures()
    row, browser = a_portfolio(), browser_of(who())
    assert browser.post(PORTFOLIOS, given()).status_code == 403
    end = browser.post(f"{PORTFOLIOS}{row.uuid}/end/", {f"{row.uuid}-valid_to": "2020-07-01"})
    assert end.status_code == 403
    assert list(Portfolio.objects.values_list("valid_to", flat=True)) == [None]


def test_list_of_portfolios_is_paged_with_as_many_queries_for_many_as_for_one(
    browser_of: BrowserOf, queries_of: QueriesOf
) -> None:
    builders.an_update(UpdateState.DUE)
    clerk = browser_of(cast.clerk())
    a_portfolio()
    one = queries_of(clerk, PORTFOLIOS)
    for number in range(60):
        a_portfolio(department=cast.a_department(f"d{number}"))
    assert queries_of(clerk, PORTFOLIOS) == one <= 10
    assert len(clerk.get(f"{PORTFOLIOS}?page=2").context["rows"]) == 11
