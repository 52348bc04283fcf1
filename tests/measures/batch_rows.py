"""Rows of batches, their documents and workers: valid ones, and illegal ones."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from departments.actors import Actor
from measures.models import BackgroundWorker, Batch, BatchDocument, BatchDocumentState, ReportingPeriod
from measures.reports import background
from measures.reports import batches as documents
from measures.workflow import batches
from measures.workflow.batches import Part, Wanted
from tests import builders, cast

NOW: Final = builders.moment()
HASH: Final = sha256(b"content").hexdigest()
DOSSIERS: Final = Wanted("measure", "pdf", "full", cast.DAY)
REPORTS: Final = Wanted("department", "pdf", "full", cast.DAY)


def a_period() -> ReportingPeriod:
    """The same one: two measures, of two departments, one text confirmed."""
    if not ReportingPeriod.objects.exists():
        builders.an_update(builders.S.CONFIRMED, measure=builders.a_measure(("zgh",), ("jyj",)))
        builders.a_measure(("jyj",))
    return builders.an_open_period()


def a_batch(actor: Actor | None = None, *names: str) -> Batch:
    """Of dossiers that wait, as if somebody had asked for these; nothing wakes a worker."""
    parts = [Part(name, name) for name in names or ("二（一）", "二（二）")]
    return batches.begin_batch(actor or cast.clerk(), a_period(), DOSSIERS, parts, NOW)


def asked_for(actor: Actor | None = None, wanted: Wanted = DOSSIERS) -> Batch:
    """All documents of the period, with their rows in the queue."""
    return documents.begin(actor or cast.clerk(), a_period(), wanted, NOW)


def a_document(**changes: Any) -> BatchDocument:
    document = a_batch().documents.get(position=1)
    BatchDocument.objects.filter(pk=document.pk).update(**changes)
    document.refresh_from_db()
    return document


def a_worker(name: str = "one", machine: str = "here") -> BackgroundWorker:
    return background.begin_worker(name, machine)


def of_another_time(**changes: int) -> BackgroundWorker:
    """Its moments so many minutes from its start."""
    worker = a_worker()
    at = {name: worker.started_at + timedelta(minutes=minutes) for name, minutes in changes.items()}
    BackgroundWorker.objects.filter(pk=worker.pk).update(**at)
    worker.refresh_from_db()
    return worker


def ended(batch: Batch | None = None, *failing: str) -> Batch:
    """With every document made, but for those on these subjects."""
    batch = batch or asked_for()
    for document in batch.documents.all():
        fails = document.subject in failing
        outcome = (
            background.Outcome(error="没有这项举措")
            if fails
            else background.Outcome(document.subject.encode() or b"whole", f"举措专页 {document.subject}.pdf")
        )
        claimed = background.claim(document.pk, None)
        assert claimed
        background.finish(claimed, outcome)
    batch.refresh_from_db()
    return batch


# --- illegal rows ----------------------------------------------------------------------------------


def changed(**changes: Any) -> None:
    Batch.objects.filter(pk=a_batch().pk).update(**changes)


def the_same_again() -> None:
    batch = a_batch()
    values = {field.attname: getattr(batch, field.attname) for field in Batch._meta.concrete_fields}
    own = {"id": None, "uuid": a_period().uuid}
    Batch.objects.create(**{**values, **own})


def two_on(name: str) -> None:
    first, second = a_batch().documents.order_by("position")
    BatchDocument.objects.filter(pk=second.pk).update(**{name: getattr(first, name)})


MADE: Final = {"state": BatchDocumentState.MADE, "file_name": "a.pdf", "size": 7, "sha256": HASH}
ILLEGAL_BATCHES: Final[Mapping[str, Callable[[], object]]] = {
    "batch_one_in_work": the_same_again,
    "batch_kind_is_known": lambda: changed(kind="poem"),
    "batch_form_is_known": lambda: changed(form="exe"),
    "batch_state_is_known": lambda: changed(state="lost"),
    "batch_counts_fit": lambda: changed(made=2, failed=1),
    "batch_done_is_whole": lambda: changed(state="done", made=1),
    "batch_failed_names_failures": lambda: changed(state="failed", made=2),
    "batch_cancelled_by_somebody": lambda: changed(state="cancelled"),
    "batchdocument_subject_once": lambda: two_on("subject"),
    "batchdocument_position_once": lambda: two_on("position"),
    "batchdocument_state_is_known": lambda: a_document(state="lost"),
    "batchdocument_made_has_its_file": lambda: a_document(**MADE),
    "batchdocument_failed_says_why": lambda: a_document(state="failed"),
    "batchdocument_is_claimed_while_made": lambda: a_document(state="making"),
    "backgroundworker_seen_since_its_start": lambda: of_another_time(seen_at=-1),
    "backgroundworker_ends_after_its_start": lambda: of_another_time(ended_at=-1),
}
