"""What does the page of a search show? How much was found of each kind, and a page of one kind, words marked.

Texts are those that the reader may read: confirmed by anybody, the others as `permissions` says.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.paginator import Page
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, pgettext_lazy

from departments.actors import Actor
from departments.models import Department
from measures import permissions, register
from measures.duties import Performers
from measures.models import TEXT_FIELDS, Measure, Policy, ProgressUpdate, Revision, Words
from measures.pages.paging import number_of, page_of_counted
from measures.search import (
    search_departments,
    search_measures,
    search_texts,
    spellings,
    terms,
    with_successors,
)

PER_PAGE: Final = 20
# How many characters of a text stand before and after what was found.
AROUND: Final = 40
KINDS: Final[dict[str, Words]] = {
    "measures": gettext_lazy("Measures"),
    "texts": pgettext_lazy("of updates", "Texts"),
    "departments": gettext_lazy("Departments"),
}


@dataclass(frozen=True)
class Found:
    """One thing that was found; `subject` is a Measure, a Revision or a Department."""

    subject: Any
    title: SafeString
    excerpt: SafeString
    performed_by: Sequence[Department] = ()


@dataclass(frozen=True)
class Results:
    """`counts` has all kinds in their order, `kind` is the one of the page."""

    counts: list[tuple[str, Words, int]]
    kind: str
    page: Page[Any]
    rows: list[Found]


def search(actor: Actor, policy: Policy, words: str, kind: str, number: str, on: date) -> Results:
    """Of a kind that is not known the first that has something is shown."""
    kinds = _found(actor, policy, words, on)
    counted = Policy.objects.filter(pk=policy.pk).values_list(*(number_of(rows) for rows in kinds.values()))
    counts = dict(zip(kinds, counted.get(), strict=True))
    if kind not in kinds:
        kind = next((name for name in kinds if counts[name]), "measures")
    page = page_of_counted(kinds[kind], number, PER_PAGE, counts[kind])
    shown = [(name, label, counts[name]) for name, label in KINDS.items()]
    return Results(shown, kind, page, _rows(kind, page, Marker(words), on))


def _found(actor: Actor, policy: Policy, words: str, on: date) -> dict[str, QuerySet[Any]]:
    measures = Measure.objects.filter(section__edition__policy=policy).select_related("section__edition")
    texts = search_texts(readable_texts(actor, policy), words)
    return {
        "measures": search_measures(measures, words, on).order_by(
            "-section__edition__number", "section__ordinal", "ordinal"
        ),
        "texts": texts.select_related(
            "update__department", "update__period", "update__measure__section"
        ).order_by("-update__period__starts_on", "update__measure_id", "update__department__position", "pk"),
        "departments": search_departments(_departments(policy, on), words, on),
    }


def readable_texts(actor: Actor, policy: Policy) -> QuerySet[Revision]:
    """Of each update the text in force; the latest too, where the actor may read what is in work."""
    later = Revision.objects.filter(update=OuterRef("update"), number__gt=OuterRef("number"))
    open_to = ProgressUpdate.objects.filter(permissions.with_working_text_for(actor), period__policy=policy)
    in_work = Q(update__in=open_to.values("pk")) & ~Exists(later)
    rows = Revision.objects.filter(update__period__policy=policy)
    return rows.filter(Q(update__in_force=F("pk")) | in_work)


def _departments(policy: Policy, on: date) -> QuerySet[Department]:
    """Those that the policy concerns, and those that perform for them."""
    return with_successors(register.departments_of(policy), on).order_by("position", "slug")


class Marker:
    """Marks what was typed, in whichever way a text writes it."""

    def __init__(self, words: str) -> None:
        written = sorted({one for term in terms(words) for one in spellings(term)}, key=len, reverse=True)
        self._pattern = re.compile("|".join(re.escape(one) for one in written), re.IGNORECASE)

    def marked(self, text: str) -> SafeString:
        pieces, place = [], 0
        for match in self._pattern.finditer(text):
            pieces += [escape(text[place : match.start()]), format_html("<mark>{}</mark>", match[0])]
            place = match.end()
        return format_html_join("", "{}", ([piece] for piece in [*pieces, escape(text[place:])]))

    def excerpt(self, *texts: str) -> SafeString:
        """Around the first place, in the first of the texts that has one; the beginning where none has."""
        for text in texts:
            if match := self._pattern.search(text):
                start, end = max(match.start() - AROUND, 0), match.end() + AROUND
                before, after = "…" * (start > 0), "…" * (end < len(text))
                return self.marked(f"{before}{text[start:end]}{after}")
        text = next((text for text in texts if text), "")
        return self.marked(text[: 2 * AROUND] + "…" * (len(text) > 2 * AROUND))


def _rows(kind: str, page: Page[Any], marker: Marker, on: date) -> list[Found]:
    if kind == "measures":
        return [_measure(row, marker) for row in page]
    if kind == "texts":
        return [_text(row, marker) for row in page]
    performers = Performers(on)
    return [
        Found(row, marker.marked(row.name), marker.marked(row.full_name), _others(performers.of(row), row))
        for row in page
    ]


def _measure(measure: Measure, marker: Marker) -> Found:
    return Found(measure, marker.marked(measure.title), marker.excerpt(measure.text, measure.clause_text))


def _text(text: Revision, marker: Marker) -> Found:
    update = text.update
    title = f"{update.measure.code} {update.department} {update.period.name}"
    return Found(text, marker.marked(title), marker.excerpt(*(getattr(text, name) for name in TEXT_FIELDS)))


def _others(performers: Sequence[Department], own: Department) -> tuple[Department, ...]:
    return tuple(row for row in performers if row != own)
