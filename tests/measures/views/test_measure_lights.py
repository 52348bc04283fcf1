"""The history of a measure's light on its page: chart and table of the same periods, with the reasons."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from departments.actors import Actor
from measures.models import LightColour, SelfAssessment
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
