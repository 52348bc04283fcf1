"""Which texts that wait for a decision are the actor's own work, so that somebody else has to decide?

The same rules as `permissions.can_approve` and `permissions.confirmers`, for the database: queues leave these
out and say how many there are (docs/domain.md 4.20).
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from departments.actors import Actor
from departments.models import Membership
from measures.models import Revision, UpdateState


def is_own_work(actor: Actor) -> Q:
    """A condition on updates: in review and written by the actor, or submitted and written or approved.

    What the own department may review itself (docs/domain.md 2.5) is no such work. It is sought from the
    texts that the actor had a part in, which are fewer than all that wait.
    """
    latest = Revision.objects.filter(~Exists(_later())).order_by()
    written = Q(pk__in=Revision.contributors.through.objects.filter(user=actor.person).values("revision"))
    approved = Q(approved_by=actor.person)
    in_review = Q(state=UpdateState.IN_REVIEW, department__allow_self_review=False)
    submitted = Q(state=UpdateState.SUBMITTED)
    return (in_review & Q(pk__in=latest.filter(written).values("update"))) | (
        submitted & Q(pk__in=latest.filter(written | approved).values("update"))
    )


def waiting_for_nobody(people: QuerySet[Membership]) -> QuerySet[Revision]:
    """Submitted texts that each of these people who is of their policy's office wrote or approved.

    Looks only at texts in which one of these people had a part, unless there is nobody in that office.
    """
    written = Revision.contributors.through.objects.all()
    written_by_them = written.filter(user__in=people.values("user")).values("revision")
    office = people.filter(department=OuterRef("update__period__policy__coordinator"))
    wrote = written.filter(revision=OuterRef(OuterRef("pk")), user=OuterRef("user"))
    free = office.filter(~Exists(wrote), ~Q(user=OuterRef("approved_by")))
    texts = (
        Revision.objects.filter(update__state=UpdateState.SUBMITTED)
        .filter(Q(pk__in=written_by_them) | Q(approved_by__in=people.values("user")) | ~Exists(office))
        .filter(~Exists(_later()), ~Exists(free))
    )
    return texts.order_by()


def somebody_is_left(people: QuerySet[Membership]) -> Exists:
    """A condition on updates: one of these people neither wrote nor approved the latest text."""
    wrote = Revision.contributors.through.objects.filter(
        revision=OuterRef("pk"), user=OuterRef(OuterRef("user"))
    )
    latest = Revision.objects.filter(~Exists(_later()), update=OuterRef(OuterRef("pk")))
    their_own = latest.filter(Q(approved_by=OuterRef("user")) | Exists(wrote))
    return Exists(people.filter(~Exists(their_own)))


def _later() -> QuerySet[Revision]:
    """Of a text: those of the same update after it."""
    return Revision.objects.filter(update=OuterRef("update"), number__gt=OuterRef("number"))
