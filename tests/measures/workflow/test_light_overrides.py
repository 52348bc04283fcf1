"""The office's word against the rules, for one open period."""

from datetime import date
from typing import Final

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from measures.models import (
    Act,
    Event,
    LightColour,
    LightReason,
    MeasureLight,
    PeriodState,
    UpdateState,
)
from measures.workflow import light_overrides, periods
from measures.workflow.errors import WrongStateError
from tests import cast
from tests.builders import a_measure, an_open_period, an_update, moment, set_period_state
from tests.measures.workflow.measure_acts import NOT_THE_CLERK

pytestmark = pytest.mark.django_db
S: Final = UpdateState
NOW: Final = moment()


def test_light_is_overridden_by_the_clerk_with_a_reason_beside_what_the_rules_say() -> None:
    update = an_update(S.CONFIRMED)
    period, measure = update.period, update.measure
    for person in NOT_THE_CLERK:
        with pytest.raises(PermissionDenied):
            light_overrides.override_light(person(), period, measure, LightColour.RED, "群众反映", NOW)
    with pytest.raises(ValidationError, match="reason"):
        light_overrides.override_light(cast.clerk(), period, measure, LightColour.RED, " ", NOW)
    assert not MeasureLight.objects.exists()

    light_overrides.override_light(cast.clerk(), period, measure, LightColour.YELLOW, "群众反映", NOW)
    light = light_overrides.override_light(
        cast.clerk(), period, measure, LightColour.RED, "群众多次反映", NOW
    )

    assert (light.colour, light.reason) == (LightColour.GREEN, LightReason.ON_COURSE)
    assert (light.override_colour, light.override_reason, light.overridden_by) == (
        LightColour.RED, "群众多次反映", cast.clerk().person,
    )  # fmt: skip
    event = Event.objects.filter(act=Act.OVERRIDE_LIGHT).latest("pk")
    assert (event.from_state, event.to_state, event.comment) == ("green", "red", "群众多次反映")
    assert MeasureLight.objects.get() == light


@pytest.mark.parametrize("state", [PeriodState.PLANNED, PeriodState.CLOSED, PeriodState.ARCHIVED])
def test_light_is_overridden_only_while_the_period_is_open(state: PeriodState) -> None:
    measure, period = a_measure(), an_open_period()
    set_period_state(period, state)
    with pytest.raises(WrongStateError):
        light_overrides.override_light(cast.clerk(), period, measure, LightColour.RED, "群众反映", NOW)


def test_light_overridden_is_kept_when_the_period_closes() -> None:
    update = an_update(S.CONFIRMED)
    light_overrides.override_light(
        cast.clerk(), update.period, update.measure, LightColour.RED, "群众反映", NOW
    )
    periods.close_period(cast.clerk(), update.period, "", moment(date(2020, 7, 15)))
    light = MeasureLight.objects.get()
    assert (light.colour, light.override_colour) == (LightColour.GREEN, LightColour.RED)
