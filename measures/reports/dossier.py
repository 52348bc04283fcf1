"""What does the page on one measure say (举措专页)? The text, who answers for it, and every period since.

It puts what the summaries say into blocks, and counts nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from measures.charts import mark_of
from measures.numerals import chinese_numeral
from measures.reports import wording
from measures.reports.blocks import Block, Group, Heading, Paragraph, grouped, part
from measures.reports.breakdown import promise
from measures.reports.documents import (
    Document,
    UnknownPartError,
    chinese_date,
    reopened_words,
    unsealed_origin,
)
from measures.reports.status import numbered
from measures.reports.tables import Band, Cell, Column, Table, cells_of
from measures.summaries import (
    CommitmentStatus,
    Dossier,
    DossierEntry,
    KeptChange,
    PeriodSummary,
    PlannedMeasure,
    SettledMatter,
)


class UnknownMeasureError(UnknownPartError):
    """No measure, or one that the period does not have, was named; the text says which there are."""

    def __init__(self, summary: PeriodSummary, code: str) -> None:
        none_of_it = _("%(period)s has no measure %(code)s. There are: %(known)s")
        told = none_of_it if code else _("Say which measure, by its code. There are: %(known)s")
        super().__init__(told, (row.code for row in summary.measures), code=code, period=summary.period.name)


def _light(entry: DossierEntry, on: date) -> Cell:
    return Cell((wording.light_name(entry.status.light),), mark_of(entry.status.light.colour))


def _basis(entry: DossierEntry) -> str:
    if snapshot := entry.snapshot:
        return f"快照第{snapshot.number}号 {snapshot.sha256[:12]}"
    return f"{chinese_date(entry.reopening.day)}重新打开，尚未截止" if entry.reopening else "尚未截止"


LIGHTS: Final[tuple[Column[DossierEntry], ...]] = (
    Column("填报期", 32, lambda row, on: Cell((row.period.name,))),
    Column("进度灯", 28, _light, centred=True),
    Column("原因", 58, lambda row, on: Cell((wording.reason_of(row.status, row.period.name),))),
    Column("依据", 38, lambda row, on: Cell((_basis(row),))),
)


def _lit(change: KeptChange, on: date) -> Cell:
    return Cell((wording.light_name(change.light),), mark_of(change.light.colour))


def _brought_by(change: KeptChange, on: date) -> Cell:
    if change.act is None:
        return Cell((str(change.cause.label),))
    return Cell((f"{change.act.label}（{change.department} {change.person}）",))


CHANGES: Final[tuple[Column[KeptChange], ...]] = (
    Column("自何日起", 32, lambda row, on: Cell((chinese_date(row.day),))),
    Column("进度灯", 28, _lit, centred=True),
    Column("原因", 58, lambda row, on: Cell((row.light.sentence,))),
    Column("由来", 38, _brought_by),
)


@dataclass(frozen=True)
class Value:
    """What a commitment had reached in a period."""

    entry: DossierEntry
    commitment: CommitmentStatus


def _figure(row: Value, on: date) -> Cell:
    parts = [
        f"{subject.name}{subject.number:f}"
        for subject in row.commitment.subjects
        if subject.name and subject.number is not None
    ]
    return Cell((row.commitment.words, *(["其中" + "、".join(parts)] if parts else [])))


def _stated(row: Value, on: date) -> Cell:
    return Cell((row.commitment.stated_in or "—",))


VALUES: Final[tuple[Column[Value], ...]] = (
    Column("填报期", 32, lambda row, on: Cell((row.entry.period.name,))),
    Column("累计完成", 50, _figure),
    Column("要求", 20, lambda row, on: Cell((row.commitment.target,)), centred=True),
    Column("是否完成", 22, lambda row, on: Cell(("已完成" if row.commitment.met else "—",)), centred=True),
    Column("数据来自", 32, _stated),
)


@dataclass(frozen=True, kw_only=True)
class MeasureDossier(Document):
    dossier: Dossier

    @property
    def blocks(self) -> Iterator[Block]:
        found, on = self.dossier, self.dossier.latest.as_of
        yield from part("一、原文", wording.lines_of(found.measure.text))
        yield from part("二、责任分工和量化承诺", duties(found.measure))
        yield Heading("三、进度灯")
        yield Paragraph(
            wording.full_stop(f"目前为{wording.light_words(found.latest.status, found.latest.period.name)}")
        )
        yield Table("lights", "", LIGHTS, tuple(cells_of(LIGHTS, row, on) for row in found.entries))
        if any(entry.changes for entry in found.entries):
            yield Paragraph("各期之内进度灯的变化如下。")
            yield Table("changes", "", CHANGES, tuple(change_rows(found, on)), groups_move=True)
        yield Heading("四、承诺完成情况")
        if found.measure.commitments:
            yield Table("values", "", VALUES, tuple(value_rows(found, on)), groups_move=True)
        else:
            yield Paragraph("本项举措没有量化承诺。")
        yield Heading("五、各期报送")
        for number, entry in enumerate(found.entries, 1):
            yield Heading(f"（{chinese_numeral(number)}）{entry.period.name}", 2)
            yield from reported(entry)
        yield from grouped("六、需协调事项", matters(found), "没有提出过需协调事项。")


def dossier_of(found: Dossier, *, demo: bool = False) -> MeasureDossier:
    """Always Chinese."""
    with translation.override("zh-hans"):
        on, measure = found.latest.as_of, found.measure
        snapshot = found.latest.snapshot
        rests_on = unsealed_origin("measure", found.policy, found.edition, on, found.sha256, demo, "数据")
        if snapshot:
            words = (
                f"{found.latest.period.name} 第{snapshot.number}号 {snapshot.uuid}，SHA-256 {snapshot.sha256}"
            )
        elif found.latest.reopening:
            words = reopened_words(found.latest.reopening, on)
        if snapshot or found.latest.reopening:
            rests_on["facts"] = (*rests_on["facts"][:2], ("快照", words), *rests_on["facts"][2:])
        return MeasureDossier(
            title_lines=(f"{measure.code}{measure.title}", f"举措专页（{found.latest.period.name}）"),
            **rests_on,
            under_title=f"（{found.policy.short_title}　数据截至{chinese_date(on)}）",
            dossier=found,
        )


def duties(measure: PlannedMeasure) -> Iterator[str]:
    leads = "、".join(row.name for row in measure.leads)
    yield f"责任条款：{measure.clause_text or wording.NO_LEAD}"
    yield f"牵头单位：{leads or (wording.NO_LEAD_NOW if measure.clause_text else wording.NO_LEAD)}。"
    if measure.participants:
        yield f"参与单位：{'、'.join(row.name for row in measure.participants)}。"
    for commitment in measure.commitments:
        yield f"量化承诺：{wording.full_stop(promise(commitment))}"


def change_rows(found: Dossier, on: date) -> Iterator[tuple[Cell, ...] | Band]:
    """Within each period, the newest period first and the lights in their order."""
    for entry in found.entries:
        if entry.changes:
            yield Band(entry.period.name)
        yield from (cells_of(CHANGES, change, on) for change in entry.changes)


def value_rows(found: Dossier, on: date) -> Iterator[tuple[Cell, ...] | Band]:
    """Commitment by commitment, the newest period first."""
    for planned in found.measure.commitments:
        yield Band(planned.label)
        for entry in found.entries:
            for row in entry.status.commitments:
                if row.label == planned.label:
                    yield cells_of(VALUES, Value(entry, row), on)


def reported(entry: DossierEntry) -> Iterator[Paragraph]:
    """What each department reported, the leads first; or why nothing of it counts."""
    for update in entry.status.updates:
        said = wording.whole(update.text) if update.text else f"{wording.silence(update, entry.as_of)}。"
        lead = wording.lead_of(update.text) if update.text else ""
        yield Paragraph(said, who=wording.with_role(update), lead=lead)
    if not entry.status.updates:
        yield Paragraph("本期无单位填报。")


def matters(found: Dossier) -> tuple[Group, ...]:
    open_ones = tuple(
        Paragraph(
            f"{wording.full_stop(' '.join(wording.lines_of(row.text)))}〔{chinese_date(row.raised_on)}提出〕",
            who=f"{row.department.name}：",
        )
        for row in found.latest.status.matters
    )
    return numbered(("尚待协调", open_ones), ("已经答复", tuple(map(_settled, found.settled))))


def _settled(row: SettledMatter) -> Paragraph:
    raised, settled = chinese_date(row.raised_on), chinese_date(row.settled_on)
    asked = wording.full_stop(" ".join(wording.lines_of(row.text)))
    answer = wording.full_stop(" ".join(wording.lines_of(row.answer)))
    return Paragraph(f"{asked}〔{raised}提出〕答复：{answer}〔{settled}〕", who=f"{row.department.name}：")
