"""Lines of Chinese that reach the margin, and what happens with a WeasyPrint that nobody tried."""

import logging

import pytest
import weasyprint
from weasyprint.layout import inline

from measures.reports import justify
from measures.reports.pdf import render_pdf
from tests.measures.reports.reading import POINTS_A_MM, Line, pages_of_lines
from tests.measures.reports.test_pdf import CREATED, page_of

RIGHT = 184 * POINTS_A_MM


def lines_of(body: str) -> list[Line]:
    html = page_of(body)
    pages = pages_of_lines(render_pdf(html, title="题", identifier="x", created=CREATED))
    return [line for line in pages[0] if not line.text.startswith("—")]


def test_line_shortened_by_a_bracket_is_widened() -> None:
    # 「（」 may not end a line and goes down, so that 27 characters stand for 28.
    first = lines_of(f'<p class="flush">{"国" * 27}（国）{"国" * 20}</p>')[0]

    assert first.text == "国" * 27
    assert first.right == pytest.approx(RIGHT, abs=0.7)


def test_line_of_several_faces_is_widened_as_one() -> None:
    first = lines_of(f'<p><span class="lead">{"国" * 10}</span><em>{"国" * 15}</em>（{"国" * 20}）</p>')[0]

    assert first.right == pytest.approx(RIGHT, abs=0.7)


def test_last_line_of_a_paragraph_stays_as_it_is() -> None:
    last = lines_of(f'<p class="flush">{"国" * 30}</p>')[-1]

    assert last.right == pytest.approx(28 * POINTS_A_MM + 2 * 156 * POINTS_A_MM / 28, abs=0.7)


def test_gap_has_a_limit() -> None:
    # A word that cannot be broken would otherwise pull the characters before it far apart.
    first = lines_of(f'<p class="flush">{"国" * 14}{"abcdefgh" * 4}</p>')[0]

    assert first.text == "国" * 14
    assert first.right == pytest.approx((28 + 14 * 156 / 28) * POINTS_A_MM, abs=0.7), "not widened at all"


def test_line_that_gave_up_a_code_does_not_fall_apart() -> None:
    codes = "、".join(["三（二）"] * 12)
    lines = [
        line for line in lines_of(f"<p>截至2020年7月10日，未报送12条：{codes}。</p>") if "三" in line.text
    ]

    assert len(lines) == 3
    for line in lines:
        assert (line.right - line.left) / len(line.text) < 16 * 1.01


def test_line_that_gave_up_a_rate_reaches_the_margin() -> None:
    # 「（76/92）；」 goes down whole, so that three characters are missing.
    first = lines_of(f'<p class="flush">{"国" * 22}82.6%（76/92）；{"国" * 20}</p>')[0]

    assert first.text == f"{'国' * 22}82.6%"
    assert first.right == pytest.approx(RIGHT, abs=0.7)


def test_line_breaks_beside_a_quotation() -> None:
    # What stands before a quotation or behind it would go down with it.
    lines = lines_of(f'<p class="flush">{"国" * 26}课；“工匠学院”{"国" * 19}，“匠”国{"国" * 20}</p>')

    assert [line.text[-2:] for line in lines[:2]] == ["课；", "国，"]
    assert lines[2].text.startswith("“匠”国")


def test_latin_line_is_widened_at_its_spaces() -> None:
    first = lines_of(f"<p>{'policy tracking ' * 12}</p>")[0]

    assert first.right == pytest.approx(RIGHT, abs=2)


def test_line_without_a_place_to_widen_is_left_alone() -> None:
    assert justify.stretchable_count("82.6%") == 0
    first = lines_of('<p class="flush">a<br>b</p>')[0]

    assert first.text == "a"


def test_picture_in_a_line_moves_along() -> None:
    picture = '<svg class="mark" viewBox="0 0 20 20"><path d="M1 1H19V19H1z"/></svg>'
    lines = lines_of(f'<p class="flush">{"国" * 13}{picture}{"国" * 13}（国）{"国" * 9}</p>')

    assert max(line.right for line in lines if line.top == lines[0].top) == pytest.approx(RIGHT, abs=0.7)


def test_unknown_version_keeps_its_ragged_lines(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    own = inline.justify_line
    monkeypatch.setattr(inline, "justify_line", own)
    monkeypatch.setattr(weasyprint, "__version__", "71.0")

    with caplog.at_level(logging.WARNING):
        assert justify.install() is False
    assert inline.justify_line is own
    assert "lines of Chinese stay ragged" in caplog.text
