"""Is a column one of the keys that another query finds? Asked so that those keys are found first."""

from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet, Subquery


def among(column: str, keys: QuerySet[Any, Any]) -> Q | Func:
    """A condition: the column, `pk` or that of a foreign key, holds one of them.

    On PostgreSQL they are an array, which is worked out before anything else and looked up in an index. `IN`
    is not: beside another condition, with `OR`, every row of the table is held against each; and no more than
    eight joins are put in order there, so behind more of them the keys come last, when all rows are joined.
    """
    if connection.vendor != "postgresql":
        return Q((f"{column}__in", keys))
    array = Subquery(keys)
    array.empty_result_set_value = NotImplemented  # where nothing can be found nothing is asked, as of `IN`
    joiner, whole = " = ANY (ARRAY", "%(expressions)s)"
    return Func(F(column), array, arg_joiner=joiner, template=whole, output_field=BooleanField())
