"""The figures of a period: what is counted, over what, and whose words stand for a measure."""

from datetime import date, timedelta

import pytest

from departments.models import Department
from measures import summaries
from measures.lights import FilingState
from measures.models import (
    LeadMode,
    LightColour,
    LightReason,
    Measure,
    ReportingPeriod,
    ResponsibilityRole,
    Situation,
    UpdateState,
)
from measures.summaries import PeriodSummary, percent
from measures.workflow import texts, updates
from tests import cast
from tests.builders import (
    LEADS_DUE,
    a_measure,
    a_responsibility,
    a_section,
    a_text,
    a_working_calendar,
    an_open_period,
    an_update,
    in_correction,
    moment,
    returned_by_office,
)
from tests.cast import DAY

S = UpdateState
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once("worked out in Python over loaded rows; test_source.py, test_keeping.py load on both"),
]
AFTER = LEADS_DUE + timedelta(days=1)


def summary_of(measure: Measure, on: date = DAY, code: str = "2020Q2") -> PeriodSummary:
    period = an_open_period(measure.section.edition, code)
    return summaries.live_summary(ReportingPeriod.objects.get(pk=period.pk), on)


def status(measure: Measure, on: date = DAY, code: str = "2020Q2") -> summaries.MeasureStatus:
    return summary_of(measure, on, code).measure(measure.uuid)


# --- what counts ---------------------------------------------------------------------------------


def test_only_a_confirmed_text_counts() -> None:
    submitted = an_update(S.SUBMITTED)
    assert status(submitted.measure).updates[0].text is None
    [update] = status(an_update(S.CONFIRMED, slug="jyj").measure).updates
    assert update.text is not None
    assert update.text.headline == "举办全市职业技能竞赛2场"


def test_a_correction_in_work_leaves_the_text_in_force_counting() -> None:
    update = in_correction(an_update(S.CONFIRMED))
    updates.save(cast.reporter(), update, update.version, a_text("举办3场"), moment())
    [shown] = status(update.measure).updates
    assert shown.text is not None
    assert (shown.state, shown.text.headline, shown.text.corrected) == (
        S.DRAFT,
        "举办全市职业技能竞赛2场",
        False,
    )


def test_rate_is_on_time_of_all_that_is_owed_without_the_waived() -> None:
    section = a_section()
    an_update(S.CONFIRMED, measure=a_measure(("zgh",), section=section))
    an_update(S.WAIVED, slug="kjj", measure=a_measure(("kjj",), section=section))
    late = a_measure(("jyj",), section=section)
    an_update(S.SUBMITTED, slug="jyj", measure=late, at=moment(AFTER))
    an_update(S.DUE, slug="czj", measure=a_measure(("czj",), section=section))
    count = summary_of(late, AFTER).filing
    assert (count.total, count.waived, count.owed) == (4, 1, 3)
    assert (count.on_time, count.late, count.missing, count.filed) == (1, 1, 1, 2)
    assert count.rate == "33.3%"


def test_an_update_not_yet_due_is_neither_missing_nor_late() -> None:
    count = summary_of(an_update(S.DUE).measure, LEADS_DUE).filing
    assert (count.not_due, count.missing) == (1, 0)


def test_a_return_after_submission_never_turns_on_time_into_late() -> None:
    a_working_calendar()
    update = returned_by_office(an_update(S.SUBMITTED))
    count = summary_of(update.measure, date(2020, 7, 30)).filing
    assert (count.on_time, count.late, count.missing, count.returned) == (1, 0, 0, 1)


@pytest.mark.parametrize(
    ("part", "whole", "shown"), [(0, 0, "—"), (0, 7, "0%"), (7, 7, "100%"), (1, 3, "33.3%"), (81, 92, "88%")]
)
def test_percent_has_one_decimal_at_most(part: int, whole: int, shown: str) -> None:
    assert percent(part, whole) == shown


def test_departments_stand_in_protocol_order_with_their_worst_update() -> None:
    measure = a_measure(("zgh", "kjj"))
    for position, slug in enumerate(("kjj", "zgh"), start=1):
        Department.objects.filter(slug=slug).update(position=position)
    an_update(S.CONFIRMED, slug="kjj", measure=measure)
    rows = summary_of(measure, AFTER).departments
    assert [row.department.slug for row in rows] == ["kjj", "zgh"]
    assert [row.state for row in rows] == [FilingState.ON_TIME, FilingState.MISSING]


def test_missing_lists_only_the_updates_that_are_past_due_and_never_filed() -> None:
    measure = a_measure(("zgh",), ("kjj",))
    an_update(S.CONFIRMED, slug="kjj", measure=measure)
    [row] = summary_of(measure, AFTER).missing
    assert row.department.slug == "zgh"
    assert [update.department.slug for _measure, update in row.updates] == ["zgh"]


# --- whose words ---------------------------------------------------------------------------------


def test_the_convenors_update_is_printed_for_joint_leads() -> None:
    measure = a_measure(("zgh", "kjj"))
    an_update(S.CONFIRMED, slug="kjj", measure=measure, text=a_text("共同牵头的话"))
    an_update(S.CONFIRMED, slug="zgh", measure=measure, text=a_text("汇总的话"))
    row = status(measure)
    assert row.is_consolidated
    assert [update.department.slug for update in row.printed] == ["zgh"]
    assert [update.department.slug for update in row.not_printed] == ["kjj"]
    assert row.sentence == "汇总的话"


def test_a_silent_convenor_leaves_the_co_leads_in_clause_order() -> None:
    measure = a_measure(("zgh", "kjj", "jyj"), ("czj",))
    for slug in ("jyj", "kjj", "czj"):
        an_update(S.CONFIRMED, slug=slug, measure=measure, text=a_text(f"{slug}的话。"))
    row = status(measure)
    assert not row.is_consolidated
    assert [update.department.slug for update in row.printed] == ["kjj", "jyj"]
    assert row.sentence == "kjj局：kjj的话；市教育局：jyj的话"
    assert [update.department.slug for update in row.updates if not update.is_lead] == ["czj"]


def test_separate_leads_each_stand_under_their_own_name() -> None:
    measure = a_measure(("jyj", "rsj"), lead_mode=LeadMode.SEPARATE)
    for slug in ("jyj", "rsj"):
        an_update(S.CONFIRMED, slug=slug, measure=measure, text=a_text(f"{slug}的话"))
    row = status(measure)
    assert row.convenor is None
    assert row.is_consolidated
    assert row.sentence == "市教育局：jyj的话；市人社局：rsj的话"


def test_no_progress_speaks_with_its_reason() -> None:
    text = texts.Text(situation=Situation.NO_PROGRESS, reason="竞赛安排在三季度")
    update = an_update(S.CONFIRMED, text=text)
    assert status(update.measure).sentence == f"{Situation.NO_PROGRESS.label}（竞赛安排在三季度）"


def test_a_measure_that_names_nobody_has_no_words_and_a_grey_light() -> None:
    row = status(a_measure(()))
    assert (row.sentence, row.first_lead, row.light.colour) == ("", None, LightColour.GREY)
    assert row.light.reason == LightReason.NO_RESPONSIBLE


def test_leads_that_the_office_designated_make_the_effective_mode() -> None:
    measure = a_measure(())
    a_responsibility(measure, "zgh", position=1, designated=True, role=ResponsibilityRole.LEAD)
    row = status(measure)
    assert row.lead_mode == LeadMode.SINGLE
    assert row.first_lead is not None
    assert row.first_lead.slug == "zgh"


def test_rate_is_a_dash_before_anything_was_filed_or_missed() -> None:
    count = summary_of(an_update(S.DUE).measure, LEADS_DUE).filing
    assert (count.owed, count.rate) == (1, "—")
