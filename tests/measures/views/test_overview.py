"""The leader's page: counters that filter, open matters, what changed, who is missing, and what it costs."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from departments.actors import Actor
from departments.models import Department
from measures.models import LightColour, Measure, ReportingPeriod, SelfAssessment, UpdateState
from measures.views import overview
from measures.workflow import light_overrides, periods
from tests import builders, cast

pytestmark = [
    pytest.mark.unmeasured("what these pages run also runs in the tests of summaries, acts and other pages"),
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once("a page is words around loaded rows; test_access.py opens every page on both"),
]
BrowserOf = Callable[[Actor], Client]
QueriesOf = Callable[[Client, str], int]
OVERVIEW = "/p/a-policy/"
MEASURES = "/p/a-policy/measures/?period=2020Q2"


def a_green_measure() -> Measure:
    return builders.an_update(UpdateState.CONFIRMED).measure


def a_red_measure() -> Measure:
    stalled = builders.a_text("竞赛停办", self_assessment=SelfAssessment.STALLED)
    return builders.an_update(UpdateState.CONFIRMED, text=stalled).measure


def shown(page: object) -> list[str]:
    """Codes of the measures in the table, in order."""
    groups = page.context["sections"]  # type: ignore[attr-defined]  # the test client adds it
    return [row["status"].code for group in groups for row in group["rows"]]


def test_overview_shows_the_leaders_sentence_whole() -> None:
    css = (settings.BASE_DIR / "static" / "css" / "pages.css").read_text(encoding="utf-8")
    rules = re.findall(r"\.overview-sentence \{([^}]*)\}", css)
    assert rules
    assert not any(word in rule for rule in rules for word in ("ellipsis", "overflow", "nowrap"))


def test_overview_divides_the_counts_of_a_section(browser_of: BrowserOf) -> None:
    section = builders.a_section()
    builders.an_update(UpdateState.CONFIRMED, measure=builders.a_measure(section=section))
    stalled = builders.a_text(self_assessment=SelfAssessment.STALLED)
    builders.an_update(UpdateState.CONFIRMED, measure=builders.a_measure(section=section), text=stalled)
    body = browser_of(cast.leader()).get(OVERVIEW).content.decode()
    assert re.search(r"red light 1</a> · <a|green light 1</a> · <a", body)


def test_overview_before_the_first_period_says_what_comes(browser_of: BrowserOf) -> None:
    builders.a_planned_period()
    body = browser_of(cast.leader()).get(OVERVIEW).content.decode()
    assert "No period has been opened yet" in body
    assert 'class="counters' not in body


def test_overview_shows_each_measure_with_light_reason_and_sentence(browser_of: BrowserOf) -> None:
    a_green_measure()
    a_red_measure()
    page = browser_of(cast.leader()).get(OVERVIEW)
    body = page.content.decode()
    assert shown(page) == ["二（一）", "二（二）"]
    assert "举办全市职业技能竞赛2场" in body
    assert "竞赛停办" in body
    assert "市总工会" in body
    assert "light-red" in body
    with translation.override("en"):
        light = page.context["sections"][0]["rows"][1]["status"].light
        assert light.colour == LightColour.RED
        assert light.sentence in body


def test_overview_counters_filter_and_can_be_taken_away(browser_of: BrowserOf) -> None:
    a_green_measure()
    a_red_measure()
    leader = browser_of(cast.leader())
    counters = leader.get(OVERVIEW).context["counters"]
    assert [(item["colour"].value, item["value"]) for item in counters] == [
        ("green", 1),
        ("yellow", 0),
        ("red", 1),
        ("blue", 0),
        ("grey", 0),
    ]
    red = next(item for item in counters if item["colour"] == LightColour.RED)
    filtered = leader.get(red["href"])
    assert shown(filtered) == ["二（二）"]
    assert 'aria-current="true"' in filtered.content.decode()
    again = next(item for item in filtered.context["counters"] if item["here"])
    assert shown(leader.get(again["href"])) == ["二（一）", "二（二）"]


def test_overview_leads_from_each_number_to_the_rows_that_it_counts(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_green_measure()
    a_red_measure()
    builders.an_update(UpdateState.CONFIRMED, text=builders.a_text(coordination="请明确资金渠道"))
    late = builders.an_update(UpdateState.DUE)
    monkeypatch.setattr("langfang_policy.clock.today", lambda: date(2020, 7, 20))
    leader = browser_of(cast.leader())
    body = leader.get(OVERVIEW).content.decode()
    assert '<div class="counter">' not in body
    counted = re.findall(r'href="([^"]*section=2&amp;light=[^"]*)"\s*>[a-z ]+ (\d+)</a>', body)
    assert len(counted) == len({place for place, _number in counted}) >= 2
    narrowed = [(f"{MEASURES}&amp;shows=matters", "1"), (MEASURES, "4"), *counted]
    for place, number in narrowed:
        assert f'href="{place}"' in body
        page = leader.get(place.replace("&amp;", "&")).context["page"]
        assert page.paginator.count == int(number), place
    board = reverse("measures:period_board", args=["a-policy", late.period.uuid])
    assert (f'href="{board}"' in body, f'href="{board}?shows=missing"' in body) == (True, True)
    plain = browser_of(cast.reporter("jyj")).get(OVERVIEW).content.decode()
    assert (board in plain, f'href="{MEASURES}&amp;shows=missing"' in plain) == (False, True)


def test_overview_folds_what_is_calm_on_a_telephone(browser_of: BrowserOf) -> None:
    """What is red or yellow stays in sight; a filter that was chosen is shown whole."""
    a_green_measure()
    a_red_measure()
    leader = browser_of(cast.leader())
    page = leader.get(OVERVIEW)
    (section,) = page.context["sections"]
    assert [(row["status"].light.colour, row["folded"]) for row in section["rows"]] == [
        (LightColour.GREEN, True),
        (LightColour.RED, False),
    ]
    assert f'href="{OVERVIEW}?open=section-2#section-2"' in page.content.decode()
    (section,) = leader.get(OVERVIEW, {"light": "green"}).context["sections"]
    assert section["folded"] == 0


def test_overview_filter_that_fits_nothing_says_so(browser_of: BrowserOf) -> None:
    a_green_measure()
    page = browser_of(cast.leader()).get(OVERVIEW, {"light": "blue"})
    assert shown(page) == []
    assert "No measure has this light." in page.content.decode()


def test_overview_does_not_choke_on_a_colour_that_is_none(browser_of: BrowserOf) -> None:
    a_green_measure()
    assert shown(browser_of(cast.leader()).get(OVERVIEW, {"light": "mauve"})) == ["二（一）"]


def test_overview_of_a_period_that_was_never_opened_is_no_page(browser_of: BrowserOf) -> None:
    a_green_measure()
    leader = browser_of(cast.leader())
    for address in (f"{OVERVIEW}?period=2031Q1", "/p/another/"):
        page = leader.get(address)
        assert page.status_code == 404
        assert "There is no such page" in page.content.decode()


def test_overview_says_what_changed_since_the_closed_period(browser_of: BrowserOf) -> None:
    measure = builders.a_measure()
    in_time = builders.moment(date(2020, 4, 1))
    before = builders.an_update(UpdateState.CONFIRMED, measure=measure, code="2020Q1", at=in_time).period
    periods.close_period(cast.clerk(), before, "", builders.moment())
    stalled = builders.a_text(self_assessment=SelfAssessment.STALLED)
    builders.an_update(UpdateState.CONFIRMED, measure=measure, text=stalled)
    page = browser_of(cast.leader()).get(OVERVIEW)
    changes = {item["colour"].value: item["change"] for item in page.context["counters"]}
    assert (changes["green"], changes["red"], changes["yellow"]) == ("−1", "+1", "0")
    assert [row.code for row in page.context["side"].changed] == ["二（一）"]


def test_overview_of_a_closed_period_is_read_from_its_snapshot(browser_of: BrowserOf) -> None:
    measure = a_green_measure()
    period = ReportingPeriod.objects.get()
    periods.close_period(cast.clerk(), period, "", builders.moment())
    Measure.objects.filter(pk=measure.pk).update(title="后来改的标题")
    body = browser_of(cast.leader()).get(OVERVIEW, {"period": "2020Q2"}).content.decode()
    assert "closed; read from the snapshot" in body
    assert "后来改的标题" not in body


def test_overview_puts_open_matters_before_all_else_at_the_side(browser_of: BrowserOf) -> None:
    asked = builders.a_text(coordination="请财政部门明确补助资金渠道")
    builders.an_update(UpdateState.CONFIRMED, text=asked)
    body = browser_of(cast.leader()).get(OVERVIEW).content.decode()
    side = body[body.index("Needs coordination") :]
    assert side.index("请财政部门明确补助资金渠道") < side.index("Changed since last period")


def test_overview_names_who_is_missing_with_telephone_for_leaders_only(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.an_update(UpdateState.DRAFT)
    Department.objects.filter(slug="zgh").update(contact="周联络", telephone="0316-2012345")
    monkeypatch.setattr("langfang_policy.clock.today", lambda: date(2020, 7, 20))
    for actor, sees in ((cast.leader(), True), (cast.clerk(), True), (cast.auditor(), False)):
        page = browser_of(actor).get(OVERVIEW)
        assert [item.row.department.slug for item in page.context["side"].missing] == ["zgh"]
        assert "departments: 1, updates: 1" in page.content.decode()
        assert ("0316-2012345" in page.content.decode()) is sees


def test_overview_marks_a_light_that_is_lighter_than_the_rules(browser_of: BrowserOf) -> None:
    measure = a_red_measure()
    period = ReportingPeriod.objects.get()
    reason = "已与单位核实"
    light_overrides.override_light(
        cast.clerk(), period, measure, LightColour.GREEN, reason, builders.moment()
    )
    detail = reverse("measures:measure_detail", args=["a-policy", measure.uuid])
    for page in (OVERVIEW, reverse("measures:measure_list", args=["a-policy"]), detail):
        body = browser_of(cast.leader()).get(page).content.decode()
        assert "lighter than the rules" in body
        assert reason in body


def test_overview_texts_of_people_are_never_markup(browser_of: BrowserOf) -> None:
    builders.an_update(UpdateState.CONFIRMED, text=builders.a_text("<script>alert(1)</script>"))
    body = browser_of(cast.leader()).get(OVERVIEW).content.decode()
    assert "<script>alert(1)" not in body
    assert "&lt;script&gt;alert(1)" in body


def test_overview_change_has_a_sign_or_is_nought() -> None:
    assert [overview.with_sign(change) for change in (2, 0, -1)] == ["+2", "0", "−1"]


def test_overview_costs_the_same_for_one_measure_and_for_five(
    browser_of: BrowserOf, queries_of: QueriesOf
) -> None:
    people = [browser_of(actor) for actor in (cast.leader(), cast.clerk(), cast.admin())]
    builders.an_update(UpdateState.CONFIRMED, measure=a_full_measure("jyj"))
    few = [queries_of(person, reverse("measures:overview", args=["a-policy"])) for person in people]
    for slug in ("czj", "gzw", "gsl", "zgh"):
        builders.an_update(UpdateState.CONFIRMED, slug=slug, measure=a_full_measure("rsj", lead=slug))
    many = [queries_of(person, reverse("measures:overview", args=["a-policy"])) for person in people]
    assert few == many
    assert max(many) <= 10


def a_full_measure(participant: str, lead: str = "zgh") -> Measure:
    measure = builders.a_measure(leads=(lead,), participants=(participant,))
    builders.a_commitment(measure, "市本级", "三河市")
    return measure


def test_overview_shows_the_quarter_that_is_over_before_one_opened_ahead(browser_of: BrowserOf) -> None:
    measure = builders.a_measure()
    for code in ("2020Q2", "2020Q3"):
        builders.an_open_period(measure.section.edition, code)
    leader = browser_of(cast.leader())
    assert leader.get(OVERVIEW).context["choice"].period.code == "2020Q2"
    assert leader.get(f"{OVERVIEW}?period=2020Q3").context["choice"].period.code == "2020Q3"


def fifty_five_measures() -> None:
    """All of one section, each owed by one department."""
    section = builders.a_section()
    for _ in range(55):
        builders.a_measure(section=section)
    builders.an_open_period(section.edition)


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_overview_shows_fifty_measures_and_leads_to_the_rest(
    browser_of: BrowserOf, queries_of: QueriesOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    fifty_five_measures()
    monkeypatch.setattr("langfang_policy.clock.today", lambda: date(2020, 7, 20))
    leader = browser_of(cast.leader())
    assert len(shown(leader.get(OVERVIEW))) == 50
    assert len(shown(leader.get(OVERVIEW, {"page": "2"}))) == 5
    page = leader.get(OVERVIEW, {"light": "yellow", "page": "2"})
    assert len(shown(page)) == 5
    assert "light=yellow" in page.content.decode().split('rel="prev"')[1][:60]
    assert queries_of(leader, OVERVIEW) <= 10


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_overview_lists_the_first_of_what_stands_out_and_leads_to_all_of_it(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    fifty_five_measures()
    for measure in Measure.objects.order_by("ordinal")[:12]:
        builders.an_update(
            UpdateState.CONFIRMED, measure=measure, text=builders.a_text(coordination="请协调场地")
        )
    monkeypatch.setattr("langfang_policy.clock.today", lambda: date(2020, 7, 20))
    leader = browser_of(cast.leader())
    page = leader.get(OVERVIEW)
    assert len(page.context["side"].matters) == 10
    assert page.context["side"].missing[0].row.count.missing == 43
    more = reverse("measures:measure_list", args=["a-policy"]) + "?period=2020Q2&amp;shows=matters"
    assert more in page.content.decode()
    all_of_it = leader.get(more.replace("&amp;", "&"))
    assert all_of_it.context["page"].paginator.count == 12
    missing = leader.get(more.replace("&amp;", "&").replace("matters", "missing"))
    assert missing.context["page"].paginator.count == 43
