"""The nightly check: figures of the day, compared with the facts; what differs is named, and is an error."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from measures.models import (
    DepartmentFigures,
    MeasureFigures,
    PeriodFigures,
    PeriodSnapshot,
    Responsibility,
    UpdateState,
    WaitingPart,
    repeated_facts,
    row_triggers,
)
from measures.workflow import periods
from tests import builders, cast
from tests.tampering import run, unguarded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]


def checked() -> str:
    out = StringIO()
    call_command("check_figures", stdout=out)
    return out.getvalue()


def test_figures_are_brought_up_to_the_day_and_found_right() -> None:
    builders.an_update(UpdateState.CONFIRMED)
    assert "已核对填报期1个，数据与事实一致" in checked()
    assert PeriodFigures.objects.get().as_of == cast.DAY


def test_without_a_period_there_is_nothing_to_check() -> None:
    assert "填报期0个" in checked()


def test_wrong_figures_are_named() -> None:
    builders.an_update(UpdateState.CONFIRMED)
    checked()
    MeasureFigures.objects.update(matters=7)
    DepartmentFigures.objects.update(confirmed=7)
    with pytest.raises(
        CommandError, match="2020年第二季度 二（一） matters；2020年第二季度 市总工会 confirmed"
    ):
        checked()


def test_repeated_facts_that_are_wrong_are_named() -> None:
    update = builders.an_update(UpdateState.SUBMITTED)
    checked()
    for row in repeated_facts.REPEATED:
        connection.check_constraints()  # PostgreSQL drops no trigger of a table with rows still to be checked
        for statement in row_triggers.dropped(connection.vendor, row.name, row.table):
            run(statement)
    WaitingPart.objects.all().delete()
    other = builders.a_policy("another", title="另一项政策", short_title="另一项")
    [duty] = Responsibility.objects.all()
    Responsibility.objects.update(policy=other)
    with pytest.raises(
        CommandError, match=f"measures_responsibility {duty.pk}；measures_waitingpart {update.pk}$"
    ):
        checked()


def test_altered_snapshot_is_told() -> None:
    period = builders.an_update(UpdateState.CONFIRMED).period
    periods.close_period(cast.clerk(), period, "", builders.moment())
    unguarded()
    PeriodSnapshot.objects.update(content="{}")
    with pytest.raises(CommandError, match="快照在生成后被改动"):
        checked()
