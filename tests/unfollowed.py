"""Where does coverage look away, so that being measured does not cost a third of the run?

On Python 3.11 all that runs while coverage measures is slower by half and more: the interpreter tells of
every line and every call, also of Django's, which nobody counts. So coverage looks away while Django builds a
query, asks the database and makes rows of the answer. No line of this product runs in there
(test_conftest.py looks). Were there one, it would count as never run: what is reported is at worst too low.
"""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models.query import QuerySet
from django.db.models.sql.compiler import (
    SQLAggregateCompiler,
    SQLCompiler,
    SQLDeleteCompiler,
    SQLInsertCompiler,
    SQLUpdateCompiler,
)
from django.db.models.sql.query import Query

WITHOUT_OUR_CODE: tuple[tuple[type, tuple[str, ...]], ...] = (
    (QuerySet, ("_fetch_all",)),
    (Query, ("add_annotation", "add_q", "add_select_related", "clone")),
    (SQLCompiler, ("as_sql", "execute_sql")),
    (SQLInsertCompiler, ("execute_sql",)),
    (SQLUpdateCompiler, ("execute_sql",)),
    (SQLDeleteCompiler, ("as_sql",)),
    (SQLAggregateCompiler, ("as_sql",)),
)


def unfollowed(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function; whoever traces this thread is not told what happens in it."""

    @wraps(function)
    def unseen(*arguments: Any, **named: Any) -> Any:
        tracer = sys.gettrace()
        if tracer is None:
            return function(*arguments, **named)
        sys.settrace(None)
        try:
            return function(*arguments, **named)
        finally:
            sys.settrace(tracer)

    return unseen


def look_away() -> None:
    """For this process, from now on."""
    for kind, names in WITHOUT_OUR_CODE:
        for name in names:
            setattr(kind, name, unfollowed(kind.__dict__[name]))
