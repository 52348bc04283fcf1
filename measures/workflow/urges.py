"""How does the office urge (催办)? By slips, for which the department signs, and which it answers.

One act urges several departments: a numbered slip each, one event. The level rises with the working days
since the first day that was missed, and never falls within a period (docs/domain.md 12.7).
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.actors import Actor
from departments.models import Department
from departments.workdays import working_days_between
from measures import permissions
from measures.models import (
    Act,
    PeriodState,
    Policy,
    ProgressUpdate,
    ReportingPeriod,
    Urge,
    UrgeAnswer,
    UrgeLevel,
    UrgeReceipt,
)
from measures.models.extensions import asked_until
from measures.workflow.acting import one_act
from measures.workflow.checks import require, required_reason
from measures.workflow.errors import WrongStateError
from measures.workflow.locks import lock_period
from measures.workflow.recording import record


@dataclass(frozen=True)
class Missing:
    """A department that has not filed in a period, on a day, with the slips that it had there."""

    department: Department
    updates: tuple[ProgressUpdate, ...]
    urges: tuple[Urge, ...]
    level: UrgeLevel
    on: date

    @cached_property
    def since(self) -> date:
        """The first day that was missed."""
        return min(update.due_on for update in self.updates)

    @property
    def asked(self) -> list[ProgressUpdate]:
        """Those for which a later day was asked, `asked_until`, and not answered: no bar to a slip."""
        return [update for update in self.updates if vars(update)["asked_until"]]

    @property
    def unasked(self) -> list[ProgressUpdate]:
        return [update for update in self.updates if not vars(update)["asked_until"]]

    @property
    def urged_today(self) -> bool:
        return any(urge.day == self.on for urge in self.urges)


def missing_departments(period: ReportingPeriod, on: date) -> list[Missing]:
    """In protocol order, with the level that a slip of that day has. Raises CalendarMissing."""
    rows = period.updates.not_filed(on).select_related("department", "measure__section")
    rows = rows.annotate(asked_until=asked_until())
    updates: dict[Department, list[ProgressUpdate]] = defaultdict(list)
    for update in rows.in_document_order():
        updates[update.department].append(update)
    urges: dict[int, list[Urge]] = defaultdict(list)
    for urge in period.urges.order_by("at", "number"):
        urges[urge.department_id].append(urge)
    levels = {
        day: _level(period.policy, day, on)
        for day in {row.due_on for rows in updates.values() for row in rows}
    }
    return [
        Missing(
            department,
            tuple(found),
            tuple(urges[department.pk]),
            _highest(
                [levels[min(row.due_on for row in found)], *(urge.level for urge in urges[department.pk])]
            ),
            on,
        )
        for department, found in sorted(updates.items(), key=lambda pair: (pair[0].position, pair[0].slug))
    ]


def _level(policy: Policy, due_on: date, on: date) -> UrgeLevel:
    """By the working days since the day that was missed, that day itself not counted."""
    late = working_days_between(due_on, on)
    if late >= policy.urge_red_days:
        return UrgeLevel.RED
    return UrgeLevel.YELLOW if late >= policy.urge_yellow_days else UrgeLevel.BLUE


def _highest(levels: Collection[str]) -> UrgeLevel:
    return max(map(UrgeLevel, levels), key=lambda level: level.steps)


def urge(
    actor: Actor, period: ReportingPeriod, departments: Collection[Department], at: datetime
) -> list[Urge]:
    """A slip for each department, numbered on within policy and year; all or none.

    Raises ValidationError at `departments` for one that has nothing missing, or was urged today.
    """
    with one_act():
        row = lock_period(period)
        require(permissions.can_urge(actor, row.policy))
        if row.state != PeriodState.OPEN:
            raise WrongStateError(_("Departments are urged only while the period is open."))
        on = timezone.localdate(at)
        asked = _asked(row, departments, on)
        # Two clerks in two periods of one policy: the second waits here for the numbers of the first.
        Policy.objects.select_for_update(no_key=True).get(pk=row.policy_id)
        taken = Urge.objects.filter(policy=row.policy_id, year=on.year).aggregate(last=Max("number"))
        first = (taken["last"] or 0) + 1
        slips = [_slip(actor, row, missing, number, at) for number, missing in enumerate(asked, first)]
        comment = "、".join(f"{slip.reference} {slip.department}" for slip in slips)
        record(
            Act.URGE, actor, row.policy.coordinator, at, comment=comment, period=row, about=slips, words=""
        )
    return slips


def _asked(period: ReportingPeriod, departments: Collection[Department], on: date) -> list[Missing]:
    """What the departments miss, in protocol order. Raises ValidationError."""
    wanted = {department.pk for department in departments}
    found = [row for row in missing_departments(period, on) if row.department.pk in wanted]
    faults = [
        _("%(department)s has nothing that is not filed.") % {"department": department}
        for department in departments
        if department.pk not in {row.department.pk for row in found}
    ]
    faults += [
        _("%(department)s was urged today already.") % {"department": row.department}
        for row in found
        if row.urged_today
    ]
    if faults or not found:
        raise ValidationError({"departments": faults or [_("Choose the departments to urge.")]})
    return found


def _slip(actor: Actor, period: ReportingPeriod, missing: Missing, number: int, at: datetime) -> Urge:
    slip = Urge.objects.create(
        policy=period.policy,
        year=missing.on.year,
        number=number,
        period=period,
        department=missing.department,
        level=missing.level,
        day=missing.on,
        at=at,
        by=actor.person,
    )
    slip.updates.add(*missing.updates)
    return slip


def sign(actor: Actor, slip: Urge, at: datetime) -> UrgeReceipt:
    """Somebody of the department has read it; the first of them is on record."""
    with one_act():
        row = _locked(actor, slip)
        receipt, is_new = _receipt(actor, row, at)
        if is_new:
            comment, department = row.reference, row.department
            record(Act.SIGN_FOR_URGE, actor, department, at, comment=comment, period=row.period)
    return receipt


def answer(actor: Actor, slip: Urge, text: str, at: datetime) -> UrgeAnswer:
    """What the department says to it, once; who answers has read it."""
    with one_act():
        row = _locked(actor, slip)
        if UrgeAnswer.objects.filter(urge=row).exists():
            raise WrongStateError(_("This slip was answered already."))
        words = required_reason(text)
        _receipt(actor, row, at)
        given = UrgeAnswer.objects.create(urge=row, by=actor.person, at=at, text=words)
        comment, department = row.reference, row.department
        record(
            Act.ANSWER_URGE,
            actor,
            department,
            at,
            comment=comment,
            period=row.period,
            about=[row],
            words=words,
        )
    return given


def _locked(actor: Actor, slip: Urge) -> Urge:
    """By its period, which the act has alone. A row that is only ever added is not the site's to lock."""
    lock_period(slip.period)
    row = Urge.objects.for_display().get(pk=slip.pk)
    require(permissions.can_answer_urge(actor, row))
    return row


def _receipt(actor: Actor, slip: Urge, at: datetime) -> tuple[UrgeReceipt, bool]:
    return UrgeReceipt.objects.get_or_create(urge=slip, defaults={"by": actor.person, "at": at})
