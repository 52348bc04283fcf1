"""What somebody with the rights of the tables' owner can do: drop the triggers, then write what they like."""

from django.db import connection

from measures.models import PeriodSnapshot, ReportingPeriod
from measures.models.append_only import expected_guards


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def unguarded() -> None:
    """From here on only hashes tell."""
    connection.check_constraints()  # PostgreSQL drops no trigger of a table with rows still to be checked
    for guard in expected_guards(connection):
        run(f"DROP TRIGGER {guard.name}" + ("" if connection.vendor == "sqlite" else f" ON {guard.table}"))


def alter_snapshot(period: ReportingPeriod, old: str = '"', new: str = '" ') -> PeriodSnapshot:
    """Change the content of the latest snapshot and leave its hash."""
    unguarded()
    snapshot = period.snapshots.latest("number")
    content = snapshot.content.replace(old, new, 1)
    assert content != snapshot.content
    PeriodSnapshot.objects.filter(pk=snapshot.pk).update(content=content)
    return snapshot
