"""In what transaction does an act happen? In one at whose end the figures that it changed are right again."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

from measures import summaries
from measures.models import Event

_figures_wait: ContextVar[bool] = ContextVar("_figures_wait", default=False)
# The events of the act that goes on, with those of the acts within it; None outside of one.
_events: ContextVar[list[Event] | None] = ContextVar("_events", default=None)


@contextmanager
def one_act() -> Iterator[None]:
    """A transaction; at its end the kept figures follow. An act within another leaves that to the outer."""
    with transaction.atomic():
        if _figures_wait.get():
            with _taken_back_with_it():
                yield
            return
        events: list[Event] = []
        token = _events.set(events)
        try:
            with figures_later():
                yield
        finally:
            _events.reset(token)
        summaries.refresh_changed(events)


@contextmanager
def figures_later() -> Iterator[None]:
    """For many acts at once, as an import does them: whoever reads next brings the figures up to date."""
    token = _figures_wait.set(True)
    try:
        yield
    finally:
        _figures_wait.reset(token)


@contextmanager
def _taken_back_with_it() -> Iterator[None]:
    """What an act within another wrote down is forgotten where it fails: its rows are taken back as well."""
    events = _events.get()
    before = len(events or ())
    try:
        yield
    except BaseException:
        if events is not None:
            del events[before:]
        raise


def written_down(event: Event) -> None:
    """The act that goes on has this event: what its figures show afterwards was brought by it."""
    events = _events.get()
    if events is not None:
        events.append(event)
