"""The office urges departments by numbered slips; receipts and answers are only ever added."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from measures.models.append_only import create_append_only_triggers, drop_append_only_triggers
from measures.models.figure_triggers import create_figure_triggers, drop_figure_triggers


class Migration(migrations.Migration):

    dependencies = [
        ('departments', '0003_accounts'),
        ('measures', '0015_inbox'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(drop_append_only_triggers, create_append_only_triggers),
        migrations.RunPython(drop_figure_triggers, create_figure_triggers),
        migrations.CreateModel(
            name='Urge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('level', models.CharField(choices=[('blue', 'blue slip'), ('yellow', 'yellow slip'), ('red', 'red slip')], max_length=6, verbose_name='level')),
                ('day', models.DateField(verbose_name='day')),
                ('at', models.DateTimeField(verbose_name='urged')),
            ],
            options={
                'verbose_name': 'urging slip',
                'verbose_name_plural': 'urging slips',
                'ordering': ['-at', '-number'],
            },
        ),
        migrations.CreateModel(
            name='UrgeAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='answered')),
                ('text', models.TextField(verbose_name='answer')),
            ],
            options={
                'verbose_name': 'answer to a slip',
                'verbose_name_plural': 'answers to slips',
            },
        ),
        migrations.CreateModel(
            name='UrgeReceipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='signed for')),
            ],
            options={
                'verbose_name': 'receipt of a slip',
                'verbose_name_plural': 'receipts of slips',
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
            name='message_is_about_one_thing',
        ),
        migrations.RemoveConstraint(
            model_name='message',
            name='message_kind_is_known',
        ),
        migrations.AddField(
            model_name='historicalpolicy',
            name='urge_red_days',
            field=models.PositiveSmallIntegerField(default=5, verbose_name='working days late for a red slip'),
        ),
        migrations.AddField(
            model_name='historicalpolicy',
            name='urge_yellow_days',
            field=models.PositiveSmallIntegerField(default=3, verbose_name='working days late for a yellow slip'),
        ),
        migrations.AddField(
            model_name='policy',
            name='urge_red_days',
            field=models.PositiveSmallIntegerField(default=5, verbose_name='working days late for a red slip'),
        ),
        migrations.AddField(
            model_name='policy',
            name='urge_yellow_days',
            field=models.PositiveSmallIntegerField(default=3, verbose_name='working days late for a yellow slip'),
        ),
        migrations.AlterField(
            model_name='event',
            name='act',
            field=models.CharField(choices=[('save', 'save'), ('submit', 'submit for review'), ('withdraw', 'withdraw'), ('return_for_revision', 'return for revision'), ('approve', 'approve and submit'), ('approve_own', 'approve and submit (reviewed by the writer)'), ('confirm', 'confirm'), ('correct', 'correct'), ('waive', 'waive'), ('restore', 'make due again'), ('add_duty', 'assign a duty'), ('end_duty', 'end the duty'), ('plan_period', 'plan the period'), ('open_period', 'open the period'), ('close_period', 'close the period'), ('reopen_period', 'reopen the period'), ('archive_period', 'archive the period'), ('urge', 'urge'), ('sign_for_urge', 'sign for the slip'), ('answer_urge', 'answer the slip'), ('start', 'start'), ('make_routine', 'make routine'), ('suspend', 'suspend'), ('cancel', 'cancel'), ('resume', 'resume'), ('request_closure', 'ask for closure'), ('agree_closure', 'agree to closure'), ('refuse_closure', 'refuse closure'), ('close_measure', 'close the measure'), ('reopen_measure', 'reopen the measure'), ('resolve_matter', 'settle a matter'), ('override_light', 'override the light'), ('load_policy', 'load the policy text'), ('announce', 'announce to all departments')], max_length=20, verbose_name='act'),
        ),
        migrations.AlterField(
            model_name='mailchoice',
            name='kind',
            field=models.CharField(choices=[('opened', 'period opened'), ('returned', 'update returned'), ('confirmed', 'update confirmed'), ('corrected', 'confirmed text in correction'), ('matter_answered', 'coordination matter settled'), ('announced', 'announcement of the office'), ('urged', 'urged by the office'), ('urge_answered', 'slip answered'), ('due_in_five_days', 'due in five working days'), ('due_next_day', 'due on the next working day'), ('overdue', 'day passed, not filed')], max_length=16, verbose_name='kind of message'),
        ),
        migrations.AlterField(
            model_name='message',
            name='kind',
            field=models.CharField(choices=[('opened', 'period opened'), ('returned', 'update returned'), ('confirmed', 'update confirmed'), ('corrected', 'confirmed text in correction'), ('matter_answered', 'coordination matter settled'), ('announced', 'announcement of the office'), ('urged', 'urged by the office'), ('urge_answered', 'slip answered'), ('due_in_five_days', 'due in five working days'), ('due_next_day', 'due on the next working day'), ('overdue', 'day passed, not filed')], max_length=16, verbose_name='kind of message'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['save', 'submit', 'withdraw', 'return_for_revision', 'approve', 'approve_own', 'confirm', 'correct', 'waive', 'restore', 'add_duty', 'end_duty', 'plan_period', 'open_period', 'close_period', 'reopen_period', 'archive_period', 'urge', 'sign_for_urge', 'answer_urge', 'start', 'make_routine', 'suspend', 'cancel', 'resume', 'request_closure', 'agree_closure', 'refuse_closure', 'close_measure', 'reopen_measure', 'resolve_matter', 'override_light', 'load_policy', 'announce'])), name='event_act_is_known', violation_error_message='This act is not known.'),
        ),
        migrations.AddConstraint(
            model_name='mailchoice',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'returned', 'confirmed', 'corrected', 'matter_answered', 'announced', 'urged', 'urge_answered', 'due_in_five_days', 'due_next_day', 'overdue'])), name='mailchoice_kind_is_known', violation_error_message='This kind of message is not known.'),
        ),
        migrations.AddConstraint(
            model_name='policy',
            constraint=models.CheckConstraint(condition=models.Q(('urge_yellow_days__gte', 1), ('urge_yellow_days__lte', models.F('urge_red_days'))), name='policy_urge_days_in_order', violation_error_message='Slips are blue first, then yellow, then red.'),
        ),
        migrations.AddField(
            model_name='urge',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='urges_sent', to=settings.AUTH_USER_MODEL, verbose_name='urged by'),
        ),
        migrations.AddField(
            model_name='urge',
            name='department',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='urges', to='departments.department', verbose_name='department urged'),
        ),
        migrations.AddField(
            model_name='urge',
            name='period',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='urges', to='measures.reportingperiod', verbose_name='period'),
        ),
        migrations.AddField(
            model_name='urge',
            name='policy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='urges', to='measures.policy', verbose_name='policy'),
        ),
        migrations.AddField(
            model_name='urge',
            name='updates',
            field=models.ManyToManyField(related_name='urges', to='measures.progressupdate', verbose_name='not filed then'),
        ),
        migrations.AddField(
            model_name='message',
            name='urge',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='told', to='measures.urge'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('announcement__isnull', True), ('matter__isnull', True), ('period__isnull', True), ('update__isnull', False), ('urge__isnull', True)), models.Q(('announcement__isnull', True), ('matter__isnull', True), ('period__isnull', False), ('update__isnull', True), ('urge__isnull', True)), models.Q(('announcement__isnull', True), ('matter__isnull', False), ('period__isnull', True), ('update__isnull', True), ('urge__isnull', True)), models.Q(('announcement__isnull', False), ('matter__isnull', True), ('period__isnull', True), ('update__isnull', True), ('urge__isnull', True)), models.Q(('announcement__isnull', True), ('matter__isnull', True), ('period__isnull', True), ('update__isnull', True), ('urge__isnull', False)), _connector='OR'), name='message_is_about_one_thing', violation_error_message='A message is about exactly one thing.'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'returned', 'confirmed', 'corrected', 'matter_answered', 'announced', 'urged', 'urge_answered', 'due_in_five_days', 'due_next_day', 'overdue'])), name='message_kind_is_known', violation_error_message='This kind of message is not known.'),
        ),
        migrations.AddField(
            model_name='urgeanswer',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='urge_answers', to=settings.AUTH_USER_MODEL, verbose_name='answered by'),
        ),
        migrations.AddField(
            model_name='urgeanswer',
            name='urge',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='measures.urge', verbose_name='urging slip'),
        ),
        migrations.AddField(
            model_name='urgereceipt',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='urge_receipts', to=settings.AUTH_USER_MODEL, verbose_name='signed for by'),
        ),
        migrations.AddField(
            model_name='urgereceipt',
            name='urge',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='receipt', to='measures.urge', verbose_name='urging slip'),
        ),
        migrations.AddIndex(
            model_name='urge',
            index=models.Index(fields=['period', 'department'], name='urge_of_department'),
        ),
        migrations.AddConstraint(
            model_name='urge',
            constraint=models.UniqueConstraint(fields=('policy', 'year', 'number'), name='urge_number_once', violation_error_message='This number of a slip is taken.'),
        ),
        migrations.AddConstraint(
            model_name='urge',
            constraint=models.UniqueConstraint(fields=('period', 'department', 'day'), name='urge_once_a_day', violation_error_message='This department was urged today already.'),
        ),
        migrations.AddConstraint(
            model_name='urge',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', ['blue', 'yellow', 'red'])), name='urge_level_is_known', violation_error_message='This level is not known.'),
        ),
        migrations.AddConstraint(
            model_name='urge',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='urge_numbered_from_one', violation_error_message='Slips are numbered from 1.'),
        ),
        migrations.AddConstraint(
            model_name='urgeanswer',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='urgeanswer_says_something', violation_error_message='An answer needs its text.'),
        ),
        migrations.RunPython(create_figure_triggers, drop_figure_triggers),
        migrations.RunPython(create_append_only_triggers, drop_append_only_triggers),
    ]
