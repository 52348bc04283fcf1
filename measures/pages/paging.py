"""Which part of a long list does a page show? The rows of it and how many there are, with one query."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import F, Func, IntegerField, Model, Q, QuerySet, Subquery

from langfang_policy.compiled_queries import compiled
from langfang_policy.found_keys import among

Names = ParamSpec("Names")
Row = TypeVar("Row", bound=Model)
Entry = TypeVar("Entry")
Rows = TypeVar("Rows", bound=QuerySet[Any])


@dataclass(frozen=True)
class PartOf(Generic[Entry]):
    """Rows to be cut by a paginator: the first of them by a query whose text is kept, others by another."""

    first: Callable[[int], Sequence[Entry]]
    others: Callable[[slice], Iterable[Entry]]

    def __getitem__(self, part: slice) -> Sequence[Entry]:
        return list(self.others(part)) if part.start else self.first(part.stop)


def key_among(keys: QuerySet[Any, Any]) -> Q | Func:
    """Is the key of a row one of those that a query finds? What else is joined is joined to these alone."""
    return among("pk", keys)


@dataclass(frozen=True)
class KeysFirst(Generic[Rows]):
    """Rows to be cut by a paginator: put in order by their keys alone, then made `complete` with the rest.

    What else is said of a row is asked of those that are shown, and not of all before they are cut.
    """

    rows: Rows
    complete: Callable[[Rows], Rows]

    def __getitem__(self, part: slice) -> list[Any]:
        return list(self.part(part))

    def part(self, part: slice) -> QuerySet[Any]:
        shown = self.rows.model._default_manager.filter(key_among(self.rows.values("pk")[part]))
        return self.complete(shown).order_by(*self.rows.query.order_by)


class CountedPaginator(Paginator):  # type: ignore[type-arg]  # generic for mypy alone
    """Of rows that are read already, or that were counted already; how many there are in all is told."""

    def __init__(self, rows: Any, length: int, count: int) -> None:
        super().__init__(rows, length)
        self.count = count


def page_of(rows: QuerySet[Row], number: str, length: int) -> Page[Row]:
    """As `Paginator.get_page`: no number is the first, one that is too high the last."""
    start = start_of(number, length)
    found = list(_counted(rows)[start : start + length])
    if not found and start:
        last = Paginator(rows, length).num_pages
        return page_of(rows, str(last), length)
    return _page(found, start, length)


def paged(
    build: Callable[Names, QuerySet[Row]],
) -> Callable[Concatenate[str, int, Names], Page[Row]]:
    """As `page_of`, of a queryset whose text is kept (see `compiled`) where the first page is asked for.

    The keys are put in order first: whatever else a row shows is read of the rows of the page alone.
    """

    @compiled
    def first(length: str, *arguments: Names.args, **named: Names.kwargs) -> QuerySet[Row]:
        rows = build(*arguments, **named)
        shown = rows.filter(key_among(rows.values("pk")[: int(length)]))
        counted: QuerySet[Any] = shown.annotate(of_all=number_of(rows))
        return counted

    def page(number: str, length: int, /, *arguments: Names.args, **named: Names.kwargs) -> Page[Row]:
        if start_of(number, length):
            return page_of(build(*arguments, **named), number, length)
        return _page(first(str(length), *arguments, **named), 0, length)

    return page


def start_of(number: str, length: int) -> int:
    wanted = int(number) if number.isdecimal() and len(number) < 9 else 1
    return max(wanted - 1, 0) * length


def _counted(rows: QuerySet[Row]) -> QuerySet[Row]:
    """Each row says how many there are in all."""
    counted: QuerySet[Any] = rows.annotate(of_all=number_of(rows))
    return counted


def _page(found: list[Row], start: int, length: int) -> Page[Row]:
    count = found[0].of_all if found else 0  # type: ignore[attr-defined]  # see _counted
    return Page(found, start // length + 1, CountedPaginator(found, length, count))


def page_of_counted(
    rows: QuerySet[Any] | KeysFirst[Any] | PartOf[Any], number: str, length: int, count: int
) -> Page[Any]:
    """The same of rows that were counted already, for a filter for instance."""
    return CountedPaginator(rows, length, count).get_page(number)


def page_of_all(rows: Sequence[Entry], number: str, length: int) -> Page[Entry]:
    """The same of a list that is at hand as a whole."""
    return Paginator(rows, length).get_page(number)


def number_of(rows: QuerySet[Row]) -> Subquery:
    """How many rows there are, as a part of another query."""
    counted = rows.order_by().annotate(n=Func(F("pk"), function="COUNT", output_field=IntegerField()))
    return Subquery(counted.values("n"))
