"""Which slips were signed on paper? The reviewer notes who signed and when, the clerk on behalf.

A note is about one frozen text. It moves no state: a slip is not asked for before a text is submitted, and a
later text has none until its own paper is signed.
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
from measures.workflow.checks import check_written
from measures.workflow.errors import WrongStateError
from measures.workflow.locks import lock_update
from measures.workflow.recording import record

NAME_LENGTH: Final = SignedSlip._meta.get_field("signed_by").max_length or 0


def signed_text(update: ProgressUpdate) -> Revision | None:
    """The text that a slip of today shows: the latest, if it is frozen. What is in work may still change."""
    latest = update.latest_revision
    return latest if latest and latest.is_frozen else None


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
    name = signed_by.strip()
    if not name:
        raise ValidationError({"signed_by": _("Say who signed the slip.")})
    check_written("signed_by", name, NAME_LENGTH)
    if signed_on > timezone.localdate(at):
        raise ValidationError({"signed_on": _("This day is still to come.")})
    with one_act():
        ordered = sorted(revisions, key=lambda revision: revision.update_id)
        if not ordered:
            raise ValidationError({"texts": _("Choose the updates that the signed slip shows.")})
        return [_note(actor, revision, name, signed_on, at) for revision in ordered]


def _note(actor: Actor, revision: Revision, name: str, day: date, at: datetime) -> SignedSlip:
    row = lock_update(revision.update)
    department = noted_for(actor, row)
    if department is None:
        raise PermissionDenied(_("You may not do this here."))
    _check(row, revision, day)
    slip = SignedSlip.objects.create(
        revision=revision, signed_by=name, signed_on=day, noted_by=actor.person, noted_at=at
    )
    deputy_for = actor.stands_in_for(department) if department == row.department else None
    comment, act = f"{name} {day}", Act.NOTE_SIGNATURE
    record(act, actor, department, at, comment=comment, deputy_for=deputy_for, revision=revision)
    return slip


def _check(update: ProgressUpdate, revision: Revision, day: date) -> None:
    """The paper shows the text as it is now, is not signed yet, and could be signed on that day."""
    code = {"measure": update.measure.code}
    if update.period.state not in {PeriodState.OPEN, PeriodState.CLOSED}:
        raise WrongStateError(_("The period is archived; nothing of it changes any more."))
    if signed_text(update) != revision:
        raise WrongStateError(
            _("%(measure)s: the text has changed since; print the slip anew and have it signed.") % code
        )
    if SignedSlip.objects.filter(revision=revision).exists():
        raise WrongStateError(_("%(measure)s: the signature of this text is noted already.") % code)
    # What came to the office on paper was signed before the office entered it.
    if not revision.entered_by and day < timezone.localdate(revision.frozen_at):
        raise ValidationError(
            {"signed_on": _("%(measure)s: the text was not finished yet on that day.") % code}
        )


def signatures_of(updates: Iterable[ProgressUpdate]) -> QuerySet[SignedSlip]:
    """Of any of their texts, the oldest first."""
    rows = SignedSlip.objects.filter(revision__update__in=list(updates))
    return rows.select_related("revision", "noted_by").order_by("revision__number")
