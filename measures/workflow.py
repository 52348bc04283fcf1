"""When: the only table of an update's transitions, and one function for each act.

Every act is atomic: lock the row, check state, version and person again, write, append one Event.
Views, admin, imports and commands come through here; nobody else sets a state.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.actors import Actor
from departments.models import Department
from departments.workdays import add_working_days
from measures import permissions
from measures.models import (
    Act,
    CommitmentSubject,
    CommitmentValue,
    CoordinationMatter,
    Event,
    Measure,
    MeasureState,
    PeriodState,
    ProgressUpdate,
    Revision,
    SelfAssessment,
    Situation,
    UpdateState,
)

S = UpdateState
TRANSITIONS: Final[Mapping[tuple[UpdateState, Act], UpdateState]] = {
    (S.DUE, Act.SAVE): S.DRAFT,
    (S.DRAFT, Act.SAVE): S.DRAFT,
    (S.RETURNED, Act.SAVE): S.RETURNED,
    (S.DUE, Act.SUBMIT): S.IN_REVIEW,
    (S.DRAFT, Act.SUBMIT): S.IN_REVIEW,
    (S.RETURNED, Act.SUBMIT): S.IN_REVIEW,
    (S.IN_REVIEW, Act.WITHDRAW): S.DRAFT,
    (S.IN_REVIEW, Act.RETURN): S.RETURNED,
    (S.IN_REVIEW, Act.APPROVE): S.SUBMITTED,
    (S.SUBMITTED, Act.RETURN): S.RETURNED,
    (S.SUBMITTED, Act.CONFIRM): S.CONFIRMED,
    (S.CONFIRMED, Act.CORRECT): S.DRAFT,
    (S.DUE, Act.WAIVE): S.WAIVED,
    (S.DRAFT, Act.WAIVE): S.WAIVED,
    (S.WAIVED, Act.RESTORE): S.DUE,
    # With the duty itself, by rule: nobody does these by hand (see duty_changes).
    (S.DUE, Act.END_DUTY): S.WAIVED,
    (S.DRAFT, Act.END_DUTY): S.WAIVED,
    (S.RETURNED, Act.END_DUTY): S.WAIVED,
    (S.WAIVED, Act.ADD_DUTY): S.DUE,
}
EXCUSING_ACTS: Final = frozenset({Act.WAIVE, Act.RESTORE, Act.END_DUTY, Act.ADD_DUTY})
# Working days that a department gets to bring a returned text back.
DAYS_TO_BRING_BACK: Final = 2
TEXT_FIELDS: Final = ("headline", "progress", "problems", "coordination", "next_steps", "reason")
TEXT_COLUMNS: Final = (*TEXT_FIELDS, "situation", "self_assessment")


class WorkflowError(Exception):
    """The act is not possible now; the text says why and what to do, in the user's language."""


class WrongStateError(WorkflowError):
    """The update or its period has moved on, or the act was never possible from here."""


class StaleVersionError(WorkflowError):
    """Somebody else has saved since the form was opened. Nothing was written; `latest` is their text."""

    def __init__(self, row: ProgressUpdate) -> None:
        super().__init__(
            _(
                "Somebody else has changed this update since you opened it: it is “%(state)s” now. "
                "What you sent was not carried out."
            )
            % {"state": UpdateState(row.state).label}
        )
        self.latest = row.latest_revision


@dataclass(frozen=True)
class Text:
    """What a reporter writes. `values` maps the id of a commitment's subject to (value, out of)."""

    situation: str = Situation.PROGRESS
    headline: str = ""
    progress: str = ""
    problems: str = ""
    coordination: str = ""
    next_steps: str = ""
    reason: str = ""
    self_assessment: str = SelfAssessment.NORMAL
    values: Mapping[int, tuple[Decimal, Decimal | None]] = field(default_factory=dict)

    @classmethod
    def of(cls, revision: Revision) -> "Text":
        columns = {name: getattr(revision, name) for name in TEXT_COLUMNS}
        values = {row.subject_id: (row.number, row.out_of) for row in revision.values.all()}
        return cls(**columns, values=values)

    def columns(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in TEXT_COLUMNS}


def is_possible(update: ProgressUpdate, act: Act) -> bool:
    """The table and the period allow the act now, whoever does it. Writes nothing."""
    if update.period.state not in {PeriodState.OPEN, PeriodState.CLOSED}:
        return False
    if act in EXCUSING_ACTS and update.period.state == PeriodState.CLOSED:
        return False  # what a closed period owed stands still: later lights count its missed updates
    if act in {Act.WAIVE, Act.END_DUTY} and update.first_submitted_at is not None:
        return False  # a correction in work: the update was filed, it cannot become "not owed"
    return (UpdateState(update.state), act) in TRANSITIONS


def save(actor: Actor, update: ProgressUpdate, version: int, text: Text, at: datetime) -> ProgressUpdate:
    """Store the text in work. Raises WorkflowError, PermissionDenied, ValidationError by field."""
    with transaction.atomic():
        row = _lock(update, version, Act.SAVE)
        department = _acting(actor, Act.SAVE, row)
        _check_lengths(text)
        _write(actor, row, text, at)
        return _finish(actor, department, row, Act.SAVE, at)


def submit(
    actor: Actor, update: ProgressUpdate, version: int, at: datetime, text: Text | None = None
) -> ProgressUpdate:
    """Freeze the text in work, after storing `text` where given, and hand it to the reviewer.

    Raises ValidationError by field when something required is missing.
    """
    with transaction.atomic():
        row = _lock(update, version, Act.SUBMIT)
        department = _acting(actor, Act.SUBMIT, row)
        if text is not None:
            _check_lengths(text)
        revision = row.latest_revision if text is None else _write(actor, row, text, at)
        if revision is None or revision.is_frozen:
            raise WrongStateError(_("There is no text to submit yet: write it first."))
        check_complete(row, revision)
        revision.frozen_at = at
        revision.save(update_fields=["frozen_at"])
        return _finish(actor, department, row, Act.SUBMIT, at, revision=revision)


def withdraw(actor: Actor, update: ProgressUpdate, version: int, at: datetime) -> ProgressUpdate:
    """Take the text back before the reviewer acts; it goes on as the next revision."""
    with transaction.atomic():
        row = _lock(update, version, Act.WITHDRAW)
        department = _acting(actor, Act.WITHDRAW, row)
        frozen = _latest(row)
        _derive(row, frozen, at)
        return _finish(actor, department, row, Act.WITHDRAW, at, revision=frozen)


def return_for_revision(
    actor: Actor,
    update: ProgressUpdate,
    version: int,
    reason: str,
    at: datetime,
    field: str = "",
    department: Department | None = None,
) -> ProgressUpdate:
    """Hand the text back with a reason, which may be pinned to one field; a new revision is made from it.

    After submission it is due back two working days later at the earliest; on time stays on time.
    """
    with transaction.atomic():
        row = _lock(update, version, Act.RETURN)
        acting = _acting(actor, Act.RETURN, row, department)
        comment = _required_reason(reason)
        if field and field not in (*TEXT_COLUMNS, "values"):
            raise ValidationError({"field": _("This field is not known.")})
        if row.state == UpdateState.SUBMITTED:
            row.back_due_on = max(row.due_on, add_working_days(_day(at), DAYS_TO_BRING_BACK))
        frozen = _latest(row)
        _derive(row, frozen, at)
        return _finish(actor, acting, row, Act.RETURN, at, revision=frozen, comment=comment, field=field)


def approve(actor: Actor, update: ProgressUpdate, version: int, at: datetime) -> ProgressUpdate:
    """Submit the reviewed text to the office. Sets `first_submitted_at` once: on time or late for ever."""
    with transaction.atomic():
        row = _lock(update, version, Act.APPROVE)
        department = _acting(actor, Act.APPROVE, row)
        revision = _latest(row)
        if not permissions.can_approve(actor, row, revision):
            raise PermissionDenied(_("Whoever wrote a text does not review it."))
        check_complete(row, revision)  # a participant may have become a lead meanwhile
        act = Act.APPROVE_OWN if permissions.has_contributed(actor, revision) else Act.APPROVE
        revision.approved_by, revision.approved_at = actor.person, at
        revision.save(update_fields=["approved_by", "approved_at"])
        row.first_submitted_at = row.first_submitted_at or at
        row.back_due_on = None
        return _finish(actor, department, row, Act.APPROVE, at, revision=revision, recorded_as=act)


def confirm(actor: Actor, update: ProgressUpdate, version: int, at: datetime) -> ProgressUpdate:
    """The text counts from here: it is in force, its matter is raised, its measure has begun."""
    with transaction.atomic():
        row = _lock(update, version, Act.CONFIRM)
        department = _acting(actor, Act.CONFIRM, row)
        revision = _latest(row)
        office = permissions.Office.of(row.period.policy, actor.on)
        if not permissions.can_confirm(actor, revision, office):
            raise PermissionDenied(_("Whoever wrote or approved a text does not confirm it."))
        check_complete(row, revision)
        revision.confirmed_by, revision.confirmed_at = actor.person, at
        revision.save(update_fields=["confirmed_by", "confirmed_at"])
        row.in_force = revision
        _raise_matter(row, revision, at)
        _start_measure(actor, department, row, revision, at)
        return _finish(actor, department, row, Act.CONFIRM, at, revision=revision)


def correct(actor: Actor, update: ProgressUpdate, version: int, reason: str, at: datetime) -> ProgressUpdate:
    """Begin a correction; the confirmed text stays in force until the new one is confirmed."""
    with transaction.atomic():
        row = _lock(update, version, Act.CORRECT)
        department = _acting(actor, Act.CORRECT, row)
        comment = _required_reason(reason)
        confirmed = _latest(row)
        _derive(row, confirmed, at, correction_reason=comment)
        return _finish(actor, department, row, Act.CORRECT, at, revision=confirmed, comment=comment)


def waive(
    actor: Actor,
    update: ProgressUpdate,
    version: int,
    reason: str,
    at: datetime,
    department: Department | None = None,
) -> ProgressUpdate:
    """The update is not owed: neither missing nor counted. What was written is kept."""
    return _excuse(actor, update, version, reason, at, department, Act.WAIVE)


def restore(
    actor: Actor,
    update: ProgressUpdate,
    version: int,
    reason: str,
    at: datetime,
    department: Department | None = None,
) -> ProgressUpdate:
    """A waived update is owed again."""
    return _excuse(actor, update, version, reason, at, department, Act.RESTORE)


def _excuse(
    actor: Actor,
    update: ProgressUpdate,
    version: int,
    reason: str,
    at: datetime,
    department: Department | None,
    act: Act,
) -> ProgressUpdate:
    with transaction.atomic():
        row = _lock(update, version, act)
        acting = _acting(actor, act, row, department)
        return _finish(actor, acting, row, act, at, comment=_required_reason(reason))


def move_by_rule(
    actor: Actor, department: Department, update: ProgressUpdate, act: Act, basis: str, at: datetime
) -> None:
    """End the duty of an update, or begin it again, as its department's did. The caller has the right.

    Call inside the transaction of what causes it. Raises WrongStateError; `update` is brought up to date.
    """
    row = _lock(update, update.version, act)
    _finish(actor, department, row, act, at, comment=basis)
    update.refresh_from_db(fields=["state", "version"])


def check_complete(update: ProgressUpdate, revision: Revision) -> None:
    """What a submitted text must say. Raises ValidationError by field."""
    errors: dict[str, str] = {}
    situation = Situation(revision.situation)
    if situation == Situation.PROGRESS and not revision.headline.strip():
        errors["headline"] = _("Say in one sentence what was achieved.")
    if situation != Situation.PROGRESS and not revision.reason.strip():
        errors["reason"] = _("Say why.")
    if situation == Situation.NOT_APPLICABLE and update.is_lead:
        errors["situation"] = _("Only participants may have nothing to do in a period.")
    if errors:
        raise ValidationError(errors)


# --- steps that the acts share -------------------------------------------------------------------


def _locked(update: ProgressUpdate) -> ProgressUpdate:
    """The row as it is now, locked until the transaction ends (SQLite locks the whole file)."""
    rows = ProgressUpdate.objects.select_for_update(of=("self",)).with_context().with_revisions()
    return rows.get(pk=update.pk)


def _lock(update: ProgressUpdate, version: int, act: Act) -> ProgressUpdate:
    row = _locked(update)
    if row.version != version:
        raise StaleVersionError(row)
    if not is_possible(row, act):
        raise WrongStateError(
            _("“%(act)s” is not possible now: the update is “%(state)s”.")
            % {"act": act.label, "state": UpdateState(row.state).label}
        )
    return row


def _acting(actor: Actor, act: Act, update: ProgressUpdate, chosen: Department | None = None) -> Department:
    """The department for which the act is done: the chosen one, or the first that allows it."""
    allowed = permissions.acting_for(actor, act, update)
    if not allowed or (chosen is not None and chosen not in allowed):
        raise PermissionDenied(_("You may not do this here."))
    return chosen or allowed[0]


def _finish(
    actor: Actor,
    department: Department,
    update: ProgressUpdate,
    act: Act,
    at: datetime,
    *,
    revision: Revision | None = None,
    comment: str = "",
    field: str = "",
    recorded_as: Act | None = None,
) -> ProgressUpdate:
    """Move the state after the table, count the version up, append the event."""
    before = UpdateState(update.state)
    update.state = TRANSITIONS[before, act]
    update.version += 1
    update.save(update_fields=["state", "version", "first_submitted_at", "back_due_on", "in_force"])
    subject: dict[str, ProgressUpdate | Revision] = {"revision": revision} if revision else {"update": update}
    Event.objects.record(
        recorded_as or act,
        actor,
        department,
        at,
        comment=comment,
        field=field,
        states=(before, update.state),
        **subject,
    )
    return update


def _latest(update: ProgressUpdate) -> Revision:
    revision = update.latest_revision
    if revision is None:
        raise WrongStateError(_("There is no text yet."))
    return revision


def _write(actor: Actor, update: ProgressUpdate, text: Text, at: datetime) -> Revision:
    """Put the text into the revision in work, making it where there is none."""
    revision = update.latest_revision
    if revision is None or revision.is_frozen:
        revision = Revision(update=update, number=1 + (revision.number if revision else 0))
    for name, value in text.columns().items():
        setattr(revision, name, value)
    revision.saved_at = at
    revision.save()
    revision.contributors.add(actor.person)
    _write_values(update, revision, text)
    update.refresh_from_db(fields=["revisions"])  # the prefetched texts are old now
    return revision


def _write_values(update: ProgressUpdate, revision: Revision, text: Text) -> None:
    allowed = set(entered_subjects(update).values_list("pk", flat=True))
    if not allowed.issuperset(text.values):
        raise ValidationError({"values": _("This commitment is entered by another department.")})
    revision.values.all().delete()
    rows = [
        CommitmentValue(revision=revision, subject_id=subject, number=number, out_of=out_of)
        for subject, (number, out_of) in text.values.items()
    ]
    for row in rows:
        row.clean_fields(exclude=["revision", "subject"])
        row.validate_constraints(exclude=["revision", "subject"])
    CommitmentValue.objects.bulk_create(rows)


def entered_subjects(update: ProgressUpdate) -> QuerySet[CommitmentSubject]:
    """The subjects whose value this update states: those of the commitments that its department enters.

    Where the office named nobody it is the convenor, and each lead of a separate measure.
    """
    names = {update.department_id, *update.covers.order_by().values_list("department_id", flat=True)}
    by_default = update.is_lead if update.measure.is_led_separately else update.is_convenor
    entered = Q(commitment__entered_by__in=names)
    if by_default:
        entered |= Q(commitment__entered_by=None)
    rows = CommitmentSubject.objects.filter(entered, commitment__measure=update.measure_id)
    return rows.select_related("commitment").order_by("commitment__position", "position")


def _derive(update: ProgressUpdate, base: Revision, at: datetime, correction_reason: str = "") -> None:
    """Make the next revision with the same words and values; whoever wrote them stays a contributor."""
    revision = Revision.objects.create(
        update=update,
        number=base.number + 1,
        base=base,
        correction_reason=correction_reason or base.correction_reason,
        saved_at=at,
        **Text.of(base).columns(),
    )
    revision.contributors.set(base.contributors.all())
    CommitmentValue.objects.bulk_create(
        CommitmentValue(revision=revision, subject_id=row.subject_id, number=row.number, out_of=row.out_of)
        for row in base.values.all()
    )


def _raise_matter(update: ProgressUpdate, revision: Revision, at: datetime) -> None:
    """Put the confirmed matter on the list; said again in the same words it is the same matter."""
    text = revision.coordination.strip()
    open_matters = CoordinationMatter.objects.open().filter(
        measure=update.measure, department=update.department
    )
    if not text or open_matters.filter(text=text).exists():
        return
    corrected = open_matters.filter(raised_in__update=update).first()
    matter = corrected or CoordinationMatter(
        measure=update.measure, department=update.department, raised_on=_day(at)
    )
    matter.text, matter.raised_in = text, revision
    matter.save()


def _start_measure(
    actor: Actor, department: Department, update: ProgressUpdate, revision: Revision, at: datetime
) -> None:
    """The first confirmed progress moves a measure from not started to in progress."""
    measure = Measure.objects.select_for_update(of=("self",)).get(pk=update.measure_id)
    if measure.state != MeasureState.NOT_STARTED or revision.situation != Situation.PROGRESS:
        return
    measure.state = MeasureState.IN_PROGRESS
    measure.save(update_fields=["state"])
    states = (MeasureState.NOT_STARTED.value, MeasureState.IN_PROGRESS.value)
    Event.objects.record(Act.START, actor, department, at, states=states, measure=measure)


def _required_reason(reason: str) -> str:
    stripped = reason.strip()
    if not stripped:
        raise ValidationError({"reason": _("Give a reason.")})
    _check_length("reason", stripped)
    return stripped


def _check_lengths(text: Text) -> None:
    """Raises ValidationError by field; limits count characters (settings.TEXT_LIMITS)."""
    errors = {}
    for name in TEXT_FIELDS:
        try:
            _check_length(name, getattr(text, name))
        except ValidationError as error:
            errors.update(error.message_dict)
    if errors:
        raise ValidationError(errors)


def _check_length(name: str, value: str) -> None:
    limit = settings.TEXT_LIMITS[name]
    if len(value) > limit:
        counts = {"count": len(value), "limit": limit, "over": len(value) - limit}
        message = _("%(count)d characters, at most %(limit)d: shorten it by %(over)d.") % counts
        raise ValidationError({name: message})


def _day(at: datetime) -> date:
    return timezone.localdate(at)
