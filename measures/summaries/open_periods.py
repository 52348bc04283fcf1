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
    """What is missing, to be confirmed and to be decided, and slips without an answer.

    `unconfirmable`: submitted updates that nobody may confirm. What is to be confirmed (as the queue counts
    it, less the `own_work` of whoever looks), closures, extensions and matters are those of the whole policy:
    `is_latest_of_policy` says where they are told, once. Extensions: those that whoever looks may decide.
    """

    period: ReportingPeriod
    missing: int
    missing_departments: int
    is_latest_of_policy: bool
    to_confirm: int
    own_work: int
    closures: int
    extensions: int
    matters: int
    unanswered: int
    unconfirmable: int


def open_periods(policies: Iterable[Policy], actor: Actor, on: date) -> list[PeriodGlance]:
    """The latest open periods of these policies, as this person is concerned. One query."""
    asked = [(row.pk, row.coordinator_id) for row in policies]
    offices = list({office for _policy, office in asked})
    found = _open_periods([policy for policy, _office in asked], offices, actor, on)
    latest = {row.policy_id: row.pk for row in reversed(found)}
    return [
        PeriodGlance(
            period=row,
            missing=row.missing,
            missing_departments=row.late_departments,
            is_latest_of_policy=latest[row.policy_id] == row.pk,
            to_confirm=row.submitted - row.own_work,
            own_work=row.own_work,
            closures=row.pending,
            extensions=row.asked,
            matters=row.open_matters,
            unanswered=row.unanswered,
            unconfirmable=row.stuck,
        )
        for row in found
    ]


@compiled
def _open_periods(policies: list[int], offices: list[int], actor: Actor, on: date) -> QuerySet[Any]:
    """Each with its numbers, as parts of one query."""
    updates = ProgressUpdate.objects.filter(period=OuterRef("pk"))
    waiting = Q(state=UpdateState.SUBMITTED, period__policy=OuterRef("policy"))
    waiting &= ~Q(period__state=PeriodState.ARCHIVED)
    of_its_policy = Q(policy=OuterRef("policy"))
    of_policy = ProgressUpdate.objects.filter(period__policy=OuterRef(OuterRef("policy")))
    late = updates.not_filed(on)
    stuck = permissions.updates_without_confirmer(offices, on, OuterRef(OuterRef("pk")))
    periods = ReportingPeriod.objects.filter(policy__in=policies, state=PeriodState.OPEN)
    counted: QuerySet[Any] = periods.annotate(
        missing=number_of(late),
        late_departments=number_of(late, "department", distinct=True),
        stuck=number_of(stuck),
        submitted=number_of(ProgressUpdate.objects.filter(waiting)),
        own_work=number_of(parts_of(actor).filter(waiting)),
        pending=number_of(Closure.objects.filter(of_its_policy, outcome="")),
        asked=number_of(Extension.objects.pending(of_policy).filter(_decides_on_dates(actor, on))),
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
