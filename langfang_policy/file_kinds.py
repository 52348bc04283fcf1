"""What is a file, judged by its content? Its name says what somebody calls it, and may say anything.

Knows the kinds that offices send: PDF, OFD (GB/T 33190), office documents old and new, scans. Whatever holds
macros, is encrypted or damaged is none of them. Reads a few kilobytes, however large the file is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import error as struct_error
from struct import unpack_from
from typing import IO, Final
from zipfile import BadZipFile, ZipFile


@dataclass(frozen=True)
class FileKind:
    """`endings`: those that a file of this kind may have, in small letters."""

    media_type: str
    endings: tuple[str, ...]


_OOXML: Final = "application/vnd.openxmlformats-officedocument."
PDF: Final = FileKind("application/pdf", (".pdf",))
OFD: Final = FileKind("application/ofd", (".ofd",))
DOCX: Final = FileKind(f"{_OOXML}wordprocessingml.document", (".docx",))
XLSX: Final = FileKind(f"{_OOXML}spreadsheetml.sheet", (".xlsx",))
PPTX: Final = FileKind(f"{_OOXML}presentationml.presentation", (".pptx",))
# WPS writes the same compound files under endings of its own.
DOC: Final = FileKind("application/msword", (".doc", ".wps"))
XLS: Final = FileKind("application/vnd.ms-excel", (".xls", ".et"))
PPT: Final = FileKind("application/vnd.ms-powerpoint", (".ppt", ".dps"))
JPEG: Final = FileKind("image/jpeg", (".jpg", ".jpeg"))
PNG: Final = FileKind("image/png", (".png",))
TIFF: Final = FileKind("image/tiff", (".tif", ".tiff"))
KINDS: Final = (PDF, OFD, DOCX, XLSX, PPTX, DOC, XLS, PPT, JPEG, PNG, TIFF)

_BEGINNINGS: Final = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
)
_ZIP: Final = b"PK\x03\x04"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The part without which it would not be that kind.
_MAIN_PARTS: Final = (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX), ("ppt/presentation.xml", PPTX))
_MAIN_STREAMS: Final = (("WordDocument", DOC), ("Workbook", XLS), ("Book", XLS), ("PowerPoint Document", PPT))
_MACROS: Final = frozenset({"Macros", "_VBA_PROJECT_CUR", "_VBA_PROJECT"})


def kind_of(file: IO[bytes]) -> FileKind | None:
    """None for what is none of these kinds. Leaves the file at its beginning."""
    try:
        return _kind(file)
    except (BadZipFile, struct_error, ValueError, OSError, NotImplementedError, RuntimeError):
        return None  # it begins like one, and is damaged
    finally:
        file.seek(0)


def _kind(file: IO[bytes]) -> FileKind | None:
    file.seek(0)
    beginning = file.read(512)
    if beginning.startswith(_ZIP):
        return _zipped(file)
    if beginning.startswith(_COMPOUND):
        return _compound(file, beginning)
    return next((kind for start, kind in _BEGINNINGS if beginning.startswith(start)), None)


# --- archives --------------------------------------------------------------------------------------

_END: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x07"
_END_SIZE: Final = 22 + 65_535  # bytes: the record at the end with the longest comment
# Bytes of the list of parts, all of which is made into objects. A workbook of fifty sheets has ten thousand.
_MOST_LISTED: Final = 512 * 1024


def _zipped(file: IO[bytes]) -> FileKind | None:
    if not _list_is_short(file):
        return None
    with ZipFile(file) as archive:
        names = set(archive.namelist())
    if "OFD.xml" in names:
        return OFD
    if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        return None
    return next((kind for part, kind in _MAIN_PARTS if part in names), None)


def _list_is_short(file: IO[bytes]) -> bool:
    """What its end says of it, before anything is made of the list. No kind of ours needs the 64-bit form."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_SIZE))
    tail = file.read(_END_SIZE)
    at = tail.rfind(_END)
    if at < 0 or _END_64 in tail[max(0, at - 20) : at]:
        return False
    (listed,) = unpack_from("<I", tail, at + 12)
    return bool(listed <= _MOST_LISTED)


# --- compound files of Office 97 to 2003 and WPS ([MS-CFB]) -----------------------------------------

_ENTRY: Final = 128  # bytes
_END_OF_CHAIN: Final = 0xFFFFFFFA  # from here on numbers are no sectors
_MOST_SECTORS: Final = 4096  # of a directory; also ends a chain that bites its tail
_NONE: Final = 0xFFFFFFFF


def _compound(file: IO[bytes], header: bytes) -> FileKind | None:
    names = _names_at_the_top(b"".join(_directory(file, header)))
    if names & _MACROS:
        return None
    return next((kind for stream, kind in _MAIN_STREAMS if stream in names), None)


def _directory(file: IO[bytes], header: bytes) -> Iterator[bytes]:
    """The sectors of the directory, in the order of their chain."""
    (shift,) = unpack_from("<H", header, 30)
    if shift not in {9, 12}:
        return
    size = 1 << shift
    (sector,) = unpack_from("<I", header, 48)
    table = _TableOfChains(file, header, size)
    for _count in range(_MOST_SECTORS):
        if sector >= _END_OF_CHAIN:
            return
        yield _sector(file, sector, size)
        sector = table.after(sector)


def _sector(file: IO[bytes], number: int, size: int) -> bytes:
    file.seek((number + 1) * size)
    return file.read(size)


class _TableOfChains:
    """Which sector follows which. Its own sectors are named in the header, and beyond 109 in a chain."""

    def __init__(self, file: IO[bytes], header: bytes, size: int) -> None:
        self._file, self._size, self._each = file, size, size // 4
        self._places = list(unpack_from("<109I", header, 76))
        (self._more,) = unpack_from("<I", header, 68)

    def after(self, sector: int) -> int:
        place, within = divmod(sector, self._each)
        while place >= len(self._places) and self._more < _END_OF_CHAIN:
            if len(self._places) > _MOST_SECTORS:
                raise ValueError("a chain without an end")
            *places, self._more = unpack_from(f"<{self._each}I", _sector(self._file, self._more, self._size))
            self._places += places
        if place >= len(self._places):
            raise ValueError("a sector that no table holds")
        (following,) = unpack_from("<I", _sector(self._file, self._places[place], self._size), within * 4)
        return int(following)


def _names_at_the_top(directory: bytes) -> set[str]:
    """Of what lies in the root itself: a document within the document has the same streams further down."""
    (first,) = unpack_from("<I", directory, 76)
    names: set[str] = set()
    seen: set[int] = set()
    waiting = [first]
    while waiting:
        number = waiting.pop()
        if number == _NONE or number in seen:
            continue
        seen.add(number)
        name, length, _kind, _colour, left, right = unpack_from("<64sHBBII", directory, number * _ENTRY)
        names.add(name[: max(0, length - 2)].decode("utf-16-le"))
        waiting += [left, right]
    return names
