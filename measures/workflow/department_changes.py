"""What does the office keep of a department? Whom to call there, and who performs for it today (承接单位).

Each is an event of the department; the values stand in its history, and telephone numbers in no record.
Rule: docs/domain.md 2.16.
"""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from departments.actors import Actor
from departments.models import Department, Succession
from departments.models.versions import entered_by
from measures import permissions
from measures.models import Act, Policy
from measures.workflow.acting import one_act
from measures.workflow.checks import require
from measures.workflow.recording import record

# What of a contact is changed, as the record names it.
_CONTACT_WORDS = {"contact": "联系人", "telephone": "联系电话"}


def keeps(actor: Actor, policy: Policy, department: Department) -> bool:
    """A clerk, of the departments whose people she manages too: what the policies of the office bind.

    No query of a department that was loaded by `with_people_managed`.
    """
    if not permissions.can_manage_measures(actor, policy):
        return False
    known: bool | None = vars(department).get("is_managed")
    return bool(permissions.roles_to_give(actor, department)) if known is None else known


def with_people_managed(departments: QuerySet[Department], actor: Actor) -> QuerySet[Any]:
    """Each says whether the actor manages its people."""
    managed = permissions.departments_with_people_of(actor).filter(pk=OuterRef("pk"))
    return departments.annotate(is_managed=Exists(managed))


def change_contact(
    actor: Actor, policy: Policy, department: Department, contact: str, telephone: str, at: datetime
) -> Department:
    """Whom to call. Raises PermissionDenied, ValidationError by field; also where nothing would change."""
    require(keeps(actor, policy, department))
    with one_act():
        row = Department.objects.select_for_update(of=("self",), no_key=True).get(pk=department.pk)
        before = {name: getattr(row, name) for name in _CONTACT_WORDS}
        row.contact, row.telephone = contact.strip(), telephone.strip()
        row.full_clean()
        changed = [name for name, value in before.items() if getattr(row, name) != value]
        if not changed:
            raise ValidationError(_("Nothing is changed: the same contact is stored already."))
        entered_by(row, actor.person, at)
        row.save()
        words = "、".join(_CONTACT_WORDS[name] for name in changed)
        act, office = Act.CHANGE_CONTACT, policy.coordinator
        record(act, actor, office, at, comment=words, under=policy, about_department=row)
    return row


def record_succession(
    actor: Actor,
    policy: Policy,
    predecessor: Department,
    successor: Department,
    first: date,
    basis: str,
    at: datetime,
) -> Succession:
    """From that day on, also one that is past, the successor performs what texts lay on its predecessor.

    Open periods keep their performers (docs/domain.md 9.2). Raises PermissionDenied, ValidationError.
    """
    require(keeps(actor, policy, predecessor))
    with one_act():
        # All of them, so that no two acts at once close a circle of several.
        list(Department.objects.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))
        row = Succession(predecessor=predecessor, successor=successor, valid_from=first, basis=basis.strip())
        row.full_clean()
        entered_by(row, actor.person, at)
        row.save()
        words = f"{predecessor} → {successor}，{first.isoformat()}起：{row.basis}"
        record(
            Act.RECORD_SUCCESSION,
            actor,
            policy.coordinator,
            at,
            comment=words,
            about=[row],
            under=policy,
            about_department=predecessor,
        )
    return row
