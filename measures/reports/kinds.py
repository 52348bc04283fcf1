"""Which documents are there? One row a kind: what it is called, what makes it, who may have it.

The report room, the addresses and the command read this table; a new kind is a row here and its document.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from departments.actors import Actor
from measures import permissions, summaries
from measures.models import KINDS_OF_MANY, Measure, Policy, ReportingPeriod, Words
from measures.reports.breakdown import Breakdown, breakdown
from measures.reports.brief import Brief, brief
from measures.reports.bulletin import Bulletin, bulletin
from measures.reports.copies import copy_of
from measures.reports.department import DepartmentReport, department_report
from measures.reports.documents import MOST_ROWS_ON_PAPER, Document, UnknownPartError
from measures.reports.dossier import MeasureDossier, UnknownMeasureError, dossier_of
from measures.reports.filing import FilingRecord, filing_record
from measures.reports.filing_slip import FilingSlip, filing_slip
from measures.reports.ledger import Ledger, ledger
from measures.reports.status import FULL, StatusReport, status_report
from measures.summaries import SourcedSummary, StreamedSummary


@dataclass(frozen=True)
class Asked:
    """Of what a document is made: a period, with policy, coordinator and edition, as it is on a day.

    `addressee` is the office written to, empty for the usual one; `department` the slug, `measure` the code
    of what it is about, where it is not about all; `length` of the status report "full" or "brief".
    What is read of the period may raise SnapshotError.
    """

    period: ReportingPeriod
    on: date
    demo: bool = False
    addressee: str = ""
    department: str = ""
    measure: str = ""
    length: str = FULL

    @cached_property
    def sourced(self) -> SourcedSummary:
        return summaries.read_period(self.period, self.on)

    @cached_property
    def streamed(self) -> StreamedSummary:
        return summaries.read_streamed(self.period, self.on)


@dataclass(frozen=True)
class Kind:
    """`name` stands in addresses and commands; `may` is asked of a policy; the first format is the usual.

    `about` names what is to be chosen: a "department", which is for those who see what it files, a "measure";
    or the "length", which is full where none is named.
    One that is `own` holds words that only that department reads.
    One `of_the_policy` is asked for without a period too: then it is of the latest.
    One that `is_long` has so many pages as the policy has measures.
    """

    name: str
    title: Words
    contents: Words
    document: type[Document]
    build: Callable[[Asked], Document]
    may: Callable[[Actor, Policy], bool]
    formats: tuple[str, ...] = ("pdf",)
    about: str = ""
    own: bool = False
    of_the_policy: bool = False
    is_long: bool = False

    @property
    def has_page(self) -> bool:
        """One that is made of blocks can be shown on the screen."""
        return self.document.template == Document.template

    @property
    def is_for_many(self) -> bool:
        """Whether those of a period can be had at once, one for each department or measure."""
        return self.name in KINDS_OF_MANY

    def format_of(self, name: str) -> str:
        """That format, or the usual one where none is named. Raises UnknownFormatError."""
        if name and name not in self.formats:
            raise UnknownFormatError(self, name)
        return name or self.formats[0]

    def takes_long(self, form: str, measures: int) -> bool:
        """Whether it is made in the background in that form, for a policy of so many measures.

        Workbooks are written as they are sent; what is too long for paper is refused at once.
        """
        most = MOST_ROWS_ON_PAPER if self.document.wide else measures
        return self.is_long and form != "xlsx" and settings.BACKGROUND_MEASURES < measures <= most

    def may_about(self, actor: Actor, policy: Policy, department: str) -> bool:
        """Whether somebody may have it; of a department by its slug, where it is about one."""
        if not self.may(actor, policy):
            return False
        if self.about != "department" or not department:
            return True
        if self.own:
            return any(row.slug == department for row in permissions.speaks_for(actor))
        return permissions.can_see_filing_of(actor, policy, department)

    def file_of(self, document: Document, form: str) -> bytes:
        """The document in one of its formats. Raises PdfUnavailable as making one does."""
        return copy_of(document, form)


class UnknownKindError(UnknownPartError):
    """There is no document of that name; the text says which there are."""

    def __init__(self, name: str) -> None:
        super().__init__(_("There is no document “%(name)s”. There are: %(known)s."), KINDS, name=name)


class UnknownFormatError(UnknownPartError):
    """A kind of document does not come in that format; the text says in which it does."""

    def __init__(self, kind: Kind, name: str) -> None:
        sentence = _("“%(kind)s” does not come as “%(name)s”, but as: %(known)s.")
        super().__init__(sentence, kind.formats, kind=kind.name, name=name)


def is_signed_in(actor: Actor, policy: Policy) -> bool:
    """Who is signed in: such a document holds confirmed texts only, as the overview does."""
    return actor.user is not None


def speaks_for_some(actor: Actor, policy: Policy) -> bool:
    """Who writes or reviews for a department."""
    return bool(permissions.speaks_for(actor))


def kind_of(name: str) -> Kind:
    if name not in KINDS:
        raise UnknownKindError(name)
    return KINDS[name]


def _status(asked: Asked) -> Document:
    return status_report(asked.sourced, demo=asked.demo, addressee=asked.addressee, length=asked.length)


def _department(asked: Asked) -> Document:
    return department_report(
        asked.sourced, demo=asked.demo, addressee=asked.addressee, department=asked.department
    )


def _ledger(asked: Asked) -> Document:
    return ledger(asked.streamed, demo=asked.demo)


def _measure(asked: Asked) -> Document:
    """Raises UnknownMeasureError."""
    measures = Measure.objects.filter(section__edition=asked.period.edition).select_related("section")
    named = next((row for row in measures if row.code == asked.measure), None)
    found = summaries.read_dossier(named, asked.period, asked.on) if named else None
    if found is None:
        raise UnknownMeasureError(asked.sourced.summary, asked.measure)
    return dossier_of(found, demo=asked.demo)


def _breakdown(asked: Asked) -> Document:
    return breakdown(summaries.read_plan(asked.period, asked.on), demo=asked.demo)


def _brief(asked: Asked) -> Document:
    return brief(asked.sourced, demo=asked.demo, addressee=asked.addressee)


def _bulletin(asked: Asked) -> Document:
    return bulletin(asked.sourced, demo=asked.demo, addressee=asked.addressee)


def _filing(asked: Asked) -> Document:
    return filing_record(asked.sourced, demo=asked.demo, addressee=asked.addressee)


def _slip(asked: Asked) -> Document:
    return filing_slip(asked.sourced, demo=asked.demo, addressee=asked.addressee, department=asked.department)


KINDS: Final = {
    kind.name: kind
    for kind in [
        Kind(
            name="status",
            title=_("Status report"),
            contents=_(
                "lights, progress by section and measure, problems, next steps; annexes: ledger and filing"
            ),
            document=StatusReport,
            build=_status,
            may=is_signed_in,
            formats=("pdf", "docx"),
            about="length",
            is_long=True,
        ),
        Kind(
            name="brief",
            title=_("One-page brief"),
            contents=_("for a leader: how it stands, what is red or yellow and why, what to coordinate"),
            document=Brief,
            build=_brief,
            may=is_signed_in,
            formats=("pdf", "docx"),
        ),
        Kind(
            name="department",
            title=_("Department report"),
            contents=_(
                "what one department answers for, what it filed, what is open; annex: duties and filing"
            ),
            document=DepartmentReport,
            build=_department,
            may=permissions.can_see_some_filing,
            formats=("pdf", "docx"),
            about="department",
        ),
        Kind(
            name="measure",
            title=_("Dossier of a measure"),
            contents=_("one measure: text, duties, lights, values and reports of every period, matters"),
            document=MeasureDossier,
            build=_measure,
            may=is_signed_in,
            formats=("pdf", "docx"),
            about="measure",
            of_the_policy=True,
        ),
        Kind(
            name="ledger",
            title=_("Ledger"),
            contents=_("every measure in a row: progress, problems, light and reason"),
            document=Ledger,
            build=_ledger,
            may=is_signed_in,
            formats=("xlsx", "pdf"),
            is_long=True,
        ),
        Kind(
            name="breakdown",
            title=_("Breakdown of tasks"),
            contents=_("what the text asks, of whom and by when"),
            document=Breakdown,
            build=_breakdown,
            may=is_signed_in,
            formats=("xlsx", "pdf", "docx"),
            of_the_policy=True,
            is_long=True,
        ),
        Kind(
            name="filing",
            title=_("Filing of all departments"),
            contents=_("who filed on time, late or not at all: by department, and one by one"),
            document=FilingRecord,
            build=_filing,
            may=permissions.can_see_filing_board,
            formats=("pdf", "docx", "xlsx"),
            is_long=True,
        ),
        Kind(
            name="bulletin",
            title=_("Bulletin on filing"),
            contents=_(
                "to all departments: who filed on time, late or not at all; to be edited before issue"
            ),
            document=Bulletin,
            build=_bulletin,
            may=permissions.can_see_filing_board,
            formats=("docx", "pdf"),
        ),
        Kind(
            name="slip",
            title=_("Filing slip"),
            contents=_("what one department has written in a period, for the signature of its director"),
            document=FilingSlip,
            build=_slip,
            may=speaks_for_some,
            about="department",
            own=True,
        ),
    ]
}
