"""Frozen texts, their values and contributors are guarded; no key of a kept row is taken by another."""

from django.db import migrations

from measures.models.append_only import create_append_only_triggers


class Migration(migrations.Migration):
    dependencies = [("measures", "0004_updates_in_words")]

    operations = [migrations.RunPython(create_append_only_triggers, migrations.RunPython.noop)]
