"""Sections, and the measures of a section, are numbered up to 999. Triggers go first and come back last."""

from django.db import migrations, models

from measures.models.figure_triggers import create_figure_triggers, drop_figure_triggers


class Migration(migrations.Migration):

    dependencies = [
        ('measures', '0011_stored_documents'),
    ]

    operations = [
        migrations.RunPython(drop_figure_triggers, create_figure_triggers),
        migrations.RemoveConstraint(
            model_name='measure',
            name='measure_ordinal_is_a_numeral',
        ),
        migrations.RemoveConstraint(
            model_name='section',
            name='section_ordinal_is_a_numeral',
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('ordinal__gte', 1), ('ordinal__lte', 999)), name='measure_ordinal_is_a_numeral', violation_error_message='Measures are numbered from 1 to 999.'),
        ),
        migrations.AddConstraint(
            model_name='section',
            constraint=models.CheckConstraint(condition=models.Q(('ordinal__gte', 1), ('ordinal__lte', 999)), name='section_ordinal_is_a_numeral', violation_error_message='Sections are numbered from 1 to 999.'),
        ),
        migrations.RunPython(create_figure_triggers, drop_figure_triggers),
    ]
