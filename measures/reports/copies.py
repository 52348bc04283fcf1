"""Was this very document made before? Then its file is handed out again, and nothing is laid out.

A copy is found by the SHA-256 of everything that shapes its bytes: the HTML or the rows with all words and
figures, title, identifier and dates, and the state of the program (`program`). So it cannot be stale: where
anything differs, another key is asked for. What is read is compared with its own hash; a file that is damaged
or gone is made anew. A copy that cannot be kept stops nobody (docs/decisions/0037).
"""

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import Final
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import DatabaseError, transaction
from django.utils import translation

from measures.models import StoredDocument
from measures.reports import program
from measures.reports.documents import Document

KEPT_FOR: Final = timedelta(days=60)
# A file without a row may still be on its way to one.
ON_ITS_WAY: Final = timedelta(hours=1)

logger = logging.getLogger(__name__)


def _folder() -> Storage:
    return storages["documents"]


def copy_of(document: Document, form: str = "pdf") -> bytes:
    """A document in one of its forms, made only if no copy is there.

    Raises PdfUnavailable as making one does.
    """
    with translation.override("zh-hans"):
        html = "" if form == "xlsx" else document.html()
        key = key_of(document, form, html)
        stored = _read(key)
        if stored is None:
            stored = _made(document, form, html)
            _keep(key, stored, form)
    return stored


def _made(document: Document, form: str, html: str) -> bytes:
    if form == "docx":
        from measures.reports.word import word_file  # asked for seldom; its library takes 15 MiB

        return word_file(document)
    return document.xlsx() if form == "xlsx" else document.pdf(html)


def key_of(document: Document, form: str, html: str) -> str:
    """The HTML has every word of the blocks; a workbook has more columns, and may have any number of rows.

    A PDF that carries its workbook has both.
    """
    found = hashlib.sha256()
    words = [] if form == "xlsx" else [html, document.css]
    has_workbook = form == "xlsx" or (form == "pdf" and document.carries_workbook)
    sheets = document.words_of_sheets() if has_workbook else iter(())
    for part in (program.fingerprint(), form, *document.properties.values()):
        found.update(json.dumps(part, default=str).encode())
    for word in chain(words, sheets):
        found.update(json.dumps(word).encode())
    return found.hexdigest()


def _read(key: str) -> bytes | None:
    row = StoredDocument.objects.filter(key=key).first()
    if row is None:
        return None
    try:
        with _folder().open(row.file) as file:
            content: bytes = file.read()
    except OSError as problem:
        logger.warning("Stored document %s cannot be read, and is made anew: %s", row.file, problem)
        return None
    if hashlib.sha256(content).hexdigest() != row.sha256:
        logger.warning("Stored document %s was altered, and is made anew.", row.file)
        return None
    return content


def _keep(key: str, content: bytes, form: str) -> None:
    """The file first, under a name that nobody can guess; then the row that names it."""
    name = f"{uuid4().hex}.{form}"
    row = StoredDocument(key=key, file=name, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
    try:
        row.file = _folder().save(name, ContentFile(content))
        with transaction.atomic():
            StoredDocument.objects.filter(key=key).delete()
            row.save(force_insert=True)
    except (OSError, DatabaseError) as problem:  # a full disk, or somebody who kept the same one just now
        logger.warning("A copy of a document could not be kept: %s", problem)
        _remove([row.file])


def clear(now: datetime, most_bytes: int) -> int:
    """Throws away copies that are too old, then the oldest until the others fit; gives how many it were.

    Files that no row names go too: what replaced, failed or lost writings left behind.
    """
    gone = [*StoredDocument.objects.filter(made_at__lt=now - KEPT_FOR), *_beyond(most_bytes)]
    count, _by_model = StoredDocument.objects.filter(key__in={row.key for row in gone}).delete()
    _remove(_without_a_row(now))
    return count


def _beyond(most_bytes: int) -> Iterator[StoredDocument]:
    """What no longer fits beside all that is newer."""
    total = 0
    for row in StoredDocument.objects.order_by("-made_at", "key"):
        total += row.size
        if total > most_bytes:
            yield row


def _without_a_row(now: datetime) -> Iterator[str]:
    try:
        _folders, files = _folder().listdir("")
    except FileNotFoundError:  # nothing was ever kept
        return
    named = set(StoredDocument.objects.values_list("file", flat=True))
    for name in set(files) - named:
        if _folder().get_modified_time(name) < now - ON_ITS_WAY:
            yield name


def _remove(names: Iterable[str]) -> None:
    for name in names:
        try:
            _folder().delete(name)
        except OSError as problem:
            logger.warning("The file %s of a document could not be deleted: %s", name, problem)
