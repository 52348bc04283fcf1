"""From rows to a light and a commitment's status: which facts are read, from which period."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from measures import summaries
from measures.models import (
    AnswerKind,
    Commitment,
    CommitmentCycle,
    CommitmentKind,
    CommitmentSubject,
    InterimTarget,
    LeadMode,
    LightColour,
    LightReason,
    Measure,
    ReportingPeriod,
    SelfAssessment,
    UpdateState,
)
from measures.workflow import light_overrides, periods
from measures.workflow.texts import Text
from tests import cast
from tests.builders import a_commitment, a_measure, a_text, an_open_period, an_update, moment
from tests.cast import DAY

S = UpdateState
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once("worked out in Python over loaded rows; test_source.py, test_keeping.py load on both"),
]
YEARLY = {"cycle": CommitmentCycle.YEARLY, "kind": CommitmentKind.RECURRING}


def status(measure: Measure, on: date = DAY, code: str = "2020Q2") -> summaries.MeasureStatus:
    period = ReportingPeriod.objects.get(pk=an_open_period(measure.section.edition, code).pk)
    return summaries.live_summary(period, on).measure(measure.uuid)


def stated(commitment: Commitment, *numbers: tuple[str, str | None]) -> Text:
    """A text that states the values of the commitment's subjects, in their order."""
    subjects = CommitmentSubject.objects.filter(commitment=commitment).order_by("position")
    pairs = zip(subjects, numbers, strict=False)
    values = {row.pk: (Decimal(number), Decimal(of) if of else None) for row, (number, of) in pairs}
    return a_text(values=values)


# --- lights --------------------------------------------------------------------------------------


def test_red_when_the_convenors_update_was_missed_in_this_and_the_last_period() -> None:
    measure = a_measure(("zgh", "kjj"))
    for code, day in (("2020Q1", date(2020, 4, 2)), ("2020Q2", date(2020, 7, 2))):
        an_update(S.CONFIRMED, slug="kjj", measure=measure, code=code, at=moment(day))
    light = status(measure, date(2020, 7, 10)).light
    assert (light.colour, light.reason) == (LightColour.RED, LightReason.MISSED_RUN)
    assert light.parameters == {
        "department": "市总工会",
        "periods": 2,
        "missed_in": "2020年第一季度、2020年第二季度",
    }


def test_a_period_missed_before_this_one_is_the_one_that_the_reason_names() -> None:
    """A later date was granted, or the day is still to come: the light is not about this period."""
    measure = a_measure(("zgh",))
    an_open_period(measure.section.edition, "2020Q1")
    an_update(measure=measure)
    light = status(measure, date(2020, 7, 1)).light
    assert light.reason == LightReason.MISSED_ONCE
    with override("zh-hans"):
        assert light.sentence == "市总工会2020年第一季度未按时报送"


def test_a_period_without_an_update_neither_counts_nor_breaks_the_run() -> None:
    measure = a_measure(("zgh",))
    an_open_period(measure.section.edition, "2019Q4")
    Measure.objects.filter(pk=measure.pk).update(state="suspended")
    an_open_period(measure.section.edition, "2020Q1")
    Measure.objects.filter(pk=measure.pk).update(state="in_progress")
    assert status(measure, date(2020, 7, 10)).light.parameters["periods"] == 2


def test_of_separate_leads_the_worst_darkens_the_measure() -> None:
    measure = a_measure(("jyj", "rsj"), lead_mode=LeadMode.SEPARATE)
    an_update(S.CONFIRMED, slug="jyj", measure=measure)
    light = status(measure, date(2020, 7, 10)).light
    assert (light.reason, light.parameters["department"]) == (LightReason.MISSED_ONCE, "市人社局")


def test_a_participants_silence_darkens_nothing() -> None:
    measure = a_measure(("zgh",), ("kjj",))
    an_update(S.CONFIRMED, measure=measure)
    assert status(measure, date(2020, 7, 10)).light.colour == LightColour.GREEN


def test_the_convenors_self_assessment_is_carried_over_and_says_so() -> None:
    measure = a_measure(("zgh",))
    slow = a_text(self_assessment=SelfAssessment.SLOW)
    an_update(S.CONFIRMED, measure=measure, code="2020Q1", text=slow, at=moment(date(2020, 4, 2)))
    light = status(measure).light
    assert (light.colour, light.reason) == (LightColour.YELLOW, LightReason.SLOW)
    assert light.parameters == {"department": "市总工会", "period": "2020年第一季度"}


def test_a_silent_convenor_leaves_the_worst_self_assessment_of_its_co_leads() -> None:
    measure = a_measure(("zgh", "kjj", "jyj"))
    at = moment(date(2020, 4, 2))
    an_update(S.CONFIRMED, measure=measure, code="2020Q1", at=at)
    an_update(S.CONFIRMED, slug="kjj", measure=measure)
    an_update(S.CONFIRMED, slug="jyj", measure=measure, text=a_text(self_assessment=SelfAssessment.STALLED))
    light = status(measure, date(2020, 7, 10)).light
    assert (light.reason, light.parameters["department"]) == (LightReason.STALLED, "市教育局")


def test_a_convenor_who_filed_late_is_not_silent() -> None:
    """Late is said by the filing; the assessment of the co-leads counts only for who said nothing."""
    measure = a_measure(("zgh", "kjj"))
    an_update(S.CONFIRMED, measure=measure, at=moment(date(2020, 7, 8)))
    an_update(S.CONFIRMED, slug="kjj", measure=measure, text=a_text(self_assessment=SelfAssessment.STALLED))
    assert status(measure, date(2020, 7, 10)).light.reason == LightReason.MISSED_ONCE


def test_the_run_of_missed_periods_is_the_convenors_whoever_that_was() -> None:
    measure = a_measure(("zgh", "kjj"))
    an_update(S.CONFIRMED, slug="kjj", measure=measure, code="2020Q1", at=moment(date(2020, 4, 2)))
    measure.responsibilities.filter(position=1).update(valid_to=date(2020, 6, 1))
    light = status(measure, date(2020, 7, 10)).light
    assert (light.reason, light.parameters) == (
        LightReason.MISSED_RUN,
        {
            "department": "市总工会、kjj局",
            "periods": 2,
            "missed_in": "2020年第一季度、2020年第二季度",
        },
    )


def test_a_measure_whose_lead_has_ended_is_grey_with_a_reason_of_its_own() -> None:
    measure = a_measure(("zgh",), ("kjj",))
    an_update(S.CONFIRMED, measure=measure)
    measure.responsibilities.filter(role="lead").update(valid_to=date(2020, 6, 30))
    light = status(measure).light
    assert (light.colour, light.reason) == (LightColour.GREY, LightReason.NO_LEAD)


def test_a_measure_once_confirmed_stays_lit_before_the_next_update_is_due() -> None:
    measure = a_measure(("zgh",))
    an_update(S.CONFIRMED, measure=measure, code="2020Q1", at=moment(date(2020, 4, 2)))
    assert status(measure).light.colour == LightColour.GREEN


def test_a_period_is_lit_by_what_was_filed_up_to_it() -> None:
    measure = a_measure(("zgh",))
    an_open_period(measure.section.edition, "2020Q1")
    an_update(S.CONFIRMED, measure=measure, text=a_text(self_assessment=SelfAssessment.STALLED))
    row = status(measure, code="2020Q1")
    assert (row.light.reason, len(row.updates)) == (LightReason.MISSED_ONCE, 1)


def test_the_light_before_is_the_one_that_the_office_set() -> None:
    measure = a_measure(("zgh",))
    an_open_period(measure.section.edition, "2020Q1")
    first = ReportingPeriod.objects.select_related("policy").get(code="2020Q1")
    at = moment(date(2020, 4, 20))
    light_overrides.override_light(cast.clerk(), first, measure, LightColour.GREEN, "已现场核实", at)
    periods.close_period(cast.clerk(), first, "到期截止", at)
    row = status(measure)
    assert row.history[-1].colour == row.before == LightColour.GREEN


def test_an_override_stands_for_its_period_only_and_is_marked_when_lighter() -> None:
    a_measure(("zgh",))
    update = an_update(S.CONFIRMED, text=a_text(self_assessment=SelfAssessment.STALLED))
    measure, period = update.measure, update.period
    light_overrides.override_light(cast.clerk(), period, measure, LightColour.GREEN, "已现场核实", moment())
    row = status(measure)
    assert (row.light.colour, row.light.overridden, row.light.lighter) == (LightColour.GREEN, True, True)
    assert (row.ruled_light.colour, row.ruled_light.overridden) == (LightColour.RED, False)
    assert not status(measure, date(2020, 10, 9), "2020Q3").light.overridden


def test_the_strip_shows_the_five_periods_before_with_their_stored_lights() -> None:
    measure = a_measure(("zgh",))
    for code in ("2019Q1", "2019Q2", "2019Q3", "2019Q4", "2020Q1"):
        an_open_period(measure.section.edition, code)
    first = ReportingPeriod.objects.select_related("policy").get(code="2020Q1")
    periods.close_period(cast.clerk(), first, "到期截止", moment(date(2020, 4, 20)))
    row = status(measure)
    assert [light.period for light in row.history] == ["2019Q1", "2019Q2", "2019Q3", "2019Q4", "2020Q1"]
    assert row.history[-1].colour == row.before == LightColour.RED
    assert row.history[0].colour is None


# --- commitments ---------------------------------------------------------------------------------


def test_a_yearly_duty_counts_what_the_latest_text_of_the_year_states() -> None:
    measure = a_measure(("zgh",))
    duty = a_commitment(measure, **YEARLY)
    for code, day, number in (("2019Q4", date(2020, 1, 2), "5"), ("2020Q1", date(2020, 4, 2), "1")):
        an_update(S.CONFIRMED, measure=measure, code=code, text=stated(duty, (number, None)), at=moment(day))
    [row] = status(measure).commitments
    assert (row.figure, row.met, row.year, row.stated_in) == ("1/1", True, 2020, "2020年第一季度")


def test_a_new_year_begins_with_nothing() -> None:
    measure = a_measure(("zgh",))
    duty = a_commitment(measure, **YEARLY)
    at = moment(date(2020, 1, 2))
    an_update(S.CONFIRMED, measure=measure, code="2019Q4", text=stated(duty, ("5", None)), at=at)
    [row] = status(measure).commitments
    assert (row.figure, row.met, row.stated_in) == ("0/1", False, "")


def test_subjects_are_counted_one_by_one() -> None:
    measure = a_measure(("zgh",))
    windows = a_commitment(measure, "市本级", "广阳区", "安次区", kind=CommitmentKind.DELIVERABLE)
    an_update(S.CONFIRMED, measure=measure, text=stated(windows, ("1", None), ("0", None), ("1", None)))
    [row] = status(measure).commitments
    assert (row.figure, row.percent, row.met) == ("2/3", 66, False)
    assert [subject.met for subject in row.subjects] == [True, False, True]


def test_a_limit_is_not_reached_but_kept_or_exceeded() -> None:
    measure = a_measure()
    commitment = a_commitment(measure, floor=None, ceiling=Decimal(5))
    an_update(S.CONFIRMED, measure=measure, text=stated(commitment, ("12", None)))
    [row] = status(measure).commitments
    assert (row.figure, row.target, row.met, row.unmet, row.percent) == ("12/≤5", "≤ 5", False, True, None)
    assert row.is_limit
    assert not row.subjects[0].met


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_a_share_is_met_when_all_comply() -> None:
    measure = a_measure(("zgh",))
    share = a_commitment(
        measure, kind=CommitmentKind.COMPARISON, answer=AnswerKind.SHARE, floor=Decimal(100), unit="%"
    )
    an_update(S.CONFIRMED, measure=measure, text=stated(share, ("28", "36")))
    [row] = status(measure).commitments
    assert (row.figure, row.percent, row.met) == ("28/36", 77, False)
    assert row.words == "28/36（77.8%）"


def test_of_separate_leads_that_state_one_period_the_further_counts() -> None:
    measure = a_measure(("jyj", "rsj"), lead_mode=LeadMode.SEPARATE)
    pilot = a_commitment(measure, answer=AnswerKind.YES_NO, kind=CommitmentKind.DELIVERABLE)
    an_update(S.CONFIRMED, slug="jyj", measure=measure, text=stated(pilot, ("0", None)))
    an_update(S.CONFIRMED, slug="rsj", measure=measure, text=stated(pilot, ("1", None)))
    [row] = status(measure).commitments
    assert row.met


def test_a_value_counts_only_once_its_text_is_confirmed() -> None:
    measure = a_measure(("zgh",))
    duty = a_commitment(measure)
    an_update(S.SUBMITTED, measure=measure, text=stated(duty, ("1", None)))
    assert status(measure).commitments[0].figure == "0/1"


def test_interim_targets_are_the_plan() -> None:
    measure = a_measure(("zgh",))
    promise = a_commitment(measure, floor=Decimal(10))
    InterimTarget.objects.create(commitment=promise, on=date(2020, 6, 30), target=Decimal(5))
    an_update(S.CONFIRMED, measure=measure, text=stated(promise, ("1", None)))
    light = status(measure).light
    assert (light.colour, light.reason) == (LightColour.RED, LightReason.FAR_BEHIND)
    assert light.parameters["points"] == "40"


def test_a_yearly_duty_darkens_nothing_before_its_span() -> None:
    measure = a_measure(("zgh",))
    a_commitment(measure, starts_on=date(2021, 1, 1), **YEARLY)
    an_update(S.CONFIRMED, measure=measure)
    assert status(measure, date(2020, 7, 10)).light.colour == LightColour.GREEN


def test_a_yearly_duty_is_judged_in_its_last_year_once_its_span_is_over() -> None:
    measure = a_measure(("zgh",))
    duty = a_commitment(measure, ends_on=date(2019, 12, 31), **YEARLY)
    an_update(S.CONFIRMED, measure=measure, code="2020Q1", at=moment(date(2020, 4, 2)))
    row = status(measure, date(2020, 4, 10), "2020Q1")
    assert (row.light.colour, row.light.reason) == (LightColour.RED, LightReason.COMMITMENT_OVERDUE)
    assert (row.light.parameters["end"], row.commitments[0].year) == ("2019-12-31", 2019)
    an_update(S.CONFIRMED, measure=measure, text=stated(duty, ("1", None)))  # told afterwards
    row = status(measure, date(2020, 7, 10))
    assert (row.light.colour, row.light.reason) == (LightColour.GREEN, LightReason.TARGETS_MET)


@pytest.mark.parametrize(
    ("floor", "ceiling", "target"),
    [("1", "2", "1—2"), ("3", None, "≥ 3"), (None, None, ""), ("2", "2", "≥ 2")],
)
def test_a_target_is_written_as_people_write_it(floor: str | None, ceiling: str | None, target: str) -> None:
    measure = a_measure(("zgh",))
    a_commitment(measure, floor=floor and Decimal(floor), ceiling=ceiling and Decimal(ceiling))
    assert status(measure).commitments[0].target == target


def test_value_is_that_of_the_latest_period_also_when_it_is_lower() -> None:
    measure = a_measure(("zgh",))
    goal = a_commitment(measure, floor=Decimal(5))
    first, second = stated(goal, ("5", None)), stated(goal, ("3", None))
    second = replace(second, decreases=dict.fromkeys(second.values, "两场核减"))
    an_update(S.CONFIRMED, measure=measure, code="2020Q1", text=first, at=moment(date(2020, 4, 2)))
    an_update(S.CONFIRMED, measure=measure, text=second)
    (shown,) = status(measure).commitments
    assert (shown.subjects[0].number, shown.met) == (Decimal(3), False)
    assert [(row.fell_from, row.decrease_reason) for row in shown.fallen] == [(Decimal(5), "两场核减")]


def test_commitment_that_begins_later_darkens_nothing_yet() -> None:
    measure = a_measure(("zgh",))
    goal = a_commitment(measure, **YEARLY)
    an_update(S.CONFIRMED, measure=measure, code="2020Q4", at=moment(date(2020, 12, 20)))
    in_december = (date(2020, 12, 25), "2020Q4")
    assert status(measure, *in_december).light.reason == LightReason.ENDING_SOON
    Commitment.objects.filter(pk=goal.pk).update(starts_on=date(2021, 1, 1))
    assert status(measure, *in_december).light.colour == LightColour.GREEN
