"""Is a clause read whole or refused, and never taken for "nobody named"?"""

import pytest

from measures.models import LeadMode, ResponsibilityRole
from measures.policytext import Clause, MeasureOutline, ParsedText, ProblemKind
from tests.measures.policytext.texts import kinds, only, read_measures

UNREADABLE = ProblemKind.UNREADABLE_CLAUSE


def measure_with(ending: str) -> tuple[MeasureOutline, ParsedText]:
    parsed = read_measures(f"（一）做好某事。要做好。{ending}")
    return parsed.outline.sections[0].measures[0], parsed


def clause_of(ending: str) -> Clause:
    measure, parsed = measure_with(ending)
    assert not parsed.problems
    assert measure.clause
    return measure.clause


def test_clause_gives_leads_and_participants_in_protocol_order() -> None:
    clause = clause_of("（牵头单位：市总工会、市教育局；参与单位：团市委、市财政局）")
    lead, participant = ResponsibilityRole.LEAD, ResponsibilityRole.PARTICIPANT
    assert clause.links == (
        (lead, 1, "市总工会"),
        (lead, 2, "市教育局"),
        (participant, 1, "团市委"),
        (participant, 2, "市财政局"),
    )
    assert (clause.label, clause.lead_mode) == ("牵头单位", LeadMode.JOINT)


@pytest.mark.parametrize(
    ("ending", "label", "mode"),
    [
        ("（牵头单位：市教育局）", "牵头单位", LeadMode.SINGLE),
        ("（责任单位：市教育局；参与单位：市财政局）", "责任单位", LeadMode.SINGLE),
        ("（责任单位：市教育局、市财政局）", "责任单位", LeadMode.JOINT),
        ("（牵头单位：市教育局、市财政局分别牵头负责）", "牵头单位", LeadMode.SEPARATE),
        ("(牵头单位:市教育局、市财政局分别牵头负责;参与单位:团市委)", "牵头单位", LeadMode.SEPARATE),
        ("（ 牵头单位： 市教育局 、 市财政局 ； 参与单位：团市委 ）", "牵头单位", LeadMode.JOINT),
    ],
)
def test_clause_forms_are_read(ending: str, label: str, mode: LeadMode) -> None:
    clause = clause_of(ending)
    assert (clause.label, clause.lead_mode, clause.text) == (label, mode, ending)


def test_clause_is_not_part_of_the_text() -> None:
    measure, _ = measure_with("（牵头单位：市教育局）")
    assert (measure.title, measure.text) == ("做好某事", "要做好。")


@pytest.mark.parametrize(
    "ending",
    ["", "（参照《办法》（廊公办〔2017〕127号）办理）。", "（须由项目负责人签字）", "1）甲；2）乙。"],
)
def test_clause_is_none_where_no_bracket_means_one(ending: str) -> None:
    measure, parsed = measure_with(ending)
    assert not parsed.problems
    assert (measure.clause, measure.lead_mode) == (None, LeadMode.NONE)


@pytest.mark.parametrize(
    "ending",
    [
        "（牵头单位市教育局）",
        "（牵头单位：）",
        "（牵头单位：市教育局、）",
        "（牵头单位：、市教育局）",
        "（牵头单位：市教育局、、市财政局）",
        "（牵头单位：市教育局；参与单位：）",
        "（参与单位：市教育局）",
        "（责任部门：市教育局）",
        "（牵头单位：市教育局；配合单位：市财政局）",
        "（牵头单位：市教育局；参与单位：市财政局；参与单位：团市委）",
        "（牵头单位：市教育局；市财政局）",
        "（牵头单位：市教育局分别牵头负责）",
        "（市教育局牵头，市财政局配合）",
        "（由市教育局负责）",
        "（；）（牵头）",
        "（牵头单位：市教育局）。",
        "（由市教育局牵头）。",
        "（牵头单位：" + "市教育局、" * 100 + "市教育局）",
    ],
)
def test_clause_that_cannot_be_read_is_a_problem_and_never_nobody(ending: str) -> None:
    measure, parsed = measure_with(ending)
    assert kinds(parsed) == [UNREADABLE]
    assert measure.lead_mode is None
    assert measure.clause
    assert not measure.clause.links


@pytest.mark.parametrize(
    "ending",
    [
        "（牵头单位：市教育局",
        "（市教育局（市外专局）",
        "（牵头单位：市教育局）附件略",
        "【牵头单位：市教育局】",
        "[责任单位：市教育局]",
        "牵头单位：市教育局",
        "责任部门:市教育局。",
        "（牽頭單位：市教育局",
    ],
)
def test_clause_outside_of_a_closing_bracket_is_a_problem(ending: str) -> None:
    measure, parsed = measure_with(ending)
    assert kinds(parsed) == [UNREADABLE]
    assert only(parsed).column == len("（一）做好某事。要做好。") + 1
    assert measure.clause is None


def test_clause_in_traditional_characters_is_not_converted_silently() -> None:
    problem = only(measure_with("（牽頭單位：市教育局）")[1])
    assert (problem.kind, problem.hint) == (UNREADABLE, "（牵头单位：市教育局）")


def test_clause_in_the_middle_of_a_measure_is_a_problem() -> None:
    problem = only(measure_with("（责任单位：团市委）再做好。（牵头单位：市教育局）")[1])
    assert problem.kind == UNREADABLE
    assert problem.excerpt.startswith("（责任单位：团市委）")


def test_clause_with_an_unknown_department_points_at_the_name() -> None:
    measure, parsed = measure_with("（牵头单位：市教育局；参与单位：市文旅局、市水利局）")
    assert kinds(parsed) == [ProblemKind.UNKNOWN_DEPARTMENT] * 2
    first = parsed.problems[0]
    assert (first.excerpt, first.line) == ("市文旅局", 7)
    assert first.column == len("（一）做好某事。要做好。（牵头单位：市教育局；参与单位：") + 1
    assert measure.lead_mode == LeadMode.SINGLE


def test_clause_names_between_commas_are_no_names() -> None:
    assert only(measure_with("（牵头单位：市教育局，市财政局）")[1]).excerpt == "市教育局，市财政局"


@pytest.mark.parametrize(
    "ending",
    [
        "（牵头单位：市教育局、市教育局）",
        "（牵头单位：市教育局；参与单位：市教育局）",
        "（牵头单位：市人社局；参与单位：市人力资源和社会保障局）",
    ],
)
def test_clause_that_binds_a_department_twice_is_a_problem(ending: str) -> None:
    assert only(measure_with(ending)[1]).kind == ProblemKind.REPEATED_DEPARTMENT
