"""Of a share that fell the row keeps also what it was a part of then: 4 of 5, not 4.

Rows of before do not say it: it is left out there, and not guessed.
"""

from django.db import migrations, models

from measures.models.append_only import create_append_only_triggers, drop_append_only_triggers
from measures.models.figure_triggers import create_figure_triggers, drop_figure_triggers


class Migration(migrations.Migration):
    dependencies = [("measures", "0031_updates_that_wait")]

    operations = [
        migrations.RunPython(drop_append_only_triggers, create_append_only_triggers),
        migrations.RunPython(drop_figure_triggers, create_figure_triggers),
        migrations.AddField(
            model_name="commitmentvalue",
            name="fell_from_out_of",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="fell from, out of"
            ),
        ),
        migrations.AddConstraint(
            model_name="commitmentvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("fell_from_out_of", None),
                    models.Q(
                        ("fell_from__isnull", False),
                        ("fell_from__lte", models.F("fell_from_out_of")),
                        ("fell_from_out_of__gt", 0),
                    ),
                    _connector="OR",
                ),
                name="commitmentvalue_fell_from_part_of_whole",
                violation_error_message="What a share fell from is a part of a whole too.",
            ),
        ),
        migrations.RunPython(create_figure_triggers, drop_figure_triggers),
        migrations.RunPython(create_append_only_triggers, drop_append_only_triggers),
    ]
