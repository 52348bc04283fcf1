"""What do I owe, and what became of one update? To read; the form is `update_form`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, Max, Min, Q, When
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest
from departments.models import Department
from langfang_policy import clock
from measures import permissions
from measures.models import (
    STILL_OWED,
    WRITABLE_STATES,
    Event,
    PeriodState,
    Policy,
    ProgressUpdate,
    UpdateState,
    Words,
)
from measures.models.filing import ProgressUpdateQuerySet
from measures.pages import held_text
from measures.pages.extensions import moved_dates, with_later_dates
from measures.pages.inputs import inputs_for
from measures.pages.offers import Refused
from measures.pages.paging import page_of_counted
from measures.pages.policy_choice import narrowed_to, of_policy, policies_of, policy_asked_for
from measures.pages.update_page import update_page
from measures.pages.update_parts import last_returns, return_place, role_words, with_leads
from measures.pages.update_sheet import alone_in, sheets_of

PER_PAGE = 50
FOLDED_ROWS = 20

# --- what I owe ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class OwedUpdate:
    """A row of the list: the update, why it came back, whether its day is past and nothing was ever filed.

    `unsaved`: the person has typed more than the draft holds. `asked_until`: a later date, not decided.
    """

    update: ProgressUpdate
    role: str
    returned: Event | None
    place: Words
    late: bool
    unsaved: bool
    asked_until: date | None


# What stands folded below: on its way in an open period; never filed in a closed one.
FOLDED: Final[Mapping[str, Q]] = {
    "done": Q(period__state=PeriodState.OPEN) & ~Q(state__in=WRITABLE_STATES),
    "late": Q(
        period__state=PeriodState.CLOSED,
        state__in=WRITABLE_STATES - {UpdateState.RETURNED},
        first_submitted_at=None,
    ),
}
# As `ProgressUpdate.effective_due_on` says it of one.
EFFECTIVE_DUE_ON = Case(
    When(state=UpdateState.RETURNED, back_due_on__isnull=False, then="back_due_on"), default="due_on"
)
MOST_URGENT_FIRST = (
    Case(When(state=UpdateState.RETURNED, then=0), default=1),
    EFFECTIVE_DUE_ON,
    "measure__section__ordinal",
    "measure__ordinal",
    "role",
    "position",
    "pk",
)


@require_safe
def my_updates(request: ActingRequest) -> HttpResponse:
    """What is owed now, the returned first; folded below, the first of what is done and what is missing."""
    mine, amounts, context = own_updates(request)
    owed_now = with_leads(with_later_dates(mine.filter(STILL_OWED)))
    rows = held_text.with_unsaved(owed_now, request.actor.person)
    ordered = rows.order_by(*MOST_URGENT_FIRST)
    page = page_of_counted(ordered, request.GET.get("page", ""), PER_PAGE, amounts.owed)
    owed = owed_rows(page, clock.today())
    context |= {name: list(folded(mine, name)[:FOLDED_ROWS]) for name in FOLDED}
    period = owed[0].update.period if owed and amounts.is_of_one_period else None
    shown = [row.update for row in owed]
    context |= {"page": page, "owed": owed, "period": period, "sheets": sheets_of(shown)}
    context["alone"] = alone_in(shown) if len(page.paginator.page_range) == 1 else []
    context["former_dates"] = moved_dates(row for row in page if vars(row)["dates_moved"])
    return render(request, "measures/my_updates.html", context)


@require_safe
def my_updates_folded(request: ActingRequest, kind: str) -> HttpResponse:
    """One of the two folded lists whole."""
    mine, amounts, context = own_updates(request)
    if kind not in FOLDED:
        raise Http404
    page = page_of_counted(folded(mine, kind), request.GET.get("page", ""), PER_PAGE, amounts.of(kind))
    context |= {"page": page, "list": kind, "writable": kind == "late"}
    return render(request, "measures/my_updates_folded.html", context)


def own_updates(request: ActingRequest) -> "tuple[ProgressUpdateQuerySet, Amounts, dict[str, Any]]":
    """Those of the reader's departments or the one acted for, of the chosen policy or all; how many."""
    if not permissions.writes_for(request.actor):
        raise PermissionDenied
    own = request.actor.narrowed(permissions.writes_for(request.actor))
    chosen, amounts = policy_asked_for(request), amounts_of(own)
    shown = total_of(amount for policy, amount in amounts.items() if chosen is None or policy == chosen.pk)
    mine = ProgressUpdate.objects.with_context().filter(department__in=own)
    context = {
        "amounts": shown,
        "on": clock.today(),
        "several": len(own) > 1,
        "left_out": request.actor.leaves_out(permissions.writes_for(request.actor)),
        "narrow": narrowed_to(chosen, list(policies_of(request).values()), amounts),
    }
    return (mine.filter(period__policy=chosen) if chosen else mine), shown, context


def folded(mine: ProgressUpdateQuerySet, name: str) -> ProgressUpdateQuerySet:
    return mine.filter(FOLDED[name]).order_by(
        "-period__starts_on", "measure__section__ordinal", "measure__ordinal", "role", "position", "pk"
    )


@dataclass(frozen=True)
class Amounts:
    """How many updates are owed, on their way, and missing; of which periods are those that are owed."""

    owed: int = 0
    done: int = 0
    late: int = 0
    periods: frozenset[int] = frozenset()  # the first and the last

    @property
    def is_of_one_period(self) -> bool:
        return len(self.periods) == 1

    def of(self, name: str) -> int:
        return {"done": self.done, "late": self.late}[name]


def amounts_of(own: Iterable[Department]) -> dict[int, Amounts]:
    """By policy, of all periods but the archived. One query."""
    rows = (
        ProgressUpdate.objects.filter(department__in=own)
        .exclude(period__state=PeriodState.ARCHIVED)
        .order_by()
        .values("period__policy")
        .annotate(
            owed=Count("pk", filter=STILL_OWED),
            first=Min("period", filter=STILL_OWED),
            last=Max("period", filter=STILL_OWED),
            done=Count("pk", filter=FOLDED["done"]),
            late=Count("pk", filter=FOLDED["late"]),
        )
    )
    return {
        row["period__policy"]: Amounts(
            row["owed"], row["done"], row["late"], frozenset({row["first"], row["last"]} - {None})
        )
        for row in rows
    }


def total_of(amounts: Iterable[Amounts]) -> Amounts:
    rows = list(amounts)
    return Amounts(
        sum(row.owed for row in rows),
        sum(row.done for row in rows),
        sum(row.late for row in rows),
        frozenset().union(*(row.periods for row in rows)),
    )


def owed_rows(page: Iterable[ProgressUpdate], on: date) -> list[OwedUpdate]:
    updates = list(page)
    returns = last_returns(update for update in updates if update.state == UpdateState.RETURNED)
    rows = []
    for update in updates:
        event = returns.get(update.pk)
        late = update.first_submitted_at is None and update.effective_due_on < on
        place = return_place(event) if event else ""
        typed, later = vars(update)["unsaved"], vars(update)["asked_until"]
        rows.append(OwedUpdate(update, role_words(update), event, place, late, typed, later))
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


@require_safe
@of_policy
def update_inputs(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """For the department that convenes the measure: what the others have sent, and who has not."""
    context = {**vars(inputs_for(request.actor, policy, uuid)), "on": clock.today()}
    return render(request, "measures/update_inputs.html", context)
