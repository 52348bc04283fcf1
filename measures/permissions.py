"""Who: may this actor do or see this? Predicates over an actor and an object; they never write.

Whether an act is possible in the present state is `measures.workflow`. An act is done for a department:
`acting_for` names those for which the actor may do it.
"""

from dataclasses import dataclass
from datetime import date

from departments.actors import Actor
from departments.models import Department, Membership, Role
from measures.models import (
    Act,
    Measure,
    Policy,
    ProgressUpdate,
    Responsibility,
    ResponsibilityRole,
    Revision,
    UpdateState,
)


@dataclass(frozen=True)
class Office:
    """Who is clerk and who is signer of a policy's coordinating department on a day (user ids)."""

    clerks: frozenset[int]
    signers: frozenset[int]

    @classmethod
    def of(cls, policy: Policy, on: date) -> "Office":
        """One query; load it once for a list."""
        rows = Membership.objects.active(on).filter(
            department=policy.coordinator_id, role__in=[Role.CLERK, Role.SIGNER]
        )
        pairs = set(rows.values_list("user_id", "role"))
        return cls(
            clerks=frozenset(user for user, role in pairs if role == Role.CLERK),
            signers=frozenset(user for user, role in pairs if role == Role.SIGNER),
        )


def is_in_office(actor: Actor, policy: Policy, *roles: Role) -> bool:
    """Holds one of these roles in the department that coordinates the policy; elsewhere they do not count."""
    return actor.holds_any(roles, policy.coordinator_id)


def convenor_of(update: ProgressUpdate, on: date) -> ProgressUpdate | None:
    """The update of the first lead of the same measure and period; separate leads have no convenor.

    Nor has a measure whose leads have all ended by that day.
    """
    if update.measure.is_led_separately:
        return None
    return (
        ProgressUpdate.objects.filter(
            period=update.period_id,
            measure=update.measure_id,
            role=ResponsibilityRole.LEAD,
            position=1,
            covers__in=Responsibility.objects.in_force(on),
        )
        .select_related("department")
        .first()
    )


# --- texts ---------------------------------------------------------------------------------------


def is_own(actor: Actor, update: ProgressUpdate) -> bool:
    return actor.holds_any((Role.REPORTER, Role.REVIEWER), update.department_id)


def is_lead_of(actor: Actor, update: ProgressUpdate) -> bool:
    """Speaks for a lead of the same measure in the same period, whose responsibility is still in force."""
    own = [department.pk for department in actor.departments(Role.REPORTER, Role.REVIEWER)]
    return ProgressUpdate.objects.filter(
        period=update.period_id,
        measure=update.measure_id,
        role=ResponsibilityRole.LEAD,
        department__in=own,
        covers__in=Responsibility.objects.in_force(actor.on),
    ).exists()


def can_read_working_text(actor: Actor, update: ProgressUpdate) -> bool:
    """The text not yet confirmed: the own department always, leads and the office once it is submitted."""
    if is_own(actor, update):
        return True
    if update.state != UpdateState.SUBMITTED:
        return False
    office = is_in_office(actor, update.period.policy, Role.CLERK, Role.SIGNER, Role.AUDITOR)
    return office or is_lead_of(actor, update)


def can_see_filing_state(actor: Actor, update: ProgressUpdate) -> bool:
    """Who has filed, without a word of what: own department, leads, the office and the leader."""
    office = is_in_office(actor, update.period.policy, Role.CLERK, Role.SIGNER, Role.AUDITOR, Role.LEADER)
    return is_own(actor, update) or office or is_lead_of(actor, update)


def can_see_telephones(actor: Actor, policy: Policy) -> bool:
    """Everywhere: clerk, signer, leader. For one's own department and measures see `is_own`, `leads_with`."""
    return is_in_office(actor, policy, Role.CLERK, Role.SIGNER, Role.LEADER)


def leads_with(actor: Actor, department: Department) -> bool:
    """Speaks for a lead of some measure that binds this department too: leads ring their participants."""
    own = [row.pk for row in actor.departments(Role.REPORTER, Role.REVIEWER)]
    led = Responsibility.objects.in_force(actor.on).filter(
        role=ResponsibilityRole.LEAD,
        department__in=own,
        measure__responsibilities__department=department,
    )
    return bool(own) and led.exists()


# --- acts on an update ---------------------------------------------------------------------------


def can_write(actor: Actor, update: ProgressUpdate) -> bool:
    return actor.holds(Role.REPORTER, update.department_id)


def can_review(actor: Actor, update: ProgressUpdate) -> bool:
    return actor.holds(Role.REVIEWER, update.department_id)


def can_approve(actor: Actor, update: ProgressUpdate, revision: Revision) -> bool:
    """A reviewer who did not write in this text, unless the department may review its own."""
    return can_review(actor, update) and (
        update.department.allow_self_review or not has_contributed(actor, revision)
    )


def has_contributed(actor: Actor, revision: Revision) -> bool:
    return actor.user is not None and actor.user in revision.contributors.all()


def confirmers(revision: Revision, office: Office) -> frozenset[int]:
    """User ids of those who may confirm: a clerk who neither wrote nor approved it; without any, a signer."""
    barred = {user.pk for user in revision.contributors.all()} | {revision.approved_by_id}
    return (office.clerks - barred) or (office.signers - barred)


def can_confirm(actor: Actor, revision: Revision, office: Office) -> bool:
    return actor.user is not None and actor.user.pk in confirmers(revision, office)


def can_review_as_convenor(actor: Actor, update: ProgressUpdate) -> bool:
    """Reviewer of the convenor, looking at another department's input."""
    convenor = convenor_of(update, actor.on)
    return (
        convenor is not None
        and convenor.pk != update.pk
        and actor.holds(Role.REVIEWER, convenor.department_id)
    )


def acting_for(actor: Actor, act: Act, update: ProgressUpdate) -> tuple[Department, ...]:
    """The departments for which the actor may do the act, the office first; empty: not at all.

    A text in review lies with its department: only its own reviewer returns it there; once submitted it is
    returned by the office, or by the convenor for another's input.
    For `approve` and `confirm` the persons are checked besides (`can_approve`, `can_confirm`).
    """
    coordinator = update.period.policy.coordinator
    with_department = act == Act.RETURN and update.state == UpdateState.IN_REVIEW
    choices: list[Department] = []
    if act in _OFFICE_ACTS and not with_department and actor.holds(Role.CLERK, coordinator.pk):
        choices.append(coordinator)
    if act == Act.CONFIRM and actor.holds_any((Role.CLERK, Role.SIGNER), coordinator.pk):
        choices.append(coordinator)
    if act in _REPORTER_ACTS and can_write(actor, update):
        choices.append(update.department)
    if (act == Act.APPROVE or with_department) and can_review(actor, update):
        choices.append(update.department)
    if _convenor_may(act, update) and not with_department and can_review_as_convenor(actor, update):
        convenor = convenor_of(update, actor.on)
        choices.extend([convenor.department] if convenor else [])
    return tuple(dict.fromkeys(choices))


_REPORTER_ACTS = frozenset({Act.SAVE, Act.SUBMIT, Act.WITHDRAW, Act.CORRECT})
_OFFICE_ACTS = frozenset({Act.RETURN, Act.WAIVE, Act.RESTORE})


def _convenor_may(act: Act, update: ProgressUpdate) -> bool:
    """Return the input of participants and co-leads; waive, and restore, participants only."""
    return act == Act.RETURN or (act in {Act.WAIVE, Act.RESTORE} and not update.is_lead)


# --- the office: periods, measures, documents ----------------------------------------------------


def can_run_periods(actor: Actor, policy: Policy) -> bool:
    """Plan, open and close."""
    return is_in_office(actor, policy, Role.CLERK)


def can_reopen_period(actor: Actor, policy: Policy) -> bool:
    return is_in_office(actor, policy, Role.SIGNER)


def can_manage_measures(actor: Actor, policy: Policy) -> bool:
    """Change a measure's state, settle matters, override a light, agree to a closure."""
    return is_in_office(actor, policy, Role.CLERK)


def can_sign_closures(actor: Actor, policy: Policy) -> bool:
    return is_in_office(actor, policy, Role.SIGNER)


def can_see_filing_board(actor: Actor, policy: Policy) -> bool:
    """Who has filed across all departments."""
    return is_in_office(actor, policy, Role.CLERK, Role.SIGNER, Role.AUDITOR, Role.LEADER)


def can_request_closure(actor: Actor, measure: Measure, lead: Department) -> bool:
    """A reporter or reviewer of the convenor (of separate leads: of that lead)."""
    return actor.holds_any((Role.REPORTER, Role.REVIEWER), lead.pk)
