"""Portfolios of leaders: the clerk's page, and the overview that opens on them."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from django.test import Client

from departments.actors import Actor
from departments.models import AccountAct, AccountEvent
from measures.models import CoordinationMatter, Measure, Portfolio, SelfAssessment, UpdateState
from measures.workflow import matters, periods
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


def a_busy_period(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the portfolio and outside it: a matter, a changed light, an update past due; a period before."""
    in_time, settled = builders.moment(date(2020, 4, 1)), builders.moment(date(2020, 7, 2))
    section = builders.a_section(ordinal=3, title="资金保障")
    places = [("jyj", None), ("jyj", None), ("czj", None), ("zgh", section), ("czj", section)]
    rows = [builders.a_measure(leads=(slug,), section=within) for slug, within in places]
    asked = builders.a_text(coordination="请明确渠道")
    stalled = builders.a_text(self_assessment=SelfAssessment.STALLED)
    for measure, (slug, _within) in zip(rows, places, strict=True):
        update = builders.an_update(
            UpdateState.CONFIRMED, measure=measure, slug=slug, code="2020Q1", at=in_time, text=asked
        )
    matters.resolve_matter(cast.clerk(), CoordinationMatter.objects.earliest("pk"), "已明确", settled)
    periods.close_period(cast.clerk(), update.period, "", builders.moment())
    for number, (measure, (slug, _within)) in enumerate(zip(rows, places, strict=True)):
        builders.an_update(
            UpdateState.CONFIRMED if number else UpdateState.DUE, measure=measure, slug=slug, text=stalled
        )
    monkeypatch.setattr("langfang_policy.clock.today", lambda: date(2020, 7, 20))


def number_in(inner: str) -> int | None:
    """That of a counter, else the last one of a link's words; None without one."""
    value = re.search(r'counter-value">([^<]*)', inner)
    words = re.sub(r'<span class="visually-hidden">.*?</span>|<[^>]*>', "", inner, flags=re.S)
    found = re.findall(r"\d+", value[1] if value else words)
    return int(found[-1]) if found else None


@pytest.mark.parametrize("with_portfolio", [True, False])
def test_overview_counts_and_leads_to_the_same_rows_of_a_portfolio(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch, with_portfolio: bool
) -> None:
    """Every number that leads to a list is the number of its rows, with a portfolio and without."""
    a_busy_period(monkeypatch)
    if with_portfolio:
        a_portfolio()
    leader = browser_of(cast.leader())
    body = leader.get(OVERVIEW).content.decode()
    links = re.findall(
        r'<a\s[^>]*?href="(/p/a-policy/(?:measures|matters)/\?[^"]*)"[^>]*>(.*?)</a>', body, re.S
    )
    counted = [(unescape(place), number_in(inner)) for place, inner in links]
    seen = {(place, number) for place, number in counted if number is not None}
    for place, number in seen:
        assert leader.get(place).context["page"].paginator.count == number, place
    kinds = {name for place, _n in seen for name in re.findall(r"shows?=\w+|section=\d&light|light", place)}
    assert kinds >= {"shows=matters", "shows=changed", "show=settled", "section=2&light", "light"}
    assert {"mine=1" in place for place, _number in seen} == {with_portfolio}


def test_overview_of_a_portfolio_says_that_filing_is_of_all_departments(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each department that misses something stands there with it, also outside the portfolio."""
    a_busy_period(monkeypatch)
    a_portfolio(department=cast.a_department("czj"))
    page = browser_of(cast.leader()).get(OVERVIEW)
    missing = page.context["side"].missing
    found = [(row.row.department.slug, [measure.code for measure, _u in row.updates]) for row in missing]
    assert found == [("jyj", ["二（一）"])]
    body = page.content.decode()
    assert "Filed on time, all departments" in body
    assert body.count("all departments") == 3
    assert "in my charge, of sections: 2" in body
    everything = browser_of(cast.leader()).get(f"{OVERVIEW}?all=1").content.decode()
    assert "all departments" not in everything


def test_lists_keep_to_the_portfolio_and_say_so(browser_of: BrowserOf, queries_of: QueriesOf) -> None:
    """Also with another filter; for whoever has none they hold all."""
    measures()
    leader, clerk = browser_of(cast.leader()), browser_of(cast.clerk())
    everything = "/p/a-policy/measures/?period=2020Q2"
    place = f"{everything}&mine=1"
    assert leader.get(place).context["page"].paginator.count == 3
    a_portfolio()
    body = leader.get(place).content.decode()
    assert re.search(rf'In my charge: 市教育局\s*<a class="no-print" href="{re.escape(everything)}"', body)
    assert '<input type="hidden" name="mine" value="1">' in body
    for who, narrowed, number in ((leader, place, 1), (leader, everything, 3), (clerk, place, 3)):
        assert who.get(narrowed).context["page"].paginator.count == number
    assert leader.get(f"{place}&section=3").context["page"].paginator.count == 0
    assert "In my charge" in leader.get("/p/a-policy/matters/?mine=1").content.decode()
    assert queries_of(leader, place) <= 10


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
