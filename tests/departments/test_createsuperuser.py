"""The first administrator, named at a terminal: every question and every answer is Chinese."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.migrations.executor import MigrationExecutor

from departments.management.commands import createsuperuser
from departments.models import User
from tests import cast
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def named(monkeypatch: pytest.MonkeyPatch, *typed: str, **options: Any) -> tuple[list[str], str]:
    """What was asked and what was said when somebody types this; then he interrupts."""
    asked: list[str] = []
    answers: Iterator[str] = iter(typed)

    def answer(question: str) -> str:
        asked.append(question)
        try:
            return next(answers)
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setattr(createsuperuser, "getpass", answer)
    out = StringIO()
    call_command("createsuperuser", stdin=Terminal(), stdout=out, stderr=out, **options)
    return asked, out.getvalue()


def chinese(text: str) -> bool:
    return all("一" <= letter <= "鿿" or letter in "（）：，。“”\n" or letter.isdigit() for letter in text)


def test_administrator_is_asked_for_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, said = named(monkeypatch, "sysadmin", "系统管理员", PASSWORD, PASSWORD)
    assert len(asked) == 4
    assert all(chinese(question) for question in asked)
    assert chinese(said.replace("sysadmin", ""))
    person = User.objects.get(username="sysadmin")
    assert (person.name, person.is_superuser, person.is_staff) == ("系统管理员", True, True)
    assert person.check_password(PASSWORD)


def test_administrator_is_asked_again_for_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    cast.reporter()
    typed = ["", "a b", "zgh-reporter", "sysadmin", " ", "系统管理员", "一", "二", "123", "123"]
    asked, said = named(monkeypatch, *typed, PASSWORD, PASSWORD)
    assert (len(asked), len(set(asked))) == (12, 4)
    assert len(said.splitlines()) >= 7
    assert User.objects.get(username="sysadmin").check_password(PASSWORD)


def test_administrator_named_in_the_command_line_is_asked_for_the_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, _said = named(monkeypatch, PASSWORD, PASSWORD, username="sysadmin", name="管理员")
    assert (len(asked), User.objects.get(username="sysadmin").name) == (2, "管理员")


def test_interrupted_question_names_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="已取消"):
        named(monkeypatch, "sysadmin", "系统管理员")
    assert not User.objects.exists()


def test_administrator_before_the_tables_is_told_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: ["one"])
    with pytest.raises(CommandError, match=r"manage\.py migrate"):
        call_command("createsuperuser")


def test_administrator_without_a_terminal_is_djangos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, username="sysadmin", name="管理员", verbosity=0)
    assert User.objects.get(username="sysadmin").check_password(PASSWORD)
