"""Does the constraint that keeps periods apart outlive a change of its table, and go when it is told to?"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from measures.models import CalendarPeriod, ReportingPeriod
from measures.models.figure_triggers import create_figure_triggers, drop_figure_triggers
from measures.models.overlap import NoOverlap
from tests.builders import a_planned_period
from tests.constraints import constraints_of, refused_by

NAME: Final = "reportingperiod_no_overlap"


def constraint() -> models.BaseConstraint:
    return constraints_of("measures")[NAME][1]


def refused() -> None:
    with refused_by("measures", NAME):
        a_planned_period(code="2020M05")


@contextmanager
def editor_of_a_migration() -> Iterator[BaseDatabaseSchemaEditor]:
    """As every migration of the table does it: without the triggers of the kept figures meanwhile."""
    with connection.schema_editor() as editor:
        drop_figure_triggers(None, editor)
        yield editor
        create_figure_triggers(None, editor)


@pytest.mark.usefixtures("own_database")
def test_overlap_is_refused_after_a_column_was_added() -> None:
    """SQLite makes the table anew for it, and the triggers of the old one go with it."""
    a_planned_period(code="2020Q2")
    refused()
    remark = models.CharField(max_length=20, default="", null=True)
    remark.set_attributes_from_name("remark")
    with editor_of_a_migration() as editor:
        editor.add_field(ReportingPeriod, remark)
    refused()


@pytest.mark.usefixtures("own_database")
def test_overlap_is_let_in_without_the_constraint_and_refused_with_it() -> None:
    a_planned_period(code="2020Q2")
    own, kept = constraint(), list(ReportingPeriod._meta.constraints)
    try:
        ReportingPeriod._meta.constraints = [row for row in kept if row.name != NAME]
        with editor_of_a_migration() as editor:
            editor.remove_constraint(ReportingPeriod, own)
        a_planned_period(code="2020M05").delete()
    finally:
        ReportingPeriod._meta.constraints = kept
    with editor_of_a_migration() as editor:
        editor.add_constraint(ReportingPeriod, own)
    refused()


@pytest.mark.django_db
def test_same_span_is_told_once_by_the_code_that_it_repeats() -> None:
    period = a_planned_period()
    twin = ReportingPeriod(policy=period.policy, edition=period.edition, code=period.code)
    for name in (
        "starts_on",
        "ends_on",
        "participant_due_on",
        "lead_due_on",
        "check_due_on",
        "grace_ends_on",
    ):
        setattr(twin, name, getattr(period, name))
    with transaction.atomic(), pytest.raises(ValidationError) as caught:
        twin.full_clean()
    assert len(caught.value.messages) == 1
    period.full_clean()


@pytest.mark.django_db
def test_overlap_is_not_asked_of_days_that_a_form_leaves_out() -> None:
    period = a_planned_period(code="2020Q2")
    span = CalendarPeriod.of("2020M05")
    other = a_planned_period(code="2020Q3")
    other.code, other.starts_on, other.ends_on = span.code, span.starts_on, span.ends_on
    with pytest.raises(ValidationError):
        other.validate_constraints()
    other.validate_constraints(exclude={"ends_on"})
    period.validate_constraints()


def test_constraint_comes_back_from_a_migration_as_itself() -> None:
    own = constraint()
    _path, args, options = own.deconstruct()
    assert NoOverlap(*args, **options) == own == own.clone()
    assert NoOverlap(*args, **{**options, "last": "grace_ends_on"}) != own
    assert len({own, own.clone()}) == 1
