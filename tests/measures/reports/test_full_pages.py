"""No page is less than two thirds full before the last, and no row is cut that could move: every kind of
document, about 20 measures and about 200. Asked of the boxes that WeasyPrint lays out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest

from measures.reports import one_page, pdf
from measures.reports.documents import Document
from tests.measures.reports.every_kind import documents_of

pytestmark = [
    pytest.mark.once("pages are laid out without a database"),
    pytest.mark.unmeasured("the time goes into WeasyPrint; what a document says is measured"),
]

# Of 200 measures the ledger is the annex of the status report, and a short report has the same parts.
KINDS = {
    20: ("status", "short", "department", "measure", "ledger", "breakdown", "filing", "bulletin"),
    200: ("status", "department", "measure", "breakdown", "filing", "bulletin"),
}
# Characters of a text and updates of a measure, at most.
MOST = {20: (1400, 12), 200: (140, 2)}


@dataclass
class Page:
    """How full it is, the rows that stand on it whole or in part and where each begins, and the annexes."""

    full: float
    rows: dict[Any, float]
    annexes: set[Any]


def pages_of(document: Document) -> list[Page]:
    return [_page(page._page_box) for page in pdf._laid_out(document.html(), document.css).pages]


def _page(box: Any) -> Page:
    [content, *_margin_boxes] = box.children
    found = list(_boxes(content))
    lowest = max(child.position_y + child.height for child in found if hasattr(child, "text"))
    annexes = {child.element for child in found if "annex" in classes_of(child.element)}
    top = box.content_box_y()
    rows = {row.element: (row.position_y - top) / box.height for row in one_page.rows_of(content)}
    return Page((lowest - top) / box.height, rows, annexes)


def _boxes(box: Any) -> Iterator[Any]:
    yield box
    for child in getattr(box, "children", ()):
        yield from _boxes(child)


def classes_of(element: Any) -> list[str]:
    return (element.get("class") or "").split() if element is not None else []


@pytest.mark.parametrize(("measures", "kind"), [(size, kind) for size in KINDS for kind in KINDS[size]])
def test_no_page_is_less_than_two_thirds_full_and_no_row_cut_that_could_move(
    measures: int, kind: str
) -> None:
    pages = pages_of(documents_of(measures, *MOST[measures])[kind]())
    # An annex begins on a page of its own (GB/T 9704, 7.3.4): what stands before it ends where it ends.
    fullness = [page.full for page, after in pairwise(pages) if after.annexes <= page.annexes]
    assert min(fullness) >= 2 / 3
    cut = [(row, page.rows[row]) for page, after in pairwise(pages) for row in page.rows if row in after.rows]
    assert all("long" in classes_of(row) for row, _place in cut)
    assert all(place < 3 / 4 for _row, place in cut)
    # The sum of a table never stands with less than three of its rows.
    with_sum = [page for page in pages if any("total" in classes_of(row) for row in page.rows)]
    assert all(sum("entry" in classes_of(row) for row in page.rows) > 3 for page in with_sum)
