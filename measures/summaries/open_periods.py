"""How does each open period of an office stand? Counted by the database, whatever the number of updates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Exists, F, Func, IntegerField, Model, OuterRef, Q, QuerySet, Subquery

from departments.actors import Actor
from departments.models import Membership
from langfang_policy.compiled_queries import compiled
from measures import permissions
from measures.models import (
    Closure,
    CoordinationMatter,
    Extension,
    PeriodState,
    Policy,
    ProgressUpdate,
    ReportingPeriod,
    UpdateState,
    Urge,
)
from measures.own_work import parts_of

# How many open periods are shown: those that began last.
MOST: Final = 5


@dataclass(frozen=True)
class PeriodGlance:
    """What of an open period is missing, to be confirmed and to be decided, and its slips without an answer.

    `unconfirmable`: submitted updates that nobody may confirm. `to_confirm` as the queue counts it, less the
    `own_work` of whoever looks. `extensions`: those that whoever looks may decide.
    """

    period: ReportingPeriod
    missing: int
    missing_departments: int
    unanswered: int
    unconfirmable: int
    to_confirm: int
    own_work: int
    extensions: int


@dataclass(frozen=True)
class PolicyGlance:
    """The open periods of a policy, the latest first, and what belongs to none of them.

    `to_confirm` and `own_work`: what came after closing, and what is of an open period that is not shown.
    """

    policy: Policy
    periods: tuple[PeriodGlance, ...]
    to_confirm: int
    own_work: int
    closures: int
    matters: int


def open_periods(policies: Iterable[Policy], actor: Actor, on: date) -> list[PolicyGlance]:
    """The latest open periods of these policies, as this person is concerned. One query."""
    asked = [(row.pk, row.coordinator_id) for row in policies]
    offices = list({office for _policy, office in asked})
    of_policy: dict[int, list[Any]] = {}
    for row in _open_periods([policy for policy, _office in asked], offices, actor, on):
        of_policy.setdefault(row.policy_id, []).append(row)
    return [_of_policy(rows) for rows in of_policy.values()]


def _of_policy(rows: list[Any]) -> PolicyGlance:
    periods, first = tuple(_of_period(row) for row in rows), rows[0]
    own_work = first.own_work_of_policy - sum(row.own_work for row in rows)
    submitted = first.submitted_of_policy - sum(row.submitted for row in rows)
    return PolicyGlance(
        policy=first.policy,
        periods=periods,
        to_confirm=submitted - own_work,
        own_work=own_work,
        closures=first.pending,
        matters=first.open_matters,
    )


def _of_period(row: Any) -> PeriodGlance:
    return PeriodGlance(
        period=row,
        missing=row.missing,
        missing_departments=row.late_departments,
        unanswered=row.unanswered,
        unconfirmable=row.stuck,
        to_confirm=row.submitted - row.own_work,
        own_work=row.own_work,
        extensions=row.asked,
    )


@compiled
def _open_periods(policies: list[int], offices: list[int], actor: Actor, on: date) -> QuerySet[Any]:
    """Each with its numbers, and those of its policy, as parts of one query."""
    updates = ProgressUpdate.objects.filter(period=OuterRef("pk"))
    of_period = Q(state=UpdateState.SUBMITTED, period=OuterRef("pk"))
    of_policy = Q(state=UpdateState.SUBMITTED, period__policy=OuterRef("policy"))
    of_policy &= ~Q(period__state=PeriodState.ARCHIVED)
    of_its_policy, own = Q(policy=OuterRef("policy")), parts_of(actor)
    asked = Extension.objects.pending(ProgressUpdate.objects.filter(period=OuterRef(OuterRef("pk"))))
    late = updates.not_filed(on)
    stuck = permissions.updates_without_confirmer(offices, on, OuterRef(OuterRef("pk")))
    periods = ReportingPeriod.objects.filter(policy__in=policies, state=PeriodState.OPEN)
    counted: QuerySet[Any] = periods.annotate(
        missing=number_of(late),
        late_departments=number_of(late, "department", distinct=True),
        stuck=number_of(stuck),
        submitted=number_of(ProgressUpdate.objects.filter(of_period)),
        own_work=number_of(own.filter(of_period)),
        submitted_of_policy=number_of(ProgressUpdate.objects.filter(of_policy)),
        own_work_of_policy=number_of(own.filter(of_policy)),
        pending=number_of(Closure.objects.filter(of_its_policy, outcome="")),
        asked=number_of(asked.filter(_decides_on_dates(actor, on))),
        open_matters=number_of(CoordinationMatter.objects.open().filter(of_its_policy)),
        unanswered=number_of(Urge.objects.filter(period=OuterRef("pk"), answer=None)),
    )
    return counted.select_related("policy__coordinator").order_by("-starts_on", "policy")[:MOST]


def _decides_on_dates(actor: Actor, on: date) -> Q:
    """A condition on extensions: as `permissions.can_decide_on_extension` says it of one."""
    office = OuterRef("update__period__policy__coordinator")
    others = Membership.objects.active(on).filter(department=office).exclude(user=OuterRef("asked_by"))
    clerks, signers = (others.filter(role=role) for role in permissions.DECIDE_ON_DATES)
    of_actor = {"user": actor.person}
    return Q(Exists(clerks.filter(**of_actor))) | Q(~Exists(clerks), Exists(signers.filter(**of_actor)))


def number_of(rows: QuerySet[Model], column: str = "pk", *, distinct: bool = False) -> Subquery:
    """How many rows there are, as a part of another query."""
    template = "%(function)s(DISTINCT %(expressions)s)" if distinct else "%(function)s(%(expressions)s)"
    counted = Func(F(column), function="COUNT", template=template, output_field=IntegerField())
    return Subquery(rows.order_by().annotate(n=counted).values("n"))
