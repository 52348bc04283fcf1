"""The nightly command: what it says; what it does is test_duties_changing.py."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from departments.models import WorkingDay
from langfang_policy import clock
from measures.models import Responsibility, ResponsibilityRole
from measures.workflow import duty_changes
from tests import builders, cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _next_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: builders.moment(cast.DAY + timedelta(days=1), hour=2))


def follow() -> list[str]:
    out = StringIO()
    call_command("follow_duties", stdout=out)
    return out.getvalue().splitlines()


def one_that_begins_tomorrow() -> None:
    measure = builders.a_measure()
    builders.an_open_period()
    row = Responsibility(
        measure=measure,
        department=cast.a_department("czj"),
        role=ResponsibilityRole.PARTICIPANT,
        position=1,
        valid_from=cast.DAY + timedelta(days=1),
    )
    duty_changes.save_responsibility(cast.admin(), row, "补充分工", builders.moment())


def test_nightly_run_names_the_updates_that_changed_and_counts_them() -> None:
    builders.a_working_calendar()
    one_that_begins_tomorrow()
    update, total = follow()
    assert update.startswith("2020年第二季度 二（一） ")
    assert update.endswith("：待填报")
    assert total == "随责任起止变动的填报共1条。"
    assert follow() == ["随责任起止变动的填报共0条。"]


def test_nightly_run_without_a_calendar_says_so() -> None:
    one_that_begins_tomorrow()
    assert not WorkingDay.objects.exists()
    with pytest.raises(CommandError, match="load_calendar"):
        follow()
