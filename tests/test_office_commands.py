"""Do our commands answer in Chinese what stands in their way, instead of an English traceback?"""

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor

from langfang_policy.management import office

ROOT = Path(__file__).resolve().parent.parent
COMMANDS: dict[str, list[str]] = {
    "load_calendar": [],
    "load_policy": ["some.txt"],
    "load_demo": [],
    "first_start": [],
    "follow_duties": [],
    "export_report": ["status", "--policy=a", "--period=2020Q2", "--output=a.pdf"],
}


@pytest.mark.django_db
@pytest.mark.parametrize("command", COMMANDS)
def test_command_without_tables_says_what_to_run(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: ["one"])
    with pytest.raises(CommandError, match=r"manage\.py migrate"):
        call_command(command, *COMMANDS[command])


def test_command_over_an_empty_database_ends_without_a_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "load_policy", "fixtures/policies/skilled-workers-2019.txt"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip().endswith("请先运行：python manage.py migrate")
    assert "Traceback" not in done.stderr


def test_command_without_a_database_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(self: MigrationExecutor, connection: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(MigrationExecutor, "__init__", unreachable)
    with pytest.raises(CommandError, match="连不上数据库：connection refused"):
        call_command("load_policy", "some.txt")


def test_reason_of_a_file_error_is_chinese_and_a_rare_one_the_systems() -> None:
    assert office.reason_of(OSError(errno.EACCES, "Permission denied")) == "没有权限"
    assert office.reason_of(OSError(errno.EIO, "Input/output error")) == "Input/output error"
