"""The texts that tests read: the real one in both its states, and small ones made by hand."""

import json
from collections.abc import Iterable
from pathlib import Path

from measures.policytext import ParsedText, Problem, ProblemKind, decode, read_policy

ROOT = Path(__file__).resolve().parents[3]
RESTORED = ROOT / "fixtures" / "policies" / "skilled-workers-2019.txt"
URBAN_RENEWAL = ROOT / "fixtures" / "policies" / "urban-renewal-2020.txt"
AS_RECEIVED = Path(__file__).with_name("as-received.txt")

NAMES = {"市教育局": "市教育局", "市财政局": "市财政局", "市人社局": "市人力资源和社会保障局"}
NAMES |= {name: name for name in ("市人力资源和社会保障局", "团市委", "市总工会")}

TITLE = "关于做好某事的实施意见"
CLAUSE = "（牵头单位：市教育局；参与单位：市财政局）"
MEASURE = f"（一）做好某事。要做好。{CLAUSE}"


def departments(fixture: str = "departments") -> list[dict[str, object]]:
    rows = json.loads((ROOT / "fixtures" / f"{fixture}.json").read_text(encoding="utf-8"))
    return [row["fields"] for row in rows if row["model"] == "departments.department"]


def real_names() -> dict[str, str]:
    """Of the departments of both policies."""
    rows = departments() + departments("urban-renewal-departments")
    return {str(row["name"]): str(row["name"]) for row in rows}


def read_file(path: Path) -> ParsedText:
    return read_policy(decode(path.read_bytes()), real_names())


def a_text(*measures: str, front: Iterable[str] = (TITLE, "为做好某事，提出如下意见。")) -> str:
    """A policy of one section with these paragraphs."""
    return "\n\n".join([*front, "一、重点任务", *(measures or [MEASURE])]) + "\n"


def read(text: str) -> ParsedText:
    return read_policy(text, NAMES)


def read_measures(*measures: str) -> ParsedText:
    return read(a_text(*measures))


def kinds(parsed: ParsedText) -> list[ProblemKind]:
    return [problem.kind for problem in parsed.problems]


def only(parsed: ParsedText) -> Problem:
    """The one problem that there is."""
    (problem,) = parsed.problems
    return problem
