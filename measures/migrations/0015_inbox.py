"""Each person has an inbox; the office announces to all departments. Triggers go first and come back last."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from measures.models.append_only import create_append_only_triggers, drop_append_only_triggers


class Migration(migrations.Migration):

    dependencies = [
        ('departments', '0003_accounts'),
        ('measures', '0014_replaced_texts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(drop_append_only_triggers, create_append_only_triggers),
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=60, verbose_name='title')),
                ('text', models.TextField(verbose_name='text')),
                ('at', models.DateTimeField(verbose_name='written')),
            ],
            options={
                'verbose_name': 'announcement',
                'verbose_name_plural': 'announcements',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='MailChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('opened', 'period opened'), ('returned', 'update returned'), ('confirmed', 'update confirmed'), ('corrected', 'confirmed text in correction'), ('matter_answered', 'coordination matter settled'), ('announced', 'announcement of the office'), ('due_in_five_days', 'due in five working days'), ('due_next_day', 'due on the next working day'), ('overdue', 'day passed, not filed')], max_length=16, verbose_name='kind of message')),
            ],
            options={
                'verbose_name': 'kind chosen for e-mail',
                'verbose_name_plural': 'kinds chosen for e-mail',
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('opened', 'period opened'), ('returned', 'update returned'), ('confirmed', 'update confirmed'), ('corrected', 'confirmed text in correction'), ('matter_answered', 'coordination matter settled'), ('announced', 'announcement of the office'), ('due_in_five_days', 'due in five working days'), ('due_next_day', 'due on the next working day'), ('overdue', 'day passed, not filed')], max_length=16, verbose_name='kind of message')),
                ('subject', models.UUIDField(verbose_name='what it is about')),
                ('day', models.DateField(verbose_name='day')),
                ('at', models.DateTimeField(verbose_name='told')),
                ('words', models.TextField(blank=True, verbose_name='words')),
                ('count', models.PositiveIntegerField(default=0, verbose_name='updates')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='MessageDigest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('address', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
            ],
            options={
                'verbose_name': 'e-mail of a day',
                'verbose_name_plural': 'e-mails of the days',
                'ordering': ['-day', 'person_id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='event',
            name='event_act_is_known',
        ),
        migrations.AlterField(
            model_name='event',
            name='act',
            field=models.CharField(choices=[('save', 'save'), ('submit', 'submit for review'), ('withdraw', 'withdraw'), ('return_for_revision', 'return for revision'), ('approve', 'approve and submit'), ('approve_own', 'approve and submit (reviewed by the writer)'), ('confirm', 'confirm'), ('correct', 'correct'), ('waive', 'waive'), ('restore', 'make due again'), ('add_duty', 'assign a duty'), ('end_duty', 'end the duty'), ('plan_period', 'plan the period'), ('open_period', 'open the period'), ('close_period', 'close the period'), ('reopen_period', 'reopen the period'), ('archive_period', 'archive the period'), ('start', 'start'), ('make_routine', 'make routine'), ('suspend', 'suspend'), ('cancel', 'cancel'), ('resume', 'resume'), ('request_closure', 'ask for closure'), ('agree_closure', 'agree to closure'), ('refuse_closure', 'refuse closure'), ('close_measure', 'close the measure'), ('reopen_measure', 'reopen the measure'), ('resolve_matter', 'settle a matter'), ('override_light', 'override the light'), ('load_policy', 'load the policy text'), ('announce', 'announce to all departments')], max_length=20, verbose_name='act'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['save', 'submit', 'withdraw', 'return_for_revision', 'approve', 'approve_own', 'confirm', 'correct', 'waive', 'restore', 'add_duty', 'end_duty', 'plan_period', 'open_period', 'close_period', 'reopen_period', 'archive_period', 'start', 'make_routine', 'suspend', 'cancel', 'resume', 'request_closure', 'agree_closure', 'refuse_closure', 'close_measure', 'reopen_measure', 'resolve_matter', 'override_light', 'load_policy', 'announce'])), name='event_act_is_known', violation_error_message='This act is not known.'),
        ),
        migrations.AddField(
            model_name='announcement',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='announcements', to=settings.AUTH_USER_MODEL, verbose_name='written by'),
        ),
        migrations.AddField(
            model_name='announcement',
            name='policy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='announcements', to='measures.policy', verbose_name='policy'),
        ),
        migrations.AddField(
            model_name='mailchoice',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mail_choices', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='message',
            name='announcement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='told', to='measures.announcement'),
        ),
        migrations.AddField(
            model_name='message',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='told', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='message',
            name='department',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='told', to='departments.department', verbose_name='department'),
        ),
        migrations.AddField(
            model_name='message',
            name='matter',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='told', to='measures.coordinationmatter'),
        ),
        migrations.AddField(
            model_name='message',
            name='period',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='told', to='measures.reportingperiod'),
        ),
        migrations.AddField(
            model_name='message',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inbox', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='message',
            name='policy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='told', to='measures.policy', verbose_name='policy'),
        ),
        migrations.AddField(
            model_name='message',
            name='update',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='told', to='measures.progressupdate'),
        ),
        migrations.AddField(
            model_name='messagedigest',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='message_digests', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='message',
            name='digest',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='inbox', to='measures.messagedigest', verbose_name='e-mail of a day'),
        ),
        migrations.AddConstraint(
            model_name='announcement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('text', ''), _negated=True)), name='announcement_says_something', violation_error_message='An announcement needs its title and its text.'),
        ),
        migrations.AddConstraint(
            model_name='mailchoice',
            constraint=models.UniqueConstraint(fields=('person', 'kind'), name='mailchoice_once', violation_error_message='This kind is chosen already.'),
        ),
        migrations.AddConstraint(
            model_name='mailchoice',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'returned', 'confirmed', 'corrected', 'matter_answered', 'announced', 'due_in_five_days', 'due_next_day', 'overdue'])), name='mailchoice_kind_is_known', violation_error_message='This kind of message is not known.'),
        ),
        migrations.AddConstraint(
            model_name='messagedigest',
            constraint=models.UniqueConstraint(fields=('person', 'day'), name='messagedigest_one_a_day', violation_error_message='This person had an e-mail today already.'),
        ),
        migrations.AddConstraint(
            model_name='messagedigest',
            constraint=models.CheckConstraint(condition=models.Q(('address', ''), _negated=True), name='messagedigest_has_address', violation_error_message='An e-mail needs an address.'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['person', '-at', '-id'], name='message_of_person'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('read_at', None)), fields=['person'], name='message_unread'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('person', 'kind', 'subject', 'day'), name='message_told_once', violation_error_message='This person was told that already.'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('announcement__isnull', True), ('matter__isnull', True), ('period__isnull', True), ('update__isnull', False)), models.Q(('announcement__isnull', True), ('matter__isnull', True), ('period__isnull', False), ('update__isnull', True)), models.Q(('announcement__isnull', True), ('matter__isnull', False), ('period__isnull', True), ('update__isnull', True)), models.Q(('announcement__isnull', False), ('matter__isnull', True), ('period__isnull', True), ('update__isnull', True)), _connector='OR'), name='message_is_about_one_thing', violation_error_message='A message is about exactly one thing.'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'returned', 'confirmed', 'corrected', 'matter_answered', 'announced', 'due_in_five_days', 'due_next_day', 'overdue'])), name='message_kind_is_known', violation_error_message='This kind of message is not known.'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('by', None), ('kind__in', ('due_in_five_days', 'due_next_day', 'overdue'))), models.Q(models.Q(('kind__in', ('due_in_five_days', 'due_next_day', 'overdue')), _negated=True), ('by__isnull', False)), _connector='OR'), name='message_names_who_acted', violation_error_message='A message of an act names who did it, one of the night nobody.'),
        ),
        migrations.RunPython(create_append_only_triggers, drop_append_only_triggers),
    ]
