"""Of which documents does a batch consist, and how is it handed out? All of a period in one ZIP.

Who may have each document alone may have all of them, and nobody else (docs/domain.md 7.15). The ZIP is
written while it is sent: no more than one document is in memory.
"""

import hashlib
import io
import logging
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.actors import Actor
from measures import permissions, summaries
from measures.models import (
    BATCHES_IN_WORK,
    Batch,
    BatchDocument,
    BatchDocumentState,
    BatchKind,
    Policy,
    ReportingPeriod,
)
from measures.reports.background import FOLDER, clear_queue, enqueue, folder
from measures.reports.kinds import Kind, kind_of
from measures.workflow import batches
from measures.workflow.batches import Part, Wanted
from measures.workflow.errors import WrongStateError

# A file without a row may still be on its way to one.
ON_ITS_WAY: Final = timedelta(hours=1)
NOT_MADE: Final = "未生成的文件.txt"
_NOT_IN_A_NAME: Final = re.compile(r'[\\/:*?"<>|\s]+')

logger = logging.getLogger(__name__)


# --- what is asked for -------------------------------------------------------------------------------


def begin(actor: Actor, period: ReportingPeriod, wanted: Wanted, at: datetime) -> Batch:
    """Have every document of that kind made that this person may have alone.

    Raises PermissionDenied, WrongStateError, ValidationError; SnapshotError where the period was altered.
    """
    kind = kind_of(wanted.kind)
    if not kind.may(actor, period.policy):
        raise PermissionDenied
    parts = list(parts_of(actor, kind, period, wanted.on))
    if not parts:
        raise WrongStateError(_("There is nothing in this period to make such documents of."))
    with transaction.atomic():
        batch = batches.begin_batch(actor, period, wanted, parts, at)
        enqueue(batch.documents.order_by("position"))
    return batch


def parts_of(actor: Actor, kind: Kind, period: ReportingPeriod, on: date) -> Iterator[Part]:
    """In the order of protocol or text, as the period has them."""
    if kind.about == "department":
        for row in summaries.read_period(period, on).summary.bound:
            if kind.may_about(actor, period.policy, row.slug):
                yield Part(row.slug, row.short_name)
    elif kind.about == "measure":
        for _heading, measure in summaries.read_streamed(period, on).in_order():
            yield Part(measure.code, f"{measure.code} {measure.title}"[:300])
    else:
        yield Part("", str(kind.title))


def try_again(actor: Actor, batch: Batch) -> None:
    """What could not be made, and what was lost or altered since."""
    lost = [document.pk for document in damaged(batch)]
    with transaction.atomic():
        enqueue(batches.try_again(actor, batch, lost))


# --- who may have it ---------------------------------------------------------------------------------


def visible_to(actor: Actor, policy: Policy) -> QuerySet[Batch]:
    """Those of which this person may have each document; see `may_have`, which asks of one."""
    names = [name for name in BatchKind.values if kind_of(name).may(actor, policy)]
    everybody = [name for name in names if kind_of(name).about != "department"]
    if permissions.can_see_filing_board(actor, policy):
        everybody = names
    rows = Batch.objects.filter(policy=policy)
    about_others = BatchDocument.objects.exclude(
        subject__in=[department.slug for department in permissions.speaks_for(actor)]
    )
    own = Q(kind__in=names) & ~Q(pk__in=about_others.values("batch"))
    return rows.filter(Q(kind__in=everybody) | own).select_related("period", "asked_by", "cancelled_by")


# --- handing out -------------------------------------------------------------------------------------


def made_of(batch: Batch) -> QuerySet[BatchDocument]:
    return batch.documents.filter(state=BatchDocumentState.MADE).order_by("position")


def damaged(batch: Batch) -> list[BatchDocument]:
    """Documents whose file is gone or is not what was made."""
    return [document for document in made_of(batch) if read(document) is None]


def read(document: BatchDocument) -> bytes | None:
    """Its bytes, if they are what was made."""
    try:
        with folder().open(document.file) as file:
            content: bytes = file.read()
    except OSError as problem:
        logger.warning("Document %s of a batch cannot be read: %s", document.file, problem)
        return None
    return content if hashlib.sha256(content).hexdigest() == document.sha256 else None


def zip_of(batch: Batch) -> Iterator[bytes]:
    """The documents in their order, piece by piece, and a list of those that could not be made.

    What was damaged since it was looked at breaks off: a ZIP that is not whole cannot be opened.
    """
    sink, day = _Sink(), timezone.localtime(batch.created_at)
    digits = len(str(batch.total))
    moment = (day.year, day.month, day.day, day.hour, day.minute, day.second)
    with ZipFile(sink, "w", ZIP_STORED) as file:
        for document in made_of(batch):
            content = read(document)
            if content is None:
                raise OSError(f"{document.file} was altered")
            name = f"{document.position:0{digits}}_{name_in_zip(document.file_name)}"
            file.writestr(ZipInfo(name, moment), content)
            yield sink.taken()
        if words := "".join(_lines_about(batch.documents.exclude(state=BatchDocumentState.MADE))):
            file.writestr(ZipInfo(NOT_MADE, moment), words.encode("utf-8-sig"))
    yield sink.taken()


def name_in_zip(name: str) -> str:
    """No folder, and nothing that an office computer refuses."""
    return _NOT_IN_A_NAME.sub("_", name)


def _lines_about(documents: Iterable[BatchDocument]) -> Iterator[str]:
    for document in documents:
        yield f"{document.position}. {document.name}：{document.error or '已取消'}\r\n"


class _Sink(io.RawIOBase):
    """Takes what a ZIP consists of, and gives it away again."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # whatever ZipFile writes is bytes
        self._pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


# --- what goes ---------------------------------------------------------------------------------------


def clear(now: datetime) -> int:
    """Throws away old batches that have ended, and files that no row names; gives how many it were."""
    old = Batch.objects.filter(created_at__lt=now - timedelta(days=settings.BATCH_DAYS))
    gone = old.exclude(state__in=BATCHES_IN_WORK)
    count = gone.count()
    gone.delete()
    for name in _without_a_row(now):
        folder().delete(name)
    clear_queue(now)
    return count


def _without_a_row(now: datetime) -> Iterator[str]:
    try:
        _folders, files = folder().listdir(FOLDER)
    except FileNotFoundError:  # nothing was ever made
        return
    named = set(BatchDocument.objects.exclude(file="").values_list("file", flat=True))
    for name in {f"{FOLDER}/{file}" for file in files} - named:
        if folder().get_modified_time(name) < now - ON_ITS_WAY:
            yield name
