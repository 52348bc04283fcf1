"""Every act stands in a table: what is not there stops the program when it starts."""

import pytest

from measures.models import Act
from measures.workflow import issuing, measures, periods, updates
from measures.workflow.table_check import DONE_TO_UPDATES, OUTSIDE_THE_TABLES, require_rows


def test_act_without_a_row_stops_the_import() -> None:
    require_rows(Act.values)
    with pytest.raises(ValueError, match="postpone"):
        require_rows([*Act.values, "postpone"])


def test_act_is_either_in_a_table_or_named_as_outside() -> None:
    tables = (updates.TRANSITIONS, periods.TRANSITIONS, measures.TRANSITIONS, issuing.TRANSITIONS)
    within = {act for table in tables for _state, act in table}
    assert not within & set(OUTSIDE_THE_TABLES)
    assert within | set(OUTSIDE_THE_TABLES) == set(Act)


def test_acts_by_rule_are_done_by_nobody() -> None:
    assert not {Act.ADD_DUTY, Act.END_DUTY} & DONE_TO_UPDATES
