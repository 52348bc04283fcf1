"""How far is each department with its updates of a period today, and how often was it urged? One query."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db.models import CharField, Count, Model, QuerySet, Value

from langfang_policy.compiled_queries import compiled
from measures.models import MeasureFigures, ProgressUpdate, UpdateState, Urge
from measures.summaries.kept import KeptPeriod

_UPDATES: Final = "updates"
_SLIPS: Final = "slips"
_LIGHTS: Final = "lights"


def count_states(kept: KeptPeriod) -> tuple[dict[str, Mapping[UpdateState, int]], dict[str, int]]:
    """By the slug of the department: the states with the most still to do first; and its slips.

    The present ones, also of a closed period: what is filed late goes on there. The same query counts the
    lights of a closed one, which have to be those that were sealed. Raises SnapshotError.
    """
    found: dict[str, list[tuple[str, str, int]]] = {_UPDATES: [], _SLIPS: [], _LIGHTS: []}
    for kind, first, second, number in _all_counted(kept.row.pk, kept.sealed is not None):
        found[kind].append((first, second, number))
    if kept.sealed:
        kept.sealed.check_lights(found[_LIGHTS])
    return _by_department(found[_UPDATES]), {slug: number for slug, _none, number in found[_SLIPS]}


@compiled
def _all_counted(period: int, with_lights: bool) -> QuerySet[Model, Any]:
    of_period = {"period": period}
    updates = _counted(_UPDATES, ProgressUpdate.objects.filter(**of_period), "department__slug", "state")
    slips = _counted(_SLIPS, Urge.objects.filter(**of_period), "department__slug")
    lights = _counted(_LIGHTS, MeasureFigures.objects.filter(**of_period), "colour", "before")
    return updates.union(*([slips, lights] if with_lights else [slips]), all=True)


def _counted(kind: str, rows: QuerySet[Model], first: str, second: str = "nothing") -> QuerySet[Model, Any]:
    """(kind, first column, second column, number of rows), to be joined with others like it."""
    text = CharField()
    named = rows.order_by().annotate(kind=Value(kind, text), nothing=Value("", text))
    counted: QuerySet[Model, Any] = named.values_list("kind", first, second).annotate(n=Count("pk"))
    return counted


def _by_department(counted: Iterable[tuple[str, str, int]]) -> dict[str, Mapping[UpdateState, int]]:
    found: dict[str, dict[UpdateState, int]] = {}
    for slug, state, number in counted:
        found.setdefault(slug, {})[UpdateState(state)] = number
    return {
        slug: {state: counts[state] for state in UpdateState if state in counts}
        for slug, counts in found.items()
    }
