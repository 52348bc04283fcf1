"""Figures in the form of another version of the program are told by a number, and worked out anew."""

from dataclasses import fields

import pytest

from measures import summaries
from measures.lights import Light
from measures.models import MeasureFigures, PeriodFigures, UpdateState
from measures.models.fingerprints import digest
from measures.summaries.keeping import SCHEMA
from measures.summaries.types import (
    CommitmentStatus,
    ConfirmedText,
    DepartmentName,
    Designation,
    Matter,
    MeasureRow,
    MeasureStatus,
    PastLight,
    SubjectStatus,
    UpdateStatus,
)
from measures.workflow import periods
from tests import cast
from tests.builders import an_update, moment
from tests.measures.summaries.test_keeping import kept, loaded


def form_of(kind: type) -> list[tuple[str, str]]:
    return [(field.name, str(field.type)) for field in fields(kind)]


def test_the_number_of_the_form_is_counted_up_when_the_form_changes() -> None:
    """Write the new digest beside the new number: rows in the old form are then worked out anew."""
    kinds = (MeasureRow, MeasureStatus, UpdateStatus, ConfirmedText, CommitmentStatus, SubjectStatus, Matter)
    form = digest(repr([form_of(kind) for kind in (*kinds, DepartmentName, Designation, PastLight, Light)]))
    assert (SCHEMA, form[:12]) == (5, "a49cd11b1bef")


@pytest.mark.django_db
@pytest.mark.parametrize("closed", [False, True])
def test_figures_in_another_form_are_worked_out_anew(closed: bool) -> None:
    an_update(UpdateState.CONFIRMED)
    if closed:
        periods.close_period(cast.clerk(), loaded(), "按期截止", moment())
    kept()
    MeasureFigures.objects.update(row="{}", content="{}")
    PeriodFigures.objects.update(schema=SCHEMA - 1)
    assert [row.code for row in kept().rows(kept().measures)] == ["二（一）"]
    assert summaries.figure_faults(loaded()) == []
