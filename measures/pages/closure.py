"""How far is the closure of a measure, and what may this person do about it? Reads; decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from departments.actors import Actor
from departments.models import Department, Role, User
from measures import duties, permissions
from measures.models import Act, Closure, ClosureOutcome, ClosureRequest, Event, Measure
from measures.workflow import closures, measures


@dataclass(frozen=True)
class Decision:
    """What clerk or signer said; nobody and no time while that is open."""

    role: Role
    person: User | None
    at: datetime | None


@dataclass(frozen=True)
class ClosurePage:
    """`last` is the closure that was asked for last, `closure` the same while it is undecided."""

    last: Closure | None
    closure: Closure | None
    requests: Sequence[ClosureRequest]
    decisions: Sequence[Decision]
    refusal: Event | None
    waiting_for: Sequence[Department]
    possible: bool
    leads: Sequence[Department]
    office_roles: Sequence[Role]

    @property
    def concerns_reader(self) -> bool:
        """Speaks for a lead, or decides."""
        return bool(self.leads or self.office_roles)

    def agreeing(self, actor: Actor) -> list[Role]:
        """The roles whose word is still open, unless this person gave the other one's."""
        if self.closure is None:
            return []
        agreed = {decision.role: decision.person for decision in self.decisions}
        if actor.person in agreed.values():
            return []
        return [role for role in self.office_roles if agreed[role] is None]


def closure_page(actor: Actor, measure: Measure, on: date) -> ClosurePage:
    last = measure.closures.select_related("clerk", "signer").last()
    closure = last if last and not last.outcome else None
    return ClosurePage(
        last=last,
        closure=closure,
        requests=list(last.requests.select_related("department", "user")) if last else (),
        decisions=decisions(last) if last else (),
        refusal=refusal_of(last) if last else None,
        waiting_for=closures.missing_requests(closure, on) if closure else (),
        possible=measures.is_possible(measure, Act.CLOSE_MEASURE),
        leads=leads_of(actor, measure, on),
        office_roles=permissions.closing_roles(actor, measures.policy_of(measure)),
    )


def leads_of(actor: Actor, measure: Measure, on: date) -> list[Department]:
    """The leads for which this person may ask for closure."""
    leads = duties.lead_departments(measure, on)
    return [lead for lead in leads if permissions.can_request_closure(actor, measure, lead)]


def decisions(closure: Closure) -> list[Decision]:
    """Clerk and signer, each with the moment of agreement."""
    agreed = closure.measure.events.filter(act=Act.AGREE_CLOSURE).order_by("pk")
    moments = dict(agreed.values_list("user", "at"))
    people = [(role, closure.agreed_as(role)) for role in permissions.CLOSING_ROLES]
    return [Decision(role, person, moments.get(person.pk) if person else None) for role, person in people]


def refusal_of(last: Closure) -> Event | None:
    """The event by which the measure's last closure was refused, with the reason."""
    if last.outcome != ClosureOutcome.REFUSED:
        return None
    return last.measure.events.filter(act=Act.REFUSE_CLOSURE).last()
