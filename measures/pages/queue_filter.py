"""To what is a queue narrowed? Policy, department, measure, role, age; and whether it shows one's own work.

All stand in the address and are kept from page to page. One query counts what waits and offers the choices,
and one asks the calendar where an age is chosen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.paginator import Page
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import urlencode

from departments.actors import Actor
from departments.models import Department
from departments.workdays import CalendarMissing, add_working_days
from langfang_policy.compiled_queries import compiled
from measures import permissions
from measures.models import (
    Measure,
    PeriodState,
    Policy,
    ProgressUpdate,
    ResponsibilityRole,
    Revision,
    Section,
    UpdateState,
    UsedInput,
    Words,
)
from measures.models.filing import ProgressUpdateQuerySet
from measures.own_work import is_own_work
from measures.pages.paging import CountedPaginator, PartOf, key_among
from measures.pages.returns import with_last_return
from measures.pages.update_loading import as_rows
from measures.pages.update_parts import with_leads

# What an address may say of a queue; `own` shows what waits for somebody else.
NAMES: Final = ("policy", "department", "measure", "role", "age", "own")
# A queue in this order is read period by period: those of which the page shows nothing are not looked at.
PERIOD_BY_PERIOD: Final = ("period__starts_on", "period__policy_id")
# Of what does it narrow, so that all of it together is one click away.
NARROWING: Final = ("department", "measure", "role", "age")
# Waits for more working days than this.
AGES: Final = ("1", "3", "5")
# So many measures are offered; in a longer list nobody finds one.
MEASURES: Final = 200

# What a row of the query tells: how many wait, the name of a department, a measure.
_WAITING, _DEPARTMENT, _MEASURE = "waiting", "department", "measure"
NO_DAY: Final = date.min

# To which measure, and before which moment it came.
NarrowedTo = tuple[UUID | None, datetime | None]
# Whether to the actor's own; the department, the role, the policy, the measure; before which moment it came.
Narrowed = tuple[bool, str, str, int | None, UUID | None, datetime | None]


@dataclass(frozen=True)
class _Group:
    """How many updates of one period, department and role wait for the actor, and how many for others.

    `place`: of the department in the protocol.
    """

    period: int
    policy: int
    starts_on: date
    slug: str
    department: str
    role: str
    place: int
    waiting: int
    own: int


@dataclass(frozen=True)
class Queue:
    """Updates in one state, of some departments or under some policies: `column` says which of the two.

    `asks_for_clerks`: each says whether some clerk may confirm it, which a signer has to know.
    """

    state: UpdateState
    column: str
    asks_for_clerks: bool = False

    def rows(self, keys: Sequence[int]) -> ProgressUpdateQuerySet:
        """Of those with these keys, in periods in which acts are still possible."""
        return ProgressUpdate.objects.filter(
            **{f"{self.column}__in": keys},
            state=self.state,
            period__state__in=[PeriodState.OPEN, PeriodState.CLOSED],
        )


@dataclass(frozen=True)
class QueueFilter:
    """`count`: of the updates that are shown; `own_count`: of the actor's own among what was narrowed to.

    `problem`: why the age could not be told; it then narrows nothing.
    """

    queue: Queue
    keys: list[int]
    actor: Actor
    policy: Policy | None
    department: str
    measure: UUID | None
    role: str
    age: str
    older_than: datetime | None
    problem: str
    own: bool
    count: int
    own_count: int
    departments: Sequence[tuple[str, str]]
    measures: Sequence[tuple[str, str]]
    roles: Sequence[tuple[str, Words]]
    policies: frozenset[int]  # in which there is something
    periods: Sequence[tuple[int, int]]  # each with how many are shown of it, the first to begin first
    kept: Mapping[str, str]

    @property
    def narrows(self) -> bool:
        return any(name in self.kept for name in NARROWING)

    @property
    def offers_choices(self) -> bool:
        return self.narrows or bool(self.policies)

    @property
    def ages(self) -> tuple[str, ...]:
        return AGES

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What the form of the choices hands on unchanged."""
        return [(name, value) for name, value in self.kept.items() if name not in NARROWING]

    def page(self, order: tuple[str, ...], number: str, length: int) -> Page[ProgressUpdate]:
        """A page of what was narrowed to, in that order."""
        policy = self.policy.pk if self.policy else None
        narrowed = (self.own, self.department, self.role, policy, self.measure, self.older_than)
        asked = (self.queue, narrowed, order, self.actor, self.keys)
        in_turn = order[:2] == PERIOD_BY_PERIOD

        def first(length: int) -> Sequence[ProgressUpdate]:
            periods = self._needed(slice(0, length))[0] if in_turn else []
            return _first_rows(str(length), *asked, periods)

        def others(part: slice) -> Iterable[ProgressUpdate]:
            periods, of_them = self._needed(part) if in_turn else ([], part)
            return _rows(of_them, *asked, periods)

        return CountedPaginator(PartOf(first, others), length, self.count).get_page(number)

    def _needed(self, part: slice) -> tuple[list[int], slice]:
        """The periods of which that part is, and which part of theirs it is; the others are not looked at."""
        found, before, left_out = [], 0, 0
        for period, count in self.periods:
            if before < part.stop and before + count > part.start:
                found.append(period)
            elif not found:
                left_out += count
            before += count
        return found, slice(part.start - left_out, part.stop - left_out)

    def address(self, **changes: str | int) -> str:
        """The query that says the same, with these changes; an empty one leaves its name out."""
        said = {name: value for name, value in {**self.kept, **changes}.items() if value}
        return f"?{urlencode(said)}" if said else ""

    @property
    def address_of_all(self) -> str:
        return self.address(**dict.fromkeys(NARROWING, "")) or "?"

    @property
    def address_of_own(self) -> str:
        return self.address(own="yes")

    @property
    def address_of_waiting(self) -> str:
        return self.address(own="") or "?"


def queue_filter(
    request: HttpRequest, actor: Actor, queue: Queue, keys: list[int], policy: Policy | None
) -> QueueFilter:
    """From the address. One query, and one more for a department of which nothing waits. Raises Http404."""
    asked = _asked(request)
    older_than, problem = _older_than(asked["age"], actor.on)
    measure = UUID(asked["measure"]) if asked["measure"] else None
    groups, measures = _choices(queue, actor, keys, policy, (measure, older_than))
    own = bool(asked["own"])
    of_policy = [row for row in groups if policy is None or row.policy == policy.pk]
    shown = [row for row in of_policy if asked["department"] in {"", row.slug}]
    shown = [row for row in shown if asked["role"] in {"", row.role}]
    roles = {row.role for row in of_policy} | {asked["role"]}
    return QueueFilter(
        queue=queue,
        keys=keys,
        actor=actor,
        policy=policy,
        department=asked["department"],
        measure=measure,
        role=asked["role"],
        age=asked["age"],
        older_than=older_than,
        problem=problem,
        own=own,
        count=sum(row.own if own else row.waiting for row in shown),
        own_count=sum(row.own for row in shown),
        departments=_departments(of_policy, asked["department"]),
        measures=measures,
        roles=[(role.value, role.label) for role in ResponsibilityRole if role in roles],
        policies=frozenset(row.policy for row in groups),
        periods=_in_turn(shown, own=own),
        kept={name: value for name, value in asked.items() if value},
    )


def _asked(request: HttpRequest) -> dict[str, str]:
    """What the address says. Raises Http404 for a role, an age or a measure that there cannot be."""
    asked = {name: request.GET.get(name, "") for name in NAMES}
    if asked["role"] not in {"", *ResponsibilityRole.values} or asked["age"] not in {"", *AGES}:
        raise Http404("no such role or age")
    if asked["measure"]:
        try:
            asked["measure"] = str(UUID(asked["measure"]))
        except ValueError as error:
            raise Http404("no such measure") from error
    return asked


def _older_than(age: str, on: date) -> tuple[datetime | None, str]:
    """Before which moment a text must have come to wait longer, and why that cannot be told."""
    if not age:
        return None, ""
    try:
        first = add_working_days(on + timedelta(days=1), -(int(age) + 1))
    except CalendarMissing as error:
        return None, str(error)
    return timezone.make_aware(datetime.combine(first, time.min)), ""


def _narrowed(
    updates: ProgressUpdateQuerySet, measure: UUID | None, older_than: datetime | None
) -> ProgressUpdateQuerySet:
    """To one measure, and to what has waited since before that moment.

    In review since it was handed in, at the office since its department approved it.
    """
    if measure:
        updates = updates.filter(measure__uuid=measure)
    if older_than is None:
        return updates
    later = Revision.objects.filter(update=OuterRef("update"), number__gt=OuterRef("number"))
    latest = Revision.objects.filter(~Exists(later), update=OuterRef("pk"))
    in_review = Q(state=UpdateState.IN_REVIEW) & Exists(latest.filter(frozen_at__lt=older_than))
    submitted = Q(state=UpdateState.SUBMITTED) & Exists(latest.filter(approved_at__lt=older_than))
    return updates.filter(in_review | submitted)


def _choices(
    queue: Queue, actor: Actor, keys: Sequence[int], policy: Policy | None, narrowed: NarrowedTo
) -> tuple[list[_Group], list[tuple[str, str]]]:
    """The groups in the order of the protocol; the measures, whatever else is narrowed to. One query."""
    rows = _groups_and_measures(queue, actor, keys, policy.pk if policy else None, narrowed)
    named = {key: names for kind, key, *names in rows if kind == _DEPARTMENT}
    groups = [_group(named, *row[1:]) for row in rows if row[0] == _WAITING]
    groups.sort(key=lambda row: (row.place, row.slug))
    measures = sorted(
        (of, section, ordinal, uuid, title)
        for kind, of, section, _day, ordinal, uuid, title, _nothing in rows
        if kind == _MEASURE
    )
    return groups, [
        (str(UUID(uuid)), str(Measure(title=title, ordinal=ordinal, section=Section(ordinal=section))))
        for _of, section, ordinal, uuid, title in measures
    ]


def _group(
    named: Mapping[int, Sequence[Any]],
    period: int,
    policy: int,
    starts_on: date,
    department: int,
    role: str,
    both: str,
    own: int,
) -> _Group:
    place, _day, _nothing, slug, name, _zero = named[department]
    return _Group(period, policy, starts_on, slug, name, role, place, int(both) - own, own)


def _in_turn(groups: Iterable[_Group], *, own: bool) -> list[tuple[int, int]]:
    """The periods in order, each with how many of these it has."""
    found: dict[tuple[date, int, int], int] = {}
    for row in groups:
        key = (row.starts_on, row.policy, row.period)
        found[key] = found.get(key, 0) + (row.own if own else row.waiting)
    return [(period, count) for (_day, _policy, period), count in sorted(found.items())]


@compiled
def _groups_and_measures(
    queue: Queue, actor: Actor, keys: Sequence[int], policy: int | None, narrowed: NarrowedTo
) -> QuerySet[Any, tuple[Any, ...]]:
    """Counted by keys, which the index has; the names of departments, and measures, are rows of their own."""
    rows = _narrowed(queue.rows(keys), *narrowed).order_by()
    names = ("of_kind", "period", "period__policy", "period__starts_on", "department", "role")
    both = Cast(Count("pk"), TextField())
    own = Count("pk", filter=is_own_work(actor, queue.state))
    groups = rows.annotate(of_kind=Value(_WAITING)).values_list(*names).annotate(both=both, own=own)
    columns = ("of_kind", "pk", "position", "day", "none", "slug", "short_name", "zero")
    nothing = {"day": Value(NO_DAY), "none": Value(0), "zero": Value(0)}
    departments = Department.objects.order_by().annotate(of_kind=Value(_DEPARTMENT), **nothing)
    return groups.union(departments.values_list(*columns), _waiting_measures(queue, keys, policy), all=True)


def _waiting_measures(
    queue: Queue, keys: Sequence[int], policy: int | None
) -> QuerySet[Measure, tuple[Any, ...]]:
    """Those of which something waits; cut within, because SQLite cuts no part of a union."""
    updates = queue.rows(keys)
    of_policy = updates.filter(period__policy=policy) if policy else updates
    found = Measure.objects.filter(pk__in=of_policy.order_by().values("measure"))
    ordered = found.order_by("section__edition__policy_id", "section__ordinal", "ordinal")
    first = Measure.objects.filter(pk__in=ordered.values("pk")[:MEASURES]).order_by()
    told = first.annotate(
        of_kind=Value(_MEASURE), day=Value(NO_DAY), key=Cast("uuid", TextField()), nothing=Value(0)
    )
    columns = ("section__edition__policy", "section__ordinal", "day", "ordinal", "key", "title", "nothing")
    return told.values_list("of_kind", *columns)


def _rows(
    part: slice,
    queue: Queue,
    narrowed: Narrowed,
    order: tuple[str, ...],
    actor: Actor,
    keys: Sequence[int],
    periods: Sequence[int] = (),
) -> QuerySet[ProgressUpdate]:
    """Put in order and cut by their keys, because SQLite works out all that is said of a row before."""
    waiting = _shown(queue, narrowed, actor, keys)
    in_turn = waiting.filter(period__in=periods) if periods else waiting
    shown = in_turn.order_by(*order).values("pk")[part]
    inputs = UsedInput.objects.filter(update=OuterRef("pk"))
    rows = ProgressUpdate.objects.filter(key_among(shown)).annotate(takes_over=Exists(inputs))
    rows = with_leads(with_last_return(rows))
    if queue.asks_for_clerks:
        rows = rows.annotate(clerk_left=permissions.a_clerk_may_confirm(actor.on))
    return as_rows(rows).order_by(*order)


def _shown(queue: Queue, narrowed: Narrowed, actor: Actor, keys: Sequence[int]) -> QuerySet[ProgressUpdate]:
    is_own, department, role, policy, measure, older_than = narrowed
    own = is_own_work(actor, queue.state)
    waiting = _narrowed(queue.rows(keys), measure, older_than)
    rows = waiting.filter(own) if is_own else waiting.exclude(own)
    names = {"department__slug": department, "role": role, "period__policy": policy}
    return rows.filter(**{name: value for name, value in names.items() if value})


@compiled
def _first_rows(
    length: str,
    queue: Queue,
    narrowed: Narrowed,
    order: tuple[str, ...],
    actor: Actor,
    keys: Sequence[int],
    periods: Sequence[int],
) -> QuerySet[ProgressUpdate]:
    return _rows(slice(int(length)), queue, narrowed, order, actor, keys, periods)


def _departments(groups: Iterable[_Group], asked: str) -> list[tuple[str, str]]:
    offered = {row.slug: row.department for row in groups}
    if asked and asked not in offered:
        offered[asked] = get_object_or_404(Department, slug=asked).short_name
    return list(offered.items())
