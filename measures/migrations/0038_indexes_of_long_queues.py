"""Indexes by which pages find what waits among many times as many rows (docs/decisions/0066).

No table is rebuilt, so that triggers stay; those of watched tables go and come back as in every migration.
"""

from django.db import migrations, models

from measures.models.figure_triggers import create_figure_triggers, drop_figure_triggers


class Migration(migrations.Migration):
    dependencies = [("measures", "0037_returned_texts")]

    operations = [
        migrations.RunPython(drop_figure_triggers, create_figure_triggers),
        migrations.AddIndex(
            model_name="progressupdate",
            index=models.Index(
                fields=["measure", "department", "period"], name="progressupdate_of_duty"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("kind", "announced"), ("read_at", None)),
                fields=["person", "-at", "-id"],
                name="message_announced",
            ),
        ),
        migrations.RunPython(create_figure_triggers, drop_figure_triggers),
    ]
