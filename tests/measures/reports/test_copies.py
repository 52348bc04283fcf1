"""A document that was made is handed out again, while nothing that shapes it has changed; never stale."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.db import DatabaseError
from django.urls import Resolver404, resolve

from measures.models import StoredDocument
from measures.reports import copies, fonts, program
from measures.reports.documents import Document
from measures.reports.status import status_report
from tests.measures.reports import samples

pytestmark = pytest.mark.django_db


class Press:
    """Makes no PDF, and counts how often one was asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made = 0
        monkeypatch.setattr(Document, "pdf", lambda document, html="": self.make(html))

    def make(self, html: str) -> bytes:
        self.made += 1
        return f"%PDF {len(html)}".encode()


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> Press:
    return Press(monkeypatch)


@pytest.fixture
def document() -> Document:
    return status_report(samples.open_summary())


def file_of_the_copy() -> Path:
    return Path(storages["documents"].path(StoredDocument.objects.get().file))


def test_unchanged_document_is_made_once(press: Press, document: Document) -> None:
    first = copies.copy_of(document)
    assert copies.copy_of(status_report(samples.open_summary())) == first
    assert press.made == 1
    row = StoredDocument.objects.get()
    assert (row.size, file_of_the_copy().read_bytes()) == (len(first), first)


def test_copy_lies_where_only_the_site_reads(press: Press, document: Document) -> None:
    copies.copy_of(document)
    file = file_of_the_copy()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    with pytest.raises(Resolver404):
        resolve(f"/{storages['documents'].url(file.name).lstrip('/')}")


def test_any_word_figure_date_or_addressee_makes_another_document(press: Press, document: Document) -> None:
    copies.copy_of(document)
    later = replace(document, created=document.created + timedelta(days=1))
    others = [
        status_report(samples.open_summary(), demo=True),
        status_report(samples.open_summary(), addressee="市委办公室"),
        status_report(samples.closed_summary()),
        replace(document, identifier="another snapshot"),
        replace(document, issuer="市发展改革委"),
        later,
    ]
    for made, other in enumerate(others, 2):
        copies.copy_of(other)
        assert press.made == made


@pytest.mark.parametrize("part", ["_packages", "_libraries", "_sources", "fonts"])
def test_another_state_of_the_program_makes_documents_anew(
    press: Press, document: Document, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    copies.copy_of(document)
    if part == "fonts":
        monkeypatch.setattr(fonts, "files", lambda: ["another.otf"])
    else:
        monkeypatch.setattr(program, part, lambda: ["another"])
    program.fingerprint.cache_clear()
    try:
        copies.copy_of(document)
    finally:
        program.fingerprint.cache_clear()
    assert press.made == 2


def test_state_of_the_program_holds_all_that_shapes_a_document() -> None:
    sources = {Path(name).name for name, _hash in program._sources()}
    assert {"document.css", "document.html", "table.html", "pdf.py", "justify.py", "fonts.py"} <= sources
    assert any(name.lower().startswith("weasyprint ") for name in program._packages())
    assert "missing" not in " ".join(program._libraries())
    assert any("NotoSerifCJK" in line for line in fonts.files())


@pytest.mark.parametrize("damage", ["altered", "cut", "gone"])
def test_damaged_file_is_made_anew_and_never_handed_out(
    press: Press, document: Document, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    whole = copies.copy_of(document)
    file = file_of_the_copy()
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(whole[:-1] if damage == "cut" else whole[:-1] + b"!")
    assert copies.copy_of(document) == whole
    assert press.made == 2
    assert "made anew" in caplog.text
    assert file_of_the_copy().read_bytes() == whole  # a new file
    assert copies.copy_of(document) == whole
    assert press.made == 2


def test_copy_that_cannot_be_written_stops_nobody(
    press: Press, document: Document, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_args: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storages["documents"], "save", full)
    assert copies.copy_of(document).startswith(b"%PDF")
    assert "could not be kept" in caplog.text
    assert not StoredDocument.objects.exists()


def test_row_that_cannot_be_written_leaves_no_file(
    press: Press, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(self: StoredDocument, **_options: object) -> None:
        raise DatabaseError("database is locked")

    folder = Path(storages["documents"].path(""))
    before = set(folder.glob("*"))
    monkeypatch.setattr(StoredDocument, "save", locked)
    assert copies.copy_of(document).startswith(b"%PDF")
    assert set(folder.glob("*")) == before
