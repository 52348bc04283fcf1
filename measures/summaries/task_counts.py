"""How many tasks wait for a person? Numbers for each role."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from departments.actors import Actor
from measures import permissions
from measures.models import PeriodState, ProgressUpdate
from measures.models import UpdateState as S
from measures.models.filing import ProgressUpdateQuerySet
from measures.own_work import is_own_work, parts_of
from measures.summaries.open_periods import number_of


@dataclass(frozen=True)
class TaskCounts:
    """How many updates wait for the actor in each role, less the own work."""

    owed: int
    to_review: int
    to_check: int


def with_task_counts(rows: ProgressUpdateQuerySet, actor: Actor) -> ProgressUpdateQuerySet:
    """Each row says how many updates wait in each role, so that counting them is no query of its own."""
    reviews = actor.narrowed(permissions.reviews_for(actor))
    not_archived = ~Q(period__state=PeriodState.ARCHIVED)
    review = ProgressUpdate.objects.filter(not_archived, state=S.IN_REVIEW, department__in=reviews)
    offices = actor.narrowed(permissions.checks_for(actor))
    writes = actor.narrowed(permissions.writes_for(actor))
    # Of updates, and of parts in them: counting one's own apart is quicker than leaving each out.
    check = Q(not_archived, state=S.SUBMITTED, period__policy__coordinator__in=offices)
    return rows.annotate(
        tasks_owed=number_of(ProgressUpdate.objects.owed_by(writes)),
        tasks_to_review=number_of(review.exclude(is_own_work(actor, S.IN_REVIEW))),
        tasks_submitted=number_of(ProgressUpdate.objects.filter(check)),
        tasks_own=number_of(parts_of(actor).filter(check)),
    )


def count_tasks(rows: Sequence[ProgressUpdate]) -> TaskCounts:
    """From the rows of `with_task_counts`, the first that wait among them: without rows nothing waits.

    A role that is not held finds nothing.
    """
    counts = vars(rows[0]) if rows else {}
    return TaskCounts(
        owed=counts.get("tasks_owed") or 0,
        to_review=counts.get("tasks_to_review") or 0,
        to_check=(counts.get("tasks_submitted") or 0) - (counts.get("tasks_own") or 0),
    )
