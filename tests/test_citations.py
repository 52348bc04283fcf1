"""Does every citation of a rule or a decision, in code, templates and papers, lead somewhere?

A rule is cited as docs/domain.md with its number, a decision as docs/decisions/ with four digits. No other
form is allowed.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

pytestmark = pytest.mark.unmeasured("reads the source and runs little of it")

ROOT = Path(__file__).resolve().parent.parent
DOMAIN = ROOT / "docs" / "domain.md"
DECISIONS = ROOT / "docs" / "decisions"
FOLDERS = ("departments", "docs", "langfang_policy", "measures", "script", "static", "templates", "tests")
SUFFIXES = {"", ".css", ".html", ".js", ".md", ".py", ".sh", ".toml", ".txt", ".yaml", ".yml"}

HEADING = re.compile(r"^##+ (\d+(?:\.\d+)?) \S", re.MULTILINE)
NUMBER = re.compile(r"\b\d{1,2}\.\d{1,2}\b")
RULE = re.compile(r"docs/domain\.md(?: (\d+(?:\.\d+)?)\b)?")
DECISION = re.compile(r"docs/decisions/(\d*)")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)")
# "domain, section 3", "Domain §6", "domain, 7", "decision 0016": what the two forms above replace.
OTHER_FORMS = re.compile(
    r"\bdomain[,:]?\s+(?:sections?\s+|§\s*)?\d|\bdomain[,:]?\s+§|(?<!docs/)(?<!\()\bdecisions?[ /]\d{4}",
    re.IGNORECASE,
)
# In code a citation always names a rule; papers and what comes before them may also point to the whole.
NUMBERED = {".py", ".html", ".css", ".js"}


def texts() -> Iterator[tuple[Path, str]]:
    """Every file of ours that is written by hand, except this one, which holds wrong citations on purpose."""
    own = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*"))]
    for path in [*own, *sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("*.toml"))]:
        skipped = path == Path(__file__) or {"migrations", "__pycache__"} & set(path.parts)
        if path.is_file() and path.suffix in SUFFIXES and not skipped:
            yield path, path.read_text(encoding="utf-8")


def rules() -> list[str]:
    return HEADING.findall(DOMAIN.read_text(encoding="utf-8"))


def decisions() -> set[str]:
    return {path.name[:4] for path in DECISIONS.glob("*.md")}


def unresolved(text: str, *, numbered: bool) -> list[str]:
    """The citations in a text that lead nowhere, and those in another form than the two."""
    known = rules()
    wrong = [found[0] for found in OTHER_FORMS.finditer(text)]
    wrong += [found[0] for found in RULE.finditer(text) if (found[1] or numbered) and found[1] not in known]
    return wrong + [
        found[0]
        for found in DECISION.finditer(text)
        if (found[1] or numbered) and found[1] not in decisions()
    ]


def test_citations_lead_to_a_rule_or_a_decision() -> None:
    wrong = {
        str(path.relative_to(ROOT)): found
        for path, text in texts()
        if (found := unresolved(text, numbered=path.suffix in NUMBERED))
    }
    assert wrong == {}


def test_citations_are_found_where_there_are_some() -> None:
    """A pattern that finds nothing would let everything pass."""
    cited = [path for path, text in texts() if RULE.search(text) and path.suffix in NUMBERED]
    assert ROOT / "measures" / "lights.py" in cited
    assert any(path.suffix == ".html" for path in cited)


@pytest.mark.parametrize(
    "text",
    [
        "see docs/domain.md 4.99",
        "see docs/domain.md 99",
        "see docs/domain.md",
        "see docs/decisions/9999",
        "see docs/decisions/",
        "Rules: domain, sections 3 and 9",
        "(design: domain, §6)",
        "who speaks (domain, 7)",
        "one test for each rule of domain section 5",
        "see decision 0016",
        "see decisions/0016",
    ],
)
def test_citation_that_leads_nowhere_or_in_another_form_is_found(text: str) -> None:
    assert unresolved(text, numbered=True)


@pytest.mark.parametrize(
    "text", ["docs/domain.md 4", "docs/domain.md 6.4, docs/decisions/0015.", "the domain"]
)
def test_citation_of_a_rule_or_a_decision_is_let_through(text: str) -> None:
    assert unresolved(text, numbered=True) == []


def test_rules_are_numbered_without_a_gap() -> None:
    """A number that is skipped or used twice would send a citation to the wrong rule."""
    parts = [tuple(int(part) for part in rule.split(".")) for rule in rules()]
    assert parts[0] == (1,)
    for last, rule in pairwise(parts):
        follows = {(last[0] + 1,), (*last, 1)} if len(last) == 1 else {(last[0] + 1,), (last[0], last[1] + 1)}
        assert rule in follows


def test_rules_cite_each_other_by_numbers_that_exist() -> None:
    numbers = set(NUMBER.findall(DOMAIN.read_text(encoding="utf-8")))
    assert numbers - set(rules()) == set()


def test_decisions_are_numbered_once_and_say_their_number() -> None:
    papers = sorted(DECISIONS.glob("*.md"))
    assert len(papers) == len(decisions())
    assert [
        path.name for path in papers if not path.read_text(encoding="utf-8").startswith(f"# {path.name[:4]} ")
    ] == []


def test_links_between_papers_lead_to_files() -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path, text in texts()
        if path.suffix == ".md"
        for target in LINK.findall(text)
        if not (path.parent / target).exists()
    ]
    assert broken == []
