"""Later dates, former dates, closures and matters are kept by triggers; no table changes.

Back again nothing is done: the migration before takes the triggers of all guarded tables away and makes them.
"""

from django.db import migrations

from measures.models.append_only import create_append_only_triggers


class Migration(migrations.Migration):
    dependencies = [("measures", "0039_repeated_facts")]

    operations = [migrations.RunPython(create_append_only_triggers, migrations.RunPython.noop)]
