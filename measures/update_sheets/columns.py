"""What are the columns of the Excel form? Those of the form on screen, from the same declarations.

Headings and words are Chinese in every file, whatever the language of the screen.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from django.utils import translation

from departments.sheets import NO, YES, WordCell
from langfang_policy.characters import as_plain_text
from measures.commitments import format_number
from measures.forms import label_of
from measures.models import TEXTS, AnswerKind, CommitmentSubject, SelfAssessment, Situation
from measures.workflow.texts import Text

UPDATES, VALUES = "填报", "承诺数值"  # the titles of the two sheets
# What tells a row apart; these columns are hidden and locked.
KEY, VERSION, PRINT = "编号", "版本", "校验"
SUBJECT, BEFORE = "分项号", "原值"
MEASURE, TITLE, ROLE, DUE, STATE = "举措", "举措名称", "责任", "截止日", "状态"
COMMITMENT, SUBJECT_NAME, UNIT, NUMBER, OUT_OF = "量化承诺", "分项", "单位", "数值", "总数"
DECREASE, LAST, AIM = "减少原因", "上次数值", "目标"
# The order of the form on screen.
WRITTEN: Final = ("situation", *TEXTS, "self_assessment")
UPDATE_HEADS: Final = (KEY, VERSION, PRINT, MEASURE, TITLE, ROLE, DUE, STATE)
VALUE_HEADS: Final = (
    *(KEY, SUBJECT, BEFORE, MEASURE, COMMITMENT, SUBJECT_NAME, UNIT),
    *(NUMBER, OUT_OF, DECREASE, LAST, AIM),
)


def heading(column: str) -> str:
    """What the column of a text is called."""
    with translation.override("zh-hans"):
        return str(label_of(column))


def columns_of_texts() -> dict[str, str]:
    """Heading → name of the column."""
    return {heading(name): name for name in WRITTEN}


WORDS: Final = {"situation": WordCell(Situation), "self_assessment": WordCell(SelfAssessment)}


@dataclass(frozen=True)
class ValueWords:
    """A value as the cells of its row show it, and why it fell; empty where nothing is stated."""

    number: str = ""
    out_of: str = ""
    decrease: str = ""

    @classmethod
    def of(cls, subject: CommitmentSubject, text: Text) -> "ValueWords":
        stated = text.values.get(subject.pk)
        if stated is None:
            return cls()
        number, out_of = stated
        decrease = text.decreases.get(subject.pk, "")
        if subject.commitment.answer == AnswerKind.YES_NO:
            return cls(YES if number else NO, "", decrease)
        return cls(format_number(number), "" if out_of is None else format_number(out_of), decrease)

    def __str__(self) -> str:
        """By which a row that nobody touched is known again."""
        value = f"{self.number}/{self.out_of}" if self.out_of else self.number
        return f"{value} {self.decrease}".rstrip()


def as_written(columns: Mapping[str, Any]) -> dict[str, str]:
    """The texts as they come back from a cell, and as the form on screen would store them."""
    found = {}
    for name in WRITTEN:
        one_line = name in TEXTS and TEXTS[name].one_line
        said = str(columns[name])
        found[name] = as_one_line(said) if one_line else as_plain_text(said).strip()
    return found


def as_one_line(said: str) -> str:
    return " ".join(as_plain_text(said).strip().split("\n"))


def fingerprint(columns: Mapping[str, Any]) -> str:
    """By which a row that nobody touched is known again, whatever was saved meanwhile."""
    said = json.dumps(as_written(columns), ensure_ascii=False, sort_keys=True)
    return sha256(said.encode()).hexdigest()[:16]
