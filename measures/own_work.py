"""Which texts that wait for a decision are the actor's own work, so that somebody else has to decide?

The same rules as `permissions.can_approve` and `permissions.confirmers`, for the database: queues leave these
out and say how many there are (docs/domain.md 4.20). Who had a part in what waits is kept as rows
(`WaitingPart`, docs/decisions/0068).
"""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from departments.actors import Actor
from departments.models import Membership
from measures.models import WAITING, ProgressUpdate, ReportingPeriod, UpdateState, WaitingPart
from measures.models.filing import ProgressUpdateQuerySet


def is_own_work(actor: Actor, *states: UpdateState) -> Q:
    """A condition on updates: in review and written by the actor, or submitted and written or approved.

    What the own department may review itself (docs/domain.md 2.5) is no such work. Who asks about one of the
    two `states` names it.
    """
    parts = parts_of(actor)
    own = {state: Q(state=state, pk__in=parts.filter(state=state).values("update")) for state in WAITING}
    own[UpdateState.IN_REVIEW] &= Q(department__allow_self_review=False)
    return reduce(or_, (own[state] for state in states or WAITING))


def parts_of(actor: Actor) -> QuerySet[WaitingPart]:
    return WaitingPart.objects.filter(person=actor.person).order_by()


def waiting_for_nobody(
    people: QuerySet[Membership], offices: Iterable[int], period: int | OuterRef
) -> ProgressUpdateQuerySet:
    """Submitted in the period: updates in whose text each of these people had a part who is of the office.

    So the person who came last had one, and only that person's are looked at; under a policy of these
    `offices` where none of the people is, all that was submitted. Within a query OuterRef(OuterRef(…)).
    """
    last = people.order_by().values("department").annotate(last=Max("user")).values("last")
    theirs = WaitingPart.objects.filter(person__in=last, state=UpdateState.SUBMITTED).order_by()
    there = people.filter(department=OuterRef("policy__coordinator"))
    unmanned = ReportingPeriod.objects.filter(~Exists(there), policy__coordinator__in=offices).order_by()
    for_nobody = ProgressUpdate.objects.filter(state=UpdateState.SUBMITTED, period__in=unmanned.values("pk"))
    looked_at = theirs.values("update").union(for_nobody.order_by().values("pk"))
    # Not as a condition of the updates: SQLite would begin with all of the period.
    of_period = Exists(ReportingPeriod.objects.filter(pk=OuterRef("period")).filter(pk=period))
    free = somebody_is_left(people.filter(department=OuterRef("period__policy__coordinator")))
    return ProgressUpdate.objects.filter(of_period, ~free, pk__in=looked_at).order_by()


def somebody_is_left(people: QuerySet[Membership]) -> Exists:
    """A condition on submitted updates: one of these people neither wrote nor approved the latest text."""
    their_own = WaitingPart.objects.filter(update=OuterRef(OuterRef("pk")), person=OuterRef("user"))
    return Exists(people.filter(~Exists(their_own)))
