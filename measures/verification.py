"""Is the record as it was written? Works every hash out anew and names what was touched, in Chinese.

Read by `manage.py check --database` and `verify_record`; changes nothing. A chain shows what was changed, put
in or taken out before its last event; the state and the version of an update, and the states of periods and
measures, show what was taken from its end.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.models import F
from django.utils import timezone

from departments.models import Department, Membership
from measures import verified_rows
from measures.models import (
    Act,
    Event,
    IssuedReport,
    LateEvidence,
    Measure,
    MeasureState,
    PeriodSnapshot,
    PeriodState,
    Policy,
    ProgressUpdate,
    ReportingPeriod,
    Revision,
    UpdateState,
)
from measures.models.append_only import FaultKind, GuardFault
from measures.models.fingerprints import beginning, event_digest, text_digest
from measures.models.issuing import printed_digest_of
from measures.summaries import from_json, is_whole, text_of
from measures.verified_rows import Told

Signature = tuple[int | None, datetime | None]

_MODELS: Final[dict[str, type[models.Model]]] = {
    "update": ProgressUpdate,
    "period": ReportingPeriod,
    "measure": Measure,
    "policy": Policy,
    "membership": Membership,
    "about_department": Department,
}
_FAULTS: Final = {
    FaultKind.MISSING: "缺少",
    FaultKind.ALTERED: "中被改动的",
    FaultKind.DISABLED: "中被停用的",
    FaultKind.FOREIGN: "中来历不明的",
}
_UNSIGNED: Final[Signature] = (None, None)
_APPROVALS: Final = (Act.APPROVE_AND_SUBMIT, Act.APPROVE_OWN, Act.FILE_ON_BEHALF)


def is_migrated(connection: BaseDatabaseWrapper) -> bool:
    """The tables are those that this program knows; before, there is nothing to compare."""
    loader = MigrationLoader(connection, ignore_no_migrations=True)
    own = {key for key in loader.disk_migrations if key[0] in {"departments", "measures"}}
    return own <= set(loader.applied_migrations)


def fault_sentence(fault: GuardFault) -> str:
    noun = "触发器" if fault.table else "函数"
    on_table = f"（表 {fault.table}）" if fault.kind == FaultKind.FOREIGN else ""
    what = f"{_FAULTS[fault.kind]}{noun} {fault.name}{on_table}"
    return f"数据库{what}：办理记录、快照或已提交文本可能被改动。"


def account_sentence(name: str) -> str:
    """The same of the record of accounts, by the name of the trigger or function."""
    return f"账号记录的触发器或函数 {name} 缺失或被改动。"


def record_faults(alias: str = "default") -> Iterator[str]:
    """One sentence for each thing that is not as it was written. Reads all events and texts."""
    record = _Record()
    yield from _events(record, alias)
    yield from _texts(record, alias)
    yield from _late_evidence(record, alias)
    yield from _snapshots(record, alias)
    yield from _issued(record, alias)
    yield from _updates(record, alias)
    for name, key, noun in verified_rows.that_differ(record.told, alias):
        yield f"{_named(name, key, alias)}：{noun}与办理记录不一致。"
    for name, default in (("period", PeriodState.PLANNED), ("measure", MeasureState.NOT_STARTED)):
        yield from _states(record, alias, name, default)


@dataclass
class _Chain:
    """What the events of one subject say of it."""

    last: str
    state: str = ""
    moves: int = 0
    in_force: int | None = None
    closings: list[str] = field(default_factory=list)
    issued: list[str] = field(default_factory=list)


@dataclass
class _Record:
    """What the events say, by subject and by text."""

    chains: dict[tuple[str, int], _Chain] = field(default_factory=dict)
    texts: dict[int, set[str]] = field(default_factory=dict)
    approved: dict[int, Signature] = field(default_factory=dict)
    confirmed: dict[int, Signature] = field(default_factory=dict)
    late: dict[int, list[str]] = field(default_factory=dict)  # what was said of files that came later
    told: dict[str, list[Told]] = field(default_factory=dict)  # by act: those that write rows of their own

    def chain(self, name: str, key: int) -> _Chain:
        return self.chains.setdefault((name, key), _Chain(beginning(name, key)))

    def told_of(self, name: str, key: int) -> _Chain:
        """The same for a subject without any event, which is kept out of the record."""
        return self.chains.get((name, key)) or _Chain("")

    def add(self, event: Event, chain: _Chain) -> None:
        chain.last = event.sha256
        if event.to_state and event.act != Act.OVERRIDE_LIGHT:  # there it is a colour
            chain.state = event.to_state
            chain.moves += 1
        if event.act == Act.CLOSE_PERIOD:
            chain.closings.append(event.content_sha256)
        if event.act == Act.ISSUE_REPORT:
            chain.issued.append(event.content_sha256)
        if event.revision_id is None:
            return
        self.texts.setdefault(event.revision_id, set()).add(event.content_sha256)
        if event.act == Act.ADD_LATE_EVIDENCE:
            self.late.setdefault(event.revision_id, []).append(event.comment)
        if event.act in _APPROVALS:
            self.approved[event.revision_id] = (event.user_id, event.at)
        if event.act == Act.CONFIRM:
            self.confirmed[event.revision_id] = (event.user_id, event.at)
            chain.in_force = event.revision_id


def _events(record: _Record, alias: str) -> Iterator[str]:
    """Each event is as it was hashed, and follows the one that it followed when it was written."""
    rows: Any = Event.objects.using(alias).annotate(of_update=F("revision__update")).order_by("pk")
    for event in rows.iterator(chunk_size=1000):
        name = event.subject_name
        key = event.of_update if event.revision_id else getattr(event, f"{name}_id", None)
        if key is None:
            yield f"办理记录第 {event.pk} 条所指的文本已不存在。"
            continue
        chain = record.chain(name, key)
        if event.previous != chain.last:
            yield f"{_named(name, key, alias)}：{_words(event)}之前有办理记录被删除、插入或改动。"
        if event.sha256 != event_digest(event):
            yield f"{_named(name, key, alias)}：{_words(event)}这条办理记录被改动。"
        record.add(event, chain)
        if event.act in verified_rows.ACTS:
            record.told.setdefault(event.act, []).append(Told(key, event.user_id, event.at, event.comment))


def _texts(record: _Record, alias: str) -> Iterator[str]:
    """Each text is what its events saw, signed by whom they name."""
    rows = (
        Revision._base_manager.using(alias)
        .prefetch_related("values", "contributors", "evidence")
        .order_by("pk")
    )
    for revision in rows.iterator(chunk_size=500):
        sealed = record.texts.get(revision.pk, set())
        if not sealed and not revision.is_frozen:
            continue
        label = f"{_named('update', revision.update_id, alias)}第 {revision.number} 稿"
        if not sealed:
            yield f"{label}：已提交，但没有办理记录。"
        elif sealed != {text_digest(revision)}:
            yield f"{label}：提交后的内容被改动。"
        if (revision.approved_by_id, revision.approved_at) != record.approved.get(revision.pk, _UNSIGNED):
            yield f"{label}：审核人或审核时间与办理记录不一致。"
        if (revision.confirmed_by_id, revision.confirmed_at) != record.confirmed.get(revision.pk, _UNSIGNED):
            yield f"{label}：确认人或确认时间与办理记录不一致。"


def _late_evidence(record: _Record, alias: str) -> Iterator[str]:
    """Each file that came after its text was sealed is the one that its event names, and none is missing."""
    found: dict[int, int] = {}
    rows = LateEvidence.objects.using(alias).select_related("file", "revision").order_by("pk")
    for row in rows.iterator(chunk_size=500):
        found[row.revision_id] = found.get(row.revision_id, 0) + 1
        said, name = record.late.get(row.revision_id, ()), f"（SHA-256：{row.sha256}）"
        if row.file.sha256 != row.sha256 or not any(words.endswith(name) for words in said):
            label = _named("update", row.revision.update_id, alias)
            yield f"{label}：后补佐证材料“{row.file}”与办理记录不一致。"
    for key, said in record.late.items():
        if len(said) != found.get(key, 0):
            update = Revision._base_manager.using(alias).values_list("update", flat=True).get(pk=key)
            yield f"{_named('update', update, alias)}：后补佐证材料的数量与办理记录不一致。"


def _snapshots(record: _Record, alias: str) -> Iterator[str]:
    """Each snapshot has the content of its hash, and the hash that the closing of the period recorded."""
    found: dict[int, list[str]] = {}
    for snapshot in PeriodSnapshot.objects.using(alias).order_by("period", "number").iterator():
        found.setdefault(snapshot.period_id, []).append(snapshot.sha256)
        if fault := _fault_of(snapshot):
            yield f"{_named('period', snapshot.period_id, alias)}：第 {snapshot.number} 份快照的内容{fault}。"
    closed = {key for (name, key), chain in record.chains.items() if name == "period" and chain.closings}
    for key in sorted(closed | found.keys()):
        if record.told_of("period", key).closings != found.get(key, []):
            yield f"{_named('period', key, alias)}：快照与归档时的办理记录不一致。"


def _issued(record: _Record, alias: str) -> Iterator[str]:
    """Each issued report has the file and the words of its hashes, and the hash that its event recorded."""
    found: dict[int, list[str]] = {}
    rows = IssuedReport.objects.using(alias).select_related("snapshot").order_by("pk")
    for report in rows.iterator(chunk_size=10):
        found.setdefault(report.period_id, []).append(report.sha256)
        if hashlib.sha256(report.content).hexdigest() != report.sha256:
            yield f"已印发报告“{report}”：文件被改动。"
        if printed_digest_of(report) != report.printed_sha256:
            yield f"已印发报告“{report}”：内容与印在其上的摘要不一致。"
    issued = {key for (name, key), chain in record.chains.items() if name == "period" and chain.issued}
    for key in sorted(issued | found.keys()):
        if record.told_of("period", key).issued != found.get(key, []):
            yield f"{_named('period', key, alias)}：已印发报告与办理记录不一致。"


def _fault_of(snapshot: PeriodSnapshot) -> str:
    if not is_whole(snapshot):
        return "被改动"
    try:
        from_json(text_of(snapshot))
    except ValueError:
        return "无法读取"
    return ""


def _updates(record: _Record, alias: str) -> Iterator[str]:
    """State, version and text in force are those to which the events led."""
    for row in ProgressUpdate.objects.using(alias).order_by("pk").iterator(chunk_size=1000):
        chain = record.told_of("update", row.pk)
        if (row.state, row.version) != (chain.state or UpdateState.DUE, chain.moves + 1):
            yield f"{_named('update', row.pk, alias)}：状态或版本与办理记录不一致。"
        if row.in_force_id != chain.in_force:
            yield f"{_named('update', row.pk, alias)}：现行文本与办理记录不一致。"


def _states(record: _Record, alias: str, name: str, default: str) -> Iterator[str]:
    for key, state in _MODELS[name]._base_manager.using(alias).order_by("pk").values_list("pk", "state"):
        if state != (record.told_of(name, key).state or default):
            yield f"{_named(name, key, alias)}：状态与办理记录不一致。"


def _named(name: str, key: int, alias: str) -> str:
    """The subject in words; whatever was done to the database, this does not fail."""
    model = _MODELS[name]
    try:
        words = f"“{model._base_manager.using(alias).get(pk=key)}”"
    except ObjectDoesNotExist:  # the row, or one that its name is made of
        words = f"（编号 {key}）"
    return f"{model._meta.verbose_name}{words}"


def _words(event: Event) -> str:
    return f"{timezone.localtime(event.at):%Y-%m-%d %H:%M} “{event.get_act_display()}”"
