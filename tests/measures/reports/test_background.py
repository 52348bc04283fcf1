"""What waits is made, once; one that fails stops no other, and what a dead worker held is taken again."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import DatabaseError
from django_tasks_db.models import DBTaskResult

from measures.models import BackgroundWorker, Batch, BatchDocument, BatchDocumentState, BatchState
from measures.reports import background, kinds
from measures.reports.documents import Document
from measures.reports.pdf import PdfUnavailable
from measures.workflow import batches
from tests import builders, cast
from tests.measures import batch_rows as rows

pytestmark = pytest.mark.django_db
S = BatchDocumentState


@pytest.fixture(autouse=True)
def pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Document, "pdf", lambda document, html="": f"%PDF {document.title}".encode())


def work_off(worker: BackgroundWorker | None = None) -> list[str]:
    """What a worker of the library does, without its loop; the states of all documents afterwards."""
    for task in DBTaskResult.objects.ready():
        task.claim(worker.name if worker else "nobody")
        run(task)
    return states()


def run(task: DBTaskResult[Any, Any]) -> None:
    [document] = task.args_kwargs["args"]
    background.work_on(document, task.worker_ids[-1])
    task.set_successful(None)


def states() -> list[str]:
    return list(BatchDocument.objects.order_by("batch", "position").values_list("state", flat=True))


def test_batch_is_made_document_by_document_and_keeps_each_file() -> None:
    batch = rows.asked_for()
    assert states() == [S.QUEUED, S.QUEUED]
    assert work_off() == [S.MADE, S.MADE]
    batch.refresh_from_db()
    assert (batch.state, batch.made, batch.failed) == (BatchState.DONE, 2, 0)
    first, second = batch.documents.all()
    assert first.file != second.file
    assert "举措专页" in first.file_name
    with storages["documents"].open(first.file) as file:
        assert file.read().startswith(b"%PDF")


def test_document_that_fails_is_named_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a sentence of its own, or by an error that nobody foresaw."""
    told = iter([PdfUnavailable("本机缺少系统组件。"), ZeroDivisionError("x")])

    def fails(kind: kinds.Kind, document: Document, form: str) -> bytes:
        raise next(told)

    third = a_third()
    monkeypatch.setattr(kinds.Kind, "file_of", fails)
    batch = rows.asked_for()
    for document in batch.documents.exclude(subject=third):
        task = DBTaskResult.objects.get(pk=str(document.task))
        task.claim("nobody")
        run(task)
    monkeypatch.undo()
    monkeypatch.setattr(Document, "pdf", lambda document, html="": b"%PDF")
    assert work_off() == [S.FAILED, S.FAILED, S.MADE]
    batch.refresh_from_db()
    assert (batch.state, batch.made, batch.failed) == (BatchState.FAILED, 1, 2)
    foreseen, unforeseen, _made = batch.documents.all()
    assert foreseen.error == "本机缺少系统组件。"
    assert "ZeroDivisionError" in unforeseen.error


def a_third() -> str:
    rows.a_period()
    return builders.a_measure(("czj",)).code


def test_failed_documents_are_tried_again_and_no_others() -> None:
    batch = rows.ended(None, "二（一）")
    kept = batch.documents.get(state=S.MADE)
    again = batches.try_again(cast.clerk(), batch, [])
    background.enqueue(again)
    assert [row.subject for row in again] == ["二（一）"]
    assert work_off() == [S.MADE, S.MADE]
    batch.refresh_from_db()
    assert (batch.state, batch.failed) == (BatchState.DONE, 0)
    assert batch.documents.get(pk=kept.pk).sha256 == kept.sha256


def test_what_a_dead_worker_held_waits_again_after_its_silence() -> None:
    """On another machine, by the lease; what is made already is not made again."""
    batch, worker = rows.asked_for(), rows.a_worker("dies", "elsewhere")
    first, second = batch.documents.all()
    background.finish(*claimed_and_made(first, worker))
    held = background.claim(second.pk, worker)
    assert held
    background.take_back()  # it lives
    assert states() == [S.MADE, S.MAKING]
    silent = worker.seen_at - background.SILENCE - timedelta(seconds=1)
    BackgroundWorker.objects.update(started_at=silent, seen_at=silent)
    DBTaskResult.objects.update(status="RUNNING")  # as the library leaves it, for ever
    background.give_sign(rows.a_worker("lives"))
    assert states() == [S.MADE, S.QUEUED]
    assert DBTaskResult.objects.ready().count() == 1
    assert work_off() == [S.MADE, S.MADE]
    assert [row.attempts for row in batch.documents.all()] == [1, 2]


def claimed_and_made(
    document: BatchDocument, worker: BackgroundWorker
) -> tuple[BatchDocument, background.Outcome]:
    claimed = background.claim(document.pk, worker)
    assert claimed
    return claimed, background.made(claimed)


def test_next_worker_of_the_machine_takes_at_once_what_the_last_one_held() -> None:
    batch, worker = rows.asked_for(), rows.a_worker("dies")
    assert background.claim(batch.documents.all()[0].pk, worker)
    rows.a_worker("next")
    assert states() == [S.QUEUED, S.QUEUED]
    worker.refresh_from_db()
    assert worker.ended_at is not None


def test_document_that_brings_its_worker_down_is_given_up() -> None:
    batch = rows.asked_for()
    first = batch.documents.all()[0]
    for number in range(background.MOST_ATTEMPTS):
        assert background.claim(first.pk, rows.a_worker(f"dies {number}"))
    rows.a_worker("lives")
    first.refresh_from_db()
    assert (first.state, first.error) == (S.FAILED, background.BROKE_WORKER)
    assert work_off() == [S.FAILED, S.MADE]


def test_whoever_lost_the_claim_changes_nothing_and_leaves_no_file() -> None:
    """A worker that was taken for dead comes back with its document."""
    batch = rows.asked_for()
    late, outcome = claimed_and_made(batch.documents.all()[0], rows.a_worker("slow"))
    rows.a_worker("next")
    before = folder_content()
    background.finish(late, outcome)
    assert states() == [S.QUEUED, S.QUEUED]
    assert folder_content() == before


def folder_content() -> list[str]:
    try:
        return sorted(background.folder().listdir(background.FOLDER)[1])
    except FileNotFoundError:
        return []


def test_cancelled_batch_is_made_no_further() -> None:
    batch = rows.asked_for()
    first, outcome = claimed_and_made(batch.documents.all()[0], rows.a_worker())
    batches.cancel_batch(cast.clerk(), batch, rows.NOW)
    background.finish(first, outcome)
    assert work_off() == [S.CANCELLED, S.CANCELLED]
    batch.refresh_from_db()
    assert (batch.state, batch.made) == (BatchState.CANCELLED, 0)


def test_document_is_taken_by_one_alone() -> None:
    document = rows.asked_for().documents.all()[0]
    assert background.claim(document.pk, None)
    assert background.claim(document.pk, None) is None


def test_whole_batch_is_asked_for_or_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its rows in the queue nobody would make it."""

    def refuses(rows: object) -> None:
        raise DatabaseError("busy")

    monkeypatch.setattr("measures.reports.batches.enqueue", refuses)
    with pytest.raises(DatabaseError):
        rows.asked_for()
    assert not Batch.objects.exists()
