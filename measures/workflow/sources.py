"""What does a convenor take over from the others' inputs, and what does it know of them since?

The words become text of its own draft, with their source in brackets; here is kept which revision they came
from. What of that has changed is compared by `measures.pages.sources`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from departments.actors import Actor
from measures import permissions
from measures.models import (
    TEXTS,
    Asked,
    InputUse,
    PeriodState,
    ProgressUpdate,
    Revision,
    Situation,
    UpdateState,
    UsedInput,
)
from measures.workflow.acting import one_act
from measures.workflow.checks import require
from measures.workflow.errors import WrongStateError
from measures.workflow.locks import lock_update

# The fields that take several texts, one below the other.
FIELDS: Final = tuple(
    name for name, text in TEXTS.items() if not text.one_line and text.asked is not Asked.WITHOUT_PROGRESS
)


@dataclass(frozen=True)
class Inserted:
    """Which text was put into which field of a form."""

    source: UUID
    field: str


def handed_in(update: ProgressUpdate) -> Revision | None:
    """What others go by: the text that was submitted, else the one in force. Wants the revisions loaded."""
    if update.state == UpdateState.SUBMITTED:
        return update.latest_revision
    return next((row for row in update.revisions.all() if row.pk == update.in_force_id), None)


def words_of(revision: Revision) -> dict[str, str]:
    """By field, what can be put into the text of somebody else.

    What was done is said in its one sentence where there is no more, and where nothing was done, the reason.
    """
    done = revision.situation == Situation.PROGRESS
    asked = [name for name in FIELDS if TEXTS[name].asked.fits(progress=done)]
    said = {name: getattr(revision, name) for name in asked}
    said["progress"] = said.get("progress") or (revision.headline if done else revision.reason)
    return {name: said[name] for name in FIELDS if said.get(name)}


def with_source(words: str, revision: Revision) -> str:
    """The words, and whose they are; Chinese always, as the text that they become part of."""
    day = timezone.localdate(revision.approved_at)
    return f"{words}（来源：{revision.update.department.short_name}，{day:%Y-%m-%d} 报送）"


def is_input_of(update: ProgressUpdate, revision: Revision) -> bool:
    """What somebody else has submitted on the measure that the department of `update` convenes."""
    source = revision.update
    same = (source.period_id, source.measure_id) == (update.period_id, update.measure_id)
    convenes = update.is_convenor and not update.measure.is_led_separately
    return same and convenes and source.pk != update.pk and revision.approved_at is not None


def keep_inserted(
    actor: Actor, update: ProgressUpdate, text: Revision, inserted: Iterable[Inserted], at: datetime
) -> None:
    """Write down what the saved text was made from; call inside the act that saves it.

    A field that is empty by now holds no source. What is on record already is not written twice.
    """
    wanted = [row for row in inserted if row.field in FIELDS and getattr(text, row.field)]
    if not wanted:
        return
    found = Revision.objects.filter(uuid__in=[row.source for row in wanted]).select_related("update")
    sources = {row.uuid: row for row in found if is_input_of(update, row)}
    known = {(use.source_id, use.field) for use in latest_uses([update]) if use.use == InputUse.INSERTED}
    for row in dict.fromkeys(wanted):
        source = sources.get(row.source)
        if source and (source.pk, row.field) not in known:
            _write(actor, update, source, row.field, InputUse.INSERTED, at)


def mark_seen(actor: Actor, update: ProgressUpdate, revision: Revision, at: datetime) -> list[UsedInput]:
    """The convenor knows the text as it is now and leaves its own as it is; told no more of this change.

    Raises WorkflowError where the source has changed again since.
    """
    with one_act():
        row = lock_update(update)
        require(permissions.can_write(actor, row) and is_input_of(row, revision))
        if row.period.state == PeriodState.ARCHIVED:
            raise WrongStateError(_("The period is archived; nothing of it changes any more."))
        source = ProgressUpdate.objects.with_revisions().get(pk=revision.update_id)
        if handed_in(source) != revision:
            raise WrongStateError(_("The source has changed again since this page was opened."))
        old = [
            use
            for use in latest_uses([row])
            if use.source.update_id == source.pk and use.source_id != revision.pk
        ]
        return [_write(actor, row, revision, use.field, InputUse.SEEN, at) for use in old]


def latest_uses(updates: Iterable[ProgressUpdate]) -> list[UsedInput]:
    """The last of each input and field, whatever it was. One query, if there is any update."""
    rows = UsedInput.objects.filter(update__in=list(updates)).order_by("pk")
    uses = rows.select_related("source__update__department", "by")
    latest = {(row.update_id, row.source.update_id, row.field): row for row in uses}
    return list(latest.values())


def _write(
    actor: Actor, update: ProgressUpdate, source: Revision, field: str, use: InputUse, at: datetime
) -> UsedInput:
    return UsedInput.objects.create(
        update=update, source=source, field=field, use=use, by=actor.person, at=at
    )
