"""An event says for whom a deputy did it. Triggers go and come back, because SQLite rebuilds the table."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from measures.models.append_only import create_append_only_triggers, drop_append_only_triggers


class Migration(migrations.Migration):

    dependencies = [
        ('measures', '0018_extensions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(drop_append_only_triggers, create_append_only_triggers),
        migrations.AddField(
            model_name='event',
            name='deputy_for',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deputised_events', to=settings.AUTH_USER_MODEL, verbose_name='as deputy for'),
        ),
        migrations.RunPython(create_append_only_triggers, drop_append_only_triggers),
    ]
