"""What does every document consist of? Its text in order, its issuer and the facts that prove its origin.

A kind of document is a subclass that puts a summary into blocks; none of them counts anything. Of the same
blocks are made what the screen shows, PDF, Word file and workbook.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar, TypedDict

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import pgettext

from langfang_policy import __version__
from langfang_policy.file_kinds import XLSX
from measures.reports import fonts, press
from measures.reports.blocks import Block, tables_of
from measures.reports.pdf import Attached, PdfUnavailable
from measures.reports.tables import Table
from measures.reports.workbook import Sheet, workbook
from measures.summaries import EditionHead, PolicyHead, Reopening, SourcedSummary

DEMO_NOTICE = "演示数据　内容均为虚构"
CLOSING_FACTS = (
    ("程序版本", __version__),
    ("用途", "内部材料；正式印发按公文办理程序另行办理"),
)


# Beyond so many rows a document that is one table has hundreds of pages: a workbook holds all of them.
MOST_ROWS_ON_PAPER = 500


class UnknownPartError(Exception):
    """What was asked for does not exist; the text says what there is, in the language of whoever reads it."""

    def __init__(self, sentence: Promise, known: Iterable[str], **named: str) -> None:
        super().__init__(sentence)
        self.sentence, self.known, self.named = sentence, list(known), named

    def __str__(self) -> str:
        known = pgettext("between words of a list", ", ").join(self.known)
        return str(self.sentence) % {**self.named, "known": known}


class TooLongForPaper(PdfUnavailable):
    """The message says, in Chinese, in which form the whole can be had."""

    def __init__(self, document: "Document") -> None:
        super().__init__(
            f"《{document.title}》有{MOST_ROWS_ON_PAPER}行以上的表格，不宜打印；请导出Excel，其中内容完整。"
        )


class Properties(TypedDict):
    """What a PDF says of itself, beside its pages."""

    title: str
    identifier: str
    created: datetime
    author: str


class Origin(TypedDict):
    """Of every document the same: whose it is, and the facts that prove where it comes from."""

    notice: str
    issuer: str
    issued_on: date
    identifier: str
    created: datetime
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Document:
    """`identifier` and `created` come from the facts in the document (snapshot, cut-off date), never from the
    moment of printing: the same facts give the same bytes.

    The PDF of one that `carries_workbook` has it inside.
    """

    template: ClassVar[str] = "reports/document.html"
    wide: ClassVar[bool] = False
    compact: ClassVar[bool] = False
    carries_workbook: ClassVar[bool] = False

    title_lines: tuple[str, ...]
    notice: str
    issuer: str
    issued_on: date
    identifier: str
    created: datetime
    facts: tuple[tuple[str, str], ...]
    under_title: str = ""
    addressee: str = ""
    lead_in: tuple[str, ...] = ()

    @property
    def blocks(self) -> Iterable[Block]:
        """The body, its ending and the annexes, in their order. May be asked for several times."""
        return ()

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(tables_of(self.blocks))

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """Its tables, as a workbook has them."""
        about = "；".join(f"{label}：{value}" for label, value in self.facts[:2])
        notes = (f"{about}；{self.notice.replace('　', '，')}" if self.notice else about,)
        return tuple(
            Sheet(table.sheet, table.title, notes, table.columns, table.rows, table.total)
            for table in self.tables
            if table.sheet
        )

    def words_of_sheets(self) -> Iterator[str]:
        """All that shapes its workbook, row by row."""
        for sheet in self.sheets:
            yield f"{sheet.name} {sheet.title} {sheet.notes} {sheet.total}"
            yield from (f"{column.heading} {column.share} {column.centred}" for column in sheet.columns)
            yield from map(repr, sheet.rows)

    def xlsx(self) -> bytes:
        with translation.override("zh-hans"):
            return workbook(self.sheets, title=self.title, author=self.issuer, created=self.created)

    @property
    def css(self) -> str:
        return "\n".join(table.widths for table in self.tables)

    @property
    def title(self) -> str:
        return "".join(self.title_lines)

    @property
    def dated(self) -> str:
        return chinese_date(self.issued_on)

    @property
    def file_name(self) -> str:
        return self.file_name_as("pdf")

    def file_name_as(self, ending: str) -> str:
        return f"{self.title}.{ending}"

    def html(self) -> str:
        """Always Chinese, whatever language the screen has. Names the characters that no font can draw.

        Raises TooLongForPaper.
        """
        with translation.override("zh-hans"):
            if self.wide and any(table.is_longer_than(MOST_ROWS_ON_PAPER) for table in self.tables):
                raise TooLongForPaper(self)
            html = render_to_string(self.template, {"document": self})
            missing = fonts.characters_without_glyph(html)
            return (
                html
                if not missing
                else render_to_string(
                    self.template, {"document": self, "undrawable": fonts.code_points(missing)}
                )
            )

    @property
    def properties(self) -> Properties:
        return Properties(
            title=self.title, identifier=self.identifier, created=self.created, author=self.issuer
        )

    def pdf(self, html: str = "") -> bytes:
        """Made anew; `html` is its own, where the caller has it. Raises PdfUnavailable when it cannot be."""
        words, attached = html or self.html(), self.attached()
        return press.render(words, css=self.css, fits=self.compact, attached=attached, **self.properties)

    def attached(self) -> Attached | None:
        """Its workbook, where its PDF carries it."""
        if not self.carries_workbook:
            return None
        return Attached(self.file_name_as("xlsx"), XLSX.media_type, self.xlsx())


@dataclass(frozen=True, kw_only=True)
class TableDocument(Document):
    """One table on landscape pages, and as a workbook."""

    wide: ClassVar[bool] = True
    carries_workbook: ClassVar[bool] = True

    table: Table

    @property
    def blocks(self) -> tuple[Block, ...]:
        return (self.table,)


def chinese_date(day: date) -> str:
    """2020年7月10日: Arabic digits without leading zeros (GB/T 9704, 7.3.5)."""
    return f"{day.year}年{day.month}月{day.day}日"


def origin(kind: str, sourced: SourcedSummary, demo: bool) -> Origin:
    """`kind` is the name of the kind of document: two of a period and day are two documents."""
    summary, snapshot = sourced.summary, sourced.snapshot
    report_date = snapshot.taken_on if snapshot else summary.as_of
    return Origin(
        notice=DEMO_NOTICE if demo else "",
        issuer=summary.policy.coordinator.name,
        issued_on=summary.as_of,
        identifier=f"{kind} {summary.period.uuid} {sourced.sha256}",
        created=timezone.make_aware(datetime.combine(report_date, time())),
        facts=facts(sourced),
    )


def unsealed_origin(
    kind: str,
    policy: PolicyHead,
    edition: EditionHead,
    on: date,
    sha256: str,
    demo: bool,
    what: str = "责任分工",
) -> Origin:
    """Of a document that rests on no period: on the text, and on `what` stands recorded on the day."""
    return Origin(
        notice=DEMO_NOTICE if demo else "",
        issuer=policy.coordinator.name,
        issued_on=on,
        identifier=f"{kind} {policy.slug} {sha256}",
        created=timezone.make_aware(datetime.combine(on, time())),
        facts=(
            ("政策文本", f"《{edition.full_title}》第{edition.number}版"),
            (f"{what}截至", chinese_date(on)),
            ("数据摘要", f"SHA-256 {sha256}"),
            *CLOSING_FACTS,
        ),
    )


def reopened_words(reopening: Reopening, on: date) -> str:
    """On what a document rests once its period was opened again, with the hash of what is kept."""
    with translation.override("zh-hans"):
        return f"{reopening.words(on)}（SHA-256 {reopening.snapshot.sha256}）"


def facts(sourced: SourcedSummary) -> tuple[tuple[str, str], ...]:
    """The facts by which a reader can find the same figures again (docs/domain.md 7.4)."""
    summary, snapshot = sourced.summary, sourced.snapshot
    period = summary.period
    if snapshot:
        taken = f"第{snapshot.number}号 {snapshot.uuid}，{chinese_date(snapshot.taken_on)}形成"
        snapshot_words = f"{taken}，SHA-256 {snapshot.sha256}"
    elif sourced.reopening:
        words = reopened_words(sourced.reopening, summary.as_of)
        snapshot_words = f"{words}；数据摘要 SHA-256 {sourced.sha256}"
    else:
        snapshot_words = f"本期尚未截止，没有快照；数据摘要 SHA-256 {sourced.sha256}"
    return (
        ("填报期", f"{period.name}（{chinese_date(period.starts_on)}至{chinese_date(period.ends_on)}）"),
        ("数据截至", chinese_date(summary.as_of)),
        ("政策文本", f"《{summary.edition.full_title}》第{summary.edition.number}版"),
        (
            "统计口径",
            f"只计经{summary.policy.coordinator.name}确认的填报；及时率＝按时报送条数÷应报送条数，免报不计入",
        ),
        ("快照", snapshot_words),
        *CLOSING_FACTS,
    )
