"""The nightly command: lights of the new day, each change kept once."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from langfang_policy import clock
from measures.models import LightChange
from tests import builders, cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]


def refreshed() -> str:
    out = StringIO()
    call_command("refresh_lights", stdout=out)
    return out.getvalue()


def test_lights_are_refreshed_every_night_and_a_second_time_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    builders.a_measure(state="in_progress")
    builders.an_open_period()
    assert "填报期1个，进度灯变化0处" in refreshed()
    late = builders.LEADS_DUE + timedelta(days=1)
    monkeypatch.setattr(clock, "today", lambda: late)
    assert "填报期1个，进度灯变化1处" in refreshed()
    assert "填报期1个，进度灯变化0处" in refreshed()
    lights = LightChange.objects.order_by("number").values_list("colour", "cause", "day")
    assert list(lights) == [("grey", "first", cast.DAY), ("yellow", "day", late)]
