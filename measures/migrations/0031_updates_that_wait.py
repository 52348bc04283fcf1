"""Indexes for what waits in a period, and for what nobody filed: pages do not look at every update any more."""

from django.db import migrations, models

from measures.models.figure_triggers import create_figure_triggers, drop_figure_triggers


class Migration(migrations.Migration):
    dependencies = [("measures", "0030_report_messages")]

    operations = [
        migrations.RunPython(drop_figure_triggers, create_figure_triggers),
        migrations.AddIndex(
            model_name="progressupdate",
            index=models.Index(fields=["period", "state", "department"], name="progressupdate_by_state"),
        ),
        migrations.AddIndex(
            model_name="progressupdate",
            index=models.Index(
                condition=models.Q(("first_submitted_at", None)),
                fields=["period", "due_on", "state"],
                name="progressupdate_not_filed",
            ),
        ),
        migrations.RunPython(create_figure_triggers, drop_figure_triggers),
    ]
