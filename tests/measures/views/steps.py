"""What does a page take of the database? How often it asks, in how many steps it is answered, by which plans.

Steps and plans are SQLite's, which can count and tell them; on PostgreSQL there are none.
"""

from typing import Final, NamedTuple

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

SQLITE: Final = connection.vendor == "sqlite"


class PageCost(NamedTuple):
    """Of a page: its length, how often it asked, in how many steps the database answered, by which plans."""

    length: int
    queries: int
    steps: int
    plans: str


def cost_of(client: Client, address: str) -> PageCost:
    """At the second visit, when nothing is put together any more for the first."""
    client.get(address)
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    with CaptureQueriesContext(connection) as queries:
        if SQLITE:
            connection.connection.set_progress_handler(step, 1)
        page = client.get(address)
        if SQLITE:
            connection.connection.set_progress_handler(None, 0)
    length = len(page.content.decode())
    return PageCost(length, len(queries), steps, plans_of(queries) if SQLITE else "")


def plans_of(queries: CaptureQueriesContext) -> str:
    plans = []
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            plans += [row[3] for row in cursor.fetchall()]
    return "\n".join(plans)
