"""Each rule of the lights, at its edges. Facts are made by hand; no database."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from measures.commitments import CommitmentFacts, Interim
from measures.lights import (
    LeadFacts,
    Light,
    MeasureFacts,
    Thresholds,
    apply_override,
    interim_words,
    measure_light,
    reason_text,
)
from measures.models import (
    CommitmentKind,
    LeadMode,
    LightColour,
    LightReason,
    MeasureState,
    SelfAssessment,
)

BLUE, GREY, RED = LightColour.BLUE, LightColour.GREY, LightColour.RED
YELLOW, GREEN = LightColour.YELLOW, LightColour.GREEN
ON = date(2020, 7, 10)
YEAR: dict[str, Any] = {"cycle_start": date(2020, 1, 1), "cycle_end": date(2020, 12, 31)}
ROUTINE = MeasureState.ROUTINE


def update(department: str = "市人社局", **facts: Any) -> LeadFacts:
    return LeadFacts(department, **facts)


def measure(*commitments: CommitmentFacts, **facts: Any) -> MeasureFacts:
    """A joint measure under way, everything filed and confirmed: green unless told otherwise."""
    usual = MeasureFacts(
        state=MeasureState.IN_PROGRESS,
        lead_mode=LeadMode.JOINT,
        leads=(update(), update("市财政局")),
        ever_confirmed=True,
        commitments=commitments,
    )
    return replace(usual, **facts)


def commitment(kind: CommitmentKind = CommitmentKind.NUMBER, **facts: Any) -> CommitmentFacts:
    return CommitmentFacts("培训基地", kind, **{"floor": Decimal(100), **facts})


def linear(actual: int | str, **facts: Any) -> CommitmentFacts:
    """A hundred in a hundred days, half of them gone on ON: planned are 50."""
    span = {"starts_on": ON - timedelta(days=50), "ends_on": ON + timedelta(days=50)}
    return commitment(actual=Decimal(actual), **{**span, **facts})


def shown(facts: MeasureFacts, on: date = ON) -> tuple[LightColour, LightReason]:
    light = measure_light(facts, on)
    return light.colour, light.reason


# --- 1, 2: at rest -------------------------------------------------------------------------------


def test_blue_when_closed_whatever_else_holds() -> None:
    facts = measure(commitment(ends_on=ON - timedelta(days=9)), leads=(update(missed_run=4),), open_matters=2)
    assert shown(replace(facts, state=MeasureState.CLOSED)) == (BLUE, LightReason.CLOSED)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (MeasureState.CANCELLED, LightReason.CANCELLED),
        (MeasureState.SUSPENDED, LightReason.SUSPENDED),
    ],
)
def test_grey_when_cancelled_or_suspended(state: MeasureState, reason: LightReason) -> None:
    assert shown(measure(state=state, leads=(update(missed_run=4),))) == (GREY, reason)


# --- 3: red --------------------------------------------------------------------------------------


def test_red_when_the_convenor_missed_two_periods_running() -> None:
    light = measure_light(measure(leads=(update("市公安局", missed_run=2), update())), ON)
    assert light == Light(RED, LightReason.MISSED_RUN, {"department": "市公安局", "periods": 2})


def test_red_when_a_separate_lead_missed_two_periods_running() -> None:
    leads = (update(), update("市教育局", missed_run=3), update("市财政局", missed_run=2))
    light = measure_light(measure(lead_mode=LeadMode.SEPARATE, leads=leads), ON)
    assert light == Light(RED, LightReason.MISSED_RUN, {"department": "市教育局", "periods": 3})


def test_colead_of_a_joint_measure_darkens_nothing_by_silence() -> None:
    assert shown(measure(leads=(update(), update("市财政局", missed_run=5))))[0] == GREEN


def test_red_when_a_binding_commitment_is_past_its_end_unmet() -> None:
    late = commitment(actual=Decimal(99), ends_on=ON - timedelta(days=1))
    light = measure_light(measure(late), ON)
    assert light == Light(
        RED,
        LightReason.COMMITMENT_OVERDUE,
        {"label": "培训基地", "figure": "99/100", "end": "2020-07-09"},
    )


def test_red_when_a_binding_commitment_is_past_its_cycle_unmet() -> None:
    duty = commitment(CommitmentKind.RECURRING, floor=Decimal(1), **YEAR)
    assert shown(measure(duty), date(2021, 1, 8)) == (RED, LightReason.COMMITMENT_OVERDUE)
    assert shown(measure(duty), date(2020, 12, 31)) == (YELLOW, LightReason.ENDING_SOON)
    assert shown(measure(replace(duty, actual=Decimal(1))), date(2021, 1, 8))[0] == GREEN


def test_soft_commitment_never_makes_red() -> None:
    past = commitment(binding=False, ends_on=ON - timedelta(days=100))
    assert shown(measure(past)) == (YELLOW, LightReason.ENDING_SOON)
    assert shown(measure(linear(0, binding=False))) == (YELLOW, LightReason.BEHIND)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ("19.99", (RED, LightReason.FAR_BEHIND)),
        ("20", (YELLOW, LightReason.BEHIND)),
        ("40", (YELLOW, LightReason.BEHIND)),
        ("40.01", (GREEN, LightReason.ON_COURSE)),
    ],
)
def test_red_over_thirty_points_behind_yellow_from_ten(
    actual: str, expected: tuple[LightColour, LightReason]
) -> None:
    assert shown(measure(linear(actual))) == expected


def test_points_behind_are_told_and_never_rounded_below_the_threshold() -> None:
    light = measure_light(measure(linear("19.99"), linear("18.5")), ON)
    assert light.parameters == {"label": "培训基地", "figure": "18.5/100", "points": "31.5"}
    assert measure_light(measure(linear("19.99")), ON).parameters["points"] == "30.1"


def test_thresholds_are_settings() -> None:
    strict = Thresholds(yellow_points=1, red_points=5, ending_soon_days=60)
    assert measure_light(measure(linear(44)), ON, strict).reason == LightReason.FAR_BEHIND
    assert measure_light(measure(linear(49)), ON, strict).reason == LightReason.ENDING_SOON


def test_red_when_the_convenor_calls_it_stalled() -> None:
    light = measure_light(measure(leads=(update(assessment=SelfAssessment.STALLED), update("市财政局"))), ON)
    assert light == Light(RED, LightReason.STALLED, {"department": "市人社局"})


def test_self_assessment_from_an_earlier_period_says_so() -> None:
    carried = update(assessment=SelfAssessment.STALLED, assessed_in="2020年第一季度")
    light = measure_light(measure(leads=(carried,)), ON)
    assert light.parameters == {"department": "市人社局", "period": "2020年第一季度"}


def test_silent_convenor_gives_the_word_to_the_worst_of_the_coleads() -> None:
    convenor = update(silent_now=True, assessment=SelfAssessment.STALLED, assessed_in="2020年第一季度")
    normal = update("市财政局", assessment=SelfAssessment.NORMAL)
    slow = update("市国资委", assessment=SelfAssessment.SLOW)
    assert shown(measure(leads=(convenor, normal)))[0] == GREEN
    light = measure_light(measure(leads=(convenor, normal, slow)), ON)
    assert light == Light(YELLOW, LightReason.SLOW, {"department": "市国资委"})


def test_silent_convenor_keeps_its_last_word_when_no_colead_has_spoken() -> None:
    convenor = update(silent_now=True, assessment=SelfAssessment.STALLED)
    assert shown(measure(leads=(convenor, update("市财政局")))) == (RED, LightReason.STALLED)


def test_coleads_have_no_word_while_the_convenor_speaks() -> None:
    stalled = update("市财政局", assessment=SelfAssessment.STALLED)
    assert shown(measure(leads=(update(assessment=SelfAssessment.NORMAL), stalled)))[0] == GREEN


def test_separate_leads_answer_each_for_itself_with_their_assessment() -> None:
    leads = (update(silent_now=True), update("市教育局", assessment=SelfAssessment.STALLED))
    light = measure_light(measure(lead_mode=LeadMode.SEPARATE, leads=leads), ON)
    assert light == Light(RED, LightReason.STALLED, {"department": "市教育局"})


# --- 4: yellow -----------------------------------------------------------------------------------


def test_yellow_when_the_convenor_missed_one_period() -> None:
    light = measure_light(measure(leads=(update("市公安局", missed_run=1),)), ON)
    assert light == Light(YELLOW, LightReason.MISSED_ONCE, {"department": "市公安局"})


@pytest.mark.parametrize(("days", "colour"), [(0, YELLOW), (15, YELLOW), (16, GREEN)])
def test_yellow_when_a_commitment_ends_within_fifteen_days_unmet(days: int, colour: LightColour) -> None:
    pilot = commitment(CommitmentKind.DELIVERABLE, floor=None, ends_on=ON + timedelta(days=days))
    assert shown(measure(pilot))[0] == colour
    assert shown(measure(replace(pilot, actual=Decimal(1))))[0] == GREEN


@pytest.mark.parametrize(
    ("on", "colour"), [(date(2020, 7, 1), GREEN), (date(2020, 7, 2), YELLOW), (date(2020, 12, 1), YELLOW)]
)
def test_yellow_when_half_of_the_cycle_is_gone_and_nothing_done(on: date, colour: LightColour) -> None:
    duty = commitment(CommitmentKind.RECURRING, floor=Decimal(1), **YEAR)
    assert shown(measure(duty), on)[0] == colour
    assert shown(measure(replace(duty, floor=Decimal(2), actual=Decimal(1))), on)[0] == GREEN


def test_yellow_half_gone_shows_the_figure() -> None:
    duty = commitment(CommitmentKind.RECURRING, floor=Decimal(1), **YEAR)
    expected: dict[str, str | int] = {"label": "培训基地", "figure": "0/1"}
    assert measure_light(measure(duty), ON) == Light(YELLOW, LightReason.HALF_GONE, expected)


def test_nothing_to_do_is_not_half_gone() -> None:
    duty = commitment(CommitmentKind.RECURRING, floor=Decimal(0), **YEAR)
    assert shown(measure(duty)) == (GREEN, LightReason.TARGETS_MET)


def test_yellow_when_a_coordination_matter_is_open() -> None:
    assert measure_light(measure(open_matters=2), ON) == Light(
        YELLOW, LightReason.OPEN_MATTER, {"matters": 2}
    )


def test_yellow_when_the_convenor_calls_it_slow() -> None:
    assert shown(measure(leads=(update(assessment=SelfAssessment.SLOW),))) == (YELLOW, LightReason.SLOW)


def test_first_rule_that_applies_gives_the_reason() -> None:
    facts = measure(
        linear(0),
        leads=(update(missed_run=1, assessment=SelfAssessment.STALLED),),
        open_matters=1,
    )
    assert shown(facts) == (RED, LightReason.FAR_BEHIND)
    assert shown(replace(facts, commitments=())) == (RED, LightReason.STALLED)
    assert shown(replace(facts, commitments=(), leads=(update(missed_run=1),)))[1] == LightReason.MISSED_ONCE
    slow = (update(assessment=SelfAssessment.SLOW),)
    assert shown(measure(leads=slow, open_matters=1)) == (YELLOW, LightReason.OPEN_MATTER)


# --- 5, 6: grey and green ------------------------------------------------------------------------


def test_grey_without_a_responsible_department() -> None:
    facts = measure(lead_mode=LeadMode.NONE, leads=(), has_responsible=False)
    assert shown(facts) == (GREY, LightReason.NO_RESPONSIBLE)


def test_commitment_is_silent_where_nobody_is_responsible() -> None:
    """docs/decisions/0014: red for an answer that nobody is asked to give helps no one."""
    duty = commitment(CommitmentKind.RECURRING, floor=None, yes_no=True, **YEAR)
    facts = measure(duty, lead_mode=LeadMode.NONE, leads=(), has_responsible=False)
    assert shown(facts) == (GREY, LightReason.NO_RESPONSIBLE)


def test_grey_when_not_started_and_not_yet_due() -> None:
    facts = measure(state=MeasureState.NOT_STARTED, ever_confirmed=False)
    assert shown(facts) == (GREY, LightReason.NOT_STARTED)
    assert shown(replace(facts, leads=(update(missed_run=1),)))[0] == YELLOW


def test_grey_when_routine() -> None:
    assert shown(measure(state=ROUTINE)) == (GREY, LightReason.ROUTINE)


def test_routine_measure_answers_only_for_binding_commitments() -> None:
    troubled = update(missed_run=2, assessment=SelfAssessment.STALLED)
    soft = commitment(binding=False, ends_on=ON - timedelta(days=1))
    facts = measure(soft, state=ROUTINE, leads=(troubled,), open_matters=3)
    assert shown(facts) == (GREY, LightReason.ROUTINE)
    bound = replace(soft, binding=True)
    assert shown(replace(facts, commitments=(bound,))) == (RED, LightReason.COMMITMENT_OVERDUE)


def test_grey_when_no_update_was_ever_confirmed_and_nothing_missed() -> None:
    facts = measure(ever_confirmed=False)
    assert shown(facts) == (GREY, LightReason.NOTHING_CONFIRMED)
    assert shown(replace(facts, leads=(update(missed_run=1),)))[0] == YELLOW


def test_green_else_with_its_reason() -> None:
    assert measure_light(measure(), ON) == Light(GREEN, LightReason.ON_COURSE)
    windows = commitment(CommitmentKind.DELIVERABLE, done=9, total=11)
    expected: dict[str, str | int] = {"label": "培训基地", "figure": "9/11"}
    assert measure_light(measure(windows), ON) == Light(GREEN, LightReason.ON_COURSE, expected)


def test_green_says_when_all_targets_are_met_even_above_the_ceiling() -> None:
    base = commitment(floor=Decimal(1), ceiling=Decimal(2), actual=Decimal(3), **YEAR)
    counted = commitment(CommitmentKind.RECURRING, floor=None, actual=Decimal(4))
    assert shown(measure(base, counted)) == (GREEN, LightReason.TARGETS_MET)


# --- Everything at once --------------------------------------------------------------------------

commitments = st.builds(
    commitment,
    kind=st.sampled_from(CommitmentKind),
    binding=st.booleans(),
    yes_no=st.booleans(),
    floor=st.none() | st.decimals(0, 20, places=2),
    ceiling=st.none() | st.decimals(0, 40, places=2),
    actual=st.none() | st.decimals(0, 50, places=2),
    done=st.integers(0, 5),
    total=st.sampled_from([0, 5, 11]),
    cycle_start=st.sampled_from([None, date(2020, 1, 1)]),
    cycle_end=st.sampled_from([None, date(2020, 12, 31)]),
    starts_on=st.none() | st.dates(date(2019, 1, 1), date(2019, 12, 31)),
    ends_on=st.none() | st.dates(date(2020, 1, 1), date(2022, 12, 31)),
)
updates = st.builds(
    update,
    missed_run=st.integers(0, 3),
    silent_now=st.booleans(),
    assessment=st.sampled_from(["", *SelfAssessment]),
    assessed_in=st.sampled_from(["", "2020年第一季度"]),
)
measures = st.builds(
    MeasureFacts,
    state=st.sampled_from(MeasureState),
    lead_mode=st.sampled_from(LeadMode),
    leads=st.lists(updates, max_size=3).map(tuple),
    commitments=st.lists(commitments, max_size=3).map(tuple),
    open_matters=st.integers(0, 2),
    has_responsible=st.booleans(),
    has_lead=st.booleans(),
    ever_confirmed=st.booleans(),
)


@given(measures, st.dates(date(2019, 1, 1), date(2023, 12, 31)))
def test_every_light_has_a_reason_in_words_that_survives_json(facts: MeasureFacts, on: date) -> None:
    light = measure_light(facts, on)
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert light.sentence == reason_text(str(light.reason), json.loads(json.dumps(light.parameters)))
            assert light.sentence
            assert "%(" not in light.sentence


@given(measures, st.dates(date(2019, 1, 1), date(2023, 12, 31)))
def test_soft_commitments_alone_leave_no_red(facts: MeasureFacts, on: date) -> None:
    soft = tuple(replace(row, binding=False) for row in facts.commitments)
    quiet = replace(facts, leads=(), commitments=soft)
    assert measure_light(quiet, on).colour != RED


# --- Override ------------------------------------------------------------------------------------


def test_override_keeps_what_the_rules_said() -> None:
    light = apply_override(Light(RED, LightReason.STALLED, {"department": "市人社局"}), GREEN, " 已当面核实 ")
    assert light == Light(
        GREEN,
        LightReason.OVERRIDDEN,
        {"because": "已当面核实", "ruled": "red"},
        overridden=True,
        lighter=True,
    )


@pytest.mark.parametrize(
    ("ruled", "colour", "lighter"),
    [
        (RED, YELLOW, True),
        (YELLOW, GREY, True),
        (GREY, GREEN, True),
        (GREEN, BLUE, True),
        (GREEN, GREEN, False),
        (GREEN, YELLOW, False),
        (YELLOW, RED, False),
    ],
)
def test_override_lighter_than_the_rules_is_marked(
    ruled: LightColour, colour: LightColour, lighter: bool
) -> None:
    light = apply_override(Light(ruled, LightReason.ON_COURSE), colour, "会议议定")
    assert (light.overridden, light.lighter) == (True, lighter)


def test_override_without_a_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="reason"):
        apply_override(Light(RED, LightReason.STALLED), GREEN, "  ")


# --- Words ---------------------------------------------------------------------------------------


def test_reason_reads_in_the_active_language() -> None:
    parameters = {"label": "培训基地", "figure": "0/1", "end": "2020-07-20"}
    with translation.override("en"):
        assert (
            reason_text("ending_soon", parameters) == "培训基地 (0/1) falls due by July 20, 2020 and is unmet"
        )
    with translation.override("zh-hans"):
        assert "2020年7月20日" in reason_text("ending_soon", parameters)


@translation.override("en")
def test_reason_of_missed_periods_names_them_where_it_was_kept_with_them() -> None:
    missed: dict[str, str | int] = {"department": "市公安局", "periods": 2}
    assert reason_text("missed_once", missed) == "市公安局 did not file on time"
    assert reason_text("missed_run", missed) == "市公安局 missed 2 periods running"
    missed |= {"missed_in": "2020年第一季度"}
    assert reason_text("missed_once", missed) == "市公安局 did not file for 2020 Q1 on time"
    missed |= {"missed_in": "2020年第一季度、2020年第二季度"}
    assert reason_text("missed_run", missed) == "市公安局 missed 2 periods running: 2020 Q1, 2020 Q2"
    missed |= {"periods": 5, "missed_in": "、".join(f"2020年{month}月" for month in range(1, 6))}
    words = reason_text("missed_run", missed)
    assert words == "市公安局 missed 5 periods running: January 2020 to May 2020"


@translation.override("en")
def test_reason_says_what_it_rests_on() -> None:
    stalled = {"department": "市人社局", "period": "2020年第一季度"}
    assert (
        reason_text("stalled", stalled) == "市人社局 assesses the work as stalled (carried over from 2020 Q1)"
    )
    override = {"because": "已核实", "ruled": "red"}
    assert reason_text("overridden", override) == "set by the office: 已核实 (by the rules: red light)"
    assert reason_text("on_course", {}) == "on course"
    assert reason_text("on_course", {"label": "窗口", "figure": "9/11"}) == "窗口 9/11, on course"
    assert reason_text("closed", {}) == "the measure is concluded"


def test_green_claims_no_plan_where_there_is_none() -> None:
    """A comparison has none (docs/domain.md 6.9), nor has a measure without commitments."""
    checked = commitment(CommitmentKind.COMPARISON, done=28, total=36)
    with translation.override("zh-hans"):
        said = [measure_light(facts, ON).sentence for facts in (measure(checked), measure())]
    assert said == ["培训基地 28/36，正常推进", "正常推进"]


def test_reason_unknown_is_an_error() -> None:
    with pytest.raises(ValueError, match="weather"):
        reason_text("weather", {})


def test_percent_sign_in_a_name_is_harmless() -> None:
    assert "提高10%" in reason_text("half_gone", {"label": "提高10%", "figure": "0/1"})


def test_colours_are_told_apart_without_colour() -> None:
    assert {colour.value: colour.shape for colour in LightColour} == {
        "blue": "✔",
        "grey": "○",
        "red": "■",
        "yellow": "▲",
        "green": "●",
    }
    with translation.override("en"):
        assert [str(colour.word) for colour in (RED, YELLOW, GREEN)] == [
            "lagging",
            "needs attention",
            "on course",
        ]


@pytest.mark.parametrize(
    ("kind", "unit", "total", "words"),
    [
        (CommitmentKind.NUMBER, "项", 0, "5 项"),
        (CommitmentKind.COMPARISON, "", 0, "5%"),
        (CommitmentKind.DELIVERABLE, "", 9, "5/9"),
    ],
)
def test_interim_target_is_said_in_the_words_of_its_kind(
    kind: CommitmentKind, unit: str, total: int, words: str
) -> None:
    """With the day from which it counts; of two, which comes next; of none, nothing."""
    step, ahead = Interim(date(2020, 6, 30), Decimal(5)), Interim(date(2020, 9, 30), Decimal(7))
    with translation.override("en"):
        said = interim_words(step, None, kind, unit, total)
        assert said.startswith(f"interim target: {words} by ")
        assert "; then 7" in interim_words(step, ahead, kind, unit, total)
        assert interim_words(None, None, kind, unit, total) == ""
