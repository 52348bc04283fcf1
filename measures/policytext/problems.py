"""What keeps a text from being stored, and where? In Chinese, because people of the office read it."""

from dataclasses import dataclass
from enum import StrEnum

from measures.policytext.lines import Line
from measures.policytext.pinyin import hint

_EXCERPT = 40  # characters; enough to find the place without quoting whole paragraphs


class ProblemKind(StrEnum):
    DAMAGE = "文字损坏"
    PINYIN = "夹注拼音"
    TITLE = "题名不明"
    CONSULTATION = "征求意见日期不明"
    HEADING = "标题不明"
    NUMBERING = "编号不连续"
    LOOSE_TEXT = "不属于任何举措的文字"
    UNFINISHED = "文字没有写完"
    UNREADABLE_CLAUSE = "责任条款读不出"
    UNKNOWN_DEPARTMENT = "单位不在名录"
    REPEATED_DEPARTMENT = "单位重复"


@dataclass(frozen=True)
class Problem:
    """`excerpt` is as in the file, `hint` the same without pinyin notes and in Simplified Chinese."""

    kind: ProblemKind
    line: int
    column: int
    excerpt: str
    hint: str
    message: str


def problem_at(
    kind: ProblemKind, line: Line, message: str, start: int = 0, end: int | None = None
) -> Problem:
    """A problem at text[start:end] of a line; only the beginning of a long stretch is quoted."""
    stop = min(len(line.text) if end is None else end, start + _EXCERPT)
    excerpt = line.excerpt(start, stop)
    return Problem(kind, line.number, line.column(start), excerpt, hint(excerpt), message)
