"""A value says why it fell; a policy from which share on a text that was said before is pointed out.

Triggers go and come back, because SQLite rebuilds the tables.
"""

from django.db import migrations, models

from measures.models.append_only import create_append_only_triggers, drop_append_only_triggers
from measures.models.figure_triggers import create_figure_triggers, drop_figure_triggers


class Migration(migrations.Migration):

    dependencies = [
        ('departments', '0004_deputies'),
        ('measures', '0019_deputies'),
    ]

    operations = [
        migrations.RunPython(drop_append_only_triggers, create_append_only_triggers),
        migrations.RunPython(drop_figure_triggers, create_figure_triggers),
        migrations.AddField(
            model_name='commitmentvalue',
            name='decrease_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='why it is lower'),
        ),
        migrations.AddField(
            model_name='commitmentvalue',
            name='fell_from',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='fell from'),
        ),
        migrations.AddField(
            model_name='historicalpolicy',
            name='repeated_percent',
            field=models.PositiveSmallIntegerField(default=80, verbose_name='percent equal to the last text from which it is pointed out'),
        ),
        migrations.AddField(
            model_name='policy',
            name='repeated_percent',
            field=models.PositiveSmallIntegerField(default=80, verbose_name='percent equal to the last text from which it is pointed out'),
        ),
        migrations.AddConstraint(
            model_name='commitmentvalue',
            constraint=models.CheckConstraint(condition=models.Q(('fell_from', None), models.Q(('fell_from__gt', models.F('number')), models.Q(('decrease_reason', ''), _negated=True)), _connector='OR'), name='commitmentvalue_fell_with_reason', violation_error_message='A value that fell says from what and why.'),
        ),
        migrations.AddConstraint(
            model_name='policy',
            constraint=models.CheckConstraint(condition=models.Q(('repeated_percent__gte', 1), ('repeated_percent__lte', 100)), name='policy_repeated_percent_is_a_share', violation_error_message='A share lies between 1 and 100 percent.'),
        ),
        migrations.RunPython(create_figure_triggers, drop_figure_triggers),
        migrations.RunPython(create_append_only_triggers, drop_append_only_triggers),
    ]
