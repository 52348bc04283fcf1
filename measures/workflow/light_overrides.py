"""When may the office's word on a light stand against the rules? In an open period; and its end."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.actors import Actor
from measures import permissions, summaries
from measures.models import Act, LightColour, Measure, MeasureLight, PeriodState, ReportingPeriod
from measures.workflow.acting import one_act
from measures.workflow.checks import require, required_reason
from measures.workflow.errors import WrongStateError
from measures.workflow.locks import lock_period
from measures.workflow.recording import record


def override_light(
    actor: Actor, period: ReportingPeriod, measure: Measure, colour: LightColour, reason: str, at: datetime
) -> MeasureLight:
    """The office's word against the rules, for this open period only, with a reason.

    Blue says that a measure is closed: that takes two people, and an override is one person's.
    """
    if colour == LightColour.BLUE:
        raise ValidationError({"colour": _("Blue comes with the closure of the measure.")})
    with one_act():
        light, comment = _ruled_light(actor, period, measure, reason, at)
        light.override_colour, light.override_reason, light.overridden_by = colour, comment, actor.person
        light.save()
        _record_light(actor, light, (light.colour, colour), comment, at)
    return light


def lift_override(
    actor: Actor, period: ReportingPeriod, measure: Measure, reason: str, at: datetime
) -> MeasureLight:
    """The light follows the rules again."""
    with one_act():
        light, comment = _ruled_light(actor, period, measure, reason, at)
        if not light.override_colour:
            raise WrongStateError(_("The light follows the rules already."))
        states = (light.override_colour, light.colour)
        light.override_colour, light.override_reason, light.overridden_by = "", "", None
        light.save()
        _record_light(actor, light, states, comment, at)
    return light


def _ruled_light(
    actor: Actor, period: ReportingPeriod, measure: Measure, reason: str, at: datetime
) -> tuple[MeasureLight, str]:
    """The light as the rules have it now, not yet saved, and the reason, checked."""
    row = lock_period(period)
    require(permissions.can_manage_measures(actor, row.policy))
    if row.state != PeriodState.OPEN:
        raise WrongStateError(_("Lights are set only while the period is open."))
    comment = required_reason(reason)
    ruled = summaries.live_measure(row, measure, timezone.localdate(at)).ruled_light
    light = MeasureLight.objects.filter(period=row, measure=measure).first()
    light = light or MeasureLight(period=row, measure=measure)
    light.colour, light.reason, light.parameters = ruled.colour, ruled.reason, ruled.parameters
    return light, comment


def _record_light(
    actor: Actor, light: MeasureLight, states: tuple[str, str], comment: str, at: datetime
) -> None:
    department, measure = light.period.policy.coordinator, light.measure
    record(Act.OVERRIDE_LIGHT, actor, department, at, comment=comment, states=states, measure=measure)
