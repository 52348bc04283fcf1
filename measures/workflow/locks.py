"""Which rows does an act lock until its transaction ends? In this order: period, updates, measure, the rest.

Acts on updates and measures share their periods with one another; an act on a period has it alone, so that
its snapshot says exactly what was done before it. Every other act keeps this order, else two would wait for
each other. On PostgreSQL rows are locked, never their keys (NO KEY): a new row that points at one need not
wait. SQLite locks nothing here: with IMMEDIATE transactions only one writes at a time.
"""

from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

from departments.models import User
from langfang_policy.compiled_queries import compiled
from langfang_policy.given_rows import give
from measures.models import Measure, PeriodState, ProgressUpdate, ReportingPeriod, Revision


def lock_period(period: ReportingPeriod) -> ReportingPeriod:
    """The period as it is now, for an act on the period itself: nobody else acts in it meanwhile."""
    rows = ReportingPeriod.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("policy__coordinator").get(pk=period.pk)


def lock_update(update: ProgressUpdate) -> ProgressUpdate:
    """The update as it is now, its period shared."""
    _share_periods("id", update.period_id)
    for row in _locked(update.pk):
        _load_texts(row)
        return row
    raise ProgressUpdate.DoesNotExist


@compiled
def _locked(update: int) -> QuerySet[ProgressUpdate]:
    rows = ProgressUpdate.objects.select_for_update(of=("self",), no_key=True)
    return rows.with_context().filter(pk=update)


def _load_texts(update: ProgressUpdate) -> None:
    """As `with_revisions` does, with queries whose texts are kept."""
    texts = {row.pk: row for row in _texts(update.pk)}
    people: dict[int, list[User]] = {key: [] for key in texts}
    for person in _contributors(update.pk) if texts else ():
        people[vars(person)["of_text"]].append(person)
    for key, text in texts.items():
        text.update = update
        give(text, "contributors", people[key])
    give(update, "revisions", texts.values())


@compiled
def _texts(update: int) -> QuerySet[Revision]:
    return Revision._default_manager.filter(update=update).order_by("number")


@compiled
def _contributors(update: int) -> QuerySet[Any]:
    rows = User.objects.filter(contributions__update=update)
    return rows.annotate(of_text=F("contributions"))


def lock_measure_and_updates(measure: Measure) -> Measure:
    """The measure as it is now with its updates of open periods; all periods of its edition are shared."""
    _share_periods("edition_id", measure.section.edition_id)
    updates = ProgressUpdate.objects.select_for_update(of=("self",), no_key=True)
    list(updates.filter(measure=measure, period__state=PeriodState.OPEN).order_by("pk"))
    return lock_measure_row(measure.pk)


def lock_measure_row(pk: int) -> Measure:
    """The measure as it is now: for an act that locked the update through which it reaches the measure."""
    rows = Measure.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("section__edition__policy__coordinator").get(pk=pk)


def _share_periods(column: str, value: int) -> None:
    """FOR SHARE, for which `select_for_update` has no word. Waits for whoever has one of them alone."""
    if not connection.features.has_select_for_update:
        return
    rows = ReportingPeriod.objects.filter(**{column: value}).order_by("pk").values("pk")
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} FOR SHARE", params)
