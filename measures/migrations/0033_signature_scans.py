"""Scans of signed slips: files of an update that stand in none of the five places, kept once for one paper.

Triggers go and come back, because SQLite rebuilds the table that theirs refers to.
"""

from django.db import migrations, models

from measures.models.append_only import create_append_only_triggers, drop_append_only_triggers
from measures.models.figure_triggers import create_figure_triggers, drop_figure_triggers


class Migration(migrations.Migration):
    dependencies = [("measures", "0032_falls_of_shares")]

    operations = [
        migrations.RunPython(drop_append_only_triggers, create_append_only_triggers),
        migrations.RunPython(drop_figure_triggers, create_figure_triggers),
        migrations.RemoveConstraint(model_name="evidencefile", name="evidencefile_content_once"),
        migrations.AlterField(
            model_name="evidencefile",
            name="place",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="place"),
        ),
        migrations.AlterField(
            model_name="evidencefile",
            name="stored_as",
            field=models.CharField(db_index=True, editable=False, max_length=80, verbose_name="kept as"),
        ),
        migrations.AddConstraint(
            model_name="evidencefile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("place__isnull", False), ("withdrawn_at", None)),
                fields=("update", "sha256"),
                name="evidencefile_content_once",
                violation_error_message="A file with this content is there already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencefile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("place", None)),
                fields=("update", "sha256"),
                name="evidencefile_scan_once",
                violation_error_message="A file with this content is there already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencefile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("place__isnull", False)),
                fields=("stored_as",),
                name="evidencefile_kept_once",
                violation_error_message="Another file is kept under this name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencefile",
            constraint=models.CheckConstraint(
                condition=models.Q(("place__isnull", False), ("withdrawn_at", None), _connector="OR"),
                name="evidencefile_scan_is_never_withdrawn",
                violation_error_message="The scan of a signed slip is never withdrawn.",
            ),
        ),
        migrations.RunPython(create_figure_triggers, drop_figure_triggers),
        migrations.RunPython(create_append_only_triggers, drop_append_only_triggers),
    ]
