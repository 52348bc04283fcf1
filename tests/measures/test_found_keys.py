"""Are the keys that another query finds asked for as `IN` would, and found first on PostgreSQL?"""

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q

from langfang_policy.found_keys import among
from measures.models import Act, Event, ProgressUpdate, Revision, UpdateState
from measures.models.events import EventQuerySet
from tests import builders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_day", "calendar")]


def plan(rows: EventQuerySet) -> str:
    """What the database would do if reading a whole table were dear, as it is of a large one."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    return rows.explain()


def test_keys_are_found_as_of_in() -> None:
    first, second = builders.an_update(UpdateState.SUBMITTED), builders.an_update(UpdateState.DUE)
    texts = Revision.objects.filter(update=first)
    assert set(ProgressUpdate.objects.filter(among("pk", texts.values("update")))) == {first}
    assert set(ProgressUpdate.objects.filter(~among("pk", texts.values("update")))) == {second}
    by_column = Event.objects.filter(among("revision_id", texts.values("pk")))
    assert set(by_column) == set(Event.objects.filter(revision__in=texts)) != set()


def test_where_no_key_can_be_found_nothing_is_asked() -> None:
    nothing = Revision.objects.none().values("pk")
    with pytest.raises(EmptyResultSet):
        str(Event.objects.filter(among("revision_id", nothing)).query)
    assert "revision_id" not in str(
        Event.objects.filter(Q(act=Act.CONFIRM) | among("revision_id", nothing)).only("pk").query
    )


def test_history_is_found_by_indexes_though_either_of_two_conditions_will_do() -> None:
    """On PostgreSQL `IN` of a query beside another condition was held against every event there is."""
    update = builders.an_update(UpdateState.CONFIRMED)
    for rows in (Event.objects.of_measure(update.measure_id), Event.objects.of_update(update)):
        assert {event.act for event in rows} >= {Act.CONFIRM}
        said = plan(rows.order_by())
        if connection.vendor == "postgresql":
            assert "BitmapOr" in said
            assert "hashed SubPlan" not in said
        else:
            assert "MULTI-INDEX OR" in said
