"""How often is a policy reported on, and which months, quarters or half-years of the calendar are that?

Pure: codes, first and last days, names and the words for a year to date, in one place. It knows no row.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import models
from django.utils.dates import MONTHS
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Cadence(models.TextChoices):
    """One reporting period in each of these; its code has their letter: 2020M06, 2020Q2, 2020H1."""

    MONTHLY = "monthly", _("every month")
    QUARTERLY = "quarterly", _("every quarter")
    HALF_YEARLY = "half_yearly", _("every half-year")

    @property
    def months(self) -> int:
        """How many a period has."""
        return _MONTHS[self]

    @property
    def periods_a_year(self) -> int:
        return 12 // self.months


_MONTHS: Final = {Cadence.MONTHLY: 1, Cadence.QUARTERLY: 3, Cadence.HALF_YEARLY: 6}
_LETTERS: Final = {Cadence.MONTHLY: "M", Cadence.QUARTERLY: "Q", Cadence.HALF_YEARLY: "H"}
# What a code looks like: a year and its month, quarter or half.
CODE: Final = r"^[0-9]{4}(M(0[1-9]|1[0-2])|Q[1-4]|H[12])$"
_CODE: Final = re.compile(r"(20[0-9]{2})(?:M(0[1-9]|1[0-2])|Q([1-4])|H([12]))")

_NUMERALS: Final = "一二三四"
_HALVES: Final = "上下"
# 2020年6月15日 names a day and no period.
_OFFICIAL: Final = re.compile(
    rf"([0-9]{{4}})年(?:(1[0-2]|[1-9])月(?![0-9])|第([{_NUMERALS}])季度|([{_HALVES}])半年)"
)
# Of quarters and half-years, by their last month.
_TO_DATE: Final = {3: "一季度", 6: "上半年", 9: "前三季度"}
_TO_DATE_IN_ENGLISH: Final = {3: "first quarter", 6: "first half", 9: "first three quarters"}


def _speaks_english() -> bool:
    return (get_language() or "").startswith("en")


@dataclass(frozen=True)
class CalendarPeriod:
    """A month, quarter or half-year; `number` counts them within their year from 1."""

    cadence: Cadence
    year: int
    number: int

    @classmethod
    def of(cls, code: str) -> "CalendarPeriod":
        """From 2020M06, 2020Q2 or 2020H1. Raises ValueError for what is written otherwise."""
        match = _CODE.fullmatch(code)
        if match is None:
            raise ValueError(f"no code of a period: {code!r}")
        [(cadence, number)] = ((c, n) for c, n in zip(Cadence, match.groups()[1:], strict=True) if n)
        return cls(cadence, int(match[1]), int(number))

    @classmethod
    def named(cls, official: str) -> "CalendarPeriod | None":
        """From an official name, as snapshots keep it; None for anything else."""
        match = _OFFICIAL.fullmatch(official)
        return cls._of_name(match) if match else None

    @classmethod
    def _of_name(cls, match: re.Match[str]) -> "CalendarPeriod":
        year, (month, quarter, half) = int(match[1]), match.groups()[1:]
        if month:
            return cls(Cadence.MONTHLY, year, int(month))
        if quarter:
            return cls(Cadence.QUARTERLY, year, _NUMERALS.index(quarter) + 1)
        return cls(Cadence.HALF_YEARLY, year, _HALVES.index(half) + 1)

    @classmethod
    def with_day(cls, cadence: Cadence, day: date) -> "CalendarPeriod":
        """The one in which the day lies."""
        return cls(cadence, day.year, (day.month - 1) // cadence.months + 1)

    def later(self, periods: int) -> "CalendarPeriod":
        """So many periods on; before this one where `periods` is negative."""
        count = self.cadence.periods_a_year
        year, index = divmod(self.year * count + self.number - 1 + periods, count)
        return CalendarPeriod(self.cadence, year, index + 1)

    @property
    def code(self) -> str:
        number = f"{self.number:02}" if self.cadence == Cadence.MONTHLY else self.number
        return f"{self.year}{_LETTERS[self.cadence]}{number}"

    @property
    def last_month(self) -> int:
        return self.number * self.cadence.months

    @property
    def starts_on(self) -> date:
        return date(self.year, self.last_month - self.cadence.months + 1, 1)

    @property
    def ends_on(self) -> date:
        return self.later(1).starts_on - timedelta(days=1)

    @property
    def opens_from(self) -> date:
        """Its opening is due from the first day of its last month: until then there is little to report."""
        return date(self.year, self.last_month, 1)

    @property
    def ends_the_year(self) -> bool:
        return self.last_month == 12

    # --- what it is called ---

    @property
    def official_name(self) -> str:
        """2020年6月, 2020年第二季度, 2020年上半年: what documents print and snapshots store."""
        match self.cadence:
            case Cadence.MONTHLY:
                return f"{self.year}年{self.number}月"
            case Cadence.QUARTERLY:
                return f"{self.year}年第{_NUMERALS[self.number - 1]}季度"
            case Cadence.HALF_YEARLY:
                return f"{self.year}年{_HALVES[self.number - 1]}半年"

    @property
    def name(self) -> str:
        """In the language of the moment; in English June 2020, 2020 Q2, first half of 2020."""
        return self._english_name if _speaks_english() else self.official_name

    @property
    def _english_name(self) -> str:
        match self.cadence:
            case Cadence.MONTHLY:
                return f"{MONTHS[self.number]} {self.year}"
            case Cadence.QUARTERLY:
                return f"{self.year} Q{self.number}"
            case Cadence.HALF_YEARLY:
                return f"{'first' if self.number == 1 else 'second'} half of {self.year}"

    @property
    def year_to_date(self) -> str:
        """From January to its end, as an office says it: 2020年前三季度, 2020年1—6月, 2020年全年.

        In the language of the moment; in English first three quarters of 2020.
        """
        return self._english_to_date if _speaks_english() else f"{self.year}年{self._to_date}"

    @property
    def _to_date(self) -> str:
        if self.ends_the_year:
            return "全年"
        if self.cadence != Cadence.MONTHLY:
            return _TO_DATE[self.last_month]
        return "1月" if self.number == 1 else f"1—{self.number}月"

    @property
    def _english_to_date(self) -> str:
        if self.ends_the_year:
            return f"whole year {self.year}"
        if self.cadence != Cadence.MONTHLY:
            return f"{_TO_DATE_IN_ENGLISH[self.last_month]} of {self.year}"
        first = "" if self.number == 1 else f"{MONTHS[1]} to "
        return f"{first}{MONTHS[self.number]} {self.year}"


def translated_period_name(official: str) -> str:
    """A stored official name in the language that is active now; other words stay as they are."""
    if not _speaks_english():
        return official
    return _OFFICIAL.sub(lambda name: CalendarPeriod._of_name(name).name, official)


def year_to_date(stated_in: str, year: int | None) -> str:
    """The words for a value of `year` that the period of that official name states: 2020年上半年.

    Empty for a value of no year, and where a later year's period still reports on `year`.
    """
    period = CalendarPeriod.named(stated_in)
    return period.year_to_date if period and period.year == year else ""
