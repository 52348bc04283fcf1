"""What does every document consist of? Its text in order, its issuer and the facts that prove its origin.

A kind of document is a subclass with its own parts and template; none of them counts anything.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar, TypedDict

from django.template.loader import render_to_string
from django.utils import timezone, translation

from langfang_policy import __version__
from measures.reports import fonts, press
from measures.summaries import SourcedSummary, digest, to_json

DEMO_NOTICE = "演示数据　内容均为虚构"


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of running text. `who` (a department, a number) begins it in another typeface."""

    text: str
    who: str = ""


@dataclass(frozen=True)
class Group:
    """A heading of the second level with its paragraphs."""

    heading: str
    paragraphs: tuple[Paragraph, ...]


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
    """

    template: ClassVar[str]
    css: ClassVar[str] = ""

    title_lines: tuple[str, ...]
    notice: str
    issuer: str
    issued_on: date
    identifier: str
    created: datetime
    facts: tuple[tuple[str, str], ...]

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
        """Always Chinese, whatever language the screen has. Names the characters that no font can draw."""
        with translation.override("zh-hans"):
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
        return press.render(html or self.html(), css=self.css, **self.properties)


def chinese_date(day: date) -> str:
    """2020年7月10日: Arabic digits without leading zeros (GB/T 9704, 7.3.5)."""
    return f"{day.year}年{day.month}月{day.day}日"


def origin(kind: str, sourced: SourcedSummary, demo: bool) -> Origin:
    """`kind` is the name of the kind of document: two of a period and day are two documents."""
    summary, snapshot = sourced.summary, sourced.snapshot
    sha256 = snapshot.sha256 if snapshot else digest(to_json(summary))
    report_date = snapshot.taken_on if snapshot else summary.as_of
    return Origin(
        notice=DEMO_NOTICE if demo else "",
        issuer=summary.policy.coordinator.name,
        issued_on=summary.as_of,
        identifier=f"{kind} {summary.period.uuid} {sha256}",
        created=timezone.make_aware(datetime.combine(report_date, time())),
        facts=facts(sourced),
    )


def facts(sourced: SourcedSummary) -> tuple[tuple[str, str], ...]:
    """The facts by which a reader can find the same figures again (docs/domain.md 7.4)."""
    summary, snapshot = sourced.summary, sourced.snapshot
    period = summary.period
    snapshot_words = (
        f"第{snapshot.number}号 {snapshot.uuid}，{chinese_date(snapshot.taken_on)}形成，"
        f"SHA-256 {snapshot.sha256}"
        if snapshot
        else f"本期尚未截止，没有快照；数据摘要 SHA-256 {digest(to_json(summary))}"
    )
    return (
        ("填报期", f"{period.name}（{chinese_date(period.starts_on)}至{chinese_date(period.ends_on)}）"),
        ("数据截至", chinese_date(summary.as_of)),
        ("政策文本", f"《{summary.edition.full_title}》第{summary.edition.number}版"),
        (
            "统计口径",
            f"只计经{summary.policy.coordinator.name}确认的填报；及时率＝按时报送条数÷应报送条数，免报不计入",
        ),
        ("快照", snapshot_words),
        ("程序版本", __version__),
        ("用途", "内部材料；正式印发按公文办理程序另行办理"),
    )
