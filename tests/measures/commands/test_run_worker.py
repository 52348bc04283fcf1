"""A real worker, killed in the middle of a batch: the next one goes on where it was. There is only one."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.db import connection

from measures.models import BackgroundWorker, Batch, BatchDocument, BatchDocumentState, BatchState
from measures.reports import background, batches
from measures.reports.documents import Document
from tests import builders, cast
from tests.cluster import die_with_parent
from tests.measures import batch_rows as rows

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 60  # seconds on a machine that is busy with other tests
UNTIL_INPUT_ENDS = ("--until-input-ends",)
S = BatchDocumentState


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the worker keeps files, and this test reads them."""
    for module in (background, batches):
        monkeypatch.setattr(module, "folder", lambda: FileSystemStorage(tmp_path))
    return tmp_path


def address() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"


def started(folder: Path, *options: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "manage.py", "run_worker", *options],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": address(), "DOCUMENTS_FOLDER": str(folder)},
        stdin=subprocess.PIPE if options == UNTIL_INPUT_ENDS else subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent,
    )


def files() -> dict[str, tuple[str, str, int]]:
    """Of what is made: its file, hash and how often it was begun."""
    made = BatchDocument.objects.filter(state=S.MADE)
    return {row.subject: (row.file, row.sha256, row.attempts) for row in made}


def until(comes_true: "Iterator[bool]") -> None:
    end = time.monotonic() + PATIENCE
    while not next(comes_true):
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


def in_the_middle() -> Iterator[bool]:
    """Something is made, and something is being made."""
    while True:
        found = set(BatchDocument.objects.values_list("state", flat=True))
        yield {S.MADE, S.MAKING} <= found


@pytest.mark.unmeasured("the work is done in processes of their own")
def test_killed_worker_is_followed_by_one_that_makes_the_rest_alone(own_database: None, folder: Path) -> None:
    builders.an_update(builders.S.CONFIRMED, measure=builders.a_measure(("zgh",), ("jyj", "czj")))
    batch = rows.asked_for(wanted=rows.REPORTS)
    killed = started(folder)
    until(in_the_middle())
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    before = files()
    assert 0 < len(before) < batch.total
    assert BatchDocument.objects.filter(state=S.MAKING).count() == 1

    assert started(folder, "--once").wait(PATIENCE) == 0

    batch.refresh_from_db()
    assert (batch.state, batch.made) == (BatchState.DONE, 3)
    after = files()
    assert {subject: after[subject] for subject in before} == before
    assert sorted(attempts for _file, _hash, attempts in after.values()) == [1, 1, 2]
    assert batches.damaged(batch) == []
    assert all(batches.read(row).startswith(b"%PDF-1.7") for row in batches.made_of(batch))  # type: ignore[union-attr]  # none is damaged
    assert not BackgroundWorker.objects.filter(ended_at=None).exists()


@pytest.mark.unmeasured("the work is done in processes of their own")
@pytest.mark.once("of signals and locks of files the database knows nothing")
def test_second_worker_waits_and_each_ends_with_its_input(own_database: None, folder: Path) -> None:
    first = started(folder, *UNTIL_INPUT_ENDS)
    until(BackgroundWorker.objects.count() == 1 for _ in iter(int, 1))
    second = started(folder, "--once")
    assert first.stdin
    first.stdin.close()
    assert first.wait(PATIENCE) == 0
    assert second.wait(PATIENCE) == 0
    one, other = BackgroundWorker.objects.order_by("started_at")
    assert one.ended_at
    assert one.ended_at <= other.started_at


def test_worker_in_this_process_works_off_what_there_is(
    own_database: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Document, "pdf", lambda document, html="": b"%PDF")
    before = signal.getsignal(signal.SIGTERM)
    rows.asked_for(cast.leader())
    call_command("run_worker", "--once")
    assert Batch.objects.get().state == BatchState.DONE
    assert BackgroundWorker.objects.get().ended_at is not None
    assert signal.getsignal(signal.SIGTERM) == before
