"""The words of a draft at its last return: whoever decides on it again sees what was changed since.

Of drafts that were returned before nobody knows these words: the field is empty.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("measures", "0036_snapshot_portions")]

    operations = [
        migrations.AddField(
            model_name="reportdraft",
            name="returned_texts",
            field=models.JSONField(
                blank=True, default=dict, verbose_name="words when it was returned last"
            ),
        ),
    ]
