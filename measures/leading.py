"""Who leads the measure of an update, and who convenes? Asked of the database, for `permissions`."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, TypeVar

from django.db.models import OuterRef, QuerySet

from langfang_policy.compiled_queries import compiled
from measures.models import ProgressUpdate, Responsibility, ResponsibilityRole
from measures.models.filing import ProgressUpdateQuerySet

Answer = TypeVar("Answer")


def leads(period: int | OuterRef, measure: int | OuterRef, on: date) -> ProgressUpdateQuerySet:
    """The updates of its leads in that period whose responsibility is in force that day."""
    return ProgressUpdate.objects.filter(
        period=period,
        measure=measure,
        role=ResponsibilityRole.LEAD,
        covers__in=Responsibility.objects.in_force(on),
    )


@compiled
def leads_among(period: int, measure: int, departments: list[int], on: date) -> QuerySet[Any, int]:
    """Those of these departments."""
    return leads(period, measure, on).filter(department__in=departments).values_list("pk", flat=True)


@compiled
def convenors(period: int, measure: int, on: date) -> QuerySet[ProgressUpdate]:
    """The update of the first lead; none where it leads no more."""
    return leads(period, measure, on).filter(position=1).select_related("department")


def is_led_by(update: ProgressUpdate, departments: list[int], on: date) -> bool:
    """Whether one of them leads the measure of the update."""
    ask = partial(leads_among, update.period_id, update.measure_id, departments, on)
    return bool(once(update, _leading(departments, on), ask))


def is_known_to_lead(update: ProgressUpdate, departments: list[int], on: date, *, leads: bool) -> None:
    """What `is_led_by` answers from now on, where the update was read with who leads it."""
    if update.answers is not None:
        update.answers[_leading(departments, on)] = [update.pk] if leads else []


def _leading(departments: list[int], on: date) -> tuple[Any, ...]:
    return ("leads", *departments, on)


def once(update: ProgressUpdate, question: tuple[Any, ...], ask: Callable[[], list[Answer]]) -> list[Answer]:
    """What was answered before, on a page that reads the update; asked again wherever it is held longer."""
    if update.answers is None:
        return ask()
    if question not in update.answers:
        update.answers[question] = ask()
    found: list[Answer] = update.answers[question]
    return found
