"""Departments × measures with the lights: role and light in words, everybody's page, one cost at any size."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from departments.actors import Actor
from measures.models import MeasureFigures, SelfAssessment
from measures.models import UpdateState as S
from measures.pages.matrix import COLUMNS, DEPARTMENTS
from measures.workflow import periods
from tests import builders, cast
from tests.tampering import unguarded

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once("a page is words around loaded rows; test_access.py opens every page on both"),
]
BrowserOf = Callable[[Actor], Client]
QueriesOf = Callable[[Client, str], int]
PAGE = "/p/a-policy/matrix/"


def cells(page: str) -> dict[str, str]:
    """`department code` → class, sign with the mark of the role, and words of its cell."""
    found = re.findall(
        r'class="mark light-(\w+)( mark-lead)?"\s+href="[^"]*"\s+title="(\S+ \S+) ([^"]*)"\s+'
        r'><span aria-hidden="true">(\S)<i\s*>(\S)</i></span><span\s+class="mark-words">([^<]*)<',
        page,
    )
    assert all(title == words for *_, title, _sign, _mark, words in found)
    return {place: f"{sign}{mark} {words}" for _c, _l, place, words, sign, mark, _w in found}


def test_matrix_shows_role_and_light_by_sign_mark_and_words(browser_of: BrowserOf) -> None:
    """Who leads does not join too; what names nobody still shows its light below."""
    green = builders.a_measure(leads=("zgh",), participants=("czj", "zgh"))
    red = builders.a_measure(leads=("czj", "zgh"))
    builders.a_measure(leads=())
    builders.an_update(S.CONFIRMED, measure=green)
    stalled = builders.a_text(self_assessment=SelfAssessment.STALLED)
    builders.an_update(S.CONFIRMED, measure=red, slug="czj", text=stalled)
    body = browser_of(cast.stranger()).get(PAGE).content.decode()
    assert cells(body) == {
        "市总工会 二（一）": "●L green light · lead",
        "市财政局 二（一）": "●P green light · participant",
        "市总工会 二（二）": "■L red light · lead",
        "市财政局 二（二）": "■F red light · first lead, consolidates",
    }
    assert re.findall(r'title="(\S+) ([a-z ]+)"><span aria-hidden="true">(\S)<', body) == [
        ("二（一）", "green light", "●"),
        ("二（二）", "red light", "■"),
        ("二（三）", "grey light", "○"),
    ]


def test_matrix_is_of_the_chosen_period_and_of_what_was_sealed(browser_of: BrowserOf) -> None:
    leader = browser_of(cast.leader())
    builders.a_planned_period()
    assert "No period has been opened yet" in leader.get(PAGE).content.decode()
    measure = builders.a_measure()
    update = builders.an_update(measure=measure, code="2020Q1")
    builders.an_open_period(code="2019Q4")
    assert cells(leader.get(PAGE, {"period": "2020Q1"}).content.decode()).keys() == {"市总工会 二（一）"}
    periods.close_period(cast.clerk(), update.period, "下期补报", builders.moment())
    unguarded()
    figures = MeasureFigures.objects.get(period=update.period)
    MeasureFigures.objects.filter(pk=figures.pk).update(row=figures.row.replace("市总工会", "市财政局"))
    altered = leader.get(PAGE, {"period": "2020Q1"})
    assert altered.status_code != 200
    assert cells(altered.content.decode()) == {}


def test_matrix_costs_the_same_at_any_size(browser_of: BrowserOf, queries_of: QueriesOf) -> None:
    """It shows no more departments and measures than fit, and leads to the others."""
    leader = browser_of(cast.leader())
    builders.a_measure()
    builders.an_open_period()
    one = queries_of(leader, PAGE)
    for number in range(COLUMNS + 5):
        builders.a_measure(leads=(f"dep-{number}",), participants=(f"other-{number}",))
    builders.an_open_period()
    assert queries_of(leader, PAGE) == one <= 10
    first = leader.get(PAGE).context["matrix"]
    second = leader.get(PAGE, {"columns": "2", "page": "2"}).context["matrix"]
    assert (len(first.columns), len(first.rows)) == (COLUMNS, DEPARTMENTS)
    assert (len(second.columns), len(second.rows)) == (6, 2 * (COLUMNS + 5) + 1 - DEPARTMENTS)
    assert [(section.numeral, width) for section, width in second.bands] == [("二", 6)]
