"""Who makes the documents of batches, and what becomes of those whose maker dies? The work of a worker.

The queue of the library (django-tasks) wakes a worker; it does not know when one is dead. So the rows of
`models.batches` are what counts: whoever makes a document holds a claim, a worker gives signs of life, and
what a dead one held is taken again (docs/decisions/0053).
"""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django_tasks import TaskContext, task
from django_tasks_db.models import DBTaskResult

from measures import summaries
from measures.models import (
    BATCHES_IN_WORK,
    BackgroundWorker,
    Batch,
    BatchDocument,
    BatchDocumentState,
    BatchState,
)
from measures.reports.documents import UnknownPartError
from measures.reports.kinds import Asked, kind_of
from measures.reports.pdf import PdfUnavailable
from measures.workflow.batches import count_documents, lock_batch

QUEUE: Final = "documents"
# How often a worker says that it lives, and after which silence it counts as dead. On the machine on which it
# ran the next one knows at once.
SIGN_EVERY: Final = timedelta(seconds=5)
SILENCE: Final = timedelta(seconds=60)
# A document that brought its worker down so often is not tried again.
MOST_ATTEMPTS: Final = 3
FOLDER: Final = "batches"
BROKE_WORKER: Final = f"生成过程连续{MOST_ATTEMPTS}次意外中断（可能是内存不足），未再重试；请联系管理员。"
BROKE: Final = "程序出错（{name}），未能生成；详情见运行日志，请联系管理员。"
# Workers that ended, and rows of the queue that were done, are of no use after so long.
FORGOTTEN_AFTER: Final = timedelta(days=1)

logger = logging.getLogger(__name__)
S = BatchDocumentState


@dataclass(frozen=True)
class Outcome:
    """A document with its content, or the sentence that says why there is none."""

    content: bytes = b""
    file_name: str = ""
    error: str = ""


def folder() -> Storage:
    return storages["documents"]


# --- the queue of the library ------------------------------------------------------------------------


@task(queue_name=QUEUE, takes_context=True)
def make_document(context: TaskContext, document: int) -> None:
    """What a worker of the library runs."""
    work_on(document, context.task_result.worker_ids[-1])


def work_on(document: int, worker_name: str) -> None:
    """Make one document, if it still waits."""
    worker = BackgroundWorker.objects.filter(name=worker_name).first()
    if claimed := claim(document, worker):
        finish(claimed, made(claimed))


def enqueue(documents: Iterable[BatchDocument]) -> None:
    """Have them made, in this order. In the transaction in which they began to wait."""
    rows = list(documents)
    for row in rows:
        row.task = UUID(make_document.enqueue(row.pk).id)
    BatchDocument.objects.bulk_update(rows, ["task"])


# --- one document ----------------------------------------------------------------------------------


def claim(document: int, worker: BackgroundWorker | None) -> BatchDocument | None:
    """The document, now this worker's; None for one that waits no more or was taken by another."""
    with transaction.atomic():
        row = _locked(document)
        if row is None or row.state != S.QUEUED or not row.batch.is_in_work:
            return None
        row.state, row.claim, row.worker = S.MAKING, uuid4(), worker
        row.attempts += 1
        row.save(update_fields=["state", "claim", "worker", "attempts"])
        if row.batch.state == BatchState.QUEUED:
            row.batch.state = BatchState.RUNNING
            row.batch.save(update_fields=["state"])
    return row


def _locked(document: int) -> BatchDocument | None:
    """With its batch, which is locked first, as by everybody."""
    batch = Batch.objects.filter(documents=document).values_list("pk", flat=True).first()
    if batch is None:  # cleared meanwhile
        return None
    held = lock_batch(batch)
    row = BatchDocument.objects.get(pk=document)
    row.batch = held
    return row


def made(document: BatchDocument) -> Outcome:
    """Never fails: what goes wrong with one document is told beside it, and the others are made."""
    batch = document.batch
    with translation.override("zh-hans"):
        try:
            kind = kind_of(batch.kind)
            built = kind.build(asked_for(document))
            return Outcome(kind.file_of(built, batch.form), built.file_name_as(batch.form))
        except (UnknownPartError, summaries.SnapshotError, PdfUnavailable) as problem:
            return Outcome(error=str(problem))
        except Exception as problem:
            logger.exception("Document %s of batch %s could not be made", document.pk, batch.uuid)
            return Outcome(error=BROKE.format(name=type(problem).__name__))


def asked_for(document: BatchDocument) -> Asked:
    batch, about = document.batch, kind_of(document.batch.kind).about
    subject = {about: document.subject} if about in {"department", "measure"} else {}
    return Asked(batch.period, batch.asked_on, demo=batch.demo, length=batch.length, **subject)


def finish(document: BatchDocument, outcome: Outcome) -> None:
    """Keep the file, or say why there is none. What nobody waits for any more is thrown away."""
    changes: dict[str, Any] = {"state": S.FAILED, "error": outcome.error[:500]}
    if outcome.content:
        name = f"{FOLDER}/{uuid4().hex}.{document.batch.form}"
        changes = {
            "state": S.MADE,
            "file": folder().save(name, ContentFile(outcome.content)),
            "file_name": outcome.file_name[-250:],
            "size": len(outcome.content),
            "sha256": hashlib.sha256(outcome.content).hexdigest(),
        }
    with transaction.atomic():
        batch = lock_batch(document.batch_id)
        own = BatchDocument.objects.filter(pk=document.pk, claim=document.claim)
        kept = own.update(claim=None, **changes)
        if kept:
            count_documents(batch)
    if not kept and outcome.content:
        folder().delete(changes["file"])


# --- workers ---------------------------------------------------------------------------------------


def begin_worker(name: str, machine: str) -> BackgroundWorker:
    """The one worker of this machine begins: whatever another one held here is nobody's now."""
    now = timezone.now()
    gone = BackgroundWorker.objects.filter(machine=machine, ended_at=None)
    gone.filter(started_at__lte=now).update(ended_at=now)
    BackgroundWorker.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER).delete()
    worker = BackgroundWorker.objects.create(name=name, machine=machine, started_at=now, seen_at=now)
    take_back()
    return worker


def give_sign(worker: BackgroundWorker) -> None:
    """It lives; and it looks whether another has died."""
    BackgroundWorker.objects.filter(pk=worker.pk).update(seen_at=timezone.now())
    take_back()


def end_worker(worker: BackgroundWorker) -> None:
    BackgroundWorker.objects.filter(pk=worker.pk).update(ended_at=timezone.now())


def alive(now: datetime) -> Q:
    """Of workers: those that give signs of life."""
    return Q(ended_at=None, seen_at__gte=now - SILENCE)


def is_anybody_working(now: datetime) -> bool:
    return BackgroundWorker.objects.filter(alive(now)).exists()


def take_back() -> None:
    """What dead workers held waits again; and what waits without a row in the queue gets one."""
    living = BackgroundWorker.objects.filter(alive(timezone.now()))
    in_work = BatchDocument.objects.filter(batch__state__in=BATCHES_IN_WORK)
    for document in in_work.filter(state=S.MAKING).exclude(worker__in=living).order_by("pk"):
        _take_back(document)
    ready = DBTaskResult.objects.ready().values("pk")
    forgotten = in_work.filter(state=S.QUEUED).exclude(task__in=ready)
    if rows := list(forgotten.order_by("batch", "position")):
        with transaction.atomic():
            enqueue(rows)


def _take_back(document: BatchDocument) -> None:
    """Unless it was finished at the last moment."""
    tried_enough = document.attempts >= MOST_ATTEMPTS
    changes = {"state": S.FAILED, "error": BROKE_WORKER} if tried_enough else {"state": S.QUEUED}
    with transaction.atomic():
        batch = lock_batch(document.batch_id)
        own = BatchDocument.objects.filter(pk=document.pk, claim=document.claim)
        if own.update(claim=None, worker=None, **changes):
            count_documents(batch)


def clear_queue(now: datetime) -> None:
    """Rows of the library's queue that are done, or were left by a worker that died."""
    DBTaskResult.objects.filter(started_at__lt=now - FORGOTTEN_AFTER).delete()
