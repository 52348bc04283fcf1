"""A query whose text is kept answers what the queryset answers, for other values and other people too."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from departments.actors import Actor
from langfang_policy.compiled_queries import AlteredQueryError, Checking, compiled
from measures import permissions
from measures.models import Measure, ProgressUpdate, UpdateState
from tests import builders, cast

pytestmark = pytest.mark.django_db


def kept(build: Callable[..., QuerySet[Any, Any]]) -> tuple[Callable[..., list[Any]], list[int]]:
    """With the number of times that its queryset was made, less those of the comparison that tests do."""
    made = [0]

    def counted(*arguments: Any) -> QuerySet[Any, Any]:
        made[0] += 1
        return build(*arguments)

    return compiled(counted), made


def test_text_is_made_once_and_every_value_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Checking, "is_for_all_values", True)
    first, second = builders.a_measure(), builders.a_measure()

    def build(uuid: UUID, keys: Sequence[int]) -> QuerySet[Measure]:
        return Measure.objects.filter(uuid=uuid, pk__in=keys).select_related("section__edition")

    ask, made = kept(build)
    keys = [first.pk, second.pk, first.pk]
    assert ask(first.uuid, keys) == [first]
    so_far = made[0]
    with CaptureQueriesContext(connection) as asked:
        [found] = ask(second.uuid, keys)
        assert (found, found.section.edition.number) == (second, 1)
    assert (len(asked), made[0]) == (1, so_far + 1)  # the one that is made to be compared with
    assert ask(second.uuid, [first.pk]) == []
    assert ask(second.uuid, []) == []


def test_days_and_people_are_values_too() -> None:
    update = builders.an_update(UpdateState.SUBMITTED)

    @compiled
    def due(actor: Actor, on: date) -> QuerySet[ProgressUpdate, int]:
        mine = Q(department__in=permissions.speaks_for(actor))
        return ProgressUpdate.objects.filter(mine, due_on__lte=on).values_list("pk", flat=True)

    day = update.due_on
    assert due(cast.reporter(), day) == [update.pk]
    assert due(cast.reporter(), day - timedelta(days=1)) == []
    assert due(cast.reporter("rsj"), day) == []
    assert due(cast.leader(), day) == []


def test_what_is_more_than_compared_is_asked_as_ever() -> None:
    """A length of a list, a day after the day: these stand in the text, or differ from what was given."""
    measures = [builders.a_measure() for _number in range(3)]

    def first(length: int) -> QuerySet[Measure]:
        return Measure.objects.order_by("pk")[:length]

    ask, _made = kept(first)
    assert [len(ask(length)) for length in (1, 3, 2)] == [1, 3, 2]

    update = builders.an_update(UpdateState.SUBMITTED, measure=measures[0])
    own = ProgressUpdate.objects.filter(pk=update.pk)

    def due_the_day_after(on: date) -> QuerySet[ProgressUpdate]:
        return own.filter(due_on__in=[on, on + timedelta(days=1)])

    ask, _made = kept(due_the_day_after)
    day = update.due_on
    assert [len(ask(day - timedelta(days=before))) for before in (2, 1, 0)] == [0, 1, 1]


def test_query_that_decides_upon_a_value_is_told_by_the_tests() -> None:
    measure = builders.a_measure()

    @compiled
    def decides(key: int) -> QuerySet[Measure]:
        rows = Measure.objects.filter(pk=key)
        return rows.order_by("title") if key == measure.pk else rows.order_by("pk")

    with pytest.raises(AlteredQueryError):
        decides(measure.pk)


def test_query_is_compared_once_for_the_same_values_and_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks of the values and of nothing else, so the same would be made again."""
    monkeypatch.setattr(Checking, "is_for_all_values", True)
    ask, made = kept(lambda key: Measure.objects.filter(pk=key))
    ask(1)
    first = made[0]
    ask(1)
    assert made[0] == first
    ask(2)
    assert made[0] == first + 1
    with translation.override("en"):
        ask(2)
    assert made[0] == first + 2
    monkeypatch.setattr(Checking, "is_for_all_values", False)  # as on the second database
    ask(3)
    ask(4)
    assert made[0] == first + 3


def test_long_lists_and_rows_of_a_subquery() -> None:
    department = cast.a_department("zgh")
    rows = [builders.a_measure() for _number in range(3)]

    @compiled
    def sections(keys: list[int], department: int) -> QuerySet[Measure, Any]:
        owed = ProgressUpdate.objects.filter(measure=OuterRef("pk"), department=department).values("pk")[:1]
        return Measure.objects.filter(pk__in=keys).annotate(owed=Subquery(owed)).values_list("pk", "owed")

    keys = [row.pk for row in rows]
    assert sorted(sections(keys, department.pk)) == [(key, None) for key in sorted(keys)]
    assert sorted(sections([*keys, *range(10**6, 10**6 + 100)], department.pk)) == sections(
        keys, department.pk
    )


def test_statement_that_comes_back_is_prepared_and_none_is_compiled() -> None:
    """As the settings ask of PostgreSQL: its plan may be kept, and is never made into a program."""

    @compiled
    def measure(key: int) -> QuerySet[Measure]:
        return Measure.objects.filter(pk=key).only("ordinal").order_by()

    for key in (1, 2, 3, 4):
        assert measure(key) == []
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT statement FROM pg_prepared_statements")
            [(statement,)] = cursor.fetchall()
            assert statement.endswith('WHERE "measures_measure"."id" = $1')
            cursor.execute("SHOW jit")
            assert cursor.fetchall() == [("off",)]
