"""A file is what its content says, whatever its name: each kind, and what only looks like one."""

from io import BytesIO
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langfang_policy import file_kinds
from langfang_policy.file_kinds import FileKind, kind_of
from tests.evidence import JPEG, PNG, TIFF, a_compound_file, a_docx, a_pdf, an_archive

pytestmark = pytest.mark.once("asks no database")
TYPES = "[Content_Types].xml"

KNOWN: list[tuple[bytes, FileKind]] = [
    (a_pdf(), file_kinds.PDF),
    (PNG, file_kinds.PNG),
    (JPEG, file_kinds.JPEG),
    (TIFF, file_kinds.TIFF),
    (b"MM\x00*" + b"\x00" * 20, file_kinds.TIFF),
    (an_archive("OFD.xml", "Doc_0/Document.xml"), file_kinds.OFD),
    (a_docx(), file_kinds.DOCX),
    (an_archive(TYPES, "xl/workbook.xml"), file_kinds.XLSX),
    (an_archive(TYPES, "ppt/presentation.xml"), file_kinds.PPTX),
    (a_compound_file("WordDocument", "1Table"), file_kinds.DOC),
    (a_compound_file("Workbook"), file_kinds.XLS),
    (a_compound_file("Current User", "PowerPoint Document"), file_kinds.PPT),
]
OTHERS: dict[str, bytes] = {
    "nothing": b"",
    "a program": b"MZ\x90\x00" + b"\x00" * 600,
    "a page": b"<!doctype html><script>alert(1)</script>",
    "a page that holds a PDF": b"<html>%PDF-1.7",
    "a drawing": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "an archive": an_archive("a.txt"),
    "an archive with a document in it": an_archive("word/document.xml"),
    "macros": a_docx("word/vbaProject.bin"),
    "old macros": a_compound_file("WordDocument", "Macros"),
    "an encrypted document": a_compound_file("EncryptedPackage", "EncryptionInfo"),
    "a document only within another": a_compound_file("Contents"),
    "half an archive": a_docx()[:-30],
    "half a compound file": a_compound_file("WordDocument")[:700],
    "a compound file with sectors of no size": a_compound_file("Book")[:30] + b"\xff\xff" + b"\x00" * 480,
}


@pytest.mark.parametrize(("content", "kind"), KNOWN)
def test_kind_is_known_by_the_content(content: bytes, kind: FileKind) -> None:
    file = BytesIO(content)
    assert kind_of(file) == kind
    assert file.tell() == 0


@pytest.mark.parametrize("what", OTHERS)
def test_kind_of_anything_else_is_none(what: str) -> None:
    assert kind_of(BytesIO(OTHERS[what])) is None


def test_archive_whose_list_is_too_long_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor one that says so in the longer form: both before anything is made of the list."""
    whole = a_docx()
    monkeypatch.setattr(file_kinds, "ZipFile", None)
    end = whole.rindex(b"PK\x05\x06")
    long = whole[: end + 12] + pack("<I", 1 << 30) + whole[end + 16 :]
    other = whole[:end] + b"PK\x06\x07" + b"\x00" * 16 + whole[end:]
    assert kind_of(BytesIO(long)) is None
    assert kind_of(BytesIO(other)) is None


def test_chain_that_bites_its_tail_ends() -> None:
    content = bytearray(a_compound_file("WordDocument"))
    content[512 + 4 : 512 + 12] = pack("<2I", 2, 1)  # the second sector of the directory leads to the first
    assert kind_of(BytesIO(bytes(content))) == file_kinds.DOC


def test_table_of_a_long_file_goes_on_beyond_the_header() -> None:
    """Of more than seven megabytes: the header has no room to name every part of the table."""
    whole = bytearray(a_compound_file("WordDocument"))
    sector = 109 * 128
    content = bytearray((sector + 3) * 512)
    content[:512] = whole[:512]
    content[48:52] = pack("<I", sector)  # where the directory begins
    content[68:72] = pack("<I", 5)  # and where the header's own list goes on
    content[6 * 512 : 7 * 512] = pack("<128I", 6, *[0xFFFFFFFF] * 126, 0xFFFFFFFE)
    content[7 * 512 : 8 * 512] = pack("<I", sector + 1).ljust(4, b"\x00") + pack("<127I", *[0xFFFFFFFE] * 127)
    content[(sector + 1) * 512 : (sector + 3) * 512] = whole[1024:2048]
    assert kind_of(BytesIO(bytes(content))) == file_kinds.DOC
    content[68:72] = pack("<I", 0xFFFFFFFE)
    assert kind_of(BytesIO(bytes(content))) is None


@given(st.sampled_from([content for content, _kind in KNOWN]), st.integers(0, 2000), st.binary(max_size=8))
def test_kind_of_a_damaged_file_is_answered(content: bytes, place: int, other: bytes) -> None:
    """Whatever is changed in it, and wherever: an answer, and no error."""
    file = BytesIO(content[:place] + other + content[place + len(other) :])
    assert kind_of(file) is None or kind_of(file) in file_kinds.KINDS


def test_kinds_share_no_ending() -> None:
    endings = [ending for kind in file_kinds.KINDS for ending in kind.endings]
    assert len(endings) == len(set(endings))
