"""A snapshot has a seal, so that a page verifies what it shows of a closed period and not all of it.

Snapshots that were taken before have none and keep their hash, which documents carry: they are read whole.
"""

from django.db import migrations, models

from measures.models.append_only import create_append_only_triggers, drop_append_only_triggers


class Migration(migrations.Migration):
    dependencies = [("measures", "0009_kept_figures")]

    operations = [
        migrations.RunPython(drop_append_only_triggers, create_append_only_triggers),
        migrations.AddField(
            "periodsnapshot",
            "parts",
            models.TextField(blank=True, default="", verbose_name="hashes of the measures"),
        ),
        migrations.AddField(
            "periodsnapshot", "seal", models.TextField(blank=True, default="", verbose_name="seal")
        ),
        migrations.RunPython(create_append_only_triggers, drop_append_only_triggers),
    ]
