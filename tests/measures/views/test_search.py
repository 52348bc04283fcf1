"""The page of search: measures, texts and departments with their numbers, what was found marked."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.utils import translation
from django.utils.html import strip_tags

from departments.actors import Actor
from departments.models import Department, DepartmentAlias, Succession
from measures.models import ProgressUpdate, UpdateState
from measures.pages import search_page
from tests import builders, cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_day")]
BrowserOf = Callable[[Actor], Client]
SEARCH = "/p/a-policy/search/"


def counts(browser: Client, words: str) -> dict[str, int]:
    results = browser.get(SEARCH, {"q": words}).context["results"]
    return {name: number for name, _label, number in results.counts}


def found(browser: Client, words: str, kind: str) -> list[str]:
    """Titles without marks."""
    results = browser.get(SEARCH, {"q": words, "kind": kind}).context["results"]
    return [strip_tags(row.title) for row in results.rows]


def a_succession(old: str, new: str, since: date = date(2019, 2, 26)) -> tuple[Department, Department]:
    pair = cast.a_department(old), cast.a_department(new)
    Succession.objects.create(predecessor=pair[0], successor=pair[1], valid_from=since, basis="机构改革")
    return pair


def confirmed(slug: str = "zgh", **text: str) -> ProgressUpdate:
    return builders.an_update(UpdateState.CONFIRMED, slug=slug, text=builders.a_text(**text))


def test_search_counts_each_kind_and_opens_the_first_that_has_something(browser_of: BrowserOf) -> None:
    update = confirmed(progress="市总工会会同各县组织竞赛")
    leader = browser_of(cast.leader())
    assert counts(leader, "市总工会") == {"measures": 1, "texts": 1, "departments": 1}
    page = leader.get(SEARCH, {"q": "竞赛2场"})
    assert page.context["results"].kind == "texts"
    body = page.content.decode()
    assert "举办全市职业技能<mark>竞赛2场</mark>" in body
    assert f'href="/p/a-policy/updates/{update.uuid}/"' in body
    assert found(leader, "市总工会", "departments") == ["市总工会"]
    assert found(leader, update.measure.code, "measures") == [update.measure.title]


@pytest.mark.parametrize("words", ["職業技能競賽2場", "职业技能竞赛２场", " 职业技能竞赛2场 "])
def test_search_finds_traditional_characters_and_digits_of_another_width(
    browser_of: BrowserOf, words: str
) -> None:
    confirmed()
    leader = browser_of(cast.leader())
    assert counts(leader, words)["texts"] == 1
    assert "<mark>职业技能竞赛2场</mark>" in leader.get(SEARCH, {"q": words}).content.decode()


def test_search_finds_successors_by_an_old_name_and_measures_by_the_new_one(browser_of: BrowserOf) -> None:
    """Over two reorganisations; one that is still to come counts for nothing."""
    measure = builders.a_measure(leads=("zgh",))
    builders.an_open_period(measure.section.edition)
    old, middle = a_succession("zgh", "whj")
    _middle, new = a_succession("whj", "wlj")
    a_succession("wlj", "later", since=date(2030, 1, 1))
    DepartmentAlias.objects.create(department=old, name="市工会联合会")
    leader = browser_of(cast.leader())
    assert found(leader, "工会联合", "departments") == [str(row.name) for row in (old, middle, new)]
    page = leader.get(SEARCH, {"q": "市工会联合会", "kind": "departments"}).content.decode()
    assert f"now performed by {new.short_name}" in page
    assert found(leader, new.name, "measures") == [measure.title]
    assert found(leader, "市later局", "measures") == []


@pytest.mark.parametrize("state", [UpdateState.DRAFT, UpdateState.IN_REVIEW, UpdateState.SUBMITTED])
def test_search_finds_texts_in_work_only_for_those_who_may_read_them(
    browser_of: BrowserOf, state: UpdateState
) -> None:
    update = builders.an_update(state, text=builders.a_text(problems="经费尚未到位"))
    submitted = int(state == UpdateState.SUBMITTED)
    expected = {cast.reporter: 1, cast.reviewer: 1, cast.clerk: submitted, cast.auditor: submitted}
    expected |= {cast.leader: 0, cast.stranger: 0, cast.admin: 0}
    for who, number in expected.items():
        assert counts(browser_of(who()), "尚未到位")["texts"] == number, who
    page = browser_of(cast.reporter()).get(SEARCH, {"q": "尚未到位"}).content.decode()
    assert "经费<mark>尚未到位</mark>" in page
    with translation.override("en"):
        assert f'<span class="tag">{UpdateState(update.state).label}</span>' in page


def test_search_finds_the_text_in_force_and_no_older_one(browser_of: BrowserOf) -> None:
    """A correction in work is found by its department beside the text that counts."""
    update = builders.in_correction(confirmed(problems="经费尚未到位"))
    assert counts(browser_of(cast.leader()), "尚未到位")["texts"] == 1
    own = browser_of(cast.reporter(update.department.slug))
    assert counts(own, "尚未到位")["texts"] == 2


def test_search_finds_and_marks_each_of_several_words(browser_of: BrowserOf) -> None:
    confirmed(problems="经费尚未到位", next_steps="七月底前拨付")
    leader = browser_of(cast.leader())
    assert [counts(leader, words)["texts"] for words in ("拨付 经费", "拨付 拖欠")] == [1, 0]
    page = leader.get(f"{SEARCH}?q=拨付 经费&kind=texts").content.decode()
    assert "<mark>经费</mark>" in page


def test_search_runs_nothing_that_was_typed_and_stays_in_its_policy(browser_of: BrowserOf) -> None:
    confirmed(progress="<b>竞赛</b>[1]")
    leader = browser_of(cast.leader())
    body = leader.get(SEARCH, {"q": "<b>竞赛"}).content.decode()
    assert "<mark>&lt;b&gt;竞赛</mark>" in body
    assert "<b>竞赛" not in body
    assert counts(leader, "[1]")["texts"] == 1
    builders.a_policy("another")
    other = leader.get("/p/another/search/", {"q": "竞赛"}).context["results"]
    assert [number for _name, _label, number in other.counts] == [0, 0, 0]
    assert "Nothing was found" in leader.get(SEARCH, {"q": "没有的词"}).content.decode()
    assert leader.get(SEARCH, {"q": ""}).context["results"] is None
    assert 'class="field-error"' in leader.get(SEARCH, {"q": "字" * 61}).content.decode()


def test_search_is_led_to_from_every_page(browser_of: BrowserOf) -> None:
    confirmed()
    body = browser_of(cast.reporter()).get("/p/a-policy/measures/").content.decode()
    assert f'href="{SEARCH}"' in body


@pytest.mark.parametrize("kind", ["measures", "texts", "departments"])
def test_search_is_paged_with_as_many_queries_for_many_as_for_one(
    browser_of: BrowserOf,
    queries_of: Callable[[Client, str], int],
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    """市 stands in names of departments, in measures and in the text that is confirmed for each."""
    monkeypatch.setattr(search_page, "PER_PAGE", 2)
    measures = [builders.a_measure(leads=(slug,), text="全市竞赛") for slug in ("zgh", "jyj", "czj", "gzw")]
    builders.an_update(UpdateState.CONFIRMED, measure=measures[0])
    reader = browser_of(cast.everything())
    address = f"{SEARCH}?q=市&kind={kind}"
    few = queries_of(reader, address)
    for measure, slug in zip(measures[1:], ("jyj", "czj", "gzw"), strict=True):
        builders.an_update(UpdateState.CONFIRMED, measure=measure, slug=slug)
    assert queries_of(reader, address) == few <= 10
    assert len(found(reader, "市", kind)) == 2
