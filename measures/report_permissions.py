"""Who may draft, check, sign, issue and withdraw a report, and change a batch? Predicates over `permissions`.

That three different people draft, check and sign is a rule about rows too, which the database holds
(docs/domain.md 7.13).
"""

from collections.abc import Callable
from datetime import date
from typing import Final, TypeAlias

from django.db.models import Q

from departments.actors import Actor
from departments.models import Membership
from departments.models.people import MembershipQuerySet
from measures.models import Batch, IssuedReport, Policy, ReportDraft, ReportKind
from measures.permissions import (
    Office,
    can_decide,
    can_read_submitted_texts,
    can_reopen_period,
    can_run_periods,
    clerks_of,
    leaders_of,
    people_of,
)

# Who may do an act on a draft, as the table of transitions names them.
DraftMay: TypeAlias = Callable[[Actor, ReportDraft], bool]
# What everybody signed in may have (docs/domain.md 7.5).
FOR_EVERYBODY: Final = (ReportKind.STATUS,)


def audits(actor: Actor, policy: Policy) -> bool:
    """Reads all of the record and decides nothing in it: came for the register."""
    return can_read_submitted_texts(actor, policy) and not can_decide(actor, policy)


def can_see_drafts(actor: Actor, policy: Policy) -> bool:
    """Who reads reports before they are issued: clerk, signer and auditor of the office."""
    return can_read_submitted_texts(actor, policy)


def can_draft_report(actor: Actor, policy: Policy) -> bool:
    """The clerks, who closed the period."""
    return can_run_periods(actor, policy)


def can_withdraw_report(actor: Actor, policy: Policy) -> bool:
    """The signers, who may undo a closing as long as nothing was issued."""
    return can_reopen_period(actor, policy)


def is_drafter(actor: Actor, draft: ReportDraft) -> bool:
    """Whoever drafted it, still a clerk: nobody else puts words under that name."""
    return can_draft_report(actor, draft.period.policy) and actor.person.pk == draft.drafted_by_id


def as_any_clerk(actor: Actor, draft: ReportDraft) -> bool:
    return can_draft_report(actor, draft.period.policy)


def as_another_clerk(actor: Actor, draft: ReportDraft) -> bool:
    """A clerk who did not draft it."""
    return as_any_clerk(actor, draft) and actor.person.pk != draft.drafted_by_id


def as_signer(actor: Actor, draft: ReportDraft) -> bool:
    """A signer who neither drafted nor checked it."""
    involved = {draft.drafted_by_id, draft.checked_by_id}
    return can_withdraw_report(actor, draft.period.policy) and actor.person.pk not in involved


def as_clerk_or_signer(actor: Actor, draft: ReportDraft) -> bool:
    return can_decide(actor, draft.period.policy)


def has_another_clerk(office: Office, draft: ReportDraft) -> bool:
    """Whether anybody is there to check it."""
    return bool(office.clerks - {draft.drafted_by_id})


def has_a_signer(office: Office, draft: ReportDraft) -> bool:
    return bool(office.signers - {draft.drafted_by_id, draft.checked_by_id})


# --- batches: who may have each of the documents may have all (measures.reports.batches) ------------------


def can_ask_for_batch(actor: Actor) -> bool:
    """Taking many documents at once is an act, which is done for a department."""
    return bool(actor.departments())


def can_change_batch(actor: Actor, batch: Batch) -> bool:
    """Cancel it or try documents again: whoever asked for it and still may ask, and the clerks."""
    is_own = actor.user is not None and actor.user.pk == batch.asked_by_id
    still_asks = can_ask_for_batch(actor) or not batch.is_of_many
    return (is_own and still_asks) or can_run_periods(actor, batch.policy)


# --- who is told -----------------------------------------------------------------------------------


def checkers_of(draft: ReportDraft, on: date) -> MembershipQuerySet:
    """As `as_another_clerk`, for the database."""
    return clerks_of(draft.period.policy, on).exclude(user=draft.drafted_by_id)


def signers_of(draft: ReportDraft, on: date) -> MembershipQuerySet:
    """As `as_signer`, for the database."""
    policy = draft.period.policy
    signers = Office.of(policy, on).signers - {draft.drafted_by_id, draft.checked_by_id}
    return Membership.objects.active(on).filter(department=policy.coordinator_id, user__in=signers)


def concerned_by(report: IssuedReport, on: date) -> MembershipQuerySet:
    """Leaders of the office, and whose report it is; where all may have it, those whose updates are in it."""
    its_people = [report.drafted_by_id, report.checked_by_id, report.signed_by_id]
    told = Q(pk__in=leaders_of(report.policy, on).values("pk"))
    told |= Q(department=report.policy.coordinator_id, user__in=its_people)
    if report.kind in FOR_EVERYBODY:
        filed = report.period.updates.values_list("department", flat=True)
        told |= Q(pk__in=people_of(filed, on).values("pk"))
    return Membership.objects.active(on).filter(told)
