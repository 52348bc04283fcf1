"""Is the structure read as it stands, and everything told that does not fit in it?"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.numerals import chinese_numeral
from measures.policytext import ProblemKind, read_policy
from tests.measures.policytext.texts import (
    CLAUSE,
    MEASURE,
    NAMES,
    TITLE,
    a_text,
    kinds,
    only,
    read,
    read_measures,
)

LOOSE, NUMBERING, HEADING = ProblemKind.LOOSE_TEXT, ProblemKind.NUMBERING, ProblemKind.HEADING


def test_reader_takes_title_to_the_first_full_stop() -> None:
    measure = read_measures("（一） 做好某事。要做好。还要做好。" + CLAUSE).outline.sections[0].measures[0]
    assert (measure.ordinal, measure.title, measure.text) == (1, "做好某事", "要做好。还要做好。")


def test_reader_takes_a_measure_without_a_full_stop_as_all_title() -> None:
    parsed = read_measures("（一）修订《办法》" + CLAUSE)
    assert not parsed.problems
    assert (parsed.outline.measures[0][1].title, parsed.outline.measures[0][1].text) == ("修订《办法》", "")


def test_reader_gives_codes_in_document_order() -> None:
    text = a_text(MEASURE, MEASURE.replace("一", "二", 1)) + f"二、另一部分\n{MEASURE}"
    parsed = read(text)
    assert not parsed.problems
    assert [code for code, _ in parsed.outline.measures] == ["一（一）", "一（二）", "二（一）"]


def test_reader_reads_half_width_brackets() -> None:
    parsed = read_measures("(一)做好某事。要做好。(牵头单位:市教育局)")
    assert not parsed.problems
    assert len(parsed.outline.measures) == 1


def test_reader_reads_past_ten() -> None:
    numerals = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
    parsed = read_measures(*(f"（{numeral}）做事。{CLAUSE}" for numeral in numerals))
    assert not parsed.problems
    assert parsed.outline.measures[-1][0] == "一（十二）"


def test_reader_keeps_paragraphs_of_a_measure_up_to_its_clause() -> None:
    parsed = read_measures(
        "（一）做好某事。要做好：", "1.做这个。", f"2.做那个。{CLAUSE}", "（二）再做。" + CLAUSE
    )
    assert not parsed.problems
    assert parsed.outline.measures[0][1].text == "要做好：\n1.做这个。\n2.做那个。"


def test_reader_general_requirements_hold_no_measures() -> None:
    text = "\n".join([TITLE, "一、总体要求", "甲。", "乙。", "二、任务", MEASURE])
    parsed = read(text)
    assert not parsed.problems
    assert parsed.outline.general_requirements == "甲。\n乙。"
    assert [section.ordinal for section in parsed.outline.sections] == [2]


def test_reader_numbered_paragraph_in_general_requirements_is_a_problem() -> None:
    parsed = read("\n".join([TITLE, "一、总体要求", "（一）指导思想。甲。", "二、任务", MEASURE]))
    assert (only(parsed).kind, only(parsed).line) == (LOOSE, 3)


@pytest.mark.parametrize("last", [MEASURE, "（一）做好某事。要做好。"])
@pytest.mark.parametrize("advertising", ["更多内容请关注公众号", "（责任编辑：张三）", "1.看这里"])
def test_reader_paragraph_after_the_last_measure_is_a_problem(last: str, advertising: str) -> None:
    problem = only(read_measures(last, advertising))
    assert (problem.kind, problem.line, problem.column, problem.excerpt) == (LOOSE, 9, 1, advertising)


def test_reader_paragraph_between_measures_is_a_problem() -> None:
    parsed = read_measures(
        MEASURE, "插入的一段。", "（二）做事。没有条款。", "又一段。", "（三）做事。" + CLAUSE
    )
    assert kinds(parsed) == [LOOSE, LOOSE]
    assert [problem.line for problem in parsed.problems] == [9, 13]


def test_reader_paragraph_before_the_first_measure_is_a_problem() -> None:
    assert only(read_measures("先说一段。", MEASURE)).kind == LOOSE


def test_reader_quotes_only_the_beginning_of_a_long_paragraph() -> None:
    assert len(only(read_measures(MEASURE, "长" * 200)).excerpt) == 40


def test_reader_reads_sections_and_measures_beyond_99() -> None:
    sections = (f"{chinese_numeral(number)}、部分\n{MEASURE}" for number in range(2, 121))
    measures = (f"（{chinese_numeral(number)}）做事。{CLAUSE}" for number in range(1, 212))
    parsed = read("\n".join([a_text(*measures), *sections]))
    assert not parsed.problems
    codes = [code for code, *_rest in parsed.outline.measures]
    assert (codes[104], codes[210], codes[-1]) == ("一（一百零五）", "一（二百一十一）", "一百二十（一）")


def test_reader_jump_beyond_99_is_told_by_both_numbers() -> None:
    measures = (f"（{chinese_numeral(number)}）做事。{CLAUSE}" for number in (*range(1, 105), 110))
    problem = only(read_measures(*measures))
    assert (problem.kind, problem.excerpt) == (NUMBERING, "（一百一十）")
    assert "一百零五" in problem.message
    miswritten = read(a_text() + f"120、另一部分\n{MEASURE}").problems
    assert "应写作“一百二十、另一部分”" in "".join(problem.message for problem in miswritten)


@pytest.mark.parametrize(
    ("numerals", "jumps"),
    [("一三", 1), ("二三", 1), ("一二二", 1), ("一三五", 2), ("二一", 2), ("一二五四", 1), ("一二三", 0)],
)
def test_reader_numbering_of_measures_that_jumps_is_a_problem(numerals: str, jumps: int) -> None:
    parsed = read_measures(*(f"（{numeral}）做事。{CLAUSE}" for numeral in numerals))
    assert kinds(parsed) == [NUMBERING] * jumps
    assert len(parsed.outline.measures) == len(numerals)


def test_reader_numbering_of_sections_that_jumps_is_a_problem() -> None:
    problem = only(read(a_text() + f"三、另一部分\n{MEASURE}"))
    assert (problem.kind, problem.line, problem.excerpt) == (NUMBERING, 8, "三、")
    assert "应为二" in problem.message


def test_reader_numbering_begins_anew_in_each_section() -> None:
    assert not read(a_text() + f"二、另一部分\n{MEASURE}").problems


@pytest.mark.parametrize(
    "ending",
    [
        *("适应产业结构转型升级", "要做好。更多公文请关注", "要做好。来源：某网", "要做好，（一）见附件"),
        *("要做好。（责任编辑：张三）", "要做好。（来源:某网）", "要做好。（见附件）更多请关注（公众号）"),
    ],
)
def test_reader_measure_that_ends_in_no_full_stop_and_no_clause_is_a_problem(ending: str) -> None:
    """A text that was cut off, or an advertising on the same line."""
    problem = only(read_measures(f"（一）做好某事。{ending}"))
    assert problem.kind == ProblemKind.UNFINISHED
    assert ending.endswith(problem.excerpt[-5:])


@pytest.mark.parametrize(
    "ending",
    [
        "要做好。",
        "做到“两个不”。”",
        "要做好！",
        "要做好。（参照办法执行）",
        "做好了吗？",
        "要做好。””",
        "要做好…… （参照）",
    ],
)
def test_reader_measure_that_ends_in_a_sentence_is_finished(ending: str) -> None:
    assert not read_measures(f"（一）做好某事。{ending}").problems


@pytest.mark.parametrize(
    "mark", ["二,", "二，", "2、", "2.", "二：", "二 、", "２、", "2 ", "二。", "2)", "二.."]
)
def test_reader_heading_with_a_wrong_mark_is_a_problem_and_a_section_all_the_same(mark: str) -> None:
    parsed = read(a_text() + f"{mark}另一部分\n{MEASURE}")
    assert (only(parsed).kind, only(parsed).line, only(parsed).column) == (HEADING, 8, 1)
    assert "“二、另一部分”" in only(parsed).message
    assert [section.title for section in parsed.outline.sections] == ["重点任务", "另一部分"]


def test_reader_general_requirements_with_a_wrong_mark_are_a_problem_at_their_line() -> None:
    parsed = read("\n".join([TITLE, "一，总体要求", "甲。", "二、任务", MEASURE]))
    assert (only(parsed).kind, only(parsed).line) == (HEADING, 2)
    assert parsed.outline.general_requirements == "甲。"


@pytest.mark.parametrize("first", ["做好某", "做好某事。要做"])
def test_reader_paragraph_that_is_broken_in_two_is_a_problem(first: str) -> None:
    """Behind the break only the clause shows that it goes on; a title must not be cut off there."""
    problem = only(read_measures(f"（一）{first}", f"事的后半句。{CLAUSE}"))
    assert (problem.kind, problem.line) == (ProblemKind.UNFINISHED, 7)
    assert problem.excerpt.endswith(first)


@pytest.mark.parametrize("mark", ["\u200b", "\u202e", "\ufe0f", "\x00"])
@pytest.mark.parametrize("where", ["（|一）", "一、|重点任务", "市|教育局"])
def test_reader_reads_past_what_nobody_sees_and_tells_it_once(where: str, mark: str) -> None:
    text = a_text(MEASURE)
    parsed = read(text.replace(where.replace("|", ""), where.replace("|", mark), 1))
    assert only(parsed).kind == ProblemKind.DAMAGE
    assert len(parsed.outline.measures) == 1


def test_reader_list_within_a_measure_has_no_headings() -> None:
    parsed = read_measures("（一）做好某事。要做好：", "1、甲；", f"2、乙。{CLAUSE}", f"（二）做事。{CLAUSE}")
    assert not parsed.problems
    assert len(parsed.outline.sections) == 1


@pytest.mark.parametrize("mark", ["0、", "一十，"])
def test_reader_number_that_is_none_makes_no_heading(mark: str) -> None:
    parsed = read(a_text() + f"{mark}另一部分\n{MEASURE}")
    assert ProblemKind.HEADING not in kinds(parsed)
    assert kinds(parsed)


def test_reader_short_numbered_line_before_a_later_measure_is_no_heading() -> None:
    parsed = read_measures(MEASURE, "2、乙", "（二）做事。" + CLAUSE)
    assert (only(parsed).kind, only(parsed).line) == (LOOSE, 9)
    assert len(parsed.outline.sections) == 1


def test_reader_number_in_the_middle_of_a_paragraph_is_a_problem() -> None:
    problem = only(read_measures("（一）做好某事。要做好。（二）再做。要再做。"))
    assert (problem.kind, problem.excerpt) == (NUMBERING, "（二）再做。要再做。")


def test_reader_number_that_is_no_numeral_is_loose_text() -> None:
    assert only(read_measures(MEASURE, "（一十）做事。" + CLAUSE)).kind == LOOSE
    assert only(read(a_text() + "一十、部分")).kind == LOOSE


@pytest.mark.parametrize("heading", ["二、", "二、部分标题。正文", "二、" + "长" * 121])
def test_reader_heading_that_is_no_title_is_a_problem(heading: str) -> None:
    assert only(read(a_text() + f"{heading}\n{MEASURE}")).kind == HEADING


def test_reader_section_without_measures_is_a_problem() -> None:
    assert only(read(a_text() + "二、另一部分")).kind == HEADING


@pytest.mark.parametrize("paragraph", ["（一）", "（一）。要做好。", "（一）" + "长" * 121 + "。要做好。"])
def test_reader_measure_without_a_title_is_a_problem(paragraph: str) -> None:
    assert only(read_measures(paragraph)).kind == HEADING


def test_reader_text_without_sections_is_a_problem() -> None:
    parsed = read(TITLE)
    assert only(parsed).kind == HEADING
    assert parsed.outline.sections == ()


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_reader_empty_text_is_a_problem(text: str) -> None:
    assert HEADING in kinds(read(text))


def test_reader_tells_problems_in_the_order_of_the_text() -> None:
    parsed = read_measures("（二）做？?事。（牵头单位：市水利局）", "广告")
    places = [(problem.line, problem.column) for problem in parsed.problems]
    assert len(places) == 4
    assert places == sorted(places)


PIECES = [
    "一、",
    "（一）",
    "（二）",
    "(三)",
    "。",
    "；",
    "、",
    "（牵头单位：",
    "参与单位：",
    "分别牵头负责",
    "市教育局",
]
PIECES += [
    "）",
    "(",
    "\n",
    "關(guān)",
    "?",
    "\ue479",
    "总体要求",
    TITLE,
    "通知",
    "（征求意见稿）",
    "自2019年2月30日起",
    "2月1日前",
]


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40).map("".join))
def test_reader_never_raises_on_any_text(text: str) -> None:
    parsed = read_policy(text, NAMES)
    assert all(problem.line >= 1 and problem.column >= 1 for problem in parsed.problems)


@pytest.mark.parametrize("kept", range(1, len(CLAUSE)))
def test_reader_never_takes_a_torn_clause_for_nobody(kept: int) -> None:
    parsed = read_measures("（一）做好某事。要做好。" + CLAUSE[:kept])
    assert kinds(parsed) == [ProblemKind.UNREADABLE_CLAUSE]


@pytest.mark.parametrize("cut", range(1, len(CLAUSE)))
def test_reader_never_takes_a_beheaded_clause_for_nobody(cut: int) -> None:
    measure = read_measures("（一）做好某事。要做好。" + CLAUSE[cut:])
    assert measure.problems
