"""How does a row get related rows that were read together with others, and not by a query of their own?"""

from collections.abc import Iterable

from django.db.models import Model


def give(row: Model, name: str, related: Iterable[Model]) -> None:
    """The answer to `row.<name>.all()` from now on, as prefetching gives it."""
    answer = getattr(row, name).all()
    answer._result_cache, answer._prefetch_done = list(related), True
    vars(row).setdefault("_prefetched_objects_cache", {})[name] = answer
