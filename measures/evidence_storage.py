"""Where do evidence files lie, and is one still what was handed in?

The storage `evidence` is a folder or a bucket; names in it are random and tell nothing. What is handed out is
read whole first and compared with the SHA-256 that was worked out when it came (docs/decisions/0043).
"""

import hashlib
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from departments.uploads import RefusedFile
from langfang_policy.characters import hidden_characters, hidden_characters_sentence, length
from langfang_policy.file_kinds import kind_of
from measures.models import EvidenceFile
from measures.models.evidence import NAME_LENGTH

CHUNK: Final = 64 * 1024  # bytes
# A file that no row names may still be on its way to one.
ON_ITS_WAY: Final = timedelta(hours=1)
# Neither a folder nor anything that the file system of an office computer refuses.
_NOT_IN_A_NAME: Final = re.compile(r'[\\/:*?"<>|]')

logger = logging.getLogger(__name__)


class EvidenceFault(Exception):  # noqa: N818  # said of the file, not of the program
    """The file is gone, or is not what was handed in; the text says which."""


@dataclass(frozen=True)
class ReceivedFile:
    """A file that may be taken as evidence: looked at from its beginning to its end, and not kept yet."""

    content: "File[bytes]"
    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class KeptFile:
    """The same, kept under a random name; of use once a row names it."""

    received: ReceivedFile
    stored_as: str


def _store() -> Storage:
    return storages["evidence"]


def _bucket_faults() -> tuple[type[Exception], ...]:
    """What a bucket raises that does not answer or refuses; its package knows no OSError."""
    if not settings.EVIDENCE_BUCKET:
        return ()
    errors = import_module("botocore.exceptions")
    return errors.BotoCoreError, errors.ClientError


def _store_faults() -> tuple[type[Exception], ...]:
    return OSError, *_bucket_faults()


# --- coming in -------------------------------------------------------------------------------------


def look_at(file: "UploadedFile[bytes]") -> ReceivedFile:
    """Raises ValidationError, which names the file: too large, empty, its name, its content."""
    name = (file.name or "").strip()
    said = {"name": name}
    _check_name(name)
    size = file.size or 0
    if isinstance(file, RefusedFile) or size > settings.EVIDENCE_MAX_BYTES:
        said |= {"most": str(settings.EVIDENCE_MAX_BYTES >> 20)}
        raise ValidationError(_("“%(name)s” is too large: a file has %(most)s MB at most.") % said)
    if size == 0:
        raise ValidationError(_("“%(name)s” is empty.") % said)
    kind = kind_of(file)
    if kind is None:
        told = _("“%(name)s” is none of the kinds that are taken, is damaged, encrypted or holds macros.")
        raise ValidationError(told % said)
    if not name.lower().endswith(kind.endings):
        said |= {"endings": _(" or ").join(kind.endings)}
        raise ValidationError(
            _("The content of “%(name)s” is not what its name says: its name should end in %(endings)s.")
            % said
        )
    return ReceivedFile(file, name, kind.media_type, size, digest_of(file))


def _check_name(name: str) -> None:
    if (count := length(name)) > NAME_LENGTH or len(name) > NAME_LENGTH:
        told = _("The name “%(name)s…” is too long: %(count)d characters, at most %(limit)d.")
        raise ValidationError(
            told % {"name": name[:20], "count": max(count, len(name)), "limit": NAME_LENGTH}
        )
    if hidden := hidden_characters(name):
        raise ValidationError(hidden_characters_sentence(hidden))
    if found := _NOT_IN_A_NAME.search(name):
        told = _("The name “%(name)s” holds “%(character)s”: call the file by another name.")
        raise ValidationError(told % {"name": name, "character": found[0]})


def digest_of(file: "File[bytes]") -> str:
    """SHA-256 of the whole content, read in pieces. Leaves the file at its beginning."""
    found = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(CHUNK):
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


@contextmanager
def kept(files: Sequence[ReceivedFile]) -> Iterator[list[KeptFile]]:
    """Keep the files before the act that names them, so that no row is held while they are written.

    What no row names afterwards goes again: the act was refused, or the same file was there already.
    Raises ValidationError where the storage takes none.
    """
    done: list[KeptFile] = []
    try:
        for file in files:
            done.append(_keep(file))
        yield done
    finally:
        names = [file.stored_as for file in done]
        named = set(EvidenceFile.objects.filter(stored_as__in=names).values_list("stored_as", flat=True))
        for name in names:
            if name not in named:
                _remove(name)


def _keep(file: ReceivedFile) -> KeptFile:
    name = uuid4().hex
    try:
        return KeptFile(file, _store().save(f"{name[:2]}/{name}", file.content))
    except _store_faults() as problem:
        logger.exception("An evidence file could not be kept")
        told = _("“%(name)s” could not be kept; tell the administrator. Nothing was changed.")
        raise ValidationError(told % {"name": file.name}) from problem


def _remove(name: str) -> None:
    try:
        _store().delete(name)
    except _store_faults() as problem:
        logger.warning("The file %s, which no row names, could not be deleted: %s", name, problem)


# --- going out -------------------------------------------------------------------------------------


def opened(row: EvidenceFile) -> "File[bytes]":
    """The file, read whole and found to be what was handed in. Raises EvidenceFault.

    The same open file is handed out afterwards, so that nothing comes between.
    """
    try:
        file: File[bytes] = _store().open(row.stored_as)
        found = digest_of(file)
    except OSError:
        logger.exception("Evidence file %s cannot be read", row.stored_as)
        raise EvidenceFault(
            _("The file “%(name)s” is gone from where it was kept.") % {"name": row}
        ) from None
    except _bucket_faults():
        logger.exception("The bucket does not give evidence file %s", row.stored_as)
        told = _("The file “%(name)s” cannot be reached now: where it is kept does not answer.")
        raise EvidenceFault(told % {"name": row}) from None
    if found != row.sha256:
        file.close()
        logger.error("Evidence file %s was altered", row.stored_as)
        raise EvidenceFault(_("The file “%(name)s” is not the one that was handed in.") % {"name": row})
    return file


# --- all of them -----------------------------------------------------------------------------------


def faults(now: datetime) -> Iterator[str]:
    """In Chinese, one sentence for each file that is missing or altered, or that no row names. Reads all.

    Where a bucket does not answer the rest is not looked at, which is said too.
    """
    try:
        yield from _each_fault(now)
    except _bucket_faults() as problem:
        yield f"佐证材料的存储无法访问（{problem}），其余文件未检查。"


def _each_fault(now: datetime) -> Iterator[str]:
    for row in EvidenceFile.objects.with_address().select_related("update__department").iterator():
        if fault := _fault_of(row):
            policy = row.update.period.policy.short_title
            yield f"{policy} {row.update}“{row.name}”（{row.stored_as}）：{fault}。"
    for name in _without_a_row(now):
        yield f"文件 {name} 没有对应的佐证材料记录。"


def _fault_of(row: EvidenceFile) -> str:
    try:
        with _store().open(row.stored_as) as file:
            return "" if digest_of(file) == row.sha256 else "文件内容被改动"
    except OSError as problem:
        return f"文件缺失或无法读取（{problem.strerror or problem}）"


def _without_a_row(now: datetime) -> Iterator[str]:
    named = set(EvidenceFile.objects.values_list("stored_as", flat=True))
    for name in _files_in(""):
        if name not in named and _store().get_modified_time(name) < now - ON_ITS_WAY:
            yield name


def _files_in(folder: str) -> Iterator[str]:
    try:
        folders, files = _store().listdir(folder)
    except FileNotFoundError:  # nothing was ever kept
        return
    before = f"{folder}/" if folder else ""
    yield from (before + name for name in sorted(files))
    for name in sorted(folders):
        yield from _files_in(before + name)
