"""Which day is it? A demo database keeps one fixed date for ever; every other asks the machine.

Only views, admin and commands ask here; the domain is told the date. Nothing of ours is imported.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.apps import apps
from django.utils import timezone

_UNKNOWN = object()
_demo_date: object = _UNKNOWN
_fixed: ContextVar[datetime | None] = ContextVar("_fixed", default=None)


def demo_date() -> date | None:
    """The date at which a demo database stands still; None in every other database.

    Read once a process: `load_demo` refuses a database in which people already work, so the
    answer can only change before anybody has signed in; until then it is read anew each time.
    """
    global _demo_date
    if _demo_date is not _UNKNOWN:
        return _demo_date if isinstance(_demo_date, date) else None
    found: date | None = (
        apps.get_model("departments", "DemoMode")._default_manager.values_list("on", flat=True).first()
    )
    people = found is not None or apps.get_model("departments", "User")._default_manager.exists()
    if people:
        _demo_date = found
    return found


def forget() -> None:
    """Read the demo row anew at the next question; for tests and `load_demo`."""
    global _demo_date
    _demo_date = _UNKNOWN


def today() -> date:
    return demo_date() or timezone.localdate()


@contextmanager
def fixed_at(moment: datetime) -> Iterator[None]:
    """What asks inside for the instant is told this one: a demo is made of earlier days."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)


def now() -> datetime:
    """The present instant, moved to the demo date in a demo database."""
    if fixed_moment := _fixed.get():
        return fixed_moment
    moment = timezone.localtime()
    fixed = demo_date()
    return moment.replace(year=fixed.year, month=fixed.month, day=fixed.day) if fixed else moment
