"""How do edited words, number and signatures come into a report? And which kinds of document are issued?

The words proposed for a draft are those of the document; what is printed is the document with its sections as
the draft has them. A line that nobody changed is printed as it would have been without editing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from measures.models import ReportDraft, ReportKind, Words
from measures.reports.blocks import Group, Paragraph
from measures.reports.documents import Document, chinese_date
from measures.reports.kinds import KINDS, Asked, Kind, UnknownFormatError
from measures.workflow.issuing import FileMade, Numbered

ISSUED_KINDS: Final[Mapping[str, Kind]] = {kind.value: KINDS[kind.value] for kind in ReportKind}


@dataclass(frozen=True)
class Section:
    """What people put into words: `part` is the field of the document. Prose has no headings of its own."""

    part: str
    label: Words
    is_prose: bool = False


_PREAMBLE: Final = Section("lead_in", _("preamble"), is_prose=True)
# What the words of a draft stand for in a document of each kind, in the order of the document.
SECTIONS: Final[Mapping[str, Mapping[str, Section]]] = {
    ReportKind.STATUS.value: {
        "preamble": _PREAMBLE,
        "problems": Section("problems", _("problems of the report")),
        "next_steps": Section("next_steps", _("next steps of the report")),
    },
    ReportKind.FILING.value: {
        "preamble": _PREAMBLE,
        "problems": Section("not_as_required", _("what was not filed as required")),
    },
    ReportKind.BULLETIN.value: {
        "preamble": _PREAMBLE,
        "problems": Section("not_as_required", _("departments that did not file as required")),
        "next_steps": Section("requests", _("what is asked of the departments"), is_prose=True),
    },
}
# A heading of the second level, as GB/T 9704 numbers them.
HEADING: Final = re.compile(r"^（[一二三四五六七八九十百]+）")
# What each page of a draft is marked with, and the name of its file, by its form: a PDF is read by those who
# check and sign, a Word file goes on being written.
MARKS: Final = {"pdf": "审核稿", "docx": "草稿"}
# What an issued report says instead of this fact.
PURPOSE: Final = "用途"


def document_of(draft: ReportDraft, *, demo: bool, form: str = "pdf") -> Document:
    """The report with the words of the draft, marked as not issued.

    The period with policy, coordinator and edition. Raises SnapshotError when the snapshot was altered, and
    UnknownFormatError for a form that no draft has.
    """
    if form not in MARKS:
        raise UnknownFormatError(replace(ISSUED_KINDS[draft.kind], formats=tuple(MARKS)), form)
    with translation.override("zh-hans"):
        document = with_texts(draft.kind, generated(draft, demo=demo), draft.texts)
        notice = "　".join(filter(None, [f"{MARKS[form]}　尚未印发", document.notice]))
        return replace(document, notice=notice)


def name_of_draft(document: Document, form: str) -> str:
    """Of its file."""
    return f"{MARKS[form]}_{document.file_name_as(form)}"


def generated(draft: ReportDraft, *, demo: bool) -> Document:
    """As it is without editing."""
    return ISSUED_KINDS[draft.kind].build(asked_of(draft, demo=demo))


def asked_of(draft: ReportDraft, *, demo: bool) -> Asked:
    """Of what the document of a draft is made."""
    return Asked(draft.period, timezone.localdate(draft.drafted_at), demo=demo)


def sections_of(kind: str) -> tuple[str, ...]:
    """Which sections of that kind can be edited."""
    return tuple(SECTIONS[kind])


def section_label(kind: str, name: str) -> str:
    """What a section is called in a document of that kind."""
    return str(capfirst(SECTIONS[kind][name].label))


def proposed_texts(kind: str, asked: Asked) -> dict[str, str]:
    """The words of the sections as the document has them, to be edited: one line a paragraph."""
    document = ISSUED_KINDS[kind].build(asked)
    return {name: "\n".join(lines_of(getattr(document, row.part))) for name, row in SECTIONS[kind].items()}


def lines_of(part: Iterable[str | Group]) -> Iterator[str]:
    for row in part:
        if isinstance(row, str):
            yield row
        else:
            yield row.heading
            yield from map(line_of, row.paragraphs)


def line_of(paragraph: Paragraph) -> str:
    return " ".join(f"{paragraph.who}{paragraph.text}".split("\n"))


def with_texts(kind: str, document: Document, texts: Mapping[str, str]) -> Document:
    """The document with its sections in these words; one without words stays as it is."""
    changes: dict[str, Any] = {}
    for name, row in SECTIONS[kind].items():
        if lines := written_lines(texts.get(name, "")):
            before = getattr(document, row.part)
            changes[row.part] = tuple(lines if row.is_prose else groups_of(lines, before))
    return replace(document, **changes)


def written_lines(text: str) -> list[str]:
    """Each a paragraph or a heading; blank ones say nothing."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def is_heading(kind: str, name: str, line: str) -> bool:
    return not SECTIONS[kind][name].is_prose and HEADING.match(line) is not None


def groups_of(lines: Iterable[str], before: Iterable[Group]) -> Iterator[Group]:
    """A line that is numbered as a heading begins a group; paragraphs that are as before keep their form."""
    known = {line_of(paragraph): paragraph for group in before for paragraph in group.paragraphs}
    heading, paragraphs = "", list[Paragraph]()
    for line in lines:
        if HEADING.match(line):
            if heading or paragraphs:
                yield Group(heading, tuple(paragraphs))
            heading, paragraphs = line, []
        else:
            paragraphs.append(known.get(line, Paragraph(line)))
    yield Group(heading, tuple(paragraphs))


def issued_document(numbered: Numbered, *, demo: bool) -> Document:
    """As it is issued: with number, day of the signature, who drafted, checked and signed, and a hash."""
    draft = numbered.draft
    with translation.override("zh-hans"):
        document = with_texts(draft.kind, generated(draft, demo=demo), draft.texts)
        signed_on = timezone.localdate(draft.signed_at)
        return replace(
            document,
            under_title=numbered.reference,
            issued_on=signed_on,
            identifier=f"issued {numbered.printed_sha256}",
            created=numbered.at,
            facts=(
                *(fact for fact in document.facts if fact[0] != PURPOSE),
                *facts_of(numbered, timezone.localdate(numbered.at)),
            ),
        )


def facts_of(numbered: Numbered, on: date) -> Iterator[tuple[str, str]]:
    draft = numbered.draft
    people = f"拟稿{draft.drafted_by}，核稿{draft.checked_by}，签发{draft.signed_by}"
    yield "印发", f"{numbered.reference}，{chinese_date(on)}；{people}"
    yield "核验", f"SHA-256 {numbered.printed_sha256}，可在{place_of_verifying()}凭文件或此摘要核验"


def place_of_verifying() -> str:
    """With its address, unless that leads only whoever sits at the server to it; no hash depends on it."""
    page = "本系统“核验文件”页面"
    if urlsplit(settings.SITE_URL).hostname in settings.LOOPBACK:
        return page
    return f"{page}（{settings.SITE_URL.rstrip('/')}{reverse('measures:verify')}）"


def file_of(numbered: Numbered, *, demo: bool) -> FileMade:
    """The file to be kept. Raises PdfUnavailable, SnapshotError."""
    document = issued_document(numbered, demo=demo)
    return FileMade(document.title, document.pdf())
