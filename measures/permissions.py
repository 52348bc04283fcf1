"""May this actor do or see this? Predicates over an actor and an object; they never write.

No other module knows what a role allows. Which predicate an act asks, and in which state it is possible,
stands in the tables of `measures.workflow`. An act on an update is done for a department: the predicates
`as_…` name it, or answer None.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final, TypeAlias

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from departments.actors import DEPARTMENT_ROLES, Actor
from departments.models import Department, Membership, Role, Succession, User
from departments.models.people import MembershipQuerySet
from langfang_policy.compiled_queries import compiled
from measures.leading import convenors, is_led_by, leads, once
from measures.models import (
    STILL_OWED,
    Extension,
    Measure,
    Policy,
    ProgressUpdate,
    ReportingPeriod,
    Responsibility,
    ResponsibilityRole,
    Revision,
    UpdateState,
    Urge,
)
from measures.models.filing import ProgressUpdateQuerySet
from measures.models.urges import UrgeQuerySet
from measures.own_work import somebody_is_left, waiting_for_nobody

_SPEAKING = DEPARTMENT_ROLES
_READ_SUBMITTED = (Role.CLERK, Role.SIGNER, Role.AUDITOR)
# Who agree to the closure of a measure: two people, one in each role.
CLOSING_ROLES = (Role.CLERK, Role.SIGNER)


@dataclass(frozen=True)
class Office:
    """The clerks and signers of a policy's coordinating department on a day, by user id."""

    clerks: frozenset[int]
    signers: frozenset[int]

    @classmethod
    def of(cls, policy: Policy, on: date) -> "Office":
        """Takes one query; for a list of several policies see `offices_of`."""
        return offices_of([policy], on)[policy.pk]


def offices_of(policies: Iterable[Policy], on: date) -> dict[int, Office]:
    """The office of each policy, by its id. One query, however many there are."""
    coordinators = {row.pk: row.coordinator_id for row in policies}
    held = set(_who_decides(list(coordinators.values()), on))

    def people(department: int, role: Role) -> frozenset[int]:
        return frozenset(user for place, name, user in held if (place, name) == (department, role))

    offices = {
        department: Office(people(department, Role.CLERK), people(department, Role.SIGNER))
        for department in set(coordinators.values())
    }
    return {pk: offices[department] for pk, department in coordinators.items()}


@compiled
def _who_decides(offices: Iterable[int], on: date) -> QuerySet[Membership, tuple[Any, ...]]:
    rows = Membership.objects.active(on).filter(department__in=offices, role__in=[Role.CLERK, Role.SIGNER])
    return rows.values_list("department_id", "role", "user_id")


def is_in_office(actor: Actor, policy: Policy, *roles: Role) -> bool:
    """Whether the actor holds one of these roles in the department that coordinates the policy."""
    return actor.holds_any(roles, policy.coordinator_id)


# --- whom somebody speaks for --------------------------------------------------------------------


def writes_for(actor: Actor) -> tuple[Department, ...]:
    return actor.departments(Role.REPORTER)


def reviews_for(actor: Actor) -> tuple[Department, ...]:
    return actor.departments(Role.REVIEWER)


def speaks_for(actor: Actor) -> tuple[Department, ...]:
    """The departments whose working texts are the actor's own: those written or reviewed for."""
    return actor.departments(*_SPEAKING)


def belongs_to(actor: Actor, department: Department) -> bool:
    return actor.holds_any(_SPEAKING, department.pk)


def checks_for(actor: Actor) -> tuple[Department, ...]:
    """Where the actor is clerk: the texts of the policies that these coordinate wait for a check."""
    return actor.offices(Role.CLERK)


def decides_for(actor: Actor) -> tuple[Department, ...]:
    """Where the actor is clerk or signer: both decide on closures and on texts."""
    return actor.offices(Role.CLERK, Role.SIGNER)


def checks_in_an_office(actor: Actor) -> bool:
    return actor.serves_an_office(Role.CLERK)


def decides_in_an_office(actor: Actor) -> bool:
    return actor.serves_an_office(Role.CLERK, Role.SIGNER)


def looks_at_the_whole(actor: Actor) -> bool:
    """Comes for the overview too, whatever other duty there is."""
    return actor.has_role(Role.LEADER, Role.AUDITOR, Role.SIGNER)


def some_office_has_a_clerk() -> bool:
    """Whether anybody, at any time, was made clerk where a policy is coordinated."""
    offices = Policy.objects.values("coordinator")
    return Membership.objects.filter(role=Role.CLERK, department__in=offices).exists()


# --- who is told -----------------------------------------------------------------------------------


def people_of(departments: Iterable[int], on: date) -> MembershipQuerySet:
    """Who writes or reviews in these departments that day."""
    return Membership.objects.active(on).filter(department__in=departments, role__in=_SPEAKING)


def clerks_of(policy: Policy, on: date) -> MembershipQuerySet:
    return Membership.objects.active(on).filter(department=policy.coordinator_id, role=Role.CLERK)


def leaders_of(policy: Policy, on: date) -> MembershipQuerySet:
    return Membership.objects.active(on).filter(department=policy.coordinator_id, role=Role.LEADER)


def reviewers_and_clerks_of(update: ProgressUpdate, on: date) -> MembershipQuerySet:
    """Who has to look at a text again before it counts: its reviewers and the clerks of the office."""
    its_own = Q(department=update.department_id, role=Role.REVIEWER)
    office = Q(department=update.period.policy.coordinator_id, role=Role.CLERK)
    return Membership.objects.active(on).filter(its_own | office)


def convenor_of(update: ProgressUpdate, on: date) -> ProgressUpdate | None:
    """The update of the first lead of the same measure and period.

    None where leads are separate, and where all leads have ended by that day (docs/domain.md 1.8).
    """
    if update.measure.is_led_separately:
        return None
    rows = once(update, ("convenes", on), partial(convenors, update.period_id, update.measure_id, on))
    return next(iter(rows), None)


# --- texts ---------------------------------------------------------------------------------------


def is_own(actor: Actor, update: ProgressUpdate) -> bool:
    return actor.holds_any(_SPEAKING, update.department_id)


def is_lead_of(actor: Actor, update: ProgressUpdate) -> bool:
    """Acts for a lead of the same measure in the same period whose responsibility is still in force."""
    own = [department.pk for department in speaks_for(actor)]
    return bool(own) and is_led_by(update, own, actor.on)


def can_read_working_text(actor: Actor, update: ProgressUpdate) -> bool:
    """Who reads an unconfirmed text: its department; once submitted also the leads and the office."""
    if is_own(actor, update):
        return True
    if update.state != UpdateState.SUBMITTED:
        return False
    return can_read_submitted_texts(actor, update.period.policy) or is_lead_of(actor, update)


def can_read_submitted_texts(actor: Actor, policy: Policy) -> bool:
    """Who reads what any department handed to the office, why it was returned, and the register."""
    return is_in_office(actor, policy, *_READ_SUBMITTED)


def leads_of(actor: Actor) -> ProgressUpdateQuerySet:
    """As a condition on updates: the actor acts for a lead of the same measure and period (`is_lead_of`)."""
    of_the_same = leads(OuterRef("period"), OuterRef("measure"), actor.on)
    return of_the_same.filter(department__in=speaks_for(actor))


def readable_updates(actor: Actor) -> ProgressUpdateQuerySet:
    """Updates with some text that the actor may read: their own, submitted to them, or confirmed."""
    if actor.user is None:
        return ProgressUpdate.objects.none()
    return ProgressUpdate.objects.filter(Q(in_force__isnull=False) | with_working_text_for(actor))


def with_working_text_for(actor: Actor) -> Q:
    """A condition on updates: `can_read_working_text`, for the database."""
    own, office = speaks_for(actor), actor.departments(*_READ_SUBMITTED)
    leads = leads_of(actor)
    to_them = Q(period__policy__coordinator__in=office) | Q(Exists(leads))
    return Q(department__in=own) | (Q(state=UpdateState.SUBMITTED) & to_them)


def can_see_filing_state(actor: Actor, update: ProgressUpdate) -> bool:
    """Who sees the state of an update without its text: its department, the leads, the office, the leader."""
    board = can_see_filing_board(actor, update.period.policy)
    return is_own(actor, update) or board or is_lead_of(actor, update)


def can_see_telephones(actor: Actor, policy: Policy) -> bool:
    """Clerk, signer and leader see all telephone numbers. For other people see `is_own` and `leads_with`."""
    return is_in_office(actor, policy, Role.CLERK, Role.SIGNER, Role.LEADER)


def leads_with(actor: Actor, department: Department) -> bool:
    """Acts for a lead of some measure that also binds this department, and so may telephone it."""
    own = speaks_for(actor)
    led = Responsibility.objects.in_force(actor.on).filter(
        role=ResponsibilityRole.LEAD, department__in=own, measure__responsibilities__department=department
    )
    return bool(own) and led.exists()


# --- acts on an update ---------------------------------------------------------------------------


def can_write(actor: Actor, update: ProgressUpdate) -> bool:
    return actor.holds(Role.REPORTER, update.department_id)


def can_review(actor: Actor, update: ProgressUpdate) -> bool:
    return actor.holds(Role.REVIEWER, update.department_id)


def can_approve(actor: Actor, update: ProgressUpdate, revision: Revision) -> bool:
    """A reviewer who is no contributor, or whose department may review its own text (docs/domain.md 2.5)."""
    return can_review(actor, update) and (
        update.department.allow_self_review or not has_contributed(actor, revision)
    )


def has_contributed(actor: Actor, revision: Revision) -> bool:
    return actor.user is not None and actor.user.pk in revision.writers


def confirmers(revision: Revision, office: Office) -> frozenset[int]:
    """User ids of those who may confirm (docs/domain.md 2.6).

    A clerk who is neither a contributor nor the approver; a signer when no such clerk is left.
    """
    involved = revision.writers | {revision.approved_by_id}
    return (office.clerks - involved) or (office.signers - involved)


def nobody_may_confirm(period: ReportingPeriod, on: date) -> ProgressUpdateQuerySet:
    """Submitted updates of the period for which `confirmers` finds nobody: the same, for the database."""
    return updates_without_confirmer([period.policy.coordinator_id], on, period.pk)


def updates_without_confirmer(
    offices: Iterable[int], on: date, period: int | OuterRef
) -> ProgressUpdateQuerySet:
    """The same, under policies that these departments coordinate; within a query OuterRef(OuterRef(…))."""
    people = Membership.objects.active(on).filter(department__in=offices, role__in=[Role.CLERK, Role.SIGNER])
    return waiting_for_nobody(people, offices, period)


def a_clerk_may_confirm(on: date) -> Exists:
    """A condition on submitted updates: some clerk is left of whom `confirmers` answers."""
    office = OuterRef("period__policy__coordinator")
    return somebody_is_left(Membership.objects.active(on).filter(department=office, role=Role.CLERK))


def can_confirm(actor: Actor, revision: Revision, office: Office) -> bool:
    return actor.user is not None and actor.user.pk in confirmers(revision, office)


def can_ask_for_extension(actor: Actor, update: ProgressUpdate) -> bool:
    """Reporter or reviewer of the department that owes the update."""
    return is_own(actor, update)


def can_decide_on_extension(actor: Actor, extension: Extension, office: Office) -> bool:
    """A clerk who did not ask for it; a signer when no such clerk is left (docs/domain.md 4.18)."""
    asked = {extension.asked_by_id}
    return actor.user is not None and actor.user.pk in ((office.clerks - asked) or (office.signers - asked))


# Who may do an act, as a table of transitions names them: the department acted for, or None.
ActsFor: TypeAlias = Callable[[Actor, ProgressUpdate], Department | None]
# Who decides on later dates, for the database: the second where none of the first is left but who asked.
DECIDE_ON_DATES: Final = (Role.CLERK, Role.SIGNER)


def as_reporter(actor: Actor, update: ProgressUpdate) -> Department | None:
    return update.department if can_write(actor, update) else None


def as_reviewer(actor: Actor, update: ProgressUpdate) -> Department | None:
    return update.department if can_review(actor, update) else None


def as_clerk(actor: Actor, update: ProgressUpdate) -> Department | None:
    policy = update.period.policy
    return policy.coordinator if is_in_office(actor, policy, Role.CLERK) else None


def as_clerk_of_another(actor: Actor, update: ProgressUpdate) -> Department | None:
    """The office enters texts for others; its own go the way of every department."""
    office = as_clerk(actor, update)
    return office if office and office.pk != update.department_id else None


def as_clerk_or_signer(actor: Actor, update: ProgressUpdate) -> Department | None:
    policy = update.period.policy
    return policy.coordinator if is_in_office(actor, policy, Role.CLERK, Role.SIGNER) else None


def as_convenor(actor: Actor, update: ProgressUpdate) -> Department | None:
    """A reviewer of the convenor, for the update of another department."""
    convenor = convenor_of(update, actor.on) if reviews_for(actor) else None
    if convenor is None or convenor.pk == update.pk:
        return None
    return convenor.department if can_review(actor, convenor) else None


def as_convenor_of_participant(actor: Actor, update: ProgressUpdate) -> Department | None:
    """Co-leads answer for themselves: the convenor has no say over them here."""
    return None if update.is_lead else as_convenor(actor, update)


# --- people --------------------------------------------------------------------------------------

# In which role somebody stands in for somebody else.
DEPUTISED_ROLE = Role.REVIEWER
_GIVEN_IN_AN_OFFICE = (*_SPEAKING, Role.LEADER, Role.AUDITOR)


def departments_with_people_of(actor: Actor) -> QuerySet[Department]:
    """Whose people the actor manages: those reviewed for, and what the policies of the own office bind.

    Heirs of a department that a text binds, and what owed an update, are bound too. A deputy manages nobody.
    """
    offices = [department.pk for department in checks_for(actor)]
    of_offices = {"measure__section__edition__policy__coordinator__in": offices}
    bound = Responsibility.objects.in_force(actor.on).filter(**of_offices)
    owed = ProgressUpdate.objects.filter(period__policy__coordinator__in=offices)
    heirs = Succession.objects.filter(
        Exists(bound.filter(department=OuterRef("predecessor"))), valid_from__lte=actor.on
    )
    return Department.objects.filter(  # asked of each department, and answered by the first row that is found
        Q(pk__in=[department.pk for department in actor.own_departments(Role.REVIEWER)])
        | Exists(bound.filter(department=OuterRef("pk")))
        | Exists(owed.filter(department=OuterRef("pk")))
        | Exists(heirs.filter(successor=OuterRef("pk")))
        | Exists(Policy.objects.filter(coordinator=OuterRef("pk"), coordinator__in=offices))
    )


def roles_to_give(actor: Actor, department: Department) -> tuple[Role, ...]:
    """Which roles the actor may give in the department, and end there (docs/domain.md 2.11)."""
    if department.pk in {row.pk for row in checks_for(actor)} and actor.serves_an_office(Role.CLERK):
        return _GIVEN_IN_AN_OFFICE
    managed = departments_with_people_of(actor).filter(pk=department.pk).exists()
    return _SPEAKING if managed else ()


def with_numbers_of_people(departments: QuerySet[Department], on: date) -> QuerySet[Any]:
    """Each with how many people report, and how many review there on that day."""
    return departments.annotate(
        reporters=_number_of_people(Role.REPORTER, on), reviewers=_number_of_people(Role.REVIEWER, on)
    )


def _number_of_people(role: Role, on: date) -> Coalesce:
    """Of each department in a query; a part of it, so that the rows can be counted and paged."""
    held = Membership.objects.active(on).filter(department=OuterRef("pk"), role=role)
    counted = held.order_by().values("department").annotate(n=Count("user", distinct=True))
    return Coalesce(Subquery(counted.values("n")), 0)


def without_people(departments: QuerySet[Department], on: date) -> QuerySet[Any]:
    """Those in which nobody reports, or nobody reviews, on that day."""
    return with_numbers_of_people(departments, on).filter(Q(reporters=0) | Q(reviewers=0))


def owing_without_people(period: OuterRef, on: date) -> QuerySet[Any]:
    """The departments that still owe something in the period and have nobody who reports, or reviews."""
    owed = ProgressUpdate.objects.filter(STILL_OWED, department=OuterRef("pk"), period=period)
    return without_people(Department.objects.all(), on).filter(Exists(owed))


def speaks_as_deputy_for(actor: Actor, department: Department) -> User | None:
    """For whom, where only that lets the actor speak for the department."""
    writes = actor.holds(Role.REPORTER, department.pk)
    return None if writes else actor.stands_in_for(department)


def manages_people(actor: Actor) -> bool:
    return bool(actor.own_departments(Role.REVIEWER)) or checks_in_an_office(actor)


def names_a_deputy_in(actor: Actor, department: Department) -> bool:
    """A reviewer whose role is her own, for the days on which she is away."""
    return department in actor.own_departments(Role.REVIEWER)


# --- the office: periods, measures, documents ----------------------------------------------------

# Who may do an act on a period or a measure of the policy, as a table of transitions names them.
OfficeMay: TypeAlias = Callable[[Actor, Policy], bool]


def can_run_periods(actor: Actor, policy: Policy) -> bool:
    """Plan, open, close and archive periods."""
    return is_in_office(actor, policy, Role.CLERK)


def can_reopen_period(actor: Actor, policy: Policy) -> bool:
    return is_in_office(actor, policy, Role.SIGNER)


def can_manage_measures(actor: Actor, policy: Policy) -> bool:
    """Change a measure's state, settle matters, override a light, agree to a closure."""
    return is_in_office(actor, policy, Role.CLERK)


def can_give_portfolios(actor: Actor, policy: Policy) -> bool:
    """Say of what each leader is in charge: the clerk, and the administrator, who gives every role."""
    return is_in_office(actor, policy, Role.CLERK) or actor.is_admin


def can_announce(actor: Actor, policy: Policy) -> bool:
    """Tell something to all departments that the policy binds."""
    return is_in_office(actor, policy, Role.CLERK)


def can_urge(actor: Actor, policy: Policy) -> bool:
    """Send slips to departments that have not filed."""
    return is_in_office(actor, policy, Role.CLERK)


def can_see_urge(actor: Actor, urge: Urge) -> bool:
    """The department that was urged, and whoever sees who has filed."""
    return belongs_to(actor, urge.department) or can_see_filing_board(actor, urge.policy)


def can_answer_urge(actor: Actor, urge: Urge) -> bool:
    """Sign for a slip and answer it: who writes or reviews in the department."""
    return belongs_to(actor, urge.department)


def visible_urges(actor: Actor, policy: Policy) -> UrgeQuerySet:
    """All slips of the policy for whoever sees who has filed, else those of the own departments."""
    rows = Urge.objects.filter(policy=policy)
    if can_see_filing_board(actor, policy):
        return rows
    return rows.filter(department__in=speaks_for(actor))


def can_see_filing_board(actor: Actor, policy: Policy) -> bool:
    """Who sees which departments have filed, across all of them."""
    return is_in_office(actor, policy, Role.CLERK, Role.SIGNER, Role.AUDITOR, Role.LEADER)


def can_see_filing_of(actor: Actor, policy: Policy, slug: str) -> bool:
    """Who sees what the department of that slug has filed: itself, and who sees all of them."""
    return can_see_filing_board(actor, policy) or any(row.slug == slug for row in speaks_for(actor))


def can_see_some_filing(actor: Actor, policy: Policy) -> bool:
    """Of all departments, or of one's own."""
    return can_see_filing_board(actor, policy) or bool(speaks_for(actor))


def can_decide(actor: Actor, policy: Policy) -> bool:
    """Clerk or signer of the office: what is submitted waits for them."""
    return is_in_office(actor, policy, Role.CLERK, Role.SIGNER)


def can_request_closure(actor: Actor, measure: Measure, lead: Department) -> bool:
    """A reporter or reviewer of the convenor (of separate leads: of that lead)."""
    return belongs_to(actor, lead)


def closing_roles(actor: Actor, policy: Policy) -> list[Role]:
    """In which roles the actor may agree to a closure; whoever has one may also refuse it."""
    return [role for role in CLOSING_ROLES if is_in_office(actor, policy, role)]
