"""Several policies: each page is of the one in its address, and old addresses lead to it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from departments.actors import Actor
from departments.models import Role
from measures.models import Edition, Measure, UpdateState
from measures.pages.held_text import token_for
from tests import builders, cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once("a page is words around loaded rows; test_access.py opens every page on both"),
]
S = UpdateState
BrowserOf = Callable[[Actor], Client]
NOWHERE = "00000000-0000-0000-0000-000000000000"


def another_policy() -> Edition:
    """Coordinated by the education bureau; its slug comes first in the alphabet."""
    office = cast.a_department("jyj")
    policy = builders.a_policy("a-first", title="另一个实施意见", short_title="另一政策", coordinator=office)
    return builders.an_edition(policy)


def a_measure_of(edition: Edition) -> Measure:
    return builders.a_measure(section=builders.a_section(edition), title="另一举措")


# --- the policy in the address -------------------------------------------------------------------


def test_page_shows_the_policy_of_its_address_alone(browser_of: BrowserOf) -> None:
    builders.an_update(S.CONFIRMED)
    builders.an_update(S.DRAFT, measure=a_measure_of(another_policy()))
    leader = browser_of(cast.leader())
    for name in ("overview", "measure_list"):
        first, second = (
            leader.get(reverse(f"measures:{name}", args=[slug])).content.decode()
            for slug in ("a-policy", "a-first")
        )
        assert ("举措1" in first, "另一举措" in first) == (True, False)
        assert ("举措1" in second, "另一举措" in second) == (False, True)
    page = leader.get("/p/a-first/departments/zgh/")
    assert [row.measure.title for row in page.context["leads"]] == ["另一举措"]
    (counted,) = (
        row
        for group in leader.get("/p/a-first/departments/").context["groups"]
        for row, _filing in group["rows"]
        if row.slug == "zgh"
    )
    assert (counted.leads, counted.participations) == (1, 0)


def test_lists_of_periods_and_reports_are_those_of_the_policy(browser_of: BrowserOf) -> None:
    own, other = builders.an_open_period(), builders.an_open_period(another_policy())
    leader = browser_of(cast.leader())
    for name in ("period_list", "report_list"):
        body = leader.get(reverse(f"measures:{name}", args=["a-first"])).content.decode()
        assert (str(own.uuid) in body, str(other.uuid) in body) == (False, True)


def test_what_is_named_must_belong_to_the_policy_of_the_address(browser_of: BrowserOf) -> None:
    """One address a thing: under another policy there is no such page, to look at or to act on."""
    another_policy()
    asked = builders.a_text(coordination="请明确资金渠道")
    update = builders.an_update(S.CONFIRMED, text=asked)
    measure, period, matter = update.measure, update.period, update.measure.matters.get()
    named: dict[str, Any] = {
        "measure_detail": measure,
        "measure_state": measure,
        "measure_closure": measure,
        "light_override": measure,
        "closure_request": measure,
        "closure_agree": measure,
        "closure_refuse": measure,
        "matter_resolve": matter,
        "period_detail": period,
        "period_open": period,
        "period_close": period,
        "period_reopen": period,
        "period_archive": period,
        "update_detail": update,
        "update_edit": update,
        "update_confirm": update,
        "update_waive": update,
    }
    everybody = cast.a_person("everybody", *((slug, role) for slug in ("rsj", "jyj", "zgh") for role in Role))
    browser = browser_of(everybody)
    for name, thing in named.items():
        wrong = reverse(f"measures:{name}", args=["a-first", thing.uuid])
        answers = {browser.get(wrong).status_code, browser.post(wrong).status_code}
        assert answers <= {404, 405}, name
        assert 404 in answers, name
    document = reverse("measures:report_document", args=["a-first", "status", period.uuid])
    assert browser.get(document).status_code == 404


def test_period_is_chosen_among_those_of_the_policy(browser_of: BrowserOf) -> None:
    builders.an_open_period(code="2020Q1")
    builders.an_open_period(another_policy(), code="2020Q2")
    leader = browser_of(cast.leader())
    assert leader.get("/p/a-policy/").context["choice"].period.code == "2020Q1"
    assert leader.get("/p/a-policy/?period=2020Q2").status_code == 404


# --- rights are those of the policy's own office ---------------------------------------------------


def test_clerk_of_one_policy_is_none_of_another(browser_of: BrowserOf) -> None:
    edition = another_policy()
    builders.an_update(S.SUBMITTED, measure=a_measure_of(edition))
    builders.an_update(S.SUBMITTED)
    clerk = browser_of(cast.clerk())
    assert clerk.get("/p/a-policy/periods/plan/").status_code != 403
    for page in ("periods/plan/", "check/"):
        assert clerk.get(f"/p/a-first/{page}").status_code == 403
    own = clerk.get("/check/").context["rows"]
    assert [row.update.measure.title for row in own] == ["举措1"]


def test_clerk_of_two_policies_checks_both_or_one(browser_of: BrowserOf) -> None:
    builders.an_update(S.SUBMITTED)
    builders.an_update(S.SUBMITTED, measure=a_measure_of(another_policy()))
    both = cast.a_person("both", ("rsj", Role.CLERK), ("jyj", Role.CLERK))
    browser = browser_of(both)

    def shown(address: str) -> set[str]:
        return {row.update.measure.title for row in browser.get(address).context["rows"]}

    assert shown("/check/") == {"举措1", "另一举措"}
    assert shown("/p/a-policy/check/") == {"举措1"}
    assert shown("/p/a-first/check/") == {"另一举措"}


# --- which policy a page of all leads to ----------------------------------------------------------


def links_of(page: Any) -> set[str]:
    return {item["href"] for item in page.context["nav"]}


def test_only_policy_is_led_to_from_everywhere(browser_of: BrowserOf) -> None:
    builders.a_policy()
    assert "/p/a-policy/measures/" in links_of(browser_of(cast.reporter()).get("/my/"))


def test_none_of_several_policies_is_taken_until_one_is_visited(browser_of: BrowserOf) -> None:
    builders.a_policy()
    another_policy()
    browser = browser_of(cast.reporter())
    assert links_of(browser.get("/my/")) == {"/my/"}
    browser.get("/p/a-policy/periods/")
    assert "/p/a-policy/measures/" in links_of(browser.get("/my/"))
    browser.get("/p/a-first/")
    assert "/p/a-first/measures/" in links_of(browser.get("/my/"))
    browser.cookies["policy"] = "gone"
    assert links_of(browser.get("/my/")) == {"/my/"}


# --- old addresses --------------------------------------------------------------------------------


def test_old_address_of_a_thing_leads_to_it_below_its_policy(browser_of: BrowserOf) -> None:
    another_policy()
    update = builders.an_update(S.DRAFT)
    leader = browser_of(cast.leader())
    for kind, thing in (("measures", update.measure), ("periods", update.period), ("updates", update)):
        old = f"/{kind}/{thing.uuid}/"
        assert leader.get(f"{old}?page=2")["Location"] == f"/p/a-policy{old}?page=2"
    old = f"/reports/status/{update.period.uuid}/"
    assert leader.get(old)["Location"] == f"/p/a-policy{old}"
    assert leader.get(f"/measures/{NOWHERE}/").status_code == 404


def test_old_address_of_a_list_leads_to_the_policy_that_it_names_or_that_was_visited(
    browser_of: BrowserOf,
) -> None:
    builders.a_policy()
    leader = browser_of(cast.leader())
    assert leader.get("/overview/")["Location"] == "/p/a-policy/"
    another_policy()
    fresh = browser_of(cast.leader())
    assert fresh.get("/measures/")["Location"] == "/policies/"
    named = fresh.get("/overview/?policy=a-first&period=2020Q2&light=red")
    assert named["Location"] == "/p/a-first/?period=2020Q2&light=red"
    assert fresh.get("/overview/?policy=none").status_code == 404
    fresh.get("/p/a-first/")
    assert fresh.get("/departments/zgh/")["Location"] == "/p/a-first/departments/zgh/"


def test_old_address_asks_strangers_to_sign_in_and_says_nothing(client: Client) -> None:
    update = builders.an_update()
    for uuid in (update.uuid, NOWHERE):
        old = f"/updates/{uuid}/edit/"
        assert client.get(old)["Location"] == f"/login/?next={old}"


def test_form_that_was_open_over_the_change_loses_nothing() -> None:
    """Sent on whole; the new address asks for the token, as the old one did."""
    update, reporter = builders.an_update(S.DRAFT), cast.reporter()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(reporter.person, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("measures:update_edit", args=["a-policy", update.uuid])
    browser.get(address)
    old = f"/updates/{update.uuid}/edit/"
    form = {
        "csrfmiddlewaretoken": browser.cookies["csrftoken"].value,
        "act": "save",
        "version": update.version,
        "situation": "progress",
        "self_assessment": "normal",
        "headline": "组织竞赛三场",
    }
    sent = browser.post(old, form)
    assert (sent.status_code, sent["Location"]) == (307, address)
    stored = browser.post(old, form, follow=True)
    assert stored.redirect_chain == [(address, 307), (address, 302)]
    assert builders.text_in_work(update).headline == "组织竞赛三场"


def test_text_sent_to_an_old_address_without_a_sign_in_waits_for_its_writer(client: Client) -> None:
    update, reporter = builders.an_update(S.DRAFT), cast.reporter()
    form = {"token": token_for(reporter.person, update), "act": "save", "headline": "组织竞赛三场"}
    client.post(f"/updates/{update.uuid}/edit/", form, follow=True)
    assert update.held_texts.get().fields["headline"] == "组织竞赛三场"
