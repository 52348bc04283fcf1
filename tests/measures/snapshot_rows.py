"""Rows about the portions of a snapshot's text: a legal one, and what the constraints refuse."""

from collections.abc import Callable
from typing import Any, Final

from measures.models import PeriodSnapshot, SnapshotPortion
from measures.models.fingerprints import digest
from tests import builders


def a_portion(**changes: Any) -> SnapshotPortion:
    """The second piece of a snapshot's text."""
    return SnapshotPortion.objects.create(
        **{"snapshot": _the_snapshot(), "number": 1, "text": "}", **changes}
    )


def _the_snapshot() -> PeriodSnapshot:
    usual = {"content": "{", "sha256": digest("{}"), "program_version": "0", "taken_at": builders.moment()}
    found, _new = PeriodSnapshot.objects.get_or_create(
        period=builders.an_open_period(), number=1, defaults=usual
    )
    return found


def _a_portion_twice() -> None:
    a_portion()
    a_portion()


ILLEGAL_PORTIONS: Final[dict[str, Callable[[], object]]] = {
    "snapshotportion_number_once": _a_portion_twice,
    "snapshotportion_numbered_from_one": lambda: a_portion(number=0),
    "snapshotportion_says_something": lambda: a_portion(text=""),
}
