"""The style sheet of documents: no variable or sum is left for WeasyPrint to work out, and none is lost."""

import re

import pytest

from measures.reports import fonts, pdf
from measures.reports.style_sheet import worked_out

pytestmark = pytest.mark.once("a text is worked out")


def test_variables_and_sums_of_lengths_become_lengths() -> None:
    css = """
    :root { --line: calc(225mm / 22); --face: "仿宋", "楷体"; }
    /* calc(1mm + 1mm) in words stays out */
    h2 { padding: calc(2 * var(--line)) 3pt; text-indent: calc(-3 * (1mm + 2pt)); font: 16pt var(--face) }
    """
    found = " ".join(worked_out(css).split())
    lengths = [float(length) for length in re.findall(r"(-?[\d.]+)pt", found)]
    line = 225 / 25.4 * 72 / 22
    assert lengths == pytest.approx([2 * line, 3, -3 * (72 / 25.4 + 2), 16], abs=1e-5)
    assert 'font: 16pt "仿宋", "楷体"' in found
    assert "1mm" not in found


def test_sheet_of_documents_leaves_nothing_to_work_out() -> None:
    """A variable that stands elsewhere than in :root would be lost without a word."""
    whole = fonts.css_variables() + pdf.STYLES.read_text(encoding="utf-8")
    found = worked_out(whole)
    assert not [line for line in found.splitlines() if "--" in line or "var(" in line or "calc(" in line]
    assert found.count("{") == found.count("}") > 50


@pytest.mark.parametrize(
    "css", ["p { top: calc(1em + 1mm) }", "p { top: var(--unknown) }", "p { top: calc(1mm "]
)
def test_what_cannot_be_worked_out_is_refused(css: str) -> None:
    with pytest.raises((ValueError, KeyError, SyntaxError)):
        worked_out(css)
