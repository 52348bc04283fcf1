"""When and by whom may a reporting period be opened, closed, reopened? Its table, a function for each act."""

from dataclasses import asdict, astuple, dataclass, fields
from datetime import date, datetime
from itertools import islice
from typing import Final, TypeAlias

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from departments.actors import Actor
from departments.workdays import add_working_days, nth_working_day_after, working_days_between
from langfang_policy import __version__
from langfang_policy.progress import tell
from measures import duties, summaries
from measures.models import (
    Act,
    Cadence,
    CalendarPeriod,
    EditionStatus,
    Extension,
    ExtensionOutcome,
    FormerDates,
    IssuedReport,
    MeasureLight,
    PeriodSnapshot,
    PeriodState,
    Policy,
    ProgressUpdate,
    ReportingPeriod,
    UpdateState,
)
from measures.models.moved_days import moved_days
from measures.permissions import OfficeMay, can_reopen_period, can_run_periods
from measures.workflow.acting import one_act
from measures.workflow.checks import optional_reason, require, required_reason
from measures.workflow.errors import WorkflowError, WrongStateError
from measures.workflow.locks import lock_period
from measures.workflow.recording import record
from measures.workflow.transitions import Table, Transition, table

LIGHTS_AT_ONCE: Final = 1000
P: TypeAlias = PeriodState
_Row: TypeAlias = Transition[PeriodState, OfficeMay]
PARTS_OF_CLOSING: Final = 5  # of about equal length
TRANSITIONS: Final[Table[PeriodState, OfficeMay]] = table(
    _Row(P.PLANNED, Act.OPEN_PERIOD, P.OPEN, (can_run_periods,)),
    _Row(P.OPEN, Act.CHANGE_DATES, P.OPEN, (can_run_periods,)),
    _Row(P.OPEN, Act.CLOSE_PERIOD, P.CLOSED, (can_run_periods,)),
    _Row(P.CLOSED, Act.REOPEN_PERIOD, P.OPEN, (can_reopen_period,)),
    _Row(P.CLOSED, Act.ARCHIVE_PERIOD, P.ARCHIVED, (can_run_periods,)),
)


def is_possible(period: ReportingPeriod, act: Act) -> bool:
    """The table allows the act now, whoever does it. Writes nothing."""
    return (PeriodState(period.state), act) in TRANSITIONS


def why_not_reopened(period: ReportingPeriod) -> str:
    """For whoever would reopen the closed period, with each report; empty where nothing stands against it."""
    if period.report_issued_at is None:
        return ""
    told = [_issued_and_withdrawn(report) for report in period.issued_reports.for_display().order_by("pk")]
    return " ".join([_("A report of this period was issued: it cannot be reopened."), *told])


def _issued_and_withdrawn(report: IssuedReport) -> str:
    days = {"report": report.reference, "issued": _day(report.issued_at)}
    if not report.is_withdrawn:
        return _("%(report)s was issued on %(issued)s.") % days
    words = _("%(report)s was issued on %(issued)s and withdrawn on %(withdrawn)s.")
    return words % {**days, "withdrawn": _day(report.withdrawal.at)}


def _day(moment: datetime) -> str:
    return date_format(timezone.localdate(moment), "DATE_FORMAT")


@dataclass(frozen=True)
class Dates:
    """The working calendar of a period; each day is included."""

    participant_due_on: date
    lead_due_on: date
    check_due_on: date
    grace_ends_on: date

    @classmethod
    def of(cls, period: ReportingPeriod) -> "Dates":
        """As they stand."""
        return cls(*(getattr(period, field.name) for field in fields(cls)))

    def __str__(self) -> str:
        """For the record, in which every language reads them."""
        return " ".join(day.isoformat() for day in astuple(self))


def calendar_period(policy: Policy, code: str) -> CalendarPeriod:
    """What the code means for a policy of that cadence. Raises ValidationError for what it cannot be."""
    cadence = Cadence(policy.cadence)
    try:
        found = CalendarPeriod.of(code)
    except ValueError:
        found = None
    if found is None or found.cadence != cadence:
        example = CalendarPeriod.with_day(cadence, date(2020, 6, 30)).code
        words = _("This policy is reported on %(cadence)s: write a period like %(example)s.")
        raise ValidationError({"code": words % {"cadence": cadence.label, "example": example}})
    return found


def next_period(policy: Policy, today: date) -> CalendarPeriod:
    """The first that begins after the last one planned; before any, the one that ended last."""
    cadence = Cadence(policy.cadence)
    last = policy.periods.order_by("-starts_on").first()
    if last is None:
        return CalendarPeriod.with_day(cadence, today).later(-1)
    return CalendarPeriod.with_day(cadence, last.ends_on).later(1)


def period_to_open(policy: Policy, today: date) -> CalendarPeriod:
    """The first that is planned and not opened, else the one that would be planned next."""
    planned = policy.periods.filter(state=P.PLANNED).order_by("starts_on").first()
    return planned.span if planned else next_period(policy, today)


def periods_to_plan(policy: Policy, near: CalendarPeriod) -> list[CalendarPeriod]:
    """A year before and almost a year after, less what shares days with a period that is there."""
    taken = list(policy.periods.values_list("starts_on", "ends_on"))
    year = near.cadence.periods_a_year
    around = [near.later(count) for count in range(-year, year)]
    return [
        period
        for period in around
        if not any(first <= period.ends_on and last >= period.starts_on for first, last in taken)
    ]


def later_period(policy: Policy, code: str) -> ReportingPeriod | None:
    """The last of the policy, if it begins after the one that the code means; None for no code."""
    try:
        span = CalendarPeriod.of(code)
    except ValueError:
        return None
    return policy.periods.filter(starts_on__gt=span.ends_on).order_by("-starts_on").first()


def default_dates(policy: Policy, ends_on: date) -> Dates:
    """Counted from T, the policy's n-th working day after the period. Raises CalendarMissing."""
    deadline = nth_working_day_after(ends_on, policy.deadline_day)
    offsets = (policy.participant_offset, policy.lead_offset, policy.check_offset, policy.grace_offset)
    return Dates(*(add_working_days(deadline, offset) for offset in offsets))


def proposed_period(policy: Policy, today: date) -> ReportingPeriod:
    """The next period as it would be made from the last one: name, span and dates. Writes nothing.

    Raises WorkflowError where the policy has no edition, CalendarMissing.
    """
    return _new_period(policy, next_period(policy, today).code)


def _new_period(policy: Policy, code: str) -> ReportingPeriod:
    valid = policy.editions.exclude(status__in=[EditionStatus.SUPERSEDED, EditionStatus.REPEALED])
    edition = valid.order_by("-number").first()
    if edition is None:
        raise WorkflowError(_("This policy has no edition in force: load its text first."))
    span = calendar_period(policy, code)
    period = ReportingPeriod(
        policy=policy, edition=edition, code=code, starts_on=span.starts_on, ends_on=span.ends_on
    )
    _set_dates(period, default_dates(policy, span.ends_on))
    return period


def plan_period(actor: Actor, policy: Policy, code: str, at: datetime) -> ReportingPeriod:
    """Put the next period on the list, with the dates that the working-day table gives."""
    require(can_run_periods(actor, policy))
    with one_act():
        # Two clerks who plan one period: the second waits here, and is told that it is there already.
        held = Policy.objects.select_for_update(no_key=True).get(pk=policy.pk)
        period = _new_period(held, code)
        period.policy = policy
        period.full_clean()
        period.save()
        _record(actor, period, Act.PLAN_PERIOD, at, ("", P.PLANNED))
    return period


def open_next_period(actor: Actor, policy: Policy, code: str, dates: Dates, at: datetime) -> int:
    """Plan the period and open it at once, with both events, or neither. How many updates are owed."""
    with one_act():
        return open_period(actor, plan_period(actor, policy, code, at), dates, at)


def open_period(actor: Actor, period: ReportingPeriod, dates: Dates, at: datetime) -> int:
    """Create one update for each duty, and tell how many; a single event.

    Raises ValidationError by field for the dates.
    """
    with one_act():
        row = _lock(actor, period, Act.OPEN_PERIOD)
        _set_dates(row, dates)
        _check_dates(row, timezone.localdate(at))
        states = _enter(row, Act.OPEN_PERIOD)
        row.opened_at = at
        row.full_clean()
        row.save()
        count = duties.create_updates(row, duties.duties_for_period(row, timezone.localdate(at)))
        _record(actor, row, Act.OPEN_PERIOD, at, states)
    return count


def change_dates(
    actor: Actor, period: ReportingPeriod, dates: Dates, reason: str, at: datetime
) -> list[ProgressUpdate]:
    """Move dates of an open period; what was never submitted follows. Returns the updates that moved.

    What departments go by only moves later; what was submitted keeps the date that was in force then
    (docs/domain.md 3.15). Raises ValidationError by field.
    """
    with one_act():
        row = _lock(actor, period, Act.CHANGE_DATES)
        before, comment = Dates.of(row), required_reason(reason)
        _check_changed(before, dates, timezone.localdate(at))
        states = _enter(row, Act.CHANGE_DATES)
        _set_dates(row, dates)
        row.full_clean()
        row.save()
        FormerDates.objects.create(
            period=row, **asdict(before), reason=comment, changed_by=actor.person, changed_at=at
        )
        moved = duties.follow_dates(row, timezone.localdate(at))
        words = moved_days(before, dates, comment)
        _record(actor, row, Act.CHANGE_DATES, at, states, words)
    return moved


def outstanding(period: ReportingPeriod) -> QuerySet[ProgressUpdate]:
    """What is not confirmed: closing needs a reason while there is any."""
    settled = [UpdateState.CONFIRMED, UpdateState.WAIVED]
    rows = ProgressUpdate.objects.filter(period=period).exclude(state__in=settled)
    return rows.with_context().in_document_order()


def has_time_left(on: date) -> Q:
    """A condition on updates: not filed because the office granted a later day, which has not passed."""
    granted = Extension.objects.filter(update=OuterRef("pk"), outcome=ExtensionOutcome.GRANTED)
    return Q(Exists(granted), first_submitted_at=None, due_on__gte=on)


def close_period(actor: Actor, period: ReportingPeriod, reason: str, at: datetime) -> PeriodSnapshot:
    """Store every light, write the snapshot; from now on the period is read from it."""
    with one_act():
        row = _lock(actor, period, Act.CLOSE_PERIOD)
        reason = optional_reason(reason)
        if not reason and outstanding(row).exists():
            raise ValidationError(
                {"reason": _("Some updates are not confirmed: give the reason for closing now.")}
            )
        kept = summaries.kept_period(row, timezone.localdate(at))
        tell(1, PARTS_OF_CLOSING)
        states = _enter(row, Act.CLOSE_PERIOD)
        row.closed_at, row.close_reason = at, reason
        row.save()
        _store_lights(kept)
        tell(2, PARTS_OF_CLOSING)
        snapshot = summaries.write_snapshot(kept, at, __version__)
        tell(3, PARTS_OF_CLOSING)
        _record(actor, row, Act.CLOSE_PERIOD, at, states, reason)
        tell(4, PARTS_OF_CLOSING)
    return snapshot


def reopen_period(actor: Actor, period: ReportingPeriod, reason: str, at: datetime) -> ReportingPeriod:
    """By the signer, with a reason, never once a report of the period was issued."""
    with one_act():
        row = _lock(actor, period, Act.REOPEN_PERIOD)
        if refused := why_not_reopened(row):
            raise WorkflowError(refused)
        comment = required_reason(reason)
        states = _enter(row, Act.REOPEN_PERIOD)
        row.closed_at, row.close_reason = None, ""
        row.save()
        _record(actor, row, Act.REOPEN_PERIOD, at, states, comment)
    return row


def archive_period(actor: Actor, period: ReportingPeriod, at: datetime) -> ReportingPeriod:
    """From here on nothing of the period changes, not even by late filing or correction."""
    with one_act():
        row = _lock(actor, period, Act.ARCHIVE_PERIOD)
        states = _enter(row, Act.ARCHIVE_PERIOD)
        row.save()
        _record(actor, row, Act.ARCHIVE_PERIOD, at, states)
    return row


def _set_dates(period: ReportingPeriod, dates: Dates) -> None:
    period.participant_due_on = dates.participant_due_on
    period.lead_due_on = dates.lead_due_on
    period.check_due_on = dates.check_due_on
    period.grace_ends_on = dates.grace_ends_on


def _check_dates(period: ReportingPeriod, today: date) -> None:
    """Nothing lies in the past and nobody gets less than the policy's minimum of working days."""
    errors = {}
    for name in ("participant_due_on", "lead_due_on", "check_due_on", "grace_ends_on"):
        if getattr(period, name) < today:
            errors[name] = _("This day is past: choose a later one.")
    minimum = period.policy.minimum_days
    if (
        "participant_due_on" not in errors
        and working_days_between(today, period.participant_due_on) < minimum
    ):
        errors["participant_due_on"] = _("Everybody gets at least %(days)d working days.") % {"days": minimum}
    if errors:
        raise ValidationError(errors)


def _check_changed(before: Dates, dates: Dates, today: date) -> None:
    """Some day is another one; none is moved into the past, and none of the departments' days earlier."""
    errors = {}
    for name, old in asdict(before).items():
        new = getattr(dates, name)
        if new != old and new < today:
            errors[name] = _("This day is past: choose a later one.")
        elif new < old and name != "check_due_on":
            errors[name] = _("Departments rely on this date: it can only be moved to a later day.")
    if errors:
        raise ValidationError(errors)
    if dates == before:
        raise ValidationError(_("No date was changed."))


def _store_lights(kept: summaries.KeptPeriod) -> None:
    """Write what the rules said; an override that the office set stays beside it."""
    rows = (
        MeasureLight(
            period=kept.row,
            measure_id=key,
            colour=light.colour,
            reason=light.reason,
            parameters=light.parameters,
        )
        for key, light in kept.ruled_lights()
    )
    while batch := list(islice(rows, LIGHTS_AT_ONCE)):
        MeasureLight.objects.bulk_create(
            batch,
            update_conflicts=True,
            unique_fields=["period", "measure"],
            update_fields=["colour", "reason", "parameters"],
        )


def _lock(actor: Actor, period: ReportingPeriod, act: Act) -> ReportingPeriod:
    """The period as it is now, held by this act alone. Raises WrongStateError, PermissionDenied."""
    row = lock_period(period)
    if not is_possible(row, act):
        raise WrongStateError(
            _("“%(act)s” is not possible now: the period is “%(state)s”.")
            % {"act": act.label, "state": PeriodState(row.state).label}
        )
    require(any(may(actor, row.policy) for may in TRANSITIONS[P(row.state), act].may))
    return row


def _enter(period: ReportingPeriod, act: Act) -> tuple[PeriodState, PeriodState]:
    """Put the period into its next state, not yet saved; from where to where."""
    before = P(period.state)
    period.state = TRANSITIONS[before, act].next_state
    return before, P(period.state)


def _record(
    actor: Actor, period: ReportingPeriod, act: Act, at: datetime, states: tuple[str, str], comment: str = ""
) -> None:
    department = period.policy.coordinator
    record(act, actor, department, at, states=states, comment=comment, period=period)
