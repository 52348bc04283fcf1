"""Puts into an empty database what script/server shows, and says who can sign in; touches no other database.

Each step looks whether its rows are there, so that a first start that was broken off is finished by the next.
"""

from collections.abc import Iterable
from datetime import timedelta
from io import StringIO
from typing import Any, Final

from django.conf import settings
from django.core.management import call_command
from django.db.models import QuerySet

from departments.models import DemoMode, Department, User, WorkingDay
from langfang_policy import clock
from langfang_policy.management.office import OfficeCommand
from measures.demo import read_demo_data
from measures.models import Policy

# Before its first period is opened a policy of the demo was loaded.
LOADED_BEFORE: Final = timedelta(days=7)


class Command(OfficeCommand):
    help = (
        "首次启动：向空数据库装入单位、工作日、政策和演示数据，并列出可登录人员；已有数据时不装入任何内容。"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if DemoMode.objects.exists():
            call_command("load_demo", people=True, stdout=self.stdout)
        elif people := User.objects.count():
            self.stdout.write(
                f"数据库已有 {people} 个账号，未装入任何数据。请用自己的账号登录。"
                f" · {people} accounts are in the database, nothing was loaded: sign in with your own."
            )
        else:
            self.load()

    def load(self) -> None:
        more = Department.objects.filter(slug="zjj")
        self.bring("单位名录 · Departments", Department.objects.all(), "loaddata", "departments")
        self.bring(
            "第二项政策的单位 · Departments of the second policy",
            more,
            *("loaddata", "urban-renewal-departments"),
        )
        self.bring("工作日表 · Working days", WorkingDay.objects.all(), "load_calendar")
        for data in read_demo_data():
            policy = Policy.objects.filter(slug=data.policy)
            with clock.fixed_at(data.quarters[0].opens - LOADED_BEFORE):  # its record begins with this act
                self.bring(
                    f"政策及承诺 · Policy {data.policy}", policy, "load_policy", *absolute_paths(data.load)
                )
        self.stdout.write("演示数据 · Demo：正在装入（约一分钟）· loading (about a minute)")
        self.stdout.flush()
        call_command("load_demo", stdout=self.stdout)

    def bring(self, label: str, rows: QuerySet[Any], *command: str) -> None:
        """By that command, where there are none of these rows."""
        present = rows.exists()
        self.stdout.write(f"{label}：{'已有 · already there' if present else '正在装入 · loading'}")
        if not present:
            call_command(*command, stdout=StringIO())


def absolute_paths(arguments: Iterable[str]) -> list[str]:
    """The files among them by their whole path."""
    return [
        str(file) if (file := settings.BASE_DIR / argument).is_file() else argument for argument in arguments
    ]
