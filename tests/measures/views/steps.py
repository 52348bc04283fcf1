"""What does a page take of the database? How often it asks, in how many steps it is answered, by which plans.

Of SQLite alone, which can count its steps.
"""

from typing import NamedTuple

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


class Reading(NamedTuple):
    """Of a page: its length, how often it asked, in how many steps the database answered, by which plans."""

    length: int
    queries: int
    steps: int
    plans: str


def read(client: Client, address: str) -> Reading:
    """At the second visit, when nothing is put together any more for the first."""
    client.get(address)
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    with CaptureQueriesContext(connection) as queries:
        connection.connection.set_progress_handler(step, 1)
        page = client.get(address)
        connection.connection.set_progress_handler(None, 0)
    plans = []
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            plans += [row[3] for row in cursor.fetchall()]
    return Reading(len(page.content.decode()), len(queries), steps, "\n".join(plans))
