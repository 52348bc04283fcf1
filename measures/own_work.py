"""Which texts that wait for a decision are the actor's own work, so that somebody else has to decide?

The same rules as `permissions.can_approve` and `permissions.confirmers`, for the database: queues leave these
out and say how many there are (docs/domain.md 4.20).
"""

from django.db.models import Exists, OuterRef, Q

from departments.actors import Actor
from measures.models import Revision, UpdateState


def is_own_work(actor: Actor) -> Q:
    """A condition on updates: in review and written by the actor, or submitted and written or approved.

    What the own department may review itself (docs/domain.md 2.5) is no such work.
    """
    later = Revision.objects.filter(update=OuterRef("update"), number__gt=OuterRef("number"))
    latest = Revision.objects.filter(~Exists(later), update=OuterRef("pk"))
    contributed = Exists(
        Revision.contributors.through.objects.filter(revision=OuterRef("pk"), user=actor.person)
    )
    in_review = Q(state=UpdateState.IN_REVIEW, department__allow_self_review=False)
    approved = Q(approved_by=actor.person)
    submitted = Q(state=UpdateState.SUBMITTED)
    return (in_review & Exists(latest.filter(contributed))) | (
        submitted & Exists(latest.filter(contributed | approved))
    )
