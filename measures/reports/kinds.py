"""Which documents are there? One row a kind: what it is called, what makes it, who may have it.

The report room, the addresses and the command read this table; a new kind is a row here and its document.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from departments.actors import Actor
from measures import permissions
from measures.models import Policy, Words
from measures.reports.copies import pdf_of
from measures.reports.department import DepartmentReport, department_report
from measures.reports.documents import Document
from measures.reports.filing import FilingRecord, filing_record
from measures.reports.filing_slip import FilingSlip, filing_slip
from measures.reports.status import StatusReport, status_report
from measures.summaries import SourcedSummary


class Builder(Protocol):
    """Makes the document of a period.

    `addressee` is the office written to, empty for the usual one; `department` the slug of the one that it is
    about, empty where it is about the whole policy.
    """

    def __call__(
        self, sourced: SourcedSummary, *, demo: bool = False, addressee: str = "", department: str = ""
    ) -> Document: ...


@dataclass(frozen=True)
class Kind:
    """`name` stands in addresses and commands; `document` knows its template; `may` is asked of a policy.

    One `of_department` is about a department, which has to be named and whose filing one has to see; one that
    is `own` as well holds words that only that department reads. One with a `workbook` comes as a table too.
    """

    name: str
    title: Words
    contents: Words
    document: type[Document]
    build: Builder
    may: Callable[[Actor, Policy], bool]
    of_department: bool = False
    own: bool = False
    workbook: Callable[[Any], bytes] | None = None

    @property
    def formats(self) -> tuple[str, ...]:
        return ("pdf", "xlsx") if self.workbook else ("pdf",)

    def format_of(self, name: str) -> str:
        """That format, or the usual one where none is named. Raises UnknownFormatError."""
        if name and name not in self.formats:
            raise UnknownFormatError(self, name)
        return name or self.formats[0]

    def may_about(self, actor: Actor, policy: Policy, department: str) -> bool:
        """Whether somebody may have it; of a department by its slug, where it is about one."""
        if not self.may(actor, policy):
            return False
        if not self.of_department or not department:
            return True
        if self.own:
            return any(row.slug == department for row in permissions.speaks_for(actor))
        return permissions.can_see_filing_of(actor, policy, department)

    def file_of(self, document: Document, form: str) -> bytes:
        """The document in one of its formats. Raises PdfUnavailable as making one does."""
        return self.workbook(document) if self.workbook and form == "xlsx" else pdf_of(document)


class UnknownKindError(Exception):
    """There is no document of that name; the text says which there are."""

    def __init__(self, name: str) -> None:
        known = pgettext("between words of a list", ", ").join(KINDS)
        sentence = gettext("There is no document “%(name)s”. There are: %(known)s.")
        super().__init__(sentence % {"name": name, "known": known})


class UnknownFormatError(Exception):
    """A kind of document does not come in that format; the text says in which it does."""

    def __init__(self, kind: Kind, name: str) -> None:
        known = pgettext("between words of a list", ", ").join(kind.formats)
        sentence = gettext("“%(kind)s” does not come as “%(name)s”, but as: %(known)s.")
        super().__init__(sentence % {"kind": kind.name, "name": name, "known": known})


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
            build=status_report,
            may=is_signed_in,
        ),
        Kind(
            name="department",
            title=_("Department report"),
            contents=_(
                "what one department answers for, what it filed, what is open; annex: duties and filing"
            ),
            document=DepartmentReport,
            build=department_report,
            may=permissions.can_see_some_filing,
            of_department=True,
        ),
        Kind(
            name="filing",
            title=_("Filing of all departments"),
            contents=_("who filed on time, late or not at all: by department, and one by one"),
            document=FilingRecord,
            build=filing_record,
            may=permissions.can_see_filing_board,
            workbook=FilingRecord.xlsx,
        ),
        Kind(
            name="slip",
            title=_("Filing slip"),
            contents=_("what one department has written in a period, for the signature of its director"),
            document=FilingSlip,
            build=filing_slip,
            may=speaks_for_some,
            of_department=True,
            own=True,
        ),
    ]
}
