"""In what transaction does an act happen? In one at whose end the figures that it changed are right again."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

from measures import summaries

_figures_wait: ContextVar[bool] = ContextVar("_figures_wait", default=False)


@contextmanager
def one_act() -> Iterator[None]:
    """A transaction; at its end the kept figures follow. An act within another leaves that to the outer."""
    with transaction.atomic():
        if _figures_wait.get():
            yield
            return
        with figures_later():
            yield
        summaries.refresh_changed()


@contextmanager
def figures_later() -> Iterator[None]:
    """For many acts at once, as an import does them: whoever reads next brings the figures up to date."""
    token = _figures_wait.set(True)
    try:
        yield
    finally:
        _figures_wait.reset(token)
