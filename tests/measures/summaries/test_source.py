"""A closed period is read from its snapshot; JSON keeps every figure; a measure's history is whole."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from departments.models import Department
from measures import summaries
from measures.lights import Light
from measures.models import LightColour, LightReason, ReportingPeriod, Section, UpdateState
from measures.summaries import digest, from_json, live_summary, read_measure, read_period, to_json
from measures.summaries.building import confirmed_text
from measures.workflow import light_overrides, periods, updates
from tests import cast
from tests.builders import (
    a_commitment,
    a_measure,
    a_planned_period,
    a_section,
    a_text,
    an_edition,
    an_open_period,
    an_update,
    brought_to,
    moment,
    text_in_work,
    update_of,
)
from tests.cast import DAY

S = UpdateState
CLOSING = date(2020, 7, 15)
pytestmark = pytest.mark.django_db


def closed(code: str = "2020Q2", on: date = CLOSING) -> ReportingPeriod:
    periods.close_period(cast.clerk(), loaded(code), "按期截止", moment(on))
    return loaded(code)


def loaded(code: str = "2020Q2") -> ReportingPeriod:
    return ReportingPeriod.objects.select_related("policy__coordinator", "edition").get(code=code)


def test_a_summary_goes_through_canonical_json_and_back_unchanged() -> None:
    measure = a_measure(("zgh", "kjj"), ("jyj",))
    a_commitment(measure, "市本级", "广阳区")
    an_update(S.CONFIRMED, measure=measure, text=a_text(coordination="请协调场地"))
    summary = live_summary(loaded(), CLOSING)
    assert from_json(to_json(summary)) == summary
    assert to_json(from_json(to_json(summary))) == to_json(summary)


@pytest.mark.once("JSON is written and read in Python")
@given(st.dictionaries(st.text(), st.text() | st.integers(), max_size=3))
def test_json_keeps_the_parameters_of_a_light_whatever_they_are(parameters: dict[str, str | int]) -> None:
    from measures.summaries.snapshot_json import _converter

    light = Light(LightColour.RED, LightReason.STALLED, parameters)
    assert _converter.structure(_converter.unstructure(light), Light) == light


def test_a_closed_period_is_read_from_its_snapshot() -> None:
    update = an_update(S.SUBMITTED)
    period = closed()
    before = read_period(period, DAY)
    updates.confirm(cast.clerk(), update, update.version, moment(date(2020, 7, 20)))
    Department.objects.filter(slug="zgh").update(short_name="改名后")
    after = read_period(loaded(), date(2021, 1, 1))
    assert after.summary == before.summary
    assert after.summary.confirmed_count == 0
    assert after.summary.as_of == CLOSING
    snapshot = period.snapshots.get()
    assert after.snapshot is not None
    assert (after.snapshot.sha256, after.snapshot.number) == (digest(snapshot.seal), 1)


def test_closing_again_after_reopening_counts_anew_and_keeps_the_first_snapshot() -> None:
    update = an_update(S.SUBMITTED)
    period = closed()
    periods.reopen_period(cast.signer(), period, "补充确认", moment(date(2020, 7, 16)))
    updates.confirm(cast.clerk(), update, update.version, moment(date(2020, 7, 16)))
    sourced = read_period(closed(on=date(2020, 7, 17)), DAY)
    assert sourced.summary.confirmed_count == 1
    assert sourced.snapshot is not None
    assert (sourced.snapshot.number, loaded().snapshots.count()) == (2, 2)


def test_a_planned_period_has_no_figures() -> None:
    period = a_planned_period()
    with pytest.raises(ValueError, match="planned"):
        read_period(period, DAY)


def test_contacts_never_enter_the_summary() -> None:
    an_update(S.DUE)
    Department.objects.filter(slug="zgh").update(contact="联络员甲", telephone="0316-5550000")
    [row] = summaries.kept_period(loaded(), DAY).departments
    assert row.contact.telephone == "0316-5550000"
    assert "0316-5550000" not in to_json(read_period(loaded(), DAY).summary)
    assert "0316-5550000" not in closed().snapshots.get().content


def measures_with_updates(number: int) -> None:
    section = Section.objects.first() or a_section()
    for _ in range(number):
        measure = a_measure(("zgh", "kjj"), ("jyj",), section=section)
        a_commitment(measure, "市本级", "广阳区")
        an_update(S.CONFIRMED, measure=measure)


def queries_of(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


@pytest.mark.once("how often is asked is the same everywhere")
@pytest.mark.parametrize("number", [1, 5])
def test_a_period_is_read_in_four_queries_and_worked_out_in_seven_whatever_its_size(number: int) -> None:
    measures_with_updates(number)
    period = loaded()
    read_period(period, DAY)
    assert queries_of(lambda: read_period(period, DAY)) == 4
    assert queries_of(lambda: live_summary(period, DAY)) == 7


@pytest.mark.once("how often is asked is the same everywhere")
def test_the_first_reading_of_a_day_asks_as_often_for_many_measures_as_for_one() -> None:
    measures_with_updates(1)
    period = loaded()
    read_period(period, DAY)
    next_day, day_after = DAY + timedelta(days=1), DAY + timedelta(days=2)
    for_one = queries_of(lambda: read_period(period, next_day))
    measures_with_updates(4)
    read_period(period, next_day)  # keeps their first lights
    assert queries_of(lambda: read_period(period, day_after)) == for_one > 4
    assert len(read_period(period, day_after).summary.measures) == 5


def test_the_measure_of_another_edition_is_not_in_the_summary() -> None:
    an_update(S.DUE)
    other = a_measure(("zgh",), section=a_section(an_edition(number=2), ordinal=3))
    with pytest.raises(KeyError):
        live_summary(loaded(), DAY).measure(other.uuid)
    with pytest.raises(KeyError):
        summaries.live_measure(loaded(), other, DAY)


def test_changed_compares_with_the_period_before_the_darkest_first() -> None:
    section = a_section()
    better, worse = a_measure(("zgh",), section=section), a_measure(("kjj",), section=section)
    an_update(S.CONFIRMED, slug="kjj", measure=worse, code="2020Q1", at=moment(date(2020, 4, 1)))
    closed("2020Q1", date(2020, 4, 15))
    an_update(S.CONFIRMED, slug="zgh", measure=better)
    summary = live_summary(loaded(), date(2020, 7, 10))
    assert [(row.title, row.before) for row in summary.changed] == [
        (worse.title, LightColour.GREEN),
        (better.title, LightColour.YELLOW),
    ]
    assert summary.previous == "2020年第一季度"
    assert summary.previous_counts is not None
    assert summary.previous_counts[LightColour.GREEN] == 1


def test_without_a_period_before_there_is_nothing_to_compare_with() -> None:
    an_update(S.DUE)
    summary = live_summary(loaded(), DAY)
    assert (summary.previous, summary.previous_counts, summary.changed) == (None, None, ())


# --- one measure through its periods -------------------------------------------------------------


def test_history_has_no_entry_before_the_first_period() -> None:
    a_planned_period()
    assert read_measure(a_measure(), DAY) is None


def test_history_shows_each_period_with_the_light_it_closed_with() -> None:
    measure = a_measure(("zgh",))
    late = an_update(S.DUE, measure=measure, code="2020Q1")
    closed("2020Q1", date(2020, 4, 15))
    brought_to(S.CONFIRMED, late, text=a_text("补报的话"), at=moment(date(2020, 4, 20)))
    an_update(S.CONFIRMED, measure=measure)
    history = read_measure(measure, DAY)
    assert history is not None
    newest, oldest = history.entries
    assert (newest.period.code, oldest.period.code) == ("2020Q2", "2020Q1")
    assert oldest.light is not None
    assert oldest.light.reason == LightReason.MISSED_ONCE
    assert oldest.sentence == "补报的话"
    assert oldest.printed[0].filed_after_closing
    assert newest.light == history.status.light


def test_history_of_a_closed_period_keeps_its_override() -> None:
    measure = a_measure(("zgh",))
    period = an_open_period(measure.section.edition)
    light_overrides.override_light(cast.clerk(), period, measure, LightColour.YELLOW, "进度偏慢", moment())
    closed()
    history = read_measure(measure, date(2020, 12, 1))
    assert history is not None
    assert history.status.light.overridden
    assert history.entries[0].light == history.status.light


def test_history_counts_corrections() -> None:
    measure = a_measure(("zgh",))
    update = an_update(S.CONFIRMED, measure=measure)
    update = updates.correct(cast.reporter(), update, update.version, "数据有误", moment())
    brought_to_confirmed = updates.submit_for_review(
        cast.reporter(), update, update.version, moment(), a_text("改后")
    )
    approved = updates.approve_and_submit(
        cast.reviewer(), brought_to_confirmed, brought_to_confirmed.version, moment()
    )
    updates.confirm(cast.clerk(), approved, approved.version, moment())
    history = read_measure(measure, DAY)
    assert history is not None
    assert history.entries[0].corrections == 1


def test_filing_record_of_a_closed_period_counts_what_its_snapshot_holds() -> None:
    """What was filed after closing is shown with the update; the period's numbers never change."""
    measure = a_measure(("zgh",))
    late = an_update(S.DUE, measure=measure, code="2020Q1")
    closed("2020Q1", date(2020, 4, 15))
    brought_to(S.SUBMITTED, late, at=moment(date(2020, 4, 20)))
    an_open_period(measure.section.edition)
    department, periods = late.department, [loaded("2020Q2"), loaded("2020Q1")]
    record = summaries.department_record(department, periods, DAY)
    counts = [(row.period, row.count) for row in record if row.count]
    assert [(period, count.late, count.missing, count.not_due) for period, count in counts] == [
        ("2020年第二季度", 0, 0, 1),
        ("2020年第一季度", 0, 1, 0),
    ]
    [update] = summaries.updates_of(department, periods[1])
    assert summaries.update_status(update).filed_after_closing


def test_filing_record_leaves_out_a_period_in_which_nothing_was_owed() -> None:
    first = a_measure(("kjj",))
    an_open_period(first.section.edition, "2020Q1")
    measure = a_measure(("zgh",), ordinal=2)
    an_open_period(first.section.edition)
    department = update_of(measure, "zgh").department
    record = summaries.department_record(department, [loaded("2020Q2"), loaded("2020Q1")], DAY)
    assert [row.period for row in record] == ["2020年第二季度"]


def test_history_has_no_light_for_a_period_that_closed_before_the_measure_came() -> None:
    first = a_measure(("zgh",))
    an_open_period(first.section.edition, "2020Q1")
    closed("2020Q1", date(2020, 4, 15))
    later = a_measure(("kjj",), ordinal=2)
    an_open_period(first.section.edition)
    history = read_measure(later, DAY)
    assert history is not None
    assert [entry.light for entry in history.entries] == [history.status.light, None]


def test_text_that_is_not_confirmed_is_never_shown_as_one_that_counts() -> None:
    revision = text_in_work(an_update(S.DRAFT))
    with pytest.raises(ValueError, match="only a confirmed text counts"):
        confirmed_text(revision)
