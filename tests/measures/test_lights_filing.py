"""Filed, late, returned, missing: runs of missed periods and the state of one update. No database."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.lights import (
    FilingFacts,
    FilingState,
    PastUpdate,
    filing_state,
    missed_run,
)
from measures.models import LightColour

GREY, RED, YELLOW, GREEN = LightColour.GREY, LightColour.RED, LightColour.YELLOW, LightColour.GREEN
ON = date(2020, 7, 10)

# --- Missed periods ------------------------------------------------------------------------------

DUE = date(2020, 7, 7)
ON_TIME, MISSED = PastUpdate(DUE, DUE), PastUpdate(DUE)
LATE = PastUpdate(DUE, DUE + timedelta(days=1))
WAIVED, NOT_OWED = PastUpdate(DUE, waived=True), PastUpdate(None)
AHEAD = PastUpdate(ON)


@pytest.mark.parametrize(
    ("history", "run"),
    [
        ([], 0),
        ([MISSED], 1),
        ([ON_TIME, MISSED, MISSED], 2),
        ([MISSED, ON_TIME], 0),
        ([MISSED, LATE], 2),
    ],
)
def test_missed_is_not_submitted_by_the_end_of_the_due_date(history: list[PastUpdate], run: int) -> None:
    assert missed_run(history, ON) == run


def test_no_update_due_neither_counts_nor_breaks_the_run() -> None:
    assert missed_run([MISSED, NOT_OWED, MISSED, NOT_OWED], ON) == 2


def test_waived_is_not_missed() -> None:
    assert missed_run([MISSED, WAIVED], ON) == 0
    assert missed_run([MISSED, replace(AHEAD, waived=True)], ON) == 0
    assert missed_run([MISSED, WAIVED, MISSED], ON) == 1


def test_update_still_in_time_is_neither_missed_nor_a_break() -> None:
    assert missed_run([MISSED, AHEAD], ON) == 1
    assert missed_run([MISSED, AHEAD], ON + timedelta(days=1)) == 2


def test_update_filed_before_its_date_ends_the_run() -> None:
    assert missed_run([MISSED, MISSED, replace(AHEAD, submitted_on=ON)], ON) == 0


@given(st.lists(st.sampled_from([ON_TIME, MISSED, LATE, WAIVED, NOT_OWED, AHEAD])))
def test_run_never_exceeds_the_missed_updates_and_ignores_updates_that_say_nothing(
    history: list[PastUpdate],
) -> None:
    run = missed_run(history, ON)
    assert 0 <= run <= sum(row.missed(ON) for row in history)
    assert run == missed_run([row for row in history if row not in (NOT_OWED, AHEAD)], ON)


# --- The filing light ----------------------------------------------------------------------------

IN_TIME = FilingFacts(DUE, DUE)
TOO_LATE = FilingFacts(DUE, DUE + timedelta(days=1))
NEVER = FilingFacts(DUE)
GIVEN_BACK = replace(IN_TIME, back_due_on=DUE + timedelta(days=2))


@pytest.mark.parametrize(
    ("facts", "on", "state"),
    [
        (IN_TIME, ON, FilingState.ON_TIME),
        (TOO_LATE, ON, FilingState.LATE),
        (NEVER, ON, FilingState.MISSING),
        (NEVER, DUE, FilingState.NOT_DUE),
        (GIVEN_BACK, DUE + timedelta(days=2), FilingState.ON_TIME),
        (GIVEN_BACK, DUE + timedelta(days=3), FilingState.RETURNED),
        (replace(NEVER, waived=True), ON, FilingState.WAIVED),
    ],
)
def test_filing_state_of_one_update(facts: FilingFacts, on: date, state: FilingState) -> None:
    assert filing_state(facts, on) == state


def test_returned_never_turns_on_time_into_late() -> None:
    assert filing_state(replace(GIVEN_BACK, back_due_on=None), ON) == FilingState.ON_TIME


@pytest.mark.parametrize(
    ("facts", "colour"),
    [
        (IN_TIME, GREEN),
        (TOO_LATE, YELLOW),
        (GIVEN_BACK, YELLOW),
        (NEVER, RED),
        (replace(NEVER, due_on=ON), GREY),
        (replace(NEVER, waived=True), GREY),
    ],
)
def test_filing_state_has_its_colour(facts: FilingFacts, colour: LightColour) -> None:
    assert filing_state(facts, ON).colour == colour
