"""Every night: remind of what is due and of what was not filed, and send what people want by e-mail."""

from typing import Any

from django.core.management.base import CommandError

from departments.workdays import CalendarMissing
from langfang_policy import clock
from langfang_policy.management.office import OfficeCommand
from measures.workflow import digests, reminders


class Command(OfficeCommand):
    help = "提醒各单位临期和过期未报的填报，并发送各人选定的邮件。每天运行一次，可重复运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        try:
            told = reminders.remind(now)
        except CalendarMissing as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"新增提醒{len(told)}条。")
        if clock.demo_date():
            self.stdout.write("演示数据库不发送邮件。")
        elif not digests.mail_is_configured():
            self.stdout.write("没有设置邮件服务器，不发送邮件。")
        else:
            self.send(digests.send_digests(now))

    def send(self, outcome: tuple[list[Any], list[str]]) -> None:
        sent, refused = outcome
        self.stdout.write(f"已发送邮件{len(sent)}封。")
        if refused:
            raise CommandError(f"{len(refused)}封邮件没有发出：{'、'.join(refused)}")
