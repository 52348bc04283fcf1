"""What do our commands share? They answer in Chinese, also when the database or a file is not there."""

import errno

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.EEXIST: "已有同名文件",
    errno.ENOTDIR: "上级路径不是文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "所在磁盘为只读",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "已超出磁盘配额",
    errno.ENAMETOOLONG: "文件名过长",
}


def reason_of(error: OSError) -> str:
    """Why a file could not be read or written; what is rare, in the system's own words."""
    return _REASONS.get(error.errno or 0, error.strerror or str(error))


class OfficeCommand(BaseCommand):
    """A command that needs the tables. Without them it says what to run, and does nothing."""

    requires_migrations_checks = True

    def check_migrations(self) -> None:
        try:
            executor = MigrationExecutor(connection)
        except OperationalError as error:
            raise CommandError(f"连不上数据库：{error}") from error
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("数据库还没有建表，或升级尚未完成。请先运行：python manage.py migrate")
