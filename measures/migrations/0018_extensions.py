"""Departments ask for a later date; the office moves dates of an open period. Triggers go and come back,
because SQLite rebuilds the tables of events and updates.
"""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from measures.models.append_only import create_append_only_triggers, drop_append_only_triggers
from measures.models.figure_triggers import create_figure_triggers, drop_figure_triggers


class Migration(migrations.Migration):

    dependencies = [
        ('departments', '0003_accounts'),
        ('measures', '0017_filed_on_behalf'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(drop_append_only_triggers, create_append_only_triggers),
        migrations.RunPython(drop_figure_triggers, create_figure_triggers),
        migrations.CreateModel(
            name='Extension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('due_on', models.DateField(verbose_name='due when it was asked for (included)')),
                ('new_due_on', models.DateField(verbose_name='later date asked for (included)')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('outcome', models.CharField(blank=True, choices=[('granted', 'granted'), ('refused', 'not granted')], max_length=8, verbose_name='outcome')),
                ('answer', models.CharField(blank=True, max_length=200, verbose_name='answer')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
            ],
            options={
                'verbose_name': 'extension',
                'verbose_name_plural': 'extensions',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='FormerDates',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('participant_due_on', models.DateField(verbose_name='participants and co-leads due (included)')),
                ('lead_due_on', models.DateField(verbose_name='convenors and separate leads due (included)')),
                ('check_due_on', models.DateField(verbose_name="office's check due (included)")),
                ('grace_ends_on', models.DateField(verbose_name='end of grace (included)')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('changed_at', models.DateTimeField(verbose_name='changed')),
            ],
            options={
                'verbose_name': 'former dates of a period',
                'verbose_name_plural': 'former dates of periods',
                'ordering': ['pk'],
            },
        ),
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
            model_name='progressupdate',
            name='first_due_on',
            field=models.DateField(blank=True, null=True, verbose_name='first due date (included), if it was moved'),
        ),
        migrations.AlterField(
            model_name='event',
            name='act',
            field=models.CharField(choices=[('save', 'save'), ('submit', 'submit for review'), ('withdraw', 'withdraw'), ('return_for_revision', 'return for revision'), ('approve', 'approve and submit'), ('approve_own', 'approve and submit (reviewed by the writer)'), ('file_on_behalf', 'file on behalf'), ('confirm', 'confirm'), ('correct', 'correct'), ('waive', 'waive'), ('restore', 'make due again'), ('add_duty', 'assign a duty'), ('end_duty', 'end the duty'), ('request_extension', 'ask for a later date'), ('grant_extension', 'grant a later date'), ('refuse_extension', 'not grant a later date'), ('plan_period', 'plan the period'), ('open_period', 'open the period'), ('change_dates', 'change the dates'), ('close_period', 'close the period'), ('reopen_period', 'reopen the period'), ('archive_period', 'archive the period'), ('urge', 'urge'), ('sign_for_urge', 'sign for the slip'), ('answer_urge', 'answer the slip'), ('start', 'start'), ('make_routine', 'make routine'), ('suspend', 'suspend'), ('cancel', 'cancel'), ('resume', 'resume'), ('request_closure', 'ask for closure'), ('agree_closure', 'agree to closure'), ('refuse_closure', 'refuse closure'), ('close_measure', 'close the measure'), ('reopen_measure', 'reopen the measure'), ('resolve_matter', 'settle a matter'), ('override_light', 'override the light'), ('load_policy', 'load the policy text'), ('announce', 'announce to all departments')], max_length=20, verbose_name='act'),
        ),
        migrations.AlterField(
            model_name='mailchoice',
            name='kind',
            field=models.CharField(choices=[('opened', 'period opened'), ('returned', 'update returned'), ('entered', 'update entered by the office'), ('confirmed', 'update confirmed'), ('corrected', 'confirmed text in correction'), ('matter_answered', 'coordination matter settled'), ('date_decided', 'later date decided'), ('dates_changed', 'dates of a period changed'), ('announced', 'announcement of the office'), ('urged', 'urged by the office'), ('urge_answered', 'slip answered'), ('due_in_five_days', 'due in five working days'), ('due_next_day', 'due on the next working day'), ('overdue', 'day passed, not filed')], max_length=16, verbose_name='kind of message'),
        ),
        migrations.AlterField(
            model_name='message',
            name='kind',
            field=models.CharField(choices=[('opened', 'period opened'), ('returned', 'update returned'), ('entered', 'update entered by the office'), ('confirmed', 'update confirmed'), ('corrected', 'confirmed text in correction'), ('matter_answered', 'coordination matter settled'), ('date_decided', 'later date decided'), ('dates_changed', 'dates of a period changed'), ('announced', 'announcement of the office'), ('urged', 'urged by the office'), ('urge_answered', 'slip answered'), ('due_in_five_days', 'due in five working days'), ('due_next_day', 'due on the next working day'), ('overdue', 'day passed, not filed')], max_length=16, verbose_name='kind of message'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['save', 'submit', 'withdraw', 'return_for_revision', 'approve', 'approve_own', 'file_on_behalf', 'confirm', 'correct', 'waive', 'restore', 'add_duty', 'end_duty', 'request_extension', 'grant_extension', 'refuse_extension', 'plan_period', 'open_period', 'change_dates', 'close_period', 'reopen_period', 'archive_period', 'urge', 'sign_for_urge', 'answer_urge', 'start', 'make_routine', 'suspend', 'cancel', 'resume', 'request_closure', 'agree_closure', 'refuse_closure', 'close_measure', 'reopen_measure', 'resolve_matter', 'override_light', 'load_policy', 'announce'])), name='event_act_is_known', violation_error_message='This act is not known.'),
        ),
        migrations.AddConstraint(
            model_name='mailchoice',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'returned', 'entered', 'confirmed', 'corrected', 'matter_answered', 'date_decided', 'dates_changed', 'announced', 'urged', 'urge_answered', 'due_in_five_days', 'due_next_day', 'overdue'])), name='mailchoice_kind_is_known', violation_error_message='This kind of message is not known.'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'returned', 'entered', 'confirmed', 'corrected', 'matter_answered', 'date_decided', 'dates_changed', 'announced', 'urged', 'urge_answered', 'due_in_five_days', 'due_next_day', 'overdue'])), name='message_kind_is_known', violation_error_message='This kind of message is not known.'),
        ),
        migrations.AddConstraint(
            model_name='progressupdate',
            constraint=models.CheckConstraint(condition=models.Q(('first_due_on', None), models.Q(('first_due_on', models.F('due_on')), _negated=True), _connector='OR'), name='progressupdate_first_due_on_is_another', violation_error_message='The first due date is kept only where it was moved.'),
        ),
        migrations.AddField(
            model_name='extension',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extensions_asked', to=settings.AUTH_USER_MODEL, verbose_name='asked by'),
        ),
        migrations.AddField(
            model_name='extension',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='extensions_decided', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='extension',
            name='update',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extensions', to='measures.progressupdate', verbose_name='progress update'),
        ),
        migrations.AddField(
            model_name='formerdates',
            name='changed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dates_changed', to=settings.AUTH_USER_MODEL, verbose_name='changed by'),
        ),
        migrations.AddField(
            model_name='formerdates',
            name='period',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former_dates', to='measures.reportingperiod', verbose_name='period'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome', '')), fields=('update',), name='extension_one_pending', violation_error_message='A later date is asked for already; the office has not decided.'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(('new_due_on__gt', models.F('due_on'))), name='extension_is_later', violation_error_message='Ask for a day after the present date.'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='extension_has_reason', violation_error_message='Say why a later date is needed.'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('decided_at', None), ('decided_by', None), ('outcome', '')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('outcome__in', ['granted', 'refused'])), _connector='OR'), name='extension_outcome_has_person_and_time', violation_error_message='A decision has a person and a time.'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'refused'), _negated=True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='extension_refused_with_answer', violation_error_message='Whoever does not grant a later date says why.'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='extension_decided_by_another_person', violation_error_message='Whoever asked for a later date does not decide on it.'),
        ),
        migrations.AddConstraint(
            model_name='formerdates',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='formerdates_have_reason', violation_error_message='Say why the dates are changed.'),
        ),
        migrations.AddConstraint(
            model_name='formerdates',
            constraint=models.CheckConstraint(condition=models.Q(('participant_due_on__lte', models.F('lead_due_on')), ('lead_due_on__lte', models.F('check_due_on')), ('check_due_on__lte', models.F('grace_ends_on'))), name='formerdates_in_order', violation_error_message='The dates must follow each other: participants, leads, check, grace.'),
        ),
        migrations.RunPython(create_figure_triggers, drop_figure_triggers),
        migrations.RunPython(create_append_only_triggers, drop_append_only_triggers),
    ]
