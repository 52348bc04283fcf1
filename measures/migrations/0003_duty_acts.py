"""The end of a duty is an act of its own; the triggers come back, because SQLite rebuilds the table."""

from django.conf import settings
from django.db import migrations, models

from measures.models.events import create_append_only_triggers


class Migration(migrations.Migration):

    dependencies = [
        ('departments', '0001_people'),
        ('measures', '0002_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='event',
            name='event_act_is_known',
        ),
        migrations.AlterField(
            model_name='event',
            name='act',
            field=models.CharField(choices=[('save', 'save'), ('submit', 'submit for review'), ('withdraw', 'withdraw'), ('return_for_revision', 'return for revision'), ('approve', 'approve and submit'), ('approve_own', 'approve and submit (reviewed by the writer)'), ('confirm', 'confirm'), ('correct', 'correct'), ('waive', 'waive'), ('restore', 'make due again'), ('add_duty', 'lay on a duty'), ('end_duty', 'end the duty'), ('plan_period', 'plan the period'), ('open_period', 'open the period'), ('close_period', 'close the period'), ('reopen_period', 'reopen the period'), ('archive_period', 'archive the period'), ('start', 'start'), ('make_routine', 'make routine'), ('suspend', 'suspend'), ('cancel', 'cancel'), ('resume', 'resume'), ('request_closure', 'ask for closure'), ('agree_closure', 'agree to closure'), ('refuse_closure', 'refuse closure'), ('close_measure', 'close the measure'), ('reopen_measure', 'reopen the measure'), ('resolve_matter', 'settle a matter'), ('override_light', 'override the light'), ('load_policy', 'load the policy text')], max_length=20, verbose_name='act'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['save', 'submit', 'withdraw', 'return_for_revision', 'approve', 'approve_own', 'confirm', 'correct', 'waive', 'restore', 'add_duty', 'end_duty', 'plan_period', 'open_period', 'close_period', 'reopen_period', 'archive_period', 'start', 'make_routine', 'suspend', 'cancel', 'resume', 'request_closure', 'agree_closure', 'refuse_closure', 'close_measure', 'reopen_measure', 'resolve_matter', 'override_light', 'load_policy'])), name='event_act_is_known', violation_error_message='This act is not known.'),
        ),
        migrations.RunPython(create_append_only_triggers, migrations.RunPython.noop),
    ]
