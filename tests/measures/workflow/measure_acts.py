"""What the tests of acts on a measure share: who is not the clerk, a basis, where the measure stands now."""

from collections.abc import Callable
from typing import Final

from departments.actors import Actor
from measures.models import Event, Measure
from tests import cast

BASIS: Final = "市政府第31次常务会议纪要"
NOT_THE_CLERK: Final[list[Callable[[], Actor]]] = [
    cast.signer, cast.leader, cast.auditor, cast.admin, cast.reporter, cast.reviewer, cast.clerk_elsewhere,
    cast.anonymous,
]  # fmt: skip


def state_of(measure: Measure) -> str:
    return Measure.objects.get(pk=measure.pk).state


def events_of(measure: Measure) -> list[str]:
    return list(Event.objects.filter(measure=measure).order_by("pk").values_list("act", flat=True))
