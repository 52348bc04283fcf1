"""The overview over the periods: chart and table say the same, and each number leads to what it counts."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from departments.actors import Actor
from measures.models import LightColour, Measure, MeasureLight, ReportingPeriod, SelfAssessment
from measures.models import UpdateState as S
from measures.workflow import light_overrides, matters, periods
from tests import builders, cast, tampering
from tests.retold import retold

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_day", "calendar")]
BrowserOf = Callable[[Actor], Client]
QueriesOf = Callable[[Client, str], int]
OVERVIEW = "/p/a-policy/"


def confirmed(measure: Measure, code: str, assessment: str = SelfAssessment.NORMAL, **text: str) -> None:
    told = builders.a_text(self_assessment=SelfAssessment(assessment), **text)
    slug = measure.responsibilities.get().department.slug
    builders.an_update(S.CONFIRMED, measure=measure, slug=slug, code=code, text=told)


def closed(code: str) -> ReportingPeriod:
    period = ReportingPeriod.objects.select_related("policy", "edition").get(code=code)
    periods.close_period(cast.clerk(), period, "下期补报", builders.moment())
    return period


@pytest.fixture
@retold
def two_measures(db: None) -> list[Measure]:
    """In 2020Q1, closed: one yellow, one red that was set green; in 2020Q2: one green, one red."""
    found = [builders.a_measure(), builders.a_measure(leads=("czj",))]
    confirmed(found[0], "2020Q1", coordination="请明确资金渠道")
    matters.resolve_matter(cast.clerk(), found[0].matters.get(), "已列入预算", builders.moment())
    confirmed(found[1], "2020Q1", SelfAssessment.STALLED)
    period = ReportingPeriod.objects.get(code="2020Q1")
    green = (LightColour.GREEN, "已约谈", builders.moment())
    light_overrides.override_light(cast.clerk(), period, found[1], *green)
    closed("2020Q1")
    confirmed(found[0], "2020Q2")
    confirmed(found[1], "2020Q2", SelfAssessment.STALLED)
    return found


def cells(part: str) -> list[list[str]]:
    rows = re.findall(r"<tr>\s*<th scope=\"row\">.*?</tr>", part, re.DOTALL)
    found = [re.findall(r"<t[hd][^>]*>.*?</t[hd]>", row, re.DOTALL) for row in rows]
    return [[re.sub(r"<[^>]*>", "", cell).strip() for cell in row] for row in found]


def trend_of(page: str) -> list[str]:
    """Its three tables: periods, sections, departments."""
    return re.findall(r"<table.*?</table>", page[page.index('id="trend"') :], re.DOTALL)


def test_overview_shows_the_lights_of_the_last_periods_as_chart_and_table(
    browser_of: BrowserOf, two_measures: list[Measure]
) -> None:
    """An override counts; of a matter of the text of a period it is told that it was settled since."""
    builders.an_open_period(code="2019Q4")
    leader = browser_of(cast.leader())
    body = leader.get(OVERVIEW).content.decode()
    assert cells(trend_of(body)[0]) == [
        ["2019 Q4", "not closed: no lights were stored", "0"],
        ["2020 Q1", "1", "1", "0", "0", "0", "1"],
        ["2020 Q2", "1", "0", "1", "0", "0", "0"],
    ]
    described = re.findall(r"<title>Lights by period</title><desc>([^<]*)</desc>", body)
    assert "2019Q4 no light" in described[0]
    assert "2020Q1 green light 1, yellow light 1, red light 0" in described[0]
    settled = leader.get("/p/a-policy/matters/?show=settled&period=2020Q1").content.decode()
    assert ("已列入预算" in settled, "of all periods" in settled) == (True, True)
    assert "已列入预算" not in leader.get("/p/a-policy/matters/?show=settled&period=2020Q2").content.decode()
    assert leader.get("/p/a-policy/matters/?period=2021Q1").status_code == 404
    past = leader.get(OVERVIEW, {"period": "2020Q1"}).content.decode()
    assert [row[0] for row in cells(trend_of(past)[0])] == ["2019 Q4", "2020 Q1"]
    assert "of this period settled: 1" in past


@pytest.mark.parametrize("kept", ["sealed", "altered", "unsealed"])
def test_lights_of_a_closed_period_are_those_of_its_seal_or_else_those_stored(
    browser_of: BrowserOf, two_measures: list[Measure], kept: str
) -> None:
    """Where the seal vouches for them, nobody counts the stored ones."""
    period, leader = ReportingPeriod.objects.get(code="2020Q1"), browser_of(cast.leader())
    if kept == "altered":
        tampering.unguarded()
        period.snapshots.update(seal="{}")
    elif kept == "unsealed":
        tampering.unsealed(period)
    counted = cells(trend_of(leader.get(OVERVIEW).content.decode())[0])[0]
    assert counted == ["2020 Q1", "1", "1", "0", "0", "0", "1"]
    MeasureLight.objects.filter(period=period, override_colour="").update(colour=LightColour.RED)
    then = cells(trend_of(leader.get(OVERVIEW).content.decode())[0])[0]
    assert then == (counted if kept == "sealed" else ["2020 Q1", "1", "0", "1", "0", "0", "1"])


def test_overview_counts_sections_and_departments_and_leads_to_their_rows(
    browser_of: BrowserOf, two_measures: list[Measure]
) -> None:
    """So does each part of the chart, to the same as the number beside it."""
    leader = browser_of(cast.leader())
    body = leader.get(OVERVIEW).content.decode()
    tables = trend_of(body)
    assert cells(tables[1]) == [["二、政策保障", "1", "0", "1", "0", "0"]]
    assert cells(tables[2]) == [["市总工会", "1", "0", "0", "0", "0"], ["市财政局", "0", "0", "1", "0", "0"]]
    places = re.findall(r'href="([^"]*light=[^"]*)">(\d+)</a>', "".join(tables))
    assert len(places) == 8
    parts = re.findall(r'<a href="([^"]*)"><title>[^<]* light (\d+)</title>', body)
    assert sorted(parts) == sorted(re.findall(r'href="([^"]*light=[^"]*)">(\d+)</a>', tables[0]))
    for place, number in places:
        page = leader.get(place.replace("&amp;", "&"))
        assert page.context["page"].paginator.count == int(number), place


@pytest.mark.once("how often a page asks is the same everywhere")
def test_overview_of_a_closed_period_costs_no_more(
    browser_of: BrowserOf, queries_of: QueriesOf, two_measures: list[Measure]
) -> None:
    """Nor for who comes for the whole and may be in charge of a part."""
    assert queries_of(browser_of(cast.clerk()), f"{OVERVIEW}?period=2020Q1") <= 10
    assert queries_of(browser_of(cast.leader()), f"{OVERVIEW}?period=2020Q1") <= 10


def test_overview_shows_a_page_of_the_sections_and_leads_to_the_rest(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Turning the pages leaves them unfolded."""
    monkeypatch.setattr("measures.views.overview.SECTIONS", 2)
    for ordinal in (1, 2, 3):
        builders.a_measure(section=builders.a_section(ordinal=ordinal, title=f"部分{ordinal}"))
    builders.an_open_period()
    leader = browser_of(cast.leader())
    first = leader.get(OVERVIEW).content.decode()
    assert [row[0] for row in cells(trend_of(first)[1])] == ["一、部分1", "二、部分2"]
    (place,) = re.findall(r'rel="next" href="([^"]*#by-light)"', first)
    second = leader.get(OVERVIEW + place.partition("#")[0]).content.decode()
    assert [row[0] for row in cells(trend_of(second)[1])] == ["三、部分3"]
    folds = [re.findall(r'id="by-light"( open)?>', page) for page in (first, second)]
    assert folds == [[""], [" open"]]


@pytest.mark.once("addresses are the same everywhere")
def test_parts_of_the_overview_unfold_and_fold_each_by_itself(
    browser_of: BrowserOf, two_measures: list[Measure]
) -> None:
    """On a telephone; the address names what is unfolded, and all else that it says is kept."""
    leader = browser_of(cast.leader())
    section = "section-2"

    def turned(query: str, part: str) -> str:
        body = leader.get(OVERVIEW + query).content.decode()
        (found,) = re.findall(rf'href="{OVERVIEW}([^"#]*)#{part}"', body)
        shown = bool(re.search(rf'class="[^"]*phone-fold" id="{part}"', body))
        assert shown == (f"open={part}" not in query)
        return str(found).replace("&amp;", "&")

    query = turned("?period=2020Q2", "trend")
    assert query == "?period=2020Q2&open=trend"
    query = turned(query, section)
    assert query == f"?period=2020Q2&open=trend&open={section}"
    assert turned(query, "trend") == f"?period=2020Q2&open={section}"
    assert turned("?open=trend", "trend") == ""
