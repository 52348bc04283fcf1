"""What does every document consist of? Its text in order, its issuer and the facts that prove its origin.

A kind of document is a subclass with its own parts and template; none of them counts anything.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.template.loader import render_to_string
from django.utils import translation

from measures.reports import fonts
from measures.reports.pdf import render_pdf

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


@dataclass(frozen=True, kw_only=True)
class Document:
    """`identifier` and `created` come from the facts in the document (snapshot, cut-off date), never from the
    moment of printing: the same facts give the same bytes.
    """

    template: ClassVar[str]

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
        return f"{self.title}.pdf"

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

    def pdf(self) -> bytes:
        """Raises PdfUnavailable when this machine cannot make one."""
        return render_pdf(
            self.html(),
            title=self.title,
            identifier=self.identifier,
            created=self.created,
            author=self.issuer,
        )


def chinese_date(day: date) -> str:
    """2020年7月10日: Arabic digits without leading zeros (GB/T 9704, 7.3.5)."""
    return f"{day.year}年{day.month}月{day.day}日"
