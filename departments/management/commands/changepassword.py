"""A new password at the machine itself: Django's command, which then goes on record and ends the sign-ins."""

from typing import Any

from django.contrib.auth.management.commands import changepassword

from departments import accounts
from departments.models import AccountAct, User
from langfang_policy.management.office import OfficeCommand


class Command(OfficeCommand, changepassword.Command):
    help = "在服务器上为某个账号设置新密码；该账号的所有登录随即失效。"

    def handle(self, *args: Any, **options: Any) -> str | None:
        done = super().handle(*args, **options)  # raises CommandError where nothing was changed
        person = User.objects.get(username=options["username"])
        accounts.record(AccountAct.PASSWORD_RESET, person, None, details="changepassword")
        accounts.end_sessions(person)
        return done
