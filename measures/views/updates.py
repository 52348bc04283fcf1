"""What do I owe, and what became of one update? To read; the form is `update_form`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest
from departments.models import Department
from langfang_policy import clock
from langfang_policy.compiled_queries import compiled
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
from measures.pages.paging import KeysFirst, PartOf, page_of_counted
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
    "done": Q(
        period__state=PeriodState.OPEN,
        state__in=[state for state in UpdateState if state not in WRITABLE_STATES],
    ),
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
    of_reader = (mine.departments, mine.policy, request.actor.person.pk)
    every = PartOf(lambda _stop: _first_owed(str(PER_PAGE), *of_reader), still_owed(*of_reader).__getitem__)
    page = page_of_counted(every, request.GET.get("page", ""), PER_PAGE, amounts.owed)
    owed = owed_rows(page, clock.today())
    for name in FOLDED:
        context[name] = _first_folded(name, str(FOLDED_ROWS), mine.departments, mine.policy)
    period = owed[0].update.period if owed and amounts.is_of_one_period else None
    shown = [row.update for row in owed]
    context |= {"page": page, "owed": owed, "period": period, "sheets": sheets_of(shown)}
    context["alone"] = alone_in(shown) if len(page.paginator.page_range) == 1 else []
    context["moved_dates"] = moved_dates(row for row in page if vars(row)["dates_moved"])
    return render(request, "measures/my_updates.html", context)


@require_safe
def my_updates_folded(request: ActingRequest, kind: str) -> HttpResponse:
    """One of the two folded lists whole."""
    mine, amounts, context = own_updates(request)
    if kind not in FOLDED:
        raise Http404
    rows = folded(kind, mine.departments, mine.policy)
    page = page_of_counted(rows, request.GET.get("page", ""), PER_PAGE, amounts.of(kind))
    context |= {"page": page, "list": kind, "writable": kind == "late"}
    return render(request, "measures/my_updates_folded.html", context)


@dataclass(frozen=True)
class Mine:
    """Whose updates the page is about: by the keys of departments, and of one policy where one is chosen."""

    departments: list[int]
    policy: int | None


def own_updates(request: ActingRequest) -> "tuple[Mine, Amounts, dict[str, Any]]":
    """Those of the reader's departments or the one acted for, of the chosen policy or all; how many."""
    if not permissions.writes_for(request.actor):
        raise PermissionDenied
    own = request.actor.narrowed(permissions.writes_for(request.actor))
    chosen, amounts = policy_asked_for(request), amounts_of(own)
    shown = total_of(amount for policy, amount in amounts.items() if chosen is None or policy == chosen.pk)
    context = {
        "amounts": shown,
        "on": clock.today(),
        "several": len(own) > 1,
        "left_out": request.actor.leaves_out(permissions.writes_for(request.actor)),
        "narrow": narrowed_to(chosen, list(policies_of(request).values()), amounts),
    }
    return Mine([row.pk for row in own], chosen.pk if chosen else None), shown, context


def _updates_of(departments: list[int], policy: int | None) -> ProgressUpdateQuerySet:
    rows = ProgressUpdate.objects.filter(department__in=departments)
    return rows if policy is None else rows.filter(period__policy=policy)


def still_owed(departments: list[int], policy: int | None, person: int) -> KeysFirst[ProgressUpdateQuerySet]:
    """The most urgent first, each with what a row says of it to this person."""

    def complete(rows: ProgressUpdateQuerySet) -> ProgressUpdateQuerySet:
        return held_text.with_unsaved(with_leads(with_later_dates(rows.with_context())), person)

    rows = _updates_of(departments, policy).filter(STILL_OWED)
    return KeysFirst(rows.order_by(*MOST_URGENT_FIRST), complete)


@compiled
def _first_owed(
    length: str, departments: list[int], policy: int | None, person: int
) -> QuerySet[ProgressUpdate]:
    return still_owed(departments, policy, person).part(slice(int(length)))


@compiled
def _first_folded(
    name: str, length: str, departments: list[int], policy: int | None
) -> QuerySet[ProgressUpdate]:
    return folded(name, departments, policy).part(slice(int(length)))


def folded(name: str, departments: list[int], policy: int | None) -> KeysFirst[ProgressUpdateQuerySet]:
    rows = (
        _updates_of(departments, policy)
        .filter(FOLDED[name])
        .order_by(
            "-period__starts_on", "measure__section__ordinal", "measure__ordinal", "role", "position", "pk"
        )
    )
    return KeysFirst(rows, ProgressUpdateQuerySet.with_context)


@dataclass(frozen=True)
class Amounts:
    """How many updates are owed, on their way, and missing; of which periods are those that are owed.

    `closed`: how many of those owed are of closed periods.
    """

    owed: int = 0
    done: int = 0
    late: int = 0
    closed: int = 0
    periods: frozenset[int] = frozenset()

    @property
    def is_of_one_period(self) -> bool:
        return len(self.periods) == 1

    def of(self, name: str) -> int:
        return {"done": self.done, "late": self.late}[name]


def amounts_of(own: Iterable[Department]) -> dict[int, Amounts]:
    """By policy, of all periods but the archived. One query."""
    found: dict[int, list[Amounts]] = {}
    for policy, period, period_state, state, number, filed in _by_state([row.pk for row in own]):
        amounts = _amounts(period, period_state, state, number, filed=bool(filed))
        found.setdefault(policy, []).append(amounts)
    return {policy: total_of(rows) for policy, rows in found.items()}


@compiled
def _by_state(own: list[int]) -> QuerySet[ProgressUpdate, tuple[Any, ...]]:
    """Counted in an index, and of drafts in closed periods those that were filed before once more."""
    rows = ProgressUpdate.objects.filter(department__in=own).exclude(period__state=PeriodState.ARCHIVED)
    corrected = rows.filter(
        period__state=PeriodState.CLOSED, state=UpdateState.DRAFT, first_submitted_at__isnull=False
    )
    names = ("period__policy", "period", "period__state", "state")
    every, filed = (
        part.order_by().values_list(*names).annotate(n=Count("pk"), filed=Value(is_filed))
        for part, is_filed in ((rows, False), (corrected, True))
    )
    return every.union(filed, all=True)


def _amounts(period: int, period_state: str, state: str, number: int, *, filed: bool) -> Amounts:
    """What so many updates in that state are; those `filed` before were taken for late."""
    owed = Amounts(owed=number, periods=frozenset({period}))
    if filed:
        return replace(owed, late=-number, closed=number)
    if period_state == PeriodState.OPEN:
        return owed if state in WRITABLE_STATES else Amounts(done=number)
    if state == UpdateState.RETURNED:
        return replace(owed, closed=number)
    return Amounts(late=number) if state in WRITABLE_STATES else Amounts()


def total_of(amounts: Iterable[Amounts]) -> Amounts:
    rows = list(amounts)
    return Amounts(
        sum(row.owed for row in rows),
        sum(row.done for row in rows),
        sum(row.late for row in rows),
        sum(row.closed for row in rows),
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
