"""What does an official text consist of? Read into sections, measures, clauses; asks no database."""

from measures.policytext.damage import made_visible
from measures.policytext.lines import NotUtf8Error, decode
from measures.policytext.outline import (
    Clause,
    Consultation,
    MeasureOutline,
    Notice,
    Outline,
    SectionOutline,
)
from measures.policytext.problems import Problem, ProblemKind
from measures.policytext.reader import ParsedText, read_policy

__all__ = [
    "Clause",
    "Consultation",
    "MeasureOutline",
    "NotUtf8Error",
    "Notice",
    "Outline",
    "ParsedText",
    "Problem",
    "ProblemKind",
    "SectionOutline",
    "decode",
    "made_visible",
    "read_policy",
]
