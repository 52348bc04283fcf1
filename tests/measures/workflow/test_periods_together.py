"""Somebody acts in a period while it is closed, opened, reopened or archived: one waits for the other.

So a snapshot says exactly what was done before it, and nothing is done in a period that is over. In real
commits, with two connections; on PostgreSQL by row locks, on SQLite because only one writes at a time.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Final

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext

from departments.models import Role, WorkingDay
from measures import summaries
from measures.models import (
    Act,
    Closure,
    CoordinationMatter,
    Event,
    LightColour,
    Measure,
    MeasureState,
    PeriodState,
    ProgressUpdate,
    ReportingPeriod,
    Responsibility,
    ResponsibilityRole,
    UpdateState,
)
from measures.workflow import (
    closures,
    duty_changes,
    extensions,
    light_overrides,
    matters,
    measures,
    periods,
    updates,
    urges,
)
from measures.workflow.errors import WorkflowError, WrongStateError
from measures.workflow.signatures import note_signatures
from tests import builders, cast
from tests.builders import (
    a_measure,
    a_planned_period,
    a_policy,
    a_section,
    a_text,
    an_edition,
    an_update,
    moment,
    perform,
)
from tests.evidence import added, an_upload
from tests.measures.workflow.two_connections import overlapping

S: Final = UpdateState
CLOSING: Final = moment(date(2020, 7, 15))
LATER: Final = moment(date(2020, 7, 16))
BASIS: Final = "市政府第31次常务会议纪要"
DATES: Final = periods.Dates(
    builders.PARTICIPANTS_DUE, builders.LEADS_DUE, builders.CHECK_DUE, builders.GRACE_ENDS
)
ON_UPDATES: Final = [
    (S.DRAFT, Act.SAVE, cast.reporter),
    (S.DRAFT, Act.SUBMIT_FOR_REVIEW, cast.reporter),
    (S.IN_REVIEW, Act.WITHDRAW, cast.reporter),
    (S.IN_REVIEW, Act.RETURN, cast.reviewer),
    (S.SUBMITTED, Act.RETURN, cast.clerk),
    (S.IN_REVIEW, Act.APPROVE_AND_SUBMIT, cast.reviewer),
    (S.SUBMITTED, Act.CONFIRM, cast.clerk),
    (S.CONFIRMED, Act.CORRECT, cast.reporter),
    (S.DUE, Act.WAIVE, cast.clerk),
    (S.WAIVED, Act.RESTORE, cast.clerk),
    (S.DUE, Act.FILE_ON_BEHALF, cast.clerk),
]
pytestmark = pytest.mark.usefixtures("own_database")


def close(period: ReportingPeriod) -> None:
    periods.close_period(cast.clerk(), period, "其余单位未报", CLOSING)


def reopen(period: ReportingPeriod) -> None:
    periods.reopen_period(cast.signer(), period, "补报", LATER)


def archive(period: ReportingPeriod) -> None:
    periods.archive_period(cast.clerk(), period, LATER)


def override(period: ReportingPeriod) -> None:
    measure = Measure.objects.get(updates__period=period)
    light_overrides.override_light(cast.clerk(), period, measure, LightColour.RED, "群众反映", CLOSING)


# What is done to the period, and the state in which it is possible.
ON_PERIODS: Final = [
    (close, PeriodState.OPEN),
    (override, PeriodState.OPEN),
    (reopen, PeriodState.CLOSED),
    (archive, PeriodState.CLOSED),
]


def everybody() -> None:
    """The people of these tests, before two connections ask for them at once."""
    for person in (cast.reporter, cast.reviewer, cast.clerk, cast.second_clerk, cast.signer):
        person()
    if not WorkingDay.objects.exists():
        builders.a_working_calendar()


def an_update_of_its_own(number: int, state: UpdateState) -> ProgressUpdate:
    """In a policy and period of its own, so that one database serves many pairs."""
    edition = an_edition(a_policy(f"policy-{number}"))
    return an_update(state, measure=a_measure(section=a_section(edition)))


def cases(before: PeriodState) -> Iterator[tuple[ProgressUpdate, Act, Callable[[], object]]]:
    """Every act on an update that is possible in the period, in another period each."""
    everybody()
    for number, (state, act, who) in enumerate(ON_UPDATES):
        if before == PeriodState.CLOSED and act in updates.EXCUSING_ACTS:
            continue
        update = an_update_of_its_own(number, state)
        if before == PeriodState.CLOSED:
            close(update.period)
        update.period.refresh_from_db()
        actor = who()
        yield update, act, partial(perform, act, actor, update)


def state_in_snapshot(update: ProgressUpdate) -> UpdateState:
    snapshot = update.period.snapshots.latest("number")
    (found,) = summaries.from_json(snapshot.content).measure(update.measure.uuid).updates
    return found.state


def test_every_act_on_an_update_is_tried_with_every_act_on_its_period() -> None:
    assert {act for _state, act, _who in ON_UPDATES} == {
        row.act for row in updates.TRANSITIONS.values() if row.may
    }


@pytest.mark.parametrize(("on_period", "before"), ON_PERIODS)
def test_period_waits_for_an_act_on_an_update(
    on_period: Callable[[ReportingPeriod], None], before: PeriodState
) -> None:
    for update, act, do in cases(before):
        overlap = overlapping(do, partial(on_period, update.period))
        assert (overlap.first, overlap.second, overlap.overtaken) == (None, None, False), act
        if on_period is close:
            now = ProgressUpdate.objects.get(pk=update.pk).state
            assert state_in_snapshot(update) == now != "", act


@pytest.mark.parametrize(("on_period", "before"), ON_PERIODS)
def test_act_on_an_update_waits_for_its_period_and_hears_what_became_of_it(
    on_period: Callable[[ReportingPeriod], None], before: PeriodState
) -> None:
    for update, act, do in cases(before):
        overlap = overlapping(partial(on_period, update.period), do)
        assert (overlap.first, overlap.overtaken) == (None, False), act
        over = on_period is archive or (on_period is close and act in updates.EXCUSING_ACTS)
        assert isinstance(overlap.second, WrongStateError) == over, act
        if on_period is close:
            assert state_in_snapshot(update) == update.state, act


def test_acts_on_two_updates_of_a_period_do_not_wait_for_each_other() -> None:
    """Except on SQLite, where only one writes at a time."""
    everybody()
    one, other = an_update_of_its_own(1, S.DRAFT), an_update_of_its_own(1, S.DRAFT)
    assert one.period == other.period
    reporter = cast.reporter()
    overlap = overlapping(
        lambda: perform(Act.SUBMIT_FOR_REVIEW, reporter, one),
        lambda: perform(Act.SUBMIT_FOR_REVIEW, reporter, other),
    )
    assert (overlap.first, overlap.second) == (None, None)
    assert overlap.overtaken == connection.features.has_select_for_update


# --- what is done beside the updates of a period ------------------------------------------------------


def ask(update: ProgressUpdate) -> None:
    extensions.request_extension(cast.reporter(), update, date(2020, 7, 14), "数据要等决算", moment())


def grant(update: ProgressUpdate) -> None:
    extensions.grant_extension(cast.clerk(), update.extensions.get(), "", moment())


def attach(update: ProgressUpdate) -> None:
    added(update, an_upload())


def note(update: ProgressUpdate) -> None:
    text = builders.update_of(update.measure, "zgh").latest_revision
    assert text
    note_signatures(cast.clerk(), [text], "王主席", moment().date(), moment())


def urge(update: ProgressUpdate) -> None:
    urges.urge(cast.clerk(), update.period, [update.department], CLOSING)


def move_dates(update: ProgressUpdate) -> None:
    later = replace(DATES, grace_ends_on=builders.GRACE_ENDS + timedelta(days=1))
    periods.change_dates(cast.clerk(), update.period, later, "节假日调整", moment())


# Each with the state that it needs, and whether it is still done in a closed period.
BESIDE: Final = [
    (ask, S.DUE, False),
    (grant, S.DUE, False),
    (attach, S.DRAFT, True),
    (note, S.SUBMITTED, True),
    (urge, S.DUE, False),
    (move_dates, S.DUE, False),
]


def ready_beside(beside: Callable[[ProgressUpdate], None], state: UpdateState) -> ProgressUpdate:
    everybody()
    update = an_update(state)
    if beside is grant:
        ask(update)
    return update


@pytest.mark.parametrize(("beside", "state", "_goes_on"), BESIDE)
def test_period_waits_for_what_is_done_beside_its_updates(
    beside: Callable[[ProgressUpdate], None], state: UpdateState, _goes_on: bool
) -> None:
    update = ready_beside(beside, state)
    overlap = overlapping(partial(beside, update), partial(close, update.period))
    assert (overlap.first, overlap.second, overlap.overtaken) == (None, None, False)


@pytest.mark.parametrize(("beside", "state", "goes_on"), BESIDE)
def test_what_is_done_beside_updates_waits_for_the_period(
    beside: Callable[[ProgressUpdate], None], state: UpdateState, goes_on: bool
) -> None:
    update = ready_beside(beside, state)
    overlap = overlapping(partial(close, update.period), partial(beside, update))
    assert (overlap.first, overlap.overtaken) == (None, False)
    assert isinstance(overlap.second, WorkflowError) != goes_on


# --- what reaches updates through their measure -------------------------------------------------------


def suspend(update: ProgressUpdate) -> None:
    measures.change_state(cast.clerk(), update.measure, Act.SUSPEND, BASIS, CLOSING)


def assign(update: ProgressUpdate) -> None:
    row = Responsibility(
        measure=update.measure,
        department=cast.a_department("czj"),
        role=ResponsibilityRole.PARTICIPANT,
        position=1,
    )
    duty_changes.save_responsibility(cast.clerk(), row, BASIS, CLOSING)


def follow(_update: ProgressUpdate) -> None:
    """The night; it looks at measures in which a duty ended with a day that is past."""
    duty_changes.follow_days(CLOSING)


def agree(update: ProgressUpdate) -> None:
    closures.agree_to_closure(cast.signer(), Closure.objects.get(measure=update.measure), Role.SIGNER, LATER)


def resolve(update: ProgressUpdate) -> None:
    matters.resolve_matter(
        cast.clerk(), CoordinationMatter.objects.get(measure=update.measure), "已落实", LATER
    )


ON_MEASURES: Final = [suspend, assign, follow, agree, resolve]


def an_update_with_all_that_they_need() -> ProgressUpdate:
    """Confirmed with an open matter; its measure's closure wants the signer's word alone."""
    everybody()
    cast.a_department("czj")
    update = an_update(S.CONFIRMED, text=a_text(coordination="请市财政局落实经费"))
    measure, at = update.measure, moment()
    measure.refresh_from_db()
    closures.request_closure(cast.reporter(), measure, cast.a_department("zgh"), BASIS, at)
    closures.agree_to_closure(cast.clerk(), Closure.objects.get(), Role.CLERK, at)
    return update


def ready_for(on_measure: Callable[[ProgressUpdate], None]) -> ProgressUpdate:
    update = an_update_with_all_that_they_need()
    if on_measure is follow:
        Responsibility.objects.update(valid_to=CLOSING.date() - timedelta(days=1))
    return update


@pytest.mark.parametrize("on_measure", ON_MEASURES)
def test_period_waits_for_an_act_on_a_measure(on_measure: Callable[[ProgressUpdate], None]) -> None:
    update = ready_for(on_measure)
    overlap = overlapping(lambda: on_measure(update), lambda: close(update.period))
    assert (overlap.first, overlap.second, overlap.overtaken) == (None, None, False)
    summary = summaries.from_json(update.period.snapshots.get().content).measure(update.measure.uuid)
    assert summary.state == Measure.objects.get().state
    assert len(summary.updates) == ProgressUpdate.objects.count()


@pytest.mark.parametrize("on_measure", ON_MEASURES)
def test_act_on_a_measure_waits_for_the_period(on_measure: Callable[[ProgressUpdate], None]) -> None:
    update = ready_for(on_measure)
    overlap = overlapping(lambda: close(update.period), lambda: on_measure(update))
    assert (overlap.first, overlap.second, overlap.overtaken) == (None, None, False)
    assert ProgressUpdate.objects.count() == 1  # a duty assigned after the closing owes nothing in it


def test_period_that_opens_waits_for_a_measure_that_is_suspended() -> None:
    everybody()
    measure = a_measure()
    period = a_planned_period()
    at = moment(builders.OPENED)
    clerk = cast.clerk()
    overlap = overlapping(
        lambda: measures.change_state(clerk, measure, Act.SUSPEND, BASIS, at),
        lambda: periods.open_period(clerk, period, DATES, at),
    )
    assert (overlap.first, overlap.second, overlap.overtaken) == (None, None, False)
    assert not ProgressUpdate.objects.exists()


# --- one quarter, twice -------------------------------------------------------------------------------


def test_second_clerk_who_plans_the_same_quarter_is_told_that_it_is_there() -> None:
    everybody()
    policy = an_edition().policy
    one, other = cast.clerk(), cast.second_clerk()
    overlap = overlapping(
        lambda: periods.plan_period(one, policy, "2020Q2", moment()),
        lambda: periods.plan_period(other, policy, "2020Q2", moment()),
    )
    assert (overlap.first, overlap.overtaken) == (None, False)
    assert isinstance(overlap.second, ValidationError)
    assert overlap.second.messages == [gettext("This period already exists.")]
    assert ReportingPeriod.objects.count() == 1


# --- the order of locks -------------------------------------------------------------------------------

ORDER: Final = [
    "measures_reportingperiod", "measures_progressupdate", "measures_measure", "measures_closure",
    "measures_coordinationmatter", "measures_measurefigures", "measures_departmentfigures",
]  # fmt: skip


# Of which of its tables a statement holds the rows, if it says so; else of the one that it reads.
OF_WHICH: Final = re.compile(r' FOR [A-Z ]+ OF "(\w+)"')
FROM: Final = re.compile(r' FROM "(\w+)"')


def locked(act: Callable[[], object]) -> list[str]:
    """The tables in which the act holds rows, in the order in which it took them."""
    with CaptureQueriesContext(connection) as queries:
        act()
    statements = [query["sql"] for query in queries if " FOR " in query["sql"]]
    found = [OF_WHICH.search(sql) or FROM.search(sql) for sql in statements]
    tables = [table[1] for table in found if table]
    return list(dict.fromkeys(tables))


def follow_what_ended(update: ProgressUpdate) -> None:
    Responsibility.objects.update(valid_to=CLOSING.date() - timedelta(days=1))
    follow(update)
    Responsibility.objects.update(valid_to=None)


def test_locks_are_taken_in_one_order() -> None:
    """Period, update, measure, the rest: two acts that took them otherwise would wait for each other."""
    confirmed = an_update_with_all_that_they_need()
    acts: list[Callable[[], object]] = [do for _update, _act, do in cases(PeriodState.OPEN)]
    acts += [partial(act, confirmed) for act in (resolve, assign, follow_what_ended, agree)]
    taken = [locked(act) for act in acts]
    for tables in taken:
        assert tables == sorted(tables, key=ORDER.index)
    if connection.features.has_select_for_update:
        assert all(tables[0] == ORDER[0] for tables in taken)
    assert Event.objects.filter(act=Act.CLOSE_MEASURE).exists()
    assert Measure.objects.filter(state=MeasureState.CLOSED).exists()
