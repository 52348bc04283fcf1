"""Figures of open periods are kept as rows; triggers tell which no longer rest on the present facts."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from measures.models.figure_triggers import create_figure_triggers, drop_figure_triggers


class Migration(migrations.Migration):

    dependencies = [
        ('departments', '0003_accounts'),
        ('measures', '0008_cadences'),
    ]

    operations = [
        migrations.CreateModel(
            name='PeriodFigures',
            fields=[
                ('period', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='figures', serialize=False, to='measures.reportingperiod', verbose_name='period')),
                ('as_of', models.DateField(blank=True, null=True, verbose_name='figures of')),
                ('schema', models.PositiveSmallIntegerField(default=0, verbose_name='schema')),
                ('snapshot_sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256 of the snapshot that says the same')),
            ],
            options={
                'verbose_name': 'figures of a period',
                'verbose_name_plural': 'figures of periods',
            },
        ),
        migrations.CreateModel(
            name='DepartmentFigures',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('total', models.PositiveIntegerField(default=0, verbose_name='updates')),
                ('waived', models.PositiveIntegerField(default=0, verbose_name='waived')),
                ('on_time', models.PositiveIntegerField(default=0, verbose_name='filed on time')),
                ('late', models.PositiveIntegerField(default=0, verbose_name='filed late')),
                ('missing', models.PositiveIntegerField(default=0, verbose_name='not filed')),
                ('not_due', models.PositiveIntegerField(default=0, verbose_name='not yet due')),
                ('returned', models.PositiveIntegerField(default=0, verbose_name='returned and not back')),
                ('confirmed', models.PositiveIntegerField(default=0, verbose_name='with a text in force')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='departments.department', verbose_name='department')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='department_figures', to='measures.reportingperiod', verbose_name='period')),
            ],
            options={
                'verbose_name': 'figures of a department',
                'verbose_name_plural': 'figures of departments',
                'ordering': ['period_id', 'department__position'],
                'constraints': [models.UniqueConstraint(fields=('period', 'department'), name='departmentfigures_once', violation_error_message='This department already has figures in this period.'), models.CheckConstraint(condition=models.Q(('total', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('waived'), '+', models.F('on_time')), '+', models.F('late')), '+', models.F('missing')), '+', models.F('not_due')))), name='departmentfigures_add_up', violation_error_message='Every update is in one state of filing.')],
            },
        ),
        migrations.CreateModel(
            name='MeasureFigures',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField(verbose_name='place in the document')),
                ('state', models.CharField(choices=[('not_started', 'not started'), ('in_progress', 'in progress'), ('routine', 'routine'), ('suspended', 'suspended'), ('cancelled', 'cancelled'), ('closed', 'closed')], max_length=12, verbose_name='state')),
                ('leads', models.CharField(max_length=1000, verbose_name='lead departments')),
                ('participants', models.CharField(max_length=2000, verbose_name='participating departments')),
                ('colour', models.CharField(choices=[('blue', 'blue light'), ('grey', 'grey light'), ('red', 'red light'), ('yellow', 'yellow light'), ('green', 'green light')], max_length=6, verbose_name='light')),
                ('before', models.CharField(blank=True, choices=[('blue', 'blue light'), ('grey', 'grey light'), ('red', 'red light'), ('yellow', 'yellow light'), ('green', 'green light')], max_length=6, verbose_name='light of the period before')),
                ('matters', models.PositiveSmallIntegerField(verbose_name='open coordination matters')),
                ('missing', models.PositiveSmallIntegerField(verbose_name='not filed')),
                ('row', models.TextField(verbose_name='row of a list')),
                ('content', models.TextField(verbose_name='whole status')),
                ('filing', models.TextField(verbose_name='filing by department')),
                ('facts_version', models.PositiveIntegerField(default=0, verbose_name='version of the facts')),
                ('version', models.PositiveIntegerField(default=0, verbose_name='version of the facts that the figures rest on')),
                ('measure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='measures.measure', verbose_name='measure')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='measure_figures', to='measures.reportingperiod', verbose_name='period')),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='measures.section', verbose_name='section')),
            ],
            options={
                'verbose_name': 'figures of a measure',
                'verbose_name_plural': 'figures of measures',
                'ordering': ['period_id', 'place'],
                'indexes': [models.Index(fields=['period', 'place'], name='measurefigures_in_order'), models.Index(fields=['period', 'colour', 'place'], name='measurefigures_by_light'), models.Index(fields=['period', 'section', 'colour', 'before'], name='measurefigures_counted'), models.Index(condition=models.Q(('before', models.F('colour')), _negated=True), fields=['period', 'place'], name='measurefigures_changed'), models.Index(condition=models.Q(('matters__gt', 0)), fields=['period', 'place'], name='measurefigures_matters'), models.Index(condition=models.Q(('missing__gt', 0)), fields=['period', 'place'], name='measurefigures_missing'), models.Index(condition=models.Q(('version', models.F('facts_version')), _negated=True), fields=['period'], name='measurefigures_stale')],
                'constraints': [models.UniqueConstraint(fields=('period', 'measure'), name='measurefigures_once', violation_error_message='This measure already has figures in this period.'), models.CheckConstraint(condition=models.Q(('version__lte', models.F('facts_version'))), name='measurefigures_rest_on_facts_that_were', violation_error_message='Figures cannot rest on facts that are still to come.'), models.CheckConstraint(condition=models.Q(('colour__in', ['blue', 'grey', 'red', 'yellow', 'green']), ('before__in', ['', 'blue', 'grey', 'red', 'yellow', 'green'])), name='measurefigures_colour_is_known', violation_error_message='This colour is not known.')],
            },
        ),
        migrations.RunPython(create_figure_triggers, drop_figure_triggers),
    ]
