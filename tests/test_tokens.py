"""Can every text be read on the ground that it stands on: contrast after WCAG 2.1, from tokens.css itself."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static" / "css"
TOKENS = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", (CSS / "tokens.css").read_text(encoding="utf-8")))
GROUNDS = ("paper", "sheet", "sheet-tint", "band")
LIGHTS = ("green", "yellow", "red", "blue", "grey")
TEXTS = [
    *((ink, ground) for ink in ("ink", "ink-soft", "ink-faint", "ink-blue") for ground in GROUNDS),
    *((f"{light}", f"{light}-tint") for light in LIGHTS),
    *(("ink", f"{light}-fill") for light in LIGHTS),
    *(("red", ground) for ground in GROUNDS),
    ("ink", "highlight"),
    ("demo-ink", "demo"),
    ("ink-blue", "done"),
    ("ink-soft", "ahead"),
    *((ink, ground) for ink in ("frame-ink", "frame-ink-soft") for ground in ("frame", "frame-deep")),
]
# Edges of controls, focus rings, marks: WCAG asks for 3 here.
MARKS = [
    *(("rule-strong", ground) for ground in ("paper", "sheet")),
    *(("focus", ground) for ground in GROUNDS),
    ("frame-mark", "frame"),
    ("frame-mark", "frame-deep"),
    ("frame", "ahead"),
    ("green", "ahead"),
    ("red", "ahead"),
]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(TOKENS[one]), luminance(TOKENS[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    TOKENS.update({"black-for-test": "#000000", "white-for-test": "#ffffff"})
    assert contrast("black-for-test", "white-for-test") == pytest.approx(21)


@pytest.mark.parametrize(("ink", "ground"), TEXTS)
def test_text_stands_out_from_its_ground(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_mark_stands_out_from_its_ground(mark: str, ground: str) -> None:
    assert contrast(mark, ground) >= 3


def test_colours_are_named_in_one_file_only() -> None:
    """Print is black on white by its nature; every other sheet takes its colours from tokens.css."""
    sheets = [path for path in CSS.glob("*.css") if path.name not in {"tokens.css", "print.css"}]
    found = [(p.name, hit) for p in sheets for hit in re.findall(r"#[0-9a-f]{3,6}\b(?=[;\s])", p.read_text())]
    assert found == []


def test_every_variable_that_is_used_is_defined() -> None:
    defined = set(
        re.findall(r"--([\w-]+):", "".join(p.read_text(encoding="utf-8") for p in CSS.glob("*.css")))
    )
    used = set(
        re.findall(r"var\(--([\w-]+)", "".join(p.read_text(encoding="utf-8") for p in CSS.glob("*.css")))
    )
    assert used - defined == set()


@pytest.mark.parametrize("newer", [":has(", "@container", "dvh", ":is(", "subgrid", "color-mix(", "@layer"])
def test_sheets_ask_nothing_of_a_browser_that_chromium_86_lacks(newer: str) -> None:
    assert [path.name for path in CSS.glob("*.css") if newer in path.read_text(encoding="utf-8")] == []
