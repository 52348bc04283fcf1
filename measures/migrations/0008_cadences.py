"""Periods of a month or a half-year beside those of a quarter; those of one policy share no day."""

import measures.models.overlap
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('departments', '0003_accounts'),
        ('measures', '0007_hidden_characters'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='policy',
            name='policy_cadence_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='reportingperiod',
            name='reportingperiod_code_is_a_quarter',
        ),
        migrations.AlterField(
            model_name='historicalpolicy',
            name='cadence',
            field=models.CharField(choices=[('monthly', 'every month'), ('quarterly', 'every quarter'), ('half_yearly', 'every half-year')], default='quarterly', help_text='A new one counts from the next period that is planned.', max_length=11, verbose_name='cadence'),
        ),
        migrations.AlterField(
            model_name='policy',
            name='cadence',
            field=models.CharField(choices=[('monthly', 'every month'), ('quarterly', 'every quarter'), ('half_yearly', 'every half-year')], default='quarterly', help_text='A new one counts from the next period that is planned.', max_length=11, verbose_name='cadence'),
        ),
        migrations.AlterField(
            model_name='reportingperiod',
            name='code',
            field=models.CharField(max_length=7, verbose_name='code'),
        ),
        migrations.AddConstraint(
            model_name='policy',
            constraint=models.CheckConstraint(condition=models.Q(('cadence__in', ['monthly', 'quarterly', 'half_yearly'])), name='policy_cadence_is_known', violation_error_message='This cadence is not known.'),
        ),
        migrations.AddConstraint(
            model_name='reportingperiod',
            constraint=models.CheckConstraint(condition=models.Q(('code__regex', '^[0-9]{4}(M(0[1-9]|1[0-2])|Q[1-4]|H[12])$')), name='reportingperiod_code_is_well_formed', violation_error_message='A period is written like 2020M06, 2020Q2 or 2020H1.'),
        ),
        migrations.AddConstraint(
            model_name='reportingperiod',
            constraint=measures.models.overlap.NoOverlap(first='starts_on', last='ends_on', name='reportingperiod_no_overlap', owner='policy', violation_error_message='This period shares days with another of the policy.'),
        ),
    ]
