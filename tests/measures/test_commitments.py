"""How far a commitment is and should be: kinds, plans and their edges."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.commitments import (
    CommitmentFacts,
    Interim,
    format_number,
    half_gone,
    interim_ahead,
    interim_owed,
    planned_points,
    points_behind,
    projected,
)
from measures.models import CommitmentKind

NUMBER, RECURRING = CommitmentKind.NUMBER, CommitmentKind.RECURRING
COMPARISON, DELIVERABLE = CommitmentKind.COMPARISON, CommitmentKind.DELIVERABLE
START, END = date(2019, 1, 1), date(2022, 12, 31)
YEAR: dict[str, Any] = {"cycle_start": date(2020, 1, 1), "cycle_end": date(2020, 12, 31)}


def facts(kind: CommitmentKind = NUMBER, **given: Any) -> CommitmentFacts:
    return CommitmentFacts("承诺", kind, **given)


def spanned(kind: CommitmentKind = NUMBER, **given: Any) -> CommitmentFacts:
    return facts(kind, **{"floor": Decimal(8), "starts_on": START, "ends_on": END, **given})


# --- Kinds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("commitment", "figure", "met"),
    [
        (facts(floor=Decimal("3.00"), actual=Decimal("2.50")), "2.5/3", False),
        (facts(floor=Decimal(3), actual=Decimal(3)), "3/3", True),
        (facts(floor=Decimal(1), ceiling=Decimal(2)), "0/1—2", False),
        (facts(floor=Decimal(1), ceiling=Decimal(1)), "0/1", False),
        (facts(RECURRING, done=10, total=11), "10/11", False),
        (facts(RECURRING, done=4, total=4), "4/4", True),
        (facts(RECURRING, yes_no=True), "0/1", False),
        (facts(COMPARISON, done=14, total=15), "14/15", False),
        (facts(COMPARISON, floor=Decimal(90), done=14, total=15), "14/15", True),
        (facts(COMPARISON, actual=Decimal("99.50")), "99.5%/100%", False),
        (facts(DELIVERABLE), "0/1", False),
        (facts(DELIVERABLE, actual=Decimal(1)), "1/1", True),
        (facts(DELIVERABLE, done=9, total=11), "9/11", False),
    ],
)
def test_kind_decides_what_is_counted(commitment: CommitmentFacts, figure: str, met: bool) -> None:
    assert (commitment.figure, commitment.met, commitment.unmet) == (figure, met, not met)


def test_above_the_ceiling_is_overfulfilled_and_met() -> None:
    commitment = facts(floor=Decimal(1), ceiling=Decimal(2), actual=Decimal(5))
    assert commitment.met
    assert commitment.figure == "5/1—2"


@pytest.mark.parametrize(
    ("actual", "figure", "met", "unmet"),
    [
        (None, "0/≤5", False, False),
        ("3", "3/≤5", True, False),
        ("5", "5/≤5", True, False),
        ("12", "12/≤5", False, True),
    ],
)
def test_limit_from_above_is_kept_until_it_is_exceeded(
    actual: str | None, figure: str, met: bool, unmet: bool
) -> None:
    """A ceiling without a floor: 12 of at most 5 is not reached but exceeded."""
    number = None if actual is None else Decimal(actual)
    limited = facts(ceiling=Decimal(5), actual=number, **YEAR)
    assert (limited.figure, limited.met, limited.unmet) == (figure, met, unmet)
    assert not limited.nothing_done
    assert limited.target is None


def test_limit_has_no_plan_that_one_could_be_behind() -> None:
    limited = spanned(floor=None, ceiling=Decimal(5), interim=(Interim(START, Decimal(3)),))
    assert planned_points(limited, END) is None
    assert points_behind(limited, END) == 0


def test_without_a_target_nothing_is_met_or_unmet() -> None:
    commitment = facts(RECURRING, actual=Decimal("4.00"))
    assert (commitment.met, commitment.unmet, commitment.figure) == (False, False, "4")


def test_comparison_that_checked_somebody_has_done_something() -> None:
    assert facts(COMPARISON).nothing_done
    assert not facts(COMPARISON, done=0, total=3).nothing_done
    assert not facts(COMPARISON, actual=Decimal(0)).nothing_done
    assert facts(actual=Decimal(0)).nothing_done


def test_deadline_is_the_nearer_end() -> None:
    assert facts().deadline is None
    assert spanned(**YEAR).deadline == date(2020, 12, 31)
    assert facts(ends_on=date(2020, 6, 30), **YEAR).deadline == date(2020, 6, 30)


@pytest.mark.parametrize(
    ("number", "text"), [("12.50", "12.5"), ("100.00", "100"), ("100", "100"), ("0.00", "0")]
)
def test_plain_numbers_have_no_idle_zeroes(number: str, text: str) -> None:
    assert format_number(Decimal(number)) == text


# --- Planned -------------------------------------------------------------------------------------


def test_numeric_target_with_start_and_end_is_linear() -> None:
    commitment = spanned()
    assert planned_points(commitment, START - timedelta(days=9)) == 0
    assert planned_points(commitment, START) == 0
    assert planned_points(commitment, START + timedelta(days=365)) == Fraction(36500, 1460)
    assert planned_points(commitment, END) == 100
    assert planned_points(commitment, END + timedelta(days=9)) == 100


def test_deliverable_in_several_places_is_linear_and_one_thing_is_not() -> None:
    assert planned_points(spanned(DELIVERABLE, floor=None, done=3, total=11), END) == 100
    assert planned_points(spanned(DELIVERABLE, floor=None), END) is None


@pytest.mark.parametrize(
    "commitment",
    [
        spanned(ends_on=None),
        spanned(starts_on=None),
        spanned(floor=None),
        spanned(floor=Decimal(0)),
        spanned(yes_no=True),
        spanned(**YEAR),
        spanned(RECURRING),
        spanned(COMPARISON),
    ],
)
def test_no_end_or_no_growing_number_no_plan(commitment: CommitmentFacts) -> None:
    assert planned_points(commitment, date(2021, 1, 1)) is None
    assert points_behind(commitment, date(2021, 1, 1)) == 0


INTERIM = (Interim(date(2020, 9, 30), Decimal(6)), Interim(date(2020, 6, 30), Decimal(2)))


@pytest.mark.parametrize(
    ("on", "points"),
    [
        (date(2020, 6, 30), 0),
        (date(2020, 7, 1), 25),
        (date(2020, 9, 30), 25),
        (date(2020, 10, 1), 75),
    ],
)
def test_interim_targets_are_steps_owed_after_their_day(on: date, points: int) -> None:
    assert planned_points(spanned(interim=INTERIM), on) == points


def test_interim_targets_give_a_recurring_duty_a_plan_in_its_cycle() -> None:
    commitment = facts(RECURRING, floor=Decimal(8), interim=INTERIM, **YEAR)
    assert points_behind(commitment, date(2020, 7, 10)) == 25
    next_year = facts(
        RECURRING,
        floor=Decimal(8),
        interim=INTERIM,
        cycle_start=date(2021, 1, 1),
        cycle_end=date(2021, 12, 31),
    )
    assert planned_points(next_year, date(2021, 1, 10)) == 0


def test_interim_targets_without_a_target_are_measured_against_the_highest() -> None:
    assert points_behind(facts(interim=INTERIM, actual=Decimal(3)), date(2020, 10, 1)) == 50
    nothing = (Interim(date(2020, 6, 30), Decimal(0)),)
    assert planned_points(facts(interim=nothing), date(2020, 10, 1)) is None


@pytest.mark.parametrize(
    ("on", "owed", "ahead"),
    [
        (date(2020, 6, 30), None, 2),
        (date(2020, 7, 1), 2, 6),
        (date(2020, 10, 1), 6, None),
        (date(2021, 1, 10), 6, None),
    ],
)
def test_interim_target_of_a_day_is_the_last_that_is_past_and_the_next_is_named(
    on: date, owed: int | None, ahead: int | None
) -> None:
    """By the rule of the plan; that of another year is not named, nor any of a limit."""
    early = Interim(date(2019, 6, 30), Decimal(1))
    late = Interim(date(2021, 3, 31), Decimal(9))
    duty = facts(RECURRING, floor=Decimal(8), interim=(late, *INTERIM, early), **YEAR)
    found = interim_owed(duty, on), interim_ahead(duty, on)
    assert [step and step.target for step in found] == [owed, ahead]
    assert planned_points(duty, on) == Fraction(100 * (owed or 0), 8)
    limited = facts(ceiling=Decimal(5), interim=INTERIM, **YEAR)
    assert (interim_owed(limited, on), interim_ahead(limited, on)) == (None, None)


@given(
    st.decimals(0, 20, places=2),
    st.dates(START - timedelta(days=60), END + timedelta(days=60)),
)
def test_points_behind_lie_between_nothing_and_everything(actual: Decimal, on: date) -> None:
    commitment = spanned(actual=actual)
    behind = points_behind(commitment, on)
    assert 0 <= behind <= 100
    assert behind == 0 or commitment.unmet
    assert points_behind(commitment, on + timedelta(days=1)) >= behind


# --- Half of the cycle ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "on", "gone"),
    [
        (YEAR, date(2020, 7, 1), False),
        (YEAR, date(2020, 7, 2), True),
        ({**YEAR, "starts_on": date(2020, 7, 1)}, date(2020, 9, 30), False),
        ({**YEAR, "starts_on": date(2020, 7, 1)}, date(2020, 10, 1), True),
        ({**YEAR, "ends_on": date(2020, 3, 31)}, date(2020, 2, 16), True),
        ({"starts_on": START, "ends_on": END}, date(2022, 12, 1), False),
        ({"cycle_start": START}, date(2022, 12, 1), False),
    ],
)
def test_half_of_a_cycle_is_gone_by_whole_days(given: dict[str, Any], on: date, gone: bool) -> None:
    assert half_gone(facts(RECURRING, **given), on) is gone


# --- Projections ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("commitment", "on", "at", "expected"),
    [
        (spanned(actual=Decimal(3)), date(2019, 12, 31), date(2020, 12, 29), 6),
        (spanned(actual=Decimal(3)), date(2020, 12, 31), date(2030, 1, 1), Fraction(3 * 1460, 730)),
        (spanned(DELIVERABLE, done=9, total=11), date(2020, 1, 1), date(2021, 1, 1), 11),
        (spanned(actual=Decimal(3)), START, date(2020, 12, 31), None),
        (spanned(actual=Decimal(3)), END, date(2023, 12, 31), None),
        (spanned(actual=Decimal(3)), date(2020, 12, 31), date(2020, 12, 31), None),
        (spanned(DELIVERABLE, floor=None), date(2020, 1, 1), date(2020, 12, 31), None),
        (spanned(COMPARISON, done=1, total=2), date(2020, 1, 1), date(2020, 12, 31), None),
        (spanned(RECURRING, **YEAR), date(2020, 1, 1), date(2020, 12, 31), None),
        (spanned(ends_on=None), date(2020, 1, 1), date(2020, 12, 31), None),
        (spanned(starts_on=None), date(2020, 1, 1), date(2020, 12, 31), None),
        (spanned(interim=(Interim(END, Decimal(8)),)), date(2020, 1, 1), date(2020, 12, 31), None),
    ],
)
def test_projection_goes_on_as_before_where_the_plan_is_even(
    commitment: CommitmentFacts, on: date, at: date, expected: Fraction | None
) -> None:
    assert projected(commitment, on, at) == expected
