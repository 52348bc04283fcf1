"""How is a table of transitions written? One row: in this state, this act, into that state, and who may.

The rows stand with the acts (`updates`, `periods`, `measures`); `may` names predicates of `permissions`.
An act by rule, which nobody does by hand, has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from django.db.models import TextChoices

from measures.models import Act

State = TypeVar("State", bound=TextChoices)
Who = TypeVar("Who")


@dataclass(frozen=True)
class Transition(Generic[State, Who]):
    state: State
    act: Act
    next_state: State
    may: tuple[Who, ...] = ()


Table: TypeAlias = Mapping[tuple[State, Act], Transition[State, Who]]


def table(*rows: Transition[State, Who]) -> Table[State, Who]:
    """The rows by state and act. Raises ValueError for a second row: what it said would be lost."""
    found: dict[tuple[State, Act], Transition[State, Who]] = {}
    for row in rows:
        if (row.state, row.act) in found:
            raise ValueError(f"two rows for {row.act} from {row.state}")
        found[row.state, row.act] = row
    return found
