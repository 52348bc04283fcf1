"""What does an official text say, and what in it cannot be relied on?

It reads 一、… then （一）… then the clause that ends the measure. A problem does not stop the reading: the
outline shows what was understood, the problems show what was not. It never guesses and never raises.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from measures.numerals import LARGEST, NUMERAL, chinese_numeral, number_of
from measures.policytext.clauses import Bracket, ending_clause, read_clause, stray_clauses
from measures.policytext.damage import find_damage, find_pinyin
from measures.policytext.front import TITLE_LIMIT, read_front
from measures.policytext.lines import Line, split
from measures.policytext.outline import Clause, MeasureOutline, Outline, SectionOutline
from measures.policytext.problems import Problem, ProblemKind, problem_at

GENERAL_REQUIREMENTS = "总体要求"

_SECTION = re.compile(rf"({NUMERAL})、(.*)")
_ITEM = re.compile(rf"[（(]({NUMERAL})[）)]")
# A heading with a wrong mark: 二，… 2、… It is reported, and read as the section that was meant.
_MISWRITTEN_SECTION = re.compile(
    rf"({NUMERAL}|[0-9０-９]{{1,3}})(?:\s*[、,，.．:：)）。]+\s*|\s+)([^。]{{1,{TITLE_LIMIT}}})"
)
# The end of a sentence, perhaps with a remark in brackets. A colon in the brackets means a source or an
# editor （来源：某网）（责任编辑：某人）, which does not belong to the text.
_FINISHED = re.compile(r"[。！？…][。”’」』]*\s*([（(][^（()）:：]*[）)])?$")
_PARAGRAPH_END = re.compile(r"[。！？…；;：:][”’」』）)]*$")
# How many characters are quoted of a text that breaks off.
_TAIL = 20


@dataclass(frozen=True)
class ParsedText:
    """The text may be stored only when there are no problems."""

    outline: Outline
    problems: tuple[Problem, ...]


@dataclass
class _Item:
    """A numbered paragraph and those that follow it; `start` is where its words begin."""

    ordinal: int
    start: int
    lines: list[Line]


@dataclass
class _Part:
    """A numbered heading, the paragraphs below it that have no number, and those that have."""

    ordinal: int
    title: str
    heading: Line
    loose: list[Line] = field(default_factory=list)
    items: list[_Item] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_general(self) -> bool:
        return self.title == GENERAL_REQUIREMENTS


def read_policy(text: str, known_names: Mapping[str, str]) -> ParsedText:
    """Reads a text. `known_names` maps every name and alias of a department to the one it means."""
    lines = split(text)
    problems = find_damage(lines) + find_pinyin(lines)
    front_lines, parts = _grouped([line for line in lines if line.text])
    problems += [problem for part in parts for problem in part.problems]
    front, found = read_front(front_lines)
    problems += found + _outside(front_lines)
    problems += _jumps((part.ordinal, part.heading, f"{chinese_numeral(part.ordinal)}、") for part in parts)
    general = ""
    if parts and parts[0].is_general:
        general = "\n".join(line.text for line in parts[0].loose)
        problems += [_loose(item.lines[0], "“总体要求”中不应有编号举措。") for item in parts.pop(0).items]
    sections = []
    for part in parts:
        section, found = _read_part(part, known_names)
        sections.append(section)
        problems += found
    if not sections:
        problems.append(problem_at(ProblemKind.HEADING, lines[0], "没有读到任何部分（“一、……”）和举措。"))
    outline = Outline(
        front.title,
        front.status,
        front.basis,
        front.preamble,
        general,
        tuple(sections),
        front.notice,
    )
    return ParsedText(outline, tuple(sorted(problems, key=lambda problem: (problem.line, problem.column))))


def _grouped(lines: Sequence[Line]) -> tuple[list[Line], list[_Part]]:
    front: list[Line] = []
    parts: list[_Part] = []
    for place, line in enumerate(lines):
        item = _ITEM.match(line.text)
        if part := _part_begun_by(line) or _miswritten_part(line, lines[place + 1 : place + 2]):
            parts.append(part)
        elif not parts:
            front.append(line)
        elif item and (number := number_of(item[1])):
            parts[-1].items.append(_Item(number, item.end(), [line]))
        elif parts[-1].items:
            parts[-1].items[-1].lines.append(line)
        else:
            parts[-1].loose.append(line)
    return front, parts


def _part_begun_by(line: Line) -> _Part | None:
    section = _SECTION.fullmatch(line.text)
    number = number_of(section[1]) if section else None
    return _Part(number, section[2].strip(), line) if section and number else None


def _miswritten_part(line: Line, following: Sequence[Line]) -> _Part | None:
    """A short line with a number, right before （一）, is meant as a heading; elsewhere it belongs to a list.

    总体要求 is a heading anywhere, because no measure follows it.
    """
    section = _MISWRITTEN_SECTION.fullmatch(line.text)
    item = _ITEM.match(following[0].text) if following else None
    before_one = item is not None and number_of(item[1]) == 1
    if section is None or not (before_one or section[2] == GENERAL_REQUIREMENTS):
        return None
    number = int(section[1]) if section[1].isdigit() else number_of(section[1])
    if not number:
        return None
    message = f"像是部分标题，应写作“{chinese_numeral(min(number, LARGEST))}、{section[2]}”。"
    return _Part(number, section[2], line, problems=[problem_at(ProblemKind.HEADING, line, message)])


def _outside(front: Iterable[Line]) -> list[Problem]:
    """Numbered paragraphs before the first section: their heading is missing."""
    numbered = (line for line in front if (item := _ITEM.match(line.text)) and number_of(item[1]))
    return [_loose(line, "这一条举措之前没有“一、……”这样的部分标题。") for line in numbered]


def _loose(line: Line, message: str) -> Problem:
    return problem_at(ProblemKind.LOOSE_TEXT, line, message)


def _jumps(numbered: Iterable[tuple[int, Line, str]]) -> list[Problem]:
    """Numbers run from 1 without a gap; each jump is reported once.

    Counting goes on from the wrong number, unless the next number shows that only this one was wrong.
    """
    rows, problems, expected = list(numbered), [], 1
    following = [ordinal for ordinal, _line, _mark in rows[1:]]
    for (ordinal, line, mark), after in zip_longest(rows, following):
        if ordinal != expected:
            message = f"编号应为{chinese_numeral(expected)}，实为{chinese_numeral(ordinal)}。"
            problems.append(problem_at(ProblemKind.NUMBERING, line, message, 0, len(mark)))
        expected = min((expected if after == expected + 1 else ordinal) + 1, LARGEST)
    return problems


def _read_part(part: _Part, known_names: Mapping[str, str]) -> tuple[SectionOutline, list[Problem]]:
    problems = _heading_problems(part)
    problems += [
        _loose(line, "这段文字在部分标题之下、第一条举措之前，不属于任何举措。") for line in part.loose
    ]
    marks = ((item.ordinal, item.lines[0], f"（{chinese_numeral(item.ordinal)}）") for item in part.items)
    problems += _jumps(marks)
    measures = []
    for item in part.items:
        measure, found = _read_item(item, known_names)
        measures.append(measure)
        problems += found
    return SectionOutline(part.ordinal, part.title, tuple(measures)), problems


def _heading_problems(part: _Part) -> list[Problem]:
    faults = []
    if not part.title or "。" in part.title or len(part.title) > TITLE_LIMIT:
        faults.append(f"部分标题应独占一行，不为空、不含句号、不超过{TITLE_LIMIT}字。")
    if not part.items:
        faults.append("这一部分没有读到任何举措（“（一）……”）。")
    return [problem_at(ProblemKind.HEADING, part.heading, fault) for fault in faults]


def _read_item(item: _Item, known_names: Mapping[str, str]) -> tuple[MeasureOutline, list[Problem]]:
    own, bracket, beyond = _extent(item.lines)
    problems = [
        _loose(line, "这段文字在举措之后，不属于任何举措（网页转载的附言请删去）。") for line in beyond
    ]
    clause: Clause | None = None
    if bracket:
        clause, found = read_clause(bracket, known_names)
        problems += found
    bodies, strays = [], []
    for line in own:
        end = bracket.start if bracket and line is bracket.line else len(line.text)
        strays += stray_clauses(line, end)
        bodies.append(line.text[item.start if line is own[0] else 0 : end].strip())
    if not strays:
        problems += _breaks(own, bracket, bodies)
    title, text, found = _title_and_text(item, bodies)
    return MeasureOutline(item.ordinal, title, text, clause), problems + strays + found


def _breaks(own: Sequence[Line], bracket: Bracket | None, bodies: Sequence[str]) -> list[Problem]:
    """Where a paragraph stops before its sentence does. Several belong to a measure only by its clause."""
    if bracket:
        return [_broken(line) for line in own[:-1] if not _PARAGRAPH_END.search(line.text)]
    is_whole = not bodies[-1] or _FINISHED.search(own[-1].text)
    return [] if is_whole else [_unfinished(own[-1])]


def _broken(line: Line) -> Problem:
    message = "这一段没有写完就换行了：多半是一段文字被断成两行，请接上。"
    return problem_at(ProblemKind.UNFINISHED, line, message, max(len(line.text) - _TAIL, 0))


def _unfinished(line: Line) -> Problem:
    message = "没有责任条款的举措应以句号结尾：文字可能不全，或者后面带有别的文字。"
    return problem_at(ProblemKind.UNFINISHED, line, message, max(len(line.text) - _TAIL, 0))


def _extent(lines: Sequence[Line]) -> tuple[Sequence[Line], Bracket | None, Sequence[Line]]:
    """The measure's own paragraphs, its clause, and the paragraphs after it.

    A measure is one paragraph, or it runs to the paragraph that ends in a labelled clause: only the clause
    shows that the paragraphs between belong to it.
    """
    first = ending_clause(lines[0])
    if first:
        return lines[:1], first, lines[1:]
    for place, line in enumerate(lines):
        bracket = ending_clause(line)
        if bracket and bracket.labelled:
            return lines[: place + 1], bracket, lines[place + 1 :]
    return lines[:1], None, lines[1:]


def _title_and_text(item: _Item, bodies: Sequence[str]) -> tuple[str, str, list[Problem]]:
    """The title ends at the first 。 of the first paragraph; the rest is the text."""
    line = item.lines[0]
    title, _, rest = bodies[0].partition("。")
    text = "\n".join(body for body in (rest.strip(), *bodies[1:]) if body)
    problems = []
    if not title or len(title) > TITLE_LIMIT:
        message = f"举措标题（到第一个句号为止）不应为空，也不应超过{TITLE_LIMIT}字。"
        problems.append(problem_at(ProblemKind.HEADING, line, message))
    following = chinese_numeral(min(item.ordinal + 1, LARGEST))
    for swallowed in re.finditer(rf"[。）)]\s*([（(]{following}[）)])", line.text):
        message = f"（{following}）在一段文字中间，可能少了换行。"
        problems.append(problem_at(ProblemKind.NUMBERING, line, message, swallowed.start(1)))
    return title, text, problems
