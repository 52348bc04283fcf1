"""Which lights did the office set against the rules in a period: by whom, when and why? For who signs it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from measures.models import Act, Event, LightChange, LightColour, MeasureFigures, MeasureLight
from measures.summaries.kept import KeptPeriod
from measures.summaries.types import MeasureRow


@dataclass(frozen=True)
class Override:
    """`ruled` is what the rules say; reason and colour are those of the light of the row."""

    row: MeasureRow
    ruled: LightColour
    because: str
    person: str
    at: datetime | None


def overridden_lights(period: Any) -> QuerySet[MeasureLight]:
    """Of a period, or of an outer query of periods."""
    return MeasureLight.objects.filter(period=period).exclude(override_colour="")


def overridden(kept: KeptPeriod) -> QuerySet[MeasureFigures]:
    """The measures whose light the office has set, in document order: cut it, then `overrides_of`.

    An override that was lifted is none any more; the history of the light has it.
    """
    lights = overridden_lights(kept.row)
    own = lights.filter(measure=OuterRef("measure")).annotate(set_at=_when())
    return kept.measures.filter(measure__in=lights.values("measure")).annotate(
        set_by=Subquery(own.values("overridden_by__name")[:1]), set_at=Subquery(own.values("set_at")[:1])
    )


def _when() -> Coalesce:
    """As the change of the light says; else, of before these were kept, the act in the same words."""
    same = {"override_colour": OuterRef("override_colour"), "override_reason": OuterRef("override_reason")}
    changes = LightChange.objects.filter(
        period=OuterRef("period"), measure=OuterRef("measure"), event__act=Act.OVERRIDE_LIGHT, **same
    )
    acts = Event.objects.filter(
        measure=OuterRef("measure"),
        act=Act.OVERRIDE_LIGHT,
        user=OuterRef("overridden_by"),
        to_state=OuterRef("override_colour"),
        comment=OuterRef("override_reason"),
    )
    return Coalesce(
        Subquery(changes.order_by("-number").values(moment=F("event__at"))[:1]),
        Subquery(acts.order_by("-pk").values("at")[:1]),
    )


def overrides_of(kept: KeptPeriod, figures: Iterable[MeasureFigures]) -> list[Override]:
    """Of rows of `overridden`. Raises SnapshotError where they are not what the snapshot has sealed."""
    found = list(figures)
    return [
        Override(
            row=row,
            ruled=LightColour(str(row.light.parameters["ruled"])),
            because=str(row.light.parameters["because"]),
            person=vars(kept_row)["set_by"] or "",
            at=vars(kept_row)["set_at"],
        )
        for kept_row, row in zip(found, kept.rows(found), strict=True)
    ]
