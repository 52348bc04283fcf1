"""When does a matter need coordination, and when is it settled? Raised by a confirmed text, then answered."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from departments.actors import Actor
from measures import permissions
from measures.models import Act, CoordinationMatter, ProgressUpdate, Revision
from measures.workflow.acting import one_act
from measures.workflow.checks import require, required_reason
from measures.workflow.errors import WorkflowError
from measures.workflow.locks import lock_measure_and_updates
from measures.workflow.recording import record


def raise_matter(update: ProgressUpdate, revision: Revision, at: datetime) -> None:
    """Put the confirmed matter on the list; said again in the same words it is the same matter."""
    text = revision.coordination.strip()
    if not text:
        return
    open_matters = CoordinationMatter.objects.open().filter(
        measure=update.measure, department=update.department
    )
    if open_matters.filter(text=text).exists():
        return
    corrected = open_matters.filter(raised_in__update=update).first()
    matter = corrected or CoordinationMatter(
        measure=update.measure, department=update.department, raised_on=timezone.localdate(at)
    )
    matter.text, matter.raised_in = text, revision
    matter.save()


def resolve_matter(actor: Actor, matter: CoordinationMatter, answer: str, at: datetime) -> CoordinationMatter:
    """The clerk settles a coordination matter with an answer; it leaves the list of open ones."""
    with one_act():
        measure = lock_measure_and_updates(matter.measure)
        row = CoordinationMatter.objects.select_for_update(of=("self",), no_key=True).get(pk=matter.pk)
        policy = measure.section.edition.policy
        require(permissions.can_manage_measures(actor, policy))
        if row.resolved_at is not None:
            raise WorkflowError(_("This matter is settled already."))
        row.answer, row.resolved_by, row.resolved_at = required_reason(answer), actor.person, at
        row.save()
        record(
            Act.RESOLVE_MATTER,
            actor,
            policy.coordinator,
            at,
            comment=row.answer,
            measure=row.measure,
            about=[row],
        )
    return row
