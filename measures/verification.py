"""Is the record kept as it should be? What is wrong with it, in Chinese; changes nothing."""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from measures.models.append_only import FaultKind, GuardFault

_FAULTS: Final = {
    FaultKind.MISSING: "缺少",
    FaultKind.ALTERED: "中被改动的",
    FaultKind.DISABLED: "中被停用的",
    FaultKind.FOREIGN: "中来历不明的",
}


def is_migrated(connection: BaseDatabaseWrapper) -> bool:
    """The tables are those that this program knows; before, there is nothing to compare."""
    loader = MigrationLoader(connection, ignore_no_migrations=True)
    own = {key for key in loader.disk_migrations if key[0] == "measures"}
    return own <= set(loader.applied_migrations)


def fault_sentence(fault: GuardFault) -> str:
    noun = "触发器" if fault.table else "函数"
    on_table = f"（表 {fault.table}）" if fault.kind == FaultKind.FOREIGN else ""
    what = f"{_FAULTS[fault.kind]}{noun} {fault.name}{on_table}"
    return f"数据库{what}：办理记录、快照或已提交文本可能被改动。"
