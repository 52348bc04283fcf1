"""Rows about evidence: a legal one, and what the constraints refuse."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

from measures.models import EvidenceFile, LateEvidence, UpdateState
from tests import builders, cast

NOW: Final = builders.moment()


def an_evidence_file(**changes: Any) -> EvidenceFile:
    """A row alone: nothing lies where it says."""
    number = EvidenceFile.objects.count()
    usual = {
        "place": 1,
        "name": "竞赛名单.pdf",
        "media_type": "application/pdf",
        "size": 9,
        "sha256": sha256(str(number).encode()).hexdigest(),
        "stored_as": f"00/{number}",
        "added_by": cast.reporter().person,
        "added_at": NOW,
    }
    update = changes.pop("update", None) or builders.an_update()
    return EvidenceFile.objects.create(update=update, **{**usual, **changes})


def a_scan(**changes: Any) -> EvidenceFile:
    return an_evidence_file(place=None, **changes)


def another_of(row: EvidenceFile, **changes: Any) -> EvidenceFile:
    return an_evidence_file(update=row.update, **changes)


def a_late_evidence(**changes: Any) -> LateEvidence:
    update = builders.an_update(UpdateState.SUBMITTED)
    file = an_evidence_file(update=update)
    usual = {"file": file, "revision": builders.text_in_work(update), "sha256": file.sha256}
    return LateEvidence.objects.create(**{**usual, **changes})


ILLEGAL_EVIDENCE: Final[dict[str, Callable[[], object]]] = {
    "evidencefile_one_in_a_place": lambda: another_of(an_evidence_file()),
    "evidencefile_five_places": lambda: an_evidence_file(place=6),
    "evidencefile_content_once": lambda: another_of(row := an_evidence_file(), place=2, sha256=row.sha256),
    "evidencefile_scan_once": lambda: another_of(row := a_scan(), place=None, sha256=row.sha256),
    "evidencefile_kept_once": lambda: an_evidence_file(stored_as=an_evidence_file().stored_as),
    "evidencefile_scan_is_never_withdrawn": lambda: a_scan(
        withdrawn_by=cast.reporter().person, withdrawn_at=NOW, withdrawal_reason="错了"
    ),
    "evidencefile_has_name": lambda: an_evidence_file(name=""),
    "evidencefile_kind_is_known": lambda: an_evidence_file(media_type="text/html"),
    "evidencefile_not_empty": lambda: an_evidence_file(size=0),
    "evidencefile_hash_is_whole": lambda: an_evidence_file(sha256="x" * 64),
    "lateevidence_hash_is_whole": lambda: a_late_evidence(sha256="x" * 64),
    "evidencefile_withdrawn_with_reason": lambda: an_evidence_file(
        withdrawn_by=cast.reporter().person, withdrawn_at=NOW
    ),
}
