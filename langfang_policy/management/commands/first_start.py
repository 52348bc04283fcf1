"""Puts into an empty database what script/server shows, and says who can sign in; touches no other database.

Each step looks whether its rows are there, so that a first start that was broken off is finished by the next.
"""

from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from departments.models import Department, Membership, Role, User, WorkingDay
from langfang_policy import clock
from measures.models import Policy

POLICY_TEXT = settings.BASE_DIR / "fixtures" / "policies" / "skilled-workers-2019.txt"
SHOWN_PER_ROLE = 3


class Command(BaseCommand):
    help = (
        "首次启动：向空数据库装入单位、工作日、政策和演示数据，并列出可登录人员；已有数据时不装入任何内容。"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if clock.demo_date() is None and not User.objects.exists():
            self.load()
        self.print_people()

    def load(self) -> None:
        steps = [
            ("单位名录", Department.objects.exists(), ["loaddata", "departments"]),
            ("工作日表", WorkingDay.objects.exists(), ["load_calendar"]),
            ("政策原文及承诺", Policy.objects.exists(), ["load_policy", str(POLICY_TEXT)]),
            ("演示数据", False, ["load_demo"]),
        ]
        for label, present, command in steps:
            if present:
                self.stdout.write(f"{label}：已有，不再装入。")
                continue
            self.stdout.write(f"{label}：正在装入……")
            self.stdout.flush()
            call_command(*command, stdout=StringIO())
        clock.forget()

    def print_people(self) -> None:
        if clock.demo_date() is None:
            self.stdout.write(
                f"数据库已有 {User.objects.count()} 个账号，未装入任何数据。请用自己的账号登录。"
            )
            return
        self.stdout.write(
            "演示数据，日期停在 " + clock.today().isoformat() + "。登录页可直接选人进入，例如："
        )
        held = Membership.objects.select_related("user", "department").order_by(
            "department__position", "user"
        )
        for role in Role:
            people = [row for row in held if row.role == role]
            shown = "、".join(
                f"{row.user.username}（{row.department.short_name}）" for row in people[:SHOWN_PER_ROLE]
            )
            self.stdout.write(
                f"  {role.label}：{shown}" + (f" 等{len(people)}人" if people[SHOWN_PER_ROLE:] else "")
            )
        administrators = User.objects.filter(is_superuser=True, is_active=True).values_list(
            "username", flat=True
        )
        self.stdout.write(f"  系统管理员：{'、'.join(administrators)}")
