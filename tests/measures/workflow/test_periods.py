"""The period from plan to archive: one test for each rule of docs/domain.md 3."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from typing import Final

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command

from departments.actors import Actor
from departments.workdays import CalendarMissing
from measures import summaries
from measures.models import (
    Act,
    EditionStatus,
    Event,
    LightColour,
    LightReason,
    Measure,
    MeasureLight,
    MeasureState,
    PeriodState,
    Policy,
    ProgressUpdate,
    ReportingPeriod,
    ResponsibilityRole,
    UpdateState,
)
from measures.workflow import periods
from measures.workflow.errors import WorkflowError, WrongStateError
from measures.workflow.periods import Dates
from tests import builders, cast
from tests.builders import (
    CHECK_DUE,
    GRACE_ENDS,
    LEADS_DUE,
    OPENED,
    PARTICIPANTS_DUE,
    a_measure,
    a_planned_period,
    a_policy,
    an_edition,
    an_open_period,
    an_update,
    moment,
    set_period_state,
    update_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]
P: Final = PeriodState
S: Final = UpdateState
DATES: Final = Dates(PARTICIPANTS_DUE, LEADS_DUE, CHECK_DUE, GRACE_ENDS)
CLOSING: Final = moment(date(2020, 7, 15))
REASON: Final = "其余单位反复催报未报"


def shifted(days: int) -> Dates:
    later = (day + timedelta(days=days) for day in (PARTICIPANTS_DUE, LEADS_DUE, CHECK_DUE, GRACE_ENDS))
    return Dates(*later)


def opened(period: ReportingPeriod) -> list[ProgressUpdate]:
    count = periods.open_period(cast.clerk(), period, DATES, moment(OPENED))
    updates = list(period.updates.order_by("pk"))
    assert count == len(updates)
    return updates


def closed(period: ReportingPeriod, reason: str = REASON) -> ReportingPeriod:
    periods.close_period(cast.clerk(), period, reason, CLOSING)
    period.refresh_from_db()
    return period


def last_event() -> Event:
    return Event.objects.latest("pk")


# --- dates --------------------------------------------------------------------------------------------


def test_deadline_is_the_fifth_working_day_and_the_offsets_count_from_it() -> None:
    assert periods.default_dates(a_policy(), date(2020, 6, 30)) == DATES


def test_deadline_and_offsets_are_the_policys() -> None:
    policy = a_policy(deadline_day=6, participant_offset=-1, lead_offset=0, check_offset=1, grace_offset=2)
    assert periods.default_dates(policy, date(2020, 6, 30)) == Dates(
        date(2020, 7, 7), date(2020, 7, 8), date(2020, 7, 9), date(2020, 7, 10)
    )


def test_grace_is_derived_from_an_open_period_and_a_date() -> None:
    period = an_open_period()
    assert [period.in_grace(LEADS_DUE), period.in_grace(CHECK_DUE)] == [False, True]
    set_period_state(period, P.CLOSED)
    assert not period.in_grace(CHECK_DUE)


# --- plan ---------------------------------------------------------------------------------------------


def test_planned_period_has_the_dates_of_the_table_and_one_event() -> None:
    edition = an_edition()
    period = periods.plan_period(cast.clerk(), a_policy(), "2020Q2", moment(OPENED))
    period.refresh_from_db()
    assert (period.state, period.edition, period.starts_on, period.ends_on) == (
        P.PLANNED, edition, date(2020, 4, 1), date(2020, 6, 30),
    )  # fmt: skip
    found = (period.participant_due_on, period.lead_due_on, period.check_due_on, period.grace_ends_on)
    assert Dates(*found) == DATES
    event = Event.objects.get()
    assert (event.act, event.period, event.to_state) == (Act.PLAN_PERIOD, period, P.PLANNED)


def test_planned_period_may_rest_on_a_draft_and_takes_the_latest_edition_that_stands() -> None:
    an_edition(number=1, status=EditionStatus.ISSUED)
    draft = an_edition(number=2, status=EditionStatus.DRAFT_FOR_COMMENT)
    an_edition(number=3, status=EditionStatus.REPEALED)
    an_edition(number=4, status=EditionStatus.SUPERSEDED)
    assert periods.plan_period(cast.clerk(), a_policy(), "2020Q2", moment()).edition == draft


def test_plan_needs_an_edition() -> None:
    with pytest.raises(WorkflowError):
        periods.plan_period(cast.clerk(), a_policy(), "2020Q2", moment())


def test_plan_names_the_year_that_the_working_day_table_lacks() -> None:
    an_edition()
    with pytest.raises(CalendarMissing, match="2022"):
        periods.plan_period(cast.clerk(), a_policy(), "2021Q4", moment())


@pytest.mark.parametrize(
    ("code", "later"),
    [("2019Q4", "2020Q2"), ("2020Q2", None), ("2020Q3", None), ("", None), ("spring", None)],
)
def test_plan_of_an_earlier_quarter_finds_the_last_that_is_there(code: str, later: str | None) -> None:
    for there in ("2020Q1", "2020Q2"):
        last = builders.a_planned_period(code=there)
    found = periods.later_period(last.policy, code)
    assert (found.code if found else None) == later


def test_plan_of_the_same_quarter_twice_is_refused() -> None:
    a_planned_period()
    with pytest.raises(ValidationError):
        periods.plan_period(cast.clerk(), a_policy(), "2020Q2", moment())
    assert not Event.objects.exists()


# --- open ---------------------------------------------------------------------------------------------


@pytest.fixture
def whole_policy(db: None) -> Policy:
    """The real one, 20 measures, as the command loads it."""
    builders.rows_of_fixtures("departments")
    call_command("load_policy", "fixtures/policies/skilled-workers-2019.txt")
    return Policy.objects.get()


def test_opening_creates_92_updates_and_one_event(whole_policy: Policy) -> None:
    period = periods.plan_period(cast.clerk(), whole_policy, "2020Q2", moment(OPENED))
    before = Event.objects.count()

    opened(period)

    updates = ProgressUpdate.objects.filter(period=period)
    assert updates.count() == 92
    assert updates.filter(role=ResponsibilityRole.LEAD).count() == 48
    assert set(updates.values_list("state", "version")) == {(S.DUE, 1)}
    assert all(len(update.covers.all()) == 1 for update in updates.prefetch_related("covers"))
    # fifteen first leads, and two measures that two departments lead each for itself
    assert updates.filter(due_on=LEADS_DUE).count() == 15 + 4
    assert updates.filter(due_on=PARTICIPANTS_DUE).count() == 92 - 19
    assert Event.objects.count() == before + 1
    event = last_event()
    assert (event.act, event.from_state, event.to_state) == (Act.OPEN_PERIOD, P.PLANNED, P.OPEN)
    assert (event.period, event.department) == (period, whole_policy.coordinator)


def test_opening_creates_an_update_for_each_department_and_measure_in_force() -> None:
    joint = a_measure(("zgh", "jyj"), ("czj",))
    for state in (MeasureState.CLOSED, MeasureState.CANCELLED, MeasureState.SUSPENDED, MeasureState.ROUTINE):
        a_measure(state=state)
    updates = opened(a_planned_period())
    assert [(update.measure, update.department.slug, update.due_on) for update in updates] == [
        (joint, "zgh", LEADS_DUE), (joint, "jyj", PARTICIPANTS_DUE), (joint, "czj", PARTICIPANTS_DUE),
    ]  # fmt: skip


def test_opening_in_the_fourth_quarter_asks_routine_measures_too() -> None:
    routine = a_measure(state=MeasureState.ROUTINE)
    period = a_planned_period(code="2019Q4")
    periods.open_period(cast.clerk(), period, DATES, moment(OPENED))
    assert update_of(routine, "zgh", "2019Q4").state == S.DUE


def test_opening_stores_the_dates_that_the_clerk_chose() -> None:
    period = a_planned_period()
    periods.open_period(cast.clerk(), period, shifted(7), moment(OPENED))
    period.refresh_from_db()
    assert (period.participant_due_on, period.grace_ends_on) == (date(2020, 7, 9), date(2020, 7, 21))
    assert (period.state, period.opened_at) == (P.OPEN, moment(OPENED))


def refused_fields(dates: Dates, on: date) -> list[str]:
    period = a_planned_period()
    with pytest.raises(ValidationError) as caught:
        periods.open_period(cast.clerk(), period, dates, moment(on))
    period.refresh_from_db()
    assert period.state == P.PLANNED
    assert not Event.objects.exists()
    return sorted(caught.value.message_dict)


@pytest.mark.sample("what is refused is decided over a loaded row")
@pytest.mark.parametrize(
    ("on", "fields"),
    [
        (date(2020, 7, 3), ["participant_due_on"]),
        (date(2020, 7, 8), ["lead_due_on", "participant_due_on"]),
        (date(2020, 7, 15), ["check_due_on", "grace_ends_on", "lead_due_on", "participant_due_on"]),
    ],
)
def test_opening_refuses_dates_in_the_past(on: date, fields: list[str]) -> None:
    assert refused_fields(DATES, on) == fields


def test_opening_gives_everybody_three_working_days() -> None:
    """2 July is the third working day after 29 June, and only the second after the 30th."""
    assert refused_fields(DATES, date(2020, 6, 30)) == ["participant_due_on"]
    period = ReportingPeriod.objects.get()
    periods.open_period(cast.clerk(), period, DATES, moment(date(2020, 6, 29)))
    period.refresh_from_db()
    assert period.state == P.OPEN


def test_opening_refuses_dates_out_of_order() -> None:
    wrong = Dates(LEADS_DUE, PARTICIPANTS_DUE, CHECK_DUE, GRACE_ENDS)
    assert refused_fields(wrong, OPENED) == ["__all__"]


# --- close --------------------------------------------------------------------------------------------


def test_closing_lists_what_is_not_confirmed_and_asks_for_a_reason() -> None:
    for state in S:
        an_update(state)
    period = ReportingPeriod.objects.get()
    states = {update.state for update in periods.outstanding(period)}
    assert states == set(S) - {S.CONFIRMED, S.WAIVED}
    with pytest.raises(ValidationError, match="reason"):
        periods.close_period(cast.clerk(), period, "  ", CLOSING)
    with pytest.raises(ValidationError, match="reason"):
        periods.close_period(cast.clerk(), period, "字" * 201, CLOSING)
    assert closed(period).close_reason == REASON
    event = last_event()
    assert (event.act, event.from_state, event.to_state, event.comment) == (
        Act.CLOSE_PERIOD, P.OPEN, P.CLOSED, REASON,
    )  # fmt: skip


def test_closing_needs_no_reason_when_all_is_confirmed_or_waived() -> None:
    an_update(S.CONFIRMED)
    an_update(S.WAIVED)
    period = closed(ReportingPeriod.objects.get(), reason="")
    assert (period.state, period.close_reason, period.closed_at) == (P.CLOSED, "", CLOSING)


def test_closing_writes_the_snapshot_that_the_period_is_read_from() -> None:
    update = an_update(S.CONFIRMED)
    period = ReportingPeriod.objects.get()
    snapshot = periods.close_period(cast.clerk(), period, "", CLOSING)
    assert (snapshot.number, snapshot.taken_at) == (1, CLOSING)
    assert snapshot.sha256 == sha256(snapshot.seal.encode()).hexdigest()
    assert json.loads(snapshot.seal)["content"] == sha256(snapshot.content.encode()).hexdigest()
    period.refresh_from_db()
    kept = summaries.read_period(period, CLOSING.date()).summary
    assert kept.period.state == P.CLOSED
    assert kept.measure(update.measure.uuid).ruled_light.colour == LightColour.GREEN

    Measure.objects.update(state=MeasureState.CANCELLED)
    assert summaries.read_period(period, CLOSING.date()).summary == kept


def test_closing_stores_every_light_with_its_reason() -> None:
    confirmed, silent = an_update(S.CONFIRMED).measure, an_update(S.DUE).measure
    period = closed(ReportingPeriod.objects.get())
    lights = {row.measure: row for row in MeasureLight.objects.filter(period=period)}
    assert set(lights) == {confirmed, silent}
    assert (lights[confirmed].colour, lights[confirmed].reason) == (LightColour.GREEN, LightReason.ON_COURSE)
    assert (lights[silent].colour, lights[silent].reason) == (LightColour.YELLOW, LightReason.MISSED_ONCE)


def test_period_numbers_never_change_by_late_filing() -> None:
    update = an_update()
    period = closed(ReportingPeriod.objects.get())
    kept = summaries.read_period(period, CLOSING.date()).summary
    builders.brought_to(S.CONFIRMED, update, at=moment(date(2020, 7, 20)))
    assert summaries.read_period(period, date(2020, 7, 21)).summary == kept


# --- reopen, archive ----------------------------------------------------------------------------------


def test_reopening_is_the_signers_with_a_reason() -> None:
    period = an_update().period
    closed(period)
    with pytest.raises(ValidationError, match="reason"):
        periods.reopen_period(cast.signer(), period, " ", CLOSING)
    reopened = periods.reopen_period(cast.signer(), period, "数据有误", CLOSING)
    assert (reopened.state, reopened.closed_at, reopened.close_reason) == (P.OPEN, None, "")
    event = last_event()
    assert (event.act, event.comment, event.user) == (Act.REOPEN_PERIOD, "数据有误", cast.signer().person)


def test_reopening_never_follows_an_issued_report() -> None:
    period = closed(an_update().period)
    period.report_issued_at = CLOSING
    period.save()
    with pytest.raises(WorkflowError):
        periods.reopen_period(cast.signer(), period, "数据有误", CLOSING)
    period.refresh_from_db()
    assert period.state == P.CLOSED


def test_reopened_period_that_closes_again_has_a_second_snapshot_and_one_light_each() -> None:
    period = closed(an_update().period)
    periods.reopen_period(cast.signer(), period, "数据有误", CLOSING)
    snapshot = periods.close_period(cast.clerk(), period, REASON, CLOSING)
    assert (snapshot.number, period.snapshots.count(), period.lights.count()) == (2, 2, 1)


def test_archived_period_is_the_end() -> None:
    period = closed(an_update().period)
    periods.archive_period(cast.clerk(), period, CLOSING)
    period.refresh_from_db()
    assert (period.state, last_event().act) == (P.ARCHIVED, Act.ARCHIVE_PERIOD)


# --- who, and in which state --------------------------------------------------------------------------

Do = Callable[[Actor, ReportingPeriod], object]
PERIOD_ACTS: Final[dict[Act, Do]] = {
    Act.OPEN_PERIOD: lambda actor, period: periods.open_period(actor, period, DATES, moment(OPENED)),
    Act.CHANGE_DATES: lambda actor, period: periods.change_dates(actor, period, shifted(1), REASON, moment()),
    Act.CLOSE_PERIOD: lambda actor, period: periods.close_period(actor, period, REASON, CLOSING),
    Act.REOPEN_PERIOD: lambda actor, period: periods.reopen_period(actor, period, REASON, CLOSING),
    Act.ARCHIVE_PERIOD: lambda actor, period: periods.archive_period(actor, period, CLOSING),
}
# From, act, to, by whom; everything else is refused.
PERIOD_TABLE: Final = [
    (P.PLANNED, Act.OPEN_PERIOD, P.OPEN, "clerk"),
    (P.OPEN, Act.CHANGE_DATES, P.OPEN, "clerk"),
    (P.OPEN, Act.CLOSE_PERIOD, P.CLOSED, "clerk"),
    (P.CLOSED, Act.REOPEN_PERIOD, P.OPEN, "signer"),
    (P.CLOSED, Act.ARCHIVE_PERIOD, P.ARCHIVED, "clerk"),
]
PEOPLE: Final[dict[str, Callable[[], Actor]]] = {
    "clerk": cast.clerk,
    "signer": cast.signer,
    "leader": cast.leader,
    "auditor": cast.auditor,
    "admin": cast.admin,
    "reporter": cast.reporter,
    "reviewer": cast.reviewer,
    "clerk elsewhere": cast.clerk_elsewhere,
    "anonymous": cast.anonymous,
}


def test_period_table_is_the_domains() -> None:
    by_hand = {(before, act): after for before, act, after, _who in PERIOD_TABLE}
    assert by_hand == {key: row.next_state for key, row in periods.TRANSITIONS.items()}


@pytest.mark.sample("what is refused is decided over a loaded row")
@pytest.mark.parametrize("state", P)
def test_period_act_outside_the_table_is_refused(state: PeriodState) -> None:
    period = a_planned_period()
    set_period_state(period, state)
    possible = {act for before, act, _after, _who in PERIOD_TABLE if before == state}
    for act in set(PERIOD_ACTS) - possible:
        for who in (cast.clerk(), cast.signer()):
            with pytest.raises(WrongStateError):
                PERIOD_ACTS[act](who, period)
    assert not Event.objects.exists()


@pytest.mark.sample("what is refused is decided over a loaded row")
@pytest.mark.parametrize(("before", "act", "after", "who"), PERIOD_TABLE)
def test_period_act_is_open_to_one_role_and_refused_to_all_others(
    before: PeriodState, act: Act, after: PeriodState, who: str
) -> None:
    period = a_planned_period()
    set_period_state(period, before)
    for name, person in PEOPLE.items():
        if name != who:
            with pytest.raises(PermissionDenied):
                PERIOD_ACTS[act](person(), period)
    assert not Event.objects.exists()
    PERIOD_ACTS[act](PEOPLE[who](), period)
    period.refresh_from_db()
    assert (period.state, Event.objects.get().act) == (after, act)


@pytest.mark.sample("what is refused is decided over a loaded row")
@pytest.mark.parametrize("name", sorted(set(PEOPLE) - {"clerk"}))
def test_period_is_planned_by_the_clerk_only(name: str) -> None:
    an_edition()
    with pytest.raises(PermissionDenied):
        periods.plan_period(PEOPLE[name](), a_policy(), "2020Q2", moment())
    assert not ReportingPeriod.objects.exists()
