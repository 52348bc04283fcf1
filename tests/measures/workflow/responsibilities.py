"""Responsibilities as admin saves them, and what became of the updates."""

from datetime import date, timedelta
from typing import Any, Final

from departments.actors import Actor
from departments.models import Succession
from measures.models import (
    Act,
    Event,
    Measure,
    MeasureState,
    ProgressUpdate,
    Responsibility,
    ResponsibilityRole,
)
from measures.workflow import duty_changes, measures
from tests import cast
from tests.builders import a_measure, an_open_period, moment
from tests.cast import DAY, a_department

LEAD, PARTICIPANT = ResponsibilityRole.LEAD, ResponsibilityRole.PARTICIPANT
ONE: Final = timedelta(days=1)
YESTERDAY, TOMORROW = DAY - ONE, DAY + ONE
BASIS: Final = "廊编〔2020〕3号"


def succeeds(successor: str, predecessor: str, since: date = cast.SINCE) -> None:
    Succession.objects.create(
        predecessor=a_department(predecessor),
        successor=a_department(successor),
        valid_from=since,
        basis="机构改革方案",
    )


def kept(
    row: Responsibility, day: date = DAY, basis: str = BASIS, actor: Actor | None = None, **changes: Any
) -> Responsibility:
    """A responsibility as admin saves it."""
    for name, value in changes.items():
        setattr(row, name, value)
    duty_changes.save_responsibility(actor or cast.admin(), row, basis, moment(day))
    return row


def added(
    measure: Measure,
    slug: str,
    role: ResponsibilityRole = PARTICIPANT,
    position: int = 1,
    day: date = DAY,
    **changes: Any,
) -> Responsibility:
    department = a_department(slug)
    row = Responsibility(measure=measure, department=department, role=role, position=position)
    return kept(row, day, **changes)


def ended(row: Responsibility, last_day: date | None = YESTERDAY, **changes: Any) -> Responsibility:
    """With its last day; None takes the end back."""
    return kept(row, valid_to=last_day, **changes)


def binding(measure: Measure, slug: str) -> Responsibility:
    return measure.responsibilities.get(department__slug=slug)


def follow_the_day(day: date) -> list[ProgressUpdate]:
    changed, errors = duty_changes.follow_days(moment(day, hour=2))
    assert not errors
    return changed


def positions_on(measure: Measure) -> list[tuple[str, str, int]]:
    rows = measure.updates.order_by("role", "position").values_list("department__slug", "role", "position")
    return list(rows)


def acts_on(update: ProgressUpdate) -> list[str]:
    return [event.act for event in Event.objects.filter(update=update).order_by("pk")]


def move(measure: Measure, act: Act, day: date = DAY) -> None:
    measures.change_state(cast.clerk(), measure, act, "政策调整", moment(day))


def in_progress(*leads: str, participants: tuple[str, ...] = ()) -> Measure:
    measure = a_measure(leads, participants, state=MeasureState.IN_PROGRESS)
    an_open_period()
    return measure
