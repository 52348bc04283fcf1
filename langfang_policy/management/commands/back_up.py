"""Writes the whole database into one dated file, while people go on working (restore: docs/operations.md).

Uploaded files and the secret key are not in it.
"""

import os
import subprocess
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from langfang_policy.management.office import reason_of


class Command(BaseCommand):
    help = "把整个数据库备份到指定文件夹（SQLite 和 PostgreSQL 均可），不影响正在使用的人。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="文件夹")
        parser.add_argument("--keep", type=int, metavar="N", help="只保留最近 N 份，更早的删除")

    def handle(self, *args: Any, folder: Path, keep: int | None, **options: Any) -> None:
        if keep is not None and keep < 1:
            raise CommandError("--keep 至少为 1。")
        try:
            self.back_up(folder, keep)
        except OSError as error:
            raise CommandError(f"无法写入文件夹 {folder}：{reason_of(error)}") from error

    def back_up(self, folder: Path, keep: int | None) -> None:
        ending = "sqlite3" if connection.vendor == "sqlite" else "dump"
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"tracker-{timezone.localtime():%Y%m%d-%H%M%S}.{ending}"
        unfinished = target.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        unfinished.touch()  # says in the system's words what VACUUM would only call a failure
        unfinished.unlink()
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(unfinished)])
        else:
            dump_postgresql(unfinished)
        unfinished.chmod(0o600)
        unfinished.rename(target)
        self.stdout.write(f"已备份到 {target}（{target.stat().st_size / 1024:.0f} KB）。")
        backups = sorted(folder.glob(f"tracker-????????-??????.{ending}"))
        for old in backups[:-keep] if keep else []:
            old.unlink()
            self.stdout.write(f"已删除旧备份 {old.name}。")


def dump_postgresql(target: Path) -> None:
    """Raises CommandError with what pg_dump said. The password goes by the environment, hidden from ps."""
    given = connection.get_connection_params()
    variables = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
    }
    told = {variable: str(given[name]) for name, variable in variables.items() if given.get(name)}
    try:
        done = subprocess.run(  # noqa: S603  # every word of the command is ours
            ["pg_dump", "--format=custom", f"--file={target}"],  # noqa: S607  # its place differs by version
            env={**os.environ, **told},
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise CommandError("找不到 pg_dump：请安装 postgresql-client。") from error
    if done.returncode != 0:
        raise CommandError(f"pg_dump 失败：{done.stderr.strip()}")
