"""Who answers for a measure? Reads the bracket that ends it: （牵头单位：甲、乙；参与单位：丙）.

A clause is read whole or not at all. What only begins like a clause is a problem, never "nobody named".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from measures.models import LeadMode
from measures.policytext.lines import Line
from measures.policytext.outline import Clause
from measures.policytext.pinyin import simplified
from measures.policytext.problems import Problem, ProblemKind, problem_at

LEAD_LABELS = ("牵头单位", "责任单位")
PARTICIPANT_LABEL = "参与单位"
SEPARATELY = "分别牵头负责"
# A clause is stored in one field of this size.
CLAUSE_LIMIT = 400

_LABEL = "(?:牵头|责任|参与|参加|配合|主办|协办|承办|负责)(?:单位|部门)"
# Where one of these words stands, a clause was meant.
_MEANT = re.compile(rf"[（(〔［【\[]\s*{_LABEL}|{_LABEL}\s*[:：]")
# At the very end of a text less is enough to mean a clause. 负责人 is a person and does not count.
_MEANT_AT_END = re.compile(rf"{_LABEL}|牵头|负责(?!人)")
_OPEN, _CLOSE = "（(", "）)"
_GROUP = re.compile(r"\s*(\w+)\s*[:：](.*)", re.DOTALL)


@dataclass(frozen=True)
class Bracket:
    """line.text[start:end], brackets included."""

    line: Line
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.line.text[self.start : self.end]

    @property
    def labelled(self) -> bool:
        return _MEANT.match(simplified(self.text)) is not None


@dataclass(frozen=True)
class Name:
    """The name of a department as the clause has it, and its place in the line."""

    text: str
    start: int


def ending_clause(line: Line) -> Bracket | None:
    """The bracket that ends the line, if it is meant as a clause. A full stop after it is ignored here;
    `read_clause` reports it.
    """
    end = len(line.text.rstrip("。；;. \t\u3000"))
    start = _opening(line.text, end)
    if start is None:
        return None
    meant = _MEANT_AT_END.search(simplified(line.text[start:end]))
    return Bracket(line, start, end) if meant else None


def _opening(text: str, end: int) -> int | None:
    """Where the bracket opens that closes just before `end`; brackets may be nested."""
    depth = 0
    for place in range(end - 1, -1, -1):
        depth += (text[place] in _CLOSE) - (text[place] in _OPEN)
        if depth <= 0:
            return place if text[place] in _OPEN else None
    return None


def stray_clauses(line: Line, end: int) -> list[Problem]:
    """The first place before line.text[end] that looks like a clause, where no clause belongs.

    A bracket without its other half may have been one and is reported too.
    """
    match = _MEANT.search(simplified(line.text[:end]))
    place = match.start() if match else _unpaired(line.text[:end])
    if place is None:
        return []
    message = "此处像是责任条款，但不是举措末尾的完整括注，无法读出。"
    return [problem_at(ProblemKind.UNREADABLE_CLAUSE, line, message, place, end)]


def _unpaired(text: str) -> int | None:
    """The place of a bracket without its other half: one that opens, or one at the very end.

    Elsewhere in a text a lone ） belongs to a list, as in 1）, or is damage that is reported elsewhere.
    """
    opened: list[int] = []
    for place, character in enumerate(text):
        if character in _OPEN:
            opened.append(place)
        elif character in _CLOSE and opened:
            opened.pop()
        elif character in _CLOSE and place == len(text) - 1:
            return place
    return opened[-1] if opened else None


def read_clause(bracket: Bracket, known_names: Mapping[str, str]) -> tuple[Clause, list[Problem]]:
    """The clause and everything that is wrong with it. Known names map to the department they mean."""
    groups = _groups(bracket)
    if fault := _form_fault(bracket, [label for label, _ in groups]):
        return _unreadable(bracket, fault)
    names = [list(_names(body)) for _, body in groups]
    separate = _strip_separately(names[0])
    leads, participants = names[0], names[1] if len(names) > 1 else []
    if fault := _names_fault(leads, participants, separate=separate):
        return _unreadable(bracket, fault)
    mode = _lead_mode(leads, separate=separate)
    clause = Clause(bracket.text, groups[0][0], mode, _texts(leads), _texts(participants))
    return clause, list(_name_problems(bracket.line, [*leads, *participants], known_names))


def _unreadable(bracket: Bracket, fault: str) -> tuple[Clause, list[Problem]]:
    """The clause word for word, without mode and names, and why."""
    message = f"责任条款无法读出：{fault}。"
    where = bracket.line, message, bracket.start, bracket.end
    return Clause(bracket.text), [problem_at(ProblemKind.UNREADABLE_CLAUSE, *where)]


def _lead_mode(leads: list[Name], *, separate: bool) -> LeadMode:
    if separate:
        return LeadMode.SEPARATE
    return LeadMode.SINGLE if len(leads) == 1 else LeadMode.JOINT


def _texts(names: list[Name]) -> tuple[str, ...]:
    return tuple(name.text for name in names)


def _groups(bracket: Bracket) -> list[tuple[str, Name]]:
    """The parts between semicolons as (label, what follows its colon); the label may be empty."""
    groups = []
    for part in re.finditer("[^；;]*", bracket.text[1:-1]):
        offset = bracket.start + 1 + part.start()
        if match := _GROUP.fullmatch(part[0]):
            groups.append((match[1], Name(match[2], offset + match.start(2))))
        elif part[0]:
            groups.append(("", Name(part[0], offset)))
    return groups


def _form_fault(bracket: Bracket, labels: list[str]) -> str:
    if bracket.end != len(bracket.line.text):
        return "括注之后还有文字"
    if len(bracket.text) > CLAUSE_LIMIT:
        return f"超过{CLAUSE_LIMIT}字"
    if not labels or labels[0] not in LEAD_LABELS:
        return "开头应为“牵头单位：”或“责任单位：”"
    if labels[1:] not in ([], [PARTICIPANT_LABEL]):
        return "分号之后应为“参与单位：”，且只有一组"
    return ""


def _names_fault(leads: list[Name], participants: list[Name], *, separate: bool) -> str:
    if not all(name.text for name in (*leads, *participants)):
        return "单位名称有空缺"
    if separate and len(leads) == 1:
        return "只有一个单位，却写“分别牵头负责”"
    return ""


def _names(body: Name) -> Iterator[Name]:
    start = body.start
    for part in body.text.split("、"):
        yield Name(part.strip(), start + len(part) - len(part.lstrip()))
        start += len(part) + 1


def _strip_separately(leads: list[Name]) -> bool:
    """Removes 分别牵头负责 from the last lead and returns whether it was there."""
    last = leads[-1]
    leads[-1] = Name(last.text.removesuffix(SEPARATELY).rstrip(), last.start)
    return last.text.endswith(SEPARATELY)


def _name_problems(line: Line, names: list[Name], known_names: Mapping[str, str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for name in names:
        place = name.start, name.start + len(name.text)
        department = known_names.get(name.text)
        if department is None:
            message = f"“{name.text}”不在单位名录中，也不是已登记的别名。"
            yield problem_at(ProblemKind.UNKNOWN_DEPARTMENT, line, message, *place)
        elif department in seen:
            message = f"“{name.text}”在同一责任条款中出现不止一次。"
            yield problem_at(ProblemKind.REPEATED_DEPARTMENT, line, message, *place)
        else:
            seen.add(department)
