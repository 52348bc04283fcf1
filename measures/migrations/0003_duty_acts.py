"""The end of a duty is an act of its own, a measure may be without a lead; the triggers come back, because
SQLite rebuilds the table of events.
"""

from django.conf import settings
from django.db import migrations, models

from measures.models.append_only import create_append_only_triggers


class Migration(migrations.Migration):

    dependencies = [
        ('departments', '0001_people'),
        ('measures', '0002_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='event',
            options={'ordering': ['pk'], 'verbose_name': 'event', 'verbose_name_plural': 'events'},
        ),
        migrations.RemoveConstraint(
            model_name='event',
            name='event_act_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='measurelight',
            name='measurelight_reason_is_known',
        ),
        migrations.AlterField(
            model_name='event',
            name='act',
            field=models.CharField(choices=[('save', 'save'), ('submit', 'submit for review'), ('withdraw', 'withdraw'), ('return_for_revision', 'return for revision'), ('approve', 'approve and submit'), ('approve_own', 'approve and submit (reviewed by the writer)'), ('confirm', 'confirm'), ('correct', 'correct'), ('waive', 'waive'), ('restore', 'make due again'), ('add_duty', 'lay on a duty'), ('end_duty', 'end the duty'), ('plan_period', 'plan the period'), ('open_period', 'open the period'), ('close_period', 'close the period'), ('reopen_period', 'reopen the period'), ('archive_period', 'archive the period'), ('start', 'start'), ('make_routine', 'make routine'), ('suspend', 'suspend'), ('cancel', 'cancel'), ('resume', 'resume'), ('request_closure', 'ask for closure'), ('agree_closure', 'agree to closure'), ('refuse_closure', 'refuse closure'), ('close_measure', 'close the measure'), ('reopen_measure', 'reopen the measure'), ('resolve_matter', 'settle a matter'), ('override_light', 'override the light'), ('load_policy', 'load the policy text')], max_length=20, verbose_name='act'),
        ),
        migrations.AlterField(
            model_name='measurelight',
            name='reason',
            field=models.CharField(choices=[('closed', 'the measure is concluded'), ('cancelled', 'the measure is cancelled'), ('suspended', 'the measure is suspended'), ('missed_run', 'the lead department missed periods running'), ('commitment_overdue', 'a commitment is past its end and unmet'), ('far_behind', 'far behind the plan'), ('stalled', 'self-assessed as stalled'), ('missed_once', 'the lead department missed a period'), ('ending_soon', 'a commitment ends soon and is unmet'), ('half_gone', 'half of the cycle gone and nothing done'), ('behind', 'behind the plan'), ('open_matter', 'a coordination matter is open'), ('slow', 'self-assessed as slow'), ('no_responsible', 'the text names no responsible department'), ('no_lead', 'no department leads it at present'), ('not_started', 'not started and not yet due'), ('routine', 'has become routine'), ('nothing_confirmed', 'no line confirmed yet'), ('targets_met', 'all quantified commitments are met'), ('on_course', 'going as planned'), ('overridden', 'set by the coordinating office')], max_length=40, verbose_name='reason code'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['save', 'submit', 'withdraw', 'return_for_revision', 'approve', 'approve_own', 'confirm', 'correct', 'waive', 'restore', 'add_duty', 'end_duty', 'plan_period', 'open_period', 'close_period', 'reopen_period', 'archive_period', 'start', 'make_routine', 'suspend', 'cancel', 'resume', 'request_closure', 'agree_closure', 'refuse_closure', 'close_measure', 'reopen_measure', 'resolve_matter', 'override_light', 'load_policy'])), name='event_act_is_known', violation_error_message='This act is not known.'),
        ),
        migrations.AddConstraint(
            model_name='measurelight',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['closed', 'cancelled', 'suspended', 'missed_run', 'commitment_overdue', 'far_behind', 'stalled', 'missed_once', 'ending_soon', 'half_gone', 'behind', 'open_matter', 'slow', 'no_responsible', 'no_lead', 'not_started', 'routine', 'nothing_confirmed', 'targets_met', 'on_course', 'overridden'])), name='measurelight_reason_is_known', violation_error_message='A light needs its reason.'),
        ),
        migrations.RunPython(create_append_only_triggers, migrations.RunPython.noop),
    ]
