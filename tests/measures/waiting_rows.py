"""Rows about parts in texts that wait: what the constraints refuse. Triggers write the legal ones."""

from collections.abc import Callable
from typing import Any, Final

from measures.models import UpdateState, WaitingPart
from tests import builders, cast


def a_part(**changes: Any) -> WaitingPart:
    """Of somebody who had none."""
    update = builders.an_update(UpdateState.IN_REVIEW)
    usual = {"update": update, "period": update.period, "person": cast.clerk().person, "state": update.state}
    return WaitingPart.objects.create(**{**usual, **changes})


ILLEGAL_PARTS: Final[dict[str, Callable[[], object]]] = {
    "waitingpart_once": lambda: a_part(person=cast.reporter().person),
    "waitingpart_waits": lambda: a_part(state=UpdateState.CONFIRMED),
}
