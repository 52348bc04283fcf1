"""Documents that were made already are found again: a cache, which no trigger watches."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('measures', '0010_sealed_snapshots'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredDocument',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False, verbose_name='key')),
                ('file', models.CharField(max_length=100, unique=True, verbose_name='file')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('size', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='made')),
            ],
            options={
                'verbose_name': 'stored document',
                'verbose_name_plural': 'stored documents',
                'ordering': ['-made_at'],
                'indexes': [models.Index(fields=['made_at'], name='storeddocument_by_age')],
                'constraints': [models.CheckConstraint(condition=models.Q(('key__regex', '^[0-9a-f]{64}$'), ('sha256__regex', '^[0-9a-f]{64}$')), name='storeddocument_hashes_are_whole', violation_error_message='Key and hash of a stored document must be SHA-256.'), models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='storeddocument_is_not_empty', violation_error_message='A stored document has at least one byte.')],
            },
        ),
    ]
