"""Was the same asked for already, and would it be made the same again? Then it need not be made twice."""

from collections.abc import Iterable

from departments.actors import Actor
from measures import register
from measures.models import BATCHES_IN_WORK, Act, Batch, BatchState, PeriodState, ReportingPeriod
from measures.reports.batches import parts_of, visible_to
from measures.reports.kinds import kind_of
from measures.workflow.batches import Wanted

# They change no document.
_OF_BATCHES = (Act.BEGIN_BATCH, Act.CANCEL_BATCH)


def equal_batch(actor: Actor, period: ReportingPeriod, wanted: Wanted) -> Batch | None:
    """The latest that this person may have, of the same documents: being made, or made and still current."""
    rows = visible_to(actor, period.policy).filter(
        period=period,
        kind=wanted.kind,
        form=wanted.form,
        length=wanted.length,
        demo=wanted.demo,
        state__in=[*BATCHES_IN_WORK, BatchState.DONE],
    )
    if period.state == PeriodState.OPEN:  # its documents are those of a day
        rows = rows.filter(asked_on=wanted.on)
    found = rows.order_by("-created_at", "-pk").first()
    if found is None or not (found.is_in_work or _is_current(found)):
        return None
    parts = parts_of(actor, kind_of(wanted.kind), period, wanted.on)
    return found if _has_all(found, (part.subject for part in parts)) else None


def _is_current(batch: Batch) -> bool:
    """Nothing was done on its policy since it was asked for."""
    acts = register.acts_since(batch.policy, batch.asked_at).exclude(act__in=_OF_BATCHES)
    return not acts.exists()


def _has_all(batch: Batch, subjects: Iterable[str]) -> bool:
    return list(batch.documents.order_by("position").values_list("subject", flat=True)) == list(subjects)
