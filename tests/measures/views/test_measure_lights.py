"""The history of a measure's light on its page: chart and table of the same periods, with the reasons."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from departments.actors import Actor
from measures import summaries
from measures.models import LightChange, LightColour, ReportingPeriod, SelfAssessment
from measures.models import UpdateState as S
from measures.views import measures
from measures.workflow import light_overrides, periods
from tests import builders, cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day", "calendar"),
    pytest.mark.once("a page is words around loaded rows; test_access.py opens every page on both"),
]
BrowserOf = Callable[[Actor], Client]


def test_measure_shows_the_history_of_its_light_with_the_reasons(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As stored at closing, an override with its reason; none of a period that is open and not the last."""
    measure = builders.a_measure()
    stalled = builders.a_text(self_assessment=SelfAssessment.STALLED)
    update = builders.an_update(S.CONFIRMED, measure=measure, code="2019Q4", text=stalled)
    yellow = (LightColour.YELLOW, "已约谈", builders.moment())
    light_overrides.override_light(cast.clerk(), update.period, measure, *yellow)
    periods.close_period(cast.clerk(), update.period, "", builders.moment())
    builders.an_open_period(code="2020Q1")
    builders.an_update(S.CONFIRMED, measure=measure, code="2020Q2", text=stalled)
    leader, address = browser_of(cast.leader()), f"/p/a-policy/measures/{measure.uuid}/"
    body = leader.get(address).content.decode()
    part = body[body.index('id="lights"') :]
    rows = re.findall(r"<th scope=\"row\"[^>]*>([^<]*)</th>(.*?)</tr>", part.split("</table>")[0], re.DOTALL)
    told = {period: re.sub(r"<[^>]*>|\s+", " ", cells) for period, cells in rows}
    assert list(told) == ["2020 Q2", "2020 Q1", "2019 Q4"]
    assert "red light" in told["2020 Q2"]
    assert "no light was stored" in told["2020 Q1"]
    assert ("yellow light" in told["2019 Q4"], "已约谈" in told["2019 Q4"]) == (True, True)
    assert "<desc>2019Q4 yellow light; 2020Q1 no light; 2020Q2 red light</desc>" in part
    monkeypatch.setattr(measures, "HISTORY_LENGTH", 2)
    assert "<desc>2020Q1 no light; 2020Q2 red light</desc>" in leader.get(address).content.decode()


def test_measure_shows_each_light_within_the_open_period_and_the_one_before(
    browser_of: BrowserOf, queries_of: Callable[[Client, str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chart and table say the same: the day, the light, why, and what brought it."""
    measure = builders.a_measure(state="in_progress")
    builders.an_open_period(code="2019Q4")
    in_april = builders.moment(date(2020, 4, 1))
    builders.an_update(S.CONFIRMED, measure=measure, code="2020Q1", at=in_april)
    for code in ("2019Q4", "2020Q1"):
        read(code)
    periods.close_period(cast.clerk(), read("2020Q1"), "", builders.moment())
    builders.an_open_period(code="2020Q2")
    read("2020Q2")
    stalled = builders.a_text(self_assessment=SelfAssessment.STALLED)
    builders.brought_to(S.CONFIRMED, builders.update_of(measure, "zgh"), text=stalled)
    green = (LightColour.GREEN, "已约谈", builders.moment())
    light_overrides.override_light(cast.clerk(), read("2020Q2"), measure, *green)

    leader, address = browser_of(cast.leader()), f"/p/a-policy/measures/{measure.uuid}/"
    assert queries_of(leader, address) <= 11  # the lights come with the periods, without one of their own
    body = leader.get(address).content.decode()
    now, before = (body[body.index(f"Lights within {name}") :] for name in ("2020 Q2", "2020 Q1"))
    assert "Lights within 2019 Q4" not in body
    assert "<desc>07-01 green light; 07-01 red light; 07-01 green light</desc>" in now
    rows = re.findall(r"<tr>\s*<th scope=\"row\"[^>]*>(.*?)</tr>", now.split("</table>")[0], re.DOTALL)
    told = [re.sub(r"<[^>]*>|\s+", " ", row) for row in rows]
    assert [("已约谈" in told[0]), ("assesses the work as stalled" in told[1])] == [True, True]
    assert "<svg" not in before.split("</table>")[0]  # one light is no change to be drawn
    assert "first light of the period" in before.split("</table>")[0]
    for row, words in zip(
        told,
        ("lighter than the rules", "confirm", "first light of the period"),
        strict=True,
    ):
        assert words in row
    assert "市人社局 张rsj-clerk" in told[1]
    monkeypatch.setattr("measures.pages.light_history.CHANGES_SHOWN", 2)
    body = leader.get(address).content.decode()
    assert "1 earlier light stands in the dossier" in body
    assert "<desc>07-01 red light; 07-01 green light</desc>" in body


def test_measure_that_is_read_first_on_a_day_keeps_the_light_of_that_day(browser_of: BrowserOf) -> None:
    measure = builders.a_measure(state="in_progress")
    builders.an_open_period()
    body = browser_of(cast.leader()).get(f"/p/a-policy/measures/{measure.uuid}/").content.decode()
    assert "Lights within 2020 Q2" in body
    assert [row.cause for row in LightChange.objects.filter(measure=measure)] == ["first"]


def read(code: str) -> ReportingPeriod:
    period = ReportingPeriod.objects.select_related("policy__coordinator", "edition").get(code=code)
    summaries.kept_period(period, cast.DAY)
    return period
