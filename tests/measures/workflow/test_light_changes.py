"""Each light of a measure within a period is kept once, with the act or the day that brought it."""

from datetime import date, timedelta
from typing import Final

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from measures import summaries
from measures.models import (
    Act,
    LightChange,
    LightColour,
    Measure,
    Policy,
    ReportingPeriod,
    SelfAssessment,
)
from measures.models import UpdateState as S
from measures.workflow import light_overrides, measures, periods, updates
from measures.workflow.acting import one_act
from tests import builders, cast
from tests.builders import a_measure, a_text, an_open_period, an_update, moment, update_of
from tests.cast import DAY
from tests.measures.kept_lights import lights_of
from tests.measures.workflow.two_connections import together

LATE: Final = builders.LEADS_DUE + timedelta(days=1)
FIRST: Final = ("grey", "nothing_confirmed", "", "first", "")


def loaded(code: str = "2020Q2") -> ReportingPeriod:
    return ReportingPeriod.objects.select_related("policy__coordinator", "edition").get(code=code)


def read(on: date = DAY, code: str = "2020Q2") -> None:
    """As any page does: whoever reads first on a day has the figures worked out."""
    summaries.kept_period(loaded(code), on)


def under_way() -> Measure:
    """In progress, and nothing of it confirmed."""
    measure = a_measure(("zgh",), ("jyj",), state="in_progress")
    an_open_period()
    return measure


@pytest.mark.django_db
def test_each_change_of_a_light_is_kept_with_the_act_or_the_day_that_brought_it() -> None:
    """Grey, late by the day, stalled by a text, set and set free by the office, closed by two."""
    measure = under_way()
    read()
    read(LATE)
    stalled = a_text(self_assessment=SelfAssessment.STALLED)
    update = builders.brought_to(S.CONFIRMED, update_of(measure, "zgh"), text=stalled, at=moment(LATE))
    light_overrides.override_light(
        cast.clerk(), update.period, measure, LightColour.YELLOW, "已约谈。", moment(LATE, 15)
    )
    light_overrides.lift_override(cast.clerk(), update.period, measure, "约谈无效", moment(LATE, 16))

    assert lights_of(measure) == [
        FIRST,
        ("yellow", "missed_once", "", "day", ""),
        ("red", "stalled", "", "act", Act.CONFIRM),
        ("red", "stalled", "yellow", "act", Act.OVERRIDE_LIGHT),
        ("red", "stalled", "", "act", Act.OVERRIDE_LIGHT),
    ]
    rows = list(LightChange.objects.filter(measure=measure).order_by("number"))
    assert [row.day for row in rows] == [DAY, *[LATE] * 4]
    times = [moment(LATE), moment(LATE, 15), moment(LATE, 16)]
    assert [row.event.at for row in rows if row.event] == times
    assert (rows[1].parameters, rows[3].override_reason) == (
        {"department": "市总工会", "missed_in": "2020年第二季度"},
        "已约谈",
    )


@pytest.mark.django_db
def test_days_and_figures_in_a_reason_are_no_change() -> None:
    """Its points grow with each day; colour and reason code stay."""
    measure = a_measure(state="in_progress")
    ends = {"starts_on": date(2020, 1, 1), "ends_on": date(2021, 12, 31)}
    builders.a_commitment(measure, floor=10, **ends)
    an_open_period()
    read()
    [first] = LightChange.objects.all()
    for days in range(1, 5):
        read(DAY + timedelta(days=days))
    status = summaries.live_measure(loaded(), measure, DAY + timedelta(days=4))
    assert status.light.parameters != first.parameters
    assert list(LightChange.objects.all()) == [first]


@pytest.mark.django_db
def test_reopened_period_goes_on_where_it_closed_and_names_the_reopening() -> None:
    measure = under_way()
    read()
    periods.close_period(cast.clerk(), loaded(), "按期截止", moment())
    assert lights_of(measure) == [FIRST]
    periods.reopen_period(cast.signer(), loaded(), "补报", moment(LATE))
    read(LATE)
    assert lights_of(measure) == [FIRST, ("yellow", "missed_once", "", "act", Act.REOPEN_PERIOD)]
    assert summaries.figure_faults(loaded()) == []


@pytest.mark.django_db
def test_light_that_an_edit_past_all_acts_changed_names_neither_act_nor_day() -> None:
    measure = under_way()
    read()
    Measure.objects.filter(pk=measure.pk).update(state="suspended")
    read()
    other = a_measure(state="in_progress")
    Policy.objects.update(yellow_points=3)
    Measure.objects.filter(pk=measure.pk).update(state="cancelled")
    read()
    assert lights_of(measure) == [
        FIRST,
        ("grey", "suspended", "", "anew", ""),
        ("grey", "cancelled", "", "anew", ""),
    ]
    assert lights_of(other) == [FIRST]


@pytest.mark.django_db
def test_of_several_events_the_act_on_the_measure_is_named_and_not_what_followed_by_rule() -> None:
    measure = a_measure(("zgh",), ("jyj",))
    an_update(S.SUBMITTED, measure=measure)
    read()
    updates.confirm(cast.clerk(), update_of(measure, "zgh"), update_of(measure, "zgh").version, moment())
    measures.change_state(cast.clerk(), measure, Act.SUSPEND, "市政府常务会议纪要", moment())
    assert [row[-1] for row in lights_of(measure)] == ["", Act.CONFIRM, Act.SUSPEND]


@pytest.mark.django_db
def test_event_of_an_act_that_failed_within_another_brings_nothing() -> None:
    """It was taken back with what it had written."""
    measure, failed = under_way(), a_measure(state="in_progress")
    an_open_period()
    read()

    def fails() -> None:
        with one_act():
            measures.change_state(cast.clerk(), failed, Act.CANCEL, "市政府常务会议纪要", moment())
            raise ValidationError("no")

    with one_act():
        measures.change_state(cast.clerk(), measure, Act.SUSPEND, "市政府常务会议纪要", moment())
        with pytest.raises(ValidationError):
            fails()
        Measure.objects.filter(pk=failed.pk).update(state="suspended")
    assert lights_of(measure)[-1] == ("grey", "suspended", "", "act", Act.SUSPEND)
    assert lights_of(failed)[-1][-1] == Act.SUSPEND


@pytest.mark.usefixtures("own_database")
def test_two_acts_at_once_on_one_measure_keep_each_light_once() -> None:
    measure = under_way()
    read()
    period, clerk, second = loaded(), cast.clerk(), cast.second_clerk()
    told = together(
        lambda: light_overrides.override_light(clerk, period, measure, LightColour.RED, "群众反映", moment()),
        lambda: light_overrides.override_light(
            second, period, measure, LightColour.YELLOW, "已约谈", moment()
        ),
        lambda: read(),
    )
    assert told == [None, None, None]
    assert lights_of(measure)[0] == FIRST
    assert sorted(row[2] for row in lights_of(measure)[1:]) == ["red", "yellow"]
    assert summaries.figure_faults(loaded()) == []


@pytest.mark.django_db
def test_kept_changes_cost_an_act_one_statement_more_and_none_where_the_light_stays() -> None:
    measure = a_measure(("zgh",), ("jyj",), state="in_progress")
    for slug in ("zgh", "jyj"):
        an_update(S.SUBMITTED, slug=slug, measure=measure)
    read()
    asked = []
    for slug in ("zgh", "jyj"):
        update = update_of(measure, slug)
        with CaptureQueriesContext(connection) as queries:
            updates.confirm(cast.clerk(), update, update.version, moment())
        asked.append([query["sql"] for query in queries if "measures_lightchange" in query["sql"]])
    changed, same = ([sql.split()[0] for sql in found] for found in asked)
    assert changed.count("INSERT") == 1
    assert "INSERT" not in same
    assert len(changed) == len(same) + 1


@pytest.mark.django_db
def test_last_light_that_is_not_the_one_shown_is_found_by_the_nightly_check() -> None:
    measure = under_way()
    read()
    LightChange.objects.create(
        period=loaded(), measure=measure, number=2, colour="red", reason="stalled",
        day=DAY, cause="day",
    )  # fmt: skip
    assert [(row.subject, row.column) for row in summaries.figure_faults(loaded())] == [("二（一）", "light")]
