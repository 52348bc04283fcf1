"""Opening, closing and an override take as many statements for fifty measures as for five."""

from collections.abc import Callable
from datetime import date
from typing import Final

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from measures import summaries
from measures.models import (
    LightColour,
    Measure,
    MeasureLight,
    ReportingPeriod,
)
from measures.workflow import light_overrides, periods
from measures.workflow.periods import Dates
from tests import builders, cast
from tests.builders import CHECK_DUE, GRACE_ENDS, LEADS_DUE, OPENED, PARTICIPANTS_DUE, moment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]
DATES: Final = Dates(PARTICIPANTS_DUE, LEADS_DUE, CHECK_DUE, GRACE_ENDS)
CLOSING: Final = date(2020, 7, 15)
REASON: Final = "其余单位反复催报未报"


def loaded(code: str = "2020Q2") -> ReportingPeriod:
    return ReportingPeriod.objects.select_related("policy__coordinator", "edition").get(code=code)


def measures(count: int) -> None:
    """So many in all, each with a lead."""
    for _number in range(count - Measure.objects.count()):
        builders.a_measure()


def statements(act: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        act()
    return [" ".join(query["sql"].split()[:3]) for query in queries if "SAVEPOINT" not in query["sql"]]


def for_five_and_for_fifty(prepare: Callable[[], object], act: Callable[[], object]) -> list[list[str]]:
    """The beginnings of its statements for so many measures; what it did is undone each time."""
    found = []
    for count in (5, 50):
        measures(count)
        with transaction.atomic():
            prepare()
            found.append(statements(act))
            transaction.set_rollback(True)
    return found


@pytest.mark.once("how many statements an act takes is the same everywhere")
def test_opening_takes_as_many_statements_for_fifty_measures_as_for_five() -> None:
    builders.a_planned_period()

    def open_it() -> None:
        assert opened() == Measure.objects.count()

    few, many = for_five_and_for_fifty(lambda: None, open_it)
    assert many == few


def opened() -> int:
    return periods.open_period(cast.clerk(), loaded(), DATES, moment(OPENED))


def close() -> None:
    periods.close_period(cast.clerk(), loaded(), REASON, moment(CLOSING))


def one_overridden() -> Measure:
    builders.an_open_period()
    measure = Measure.objects.order_by("pk")[2]
    light_overrides.override_light(cast.clerk(), loaded(), measure, LightColour.RED, "群众反映", moment())
    return measure


@pytest.mark.once("how many statements an act takes is the same everywhere")
def test_closing_takes_as_many_statements_for_fifty_measures_as_for_five() -> None:
    few, many = for_five_and_for_fifty(one_overridden, close)
    assert many == few


@pytest.mark.once("how many statements an act takes is the same everywhere")
def test_closing_again_takes_as_many_statements_for_fifty_measures_as_for_five() -> None:
    """Every light is there already, from the first closing."""

    def closed_and_opened_again() -> None:
        one_overridden()
        close()
        periods.reopen_period(cast.signer(), loaded(), "数字有误", moment(CLOSING))

    few, many = for_five_and_for_fifty(closed_and_opened_again, close)
    assert many == few


def test_closing_again_stores_what_the_rules_say_now_beside_the_override() -> None:
    """Rows of the first closing are written over, but never the word of the office."""
    measures(3)
    measure = one_overridden()
    close()
    before = list(MeasureLight.objects.order_by("pk").values_list("pk", "measure"))
    MeasureLight.objects.update(colour=LightColour.BLUE, parameters={"run": 9})
    periods.reopen_period(cast.signer(), loaded(), "数字有误", moment(CLOSING))
    close()

    assert list(MeasureLight.objects.order_by("pk").values_list("pk", "measure")) == before
    summary = summaries.read_period(loaded(), CLOSING).summary
    for light in MeasureLight.objects.select_related("measure", "overridden_by"):
        ruled = summary.measure(light.measure.uuid).ruled_light
        assert (light.colour, light.reason, light.parameters) == (
            ruled.colour, ruled.reason, ruled.parameters,
        )  # fmt: skip
        word = (
            (LightColour.RED, "群众反映", cast.clerk().person) if light.measure == measure else ("", "", None)
        )
        assert (light.override_colour, light.override_reason, light.overridden_by) == word


@pytest.mark.once("how many statements an act takes is the same everywhere")
def test_override_takes_as_many_statements_for_fifty_measures_as_for_five() -> None:
    """It works out the light of one measure, and reads no other."""
    few, many = for_five_and_for_fifty(builders.an_open_period, one_overridden)
    assert many == few
