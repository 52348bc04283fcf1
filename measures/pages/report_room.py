"""What does the report room offer? Each kind of document with its files, written once for all periods.

What a row of a document says is the same in every period but for three values. A page of twenty periods would
render nearly two hundred rows; it renders those of one, and these are put into their places in each.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from departments.actors import ActingRequest, Actor
from departments.models import Department
from measures import permissions, report_permissions
from measures.models import Policy, ReportingPeriod
from measures.reports.kinds import KINDS, Kind

# What a file is called by people.
FORMAT_NAMES: Final = {"pdf": "PDF", "docx": "Word", "xlsx": "Excel"}


@dataclass(frozen=True)
class OfferedKind:
    """A kind in the words of the reader. `files`: each format with its name; `options`: the departments."""

    kind: Kind
    title: str
    contents: str
    files: tuple[tuple[str, str], ...]
    options: SafeString

    @property
    def name(self) -> str:
        return self.kind.name

    @property
    def is_of_one(self) -> bool:
        """It has to be chosen first, of which department or measure."""
        return self.kind.about in {"department", "measure"}


@dataclass(frozen=True)
class Documents:
    """The rows of the documents of any period, with stand-ins for what is its own."""

    markup: str

    def of(self, period: ReportingPeriod) -> SafeString:
        found = self.markup
        for stand_in, value in ((_NAME, period.name), (_CODE, period.code), (str(_UUID), str(period.uuid))):
            found = found.replace(stand_in, escape(value))
        return mark_safe(found)  # noqa: S308  # what a template made, and escaped values


# What no text holds: characters of private use, which our forms and imports refuse, and a UUID of no period.
_NAME, _CODE, _UUID = "\ue000", "\ue001", UUID(int=0)


def documents_for(request: ActingRequest, policy: Policy, named: Iterable[Department]) -> Documents:
    """Of the kinds that the reader may have; about these departments, or about the own ones."""
    context = {
        "kinds": _offered_kinds(request.actor, policy, list(named)),
        "policy": policy,
        "asks_for_batches": report_permissions.can_ask_for_batch(request.actor),
        "period_name": _NAME,
        "code": _CODE,
        "uuid": _UUID,
    }
    return Documents(render_to_string("measures/_report_kinds.html", context, request))


def _offered_kinds(actor: Actor, policy: Policy, departments: Sequence[Department]) -> list[OfferedKind]:
    spoken_for = {row.pk for row in permissions.speaks_for(actor)}
    of_all, own = _options(departments), _options(row for row in departments if row.pk in spoken_for)
    return [
        OfferedKind(
            kind=kind,
            title=str(kind.title),
            contents=str(kind.contents),
            files=tuple((form, FORMAT_NAMES[form]) for form in kind.formats),
            options=own if kind.own else of_all,
        )
        for kind in KINDS.values()
        if kind.may(actor, policy)
    ]


def _options(departments: Iterable[Department]) -> SafeString:
    rows = ((row.slug, row.short_name) for row in departments)
    return format_html_join("", '<option value="{}">{}</option>', rows)
