"""When is an update due later than the rest? The department asks before its day, the office decides.

An extension moves the date of one update and no state; who types meanwhile is not disturbed, because the
version of the update stays (docs/decisions/0042).
"""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.actors import Actor
from measures import permissions
from measures.models import (
    Act,
    Extension,
    ExtensionOutcome,
    PeriodState,
    ProgressUpdate,
    UpdateState,
)
from measures.models.moved_days import moved_days
from measures.workflow.acting import one_act
from measures.workflow.checks import optional_reason, require, required_reason
from measures.workflow.errors import WorkflowError, WrongStateError
from measures.workflow.locks import lock_update
from measures.workflow.recording import record


def why_not_asked(update: ProgressUpdate, on: date) -> str:
    """Why no later date can be asked for now, whoever asks; empty: it can. Writes nothing."""
    if update.period.state != PeriodState.OPEN:
        return _("The period is not open: its dates stand still.")
    if update.first_submitted_at is not None:
        return _("The update was submitted: its date stands still.")
    if update.state == UpdateState.WAIVED:
        return _("The update is waived: it is not owed.")
    if on > update.due_on:
        return _("Its day is past: a later date is asked for before it.")
    if update.due_on >= update.period.grace_ends_on:
        return _("It is due at the end of grace already; no later date is possible.")
    return ""


def request_extension(
    actor: Actor, update: ProgressUpdate, new_due_on: date, reason: str, at: datetime
) -> Extension:
    """Ask for a later date before the present one is past. The same sent twice is asked once.

    Raises ValidationError by field, WorkflowError, PermissionDenied.
    """
    with one_act():
        row = lock_update(update)
        require(permissions.can_ask_for_extension(actor, row))
        comment = required_reason(reason)
        pending = row.extensions.filter(outcome="").first()
        if pending:
            if (pending.asked_by, pending.new_due_on, pending.reason) == (actor.person, new_due_on, comment):
                return pending
            raise WorkflowError(_("A later date is asked for already; the office has not decided."))
        if refusal := why_not_asked(row, timezone.localdate(at)):
            raise WrongStateError(refusal)
        _check_within(row, new_due_on)
        extension = Extension(
            update=row,
            due_on=row.due_on,
            new_due_on=new_due_on,
            reason=comment,
            asked_by=actor.person,
            asked_at=at,
        )
        extension.full_clean()
        extension.save()
        comment = moved_days(row.due_on, new_due_on, comment)
        department, deputy_for = row.department, permissions.speaks_as_deputy_for(actor, row.department)
        act = Act.REQUEST_EXTENSION
        record(act, actor, department, at, comment=comment, deputy_for=deputy_for, update=row)
    return extension


def grant_extension(actor: Actor, extension: Extension, answer: str, at: datetime) -> Extension:
    """The update is due on the later day from now on; its first date is kept."""
    with one_act():
        update, row = _lock(actor, extension)
        if row.new_due_on <= max(update.due_on, _yesterday(at)):
            raise WorkflowError(_("The day that was asked for has come, or the update is due later already."))
        _check_within(update, row.new_due_on)
        words = optional_reason(answer)
        before = update.due_on
        update.move_due_on(row.new_due_on)
        update.save(update_fields=["due_on", "first_due_on"])
        comment = moved_days(before, update.due_on, words)
        _decide(row, actor, ExtensionOutcome.GRANTED, words, at)
        _record(actor, update, Act.GRANT_EXTENSION, comment, at)
    return row


def refuse_extension(actor: Actor, extension: Extension, answer: str, at: datetime) -> Extension:
    """The date stays as it is; the department reads why, and may ask again while there is time."""
    with one_act():
        update, row = _lock(actor, extension)
        words = _required_answer(answer)
        _decide(row, actor, ExtensionOutcome.REFUSED, words, at)
        _record(actor, update, Act.REFUSE_EXTENSION, words, at)
    return row


# --- steps that the acts share -------------------------------------------------------------------


def _lock(actor: Actor, extension: Extension) -> tuple[ProgressUpdate, Extension]:
    """The update, then the request, as they are now and as somebody may decide on them."""
    update = lock_update(extension.update)
    row = Extension.objects.select_for_update(of=("self",), no_key=True).get(pk=extension.pk)
    require(permissions.can_decide(actor, update.period.policy))
    if row.outcome:
        raise WorkflowError(_("This was decided already."))
    if not Extension.objects.pending().filter(pk=row.pk).exists():
        raise WorkflowError(_("The update was submitted or is not owed any more: nothing is to be decided."))
    office = permissions.Office.of(update.period.policy, actor.on)
    if not permissions.can_decide_on_extension(actor, row, office):
        raise PermissionDenied(
            _("A clerk who did not ask for it decides; the signer only when there is none.")
        )
    return update, row


def _check_within(update: ProgressUpdate, day: date) -> None:
    """After the date in force, and at the latest on the last day of grace."""
    if day <= update.due_on:
        raise ValidationError({"new_due_on": _("Ask for a day after the present date.")})
    if day > update.period.grace_ends_on:
        raise ValidationError({"new_due_on": _("The end of grace is the latest possible day.")})


def _required_answer(answer: str) -> str:
    if not answer.strip():
        raise ValidationError({"answer": _("Whoever does not grant a later date says why.")})
    return optional_reason(answer)


def _yesterday(at: datetime) -> date:
    return date.fromordinal(timezone.localdate(at).toordinal() - 1)


def _decide(row: Extension, actor: Actor, outcome: ExtensionOutcome, answer: str, at: datetime) -> None:
    row.outcome, row.answer, row.decided_by, row.decided_at = outcome, answer, actor.person, at
    row.full_clean()
    row.save()


def _record(actor: Actor, update: ProgressUpdate, act: Act, comment: str, at: datetime) -> None:
    department = update.period.policy.coordinator
    record(act, actor, department, at, comment=comment, update=update)
