"""Which slips were signed on paper? The reviewer notes who signed and when, the clerk on behalf.

A note is about one frozen text. It moves no state: a slip is not asked for before a text is submitted, and a
later text has none until its own paper is signed. A note that was wrong is never changed: another one takes
its place, with the reason (docs/domain.md 4.34).
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.actors import Actor
from departments.models import Department
from measures import permissions
from measures.models import PRIVATE_STATES, Act, PeriodState, ProgressUpdate, Revision, SignedSlip
from measures.workflow.acting import one_act
from measures.workflow.checks import check_written, required_reason
from measures.workflow.errors import WrongStateError
from measures.workflow.locks import lock_update
from measures.workflow.recording import record

NAME_LENGTH: Final = SignedSlip._meta.get_field("signed_by").max_length or 0


def signed_text(update: ProgressUpdate) -> Revision | None:
    """The text that a slip of today shows: the latest, if it is frozen, else the one in force.

    What is in work may still change; a text in force stands until its correction is submitted for review.
    """
    latest = update.latest_revision
    return latest if latest and latest.is_frozen else update.text_to_replace


def noted_for(actor: Actor, update: ProgressUpdate) -> Department | None:
    """For which department somebody notes signatures: its reviewer, on behalf a clerk who reads the text."""
    by_office = None if update.state in PRIVATE_STATES else permissions.as_clerk(actor, update)
    return permissions.as_reviewer(actor, update) or by_office


def note_signatures(
    actor: Actor, revisions: Iterable[Revision], signed_by: str, signed_on: date, at: datetime
) -> list[SignedSlip]:
    """One paper that shows these texts was signed: a note and an event for each, all or none.

    Raises ValidationError by field, WorkflowError, PermissionDenied.
    """
    name = _checked_name(signed_by, signed_on, at)
    with one_act():
        ordered = sorted(revisions, key=lambda revision: revision.update_id)
        if not ordered:
            raise ValidationError({"texts": _("Choose the updates that the signed slip shows.")})
        return [_note(actor, revision, name, signed_on, at) for revision in ordered]


def noted_together(slip: SignedSlip) -> QuerySet[SignedSlip]:
    """The notes that one act wrote down of one paper, this one among them."""
    one = {"noted_by": slip.noted_by, "noted_at": slip.noted_at, "reason": slip.reason}
    paper = {"signed_by": slip.signed_by, "signed_on": slip.signed_on}
    of = slip.revision.update
    rows = SignedSlip.objects.filter(
        **one, **paper, revision__update__period=of.period_id, revision__update__department=of.department_id
    )
    return rows.select_related("revision__update__measure__section", "noted_by").order_by("pk")


def correct_signatures(
    actor: Actor, slips: Iterable[SignedSlip], signed_by: str, signed_on: date, reason: str, at: datetime
) -> list[SignedSlip]:
    """Another note in place of each that was wrong, all or none; the old ones stay readable.

    Raises ValidationError by field, WorkflowError, PermissionDenied.
    """
    name = _checked_name(signed_by, signed_on, at)
    words = required_reason(reason)
    with one_act():
        ordered = sorted(slips, key=lambda slip: slip.revision.update_id)
        if not ordered:
            raise ValidationError({"slips": _("Choose the texts whose note was wrong.")})
        return [_correct(actor, slip, name, signed_on, words, at) for slip in ordered]


def _correct(actor: Actor, slip: SignedSlip, name: str, day: date, reason: str, at: datetime) -> SignedSlip:
    update = lock_update(slip.revision.update)
    department = may_note(actor, update)
    last = SignedSlip.objects.filter(revision=slip.revision).order_by("-number")[0]
    said = (last.signed_by, last.signed_on, last.reason, last.noted_by)
    if said == (name, day, reason, actor.person):
        return last  # sent twice
    if last.pk != slip.pk:
        raise WrongStateError(_("Somebody has corrected this note since. Look at it again."))
    if (last.signed_by, last.signed_on) == (name, day):
        raise ValidationError(_("Nothing is changed: the note says the same already."))
    _check_text(update, slip.revision, day)
    corrected = SignedSlip.objects.create(
        revision=slip.revision,
        number=last.number + 1,
        signed_by=name,
        signed_on=day,
        noted_by=actor.person,
        noted_at=at,
        reason=reason,
    )
    comment = f"{last.signed_by} {last.signed_on} → {name} {day}：{reason}"
    record_of_signature(Act.CORRECT_SIGNATURE, actor, department, slip.revision, update, comment, at)
    return corrected


def _checked_name(signed_by: str, signed_on: date, at: datetime) -> str:
    name = signed_by.strip()
    if not name:
        raise ValidationError({"signed_by": _("Say who signed the slip.")})
    check_written("signed_by", name, NAME_LENGTH)
    if signed_on > timezone.localdate(at):
        raise ValidationError({"signed_on": _("This day is still to come.")})
    return name


def may_note(actor: Actor, update: ProgressUpdate) -> Department:
    """For which department this person notes. Raises PermissionDenied."""
    department = noted_for(actor, update)
    if department is None:
        raise PermissionDenied(_("You may not do this here."))
    return department


def _note(actor: Actor, revision: Revision, name: str, day: date, at: datetime) -> SignedSlip:
    row = lock_update(revision.update)
    department = may_note(actor, row)
    _check_text(row, revision, day)
    if SignedSlip.objects.filter(revision=revision).exists():
        told = _("%(measure)s: the signature of this text is noted already.")
        raise WrongStateError(told % {"measure": row.measure.code})
    slip = SignedSlip.objects.create(
        revision=revision, signed_by=name, signed_on=day, noted_by=actor.person, noted_at=at
    )
    record_of_signature(Act.NOTE_SIGNATURE, actor, department, revision, row, f"{name} {day}", at)
    return slip


def record_of_signature(
    act: Act,
    actor: Actor,
    department: Department,
    revision: Revision,
    update: ProgressUpdate,
    comment: str,
    at: datetime,
) -> None:
    deputy_for = actor.stands_in_for(department) if department == update.department else None
    record(act, actor, department, at, comment=comment, deputy_for=deputy_for, revision=revision)


def _check_text(update: ProgressUpdate, revision: Revision, day: date) -> None:
    """The paper shows the text as it is now, and could be signed on that day."""
    check_unchanged(update, revision)
    # What came to the office on paper was signed before the office entered it.
    if not revision.entered_by and day < timezone.localdate(revision.frozen_at):
        told = _("%(measure)s: the text was not finished yet on that day.")
        raise ValidationError({"signed_on": told % {"measure": update.measure.code}})


def check_unchanged(update: ProgressUpdate, revision: Revision) -> None:
    """The paper shows the text as it is now. Raises WrongStateError."""
    if update.period.state not in {PeriodState.OPEN, PeriodState.CLOSED}:
        raise WrongStateError(_("The period is archived; nothing of it changes any more."))
    if signed_text(update) != revision:
        told = _("%(measure)s: the text has changed since; print the slip anew and have it signed.")
        raise WrongStateError(told % {"measure": update.measure.code})


def signatures_of(updates: Iterable[ProgressUpdate]) -> QuerySet[SignedSlip]:
    """Of any of their texts, the oldest first; the last of a text is the one that counts."""
    rows = SignedSlip.objects.filter(revision__update__in=list(updates))
    return rows.select_related("revision", "noted_by").order_by("revision__number", "number")
