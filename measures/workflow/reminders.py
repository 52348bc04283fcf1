"""What does a night remind of? Updates due in five working days, on the next one, and those not filed.

Each once for a person, a period and a day that is due; a night that did not run is made up for.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from departments.workdays import add_working_days
from measures import permissions
from measures.models import Message, MessageKind, PeriodState, ProgressUpdate, ReportingPeriod, UpdateState
from measures.workflow.telling import message, told_once

FIVE_DAYS: Final = 5
# A message names so many measures; the page that it leads to has all of them.
NAMED: Final = 5


class _Due(NamedTuple):
    """What a department has to file under a period by a day."""

    period: int
    department: int
    day: date
    code: str


def remind(at: datetime) -> list[Message]:
    """Write what was not told before; the messages that are new. Raises CalendarMissing."""
    on = timezone.localdate(at)
    next_day, in_five_days = (add_working_days(on, count) for count in (1, FIVE_DAYS))
    with transaction.atomic():
        rows = list(_messages(_due_by(in_five_days), on, next_day, at))
        return told_once(rows)


def _due_by(last: date) -> list[_Due]:
    """In open periods: what was never submitted, by its date, and what came back, by its new date."""
    first = Q(first_submitted_at=None) & ~Q(state=UpdateState.WAIVED)
    came_back = Q(state=UpdateState.RETURNED, back_due_on__isnull=False)
    rows = ProgressUpdate.objects.filter(first | came_back, period__state=PeriodState.OPEN)
    rows = rows.filter(Q(due_on__lte=last) | Q(back_due_on__lte=last)).select_related("measure__section")
    found = (
        _Due(row.period_id, row.department_id, row.effective_due_on, row.measure.code)
        for row in rows.in_document_order()
    )
    return [due for due in found if due.day <= last]


def _messages(due: Iterable[_Due], on: date, next_day: date, at: datetime) -> Iterator[Message]:
    """One for each person, period and day, whatever the number of departments that they speak for."""
    due = list(due)
    periods = ReportingPeriod.objects.select_related("policy").in_bulk({row.period for row in due})
    members = permissions.people_of({row.department for row in due}, on).values_list("department", "user")
    people = defaultdict(set)
    for department, user in members:
        people[department].add(user)
    owed: dict[tuple[int, int, date], list[str]] = defaultdict(list)
    for row in due:
        for person in people[row.department]:
            owed[person, row.period, row.day].append(row.code)
    for (person, period, day), codes in owed.items():
        kind = _kind(day, on, next_day)
        yield message(
            kind, periods[period], person=person, day=day, at=at, words=_named(codes), count=len(codes)
        )


def _kind(day: date, on: date, next_day: date) -> MessageKind:
    if day < on:
        return MessageKind.OVERDUE
    return MessageKind.DUE_NEXT_DAY if day <= next_day else MessageKind.DUE_IN_FIVE_DAYS


def _named(codes: list[str]) -> str:
    """二（一）、二（三）… : the first of them."""
    unique = list(dict.fromkeys(codes))
    return "、".join(unique[:NAMED]) + ("……" if len(unique) > NAMED else "")
