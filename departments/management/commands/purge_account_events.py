"""Deletes nightly what the record of accounts keeps for a year only: sign-ins, sign-outs, failed attempts."""

from typing import Any

from axes.models import AccessLog
from django.utils import timezone

from departments.models import AccountEvent
from departments.models.accounts import KEPT_FOR
from langfang_policy import clock
from langfang_policy.management.office import OfficeCommand


class Command(OfficeCommand):
    help = "删除一年以前的登录、退出和登录失败记录；密码、账号和角色的变动一直保留。"

    def handle(self, *args: Any, **options: Any) -> None:
        count, _by_model = AccountEvent.objects.outdated(clock.now()).delete()
        # Written by earlier versions, by the machine's clock.
        AccessLog.objects.filter(attempt_time__lt=timezone.now() - KEPT_FOR).delete()
        self.stdout.write(f"已删除 {count} 条一年以前的登录记录。")
