"""Rare characters of names are read back from every kind of document, wherever its typefaces stand.

In title (小标宋), headings (黑体, 楷体), body (仿宋) and tables (宋体); in the Word file too.
"""

import re
from dataclasses import replace
from html import unescape
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn

from measures.models import PeriodState
from measures.reports.word import word_file
from measures.summaries import PeriodSummary
from tests.measures.reports import every_kind, samples
from tests.measures.reports.reading import text_of

pytestmark = pytest.mark.unmeasured("documents set by WeasyPrint and read again: the time is theirs")
RARE = "𠅤䶮㛃"
CASES = {"half gone", "stalled", "no progress", "longest"}
OF_WORD = ("status", "short", "brief", "department", "breakdown", "filing", "bulletin")
TAGS = re.compile(r"<head>.*?</head>|<title>[^<]*</title>|<[^>]+>", re.DOTALL)


@pytest.fixture(autouse=True)
def rare_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Policy, sections, measures and departments are called so; a few measures are enough."""
    names = {slug: tuple(f"{name}{RARE}" for name in both) for slug, both in samples.DEPARTMENTS.items()}
    rows = [(row[0], f"{row[1]}{RARE}", *row[2:]) for row in samples.MEASURES if row[5] in CASES]
    sections = {row[0] for row in rows}
    headed = [(place, f"{name}{RARE}") for place, name in samples.SECTIONS if place in sections]
    of_common_names = samples.summary

    def summary(state: PeriodState = PeriodState.OPEN) -> PeriodSummary:
        found = of_common_names(state)
        title = found.policy.title.replace("工人", f"工人{RARE}")
        return replace(found, policy=replace(found.policy, title=title))

    for name, rare in {
        "DEPARTMENTS": names,
        "MEASURES": rows,
        "SECTIONS": headed,
        "summary": summary,
    }.items():
        monkeypatch.setattr(samples, name, rare)


@pytest.mark.parametrize("kind", every_kind.documents_of(20))
def test_rare_characters_are_read_back_from_every_kind(kind: str) -> None:
    document = every_kind.documents_of(20, longest=60, updates=2)[kind]()
    said = "".join(unescape(TAGS.sub("", document.html())).split())
    texts = [text_of(document.pdf())]
    if kind in OF_WORD:
        word = docx.Document(BytesIO(word_file(document)))
        texts.append("".join(node.text for node in word.element.body.iter(qn("w:t"))))
    for text in texts:
        assert text.count(RARE) >= said.count(RARE) > 2
        assert {text.count(character) for character in RARE} == {text.count(RARE)}
    assert RARE in document.title or kind == "department"
