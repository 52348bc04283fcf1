"""Files as people hand them in, made by hand: small, whole, each of its kind by its content."""

from io import BytesIO
from struct import pack
from typing import Final
from zipfile import ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile

from measures.evidence_storage import look_at
from measures.models import EvidenceFile, ProgressUpdate
from measures.workflow import evidence
from tests import cast
from tests.builders import moment

PNG: Final = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 17
JPEG: Final = b"\xff\xd8\xff\xe0" + b"\x00" * 20
TIFF: Final = b"II*\x00" + b"\x00" * 20


def a_pdf(words: str = "名单") -> bytes:
    """Begins as a PDF does; other words are another content."""
    return b"%PDF-1.7\n" + words.encode() + b"\n%%EOF\n"


def an_archive(*parts: str) -> bytes:
    """A zip with these parts."""
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        for part in parts:
            archive.writestr(part, "<xml/>")
    return content.getvalue()


def a_docx(*more: str) -> bytes:
    return an_archive("[Content_Types].xml", "word/document.xml", *more)


def a_compound_file(*names: str) -> bytes:
    """Of Office 97, with these streams at its top, and one of another kind within a storage."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[30:32] = pack("<H", 9)
    header[48:52] = pack("<I", 1)  # the directory begins in the second sector
    header[68:72] = pack("<I", 0xFFFFFFFE)
    header[76:80] = pack("<I", 0)
    table = pack("<3I", 0xFFFFFFFD, 2, 0xFFFFFFFE).ljust(512, b"\xff")
    entries = [_entry("Root Entry", child=1)]
    for number, name in enumerate(names, start=1):
        right = number + 1 if number < len(names) else 0xFFFFFFFF
        entries.append(_entry(name, right=right, child=7 if number == 1 else 0xFFFFFFFF))
    entries += [_entry("")] * (7 - len(entries)) + [_entry("PowerPoint Document")]
    return bytes(header) + table + b"".join(entries)


def _entry(name: str, *, left: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF, child: int = 0xFFFFFFFF) -> bytes:
    written = name.encode("utf-16-le")
    return pack("<64sHBBIII", written, len(written) + 2, 2, 1, left, right, child).ljust(128, b"\x00")


def an_upload(name: str = "竞赛名单.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_pdf() if content is None else content)


def added(update: ProgressUpdate, *uploads: SimpleUploadedFile) -> list[EvidenceFile]:
    """By the reporter of its department; one PDF where nothing else is said."""
    files = [look_at(upload) for upload in uploads or (an_upload(),)]
    return evidence.add_files(cast.reporter(update.department.slug), update, files, moment())
