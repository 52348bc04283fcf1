"""Every portrait document on the page of GB/T 9704, to the millimetre."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest

from measures.reports.brief import brief
from measures.reports.bulletin import bulletin
from measures.reports.department import department_report
from measures.reports.documents import Document
from measures.reports.dossier import dossier_of
from measures.reports.filing import filing_record
from measures.reports.status import BRIEF, status_report
from tests.measures.reports import samples
from tests.measures.reports.reading import POINTS_A_MM, Line, fonts_of, pages_of_lines, reader, text_of

pytestmark = pytest.mark.unmeasured("documents set by WeasyPrint and read again: the time is theirs")
OPEN = samples.open_summary()
MADE: dict[str, Callable[[], Document]] = {
    "short": lambda: status_report(OPEN, demo=True, length=BRIEF),
    "department": lambda: department_report(OPEN, demo=True, department="zgh"),
    "filing": lambda: filing_record(OPEN, demo=True),
    "bulletin": lambda: bulletin(OPEN, demo=True),
    "brief": lambda: brief(OPEN, demo=True),
    "measure": lambda: dossier_of(samples.dossier(), demo=True),
}
TOP, BOTTOM, LEFT, RIGHT = (mm * POINTS_A_MM for mm in (37, 297 - 35, 28, 184))


CODE = re.compile(r"[一二三四五六]（")
PAGES_OF = {"brief": 1}


@pytest.fixture(scope="module", params=MADE)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def pdf(name: str) -> bytes:
    return MADE[name]().pdf()


def body(pdf: bytes) -> list[list[Line]]:
    """The lines of portrait pages, without notice and page number."""
    upright = [page.mediabox.height > page.mediabox.width for page in reader(pdf).pages]
    pages = [page for page, stands in zip(pages_of_lines(pdf), upright, strict=True) if stands]
    return [[line for line in page if TOP - 1 <= line.top < BOTTOM - 1] for page in pages]


def test_portrait_document_keeps_its_margins_and_straight_edges(name: str, pdf: bytes) -> None:
    lines = [line for page in body(pdf) for line in page]
    assert min(line.left for line in lines) == pytest.approx(LEFT, abs=0.5)
    assert max(line.right for line in lines) < RIGHT + 0.7
    size = 14 if PAGES_OF.get(name) == 1 else 16
    text = [[line for line in page if line.height == pytest.approx(size, abs=0.2)] for page in body(pdf)]
    # Every line that another line of its paragraph follows, and that did not give up a whole 「三（一）」.
    full = [
        first
        for page in text
        for first, second in pairwise(page)
        if abs(second.left - LEFT) < 1 and second.top - first.top < 2 * size and not CODE.match(second.text)
    ]
    assert len(full) >= 2
    assert max(abs(line.right - RIGHT) for line in full) < 0.7


def test_portrait_document_embeds_its_fonts_and_says_on_each_page_that_it_is_invented(pdf: bytes) -> None:
    assert all("/ToUnicode" in font for font in fonts_of(pdf))
    assert all("演示数据" in page.extract_text() for page in reader(pdf).pages)
    assert "编制说明" in text_of(pdf)
