"""Several policies at once: the chooser of the frame, pages of all with a filter, what a button acts for."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from departments.actors import Actor
from departments.models import Role
from measures.models import LightColour, UpdateState
from measures.workflow import periods
from tests import builders, cast
from tests.measures.views.test_policies import a_measure_of, another_policy

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once("a page is words around loaded rows; test_access.py opens every page on both"),
]
S = UpdateState
BrowserOf = Callable[[Actor], Client]
QueriesOf = Callable[[Client, str], int]


def text_of(page: Any) -> str:
    """What is read on the page, its white space made one."""
    body = page.content.decode().partition("<main")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


# --- the chooser ----------------------------------------------------------------------------------


def choices_of(page: Any) -> dict[str, tuple[str, str]]:
    return {row["label"]: (row["href"], row["here"]) for row in page.context["chooser"].choices}


def test_chooser_is_a_title_alone_for_the_only_policy(browser_of: BrowserOf) -> None:
    leader = browser_of(cast.leader())
    assert leader.get("/policies/").context["chooser"] is None
    builders.a_policy()
    page = leader.get("/p/a-policy/")
    assert (page.context["chooser"].title, page.context["chooser"].choices) == ("技术工人待遇", [])
    assert "<summary>" not in page.content.decode().partition("<main")[0]


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_chooser_leads_to_the_same_kind_of_page_of_another_policy(browser_of: BrowserOf) -> None:
    another_policy()
    builders.a_working_calendar()
    update = builders.an_update(S.DRAFT)
    browser = browser_of(cast.a_person("both", ("rsj", Role.CLERK), ("jyj", Role.CLERK)))
    own: dict[str, Any] = {"measures": update.measure, "periods": update.period, "updates": update}
    address = {kind: f"/p/a-policy/{kind}/{thing.uuid}/" for kind, thing in own.items()}
    for here, there in {
        "/p/a-policy/": "/p/a-first/",
        "/p/a-policy/measures/?q=竞赛": "/p/a-first/measures/",
        address["measures"]: "/p/a-first/measures/",
        f"{address['measures']}state/": "/p/a-first/measures/",
        "/p/a-policy/departments/zgh/": "/p/a-first/departments/",
        address["periods"]: "/p/a-first/periods/",
        "/p/a-policy/periods/plan/": "/p/a-first/periods/",
        "/p/a-policy/reports/": "/p/a-first/reports/",
        "/p/a-policy/check/": "/p/a-first/check/",
        address["updates"]: "/p/a-first/",
    }.items():
        found = choices_of(browser.get(here))
        assert found["另一政策"] == (there, ""), here
        assert found["技术工人待遇"][1] == "page", here


def test_chooser_leads_to_no_check_of_somebody_elses_policy(browser_of: BrowserOf) -> None:
    builders.a_policy()
    another_policy()
    assert choices_of(browser_of(cast.clerk()).get("/check/"))["另一政策"][0] == "/p/a-first/"


def test_chooser_on_a_page_of_all_marks_the_policy_that_the_navigation_is_about(
    browser_of: BrowserOf,
) -> None:
    builders.a_policy()
    another_policy()
    reporter = browser_of(cast.reporter())
    first = reporter.get("/my/")
    assert first.context["chooser"].title == ""
    assert "Choose a policy" in first.content.decode()
    reporter.get("/p/a-first/")
    page = reporter.get("/my/")
    assert choices_of(page) == {"技术工人待遇": ("/p/a-policy/", ""), "另一政策": ("/p/a-first/", "true")}
    assert 'aria-current="page">All policies' in re.sub(
        r"\s+aria", " aria", reporter.get("/policies/").content.decode()
    )


# --- pages of all, and one policy of them ------------------------------------------------------------


def test_my_updates_name_the_policy_and_narrow_to_one(browser_of: BrowserOf) -> None:
    builders.an_update(S.DUE)
    builders.an_update(S.DUE, measure=a_measure_of(another_policy()))
    reporter = browser_of(cast.reporter())
    both = reporter.get("/my/")
    assert {row.update.measure.title for row in both.context["owed"]} == {"举措1", "另一举措"}
    assert ("技术工人待遇" in text_of(both), "另一政策" in text_of(both)) == (True, True)
    one = reporter.get("/my/?policy=a-first")
    assert [row.update.measure.title for row in one.context["owed"]] == ["另一举措"]
    assert [link["here"] for link in one.context["narrow"].links] == ["", "", "true"]
    assert reporter.get("/my/?policy=none").status_code == 404


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_review_queue_narrows_to_one_policy_and_stays_there_after_an_act(browser_of: BrowserOf) -> None:
    builders.an_update(S.IN_REVIEW)
    for _number in range(2):
        builders.an_update(S.IN_REVIEW, measure=a_measure_of(another_policy()))
    reviewer = browser_of(cast.reviewer())
    assert len(reviewer.get("/review/").context["rows"]) == 3
    rows = reviewer.get("/review/?policy=a-first").context["rows"]
    assert len(rows) == 2
    then = rows[0].offers[0].form.initial["next"]
    assert then == f"/review/?policy=a-first&page=1#update-{rows[1].update.uuid}"
    update = rows[0].update
    sent = {"version": update.version, "next": then}
    answer = reviewer.post(f"/p/a-first/updates/{update.uuid}/approve/", sent, follow=True)
    assert [row.update for row in answer.context["rows"]] == [rows[1].update]
    assert f"另一政策 {update.measure.code}" in answer.content.decode()  # the message says which was approved


def test_nothing_is_narrowed_where_there_is_one_policy(browser_of: BrowserOf) -> None:
    builders.an_update(S.DUE)
    page = browser_of(cast.reporter()).get("/my/")
    assert page.context["narrow"].links == ()
    assert "技术工人待遇" not in text_of(page)


def test_check_of_all_leads_to_that_of_each_policy_of_the_office_alone(browser_of: BrowserOf) -> None:
    builders.an_update(S.SUBMITTED)
    another_policy()
    assert browser_of(cast.clerk()).get("/check/").context["links"] == ()
    both = browser_of(cast.a_person("both", ("rsj", Role.CLERK), ("jyj", Role.CLERK)))
    links = both.get("/p/a-first/check/").context["links"]
    assert [(link["href"], link["here"]) for link in links] == [
        ("/check/", ""),
        ("/p/a-policy/check/", ""),
        ("/p/a-first/check/", "true"),
    ]


def test_buttons_say_for_which_of_several_policies_they_act(browser_of: BrowserOf) -> None:
    builders.a_working_calendar()
    builders.an_update(S.SUBMITTED)
    clerk = browser_of(cast.clerk())
    assert "Plan the next period" in text_of(clerk.get("/p/a-policy/periods/"))
    assert "Plan the next period for" not in text_of(clerk.get("/p/a-policy/periods/"))
    another_policy()
    assert "Plan the next period for “技术工人待遇”" in text_of(clerk.get("/p/a-policy/periods/"))
    assert "Plan this period for “技术工人待遇”" in text_of(clerk.get("/p/a-policy/periods/plan/"))
    assert "Confirm 技术工人待遇 二（一）" in text_of(clerk.get("/check/"))


def test_check_of_all_keeps_the_texts_of_a_policy_together(browser_of: BrowserOf) -> None:
    builders.a_policy()
    edition = another_policy()
    both = cast.a_person("both", ("rsj", Role.CLERK), ("jyj", Role.CLERK))
    for section in (builders.a_section(), builders.a_section(edition)) * 2:
        builders.an_update(S.SUBMITTED, measure=builders.a_measure(section=section))
    rows = browser_of(both).get("/check/").context["rows"]
    assert [row.update.period.policy.slug for row in rows] == ["a-policy"] * 2 + ["a-first"] * 2


# --- all policies beside each other ---------------------------------------------------------------


def test_policy_list_says_what_to_do_without_a_policy(browser_of: BrowserOf) -> None:
    assert "No policy is loaded yet" in text_of(browser_of(cast.leader()).get("/policies/"))


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_policy_list_counts_the_lights_and_leads_to_them(browser_of: BrowserOf) -> None:
    builders.an_update(S.CONFIRMED)
    builders.a_measure(leads=())
    another_policy()
    page = browser_of(cast.auditor()).get("/policies/")
    (own, lights), (other, none) = page.context["rows"]
    assert (own.policy.slug, own.period.code, other.policy.slug, other.period) == (
        "a-policy",
        "2020Q2",
        "a-first",
        None,
    )
    assert own.counts == page.client.get("/p/a-policy/").context["summary"].counts
    assert {light.colour: light.value for light in lights} == own.counts
    assert sum(own.counts.values()) == 2
    assert none == []
    grey = next(light for light in lights if light.colour == LightColour.GREY)
    assert f'href="{grey.href.replace("&", "&amp;")}"' in page.content.decode()
    shown = page.client.get(grey.href).context["sections"]
    assert sum(len(section["rows"]) for section in shown) == grey.value == 1
    assert "No period has been opened yet" in text_of(page)
    assert f"{own.filing.rate} ({own.filing.on_time}/{own.filing.owed})" in text_of(page)


def test_policy_list_shows_the_period_that_the_overview_shows(browser_of: BrowserOf) -> None:
    """A quarter opened ahead of its end hides neither the one before nor its figures once it is closed."""
    update = builders.an_update(S.CONFIRMED)
    periods.close_period(cast.clerk(), update.period, "", builders.moment())
    builders.an_open_period(code="2020Q3")
    leader = browser_of(cast.leader())
    ((status, _lights),) = leader.get("/policies/").context["rows"]
    overview = leader.get("/p/a-policy/").context
    assert status.period == overview["choice"].period == update.period
    assert status.counts == overview["summary"].counts


def test_policy_list_tells_of_an_altered_snapshot_beside_the_figures_of_the_others(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = builders.an_update(S.CONFIRMED)
    builders.an_open_period(another_policy())
    periods.close_period(cast.clerk(), update.period, "", builders.moment())
    monkeypatch.setattr("measures.summaries.seals.digest", lambda content: "0" * 64)
    page = browser_of(cast.leader()).get("/policies/")
    (altered, lights), (other, _lights) = page.context["rows"]
    assert altered.problem
    assert lights == []
    assert altered.problem in text_of(page)
    assert (other.problem, set(other.counts)) == ("", set(LightColour))


def test_policy_list_costs_the_same_for_one_measure_and_for_fifty(
    browser_of: BrowserOf, queries_of: QueriesOf
) -> None:
    edition = another_policy()
    builders.an_update(S.CONFIRMED)
    builders.an_update(S.DUE, measure=a_measure_of(edition))
    leader = browser_of(cast.leader())
    few = queries_of(leader, "/policies/")
    for _number in range(49):
        a_measure_of(edition)
    builders.an_open_period(edition)
    assert queries_of(leader, "/policies/") == few


def test_policy_list_costs_ten_queries_for_fifty_policies(
    browser_of: BrowserOf, queries_of: QueriesOf
) -> None:
    """Also on a day on which nobody has looked yet; a page of them is as long as it gets."""
    leader = browser_of(cast.leader())
    periods.close_period(cast.clerk(), builders.an_update(S.CONFIRMED).period, "", builders.moment())
    builders.an_open_period(a_measure_of(another_policy()).section.edition)
    few = queries_of(leader, "/policies/")
    for number in range(49):
        policy = builders.a_policy(f"policy-{number}", title=f"意见{number}", short_title=f"政策{number}")
        builders.an_open_period(builders.an_edition(policy))
    assert len(leader.get("/policies/").context["rows"]) == 50
    assert queries_of(leader, "/policies/") == few <= 10
    assert len(leader.get("/policies/?page=2").context["rows"]) == 1


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_pages_of_all_cost_the_same_for_one_row_and_for_fifty(
    browser_of: BrowserOf, queries_of: QueriesOf
) -> None:
    edition = another_policy()
    builders.an_update(S.DUE)
    builders.an_update(S.DUE, measure=a_measure_of(edition))
    reporter = browser_of(cast.reporter())
    few = [queries_of(reporter, place) for place in ("/my/", "/my/?policy=a-first")]
    for _number in range(49):
        a_measure_of(edition)
    builders.an_open_period(edition)
    assert [queries_of(reporter, place) for place in ("/my/", "/my/?policy=a-first")] == few


def test_page_of_all_policies_calls_no_period_over_that_is_in_its_grace(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.an_update(S.DRAFT)
    leader = browser_of(cast.leader())
    assert "grace" not in text_of(leader.get("/policies/"))
    monkeypatch.setattr("langfang_policy.clock.today", lambda: builders.GRACE_ENDS)
    shown = text_of(leader.get("/policies/"))
    assert "in grace" in shown
    assert "grace until July 14" in shown
    leader.cookies["django_language"] = "zh-hans"
    in_chinese = text_of(leader.get("/policies/"))
    assert ("宽限期" in in_chinese, "已结束" in in_chinese) == (True, False)


def test_every_page_of_dates_says_that_co_leads_go_with_the_participants(browser_of: BrowserOf) -> None:
    builders.a_working_calendar()
    period = builders.an_update(S.DUE).period
    browser = browser_of(cast.clerk())
    for page in (f"/p/a-policy/periods/{period.uuid}/board/", "/"):
        assert "convenors and separate leads due July 7 (included)" in text_of(browser.get(page)), page
    dates = text_of(browser.get("/policies/"))
    assert "participants, co-leads July 2 convenors, separate leads July 7" in dates
