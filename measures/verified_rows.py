"""Do the rows that acts write beside their events say what these say? None gone, none put in, none reworded.

A trigger keeps most of them as they were (`models.append_only`); this tells what was done while none did, and
of lights, which the office may set and lift again, what no act did. Changes nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import Max, QuerySet

from measures.models import (
    Act,
    ClosureRequest,
    CoordinationMatter,
    Event,
    Extension,
    ExtensionOutcome,
    FormerDates,
    LightChange,
    MeasureLight,
)


class Told(NamedTuple):
    """Of a subject by its key: who did it, when, in which words. An event may say something before them."""

    subject: int
    person: int | None
    at: datetime
    words: str


@dataclass(frozen=True)
class Written:
    """What one act writes beside its event: rows as columns of Told; `noun` is said of what differs."""

    act: Act
    noun: str
    subject: str
    rows: Callable[[str], "QuerySet[Any, Any]"]


def _answered(outcome: ExtensionOutcome) -> Callable[[str], "QuerySet[Any, Any]"]:
    def rows(alias: str) -> "QuerySet[Any, Any]":
        found = Extension.objects.using(alias).filter(outcome=outcome)
        return found.values_list("update", "decided_by", "decided_at", "answer")

    return rows


def _asked(alias: str) -> "QuerySet[Any, Any]":
    return Extension.objects.using(alias).values_list("update", "asked_by", "asked_at", "reason")


def _moved(alias: str) -> "QuerySet[Any, Any]":
    return FormerDates.objects.using(alias).values_list("period", "changed_by", "changed_at", "reason")


def _requested(alias: str) -> "QuerySet[Any, Any]":
    return ClosureRequest.objects.using(alias).values_list("closure__measure", "user", "asked_at", "basis")


def _settled(alias: str) -> "QuerySet[Any, Any]":
    found = CoordinationMatter.objects.using(alias).exclude(resolved_at=None)
    return found.values_list("measure", "resolved_by", "resolved_at", "answer")


WRITTEN: Final = (
    Written(Act.REQUEST_EXTENSION, "延期申请", "update", _asked),
    Written(Act.GRANT_EXTENSION, "对延期申请的答复", "update", _answered(ExtensionOutcome.GRANTED)),
    Written(Act.REFUSE_EXTENSION, "对延期申请的答复", "update", _answered(ExtensionOutcome.REFUSED)),
    Written(Act.CHANGE_DATES, "调整前的期限", "period", _moved),
    Written(Act.REQUEST_CLOSURE, "办结申请", "measure", _requested),
    Written(Act.RESOLVE_MATTER, "需协调事项的答复", "measure", _settled),
)
ACTS: Final = frozenset(row.act for row in WRITTEN)


def that_differ(told: Mapping[str, Iterable[Told]], alias: str) -> Iterator[tuple[str, int, str]]:
    """(name and key of the subject, what of it differs), given what the events of ACTS say, by act."""
    yield from dict.fromkeys(_rows_that_differ(told, alias))
    for measure in _other_lights(alias):
        yield "measure", measure, "统筹单位调整的灯"


def _rows_that_differ(told: Mapping[str, Iterable[Told]], alias: str) -> Iterator[tuple[str, int, str]]:
    for written in WRITTEN:
        rows, said = _by_subject(written.rows(alias).iterator()), _by_subject(told.get(written.act, ()))
        for key in sorted(rows.keys() | said.keys()):
            if not _say_the_same(rows[key], said[key]):
                yield written.subject, key, written.noun


def _by_subject(found: Iterable[Any]) -> defaultdict[int, list[Told]]:
    by_subject: defaultdict[int, list[Told]] = defaultdict(list)
    for row in found:
        told = Told(*row)
        by_subject[told.subject].append(told)
    return by_subject


def _say_the_same(rows: list[Told], events: list[Told]) -> bool:
    """Each row has an event of its own, and each event a row. The longest words choose first."""
    left = list(events)
    for row in sorted(rows, key=lambda row: -len(row.words)):
        own = next((event for event in left if _is_told_by(row, event)), None)
        if own is None:
            return False
        left.remove(own)
    return not left


def _is_told_by(row: Told, event: Told) -> bool:
    return (row.person, row.at) == (event.person, event.at) and event.words.endswith(row.words)


# --- lights that the office set -------------------------------------------------------------------


def _other_lights(alias: str) -> list[int]:
    """The measures on which an override stands, or does not, otherwise than the acts left it."""
    acts = Event.objects.using(alias).filter(act=Act.OVERRIDE_LIGHT)
    set_to = set(acts.values_list("measure", "user", "to_state", "comment"))
    last = dict(acts.order_by().values_list("measure").annotate(last=Max("pk")))
    brought = _brought_by_acts(alias)
    lights = {(light.period_id, light.measure_id): light for light in _overridden(alias)}
    return sorted(
        {
            measure
            for period, measure in lights.keys() | brought.keys()
            if not _stands_as_told(
                lights.get((period, measure)), brought.get((period, measure)), set_to, last.get(measure)
            )
        }
    )


def _overridden(alias: str) -> "QuerySet[MeasureLight]":
    return MeasureLight.objects.using(alias).exclude(override_colour="")


def _brought_by_acts(alias: str) -> dict[tuple[int, int], tuple[int, str, str]]:
    """By period and measure, of the last light that such an act brought: its event, and the override then."""
    rows = LightChange.objects.using(alias).filter(event__act=Act.OVERRIDE_LIGHT).order_by("number")
    columns = ("period", "measure", "event", "override_colour", "override_reason")
    return {(period, measure): tuple(rest) for period, measure, *rest in rows.values_list(*columns)}


def _stands_as_told(
    light: MeasureLight | None,
    brought: tuple[int, str, str] | None,
    set_to: set[tuple[Any, ...]],
    last: int | None,
) -> bool:
    """An override is one of those that acts set, and where no act came later the one that the last left.

    The change of a light is written with the act, but by the next reader where the figures have no day then:
    whether a later act set or lifted it, or was on another period, nothing tells.
    """
    if light and _of(light) not in set_to:
        return False
    if brought is None or brought[0] != last:
        return True
    stands = (light.override_colour, light.override_reason.strip().rstrip("。")) if light else ("", "")
    return stands == brought[1:]


def _of(light: MeasureLight) -> tuple[Any, ...]:
    return light.measure_id, light.overridden_by_id, light.override_colour, light.override_reason
