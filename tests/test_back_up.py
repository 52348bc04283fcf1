"""A backup that was never restored is none: each of these is put into a new database and looked at."""

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection

from measures.models.append_only import expected_guards
from tests.conftest import drop_database, on_server

pytestmark = pytest.mark.usefixtures("own_database")


def names_in(backup: Path) -> tuple[set[str], set[str]]:
    """The groups and the triggers of a backup, after it was restored."""
    groups, triggers = "SELECT name FROM auth_group", "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(backup)) as restored:
            return {row[0] for row in restored.execute(groups)}, {
                row[0] for row in restored.execute(triggers)
            }
    original = connection.settings_dict["NAME"]
    on_server('CREATE DATABASE "restored" TEMPLATE template0')
    server = ["--host", connection.settings_dict["HOST"], "--username", connection.settings_dict["USER"]]
    subprocess.run(["pg_restore", *server, "--exit-on-error", "--dbname", "restored", backup], check=True)
    connection.close()
    connection.settings_dict["NAME"] = "restored"
    try:
        with connection.cursor() as cursor:
            cursor.execute(groups)
            found = {row[0] for row in cursor.fetchall()}
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
            return found, {row[0] for row in cursor.fetchall()}
    finally:
        connection.close()
        connection.settings_dict["NAME"] = original
        drop_database("restored")


def test_backup_restored_holds_rows_and_triggers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Group.objects.create(name="written before the backup")

    call_command("back_up", str(tmp_path / "new folder"))

    (backup,) = (tmp_path / "new folder").iterdir()
    assert str(backup) in capsys.readouterr().out
    assert backup.stat().st_mode & 0o077 == 0
    groups, triggers = names_in(backup)
    assert groups == {"written before the backup"}
    assert triggers >= {guard.name for guard in expected_guards(connection)}


def test_backup_keeps_only_the_newest(tmp_path: Path) -> None:
    ending = "sqlite3" if connection.vendor == "sqlite" else "dump"
    for day in ("20200101", "20200102", "20200103"):
        (tmp_path / f"tracker-{day}-000000.{ending}").write_bytes(b"old")
    stranger = tmp_path / "not-a-backup.dump"
    stranger.touch()

    call_command("back_up", str(tmp_path), "--keep", "2")

    left = sorted(path.name for path in tmp_path.iterdir())
    assert len(left) == 3
    assert stranger.name in left
    assert f"tracker-20200103-000000.{ending}" in left


def test_backup_refuses_to_keep_none(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="至少为 1"):
        call_command("back_up", str(tmp_path), "--keep", "0")
    assert not list(tmp_path.iterdir())


def test_backup_without_its_tool_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite there is no tool to miss."""
    monkeypatch.setenv("PATH", str(tmp_path))
    if connection.vendor == "sqlite":
        call_command("back_up", str(tmp_path))
        return
    with pytest.raises(CommandError, match="postgresql-client"):
        call_command("back_up", str(tmp_path))


def test_backup_that_fails_leaves_no_file_that_looks_like_one(tmp_path: Path) -> None:
    original = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        (tmp_path / "file").touch()
        with pytest.raises(CommandError, match=r"无法写入文件夹 .*file：已有同名文件"):
            call_command("back_up", str(tmp_path / "file"))
        return
    connection.settings_dict["NAME"] = "there-is-no-such-database"
    try:
        with pytest.raises(CommandError, match="pg_dump 失败"):
            call_command("back_up", str(tmp_path))
    finally:
        connection.settings_dict["NAME"] = original
    assert not list(tmp_path.glob("tracker-*.dump"))
