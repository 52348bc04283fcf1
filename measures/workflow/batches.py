"""When and by whom may documents be asked for as a batch, cancelled, and tried again? Its acts.

What a batch consists of is told by whoever knows the documents (`measures.reports.batches`). Asking for many
documents, and cancelling them, is an act of the period; one document is none (docs/domain.md 7.15).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext as _

from departments.actors import Actor
from departments.models import Department
from measures import report_permissions as may
from measures.models import (
    BATCHES_IN_WORK,
    Act,
    Batch,
    BatchDocument,
    BatchDocumentState,
    BatchKind,
    BatchState,
    Policy,
    ReportingPeriod,
)
from measures.workflow.acting import one_act
from measures.workflow.checks import require
from measures.workflow.errors import WrongStateError
from measures.workflow.locks import lock_period
from measures.workflow.recording import record

# Of one person, so that nobody's wish keeps all others waiting.
MOST_IN_WORK: Final = 5
MOST_DOCUMENTS: Final = 500
# Of a document that waits, as in the beginning.
NOTHING_YET: Final[Mapping[str, Any]] = {
    "state": BatchDocumentState.QUEUED,
    "attempts": 0,
    "error": "",
    "worker": None,
    "file": "",
    "file_name": "",
    "size": 0,
    "sha256": "",
}
UNFINISHED: Final = (BatchDocumentState.QUEUED, BatchDocumentState.MAKING)


@dataclass(frozen=True)
class Wanted:
    """What is asked for: a kind of document in a form and length, as of a day."""

    kind: str
    form: str
    length: str
    on: date
    demo: bool = False


@dataclass(frozen=True)
class Part:
    """One document of it: the slug or code of what it is about, and its name."""

    subject: str
    name: str


def begin_batch(
    actor: Actor, period: ReportingPeriod, wanted: Wanted, parts: Sequence[Part], at: datetime
) -> Batch:
    """Write down what is to be made; nothing is made yet.

    Raises WrongStateError where it is too much, ValidationError where the same is being made.
    """
    with one_act():
        row = lock_period(period)
        batch = Batch(
            policy=row.policy,
            period=row,
            kind=wanted.kind,
            form=wanted.form,
            length=wanted.length,
            demo=wanted.demo,
            asked_by=actor.person,
            asked_at=at,
            asked_on=wanted.on,
            total=len(parts),
        )
        if batch.is_of_many:
            require(may.can_ask_for_batch(actor))
        _refuse_too_much(batch)
        batch.full_clean()
        batch.save()
        BatchDocument.objects.bulk_create(
            BatchDocument(batch=batch, position=position, subject=part.subject, name=part.name)
            for position, part in enumerate(parts, start=1)
        )
        _record(Act.BEGIN_BATCH, actor, batch, at)
    return batch


def _refuse_too_much(batch: Batch) -> None:
    if batch.total > MOST_DOCUMENTS:
        told = _("A batch has at most %(most)d documents; these would be %(count)d.")
        raise WrongStateError(told % {"most": MOST_DOCUMENTS, "count": batch.total})
    in_work = Batch.objects.filter(asked_by=batch.asked_by, state__in=BATCHES_IN_WORK)
    if in_work.count() >= MOST_IN_WORK:
        told = _("%(most)d batches that you asked for are still being made: wait for one, or cancel it.")
        raise WrongStateError(told % {"most": MOST_IN_WORK})


def cancel_batch(actor: Actor, batch: Batch, at: datetime) -> Batch:
    """Nothing more is made of it; what is made already stays. Raises WrongStateError once it has ended."""
    with one_act():
        lock_period(batch.period)  # before the rest, as every act
        row = lock_batch(batch.pk)
        require(may.can_change_batch(actor, row))
        if not row.is_in_work:
            raise WrongStateError(_("Nothing is being made of this batch any more."))
        unfinished = row.documents.filter(state__in=UNFINISHED)
        unfinished.update(state=BatchDocumentState.CANCELLED, claim=None, worker=None)
        row.state, row.cancelled_by = BatchState.CANCELLED, actor.person
        row.save(update_fields=["state", "cancelled_by"])
        _record(Act.CANCEL_BATCH, actor, row, at)
    return row


def try_again(actor: Actor, batch: Batch, lost: Iterable[int]) -> list[BatchDocument]:
    """Those that could not be made, and those whose file was `lost`, wait again: they are given.

    Raises WrongStateError while the batch is being made, when it was cancelled, and where there are none.
    """
    with one_act():
        row = lock_batch(batch.pk)
        require(may.can_change_batch(actor, row))
        again = row.documents.filter(state=BatchDocumentState.FAILED)
        again |= row.documents.filter(state=BatchDocumentState.MADE, pk__in=lost)
        waiting = list(again)
        if row.is_in_work or row.state == BatchState.CANCELLED or not waiting:
            raise WrongStateError(_("There is nothing in this batch to try again."))
        again.update(**NOTHING_YET)
        row.waiting_since = Now()  # by the clock of the machine, which pages of the domain do not read
        row.state = BatchState.QUEUED
        row.save(update_fields=["state", "waiting_since"])
        count_documents(row)
    return waiting


def lock_batch(pk: int) -> Batch:
    """The batch as it is now, for whoever changes it or one of its documents."""
    rows = Batch.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("period__edition", "policy__coordinator").get(pk=pk)


def count_documents(batch: Batch) -> None:
    """Its counts, and with the last document its end. The batch is locked."""
    states = list(batch.documents.values_list("state", flat=True))
    batch.made = states.count(BatchDocumentState.MADE)
    batch.failed = states.count(BatchDocumentState.FAILED)
    if batch.is_in_work and batch.ended_count == batch.total:
        batch.state = BatchState.FAILED if batch.failed else BatchState.DONE
    batch.save(update_fields=["made", "failed", "state"])


def _record(act: Act, actor: Actor, batch: Batch, at: datetime) -> None:
    """Of many documents: whoever takes all of a period away stands in its record."""
    if not batch.is_of_many:
        return
    with translation.override("zh-hans"):  # the record reads the same in every language
        comment = f"{BatchKind(batch.kind).label}{batch.total}份（{batch.form}）"
    record(act, actor, acted_for(actor, batch.policy), at, comment=comment, period=batch.period)


def acted_for(actor: Actor, policy: Policy) -> Department:
    """The chosen department, else the office for those who belong to it, else the first of their own."""
    departments = actor.departments()
    office = policy.coordinator if policy.coordinator in departments else None
    return actor.acting_for or office or departments[0]
