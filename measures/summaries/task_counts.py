"""How many tasks wait for a person? Numbers for each role, and closures to decide."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from departments.actors import Actor
from measures import permissions
from measures.models import Closure, PeriodState, ProgressUpdate, UpdateState
from measures.models.filing import ProgressUpdateQuerySet
from measures.own_work import is_own_work
from measures.summaries.open_periods import number_of


@dataclass(frozen=True)
class TaskCounts:
    """How many updates wait for the actor in each role, less the own work; `closures`, to page, to decide."""

    owed: int
    to_review: int
    to_check: int
    closures: QuerySet[Closure]


def with_task_counts(rows: ProgressUpdateQuerySet, actor: Actor) -> ProgressUpdateQuerySet:
    """Each row says how many updates wait in each role, so that counting them is no query of its own."""
    updates = ProgressUpdate.objects.exclude(period__state=PeriodState.ARCHIVED).filter(~is_own_work(actor))
    reviews = actor.narrowed(permissions.reviews_for(actor))
    review = updates.filter(state=UpdateState.IN_REVIEW, department__in=reviews)
    offices = actor.narrowed(permissions.checks_for(actor))
    writes = actor.narrowed(permissions.writes_for(actor))
    check = updates.filter(state=UpdateState.SUBMITTED, period__policy__coordinator__in=offices)
    return rows.annotate(
        tasks_owed=number_of(ProgressUpdate.objects.owed_by(writes)),
        tasks_to_review=number_of(review),
        tasks_to_check=number_of(check),
    )


def count_tasks(actor: Actor, rows: Sequence[ProgressUpdate]) -> TaskCounts:
    """From the rows of `with_task_counts`, the first that wait among them: without rows nothing waits.

    A role that is not held finds nothing. The queries are those of the closures.
    """
    counts = vars(rows[0]) if rows else {}
    offices = actor.narrowed(permissions.decides_for(actor))
    deciding = Closure.objects.filter(outcome="", measure__section__edition__policy__coordinator__in=offices)
    return TaskCounts(
        owed=counts.get("tasks_owed") or 0,
        to_review=counts.get("tasks_to_review") or 0,
        to_check=counts.get("tasks_to_check") or 0,
        closures=deciding.select_related("measure__section__edition__policy"),
    )
