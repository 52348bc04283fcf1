"""The office enters a text for a department: a new act, and on a revision from whom, how and when it came."""

from django.conf import settings
from django.db import migrations, models

from measures.models.append_only import create_append_only_triggers, drop_append_only_triggers


class Migration(migrations.Migration):

    dependencies = [
        ('departments', '0003_accounts'),
        ('measures', '0016_urging'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(drop_append_only_triggers, create_append_only_triggers),
        migrations.RemoveConstraint(
            model_name='event',
            name='event_act_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='mailchoice',
            name='mailchoice_kind_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='message',
            name='message_kind_is_known',
        ),
        migrations.AddField(
            model_name='revision',
            name='entered_by',
            field=models.CharField(blank=True, max_length=60, verbose_name='entered by the office'),
        ),
        migrations.AddField(
            model_name='revision',
            name='received_by',
            field=models.CharField(blank=True, choices=[('paper', 'on paper'), ('telephone', 'by telephone'), ('mail', 'by mail or message')], max_length=9, verbose_name='received'),
        ),
        migrations.AddField(
            model_name='revision',
            name='received_from',
            field=models.CharField(blank=True, max_length=60, verbose_name='received from'),
        ),
        migrations.AddField(
            model_name='revision',
            name='received_on',
            field=models.DateField(blank=True, null=True, verbose_name='received on'),
        ),
        migrations.AlterField(
            model_name='event',
            name='act',
            field=models.CharField(choices=[('save', 'save'), ('submit', 'submit for review'), ('withdraw', 'withdraw'), ('return_for_revision', 'return for revision'), ('approve', 'approve and submit'), ('approve_own', 'approve and submit (reviewed by the writer)'), ('file_on_behalf', 'file on behalf'), ('confirm', 'confirm'), ('correct', 'correct'), ('waive', 'waive'), ('restore', 'make due again'), ('add_duty', 'assign a duty'), ('end_duty', 'end the duty'), ('plan_period', 'plan the period'), ('open_period', 'open the period'), ('close_period', 'close the period'), ('reopen_period', 'reopen the period'), ('archive_period', 'archive the period'), ('urge', 'urge'), ('sign_for_urge', 'sign for the slip'), ('answer_urge', 'answer the slip'), ('start', 'start'), ('make_routine', 'make routine'), ('suspend', 'suspend'), ('cancel', 'cancel'), ('resume', 'resume'), ('request_closure', 'ask for closure'), ('agree_closure', 'agree to closure'), ('refuse_closure', 'refuse closure'), ('close_measure', 'close the measure'), ('reopen_measure', 'reopen the measure'), ('resolve_matter', 'settle a matter'), ('override_light', 'override the light'), ('load_policy', 'load the policy text'), ('announce', 'announce to all departments')], max_length=20, verbose_name='act'),
        ),
        migrations.AlterField(
            model_name='mailchoice',
            name='kind',
            field=models.CharField(choices=[('opened', 'period opened'), ('returned', 'update returned'), ('entered', 'update entered by the office'), ('confirmed', 'update confirmed'), ('corrected', 'confirmed text in correction'), ('matter_answered', 'coordination matter settled'), ('announced', 'announcement of the office'), ('urged', 'urged by the office'), ('urge_answered', 'slip answered'), ('due_in_five_days', 'due in five working days'), ('due_next_day', 'due on the next working day'), ('overdue', 'day passed, not filed')], max_length=16, verbose_name='kind of message'),
        ),
        migrations.AlterField(
            model_name='message',
            name='kind',
            field=models.CharField(choices=[('opened', 'period opened'), ('returned', 'update returned'), ('entered', 'update entered by the office'), ('confirmed', 'update confirmed'), ('corrected', 'confirmed text in correction'), ('matter_answered', 'coordination matter settled'), ('announced', 'announcement of the office'), ('urged', 'urged by the office'), ('urge_answered', 'slip answered'), ('due_in_five_days', 'due in five working days'), ('due_next_day', 'due on the next working day'), ('overdue', 'day passed, not filed')], max_length=16, verbose_name='kind of message'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['save', 'submit', 'withdraw', 'return_for_revision', 'approve', 'approve_own', 'file_on_behalf', 'confirm', 'correct', 'waive', 'restore', 'add_duty', 'end_duty', 'plan_period', 'open_period', 'close_period', 'reopen_period', 'archive_period', 'urge', 'sign_for_urge', 'answer_urge', 'start', 'make_routine', 'suspend', 'cancel', 'resume', 'request_closure', 'agree_closure', 'refuse_closure', 'close_measure', 'reopen_measure', 'resolve_matter', 'override_light', 'load_policy', 'announce'])), name='event_act_is_known', violation_error_message='This act is not known.'),
        ),
        migrations.AddConstraint(
            model_name='mailchoice',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'returned', 'entered', 'confirmed', 'corrected', 'matter_answered', 'announced', 'urged', 'urge_answered', 'due_in_five_days', 'due_next_day', 'overdue'])), name='mailchoice_kind_is_known', violation_error_message='This kind of message is not known.'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'returned', 'entered', 'confirmed', 'corrected', 'matter_answered', 'announced', 'urged', 'urge_answered', 'due_in_five_days', 'due_next_day', 'overdue'])), name='message_kind_is_known', violation_error_message='This kind of message is not known.'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('entered_by', ''), ('received_by', ''), ('received_from', ''), ('received_on', None)), models.Q(models.Q(('entered_by', ''), _negated=True), models.Q(('received_from', ''), _negated=True), ('approved_at__isnull', False), ('received_by__in', ['paper', 'telephone', 'mail']), ('received_on__isnull', False)), _connector='OR'), name='revision_received_with_its_basis', violation_error_message='A text entered for a department says from whom, how and when.'),
        ),
        migrations.RunPython(create_append_only_triggers, drop_append_only_triggers),
    ]
