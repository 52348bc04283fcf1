"""When may an update change, by whom, and what if two act at once? One table, and a function for each act.

Whoever sends a version that is no longer the present one changes nothing and hears it (`_lock`); a second
click on what the same person has just done is told as done (`already_done`).

A new act is a value of `Act` with its migration, a row of TRANSITIONS, a function, and a row of
`measures.pages.offers.BUTTONS`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeAlias

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.actors import Actor
from departments.models import Department, User
from departments.workdays import add_working_days
from measures import permissions
from measures.evidence_storage import KeptFile
from measures.models import (
    TEXT_COLUMNS,
    Act,
    Event,
    MeasureState,
    PeriodState,
    ProgressUpdate,
    Revision,
    Situation,
    UpdateState,
)
from measures.permissions import (
    ActsFor,
    as_clerk,
    as_clerk_of_another,
    as_clerk_or_signer,
    as_convenor,
    as_convenor_of_participant,
    as_reporter,
    as_reviewer,
)
from measures.workflow.acting import one_act
from measures.workflow.checks import require, required_reason
from measures.workflow.errors import StaleVersionError, WrongStateError
from measures.workflow.evidence_rows import attach_evidence, freeze_evidence, withdraw_evidence
from measures.workflow.locks import lock_measure_row, lock_update
from measures.workflow.matters import raise_matter
from measures.workflow.receipts import Receipt, check_receipt, moment_of
from measures.workflow.recording import record
from measures.workflow.sources import Inserted, keep_inserted
from measures.workflow.texts import (
    Text,
    check_complete,
    check_texts,
    check_to_submit,
    derive_next,
    write_text,
)
from measures.workflow.transitions import Table, Transition, table

S: TypeAlias = UpdateState
_Row: TypeAlias = Transition[UpdateState, ActsFor]
# Of several departments that somebody may act for, the first in the row comes first.
TRANSITIONS: Final[Table[UpdateState, ActsFor]] = table(
    _Row(S.DUE, Act.SAVE, S.DRAFT, (as_reporter,)),
    _Row(S.DRAFT, Act.SAVE, S.DRAFT, (as_reporter,)),
    _Row(S.RETURNED, Act.SAVE, S.RETURNED, (as_reporter,)),
    _Row(S.DUE, Act.SUBMIT_FOR_REVIEW, S.IN_REVIEW, (as_reporter,)),
    _Row(S.DRAFT, Act.SUBMIT_FOR_REVIEW, S.IN_REVIEW, (as_reporter,)),
    _Row(S.RETURNED, Act.SUBMIT_FOR_REVIEW, S.IN_REVIEW, (as_reporter,)),
    _Row(S.IN_REVIEW, Act.WITHDRAW, S.DRAFT, (as_reporter,)),
    # In review a text lies with its department; once submitted, with the office and the convenor.
    _Row(S.IN_REVIEW, Act.RETURN, S.RETURNED, (as_reviewer,)),
    _Row(S.SUBMITTED, Act.RETURN, S.RETURNED, (as_clerk, as_convenor)),
    # The text stays in force until the corrected one is confirmed.
    _Row(S.CONFIRMED, Act.RETURN, S.RETURNED, (as_clerk,)),
    # For these two the person counts besides: see `permissions.can_approve` and `can_confirm`.
    _Row(S.IN_REVIEW, Act.APPROVE_AND_SUBMIT, S.SUBMITTED, (as_reviewer,)),
    # What came on paper or by telephone is submitted at once; somebody else of the office confirms it.
    _Row(S.DUE, Act.FILE_ON_BEHALF, S.SUBMITTED, (as_clerk_of_another,)),
    _Row(S.DRAFT, Act.FILE_ON_BEHALF, S.SUBMITTED, (as_clerk_of_another,)),
    _Row(S.RETURNED, Act.FILE_ON_BEHALF, S.SUBMITTED, (as_clerk_of_another,)),
    _Row(S.SUBMITTED, Act.CONFIRM, S.CONFIRMED, (as_clerk_or_signer,)),
    _Row(S.CONFIRMED, Act.CORRECT, S.DRAFT, (as_reporter,)),
    _Row(S.DUE, Act.WAIVE, S.WAIVED, (as_clerk, as_convenor_of_participant)),
    _Row(S.DRAFT, Act.WAIVE, S.WAIVED, (as_clerk, as_convenor_of_participant)),
    _Row(S.WAIVED, Act.RESTORE, S.DUE, (as_clerk, as_convenor_of_participant)),
    # With the duty itself, by rule: nobody does these by hand (see duty_changes).
    _Row(S.DUE, Act.END_DUTY, S.WAIVED),
    _Row(S.DRAFT, Act.END_DUTY, S.WAIVED),
    _Row(S.RETURNED, Act.END_DUTY, S.WAIVED),
    _Row(S.WAIVED, Act.ADD_DUTY, S.DUE),
)
# In these a deputy stands in for somebody.
AS_REVIEWERS: Final = frozenset({as_reviewer, as_convenor, as_convenor_of_participant})
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


def acting_for(actor: Actor, act: Act, update: ProgressUpdate) -> tuple[Department, ...]:
    """The departments for which the actor may do the act in this state; empty: not at all.

    For `approve` and `confirm` the persons are checked besides (`permissions.can_approve`, `can_confirm`).
    """
    row = TRANSITIONS.get((UpdateState(update.state), act))
    return _departments(actor, update, row.may if row else ())


def may_ever(actor: Actor, act: Act, update: ProgressUpdate) -> bool:
    """Holds a role for this act in some state: whoever comes too late hears why it is too late."""
    predicates = dict.fromkeys(may for row in TRANSITIONS.values() if row.act == act for may in row.may)
    return bool(_departments(actor, update, predicates))


def _departments(
    actor: Actor, update: ProgressUpdate, predicates: Iterable[ActsFor]
) -> tuple[Department, ...]:
    found = (may(actor, update) for may in predicates)
    return tuple(dict.fromkeys(department for department in found if department))


@dataclass(frozen=True)
class Step:
    """One act as it is written down: who does what, for which department, when, and the words to it."""

    actor: Actor
    department: Department
    act: Act
    at: datetime
    comment: str = ""
    field: str = ""
    recorded_as: Act | None = None
    deputy_for: User | None = None
    words: str | None = None  # to those who are told, where that is not the comment


def save(
    actor: Actor,
    update: ProgressUpdate,
    version: int,
    text: Text,
    at: datetime,
    inserted: Iterable[Inserted] = (),
) -> ProgressUpdate:
    """Store the text in work, and from whom it took over what was `inserted`.

    Raises WorkflowError, PermissionDenied, ValidationError by field.
    """
    with one_act():
        row = _lock(update, version, Act.SAVE)
        step = _step(actor, Act.SAVE, row, at)
        check_texts(text)
        revision = write_text(actor, row, text, at)
        keep_inserted(actor, row, revision, inserted, at)
        return _finish(step, row)


def submit_for_review(
    actor: Actor,
    update: ProgressUpdate,
    version: int,
    at: datetime,
    text: Text | None = None,
    inserted: Iterable[Inserted] = (),
) -> ProgressUpdate:
    """Freeze the text in work, after storing `text` where given (see `save`), and hand it to the reviewer.

    Raises ValidationError by field when something required is missing.
    """
    with one_act():
        row = _lock(update, version, Act.SUBMIT_FOR_REVIEW)
        step = _step(actor, Act.SUBMIT_FOR_REVIEW, row, at)
        if text is not None:
            check_texts(text)
        revision = row.latest_revision if text is None else write_text(actor, row, text, at)
        if revision is None or revision.is_frozen:
            raise WrongStateError(_("There is no text to submit yet: write it first."))
        check_to_submit(row, revision)
        keep_inserted(actor, row, revision, inserted, at)
        freeze_evidence(row, revision)
        revision.frozen_at = at
        revision.save(update_fields=["frozen_at"])
        return _finish(step, row, revision)


def withdraw(actor: Actor, update: ProgressUpdate, version: int, at: datetime) -> ProgressUpdate:
    """Take the text back before the reviewer acts; it goes on as the next revision."""
    with one_act():
        row = _lock(update, version, Act.WITHDRAW)
        step = _step(actor, Act.WITHDRAW, row, at)
        frozen = _latest(row)
        derive_next(row, frozen, at)
        return _finish(step, row, frozen)


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

    After submission it is due back two working days later at the earliest; on time stays on time. What was
    confirmed stays in force until the corrected text is confirmed.
    """
    with one_act():
        row = _lock(update, version, Act.RETURN)
        step = _step(actor, Act.RETURN, row, at, department, reason=reason, field=field)
        if field and field not in (*TEXT_COLUMNS, "values"):
            raise ValidationError({"field": _("This field is not known.")})
        back_due_on = row.back_due_on
        if row.state in {UpdateState.SUBMITTED, UpdateState.CONFIRMED}:
            earliest = add_working_days(timezone.localdate(at), DAYS_TO_BRING_BACK)
            back_due_on = max(row.due_on, earliest)
        frozen = _latest(row)
        correction = step.comment if row.state == UpdateState.CONFIRMED else ""
        derive_next(row, frozen, at, correction_reason=correction)
        return _finish(step, row, frozen, back_due_on=back_due_on)


def approve_and_submit(actor: Actor, update: ProgressUpdate, version: int, at: datetime) -> ProgressUpdate:
    """Submit the reviewed text to the office. Sets `first_submitted_at` once: on time or late for ever."""
    with one_act():
        row = _lock(update, version, Act.APPROVE_AND_SUBMIT)
        step = _step(actor, Act.APPROVE_AND_SUBMIT, row, at)
        revision = _latest(row)
        if not permissions.can_approve(actor, row, revision):
            raise PermissionDenied(_("Whoever wrote a text does not review it."))
        check_complete(row, revision)  # a participant may have become a lead meanwhile
        if permissions.has_contributed(actor, revision):
            step = replace(step, recorded_as=Act.APPROVE_OWN)
        revision.approved_by, revision.approved_at = actor.person, at
        revision.save(update_fields=["approved_by", "approved_at"])
        return _finish(step, row, revision, first_submitted_at=row.first_submitted_at or at, back_due_on=None)


def file_on_behalf(
    actor: Actor,
    update: ProgressUpdate,
    version: int,
    text: Text,
    receipt: Receipt,
    at: datetime,
    files: Sequence[KeptFile] = (),
) -> ProgressUpdate:
    """Enter for its department what came on paper or by telephone: frozen and submitted at once.

    What the department had saved itself is kept. It was filed on the day on which it came, once and for ever.
    The files are those that came with it, in place of the department's own. Raises ValidationError by field.
    """
    with one_act():
        row = _lock(update, version, Act.FILE_ON_BEHALF)
        step = _step(actor, Act.FILE_ON_BEHALF, row, at)
        check_texts(text)
        check_receipt(row, receipt, timezone.localdate(at))
        _replace_files(step, row, files)
        revision = write_text(actor, row, text, at)
        check_to_submit(row, revision)
        revision.received_from, revision.received_by = receipt.sender.strip(), receipt.way
        revision.received_on, revision.entered_by = receipt.on, step.department.short_name
        freeze_evidence(row, revision)
        revision.frozen_at = revision.approved_at = at
        revision.approved_by = actor.person
        revision.save()
        filed_at = row.first_submitted_at or moment_of(row, receipt, at)
        step = replace(step, comment=revision.received_from, words=receipt.words)
        return _finish(step, row, revision, first_submitted_at=filed_at, back_due_on=None)


def confirm(actor: Actor, update: ProgressUpdate, version: int, at: datetime) -> ProgressUpdate:
    """The text counts from here: it is in force, its matter is raised, its measure has begun."""
    with one_act():
        row = _lock(update, version, Act.CONFIRM)
        step = _step(actor, Act.CONFIRM, row, at)
        revision = _latest(row)
        office = permissions.Office.of(row.period.policy, actor.on)
        if not permissions.can_confirm(actor, revision, office):
            raise PermissionDenied(_("Whoever wrote or approved a text does not confirm it."))
        check_complete(row, revision)
        revision.confirmed_by, revision.confirmed_at = actor.person, at
        revision.save(update_fields=["confirmed_by", "confirmed_at"])
        _start_measure(step, row, revision)
        raise_matter(row, revision, at)
        return _finish(step, row, revision, in_force=revision)


def correct(actor: Actor, update: ProgressUpdate, version: int, reason: str, at: datetime) -> ProgressUpdate:
    """Begin a correction; the confirmed text stays in force until the new one is confirmed."""
    with one_act():
        row = _lock(update, version, Act.CORRECT)
        step = _step(actor, Act.CORRECT, row, at, reason=reason)
        confirmed = _latest(row)
        derive_next(row, confirmed, at, correction_reason=step.comment)
        return _finish(step, row, confirmed)


def waive(
    actor: Actor,
    update: ProgressUpdate,
    version: int,
    reason: str,
    at: datetime,
    department: Department | None = None,
) -> ProgressUpdate:
    """The update is not owed: neither missing nor counted. What was written is kept."""
    return _waive_or_restore(actor, update, version, reason, at, department, Act.WAIVE)


def restore(
    actor: Actor,
    update: ProgressUpdate,
    version: int,
    reason: str,
    at: datetime,
    department: Department | None = None,
) -> ProgressUpdate:
    """A waived update is owed again."""
    return _waive_or_restore(actor, update, version, reason, at, department, Act.RESTORE)


def _waive_or_restore(
    actor: Actor,
    update: ProgressUpdate,
    version: int,
    reason: str,
    at: datetime,
    department: Department | None,
    act: Act,
) -> ProgressUpdate:
    with one_act():
        row = _lock(update, version, act)
        return _finish(_step(actor, act, row, at, department, reason=reason), row)


def move_by_rule(step: Step, update: ProgressUpdate) -> ProgressUpdate:
    """End the duty of an update, or begin it again, as its department's did. The caller has the right.

    Call inside the transaction of what causes it. Raises WrongStateError.
    """
    return _finish(step, _lock(update, update.version, step.act))


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
    acts = {act, Act.APPROVE_OWN} if act == Act.APPROVE_AND_SUBMIT else {act}
    same_act = last.act in acts and last.user_id == actor.user.pk
    same_words = (last.comment, last.field) == (reason.strip(), field)
    same_text = text is None or (row.latest_revision is not None and Text.of(row.latest_revision) == text)
    return same_act and same_words and same_text


# --- steps that the acts share -------------------------------------------------------------------


def _lock(update: ProgressUpdate, version: int, act: Act) -> ProgressUpdate:
    row = lock_update(update)
    if row.version != version:
        raise StaleVersionError(row)
    if not is_possible(row, act):
        raise WrongStateError(
            _("“%(act)s” is not possible now: the update is “%(state)s”.")
            % {"act": act.label, "state": UpdateState(row.state).label}
        )
    return row


def _step(
    actor: Actor,
    act: Act,
    row: ProgressUpdate,
    at: datetime,
    chosen: Department | None = None,
    *,
    reason: str | None = None,
    field: str = "",
) -> Step:
    """The step, done for the department that the form names, else the one that the person acts for, else the
    first that allows it (docs/domain.md 2.13); a reason asked for must be there.

    Raises PermissionDenied, ValidationError by field.
    """
    allowed = acting_for(actor, act, row)
    require(bool(allowed) and (chosen is None or chosen in allowed))
    comment = "" if reason is None else required_reason(reason)
    department = chosen or actor.preferred(allowed) or allowed[0]
    deputy_for = _deputised(actor, act, row, department)
    return Step(actor, department, act, at, comment, field, deputy_for=deputy_for)


def _deputised(actor: Actor, act: Act, row: ProgressUpdate, department: Department) -> User | None:
    """For whom a deputy acts, where it is as a reviewer that the actor may do this for the department."""
    may = TRANSITIONS[UpdateState(row.state), act].may
    first = next(predicate for predicate in may if predicate(actor, row) == department)
    return actor.stands_in_for(department) if first in AS_REVIEWERS else None


def _finish(step: Step, row: ProgressUpdate, text: Revision | None = None, **changes: Any) -> ProgressUpdate:
    """Move the state after the table, count the version up, write that with `changes`, append the event.

    The whole locked row is written, so that nothing which an act has set is lost; what it sets is named in
    `changes` all the same, for the reader. The event is about `text` where there is one.
    """
    before = UpdateState(row.state)
    changes |= {"state": TRANSITIONS[before, step.act].next_state, "version": row.version + 1}
    for name, value in changes.items():
        setattr(row, ProgressUpdate._meta.get_field(name).name, value)
    row.save()
    row.refresh_from_db(fields=["revisions"])  # forget those that were loaded before
    subject: dict[str, Any] = {"revision": text} if text else {"update": row}
    record(
        step.recorded_as or step.act,
        step.actor,
        step.department,
        step.at,
        comment=step.comment,
        field=step.field,
        states=(before, row.state),
        deputy_for=step.deputy_for,
        words=step.words,
        **subject,
    )
    return row


def _replace_files(step: Step, row: ProgressUpdate, files: Iterable[KeptFile]) -> None:
    """What the office enters stands alone: nothing that the department has in work goes out with it."""
    for old in row.evidence.present():
        old.update = row
        withdraw_evidence(step.actor, step.department, old, _("replaced by what the office entered"), step.at)
    for file in files:
        attach_evidence(step.actor, step.department, row, file, step.at)


def _latest(update: ProgressUpdate) -> Revision:
    revision = update.latest_revision
    if revision is None:
        raise WrongStateError(_("There is no text yet."))
    return revision


def _start_measure(step: Step, row: ProgressUpdate, revision: Revision) -> None:
    """The first confirmed progress moves a measure from not started to in progress.

    What has begun is never again not started, so that only a measure that has not is locked and asked again.
    """
    if row.measure.state != MeasureState.NOT_STARTED or revision.situation != Situation.PROGRESS:
        return
    measure = lock_measure_row(row.measure_id)
    if measure.state != MeasureState.NOT_STARTED:
        return
    measure.state = MeasureState.IN_PROGRESS
    measure.save(update_fields=["state"])
    states = (MeasureState.NOT_STARTED.value, MeasureState.IN_PROGRESS.value)
    record(Act.START, step.actor, step.department, step.at, states=states, measure=measure)
