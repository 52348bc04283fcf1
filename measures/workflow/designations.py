"""Who answers for a measure whose text names nobody? The office designates, and ends that again (指定).

The updates of open periods follow, as with every responsibility (`duty_changes`). Rule: docs/domain.md 2.15.
"""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db.models import Max, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from departments.actors import Actor
from departments.models import Department
from measures.models import Act, Measure, Responsibility, ResponsibilityRole
from measures.permissions import can_manage_measures
from measures.workflow import duty_changes
from measures.workflow.acting import one_act
from measures.workflow.checks import check_written, require, required_reason
from measures.workflow.errors import WrongStateError
from measures.workflow.locks import lock_measure_and_updates
from measures.workflow.measures import policy_of
from measures.workflow.recording import record


def designate(
    actor: Actor,
    measure: Measure,
    department: Department,
    role: ResponsibilityRole,
    first: date,
    reason: str,
    at: datetime,
) -> Responsibility:
    """The department answers in that role from a day on, after those that were designated before it.

    Raises WorkflowError, PermissionDenied, ValidationError by field.
    """
    with one_act():
        row = _held(actor, measure)
        if row.clause_text:
            raise WrongStateError(_("The text names who answers for this measure; nobody is designated."))
        if first < timezone.localdate(at):
            raise ValidationError({"first": _("This day is past: choose a later one.")})
        _check_not_bound(row, department, role, first)
        basis = _basis(reason)
        bound = row.responsibilities.filter(role=role, valid_to=None)
        responsibility = Responsibility(
            measure=row,
            department=department,
            role=role,
            position=1 + (bound.aggregate(last=Max("position"))["last"] or 0),
            valid_from=first,
            designated=True,
        )
        duty_changes.save_responsibility(actor, responsibility, basis, at)
        words = _words(department, role, f"{first.isoformat()}起", basis)
        office, about = policy_of(row).coordinator, [responsibility]
        record(Act.DESIGNATE, actor, office, at, comment=words, about=about, measure=row)
    return responsibility


def end_designation(
    actor: Actor, responsibility: Responsibility, last: date, reason: str, at: datetime
) -> Responsibility:
    """What the office designated binds for the last time on that day; an end is only ever moved earlier."""
    with one_act():
        measure = _held(actor, responsibility.measure)
        row = measure.responsibilities.select_related("department").get(pk=responsibility.pk)
        if not row.designated:
            raise WrongStateError(_("The text names this department; its responsibility is not ended here."))
        if last < max(row.valid_from or last, timezone.localdate(at)):
            raise ValidationError({"last": _("The last day is today or later, and not before the first.")})
        if row.valid_to is not None and last >= row.valid_to:
            raise ValidationError({"last": _("It ends by then already.")})
        basis = _basis(reason)
        row.measure, row.valid_to = measure, last
        duty_changes.save_responsibility(actor, row, basis, at)
        role = ResponsibilityRole(row.role)
        words = _words(row.department, role, f"{last.isoformat()}止", basis)
        office = policy_of(measure).coordinator
        record(Act.END_DESIGNATION, actor, office, at, comment=words, about=[row], measure=measure)
    return row


def _held(actor: Actor, measure: Measure) -> Measure:
    row = lock_measure_and_updates(measure)
    require(can_manage_measures(actor, policy_of(row)))
    return row


def _check_not_bound(measure: Measure, department: Department, role: ResponsibilityRole, on: date) -> None:
    rows = measure.responsibilities.filter(department=department, role=role)
    if rows.filter(Q(valid_to=None) | Q(valid_to__gte=on)).exists():
        raise ValidationError({"department": _("This department already has this role here.")})


def _basis(reason: str) -> str:
    """As long as the history of a responsibility can keep it."""
    basis = required_reason(reason)
    check_written("reason", basis, duty_changes.BASIS_LENGTH)
    return basis


def _words(department: Department, role: ResponsibilityRole, day: str, basis: str) -> str:
    """As the record keeps it: in Chinese, whatever the language of the screen."""
    with translation.override("zh-hans"):
        return f"{department}（{role.label}，{day}）：{basis}"
