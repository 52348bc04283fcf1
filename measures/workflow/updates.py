"""When, for an update: the only table of its transitions, and one function for each act."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.actors import Actor
from departments.models import Department
from departments.workdays import add_working_days
from measures import permissions
from measures.models import (
    TEXT_COLUMNS,
    Act,
    Event,
    Measure,
    MeasureState,
    PeriodState,
    ProgressUpdate,
    Revision,
    Situation,
    UpdateState,
)
from measures.workflow.checks import require, required_reason
from measures.workflow.errors import StaleVersionError, WrongStateError
from measures.workflow.matters import raise_matter
from measures.workflow.texts import (
    Text,
    check_complete,
    check_texts,
    derive_next,
    write_text,
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
        check_texts(text)
        write_text(actor, row, text, at)
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
            check_texts(text)
        revision = row.latest_revision if text is None else write_text(actor, row, text, at)
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
        derive_next(row, frozen, at)
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
        comment = required_reason(reason)
        if field and field not in (*TEXT_COLUMNS, "values"):
            raise ValidationError({"field": _("This field is not known.")})
        if row.state == UpdateState.SUBMITTED:
            row.back_due_on = max(row.due_on, add_working_days(timezone.localdate(at), DAYS_TO_BRING_BACK))
        frozen = _latest(row)
        derive_next(row, frozen, at)
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
        raise_matter(row, revision, at)
        _start_measure(actor, department, row, revision, at)
        return _finish(actor, department, row, Act.CONFIRM, at, revision=revision)


def correct(actor: Actor, update: ProgressUpdate, version: int, reason: str, at: datetime) -> ProgressUpdate:
    """Begin a correction; the confirmed text stays in force until the new one is confirmed."""
    with transaction.atomic():
        row = _lock(update, version, Act.CORRECT)
        department = _acting(actor, Act.CORRECT, row)
        comment = required_reason(reason)
        confirmed = _latest(row)
        derive_next(row, confirmed, at, correction_reason=comment)
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
        return _finish(actor, acting, row, act, at, comment=required_reason(reason))


def move_by_rule(
    actor: Actor, department: Department, update: ProgressUpdate, act: Act, basis: str, at: datetime
) -> None:
    """End the duty of an update, or begin it again, as its department's did. The caller has the right.

    Call inside the transaction of what causes it. Raises WrongStateError; `update` is brought up to date.
    """
    row = _lock(update, update.version, act)
    _finish(actor, department, row, act, at, comment=basis)
    update.refresh_from_db(fields=["state", "version"])


def already_done(
    actor: Actor,
    update: ProgressUpdate,
    act: Act,
    version: int,
    *,
    text: Text | None = None,
    reason: str = "",
    field: str = "",
) -> bool:
    """A second click: this very act of this person is what moved the update from `version` to where it is.

    With `text`, or `reason` and `field`, only if the same was sent: other words are another act, which was
    not carried out. Reads the row anew and writes nothing.
    """
    row = ProgressUpdate.objects.with_revisions().filter(pk=update.pk, version=version + 1).first()
    last = Event.objects.of_update(update).exclude(to_state="").last()
    if row is None or last is None or actor.user is None:
        return False
    acts = {act, Act.APPROVE_OWN} if act == Act.APPROVE else {act}
    same_act = last.act in acts and last.user_id == actor.user.pk
    same_words = (last.comment, last.field) == (reason.strip(), field)
    same_text = text is None or (row.latest_revision is not None and Text.of(row.latest_revision) == text)
    return same_act and same_words and same_text


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
    require(bool(allowed) and (chosen is None or chosen in allowed))
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
