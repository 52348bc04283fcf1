"""Which update is a page about, and may this person open it? Loads it with all that its pages say, or 404.

What of it is then shown is asked of `permissions`.
"""

from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404

from departments.actors import Actor
from measures import permissions
from measures.models import Act, Policy, ProgressUpdate, Revision
from measures.models.filing import ProgressUpdateQuerySet
from measures.workflow import updates

REVISIONS = Revision.objects.select_related("approved_by", "confirmed_by").prefetch_related(
    "contributors", "values__subject__commitment"
)


def with_texts(updates: ProgressUpdateQuerySet) -> ProgressUpdateQuerySet:
    """Updates with all that their pages say, however many there are."""
    return updates.with_context().prefetch_related(
        Prefetch("revisions", REVISIONS.all()), "measure__responsibilities"
    )


def readable_update(actor: Actor, policy: Policy, uuid: UUID) -> ProgressUpdate:
    """The update, if the actor may read some text of it, sees the whole board, or has to decide on it.

    Raises Http404. What the page then shows of it is asked of `permissions`.
    """
    update = with_texts(ProgressUpdate.objects.filter(uuid=uuid, period__policy=policy)).first()
    if update is None or not (_is_readable(actor, update) or _is_of_the_board(actor, update)):
        raise Http404("no such update")
    return update


def own_updates(actor: Actor) -> ProgressUpdateQuerySet:
    return with_texts(ProgressUpdate.objects.filter(department__in=permissions.speaks_for(actor)))


def own_update(actor: Actor, policy: Policy, uuid: UUID) -> ProgressUpdate:
    """The update of a department that the actor writes or reviews for. Raises Http404."""
    update = own_updates(actor).filter(uuid=uuid, period__policy=policy).first()
    if update is None:
        raise Http404("no such update")
    return update


def _is_readable(actor: Actor, update: ProgressUpdate) -> bool:
    return permissions.readable_updates(actor).filter(pk=update.pk).exists()


def _is_of_the_board(actor: Actor, update: ProgressUpdate) -> bool:
    """States without texts: the office everywhere, the convenor where it may waive."""
    if permissions.can_see_filing_board(actor, update.period.policy):
        return True
    acts = [act for act in (Act.WAIVE, Act.RESTORE) if updates.is_possible(update, act)]
    return any(updates.acting_for(actor, act, update) for act in acts)
