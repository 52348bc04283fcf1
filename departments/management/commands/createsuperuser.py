"""Names the first administrator. Django's command asks for the password in English, whatever the language.

Only what a person at a terminal is asked is ours; everything else (`--noinput`, the environment) is Django's.
"""

from getpass import getpass
from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from departments.models import User
from langfang_policy.management.office import OfficeCommand


class Command(OfficeCommand, createsuperuser.Command):
    help = "建立系统管理员账号。"

    def handle(self, *args: Any, **options: Any) -> None:
        if not (options["interactive"] and self.stdin.isatty()):
            super().handle(*args, **options)
            return
        try:
            person = User(
                username=self._asked("username", "用户名", options["username"]),
                name=self._asked("name", "姓名", options["name"]),
            )
            password = self._password(person)
        except (KeyboardInterrupt, EOFError) as error:
            raise CommandError("已取消，没有建立账号。") from error
        User.objects.create_superuser(person.username, password=password, name=person.name)
        self.stdout.write(f"已建立系统管理员“{person.username}”。")

    def _asked(self, name: str, label: str, given: str | None) -> str:
        """Until it can be stored; first what stands in the command line."""
        field: Any = User._meta.get_field(name)
        while True:
            text = input(f"{label}：") if given is None else given
            given = None
            try:
                value: str = field.clean(text.strip(), None)
            except ValidationError as error:
                self._say(error)
                continue
            if not (field.unique and User.objects.filter(**{name: value}).exists()):
                return value
            self.stderr.write(f"该{label}已有人使用，请换一个。")

    def _password(self, person: User) -> str:
        while True:
            password = getpass("密码（输入时不显示）：")
            if getpass("再次输入密码：") != password:
                self.stderr.write("两次输入的密码不一致，请重新输入。")
                continue
            try:
                validate_password(password, person)
            except ValidationError as error:
                self._say(error)
                continue
            return password

    def _say(self, error: ValidationError) -> None:
        self.stderr.write("\n".join(error.messages))
