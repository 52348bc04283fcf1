"""What does a PDF hold, as a reader's own programs see it?"""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from io import BytesIO
from typing import Any

from pypdf import PdfReader

LINE = re.compile(
    r'<line xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</line>', re.DOTALL
)
WORD = re.compile(r">([^<]+)</word>")
POINTS_A_MM = 72 / 25.4


@dataclass(frozen=True)
class Line:
    """Measured in points from the top left corner of the page."""

    left: float
    right: float
    top: float
    text: str
    height: float = 0.0


@lru_cache(maxsize=2)  # a test asks for the same document several times
def pages_of_lines(pdf: bytes) -> list[list[Line]]:
    xml = subprocess.run(
        ["pdftotext", "-bbox-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    return [list(_lines(page)) for page in xml.split("<page ")[1:]]


def _lines(page: str) -> Iterator[Line]:
    for left, top, right, bottom, words in LINE.findall(page):
        text = unescape("".join(WORD.findall(words)))
        yield Line(float(left), float(right), float(top), text, float(bottom) - float(top))


@lru_cache(maxsize=2)
def text_of(pdf: bytes) -> str:
    """All text, without white space."""
    return "".join("".join(page.extract_text() for page in reader(pdf).pages).split())


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def bookmarks(pdf: bytes) -> list[tuple[int, str]]:
    """(level from 1, title) in reading order."""
    found: list[tuple[int, str]] = []

    def walk(entries: list[Any], level: int) -> None:
        for entry in entries:
            if isinstance(entry, list):
                walk(entry, level + 1)
            else:
                found.append((level, str(entry.title)))

    walk(reader(pdf).outline, 1)
    return found


def tags_of(pdf: bytes) -> list[dict[str, Any]]:
    """What the structure tree holds, in its order."""
    root: Any = reader(pdf).trailer["/Root"]
    return list(_tags_below(root["/StructTreeRoot"]))


def _tags_below(node: Any) -> Iterator[dict[str, Any]]:
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from _tags_below(child)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from _tags_below(node["/K"])


def fonts_of(pdf: bytes) -> list[dict[str, Any]]:
    """Every font object of the file, resolved."""
    fonts: dict[int, dict[str, Any]] = {}
    for page in reader(pdf).pages:
        resources: Any = page["/Resources"]
        for reference in resources["/Font"].values():
            fonts[reference.idnum] = reference.get_object()
    return list(fonts.values())
