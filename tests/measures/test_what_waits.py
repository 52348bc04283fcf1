"""What waits is found, counted and put in order by indexes, however much there is: the plans say it.

On SQLite, where a plan without statistics does not depend on the rows. Which of several indexes PostgreSQL
takes for a row or two follows what it last counted; there the plan says only that one can ask.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from departments.actors import Actor
from measures.models import PeriodSnapshot, ProgressUpdate, ReportingPeriod, UpdateState
from measures.pages import start_page
from measures.pages.queue_filter import Queue, _rows, _shown
from measures.summaries.open_periods import open_periods
from measures.workflow import periods
from tests import builders, cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day", "calendar"),
    pytest.mark.both("plans are those of the database"),
]
S = UpdateState
BY_STATE, OF_DEPARTMENT = "progressupdate_by_state", "progressupdate_of_department"
NOTHING = (False, "", "", None, None, None)
ORDER = ("measure__section__ordinal", "measure__ordinal", "pk")


def plan_of(sql: str, values: Iterable[Any]) -> str:
    with connection.cursor() as cursor:
        explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        cursor.execute(f"{explain} {sql}", tuple(values))
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def plan(rows: QuerySet[Any, Any]) -> str:
    return plan_of(*rows.query.sql_with_params())


def uses(said: str, *indexes: str) -> bool:
    return connection.vendor != "sqlite" or all(index in said for index in indexes)


@pytest.mark.parametrize(
    ("who", "state", "column", "index"),
    [
        (cast.reviewer, S.IN_REVIEW, "department", OF_DEPARTMENT),
        (cast.clerk, S.SUBMITTED, "period__policy", BY_STATE),
    ],
)
def test_queue_is_cut_by_its_keys_in_an_index(
    who: Callable[[], Actor], state: S, column: str, index: str
) -> None:
    """Only then is anything said of a row: the cut stands in the innermost query."""
    update = builders.an_update(state)
    keys = [update.department_id if column == "department" else update.period.policy_id]
    asked = (Queue(state, column), NOTHING)
    shown = _shown(*asked, who(), keys).order_by(*ORDER).values("pk")
    assert uses(plan(shown), index)
    if connection.vendor == "sqlite":
        assert f"COVERING INDEX {index}" in plan(shown), "no row is read"
    rows = _rows(slice(5), *asked, ORDER, who(), keys)
    assert [row.pk for row in rows] == [update.pk]
    assert not rows.query.is_sliced
    assert "LIMIT 5)" in rows.query.sql_with_params()[0]


def test_start_page_is_found_by_indexes() -> None:
    """What is to be checked in the order of its days: only what is shown is looked at."""
    builders.an_update(S.SUBMITTED)
    [*_others, checks] = start_page._kinds_of_work(cast.clerk())
    found = plan(ProgressUpdate.objects.filter(checks).order_by("due_on", "pk").values("pk")[:8])
    assert uses(found, "progressupdate_to_check", "waitingpart_of_person")
    if connection.vendor == "sqlite":
        assert "ORDER BY" not in found, "nothing is sorted"
    sent = plan(start_page.sent_by(cast.clerk()).values("pk")[:8])
    assert uses(sent, "COVERING INDEX revision_approved")
    few = plan(start_page.sent_by(cast.clerk(), few=True).values("pk")[:8])
    assert uses(few, "COVERING INDEX revision_approved")


def test_announcements_are_found_among_those_not_read() -> None:
    """Whoever is told of thousands of confirmed texts has few announcements, or none."""
    found = plan(vars(start_page._messages_to)["__wrapped__"](cast.clerk()))
    assert uses(found, "message_announced")


def test_messages_that_are_shown_are_sought_before_anything_is_joined() -> None:
    """On PostgreSQL a semi-join behind seventeen others came last: all messages of all people were joined."""
    update = builders.an_update(S.SUBMITTED)
    for number in range(50):
        builders.a_message(cast.reviewer().person, update, day=cast.DAY + timedelta(number))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    rows = vars(start_page._messages_to)["__wrapped__"](cast.clerk())
    said = plan(rows)
    assert list(rows) == []
    if connection.vendor == "postgresql":
        assert "InitPlan" in said, "the keys are found first"
        assert "ANY (" in said, "and the rest is read of them alone"


def test_counts_of_open_periods_look_at_what_is_open_and_pending() -> None:
    """Matters and closures of a policy, extensions, own parts: not all measures and updates."""
    update = builders.an_update(S.SUBMITTED)
    found: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, values: Any, *rest: Any) -> Any:
        found.append((sql, values))
        return execute(sql, values, *rest)

    with connection.execute_wrapper(note):
        [glance] = open_periods([update.period.policy], cast.clerk(), cast.DAY)
    assert [row.to_confirm for row in glance.periods] == [1]
    [(sql, values)] = found
    said = plan_of(sql, values)
    assert uses(said, "coordinationmatter_of_policy", "closure_of_policy", "extension_one_pending", BY_STATE)
    assert uses(said, "COVERING INDEX waitingpart_of_person")
    if connection.vendor == "sqlite":
        assert "SCAN measures_" not in said


def test_what_pages_read_of_a_snapshot_stands_before_its_long_texts() -> None:
    """SQLite reads through a row up to the column that is asked for; PostgreSQL keeps long texts apart."""
    period = builders.an_update(S.CONFIRMED).period
    periods.close_period(cast.clerk(), period, "", builders.moment())
    last = [field.attname for field in PeriodSnapshot._meta.concrete_fields][-3:]
    assert last == ["seal", "parts", "content"]
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, "measures_periodsnapshot")
    names = [row.name for row in described]
    if connection.vendor == "sqlite":
        assert names[-3:] == last
    assert {field.column for field in PeriodSnapshot._meta.concrete_fields} == set(names)
    assert ReportingPeriod.objects.get(pk=period.pk).snapshots.get().seal
