"""Uploads go in pieces into a file on the disk, and not one byte more is kept than a page takes."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest
from django.test import RequestFactory

from departments import uploads
from departments.sheets import MAX_BYTES
from departments.uploads import RefusedFile

pytestmark = pytest.mark.once("asks no database")
LARGE = "/p/a-policy/updates/0/evidence/"
MOST = 200_000


@pytest.fixture
def folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where pieces lie while they come in."""
    settings.UPLOAD_MAX_BYTES = MOST // 2
    settings.EVIDENCE_MAX_BYTES = MOST
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def posted(address: str, *sizes: int, field: str = "evidence") -> HttpRequest:
    files = [SimpleUploadedFile(f"{number}.pdf", b"x" * size) for number, size in enumerate(sizes)]
    return RequestFactory().post(address, {"headline": "前", field: files, "reason": "后"})


def received(request: HttpRequest, field: str = "evidence") -> "list[UploadedFile[bytes]]":
    return list(request.FILES.getlist(field))


def test_upload_comes_in_pieces_to_the_disk_and_never_whole_into_memory(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces: list[int] = []
    taken = uploads.BoundedUploadHandler.receive_data_chunk

    def watched(self: uploads.BoundedUploadHandler, raw_data: bytes, start: int) -> None:
        pieces.append(len(raw_data))
        taken(self, raw_data, start)

    monkeypatch.setattr(uploads.BoundedUploadHandler, "receive_data_chunk", watched)
    monkeypatch.setattr(MemoryFileUploadHandler, "new_file", None)
    request = posted(LARGE, MOST)
    [file] = received(request)
    assert isinstance(file, TemporaryUploadedFile)
    assert file.size == MOST == sum(pieces)
    assert max(pieces) <= 64 * 1024
    assert len(list(folder.iterdir())) == 1
    request.close()
    assert not list(folder.iterdir())


def test_upload_that_is_too_large_leaves_its_name_and_size_and_all_other_fields(folder: Path) -> None:
    request = posted(LARGE, MOST + 1, 7)
    large, small = received(request)
    assert isinstance(large, RefusedFile)
    assert (large.name, large.size, large.read()) == ("0.pdf", MOST + 1, b"")
    assert (small.size, small.read()) == (7, b"x" * 7)
    assert (request.POST["headline"], request.POST["reason"]) == ("前", "后")
    assert len(list(folder.iterdir())) == 1
    request.close()


def test_upload_of_many_is_bounded_together(folder: Path) -> None:
    request = posted(LARGE, *[MOST] * 7)
    kept = [file for file in received(request) if not isinstance(file, RefusedFile)]
    assert len(kept) == uploads.MOST_AT_ONCE == len(list(folder.iterdir()))
    request.close()


@pytest.mark.parametrize(
    "address", ["/people-import/", "/admin/measures/measure/import/", f"/x{LARGE}", f"{LARGE}x/"]
)
def test_upload_is_small_anywhere_else(folder: Path, address: str) -> None:
    request = posted(address, MOST // 2 + 1, field="file")
    assert isinstance(request.FILES["file"], RefusedFile)


def test_upload_of_tables_takes_what_their_readers_take(settings: Any) -> None:
    assert settings.UPLOAD_MAX_BYTES >= MAX_BYTES
