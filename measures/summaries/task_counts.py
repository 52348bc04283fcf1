"""How many tasks wait for a person? Numbers for each role, and closures to decide."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from departments.actors import Actor
from measures import permissions
from measures.models import Closure, Measure, PeriodState, ProgressUpdate, UpdateState
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
    reviews = actor.narrowed(permissions.reviews_for(actor))
    review = _of_others(actor, UpdateState.IN_REVIEW).filter(department__in=reviews)
    offices = actor.narrowed(permissions.checks_for(actor))
    writes = actor.narrowed(permissions.writes_for(actor))
    check = _of_others(actor, UpdateState.SUBMITTED).filter(period__policy__coordinator__in=offices)
    return rows.annotate(
        tasks_owed=number_of(ProgressUpdate.objects.owed_by(writes)),
        tasks_to_review=number_of(review),
        tasks_to_check=number_of(check),
    )


def _of_others(actor: Actor, state: UpdateState) -> ProgressUpdateQuerySet:
    rows = ProgressUpdate.objects.filter(~is_own_work(actor, state), state=state)
    return rows.exclude(period__state=PeriodState.ARCHIVED)


def count_tasks(actor: Actor, rows: Sequence[ProgressUpdate]) -> TaskCounts:
    """From the rows of `with_task_counts`, the first that wait among them: without rows nothing waits.

    A role that is not held finds nothing. The queries are those of the closures.
    """
    counts = vars(rows[0]) if rows else {}
    offices = actor.narrowed(permissions.decides_for(actor))
    measures = Measure.objects.filter(
        pk=OuterRef("measure"), section__edition__policy__coordinator__in=offices
    )
    deciding = Closure.objects.filter(Exists(measures), outcome="")  # from the few that are asked for
    return TaskCounts(
        owed=counts.get("tasks_owed") or 0,
        to_review=counts.get("tasks_to_review") or 0,
        to_check=counts.get("tasks_to_check") or 0,
        closures=deciding.select_related("measure__section__edition__policy"),
    )
