"""Fills the working-day table from the chinesecalendar package. What the office edited stays."""

from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import chinese_calendar
from chinese_calendar.constants import Holiday, holidays
from django.core.management.base import CommandError
from django.db import transaction

from departments.models import WorkingDay
from langfang_policy.management.office import OfficeCommand

FIRST_YEAR = 2018


@dataclass(frozen=True)
class Tally:
    added: int
    unchanged: int
    kept: int


class Command(OfficeCommand):
    help = "装入工作日表（含法定节假日与调休）；已由办公室修改的日期保持不变。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "years", nargs="*", type=int, metavar="年份", help=f"默认：{FIRST_YEAR}年起全部已公布年份"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        known = sorted({day.year for day in holidays})
        years = sorted(set(options["years"])) or [year for year in known if year >= FIRST_YEAR]
        if unknown := [year for year in years if year not in known]:
            raise CommandError(
                f"没有{'、'.join(map(str, unknown))}年的放假安排：现装的 chinesecalendar 只含"
                f"{known[0]}年至{known[-1]}年。请更新该软件包，或在管理后台逐日录入。"
            )
        with transaction.atomic():
            for year in years:
                self.report(year, load_year(year))

    def report(self, year: int, tally: Tally) -> None:
        self.stdout.write(
            f"{year}年：新增{tally.added}天，已有{tally.unchanged}天，保留办公室修改{tally.kept}天。"
        )


def load_year(year: int) -> Tally:
    """Adds the days that are missing. A stored day that differs from the package was edited: it is kept."""
    stored = {row.date: row for row in WorkingDay.objects.filter(date__year=year)}
    fresh = list(days_of(year))
    added = [row for row in fresh if row.date not in stored]
    kept = sum(1 for row in fresh if row.date in stored and differs(row, stored[row.date]))
    WorkingDay.objects.bulk_create(added)
    return Tally(len(added), len(fresh) - len(added) - kept, kept)


def differs(one: WorkingDay, other: WorkingDay) -> bool:
    return (one.is_working, one.note) != (other.is_working, other.note)


def days_of(year: int) -> Iterator[WorkingDay]:
    day = date(year, 1, 1)
    while day.year == year:
        off, name = chinese_calendar.get_holiday_detail(day)
        yield WorkingDay(date=day, is_working=not off, note=note_of(off, name))
        day += timedelta(days=1)


def note_of(off: bool, holiday: str | None) -> str:
    """国庆节; 国庆节调休上班 for a weekend that is worked; nothing for plain days and weekends."""
    if holiday is None:
        return ""
    name: str = Holiday(holiday).chinese
    return name if off else f"{name}调休上班"
