"""What do I owe, and what became of one update? To read; the form is `update_form`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest
from langfang_policy import clock
from measures import permissions
from measures.models import (
    WRITABLE_STATES,
    Event,
    PeriodState,
    Policy,
    ProgressUpdate,
    UpdateState,
    Words,
)
from measures.pages.offers import Refused
from measures.pages.policy_choice import filter_of, of_policy
from measures.pages.update_page import update_page
from measures.pages.update_parts import last_returns, return_place, role_words

# --- what I owe ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class OwedUpdate:
    """A row of the list: the update, why it came back, whether its day is past and nothing was ever filed."""

    update: ProgressUpdate
    role: str
    returned: Event | None
    place: Words
    late: bool


@require_safe
def my_updates(request: ActingRequest) -> HttpResponse:
    """What is owed now, the returned first; folded below what is done, and what closed periods still lack."""
    own = permissions.writes_for(request.actor)
    if not own:
        raise PermissionDenied
    on = clock.today()
    updates = ProgressUpdate.objects.with_context().prefetch_related("measure__responsibilities")
    theirs = ProgressUpdate.objects.filter(department__in=own)
    narrow = filter_of(request, theirs.exclude(period__state=PeriodState.ARCHIVED))
    updates = updates.filter(period__policy=narrow.chosen) if narrow.chosen else updates
    mine = updates.filter(department__in=own).in_document_order()
    done = mine.filter(period__state=PeriodState.OPEN).exclude(state__in=WRITABLE_STATES)
    late = mine.filter(period__state=PeriodState.CLOSED, state__in=WRITABLE_STATES - {UpdateState.RETURNED})
    owed = owed_rows(updates.owed_by(own).in_document_order(), on)
    periods = {row.update.period for row in owed}
    context = {
        "owed": owed,
        "period": periods.pop() if len(periods) == 1 else None,
        "done": list(done),
        "late": list(late.order_by("-period__starts_on", "measure__section__ordinal", "measure__ordinal")),
        "on": on,
        "several": len(own) > 1,
        "narrow": narrow,
    }
    return render(request, "measures/my_updates.html", context)


def owed_rows(updates: Iterable[ProgressUpdate], on: date) -> list[OwedUpdate]:
    ordered = sorted(
        updates, key=lambda update: (update.state != UpdateState.RETURNED, update.effective_due_on)
    )
    returns = last_returns(update for update in ordered if update.state == UpdateState.RETURNED)
    rows = []
    for update in ordered:
        event = returns.get(update.pk)
        late = update.first_submitted_at is None and update.effective_due_on < on
        rows.append(OwedUpdate(update, role_words(update), event, return_place(event) if event else "", late))
    return rows


# --- the update ------------------------------------------------------------------------------------


@require_safe
@of_policy
def update_detail(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    return render(request, "measures/update_detail.html", update_context(request, policy, uuid))


def update_context(
    request: ActingRequest, policy: Policy, uuid: UUID, refused: Refused | None = None
) -> dict[str, Any]:
    """After a refused act too."""
    return vars(update_page(request.actor, policy, uuid, clock.today(), refused))
