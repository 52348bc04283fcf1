"""What does an issued report say of where it can be verified?"""

import pytest
from django.conf import LazySettings

from measures.models.issuing import printed_digest
from measures.reports.issuing import issued_document
from measures.workflow.issuing import Numbered
from tests.measures import issued_reports

pytestmark = [pytest.mark.django_db, pytest.mark.once("words of a document around loaded rows")]


def test_issued_report_says_at_which_address_its_hash_is_verified(settings: LazySettings) -> None:
    """An address of this machine alone helps no reader of paper; no hash depends on where the site is."""
    draft = issued_reports.signed()
    said = []
    for address in ("https://tracker.example.gov.cn", "http://127.0.0.1:8001", "http://localhost:8000"):
        settings.SITE_URL = address
        sha256 = printed_digest(draft, 2020, 1)
        numbered = Numbered(draft, 2020, 1, issued_reports.NOW, sha256)
        words = dict(issued_document(numbered, demo=False).facts)["核验"]
        said.append((sha256, words.removeprefix(f"SHA-256 {sha256}，")))
    assert len({sha256 for sha256, _words in said}) == 1
    assert [words for _sha256, words in said] == [
        "可在本系统“核验文件”页面（https://tracker.example.gov.cn/verify/）凭文件或此摘要核验",
        "可在本系统“核验文件”页面凭文件或此摘要核验",
        "可在本系统“核验文件”页面凭文件或此摘要核验",
    ]
