"""How far is each department with its updates of a period today, and how often was it urged? One query."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from django.db.models import CharField, Count, IntegerField, Model, QuerySet, Value

from departments.models import Department
from langfang_policy.compiled_queries import compiled
from measures.models import MeasureFigures, ProgressUpdate, UpdateState, Urge
from measures.summaries.kept import KeptPeriod

_UPDATES: Final = "updates"
_SLIPS: Final = "slips"
_LIGHTS: Final = "lights"
_SLUGS: Final = "slugs"


def count_states(kept: KeptPeriod) -> tuple[dict[str, Mapping[UpdateState, int]], dict[str, int]]:
    """By the slug of the department: the states with the most still to do first; and its slips.

    The present ones, also of a closed period: what is filed late goes on there. The same query counts the
    lights of a closed one, which have to be those that were sealed. Raises SnapshotError.
    """
    found: dict[str, list[_Counted]] = {_UPDATES: [], _SLIPS: [], _LIGHTS: [], _SLUGS: []}
    for kind, *counted in _all_counted(kept.row.pk, kept.sealed is not None):
        found[kind].append(_Counted(*counted))
    if kept.sealed:
        kept.sealed.check_lights((row.first, row.second, row.number) for row in found[_LIGHTS])
    slugs = {row.department: row.first for row in found[_SLUGS]}
    updates = [(slugs[row.department], row.first, row.number) for row in found[_UPDATES]]
    return _by_department(updates), {slugs[row.department]: row.number for row in found[_SLIPS]}


class _Counted(NamedTuple):
    """How many rows there are of two texts and a department, by its key; 0 and "" where there is no such."""

    first: str
    second: str
    department: int
    number: int


@compiled
def _all_counted(period: int, with_lights: bool) -> QuerySet[Model, Any]:
    """Departments by their keys, as the indexes have them, so that no row is read; their slugs besides."""
    of_period = {"period": period}
    updates = _counted(_UPDATES, ProgressUpdate.objects.filter(**of_period), "state", key="department_id")
    slips = _counted(_SLIPS, Urge.objects.filter(**of_period), key="department_id")
    lights = _counted(_LIGHTS, MeasureFigures.objects.filter(**of_period), "colour", "before")
    slugs = _counted(_SLUGS, Department.objects.all(), "slug", key="id")
    return updates.union(slips, slugs, *([lights] if with_lights else []), all=True)


def _counted(
    kind: str, rows: QuerySet[Model], first: str = "no_text", second: str = "no_text", key: str = "no_key"
) -> QuerySet[Model, Any]:
    """(kind, first text, second text, key, number of rows), to be joined with others like it."""
    no_text, no_key = Value("", CharField()), Value(0, IntegerField())
    named = rows.order_by().annotate(counted=Value(kind, CharField()), no_text=no_text, no_key=no_key)
    counted: QuerySet[Model, Any] = named.values_list("counted", first, second, key).annotate(n=Count("pk"))
    return counted


def _by_department(counted: Iterable[tuple[str, str, int]]) -> dict[str, Mapping[UpdateState, int]]:
    found: dict[str, dict[UpdateState, int]] = {}
    for slug, state, number in counted:
        found.setdefault(slug, {})[UpdateState(state)] = number
    return {
        slug: {state: counts[state] for state in UpdateState if state in counts}
        for slug, counts in found.items()
    }
