"""What outlives the migrations back to before the hashes and forward again? Record, triggers, kept figures.

They rebuild every table, which takes long: they run once for all that is asked of them. A new database has
its tables from one migration that replaces them (0001_squashed_…); both ways have to make the same.
"""

import gc
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from pytest_django import DjangoDbBlocker

from measures import summaries
from measures.models import (
    Event,
    Measure,
    MeasureFigures,
    PeriodFigures,
    PeriodSnapshot,
    Policy,
    Responsibility,
    UpdateState,
)
from measures.models.append_only import FaultKind
from measures.summaries.keeping import is_fresh
from measures.workflow import periods
from tests import builders, cast
from tests.builders import brought_to, update_of
from tests.cast import DAY
from tests.conftest import fresh_database
from tests.measures.test_append_only import faults
from tests.measures.test_verification import CLOSING, an_open_period, damages
from tests.tampering import unguarded

pytestmark = pytest.mark.unmeasured("of migrations nothing is measured, and the acts before have their tests")


@dataclass(frozen=True)
class Migrated:
    """What was there before the migrations went back, and which triggers and tables were not afterwards."""

    events: list[tuple[object, ...]]
    seals: list[Any]
    faults: list[tuple[FaultKind, str]]
    schemas: tuple[dict[str, Counter[str]], dict[str, Counter[str]]]


def written_events() -> list[tuple[object, ...]]:
    columns = ("pk", "previous", "content_sha256", "sha256")
    return list(Event.objects.order_by("pk").values_list(*columns))


@contextmanager
def uncollected() -> Iterator[None]:
    """Each step of a migration makes every model anew; the collector would walk all of them each time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()


# Everything in the database, each with its words: a column that came later stands elsewhere, and is the same.
SQLITE: Final = "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL"
POSTGRESQL: Final = """
    SELECT concat_ws('.', attrelid::regclass, attname),
            concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, attidentity,
                pg_get_expr(adbin, adrelid))
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid AND relkind = 'r'
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attnum > 0 AND NOT attisdropped AND relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws('.', conrelid::regclass, conname), pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT concat_ws('.', tgrelid::regclass, tgname),
            concat_ws(' ', tgenabled, pg_get_triggerdef(oid))
        FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""


def schema() -> dict[str, Counter[str]]:
    """Table, index, constraint, trigger or function, and the words of which it is made."""
    with connection.cursor() as cursor:
        cursor.execute(SQLITE if connection.vendor == "sqlite" else POSTGRESQL)
        return {name: Counter(re.findall(r"[^\s,()]+", text)) for name, text in cursor.fetchall()}


def step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a database that is older goes: without the migration that replaces the others."""
    load = MigrationLoader.load_disk

    def load_steps(loader: MigrationLoader) -> None:
        load(loader)
        found = loader.disk_migrations
        loader.disk_migrations = {name: row for name, row in found.items() if not row.replaces}

    monkeypatch.setattr(MigrationLoader, "load_disk", load_steps)


@pytest.fixture(scope="module")
def migrated(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Migrated]:
    """A frozen text, a correction in work, a period that was closed twice; then back and forward again."""
    with fresh_database(django_db_blocker), pytest.MonkeyPatch.context() as monkeypatch:
        new = schema()
        step_by_step(monkeypatch)
        period = an_open_period()
        builders.in_correction(brought_to(UpdateState.CONFIRMED, update_of(Measure.objects.get(), "zgh")))
        for _turn in range(2):
            periods.close_period(cast.clerk(), period, "更正未完成", CLOSING)
            periods.reopen_period(cast.signer(), period, "补报", CLOSING)
        events, seals = written_events(), list(PeriodSnapshot.objects.values("pk", "parts", "seal"))
        with uncollected():
            call_command("migrate", "measures", "0005", verbosity=0)
        with uncollected():
            call_command("migrate", "measures", verbosity=0)
        yield Migrated(events, seals, faults(), (new, schema()))


def test_guarded_tables_can_be_rebuilt_by_a_migration(migrated: Migrated) -> None:
    """The triggers are whole, and no event came without its hash."""
    assert migrated.faults == []
    assert len(migrated.events) > 0
    assert Event.objects.exclude(sha256="").count() == len(migrated.events)


def test_new_database_is_as_one_that_came_step_by_step(migrated: Migrated) -> None:
    new, old = migrated.schemas
    assert len(new) > 100
    assert new == old


def test_migration_chains_the_events_that_are_there(migrated: Migrated) -> None:
    """The hashes are the very same that acts of today would have written."""
    unguarded()
    for row in migrated.seals:  # went with their columns
        PeriodSnapshot.objects.filter(pk=row["pk"]).update(parts=row["parts"], seal=row["seal"])
    call_command("restore_append_only", verbosity=0)

    assert written_events() == migrated.events
    assert damages() == []


@pytest.mark.usefixtures("migrated")
def test_migration_repeats_the_facts_that_are_there() -> None:
    assert Responsibility.objects.exclude(policy=Policy.objects.get()).count() == 0
    assert Responsibility.objects.count() > 0
    assert summaries.repeated_faults() == []


@pytest.mark.usefixtures("migrated")
def test_migration_goes_back_and_forward_again() -> None:
    assert not PeriodFigures.objects.exists()
    period = builders.an_open_period()
    summaries.refresh(period, DAY)
    assert MeasureFigures.objects.count() == 1
    assert is_fresh(period, DAY)
