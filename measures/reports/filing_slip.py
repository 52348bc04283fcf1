"""What does a printed filing slip say (报送单)? The texts of a department, for the signature of its director.

Of each text its number and a check code, which is the beginning of its SHA-256: so that the paper can be
matched with what is stored. What is still being written is named and not printed; a text in force is printed
while its correction is written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import ClassVar

from django.db.models import Prefetch
from django.utils import timezone, translation

from departments.models import Department
from langfang_policy import __version__
from measures.forms import label_of
from measures.models import (
    TEXTS,
    Asked,
    CommitmentValue,
    ProgressUpdate,
    ReportingPeriod,
    ResponsibilityRole,
    Revision,
    SelfAssessment,
    Situation,
    UpdateState,
)
from measures.models.filing import ProgressUpdateQuerySet
from measures.models.fingerprints import text_digest
from measures.reports.department import UnknownDepartmentError
from measures.reports.documents import DEMO_NOTICE, Document, chinese_date
from measures.reports.wording import lines_of
from measures.summaries import SourcedSummary
from measures.workflow.signatures import signed_text
from measures.workflow.values import value_words

# Hexadecimal digits of a check code: enough to tell the texts of a year apart, few enough to compare by eye.
CODE_DIGITS = 12


@dataclass(frozen=True)
class SlipItem:
    """One text. `code` is the beginning of its SHA-256."""

    revision: Revision
    heading: str
    about: str
    texts: tuple[tuple[str, tuple[str, ...]], ...]
    values: tuple[tuple[str, str], ...]
    sha256: str

    @property
    def code(self) -> str:
        return check_code(self.sha256)

    @property
    def origin(self) -> str:
        frozen = timezone.localtime(self.revision.frozen_at)
        return (
            f"第{self.revision.number}稿　{chinese_date(frozen.date())}{frozen:%H:%M}提交　核对码 {self.code}"
        )


@dataclass(frozen=True, kw_only=True)
class FilingSlip(Document):
    """`unfinished` names what has no text to be signed yet; `lines` are filled in by hand.

    `corrected` names the texts in force on it that are being corrected.
    """

    template: ClassVar[str] = "reports/slip.html"

    under_title: str
    addressee: str
    opening: str
    items: tuple[SlipItem, ...]
    unfinished: tuple[str, ...]
    corrected: tuple[str, ...] = ()
    lines: tuple[str, ...] = ("单位负责人（签字）", "签字日期", "附件（佐证材料）")

    @property
    def signed_for(self) -> str:
        """What the signature below it is given to: it may stand on a page of its own."""
        codes = "、".join(item.code for item in self.items)
        return f"{self.title}　{self.under_title}　核对码 {codes}"

    @property
    def file_name(self) -> str:
        return f"{self.title}（{self.under_title.replace('　', ' ')}）.pdf"


def check_code(sha256: str) -> str:
    """In groups of four, as people read digits out."""
    digits = sha256[:CODE_DIGITS].upper()
    return "\u00a0".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def filing_slip(
    sourced: SourcedSummary, *, demo: bool = False, addressee: str = "", department: str = ""
) -> FilingSlip:
    """All that the department of that slug owes in the period. Always Chinese.

    Raises UnknownDepartmentError for one that owes nothing.
    """
    period = ReportingPeriod.objects.select_related("policy__coordinator", "edition").get(
        uuid=sourced.summary.period.uuid
    )
    found = Department.objects.filter(slug=department).first()
    updates = list(slip_rows(period.updates.filter(department=found)))
    if found is None or not updates:
        raise UnknownDepartmentError(sourced.summary, department)
    return slip_of(period, found, updates, demo=demo, addressee=addressee)


def slip_rows(updates: ProgressUpdateQuerySet) -> ProgressUpdateQuerySet:
    """Those that are owed, with all that a slip says of them, in its order. Five queries for any number."""
    values = CommitmentValue.objects.select_related("subject__commitment")
    texts = Revision.objects.order_by("number").prefetch_related(
        "contributors",
        "evidence",  # part of the hash that stands on the slip
        Prefetch("values", values.order_by("subject__commitment__position", "subject__position")),
    )
    return (
        updates.exclude(state=UpdateState.WAIVED)
        .with_context()
        .prefetch_related(Prefetch("revisions", texts))
        .in_document_order()
    )


def slip_of(
    period: ReportingPeriod,
    department: Department,
    updates: Sequence[ProgressUpdate],
    *,
    demo: bool = False,
    addressee: str = "",
) -> FilingSlip:
    """The slip of these updates, loaded by `slip_rows`; the same texts give the same bytes."""
    with translation.override("zh-hans"):
        items = tuple(_items(updates))
        opened = period.opened_at or timezone.make_aware(datetime.combine(period.starts_on, time()))
        return FilingSlip(
            title_lines=(f"{department.name}", "进展填报报送单"),
            under_title=f"{period.policy.short_title}　{period.official_name}",
            notice=DEMO_NOTICE if demo else "",
            issuer=department.name,
            issued_on=period.ends_on,
            identifier=f"filing slip {period.uuid} {department.slug} {' '.join(row.sha256 for row in items)}",
            created=max((row.revision.frozen_at or opened for row in items), default=opened),
            addressee=addressee or period.policy.coordinator.name,
            opening=_opening(period, len(items)),
            items=items,
            unfinished=tuple(_name(row) for row in updates if signed_text(row) is None),
            corrected=tuple(_name(row) for row in updates if _is_rewritten(row)),
            facts=_facts(period),
        )


def _opening(period: ReportingPeriod, count: int) -> str:
    title = f"《{period.edition.full_title}》{period.official_name}进展"
    if not count:
        return f"现报送{title}。目前没有已提交审核的填报，本单不供签字。"
    return f"现报送{title}，共{count}条。以下内容与系统中标明稿号和核对码的文稿一致，经单位负责人审定。"


def _facts(period: ReportingPeriod) -> tuple[tuple[str, str], ...]:
    return (
        (
            "填报期",
            f"{period.official_name}（{chinese_date(period.starts_on)}至{chinese_date(period.ends_on)}）",
        ),
        ("核对码", f"文稿 SHA-256 的前{CODE_DIGITS}位；改动一字即不同，改动后须重新打印、签字"),
        ("程序版本", __version__),
        ("用途", "内部材料；签字后由单位留存，审核人在系统中登记签字情况"),
    )


def _items(updates: Iterable[ProgressUpdate]) -> Iterable[SlipItem]:
    for update in updates:
        if revision := signed_text(update):
            yield _item(update, revision)


def _is_rewritten(update: ProgressUpdate) -> bool:
    """Its text in force stands on the slip, because the correction is not submitted for review yet."""
    shown = signed_text(update)
    return shown is not None and shown != update.latest_revision


def _name(update: ProgressUpdate) -> str:
    return f"{update.measure.code}{update.measure.title}"


def _item(update: ProgressUpdate, revision: Revision) -> SlipItem:
    done = revision.situation == Situation.PROGRESS
    role = "牵头" if update.role == ResponsibilityRole.LEAD else "参与"
    situation = Situation(revision.situation).label
    assessment = SelfAssessment(revision.self_assessment).label
    due = f"应于{chinese_date(update.due_on)}前报送（含当日）"
    return SlipItem(
        revision=revision,
        heading=_name(update),
        about=f"{role}单位　{situation}　自评：{assessment}　{due}",
        texts=tuple(
            (str(label_of(name)), lines_of(said))
            for name, text in TEXTS.items()
            if (said := getattr(revision, name)) and (done or text.asked is not Asked.WITH_PROGRESS)
        ),
        values=tuple(_values(revision)),
        sha256=text_digest(revision),
    )


def _values(revision: Revision) -> Iterable[tuple[str, str]]:
    for row in revision.values.all():
        commitment = row.subject.commitment
        name = f"{commitment.label} {row.subject.name}".strip()
        words = value_words(commitment, row.number, row.out_of)
        yield name, words if row.fell_from is None else f"{words}（比上次减少：{row.decrease_reason}）"
