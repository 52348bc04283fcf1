"""Short columns of a snapshot before its long texts, and indexes that hold all by which updates are put in order.

SQLite reads a row from its beginning: behind a content of megabytes a hash of 64 characters took as long as
the content (docs/decisions/0061). PostgreSQL keeps long texts apart; there the order changes nothing.
"""

from typing import Any

from django.db import migrations, models

from measures.models.append_only import create_append_only_triggers, drop_append_only_triggers
from measures.models.figure_triggers import create_figure_triggers, drop_figure_triggers


def rebuild_snapshots(apps: Any, schema_editor: Any) -> None:
    """With the columns in the order in which the model has them now."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor._remake_table(apps.get_model("measures", "PeriodSnapshot"))


class Migration(migrations.Migration):
    dependencies = [("measures", "0034_indexes_of_what_is_counted")]

    operations = [
        migrations.RunPython(drop_append_only_triggers, create_append_only_triggers),
        migrations.RunPython(drop_figure_triggers, create_figure_triggers),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField("periodsnapshot", "parts"),
                migrations.AddField(
                    "periodsnapshot",
                    "parts",
                    models.TextField(blank=True, default="", verbose_name="hashes of the measures"),
                ),
                migrations.RemoveField("periodsnapshot", "content"),
                migrations.AddField("periodsnapshot", "content", models.TextField(verbose_name="content")),
            ]
        ),
        migrations.RunPython(rebuild_snapshots, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="progressupdate", name="progressupdate_by_state"),
        migrations.AddIndex(
            model_name="progressupdate",
            index=models.Index(
                fields=["period", "state", "department", "role", "position", "measure", "due_on"],
                name="progressupdate_by_state",
            ),
        ),
        migrations.AddIndex(
            model_name="progressupdate",
            index=models.Index(
                fields=["department", "state", "period", "role", "position", "measure", "due_on"],
                name="progressupdate_of_department",
            ),
        ),
        migrations.RemoveIndex(model_name="progressupdate", name="progressupdate_not_filed"),
        migrations.AddIndex(
            model_name="progressupdate",
            index=models.Index(
                condition=models.Q(("first_submitted_at", None)),
                fields=["period", "due_on", "state", "department"],
                name="progressupdate_not_filed",
            ),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(
                condition=models.Q(("confirmed_at", None)),
                fields=["approved_by", "update", "number"],
                name="revision_to_confirm",
            ),
        ),
        migrations.AddIndex(
            model_name="coordinationmatter",
            index=models.Index(
                condition=models.Q(("resolved_at", None)), fields=["measure"], name="coordinationmatter_open"
            ),
        ),
        migrations.RunPython(create_figure_triggers, drop_figure_triggers),
        migrations.RunPython(create_append_only_triggers, drop_append_only_triggers),
    ]
