"""Evidence is looked at when it comes, kept under a random name, and compared with its hash when it goes."""

import re
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import storages
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as property_settings
from hypothesis import strategies as st

from departments.uploads import RefusedFile
from langfang_policy.characters import hidden_characters
from measures import evidence_storage
from measures.evidence_storage import EvidenceFault, faults, kept, look_at, opened
from measures.models import EvidenceFile, UpdateState
from measures.models.evidence import NAME_LENGTH
from measures.workflow import evidence
from tests import builders, cast
from tests.evidence import PNG, a_pdf, added, an_upload

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("evidence_folder", "in_english"),
    pytest.mark.once("what lies in the folder; the rows are tried on both where they are written"),
]


def file_of(row: EvidenceFile, folder: Path) -> Path:
    return folder / row.stored_as


def refusal(name: str, content: bytes | None = None) -> str:
    with pytest.raises(ValidationError) as caught:
        look_at(an_upload(name, content))
    [sentence] = caught.value.messages
    return sentence


def test_look_at_gives_kind_size_and_hash() -> None:
    found = look_at(an_upload("竞赛名单.PDF", a_pdf("甲")))
    assert (found.name, found.media_type, found.size) == ("竞赛名单.PDF", "application/pdf", len(a_pdf("甲")))
    assert found.sha256 == sha256(a_pdf("甲")).hexdigest()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("空.pdf", b"", "“空.pdf” is empty."),
        ("图.pdf", PNG, "its name should end in .png"),
        ("名单.jpg", a_pdf(), "its name should end in .pdf"),
        ("名单", a_pdf(), "its name should end in .pdf"),
        ("程序.pdf", b"MZ\x90" * 9, "none of the kinds that are taken"),
        ("长" * (NAME_LENGTH - 3) + ".pdf", None, "121 characters, at most 120"),
        ("名\u034f单.pdf", None, "U+034F"),
        ('名"单.pdf', None, 'holds “"”'),
        ("名:单.pdf", None, "holds “:”"),
    ],
)
def test_look_at_says_what_is_wrong(name: str, content: bytes | None, words: str) -> None:
    assert words in refusal(name, content)


def test_look_at_says_how_large_a_file_may_be(settings: Any) -> None:
    settings.EVIDENCE_MAX_BYTES = 2 << 20
    for file in (an_upload("大.pdf", a_pdf() * (2 << 17)), RefusedFile("大.pdf", 5)):
        with pytest.raises(ValidationError, match=r"“大\.pdf” is too large: a file has 2 MB at most"):
            look_at(file)


@property_settings(max_examples=40)
@given(st.text(max_size=140).map(lambda text: text + ".pdf") | st.text(max_size=300))
def test_look_at_takes_no_name_that_could_do_harm(name: str) -> None:
    upload = an_upload("a.pdf")
    vars(upload)["_name"] = name  # what no browser sends, either
    try:
        found = look_at(upload)
    except ValidationError:
        return
    assert 0 < len(found.name) <= NAME_LENGTH
    assert found.name.lower().endswith(".pdf")
    assert not hidden_characters(found.name)
    assert not set(found.name) & set('\\/:*?"<>|\r\n')


def test_kept_file_lies_under_a_random_name_and_only_for_the_site(evidence_folder: Path) -> None:
    [row] = added(builders.an_update())
    file = file_of(row, evidence_folder)
    assert re.fullmatch(r"([0-9a-f]{2})/\1[0-9a-f]{30}", row.stored_as)
    assert file.read_bytes() == a_pdf()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_kept_files_that_no_row_names_go_again(evidence_folder: Path) -> None:
    with kept([look_at(an_upload())]) as files:
        assert storages["evidence"].exists(files[0].stored_as)
    assert not [path for path in evidence_folder.rglob("*") if path.is_file()]


def test_full_disk_is_told_to_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: Any, **_more: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storages["evidence"], "save", full)
    with pytest.raises(ValidationError, match="could not be kept"):
        added(builders.an_update())
    assert not EvidenceFile.objects.exists()


def test_opened_file_is_the_one_that_was_handed_in(evidence_folder: Path) -> None:
    [row] = added(builders.an_update())
    with opened(row) as file:
        assert file.read() == a_pdf()


@pytest.mark.parametrize("size_stays", [True, False])
def test_altered_file_is_not_opened(evidence_folder: Path, size_stays: bool) -> None:
    [row] = added(builders.an_update())
    content = a_pdf().replace("名单".encode(), "全部".encode() if size_stays else b"")
    file_of(row, evidence_folder).write_bytes(content)
    with pytest.raises(EvidenceFault, match="not the one that was handed in"):
        opened(row)


def test_missing_file_is_told(evidence_folder: Path) -> None:
    [row] = added(builders.an_update())
    file_of(row, evidence_folder).unlink()
    with pytest.raises(EvidenceFault, match="is gone from where it was kept"):
        opened(row)


def test_faults_name_what_is_missing_altered_or_without_a_row(evidence_folder: Path) -> None:
    now = timezone.now()
    assert list(faults(now)) == []
    gone, altered, _whole = added(
        builders.an_update(), *(an_upload(f"{name}.pdf", a_pdf(name)) for name in ("甲", "乙", "丙"))
    )
    assert list(faults(now)) == []
    file_of(gone, evidence_folder).unlink()
    file_of(altered, evidence_folder).write_bytes(b"%PDF-")
    (evidence_folder / "ab").mkdir(exist_ok=True)
    (evidence_folder / "ab" / "stray").write_bytes(b"%PDF-")
    first, second = list(faults(now))  # what is young may be on its way
    assert "“甲.pdf”" in first
    assert "文件缺失或无法读取" in first
    assert "“乙.pdf”" in second
    assert second.endswith("文件内容被改动。")
    assert list(faults(now + timedelta(hours=2)))[2:] == ["文件 ab/stray 没有对应的佐证材料记录。"]


def test_content_is_read_in_pieces() -> None:
    asked: list[int] = []

    class Watched(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            asked.append(size or -1)
            return super().read(size)

    content = a_pdf() * 9000
    assert evidence_storage.digest_of(File(Watched(content))) == sha256(content).hexdigest()
    assert set(asked) == {evidence_storage.CHUNK}
    assert len(asked) > 3


def test_withdrawn_file_is_kept(evidence_folder: Path) -> None:
    [row] = added(builders.an_update())
    evidence.withdraw_file(cast.reporter(), row, "传错了", builders.moment())
    assert file_of(row, evidence_folder).read_bytes() == a_pdf()
    assert list(faults(timezone.now())) == []


class RefusedByTheBucketError(Exception):
    """As botocore raises it, which need not be installed here."""


def test_a_bucket_that_does_not_answer_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the field, at the download, and by the nightly check, which goes no further."""
    update = builders.an_update(UpdateState.DRAFT)
    [row] = added(update)
    store = storages["evidence"]

    def refuses(*_args: object, **_names: object) -> None:
        raise RefusedByTheBucketError("Could not connect to the endpoint")

    monkeypatch.setattr(evidence_storage, "_bucket_faults", lambda: (RefusedByTheBucketError,))
    for name in ("open", "save"):
        monkeypatch.setattr(store, name, refuses)
    with pytest.raises(EvidenceFault, match="cannot be reached now"):
        opened(row)
    with pytest.raises(ValidationError, match="could not be kept"):
        added(update, an_upload("二.pdf", a_pdf("二")))
    [told] = faults(timezone.now())
    assert told == "佐证材料的存储无法访问（Could not connect to the endpoint），其余文件未检查。"
