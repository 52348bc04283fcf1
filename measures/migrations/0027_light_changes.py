"""Each change of a light within a period is kept; those tables are new, and their rows are only ever added.

The day is taken away from the figures of open periods, so that the next reading works them out and keeps the
first light of each measure: what happens later on that day is then kept as a change of it.
"""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from measures.models.append_only import create_append_only_triggers, drop_append_only_triggers
from measures.models.figure_triggers import create_figure_triggers, drop_figure_triggers


def take_the_day_away(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    figures = apps.get_model('measures', 'PeriodFigures')
    figures.objects.filter(period__state='open').update(as_of=None)


class Migration(migrations.Migration):

    dependencies = [
        ('measures', '0026_batches'),
    ]

    operations = [
        migrations.RunPython(drop_figure_triggers, create_figure_triggers),
        migrations.RunPython(drop_append_only_triggers, create_append_only_triggers),
        migrations.CreateModel(
            name='LightChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='number of the light')),
                ('colour', models.CharField(choices=[('blue', 'blue light'), ('grey', 'grey light'), ('red', 'red light'), ('yellow', 'yellow light'), ('green', 'green light')], max_length=6, verbose_name='colour')),
                ('reason', models.CharField(choices=[('closed', 'the measure is concluded'), ('cancelled', 'the measure is cancelled'), ('suspended', 'the measure is suspended'), ('missed_run', 'the lead department missed periods running'), ('commitment_overdue', 'a commitment is past its end and unmet'), ('far_behind', 'far behind the plan'), ('stalled', 'self-assessed as stalled'), ('missed_once', 'the lead department missed a period'), ('ending_soon', 'a commitment ends soon and is unmet'), ('half_gone', 'half of the cycle gone and nothing done'), ('behind', 'behind the plan'), ('open_matter', 'a coordination matter is open'), ('slow', 'self-assessed as slow'), ('no_responsible', 'the text names no responsible department'), ('no_lead', 'no department leads it at present'), ('not_started', 'not started and not yet due'), ('routine', 'has become routine'), ('nothing_confirmed', 'no update confirmed yet'), ('targets_met', 'all quantified commitments are met'), ('on_course', 'going as planned'), ('overridden', 'set by the coordinating office')], max_length=40, verbose_name='reason code')),
                ('parameters', models.JSONField(blank=True, default=dict, verbose_name='parameters of the reason')),
                ('override_colour', models.CharField(blank=True, choices=[('blue', 'blue light'), ('grey', 'grey light'), ('red', 'red light'), ('yellow', 'yellow light'), ('green', 'green light')], max_length=6, verbose_name='override')),
                ('override_reason', models.CharField(blank=True, max_length=200, verbose_name='reason for the override')),
                ('day', models.DateField(verbose_name='day')),
                ('kept_at', models.DateTimeField(auto_now_add=True, verbose_name='kept at')),
                ('cause', models.CharField(choices=[('first', 'first light of the period'), ('act', 'an act'), ('day', 'the day'), ('anew', 'what it rests on was changed')], max_length=5, verbose_name='brought by')),
                ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='light_changes', to='measures.event', verbose_name='event')),
                ('measure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='light_changes', to='measures.measure', verbose_name='measure')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='light_changes', to='measures.reportingperiod', verbose_name='period')),
            ],
            options={
                'verbose_name': 'change of a light',
                'verbose_name_plural': 'changes of lights',
                'ordering': ['period_id', 'measure_id', 'number'],
                'constraints': [
                    models.UniqueConstraint(fields=('period', 'measure', 'number'), name='lightchange_follows_one', violation_error_message='Another light follows that one already.'),
                    models.CheckConstraint(condition=models.Q(('colour__in', ['blue', 'grey', 'red', 'yellow', 'green']), ('override_colour__in', ['', 'blue', 'grey', 'red', 'yellow', 'green'])), name='lightchange_colour_is_known', violation_error_message='This colour is not known.'),
                    models.CheckConstraint(condition=models.Q(('reason__in', ['closed', 'cancelled', 'suspended', 'missed_run', 'commitment_overdue', 'far_behind', 'stalled', 'missed_once', 'ending_soon', 'half_gone', 'behind', 'open_matter', 'slow', 'no_responsible', 'no_lead', 'not_started', 'routine', 'nothing_confirmed', 'targets_met', 'on_course', 'overridden']), models.Q(('reason', 'overridden'), _negated=True)), name='lightchange_reason_is_known', violation_error_message='A light needs its reason.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('override_colour', ''), ('override_reason', '')), models.Q(models.Q(('override_colour', ''), _negated=True), models.Q(('override_reason', ''), _negated=True)), _connector='OR'), name='lightchange_override_is_whole', violation_error_message='An override has a colour and a reason.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('cause', 'first'), ('number', 1)), models.Q(('number__gt', 1), ('cause__in', ['act', 'day', 'anew'])), _connector='OR'), name='lightchange_first_is_no_change', violation_error_message='The first light of a period is no change, and every other one is.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('cause', 'act'), ('event__isnull', False)), models.Q(models.Q(('cause', 'act'), _negated=True), ('event', None)), _connector='OR'), name='lightchange_act_has_its_event', violation_error_message='A light has an event exactly if an act brought it.'),
                ],
            },
        ),
        migrations.AddIndex(
            model_name='measurelight',
            index=models.Index(condition=models.Q(('override_colour', ''), _negated=True), fields=['period'], name='measurelight_overridden'),
        ),
        migrations.RunPython(take_the_day_away, migrations.RunPython.noop),
        migrations.RunPython(create_append_only_triggers, drop_append_only_triggers),
        migrations.RunPython(create_figure_triggers, drop_figure_triggers),
    ]
