"""A long snapshot goes on in portions, so that closing takes no more memory for more measures.

The table is new and its rows are only ever added. Snapshots that were taken before stay in one piece. Going
back over this takes the portions away: the snapshots that had some then look altered.
"""

import django.db.models.deletion
from django.db import migrations, models

from measures.models.append_only import create_append_only_triggers, drop_append_only_triggers


class Migration(migrations.Migration):
    dependencies = [("measures", "0035_rows_in_order")]

    operations = [
        migrations.RunPython(drop_append_only_triggers, create_append_only_triggers),
        migrations.CreateModel(
            name="SnapshotPortion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("text", models.TextField(verbose_name="text")),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="portions",
                        to="measures.periodsnapshot",
                        to_field="uuid",
                        verbose_name="snapshot",
                    ),
                ),
            ],
            options={
                "verbose_name": "portion of a snapshot",
                "verbose_name_plural": "portions of snapshots",
                "ordering": ["snapshot_id", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("snapshot", "number"),
                        name="snapshotportion_number_once",
                        violation_error_message="This portion of the snapshot is there already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)),
                        name="snapshotportion_numbered_from_one",
                        violation_error_message="The portions of a snapshot are counted from 1.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="snapshotportion_says_something",
                        violation_error_message="A portion of a snapshot cannot be empty.",
                    ),
                ],
            },
        ),
        migrations.RunPython(create_append_only_triggers, drop_append_only_triggers),
    ]
