"""Rows about changes of lights: a legal one, and what the constraints refuse."""

from collections.abc import Callable
from typing import Any, Final

from measures.models import Act, Event, LightCause, LightChange, LightColour, LightReason, MeasureLight
from tests import builders, cast

NOW: Final = builders.moment()


def a_light_change(**changes: Any) -> LightChange:
    """The first light of a measure in the open period."""
    usual = {
        "period": changes.pop("period", None) or builders.an_open_period(),
        "measure": changes.pop("measure", None) or builders.a_measure(),
        "number": 1,
        "colour": LightColour.GREY,
        "reason": LightReason.NOTHING_CONFIRMED,
        "day": cast.DAY,
        "cause": LightCause.FIRST,
    }
    return LightChange.objects.create(**{**usual, **changes})


def an_act_on_a_measure() -> Event:
    actor, measure = cast.clerk(), builders.a_measure()
    return Event.objects.record(
        Act.OVERRIDE_LIGHT, actor, cast.the_office(), NOW, measure=measure, comment="群众反映"
    )


def a_light_twice() -> None:
    first = a_light_change()
    a_light_change(period=first.period, measure=first.measure)


def lights_of(measure: Any, code: str = "2020Q2") -> list[tuple[str, str, str, str, str]]:
    """What was kept of a measure in a period: (rules' colour, reason, override, cause, act), oldest first."""
    rows = LightChange.objects.filter(measure=measure, period__code=code).order_by("number")
    names = ("colour", "reason", "override_colour", "cause")
    return [
        (*(str(getattr(row, name)) for name in names), row.event.act if row.event else "")  # type: ignore[misc]  # five
        for row in rows.select_related("event")
    ]


def stored_override(measure: Any) -> MeasureLight:
    return MeasureLight.objects.get(measure=measure)


ILLEGAL_LIGHT_CHANGES: Final[dict[str, Callable[[], object]]] = {
    "lightchange_follows_one": a_light_twice,
    "lightchange_colour_is_known": lambda: a_light_change(colour="pink"),
    "lightchange_reason_is_known": lambda: a_light_change(reason="because"),
    "lightchange_override_is_whole": lambda: a_light_change(override_colour=LightColour.RED),
    "lightchange_first_is_no_change": lambda: a_light_change(number=2),
    "lightchange_act_has_its_event": lambda: a_light_change(number=2, cause=LightCause.ACT),
}
