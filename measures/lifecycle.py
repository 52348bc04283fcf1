"""When, for a period and for a measure: their transition tables and one function for each act.

As in `measures.workflow` every act is atomic: lock, check again, write, append one Event.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.actors import Actor
from departments.models import Department, Role
from departments.workdays import (
    CalendarMissing,
    add_working_days,
    nth_working_day_after,
    working_days_between,
)
from langfang_policy import __version__
from measures import duties, duty_changes, permissions, summaries
from measures.models import (
    Act,
    Closure,
    ClosureOutcome,
    ClosureRequest,
    CoordinationMatter,
    EditionStatus,
    Event,
    LightColour,
    Measure,
    MeasureLight,
    MeasureState,
    PeriodSnapshot,
    PeriodState,
    Policy,
    ProgressUpdate,
    ReportingPeriod,
    UpdateState,
)
from measures.workflow import WorkflowError, WrongStateError

P, M = PeriodState, MeasureState
PERIOD_TRANSITIONS: Final[Mapping[tuple[PeriodState, Act], PeriodState]] = {
    (P.PLANNED, Act.OPEN_PERIOD): P.OPEN,
    (P.OPEN, Act.CLOSE_PERIOD): P.CLOSED,
    (P.CLOSED, Act.REOPEN_PERIOD): P.OPEN,
    (P.CLOSED, Act.ARCHIVE_PERIOD): P.ARCHIVED,
}
MEASURE_TRANSITIONS: Final[Mapping[tuple[MeasureState, Act], MeasureState]] = {
    (M.NOT_STARTED, Act.START): M.IN_PROGRESS,  # by the first confirmed progress: see workflow.confirm
    (M.NOT_STARTED, Act.MAKE_ROUTINE): M.ROUTINE,
    (M.NOT_STARTED, Act.SUSPEND): M.SUSPENDED,
    (M.NOT_STARTED, Act.CANCEL): M.CANCELLED,
    (M.IN_PROGRESS, Act.MAKE_ROUTINE): M.ROUTINE,
    (M.IN_PROGRESS, Act.SUSPEND): M.SUSPENDED,
    (M.IN_PROGRESS, Act.CANCEL): M.CANCELLED,
    (M.IN_PROGRESS, Act.CLOSE_MEASURE): M.CLOSED,
    (M.ROUTINE, Act.RESUME): M.IN_PROGRESS,
    (M.ROUTINE, Act.CLOSE_MEASURE): M.CLOSED,
    (M.SUSPENDED, Act.RESUME): M.IN_PROGRESS,
    (M.CANCELLED, Act.RESUME): M.IN_PROGRESS,
    (M.CLOSED, Act.REOPEN_MEASURE): M.IN_PROGRESS,
}
# What the clerk does alone, with a basis.
CLERKS_STATE_ACTS: Final = (Act.MAKE_ROUTINE, Act.SUSPEND, Act.CANCEL, Act.RESUME, Act.REOPEN_MEASURE)
REASON_LENGTH: Final = 200


# --- periods -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dates:
    """The working calendar of a period; each day is included."""

    participant_due_on: date
    lead_due_on: date
    check_due_on: date
    grace_ends_on: date


def quarter_bounds(code: str) -> tuple[date, date]:
    """First and last day of a quarter written like 2020Q2. Raises ValidationError."""
    match = re.fullmatch(r"(20[0-9]{2})Q([1-4])", code)
    if match is None:
        raise ValidationError({"code": _("Write the quarter like 2020Q2.")})
    year, quarter = int(match[1]), int(match[2])
    after = date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
    return date(year, quarter * 3 - 2, 1), after - timedelta(days=1)


def default_dates(policy: Policy, ends_on: date) -> Dates:
    """Counted from T, the policy's n-th working day after the period. Raises CalendarMissing."""
    deadline = nth_working_day_after(ends_on, policy.deadline_day)
    offsets = (policy.participant_offset, policy.lead_offset, policy.check_offset, policy.grace_offset)
    return Dates(*(add_working_days(deadline, offset) for offset in offsets))


def plan_period(actor: Actor, policy: Policy, code: str, at: datetime) -> ReportingPeriod:
    """Put the next quarter on the list, with the dates that the working-day table gives."""
    _require(permissions.can_run_periods(actor, policy))
    starts_on, ends_on = quarter_bounds(code)
    valid = policy.editions.exclude(status__in=[EditionStatus.SUPERSEDED, EditionStatus.REPEALED])
    edition = valid.order_by("-number").first()
    if edition is None:
        raise WorkflowError(_("This policy has no edition in force: load its text first."))
    period = ReportingPeriod(policy=policy, edition=edition, code=code, starts_on=starts_on, ends_on=ends_on)
    _set_dates(period, default_dates(policy, ends_on))
    with transaction.atomic():
        period.full_clean()
        period.save()
        _record_period(actor, period, Act.PLAN_PERIOD, at, ("", P.PLANNED))
    return period


def open_period(actor: Actor, period: ReportingPeriod, dates: Dates, at: datetime) -> list[ProgressUpdate]:
    """Create one update for each duty; a single event. Raises ValidationError by field for the dates."""
    with transaction.atomic():
        row = _lock_period(period, Act.OPEN_PERIOD)
        _require(permissions.can_run_periods(actor, row.policy))
        _set_dates(row, dates)
        _check_dates(row, timezone.localdate(at))
        row.state, row.opened_at = P.OPEN, at
        row.full_clean()
        row.save()
        updates = duties.create_updates(row, duties.duties_for_period(row, timezone.localdate(at)))
        _record_period(actor, row, Act.OPEN_PERIOD, at, (P.PLANNED, P.OPEN))
    return updates


def outstanding(period: ReportingPeriod) -> QuerySet[ProgressUpdate]:
    """What is not confirmed: closing needs a reason while there is any."""
    settled = [UpdateState.CONFIRMED, UpdateState.WAIVED]
    rows = ProgressUpdate.objects.filter(period=period).exclude(state__in=settled)
    return rows.with_context().in_document_order()


def close_period(actor: Actor, period: ReportingPeriod, reason: str, at: datetime) -> PeriodSnapshot:
    """Store every light, write the snapshot; from now on the period is read from it."""
    with transaction.atomic():
        row = _lock_period(period, Act.CLOSE_PERIOD)
        _require(permissions.can_run_periods(actor, row.policy))
        reason = _limited(reason)
        if not reason and outstanding(row).exists():
            raise ValidationError(
                {"reason": _("Some updates are not confirmed: give the reason for closing now.")}
            )
        row.state, row.closed_at, row.close_reason = P.CLOSED, at, reason
        summary = summaries.live_summary(row, timezone.localdate(at))
        row.save()
        _store_lights(row, summary)
        content = summaries.to_json(summary)
        snapshot = PeriodSnapshot.objects.create(
            period=row,
            number=row.snapshots.count() + 1,
            content=content,
            sha256=summaries.digest(content),
            program_version=__version__,
            taken_at=at,
        )
        _record_period(actor, row, Act.CLOSE_PERIOD, at, (P.OPEN, P.CLOSED), reason)
    return snapshot


def reopen_period(actor: Actor, period: ReportingPeriod, reason: str, at: datetime) -> ReportingPeriod:
    """By the signer, with a reason, never once a report of the period was issued."""
    with transaction.atomic():
        row = _lock_period(period, Act.REOPEN_PERIOD)
        _require(permissions.can_reopen_period(actor, row.policy))
        if row.report_issued_at is not None:
            raise WorkflowError(_("A report of this period was issued: it cannot be reopened."))
        comment = _required(reason)
        row.state, row.closed_at, row.close_reason = P.OPEN, None, ""
        row.save()
        _record_period(actor, row, Act.REOPEN_PERIOD, at, (P.CLOSED, P.OPEN), comment)
    return row


def archive_period(actor: Actor, period: ReportingPeriod, at: datetime) -> ReportingPeriod:
    """From here on nothing of the period changes, not even by late filing or correction."""
    with transaction.atomic():
        row = _lock_period(period, Act.ARCHIVE_PERIOD)
        _require(permissions.can_run_periods(actor, row.policy))
        row.state = P.ARCHIVED
        row.save()
        _record_period(actor, row, Act.ARCHIVE_PERIOD, at, (P.CLOSED, P.ARCHIVED))
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


def _store_lights(period: ReportingPeriod, summary: summaries.PeriodSummary) -> None:
    """Write what the rules said; an override that the office set stays beside it."""
    measures = {str(row.uuid): row for row in Measure.objects.filter(section__edition=period.edition_id)}
    for measure_status in summary.measures:
        light = measure_status.ruled_light
        MeasureLight.objects.update_or_create(
            period=period,
            measure=measures[measure_status.uuid],
            defaults={"colour": light.colour, "reason": light.reason, "parameters": light.parameters},
        )


def _lock_period(period: ReportingPeriod, act: Act) -> ReportingPeriod:
    rows = ReportingPeriod.objects.select_for_update(of=("self",)).select_related("policy__coordinator")
    row = rows.get(pk=period.pk)
    if (PeriodState(row.state), act) not in PERIOD_TRANSITIONS:
        raise WrongStateError(
            _("“%(act)s” is not possible now: the period is “%(state)s”.")
            % {"act": act.label, "state": PeriodState(row.state).label}
        )
    return row


def _record_period(
    actor: Actor, period: ReportingPeriod, act: Act, at: datetime, states: tuple[str, str], comment: str = ""
) -> None:
    department = period.policy.coordinator
    Event.objects.record(act, actor, department, at, states=states, comment=comment, period=period)


# --- measures ------------------------------------------------------------------------------------


def policy_of(measure: Measure) -> Policy:
    return measure.section.edition.policy


def is_possible(measure: Measure, act: Act) -> bool:
    return (MeasureState(measure.state), act) in MEASURE_TRANSITIONS


def change_state(actor: Actor, measure: Measure, act: Act, basis: str, at: datetime) -> Measure:
    """The clerk's acts with a basis; open duties end when a measure comes to rest and return with it."""
    if act not in CLERKS_STATE_ACTS:
        raise ValueError(f"{act} is not an act of the clerk alone")
    with transaction.atomic():
        row = _lock_measure(measure, act)
        policy = policy_of(row)
        _require(permissions.can_manage_measures(actor, policy))
        return _move(actor, row, act, _required(basis), at)


def request_closure(
    actor: Actor, measure: Measure, lead: Department, basis: str, at: datetime
) -> ClosureRequest:
    """The convenor asks, of separate leads each one; the first request begins the closure."""
    with transaction.atomic():
        row = _lock_measure(measure, Act.CLOSE_MEASURE)
        _require(permissions.can_request_closure(actor, row, lead))
        if lead not in duties.lead_departments(row, timezone.localdate(at)):
            raise PermissionDenied(_("Only the lead department asks for closure."))
        comment = _required(basis)
        closure, _created = Closure.objects.get_or_create(measure=row, outcome="")
        request = ClosureRequest(
            closure=closure, department=lead, user=actor.person, basis=comment, asked_at=at
        )
        request.full_clean()
        request.save()
        Event.objects.record(Act.REQUEST_CLOSURE, actor, lead, at, comment=comment, measure=row)
    return request


def missing_requests(closure: Closure, on: date) -> tuple[Department, ...]:
    """The leads that have not asked yet."""
    asked = set(closure.requests.values_list("department_id", flat=True))
    return tuple(lead for lead in duties.lead_departments(closure.measure, on) if lead.pk not in asked)


def agree_to_closure(actor: Actor, closure: Closure, role: Role, at: datetime) -> Closure:
    """Clerk and signer, two people, both agree; with the second the measure is closed."""
    with transaction.atomic():
        row = Closure.objects.select_for_update(of=("self",)).get(pk=closure.pk)
        measure = _lock_measure(row.measure, Act.CLOSE_MEASURE)
        policy = policy_of(measure)
        _require(role in (Role.CLERK, Role.SIGNER) and permissions.is_in_office(actor, policy, role))
        agreed_already = getattr(row, f"{role.value}_id") is not None
        if row.outcome or agreed_already or missing_requests(row, timezone.localdate(at)):
            raise WorkflowError(_("Not every lead has asked for closure, or it was decided already."))
        setattr(row, role.value, actor.person)
        if row.clerk_id is not None and row.signer_id is not None:
            row.outcome, row.ended_at = ClosureOutcome.CLOSED, at
        row.full_clean()
        row.save()
        Event.objects.record(Act.AGREE_CLOSURE, actor, policy.coordinator, at, measure=measure)
        if row.outcome:
            _move(actor, measure, Act.CLOSE_MEASURE, "", at)
    return row


def refuse_closure(actor: Actor, closure: Closure, reason: str, at: datetime) -> Closure:
    """Clerk or signer refuses with a reason; the leads may ask again."""
    with transaction.atomic():
        row = Closure.objects.select_for_update(of=("self",)).get(pk=closure.pk)
        policy = policy_of(row.measure)
        _require(permissions.is_in_office(actor, policy, Role.CLERK, Role.SIGNER))
        if row.outcome:
            raise WorkflowError(_("This closure was decided already."))
        comment = _required(reason)
        row.outcome, row.ended_at = ClosureOutcome.REFUSED, at
        row.save()
        department = policy.coordinator
        Event.objects.record(Act.REFUSE_CLOSURE, actor, department, at, comment=comment, measure=row.measure)
    return row


def resolve_matter(actor: Actor, matter: CoordinationMatter, answer: str, at: datetime) -> CoordinationMatter:
    """The clerk settles a coordination matter with an answer; it leaves the list of open ones."""
    with transaction.atomic():
        row = CoordinationMatter.objects.select_for_update(of=("self",)).get(pk=matter.pk)
        policy = policy_of(row.measure)
        _require(permissions.can_manage_measures(actor, policy))
        if row.resolved_at is not None:
            raise WorkflowError(_("This matter is settled already."))
        row.answer, row.resolved_by, row.resolved_at = _required(answer), actor.person, at
        row.save()
        Event.objects.record(
            Act.RESOLVE_MATTER, actor, policy.coordinator, at, comment=row.answer, measure=row.measure
        )
    return row


def override_light(
    actor: Actor, period: ReportingPeriod, measure: Measure, colour: LightColour, reason: str, at: datetime
) -> MeasureLight:
    """The office's word against the rules, for this open period only, with a reason.

    Blue says that a measure is closed: that takes two people, and an override is one person's.
    """
    if colour == LightColour.BLUE:
        raise ValidationError({"colour": _("Blue comes with the closure of the measure.")})
    with transaction.atomic():
        light, comment = _ruled_light(actor, period, measure, reason, at)
        light.override_colour, light.override_reason, light.overridden_by = colour, comment, actor.person
        light.save()
        _record_light(actor, light, (light.colour, colour), comment, at)
    return light


def lift_override(
    actor: Actor, period: ReportingPeriod, measure: Measure, reason: str, at: datetime
) -> MeasureLight:
    """The light follows the rules again."""
    with transaction.atomic():
        light, comment = _ruled_light(actor, period, measure, reason, at)
        if not light.override_colour:
            raise WrongStateError(_("The light follows the rules already."))
        states = (light.override_colour, light.colour)
        light.override_colour, light.override_reason, light.overridden_by = "", "", None
        light.save()
        _record_light(actor, light, states, comment, at)
    return light


def _ruled_light(
    actor: Actor, period: ReportingPeriod, measure: Measure, reason: str, at: datetime
) -> tuple[MeasureLight, str]:
    """The light as the rules have it now, not yet saved, and the reason, checked."""
    row = ReportingPeriod.objects.select_for_update(of=("self",)).get(pk=period.pk)
    _require(permissions.can_manage_measures(actor, row.policy))
    if row.state != P.OPEN:
        raise WrongStateError(_("Lights are set only while the period is open."))
    comment = _required(reason)
    ruled = summaries.live_summary(row, timezone.localdate(at)).measure(measure.uuid).ruled_light
    light = MeasureLight.objects.filter(period=row, measure=measure).first()
    light = light or MeasureLight(period=row, measure=measure)
    light.colour, light.reason, light.parameters = ruled.colour, ruled.reason, ruled.parameters
    return light, comment


def _record_light(
    actor: Actor, light: MeasureLight, states: tuple[str, str], comment: str, at: datetime
) -> None:
    department, measure = light.period.policy.coordinator, light.measure
    Event.objects.record(
        Act.OVERRIDE_LIGHT, actor, department, at, comment=comment, states=states, measure=measure
    )


def _lock_measure(measure: Measure, act: Act) -> Measure:
    rows = Measure.objects.select_for_update(of=("self",))
    row = rows.select_related("section__edition__policy__coordinator").get(pk=measure.pk)
    if not is_possible(row, act):
        raise WrongStateError(
            _("“%(act)s” is not possible now: the measure is “%(state)s”.")
            % {"act": act.label, "state": MeasureState(row.state).label}
        )
    return row


def _move(actor: Actor, measure: Measure, act: Act, comment: str, at: datetime) -> Measure:
    before = MeasureState(measure.state)
    measure.state = MEASURE_TRANSITIONS[before, act]
    measure.save(update_fields=["state"])
    department = policy_of(measure).coordinator
    Event.objects.record(
        act, actor, department, at, comment=comment, states=(before, measure.state), measure=measure
    )
    try:
        duty_changes.follow_measure(measure, at)
    except CalendarMissing as error:  # updates that are owed again get their days
        raise WorkflowError(str(error)) from error
    return measure


# --- what the acts share -------------------------------------------------------------------------


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied(_("You may not do this here."))


def _required(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Give a reason.")})
    return _limited(reason)


def _limited(reason: str) -> str:
    stripped = reason.strip()
    if len(stripped) > REASON_LENGTH:
        over = {"limit": REASON_LENGTH, "over": len(stripped) - REASON_LENGTH}
        raise ValidationError({"reason": _("At most %(limit)d characters: shorten it by %(over)d.") % over})
    return stripped
