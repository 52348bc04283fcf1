"""Which lights did a measure show within a period, one after the other, and what brought each?

`keeping` asks for it wherever it writes what a measure shows. A light is another one when the rules give
another colour or another reason code, or when the override is another: days and figures in a reason change
daily, and are kept as they were on the day of the change (docs/domain.md 6.18, docs/decisions/0054).
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, Func, JSONField, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from measures.lights import Light, apply_override
from measures.models import (
    Act,
    Event,
    LightCause,
    LightChange,
    LightColour,
    LightReason,
    MeasureFigures,
    ReportingPeriod,
)
from measures.summaries.types import MeasureStatus

# What follows from another act, which is the one that a reader looks for.
BY_RULE: Final = frozenset({Act.START, Act.ADD_DUTY, Act.END_DUTY})
_KEY: Final = ("colour", "reason", "override_colour", "override_reason")
Brought = Callable[[int], Event | LightCause]


@dataclass(frozen=True)
class LastLight:
    """The light of a measure that was kept last; without a number there is none."""

    number: int = 0
    key: tuple[str, ...] = ()

    @classmethod
    def of(cls, said: Mapping[str, Any] | None) -> "LastLight":
        return cls(said["number"], tuple(said[name] for name in _KEY)) if said else cls()


@dataclass(frozen=True)
class KeptChange:
    """A light, from when on it was shown, and what brought it: of an act also which, by whom and for whom.

    `key` is what makes it this light, as `key_of` says it of a status.
    """

    number: int
    key: tuple[str, ...]
    light: Light
    day: date
    cause: LightCause
    act: Act | None = None
    at: datetime | None = None
    person: str = ""
    department: str = ""


def light_as_kept(row: Mapping[str, Any]) -> Light:
    """What was shown, of the columns of a row that holds the rules' light and the override beside it."""
    ruled = Light(LightColour(row["colour"]), LightReason(row["reason"]), row["parameters"])
    if not row["override_colour"]:
        return ruled
    return apply_override(ruled, LightColour(row["override_colour"]), row["override_reason"])


# --- writing -----------------------------------------------------------------------------------------


def with_last_light(figures: QuerySet[MeasureFigures]) -> QuerySet[MeasureFigures]:
    """Of each measure's figures, as `last_light`, what LastLight.of understands. No query more."""
    changes = LightChange.objects.filter(period=OuterRef("period"), measure=OuterRef("measure"))
    said = changes.order_by("-number").values(said=JSONObject(number="number", **{key: key for key in _KEY}))
    return figures.annotate(last_light=Subquery(said[:1]))


def last_lights(period: ReportingPeriod) -> dict[int, LastLight]:
    """By measure. One query; the caller holds the period, so that nobody writes meanwhile."""
    same = LightChange.objects.filter(period=OuterRef("period"), measure=OuterRef("measure"))
    later = same.filter(number__gt=OuterRef("number"))
    rows = LightChange.objects.filter(~Exists(later), period=period).order_by()
    return {row["measure"]: LastLight.of(row) for row in rows.values("measure", "number", *_KEY)}


def keep(
    period: ReportingPeriod,
    on: date,
    statuses: Iterable[tuple[int, MeasureStatus]],
    last: Mapping[int, LastLight],
    brought: Brought,
) -> None:
    """Write a row for each measure whose light is another than the last. One statement, none without any."""
    rows = []
    for measure, status in statuses:
        before, key = last.get(measure, LastLight()), key_of(status)
        if key != before.key:
            parameters = status.ruled_light.parameters
            row = LightChange(
                number=before.number + 1, parameters=parameters, **dict(zip(_KEY, key, strict=True))
            )
            rows.append(_with_cause(row, period, measure, on, brought))
    LightChange.objects.bulk_create(rows)


def key_of(status: MeasureStatus) -> tuple[str, ...]:
    """What makes its light this one and no other, in the order of LastLight.key."""
    ruled, light = status.ruled_light, status.light
    override = (light.colour.value, str(light.parameters["because"])) if light.overridden else ("", "")
    return (ruled.colour.value, ruled.reason.value, *override)


def _with_cause(
    row: LightChange, period: ReportingPeriod, measure: int, on: date, brought: Brought
) -> LightChange:
    row.period, row.measure_id, row.day = period, measure, on
    cause = brought(measure) if row.number > 1 else LightCause.FIRST
    row.event = cause if isinstance(cause, Event) else None
    row.cause = LightCause.ACT if isinstance(cause, Event) else cause
    return row


def brought_by(events: Sequence[Event]) -> Brought:
    """Of these acts of one transaction the last on the measure, rather than what followed from it by rule."""

    def brought(measure: int) -> Event | LightCause:
        own = [event for event in events if _measure_of(event) == measure]
        in_rising_order = [found for group in (events, own) for found in (group, _done(group))]
        return next((group[-1] for group in reversed(in_rising_order) if group), LightCause.ANEW)

    return brought


def _done(events: Sequence[Event]) -> list[Event]:
    return [event for event in events if event.act not in BY_RULE]


def _measure_of(event: Event) -> int | None:
    update = event.revision.update if event.revision else event.update
    return update.measure_id if update else event.measure_id


# --- reading -----------------------------------------------------------------------------------------


_TOLD: Final = {
    **{name: name for name in ("number", *_KEY, "parameters", "day", "cause")},
    "act": "event__act",
    "at": "event__at",
    "person": "event__user__name",
    "department": "event__department__short_name",
}


def told_within(measure: int) -> Subquery:
    """For a query of periods: the lights of the measure in each, as `changes_of` understands."""
    rows = LightChange.objects.filter(period=OuterRef("pk"), measure=measure).order_by()
    list_of = "JSONB_AGG" if connection.vendor == "postgresql" else "JSON_GROUP_ARRAY"
    told = Func(JSONObject(**_TOLD), function=list_of, output_field=JSONField())
    return Subquery(rows.annotate(told=told).values("told"))


def changes_of(told: list[dict[str, Any]] | None) -> tuple[KeptChange, ...]:
    """In their order."""
    found = [_change(row) for row in told or ()]
    return tuple(sorted(found, key=lambda change: change.number))


def _change(row: dict[str, Any]) -> KeptChange:
    at = datetime.fromisoformat(row["at"]) if row["at"] else None
    if isinstance(row["parameters"], str):  # SQLite keeps JSON as text
        row = {**row, "parameters": json.loads(row["parameters"])}
    return KeptChange(
        number=row["number"],
        key=tuple(row[name] for name in _KEY),
        light=light_as_kept(row),
        day=date.fromisoformat(row["day"]),
        at=at.replace(tzinfo=at.tzinfo or UTC) if at else None,
        cause=LightCause(row["cause"]),
        act=Act(row["act"]) if row["act"] else None,
        person=row["person"] or "",
        department=row["department"] or "",
    )
