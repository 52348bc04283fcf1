"""Events and snapshots are only ever added: triggers refuse UPDATE and DELETE."""

from django.db import migrations

from measures.models.append_only import create_append_only_triggers


class Migration(migrations.Migration):
    dependencies = [("measures", "0001_policy_and_filing")]

    operations = [migrations.RunPython(create_append_only_triggers, migrations.RunPython.noop)]
