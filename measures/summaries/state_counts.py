"""How far is each department with its updates of a period, today? Counts by state, in one query."""

from collections.abc import Mapping

from django.db.models import Count

from measures.models import ProgressUpdate, ReportingPeriod, UpdateState


def count_states(period: ReportingPeriod) -> dict[str, Mapping[UpdateState, int]]:
    """By the slug of the department, the states with the most still to do first.

    The present ones, also of a closed period: what is filed late goes on there.
    """
    rows = ProgressUpdate.objects.filter(period=period).order_by().values_list("department__slug", "state")
    found: dict[str, dict[UpdateState, int]] = {}
    for slug, state, number in rows.annotate(n=Count("pk")):
        found.setdefault(slug, {})[UpdateState(state)] = number
    return {
        slug: {state: counts[state] for state in UpdateState if state in counts}
        for slug, counts in found.items()
    }
