"""How many tasks wait for a person? Numbers for each role, and closures to decide."""

from dataclasses import dataclass

from django.db.models import QuerySet

from departments.actors import Actor
from measures import permissions
from measures.models import Closure, PeriodState, ProgressUpdate, UpdateState


@dataclass(frozen=True)
class TaskCounts:
    """How many updates wait for the actor in each role; `closures`, to page, for those who decide them."""

    owed: int
    to_review: int
    to_check: int
    closures: QuerySet[Closure]


def count_tasks(actor: Actor) -> TaskCounts:
    """Three queries, and those of the closures; a role that is not held finds nothing."""
    updates = ProgressUpdate.objects.exclude(period__state=PeriodState.ARCHIVED)
    deciding = Closure.objects.filter(
        outcome="", measure__section__edition__policy__coordinator__in=permissions.decides_for(actor)
    )
    return TaskCounts(
        owed=ProgressUpdate.objects.owed_by(permissions.writes_for(actor)).count(),
        to_review=updates.filter(
            state=UpdateState.IN_REVIEW, department__in=permissions.reviews_for(actor)
        ).count(),
        to_check=updates.filter(
            state=UpdateState.SUBMITTED, period__policy__coordinator__in=permissions.checks_for(actor)
        ).count(),
        closures=deciding.select_related("measure__section__edition__policy"),
    )
