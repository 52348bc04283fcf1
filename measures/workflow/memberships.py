"""Who comes into a department, and who leaves it, without the administrator? Rules: docs/domain.md 2.11.

Each of these acts stands in the record of accounts. Nothing is deleted: a membership ends.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from departments import accounts
from departments.account_details import CREATED
from departments.actors import Actor
from departments.models import AccountAct, Department, Membership, Role, User
from departments.models.versions import entered_by
from departments.passwords import first_password
from measures import permissions
from measures.workflow.checks import require
from measures.workflow.recording import record_role

# Who is away longer has a successor, not a deputy.
MOST_DAYS_OF_A_DEPUTY: Final = 92


@dataclass(frozen=True)
class Span:
    """From a day, and to a day or without an end; both are included."""

    first: date
    last: date | None = None


@dataclass(frozen=True)
class NewAccount:
    """Somebody who has no account yet. The first password is nowhere kept in words but here."""

    person: User
    first_password: str


def give_membership(
    actor: Actor,
    person: User,
    department: Department,
    role: Role,
    span: Span,
    request: HttpRequest | None,
    at: datetime,
) -> Membership:
    """Let somebody else hold a role from a day. Raises ValidationError by field, PermissionDenied."""
    require(role in permissions.roles_to_give(actor, department))
    return _give(actor, person, department, role, span, request, at)


def _give(
    actor: Actor,
    person: User,
    department: Department,
    role: Role,
    span: Span,
    request: HttpRequest | None,
    at: datetime,
    stands_in_for: User | None = None,
) -> Membership:
    if person == actor.person:
        told = _("Nobody gives a role to themselves: ask another reviewer or the office.")
        raise ValidationError({"username": told})
    _check_span(span, actor.on)
    with transaction.atomic():
        held = User.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
        if not held.is_active:
            raise ValidationError({"username": _("This account is no longer in use. Ask the administrator.")})
        _check_not_held(held, department, role, span)
        row = Membership(
            user=held,
            department=department,
            role=role,
            valid_from=span.first,
            valid_to=span.last,
            stands_in_for=stands_in_for,
        )
        row.full_clean()
        entered_by(row, actor.person, at)
        row.save()
        record_role(row, request, actor.person, at)
    return row


def create_person(
    actor: Actor,
    person: User,
    department: Department,
    role: Role,
    span: Span,
    request: HttpRequest | None,
    at: datetime,
    *,
    is_preview: bool = False,
) -> NewAccount:
    """A new account with a first password that must be changed, and its first role.

    `person` is not yet saved: user name, name and telephone. A preview, which is rolled back, makes no
    password, because making one takes long on purpose. Raises ValidationError by field.
    """
    require(role in permissions.roles_to_give(actor, department))
    password = "" if is_preview else first_password()
    person.must_change_password = True
    person.set_password(password or None)
    with transaction.atomic():
        person.full_clean()
        person.save()
        accounts.record(AccountAct.ACCOUNT_CHANGED, person, request, by=actor.person, details=CREATED)
        give_membership(actor, person, department, role, span, request, at)
    return NewAccount(person, password)


def name_deputy(
    actor: Actor, person: User, department: Department, span: Span, request: HttpRequest | None, at: datetime
) -> Membership:
    """Somebody else reviews for the actor for some days; the record says for whom. Raises ValidationError."""
    require(permissions.names_a_deputy_in(actor, department))
    if span.last is None:
        raise ValidationError({"valid_to": _("A deputy has a last day.")})
    if (span.last - span.first).days >= MOST_DAYS_OF_A_DEPUTY:
        told = _("A deputy stands in for %(days)d days at most.") % {"days": MOST_DAYS_OF_A_DEPUTY}
        raise ValidationError({"valid_to": told})
    return _give(
        actor, person, department, permissions.DEPUTISED_ROLE, span, request, at, stands_in_for=actor.person
    )


def end_membership(
    actor: Actor, membership: Membership, last: date, request: HttpRequest | None, at: datetime
) -> Membership:
    """Give a membership its last day, today or later; one that has an end only ever ends earlier."""
    require(Role(membership.role) in permissions.roles_to_give(actor, membership.department))
    with transaction.atomic():
        row = Membership.objects.select_for_update(of=("self",), no_key=True).get(pk=membership.pk)
        if last < max(row.valid_from, actor.on):
            raise ValidationError(
                {"valid_to": _("The last day is today or later, and not before the first.")}
            )
        if row.valid_to is not None and last >= row.valid_to:
            raise ValidationError({"valid_to": _("It ends by then already.")})
        row.valid_to = last
        row.full_clean()
        entered_by(row, actor.person, at)
        row.save()
        record_role(row, request, actor.person, at, ended=True)
    return row


def _check_span(span: Span, today: date) -> None:
    if span.first < today:
        raise ValidationError({"valid_from": _("This day is past: choose a later one.")})
    if span.last is not None and span.last < span.first:
        raise ValidationError({"valid_to": _("The end lies before the beginning.")})


def _check_not_held(person: User, department: Department, role: Role, span: Span) -> None:
    """One who holds the role on some of these days would hold it twice."""
    rows = person.memberships.filter(department=department, role=role)
    rows = rows.exclude(valid_to__lt=span.first)
    if span.last is not None:
        rows = rows.exclude(valid_from__gt=span.last)
    if rows.exists():
        raise ValidationError({"role": _("This person already holds this role here in these days.")})
