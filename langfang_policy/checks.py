"""What does this machine or this database lack? `manage.py check` says it in plain words.

Knows no library and no font itself: the documents' own modules are asked. Nothing is mended here.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, Final

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from departments.models.append_only import faulty_triggers
from measures import verification
from measures.models.append_only import FaultKind, guard_faults
from measures.reports.fonts import missing_roles
from measures.reports.pdf import OPTIONAL_PACKAGES, missing_libraries

_RESTORE: Final = "运行 manage.py restore_append_only，并查明原因；再运行 manage.py verify_record。"
HINTS: Final = {
    FaultKind.MISSING: _RESTORE,
    FaultKind.ALTERED: _RESTORE,
    FaultKind.DISABLED: _RESTORE,
    FaultKind.FOREIGN: "查明是谁、为何添加；确认不需要后由数据库管理员删除。",
}
HINT_FOR_DAMAGE: Final = "对照备份查明改动，见 docs/operations.md“记录被改动”。"


@register()
def libraries(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The system libraries that turn a page into a PDF."""
    found: list[CheckMessage] = []
    for package in missing_libraries():
        optional = package in OPTIONAL_PACKAGES
        loss = "生成PDF会慢十倍以上" if optional else "不能生成PDF文件，网页不受影响"
        found.append(
            Warning(
                f"本机缺少系统组件 {package}：{loss}。",
                hint=f"以 root 运行：apt-get install {package}",
                id="langfang_policy.W002" if optional else "langfang_policy.W001",
            )
        )
    return found


@register()
def typefaces(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The typefaces that a document in official form asks for."""
    return [
        Warning(
            f"公文字体缺少“{role.label}”（用于{role.used_for}）：可用的字体一种也没有安装。",
            hint=f"安装其中之一：{'、'.join(role.families)}；运行 script/setup 可自动安装免费字体。",
            id="langfang_policy.W003",
        )
        for role in missing_roles()
    ]


@register(Tags.database)
def append_only(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The triggers that keep the record, whole; a database that was not migrated yet is not looked at."""
    return [
        Error(verification.fault_sentence(fault), hint=HINTS[fault.kind], id="langfang_policy.E001")
        for alias in migrated(databases)
        for fault in guard_faults(connections[alias])
    ]


@register(Tags.database)
def record(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The record itself: what was touched although, or while no, trigger kept it."""
    return [
        Error(sentence, hint=HINT_FOR_DAMAGE, id="langfang_policy.E002")
        for alias in migrated(databases)
        for sentence in verification.record_faults(alias)
    ]


@register(Tags.database)
def account_record(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The triggers that keep the record of accounts."""
    return [
        Error(verification.account_sentence(name), hint=_RESTORE, id="langfang_policy.E003")
        for alias in migrated(databases)
        for name in faulty_triggers(connections[alias])
    ]


@register()
def evidence_store(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The packages that a bucket needs are installed where there is one, from a file of their own."""
    if not settings.EVIDENCE_BUCKET or find_spec("storages"):
        return []
    return [
        Error(
            "设置了 EVIDENCE_S3_BUCKET，但未安装 django-storages：佐证材料无法存取。",
            hint="运行 .venv/bin/python -m pip install --require-hashes -r requirements/s3.txt"
            "（django-storages[s3]），或去掉这项设置，改存文件夹。",
            id="langfang_policy.E004",
        )
    ]


def migrated(databases: Sequence[str] | None) -> list[str]:
    """`migrate` runs the checks first: what it is about to make is not missed."""
    return [alias for alias in databases or () if verification.is_migrated(connections[alias])]
