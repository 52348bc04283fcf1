"""Which day lies so many working days away? Counted over the office's WorkingDay table, 调休 included.

Never guesses from weekdays: a date that the table does not hold is an error that names its year.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from departments.models import WorkingDay

# The longest run of days off is ten or so: this much calendar holds one working day at the least.
_MARGIN = 15


class CalendarMissing(ValidationError):  # noqa: N818  # says what is wrong, as DoesNotExist does
    """The table lacks days of `year`; the message names the command that loads them.

    A refusal like any other, so that forms, imports and administration tell it where they tell the rest.
    """

    def __init__(self, year: int) -> None:
        super().__init__(
            _(
                "The working-day table does not cover %(year)s. "
                "Ask the administrator to run: manage.py load_calendar %(year)s"
            ),
            code="calendar_missing",
            params={"year": year},
        )
        self.year = year

    def __str__(self) -> str:
        return str(self.messages[0])


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`, before it when negative; `day` itself when 0.

    `day` need not be a working day. CalendarMissing when the table ends on the way.
    """
    if count == 0:
        return day
    nearby = _working_days_from(day, 1 if count > 0 else -1, 2 * abs(count) + _MARGIN)
    return next(islice(nearby, abs(count) - 1, None))


def nth_working_day_after(day: date, count: int) -> date:
    """T of a period is the fifth working day after its end. ValueError unless `count` is at least 1."""
    if count < 1:
        raise ValueError("Working days after a day are counted from 1.")
    return add_working_days(day, count)


def working_days_between(start: date, end: date) -> int:
    """How many working days lie after `start` up to `end`, which is included; negative when `end` is earlier.

    For working days it is the inverse of `add_working_days`.
    """
    if end < start:
        return -working_days_between(end, start)
    days = _load(start + timedelta(days=1), end)
    return sum(_known(days, start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def _working_days_from(day: date, step: int, stretch: int) -> Iterator[date]:
    """Endless, from the day beside `day`; one query for each stretch of so many calendar days."""
    while True:
        near, far = day + timedelta(days=step), day + timedelta(days=step * stretch)
        days = _load(min(near, far), max(near, far))
        for _n in range(stretch):
            day += timedelta(days=step)
            if _known(days, day):
                yield day


def _load(first: date, last: date) -> dict[date, bool]:
    return dict(WorkingDay.objects.filter(date__range=(first, last)).values_list("date", "is_working"))


def _known(days: dict[date, bool], day: date) -> bool:
    if day not in days:
        raise CalendarMissing(day.year)
    return days[day]
