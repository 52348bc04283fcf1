"""When is a measure closed? Each lead asks, then clerk and signer agree, or one of them refuses."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.actors import Actor
from departments.models import Department, Role
from measures import duties, permissions
from measures.models import Act, Closure, ClosureOutcome, ClosureRequest, Measure
from measures.workflow.acting import one_act
from measures.workflow.checks import require, required_reason
from measures.workflow.errors import WorkflowError
from measures.workflow.locks import lock_measure_and_updates
from measures.workflow.measures import lock_measure, move, policy_of
from measures.workflow.recording import record


def request_closure(
    actor: Actor, measure: Measure, lead: Department, basis: str, at: datetime
) -> ClosureRequest:
    """The convenor asks, of separate leads each one; the first request begins the closure."""
    with one_act():
        row = lock_measure(measure, Act.CLOSE_MEASURE)
        require(permissions.can_request_closure(actor, row, lead))
        if lead not in duties.lead_departments(row, timezone.localdate(at)):
            raise PermissionDenied(_("Only the lead department asks for closure."))
        comment = required_reason(basis)
        closure, _created = Closure.objects.get_or_create(measure=row, outcome="")
        request = ClosureRequest(
            closure=closure, department=lead, user=actor.person, basis=comment, asked_at=at
        )
        request.full_clean()
        request.save()
        deputy_for = permissions.speaks_as_deputy_for(actor, lead)
        record(Act.REQUEST_CLOSURE, actor, lead, at, comment=comment, deputy_for=deputy_for, measure=row)
    return request


def missing_requests(closure: Closure, on: date) -> tuple[Department, ...]:
    """The leads that have not asked yet."""
    asked = set(closure.requests.values_list("department_id", flat=True))
    return tuple(lead for lead in duties.lead_departments(closure.measure, on) if lead.pk not in asked)


def agree_to_closure(actor: Actor, closure: Closure, role: Role, at: datetime) -> Closure:
    """Clerk and signer, two people, both agree; with the second the measure is closed."""
    with one_act():
        measure = lock_measure(closure.measure, Act.CLOSE_MEASURE)
        row = _locked(closure)
        policy = policy_of(measure)
        require(role in permissions.closing_roles(actor, policy))
        agreed_already = getattr(row, f"{role.value}_id") is not None
        if row.outcome or agreed_already or missing_requests(row, timezone.localdate(at)):
            raise WorkflowError(_("Not every lead has asked for closure, or it was decided already."))
        setattr(row, role.value, actor.person)
        if row.clerk_id is not None and row.signer_id is not None:
            row.outcome, row.ended_at = ClosureOutcome.CLOSED, at
        row.full_clean()
        row.save()
        record(Act.AGREE_CLOSURE, actor, policy.coordinator, at, measure=measure)
        if row.outcome:
            move(actor, measure, Act.CLOSE_MEASURE, "", at)
    return row


def refuse_closure(actor: Actor, closure: Closure, reason: str, at: datetime) -> Closure:
    """Clerk or signer refuses with a reason; the leads may ask again."""
    with one_act():
        measure = lock_measure_and_updates(closure.measure)
        row, policy = _locked(closure), policy_of(measure)
        require(bool(permissions.closing_roles(actor, policy)))
        if row.outcome:
            raise WorkflowError(_("This closure was decided already."))
        comment = required_reason(reason)
        row.outcome, row.ended_at = ClosureOutcome.REFUSED, at
        row.save()
        department = policy.coordinator
        record(Act.REFUSE_CLOSURE, actor, department, at, comment=comment, measure=measure)
    return row


def _locked(closure: Closure) -> Closure:
    """The closure as it is now, after its measure (see `locks`)."""
    return Closure.objects.select_for_update(of=("self",), no_key=True).get(pk=closure.pk)
