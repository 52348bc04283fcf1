"""The list of coordination matters: open, settled and all, over periods; an answer for those who asked."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from departments.actors import Actor
from measures.models import CoordinationMatter, Message, MessageKind, UpdateState
from measures.workflow import matters
from tests import builders, cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_day")]
BrowserOf = Callable[[Actor], Client]
MATTERS = "/p/a-policy/matters/"


def a_matter(text: str, code: str = "2020Q2", slug: str = "zgh", day: date = cast.DAY) -> CoordinationMatter:
    written = builders.a_text(coordination=text)
    builders.an_update(UpdateState.CONFIRMED, slug=slug, code=code, text=written, at=builders.moment(day))
    return CoordinationMatter.objects.get(text=text)


def shown(browser: Client, query: str = "") -> list[str]:
    return [row.matter.text for row in browser.get(f"{MATTERS}{query}").context["rows"]]


def test_matters_of_all_periods_are_open_until_they_are_answered(browser_of: BrowserOf) -> None:
    early = a_matter("请明确资金渠道", "2020Q1", day=date(2020, 4, 2))
    a_matter("请协调场地", slug="jyj")
    leader = browser_of(cast.leader())
    assert shown(leader) == ["请明确资金渠道", "请协调场地"]
    matters.resolve_matter(cast.clerk(), early, "由财政安排", builders.moment())
    assert shown(leader) == ["请协调场地"]
    assert shown(leader, "?show=settled") == ["请明确资金渠道"]
    assert shown(leader, "?show=all") == ["请协调场地", "请明确资金渠道"]
    body = leader.get(f"{MATTERS}?show=settled").content.decode()
    for words in ("由财政安排", "张rsj-clerk", "2020 Q1", 'title="市总工会"'):
        assert words in body
    assert [row.days for row in leader.get(f"{MATTERS}?show=settled").context["rows"]] == [90]


def test_who_asked_is_told_and_finds_the_answer_marked_as_theirs(browser_of: BrowserOf) -> None:
    matter = a_matter("请明确资金渠道")
    matters.resolve_matter(cast.clerk(), matter, "由财政安排", builders.moment())
    reporter = browser_of(cast.reporter())
    message = Message.objects.get(kind=MessageKind.MATTER_ANSWERED, person=cast.reporter().person)
    page = reporter.get(message.get_absolute_url())
    assert f'id="matter-{matter.uuid}"' in page.content.decode()
    assert [row.is_own for row in page.context["rows"]] == [True]
    others = browser_of(cast.stranger()).get(f"{MATTERS}?show=all")
    assert [row.is_own for row in others.context["rows"]] == [False]


def test_matters_narrow_to_the_department_that_raised_them(browser_of: BrowserOf) -> None:
    a_matter("请明确资金渠道")
    a_matter("请协调场地", slug="jyj")
    assert shown(browser_of(cast.leader()), "?department=jyj") == ["请协调场地"]
    assert shown(browser_of(cast.leader()), "?show=nonsense") == ["请明确资金渠道", "请协调场地"]


def test_overview_leads_to_the_list_of_matters(browser_of: BrowserOf) -> None:
    a_matter("请明确资金渠道")
    assert f'href="{MATTERS}?show=all"' in browser_of(cast.leader()).get("/p/a-policy/").content.decode()


def test_matters_are_paged_with_as_many_queries_for_many_as_for_one(
    browser_of: BrowserOf, queries_of: Callable[[Client, str], int]
) -> None:
    first = a_matter("事项1")
    leader = browser_of(cast.leader())
    one = queries_of(leader, MATTERS)
    CoordinationMatter.objects.bulk_create(
        CoordinationMatter(
            measure=first.measure,
            department=first.department,
            raised_in=first.raised_in,
            raised_on=cast.DAY,
            text=f"事项{number}",
        )
        for number in range(2, 23)
    )
    assert queries_of(leader, MATTERS) == one <= 8
    assert len(shown(leader, "?page=2")) == 2
