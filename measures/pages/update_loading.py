"""Which update is a page about, and may this person open it? Loads it with all that its pages say, or 404.

What of it is then shown is asked of `permissions`.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.http import Http404

from departments.actors import Actor
from measures import permissions
from measures.models import Act, CommitmentValue, Policy, ProgressUpdate, Revision
from measures.models.filing import ProgressUpdateQuerySet
from measures.workflow import updates


def revisions_with_texts() -> QuerySet[Revision]:
    """Revisions with all that a text is read with: two queries more, however many there are."""
    values = CommitmentValue.objects.select_related("subject__commitment")
    return Revision.objects.select_related("approved_by", "confirmed_by").prefetch_related(
        "contributors", Prefetch("values", values)
    )


def with_texts(updates: ProgressUpdateQuerySet) -> ProgressUpdateQuerySet:
    """Updates with all that their pages say, however many there are."""
    return updates.with_context().prefetch_related(
        Prefetch("revisions", revisions_with_texts()), "measure__responsibilities"
    )


def with_row_texts(updates: ProgressUpdateQuerySet) -> ProgressUpdateQuerySet:
    """For a list that shows the latest text of each beside the one confirmed last: see `texts_of_rows`."""
    latest = Revision.objects.filter(update=OuterRef("pk")).order_by("-number")
    before = ProgressUpdate.objects.filter(
        measure=OuterRef("measure"),
        department=OuterRef("department"),
        in_force__isnull=False,
        period__starts_on__lt=OuterRef("period__starts_on"),
    ).order_by("-period__starts_on")
    return updates.with_context().annotate(
        latest_id=Subquery(latest.values("pk")[:1]), before_id=Subquery(before.values("in_force")[:1])
    )


def texts_of_rows(updates: Sequence[ProgressUpdate]) -> dict[int, Revision]:
    """Gives each of `with_row_texts` its latest revision; answers by update the last confirmed before.

    Three queries for the two texts of every row, however many periods there have been.
    """
    pairs = {update.pk: (vars(update)["latest_id"], vars(update)["before_id"]) for update in updates}
    wanted = {pk for pair in pairs.values() for pk in pair if pk is not None}
    found = revisions_with_texts().select_related("update__period").in_bulk(wanted)
    for update in updates:
        update.loaded_latest = found.get(pairs[update.pk][0])
    return {pk: found[before] for pk, (_latest, before) in pairs.items() if before is not None}


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


def own_rows(actor: Actor) -> ProgressUpdateQuerySet:
    """The same for a list in which they are written: their texts and values, and nobody's names."""
    values = CommitmentValue.objects.select_related("subject__commitment")
    texts = Revision.objects.order_by("number").prefetch_related(Prefetch("values", values))
    updates = ProgressUpdate.objects.filter(department__in=permissions.speaks_for(actor))
    return updates.with_context().prefetch_related(Prefetch("revisions", texts))


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
