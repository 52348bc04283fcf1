"""What comes before 一、? The notice if there is one, the title, its status, the preamble and its basis.

A title is a line of its own that ends in the name of a kind of document. The second line （征求意见稿）
belongs to it, but is kept as the edition's status: `title` is stored without it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from measures.models import EditionStatus
from measures.policytext.lines import Line
from measures.policytext.outline import Consultation, Notice
from measures.policytext.problems import Problem, ProblemKind, problem_at

# The sizes of the fields in which they are stored.
TITLE_LIMIT = 120
NOTICE_LIMIT = 200

_DRAFT = "征求意见稿"
_KINDS = "(?:(?<!征求)(?<!反馈)(?<!提出)意见|办法|方案|规定|规则|细则|条例|决定|措施|规划|计划|要点|政策)"
_TITLE = re.compile(rf"[^。：:；;，,！!？?]{{2,}}{_KINDS}(?:[（(][^（()）]+[)）])?")
_NOTICE = re.compile(r".*(?:通知|公告|启事|函)")
_BRACKETED = re.compile(r"[（(]([^（()）]+)[)）]")
_TITLE_AND_STATUS = re.compile(rf"(.*?){_BRACKETED.pattern}")
_DOCUMENT_NUMBER = re.compile(r"(?:根据|按照|依据)?([\u4e00-\u9fff]{1,12}〔\d{4}〕\d{1,5}号)")

_START = re.compile(r"自(\d{4})年(\d{1,2})月(\d{1,2})日起")
_END = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日(?:前|以前|之前|止)")
_EMAIL = re.compile(r"[\w.+-]{1,60}@[\w-]{1,30}(?:\.[\w-]{1,10}){1,3}", re.ASCII)
_ADDRESS = re.compile(r"地址[:：]\s*([^\n]{1,120})")
_PHONE = re.compile(r"电话[:：]\s*([\d()（）+\-—、,，/ ]{5,40})")


@dataclass(frozen=True)
class Front:
    title: str = ""
    status: EditionStatus = EditionStatus.ISSUED
    basis: str = ""
    preamble: str = ""
    notice: Notice | None = None


def read_front(lines: Sequence[Line]) -> tuple[Front, list[Problem]]:
    """Reads the non-empty lines before the first section."""
    if not lines:
        return Front(), []
    starts, problems = _title_starts(lines)
    notice = None
    if starts:
        notice, found = _notice(lines[:starts])
        problems += found
    title, status, rest, found = _title(lines[starts:])
    if notice and _DRAFT in notice.title:
        status = (
            EditionStatus.DRAFT_FOR_COMMENT
        )  # the notice calls the text a draft even where the title does not
    preamble = "\n".join(line.text for line in rest)
    basis = "、".join(dict.fromkeys(_DOCUMENT_NUMBER.findall(preamble)))[:200]
    return Front(title, status, basis, preamble, notice), problems + found


def _title_starts(lines: Sequence[Line]) -> tuple[int, list[Problem]]:
    """The line of the title: the first, or after a notice the only one that looks like a title."""
    later = [place for place, line in enumerate(lines) if place and _TITLE.fullmatch(line.text)]
    if _NOTICE.fullmatch(lines[0].text) and later:
        return later[0], [
            _unclear(lines[place], "这一行也像题名，无法断定哪一行是题名。") for place in later[1:]
        ]
    return 0, []


def _unclear(line: Line, message: str) -> Problem:
    return problem_at(ProblemKind.TITLE, line, message)


def _title(lines: Sequence[Line]) -> tuple[str, EditionStatus, Sequence[Line], list[Problem]]:
    """Title, status, the lines that follow, and what is unclear about the title."""
    title, draft, rest = _title_and_draft(lines)
    problems = [_unclear(lines[0], fault) for fault in _title_faults(title, draft)]
    return title, EditionStatus.DRAFT_FOR_COMMENT if draft else EditionStatus.ISSUED, rest, problems


def _title_and_draft(lines: Sequence[Line]) -> tuple[str, str, Sequence[Line]]:
    """The title, what it calls the draft in brackets behind or below it, and the lines that follow.

    Other words in brackets are no status: they belong to the title, or to the text.
    """
    title, rest = lines[0].text, lines[1:]
    if behind := _TITLE_AND_STATUS.fullmatch(title):
        return (behind[1], behind[2], rest) if _is_draft(behind[2]) else (title, "", rest)
    below = _BRACKETED.fullmatch(rest[0].text) if rest else None
    if below and _is_draft(below[1]):
        return title, below[1], rest[1:]
    return title, "", rest


def _title_faults(title: str, draft: str) -> Iterator[str]:
    if draft not in {"", _DRAFT}:
        yield f"不认识的文稿状态“{draft}”，只认“{_DRAFT}”。"
    if not (_TITLE.fullmatch(title) or _NOTICE.fullmatch(title)):
        yield "这一行不像政策题名（题名应独占一行，以“意见”“办法”“方案”等结尾）。"
    elif len(title) > TITLE_LIMIT:
        yield f"题名超过{TITLE_LIMIT}字。"


def _is_draft(bracketed: str) -> bool:
    return bracketed.endswith(("稿", "草案"))


def _notice(lines: Sequence[Line]) -> tuple[Notice, list[Problem]]:
    heading = lines[0].text
    consultation, problems = _consultation(lines)
    if len(heading) > NOTICE_LIMIT:
        problems.append(_unclear(lines[0], f"通知标题超过{NOTICE_LIMIT}字。"))
    return Notice(heading, heading.partition("关于")[0].strip(), consultation), problems


def _consultation(lines: Sequence[Line]) -> tuple[Consultation, list[Problem]]:
    text = "\n".join(line.text for line in lines)
    start, end = _START.search(text), _END.search(text)
    begins = _day(start, None) if start else None
    ends = _day(end, begins) if end else None
    dated = [(match, day) for match, day in ((start, begins), (end, ends)) if match]
    wording = "；".join(dict.fromkeys(_phrase(text, match) for match, _ in dated))
    contact = [_first(pattern, text) for pattern in (_EMAIL, _ADDRESS, _PHONE)]
    consultation = Consultation(begins, ends, wording[:200], *contact)
    return consultation, [_undated(lines, phrase, fault) for phrase, fault in _date_faults(dated)]


def _date_faults(dated: Sequence[tuple[re.Match[str], date | None]]) -> list[tuple[str, str]]:
    """(words of the date, what is wrong) for a day that does not exist and for an end before its start."""
    days = [day for _, day in dated if day]
    if days != sorted(days):
        return [(dated[-1][0][0], "止日早于起日。")]
    return [(match[0], "日期有误或缺年份。") for match, day in dated if day is None]


def _day(match: re.Match[str], begins: date | None) -> date | None:
    """A date. Without a year it lies in the year of the start. None if there is no such day."""
    year, month, day = match.groups()
    try:
        if year is None:
            return begins and begins.replace(month=int(month), day=int(day))
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _phrase(text: str, match: re.Match[str]) -> str:
    """The words between two punctuation marks in which the date stands."""
    before = re.split("[，。；：,;:\n]", text[: match.start()])[-1]
    after = re.split("[，。；：,;:\n]", text[match.start() :])[0]
    return before + after


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[match.lastindex or 0].strip() if match else ""


def _undated(lines: Sequence[Line], wording: str, message: str) -> Problem:
    """Points at the line in which the date stands."""
    line = next(line for line in lines if wording in line.text)
    start = line.text.index(wording)
    return problem_at(ProblemKind.CONSULTATION, line, f"征求意见{message}", start, start + len(wording))
