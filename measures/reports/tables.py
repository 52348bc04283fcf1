"""How is a table of a document declared? One row of a list a column: heading, width, what a cell says.

Templates run through the list. What a cell says is plain text, so that a page, a Word or an Excel file can
say the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar

from measures.charts import Mark

Row = TypeVar("Row")


@dataclass(frozen=True)
class Cell:
    """What it says, in lines; a `mark`, which its words repeat, may be drawn before the first.

    `value` is what a spreadsheet counts with: a number, a share, a day.
    """

    lines: tuple[str, ...]
    mark: Mark | None = None
    value: int | Decimal | date | None = None


@dataclass(frozen=True)
class Column(Generic[Row]):
    """`share` is its part of the width, beside the shares of the others."""

    heading: str
    share: int
    cell: Callable[[Row, date], Cell]
    centred: bool = False


def cells_of(columns: Sequence[Column[Row]], row: Row, on: date) -> tuple[Cell, ...]:
    return tuple(column.cell(row, on) for column in columns)


def widths(columns: Sequence[Column[Any]], table: str = "ledger") -> str:
    """The style sheet that gives each column its share of the table of that class."""
    whole = sum(column.share for column in columns)
    return "\n".join(
        f".{table} col:nth-child({place}) {{ width: {100 * column.share / whole:.4f}% }}"
        for place, column in enumerate(columns, 1)
    )
