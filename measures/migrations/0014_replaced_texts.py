"""A saved text that another save replaces is kept, and the database refuses to change it."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from measures.models.append_only import create_append_only_triggers


class Migration(migrations.Migration):

    dependencies = [
        ('measures', '0013_autosaved_text'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReplacedText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.PositiveSmallIntegerField(verbose_name='number of the revision')),
                ('version', models.PositiveIntegerField(verbose_name='version of the update')),
                ('content', models.JSONField(verbose_name='content')),
                ('saved_at', models.DateTimeField(verbose_name='saved')),
                ('replaced_at', models.DateTimeField(verbose_name='replaced')),
                ('replaced_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replacements', to=settings.AUTH_USER_MODEL, verbose_name='replaced by')),
                ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='texts_replaced', to=settings.AUTH_USER_MODEL, verbose_name='saved by')),
                ('update', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replaced_texts', to='measures.progressupdate', verbose_name='progress update')),
            ],
            options={
                'verbose_name': 'replaced text',
                'verbose_name_plural': 'replaced texts',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('update', 'version'), name='replacedtext_once_a_version', violation_error_message='The text of this version is kept already.'), models.CheckConstraint(condition=models.Q(('saved_at__lte', models.F('replaced_at'))), name='replacedtext_saved_before_replaced', violation_error_message='A text is saved before it is replaced.')],
            },
        ),
        migrations.RunPython(create_append_only_triggers, migrations.RunPython.noop),
    ]
