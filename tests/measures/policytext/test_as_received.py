"""Is the notice as it reached us refused, with each of its damaged spots and nothing invented?"""

from functools import cache

import pytest

from measures.policytext import ParsedText, ProblemKind
from tests.measures.policytext.texts import AS_RECEIVED, read_file

# Line of the file, and the spot with pinyin notes stripped and in Simplified.
SPOTS = [
    (27, "全国五一劳动奖?wù)隆⒅腥A技能大奖"),
    (31, "合理分?jǐn)傞g接成本"),
    (39, "或?qū)﹃P键技术岗位"),
    (41, "纳入?yún)f商要素"),
    (51, "成本补偿?shù)日?,"),
    (51, "高级技工学??梢愿鶕?jù)教学"),
    (59, "支持院?;蚱髽I申办"),
    (59, "职业院??山Y合实际"),
]


@cache
def reading() -> ParsedText:
    return read_file(AS_RECEIVED)


def test_as_received_has_eight_damaged_spots_a_stray_mark_and_pinyin() -> None:
    kinds = [problem.kind for problem in reading().problems]
    assert kinds == [ProblemKind.PINYIN] + [ProblemKind.DAMAGE] * 9


def test_as_received_stray_question_mark_is_a_spot_of_its_own() -> None:
    problem = reading().problems[1]
    assert (problem.line, problem.column, problem.excerpt) == (13, 1, "?")


@pytest.mark.parametrize("number", range(8))
def test_as_received_spot_is_found_and_quoted_both_ways(number: int) -> None:
    line, words = SPOTS[number]
    problem = reading().problems[2 + number]
    source = AS_RECEIVED.read_text(encoding="utf-8").splitlines()[line - 1]
    assert problem.line == line
    assert words in problem.hint
    assert problem.excerpt in source
    assert source[problem.column - 1] in problem.excerpt


def test_as_received_pinyin_are_counted_once() -> None:
    problem = reading().problems[0]
    assert (problem.line, problem.column) == (1, 5)
    assert problem.excerpt == "關(guān)、術(shù)、實(shí)"
    assert "867处" in problem.message


def test_as_received_is_read_to_the_end_all_the_same() -> None:
    assert len(reading().outline.measures) == 20
    assert sum(len(row.clause.links) for _, row in reading().outline.measures if row.clause) == 92
