"""Who of the leaders is in charge of what, and who says so? Rules: docs/domain.md 12.18.

A portfolio narrows what the overview opens on; it allows nothing and hides nothing. Each of these acts stands
in the record of accounts, beside the roles.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import override

from departments import accounts
from departments.actors import ActingRequest, Actor
from departments.models import AccountAct, Department, Language, User
from langfang_policy.compiled_queries import compiled
from measures import permissions
from measures.models import Policy, Portfolio, Section
from measures.workflow.checks import require
from measures.workflow.memberships import Span


@dataclass(frozen=True)
class InCharge:
    """All that a leader is in charge of on a day."""

    rows: Sequence[Portfolio]

    def __str__(self) -> str:
        return "；".join(map(str, self.rows))  # the name of a section holds 、 itself

    @property
    def condition(self) -> Q:
        """On kept figures: measures of these sections, and those that these departments have a part in."""
        found = Q(section__in=[row.section_id for row in self.rows if row.section_id])
        for row in self.rows:
            if row.department:
                slug = f" {row.department.slug} "
                found |= Q(leads__contains=slug) | Q(participants__contains=slug)
        return found


def in_charge_of(actor: Actor, policy: Policy) -> InCharge | None:
    """None for whoever has no portfolio; asks only for those who come for the whole. One query."""
    if not permissions.looks_at_the_whole(actor):
        return None
    found = _held_by(policy.pk, actor.person.pk, actor.on)
    return InCharge(found) if found else None


def asked_for(request: ActingRequest, policy: Policy) -> InCharge | None:
    """The own portfolio where the address narrows a list to it (?mine=1); else no query."""
    return in_charge_of(request.actor, policy) if "mine" in request.GET else None


@compiled
def _held_by(policy: int, person: int, on: date) -> QuerySet[Portfolio]:
    rows = Portfolio.objects.active(on).filter(policy=policy, person=person)
    return rows.select_related("department", "section")


def give_portfolio(
    actor: Actor,
    policy: Policy,
    person: User,
    of: Department | Section,
    span: Span,
    request: HttpRequest | None,
) -> Portfolio:
    """Raises ValidationError by field."""
    require(permissions.can_give_portfolios(actor, policy))
    if not permissions.leaders_of(policy, span.first).filter(user=person).exists():
        raise ValidationError({"leader": _("This person does not lead in the office on that day.")})
    named = {"section": of} if isinstance(of, Section) else {"department": of}
    row = Portfolio(policy=policy, person=person, valid_from=span.first, valid_to=span.last, **named)
    with transaction.atomic():
        held = Portfolio.objects.filter(policy=policy, person=person, **named)
        held = held.exclude(valid_to__lt=span.first)
        if span.last is not None:
            held = held.exclude(valid_from__gt=span.last)
        if held.exists():
            raise ValidationError({"of": _("This leader is in charge of it already.")})
        row.full_clean()
        row.save()
        _record(row, actor, request)
    return row


def end_portfolio(actor: Actor, portfolio: Portfolio, last: date, request: HttpRequest | None) -> Portfolio:
    """Give it its last day; one that has an end only ever ends earlier."""
    require(permissions.can_give_portfolios(actor, portfolio.policy))
    with transaction.atomic():
        row = Portfolio.objects.select_for_update(of=("self",), no_key=True).get(pk=portfolio.pk)
        if row.valid_to is not None and last >= row.valid_to:
            raise ValidationError({"valid_to": _("It ends by then already.")})
        row.valid_to = last
        row.full_clean()
        row.save()
        _record(row, actor, request)
    return row


def _record(row: Portfolio, actor: Actor, request: HttpRequest | None) -> None:
    """In Chinese, whatever the language of the screen: the record is one."""
    until = f"–{row.valid_to}" if row.valid_to else "–"
    with override(Language.CHINESE):
        words = f"{_('in charge of')} {row} {row.valid_from}{until} ({row.policy})"
    accounts.record(AccountAct.ROLE_CHANGED, row.person, request, by=actor.person, details=words)
