"""Which texts does a reporter write? Those columns of a model that are marked here, in the model's order.

Form, limits, comparison, snapshot and pages are made from the marks; nowhere else are the texts listed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from django.db import models
from django.utils.text import capfirst

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words: TypeAlias = "str | _StrPromise"  # the promise has its name in the stubs only
Column = TypeVar("Column", bound="models.Field[Any, Any]")


class Asked(Enum):
    """In which situations a text is asked for."""

    ALWAYS = "always"
    WITH_PROGRESS = "with progress"
    WITHOUT_PROGRESS = "without progress"

    def fits(self, *, progress: bool) -> bool:
        return self is Asked.ALWAYS or progress == (self is Asked.WITH_PROGRESS)


@dataclass(frozen=True)
class WrittenText:
    """What the form says of a text. `limit` counts characters, not bytes; `rows` is the height of its box."""

    label: Words
    limit: int
    hint: Words
    asked: Asked
    rows: int
    one_line: bool


def written(
    column: Column, *, limit: int, hint: Words = "", asked: Asked = Asked.ALWAYS, rows: int = 2
) -> Column:
    """Mark a column as a text that a reporter writes. A CharField is one line, a TextField several."""
    one_line = not isinstance(column, models.TextField)
    mark = WrittenText(capfirst(column.verbose_name), limit, hint, asked, rows, one_line)
    column.written = mark  # type: ignore[attr-defined]  # of ours, read in written_texts alone
    return column


def written_texts(model: type[models.Model]) -> Mapping[str, WrittenText]:
    """The marked columns of a model by name."""
    fields = model._meta.local_fields
    return {field.name: field.written for field in fields if hasattr(field, "written")}
