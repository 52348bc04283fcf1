"""Which texts that wait for a decision are the actor's own work, so that somebody else has to decide?

The same rules as `permissions.can_approve` and `permissions.confirmers`, for the database: queues leave these
out and say how many there are (docs/domain.md 4.20).
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from departments.actors import Actor
from departments.models import Membership
from measures.models import ProgressUpdate, ReportingPeriod, Revision, UpdateState

# What waits for a decision, in which one's own part matters.
WAITING: Final = (UpdateState.IN_REVIEW, UpdateState.SUBMITTED)


def is_own_work(actor: Actor, *states: UpdateState, few: bool = False) -> Q:
    """A condition on updates: in review and written by the actor, or submitted and written or approved.

    What the own department may review itself (docs/domain.md 2.5) is no such work. It is sought from the
    texts that the actor had a part in, which are fewer than all that wait; of a `few` updates from these.
    Who asks about one of the two `states` names it, so that the texts are sought once.
    """
    latest = _undecided().filter(~Exists(_later())).order_by()
    texts = (latest.filter(wrote(actor, few=few)), latest.filter(approved_by=actor.person))
    own = {
        UpdateState.IN_REVIEW: Q(department__allow_self_review=False) & is_of_one(texts[:1], few=few),
        UpdateState.SUBMITTED: is_of_one(texts, few=few),
    }
    return reduce(or_, (Q(state=state) & own[state] for state in states or WAITING))


def is_of_one(texts: Sequence[QuerySet[Revision]], *, few: bool) -> Q:
    """A condition on updates: one of these texts is theirs."""
    if few:
        return reduce(or_, (Q(Exists(rows.filter(update=OuterRef("pk")))) for rows in texts))
    first, *others = (rows.values("update") for rows in texts)
    return Q(pk__in=first.union(*others, all=True) if others else first)


def wrote(actor: Actor, *, few: bool = False) -> Q:
    """A condition on texts: the actor is one of the contributors."""
    parts = Revision.contributors.through.objects.filter(user=actor.person)
    return Q(Exists(parts.filter(revision=OuterRef("pk")))) if few else Q(pk__in=parts.values("revision"))


def waiting_for_nobody(
    people: QuerySet[Membership], offices: Iterable[int], period: int | OuterRef
) -> QuerySet[Revision]:
    """Submitted in the period: texts in which each of these people had a part who is of the policy's office.

    So the person who came last had one, and only that person's texts are looked at; under a policy of these
    `offices` where none of the people is, all that was submitted.
    """
    last = people.order_by().values("department").annotate(last=Max("user")).values("last")
    written = Revision.contributors.through.objects.order_by()
    approved_by_last = _undecided().filter(approved_by__in=last).order_by()
    there = people.filter(department=OuterRef("policy__coordinator"))
    unmanned = ReportingPeriod.objects.filter(~Exists(there), policy__coordinator__in=offices).order_by()
    for_nobody = Revision.objects.filter(
        update__state=UpdateState.SUBMITTED, update__period__in=unmanned.values("pk")
    ).order_by()
    looked_at = (
        written.filter(user__in=last)
        .values("revision")
        .union(approved_by_last.values("pk"), for_nobody.values("pk"))
    )
    # No join: SQLite would begin with the updates, and look through all these texts for each.
    submitted = ProgressUpdate.objects.filter(
        pk=OuterRef("update"), state=UpdateState.SUBMITTED, period=period
    )
    has_part = written.filter(revision=OuterRef(OuterRef("pk")), user=OuterRef("user"))
    office = people.filter(department=OuterRef("update__period__policy__coordinator"))
    free = office.filter(~Exists(has_part), ~Q(user=OuterRef("approved_by")))
    texts = _undecided().filter(Exists(submitted), ~Exists(_later()), ~Exists(free), pk__in=looked_at)
    return texts.order_by()


def somebody_is_left(people: QuerySet[Membership]) -> Exists:
    """A condition on updates: one of these people neither wrote nor approved the latest text."""
    wrote = Revision.contributors.through.objects.filter(
        revision=OuterRef("pk"), user=OuterRef(OuterRef("user"))
    )
    latest = Revision.objects.filter(~Exists(_later()), update=OuterRef(OuterRef("pk")))
    their_own = latest.filter(Q(approved_by=OuterRef("user")) | Exists(wrote))
    return Exists(people.filter(~Exists(their_own)))


def _undecided() -> QuerySet[Revision]:
    """Whatever waits is among the texts that nobody has confirmed, and they stay few over the years."""
    return Revision.objects.filter(confirmed_at=None)


def _later() -> QuerySet[Revision]:
    """Of a text: those of the same update after it."""
    return Revision.objects.filter(update=OuterRef("update"), number__gt=OuterRef("number"))
