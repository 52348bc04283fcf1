"""Nightly, old copies of documents go, and the oldest of those that are too many; strays go with them."""

import os
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, storages
from django.core.management import call_command
from django.utils import timezone

from measures.models import StoredDocument
from measures.reports import copies

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    own = tmp_path / "documents"
    monkeypatch.setattr(copies, "_folder", lambda: FileSystemStorage(own))
    yield own
    assert isinstance(storages["documents"], FileSystemStorage)


def kept(key: str, *, days: int = 0, size: int = 1) -> str:
    """The name of the file."""
    copies._keep(key * 64, b"x" * size, "pdf")
    made = timezone.now() - timedelta(days=days)
    StoredDocument.objects.filter(key=key * 64).update(made_at=made)
    return StoredDocument.objects.get(key=key * 64).file


def cleared(*options: str) -> str:
    out = StringIO()
    call_command("clear_documents", *options, stdout=out)
    return out.getvalue()


def made_long_ago(file: Path) -> None:
    before = (timezone.now() - 2 * copies.ON_ITS_WAY).timestamp()
    os.utime(file, (before, before))


def test_old_copies_go_with_their_files(folder: Path) -> None:
    old, young = kept("a", days=copies.KEPT_FOR.days + 1), kept("b", days=copies.KEPT_FOR.days - 1)
    for name in (old, young):
        made_long_ago(folder / name)
    assert "已清理文件副本 1 份" in cleared()
    assert [row.file for row in StoredDocument.objects.all()] == [young]
    assert [path.name for path in folder.iterdir()] == [young]


def test_the_oldest_go_until_the_others_fit(folder: Path) -> None:
    mebi = 1024 * 1024
    files = [kept(key, days=age, size=mebi) for age, key in enumerate("abc")]
    assert "2 份" in cleared("--megabytes", "1")
    assert [row.file for row in StoredDocument.objects.all()] == files[:1]
    assert "1 份" in cleared("--megabytes", "0")


def test_file_without_a_row_goes_unless_it_is_on_its_way_to_one(folder: Path) -> None:
    assert "0 份" in cleared()  # nothing was ever kept
    folder.mkdir()
    for name in ("stray.pdf", "new.pdf"):
        (folder / name).write_bytes(b"x")
    made_long_ago(folder / "stray.pdf")
    cleared()
    assert [path.name for path in folder.iterdir()] == ["new.pdf"]
