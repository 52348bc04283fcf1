"""Portfolios of leaders: a legal one, and what the constraints refuse."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from measures.models import Portfolio
from tests import builders, cast


def a_portfolio(**changes: Any) -> Portfolio:
    """The leader is in charge of a department, unless something else is said."""
    usual = {
        "policy": builders.a_policy(),
        "person": cast.leader().person,
        "department": cast.a_department("jyj"),
        "valid_from": cast.SINCE,
    }
    return Portfolio.objects.create(**{**usual, **changes})


def a_portfolio_of_a_section(**changes: Any) -> Portfolio:
    return a_portfolio(department=None, section=builders.a_section(), **changes)


def twice(make: Callable[[], Portfolio]) -> None:
    make()
    make()


ILLEGAL_PORTFOLIOS: Final[dict[str, Callable[[], object]]] = {
    "portfolio_is_a_department_or_a_section": lambda: a_portfolio(section=builders.a_section()),
    "portfolio_ends_after_it_begins": lambda: a_portfolio(valid_to=date(2018, 12, 31)),
    "portfolio_of_department_held_once": lambda: twice(a_portfolio),
    "portfolio_of_section_held_once": lambda: twice(a_portfolio_of_a_section),
}
