"""Somebody of several departments chooses once for which one to act (docs/domain.md 2.13)."""

from collections.abc import Callable

import pytest
from django.test import Client

from departments.actors import Actor
from departments.models import Role
from measures.models import Act, Event, UpdateState
from measures.pages.offers import Offer, offers
from tests import cast
from tests.builders import a_measure, a_policy, an_edition, an_open_period, an_update, moment, perform
from tests.cast import DAY

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day", "calendar"),
    pytest.mark.once("a choice in the session and rows that are loaded already"),
]
BrowserOf = Callable[[Actor], Client]
S = UpdateState
CHOICE = "/acting-for/"


def of_two(role: Role = Role.REPORTER) -> Actor:
    return cast.a_person("wang", ("zgh", role), ("jyj", role))


def asks(offer: Offer) -> bool:
    return "department" in {field.name for field in offer.form.visible_fields()}


def test_department_is_chosen_in_the_frame_and_lists_follow(browser_of: BrowserOf) -> None:
    own, other = an_update(), an_update(slug="jyj")
    wang = browser_of(of_two())

    def listed() -> set[int]:
        waiting = {row.update.pk for row in wang.get("/").context["start_page"].waiting}
        page = wang.get("/my/")
        assert waiting == {row.update.pk for row in page.context["owed"]}
        assert page.context["amounts"].owed == len(waiting)
        assert page.context["left_out"] == (len(waiting) == 1)
        return waiting

    assert listed() == {own.pk, other.pk}
    answer = wang.post(CHOICE, {"department": "jyj", "next": "/my/"})
    assert answer["Location"] == "/my/"
    assert listed() == {other.pk}
    body = wang.get("/password/").content.decode()
    assert '<option value="jyj" selected>' in body
    assert "You act for 市教育局" in wang.get("/my/done/").content.decode()
    assert wang.get("/").context["tasks"][0].waiting == 1
    assert wang.get(f"/p/a-policy/updates/{own.uuid}/edit/").status_code == 200
    wang.post(CHOICE, {"department": ""})
    assert listed() == {own.pk, other.pk}


def test_review_queue_and_check_queue_follow_the_choice_where_it_fits(browser_of: BrowserOf) -> None:
    an_update(S.IN_REVIEW)
    other = an_update(S.IN_REVIEW, slug="jyj")
    hats = cast.a_person("wang", ("zgh", Role.REVIEWER), ("jyj", Role.REVIEWER), ("rsj", Role.CLERK))
    submitted = an_update(S.SUBMITTED, slug="czj")
    wang = browser_of(hats)
    wang.post(CHOICE, {"department": "jyj"})
    assert [row.update for row in wang.get("/review/").context["rows"]] == [other]
    check = wang.get("/check/")  # he checks for one department alone
    assert [row.update for row in check.context["rows"]] == [submitted]
    assert "not listed here" not in check.content.decode()


def test_start_page_of_two_offices_shows_the_periods_of_the_one_acted_for(browser_of: BrowserOf) -> None:
    an_update()
    other = a_policy("another", title="另一项", short_title="另一项", coordinator=cast.a_department("jyj"))
    an_open_period(an_edition(other))
    browser = browser_of(cast.a_person("wang", ("rsj", Role.CLERK), ("jyj", Role.CLERK)))

    def shown() -> list[str]:
        context = browser.get("/").context
        periods = [row.policy.slug for row in context["glances"]]
        assert periods == [row.slug for row in context["offices"]]
        return periods

    assert shown() == ["a-policy", "another"]
    browser.post(CHOICE, {"department": "jyj"})
    assert shown() == ["another"]
    assert browser.get("/").context["left_out"]


def test_clerk_who_acts_for_a_department_without_a_policy_still_checks(browser_of: BrowserOf) -> None:
    update = an_update(S.SUBMITTED)
    browser = browser_of(cast.a_person("wang", ("rsj", Role.CLERK), ("gsl", Role.CLERK)))
    browser.post(CHOICE, {"department": "gsl"})
    page = browser.get("/check/")
    assert ([row.update for row in page.context["rows"]], page.context["left_out"]) == ([update], False)
    assert browser.get("/").context["tasks"][0].waiting == 1


def test_only_a_department_of_ones_own_is_chosen_and_only_while_it_is(browser_of: BrowserOf) -> None:
    an_update()
    browser = browser_of(of_two())
    assert browser.post(CHOICE, {"department": "czj"}).status_code == 403
    browser.post(CHOICE, {"department": "jyj"})
    of_two().person.memberships.filter(department__slug="jyj").update(valid_to=cast.SINCE)
    page = browser.get("/my/")
    assert (len(page.context["owed"]), page.context["acting"]) == (1, None)


def test_acts_are_done_for_the_department_chosen_and_rights_stay(browser_of: BrowserOf) -> None:
    """Clerk of the office and reviewer of the convenor: both may return; the form asks who has not chosen."""
    measure = a_measure(leads=["zgh"], participants=["jyj"])
    an_update(measure=measure)
    update = an_update(S.SUBMITTED, measure=measure, slug="jyj")
    hats = cast.a_person("wang", ("rsj", Role.CLERK), ("zgh", Role.REVIEWER))
    [asking] = [row for row in offers(hats, update) if row.act == Act.RETURN]
    assert ("department" in {field.name for field in asking.form.visible_fields()}, asking.said_for) == (
        True,
        None,
    )
    zgh = cast.a_department("zgh")
    chosen = Actor.load(hats.person, DAY, zgh.pk)
    [told] = [row for row in offers(chosen, update) if row.act == Act.RETURN]
    assert ("department" in {field.name for field in told.form.visible_fields()}, told.said_for) == (
        False,
        zgh,
    )
    [only] = [row for row in offers(chosen, update) if row.act == Act.CONFIRM]
    assert only.said_for == cast.the_office()  # of one department alone: that one is taken, and said
    browser = browser_of(hats)
    browser.post(CHOICE, {"department": "zgh"})
    page = f"/p/a-policy/updates/{update.uuid}/"
    assert "acting for 市总工会" in browser.get(page).content.decode()
    browser.post(f"{page}return/", {"version": update.version, "reason": "请补充"})
    assert Event.objects.filter(act=Act.RETURN).get().department == zgh


def test_act_names_the_department_that_its_form_showed(browser_of: BrowserOf) -> None:
    """Another choice in another window changes nothing about a form that is open."""
    measure = a_measure(leads=["zgh"], participants=["jyj"])
    an_update(measure=measure)
    update = an_update(S.SUBMITTED, measure=measure, slug="jyj")
    hats = cast.a_person("wang", ("rsj", Role.CLERK), ("zgh", Role.REVIEWER))
    browser, office = browser_of(hats), cast.the_office()
    browser.post(CHOICE, {"department": "zgh"})
    sent = {"version": update.version, "reason": "请补充", "department": office.pk}
    browser.post(f"/p/a-policy/updates/{update.uuid}/return/", sent)
    assert Event.objects.filter(act=Act.RETURN).get().department == office


def test_step_without_a_form_takes_the_department_acted_for() -> None:
    measure = a_measure(leads=["zgh"], participants=["jyj"])
    an_update(measure=measure)
    first, second = (an_update(S.SUBMITTED, measure=measure, slug=slug) for slug in ("jyj", "zgh"))
    hats = cast.a_person("wang", ("rsj", Role.CLERK), ("zgh", Role.REVIEWER))
    perform(Act.RETURN, Actor.load(hats.person, DAY, cast.a_department("zgh").pk), first, moment())
    perform(Act.RETURN, Actor.load(hats.person, DAY, cast.a_department("zgh").pk), second, moment())
    returned = Event.objects.filter(act=Act.RETURN).order_by("pk").values_list("department__slug", flat=True)
    assert list(returned) == ["zgh", "rsj"]  # of one's own update the convenor has no say, the office has
