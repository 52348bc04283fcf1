"""What triggers repeat is what the rows say that it follows from, by whatever door these are changed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from departments.models import User
from measures import summaries
from measures.models import (
    Closure,
    CoordinationMatter,
    Edition,
    Measure,
    Policy,
    ProgressUpdate,
    Responsibility,
    Section,
    UpdateState,
    WaitingPart,
    repeated_facts,
)
from measures.workflow import updates
from tests import builders, cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.both("each database has triggers of its own kind"),
]
S = UpdateState
OF_A_MEASURE = (Responsibility, CoordinationMatter, Closure)
Move = Callable[[Measure, Measure], object]


def a_measure_of(slug: str, number: int) -> Measure:
    """In an edition of its own policy; its numbers are free in every other."""
    policy = builders.a_policy(slug, title=slug, short_title=slug)
    edition = builders.an_edition(policy, number)
    measure = builders.a_measure(section=builders.a_section(edition, number, "部分"))
    Measure.objects.filter(pk=measure.pk).update(ordinal=number)
    return measure


def with_all_that_belongs_to_one(measure: Measure) -> None:
    """A responsibility it has; an open matter and a closure that is asked for."""
    update = builders.an_update(measure=measure)
    builders.brought_to(S.CONFIRMED, update, text=builders.a_text(coordination="请协调场地"))
    Closure.objects.create(measure=measure)


def policies() -> set[tuple[str, int | None]]:
    found: set[tuple[str, int | None]] = set()
    for model in OF_A_MEASURE:
        rows: Any = model._default_manager.filter(measure__ordinal=1)
        found |= {(model.__name__, key) for key in rows.values_list("policy", flat=True)}
    return found


def of(policy: Policy) -> set[tuple[str, int | None]]:
    return {(model.__name__, policy.pk) for model in OF_A_MEASURE}


MOVES: dict[str, Move] = {
    "the measure": lambda one, other: Measure.objects.filter(pk=one.pk).update(section=other.section),
    "its section": lambda one, other: Section.objects.filter(pk=one.section_id).update(
        edition=other.section.edition
    ),
    "its edition": lambda one, other: Edition.objects.filter(pk=one.section.edition_id).update(
        policy=other.section.edition.policy
    ),
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
@pytest.mark.usefixtures("calendar")
def test_policy_follows_the_measure_wherever_it_goes(move: Move) -> None:
    one, other = a_measure_of("one", 1), a_measure_of("other", 2)
    with_all_that_belongs_to_one(one)
    assert policies() == of(one.section.edition.policy)
    move(one, other)
    assert policies() == of(other.section.edition.policy)
    assert summaries.repeated_faults() == []


def test_policy_that_somebody_writes_is_that_of_the_measure_again() -> None:
    one, other = a_measure_of("one", 1), a_measure_of("other", 2)
    duty = one.responsibilities.get()
    for wrong in (None, other.section.edition.policy):
        Responsibility.objects.filter(pk=duty.pk).update(policy=wrong)
        assert Responsibility.objects.get(pk=duty.pk).policy == one.section.edition.policy
    other.responsibilities.all().delete()
    Responsibility.objects.filter(pk=duty.pk).update(measure=other)
    assert Responsibility.objects.get(pk=duty.pk).policy == other.section.edition.policy
    assert summaries.repeated_faults() == []


def parts() -> set[tuple[int, str]]:
    """Who has a part in which state."""
    assert summaries.repeated_faults() == []
    return set(WaitingPart.objects.values_list("person", "state"))


def test_parts_are_kept_of_what_waits_and_of_nothing_else() -> None:
    writer, reviewer = cast.reporter().person.pk, cast.reviewer().person.pk
    update = builders.an_update(S.DRAFT)
    assert parts() == set()
    at = builders.moment()
    update = updates.submit_for_review(cast.reporter(), update, update.version, at)
    assert parts() == {(writer, "in_review")}
    update = updates.approve_and_submit(cast.reviewer(), update, update.version, at)
    assert parts() == {(writer, "submitted"), (reviewer, "submitted")}
    assert set(WaitingPart.objects.values_list("period", flat=True)) == {update.period_id}
    updates.confirm(cast.clerk(), update, update.version, at)
    assert parts() == set()


def test_parts_follow_the_update_past_all_acts() -> None:
    """Its state, its period, and the update itself; whatever is frozen stays, and its writers with it."""
    update = builders.an_update(S.IN_REVIEW)
    writer = cast.reporter().person.pk
    rows = ProgressUpdate.objects.filter(pk=update.pk)
    rows.update(state=S.DRAFT)
    assert parts() == set()
    rows.update(state=S.IN_REVIEW)
    assert parts() == {(writer, "in_review")}
    earlier = builders.an_open_period(update.measure.section.edition, "2020Q1")
    earlier.updates.all().delete()
    rows.update(period=earlier)
    assert parts() == {(writer, "in_review")}
    assert WaitingPart.objects.get().period == earlier
    WaitingPart.objects.all().delete()
    assert summaries.repeated_faults() == [f"measures_waitingpart {update.pk}"]


def test_update_that_comes_as_one_that_waits_has_its_parts() -> None:
    """As rows that are copied come, with the texts before them."""
    update = builders.an_update(S.SUBMITTED)
    before, row = parts(), ProgressUpdate.objects.get(pk=update.pk)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM measures_progressupdate WHERE id = %s", [update.pk])
        assert not WaitingPart.objects.exists()
        row.save(force_insert=True)
    assert parts() == before != set()


def test_the_triggers_name_real_tables() -> None:
    assert set(connection.introspection.table_names()) >= repeated_facts.TABLES
    assert {User._meta.db_table, *repeated_facts.OF_A_MEASURE} - repeated_facts.TABLES == {"departments_user"}
