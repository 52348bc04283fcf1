"""Are the ten breaks of `broken_rules` still breaks? They name lines of the code, which changes."""

import pytest

from tests.broken_rules import BREAKS, Break, arguments_of, source_of


@pytest.mark.parametrize("row", BREAKS, ids=[row.rule for row in BREAKS])
def test_break_is_one_line_of_the_code_and_its_rule_has_tests(row: Break) -> None:
    compile(source_of(row), row.path, "exec")
    assert arguments_of(row.rule)


def test_line_that_is_gone_is_named() -> None:
    with pytest.raises(ValueError, match="holds 'no such line' 0 times"):
        source_of(BREAKS[0]._replace(line="no such line"))
