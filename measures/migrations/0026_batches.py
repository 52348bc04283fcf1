"""Documents are made in the background: batches, their documents, and the workers that make them."""

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from measures.models.append_only import create_append_only_triggers, drop_append_only_triggers
from measures.models.figure_triggers import create_figure_triggers, drop_figure_triggers


class Migration(migrations.Migration):

    dependencies = [
        ('departments', '0004_deputies'),
        ('measures', '0025_portfolios'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(drop_append_only_triggers, create_append_only_triggers),
        migrations.RunPython(drop_figure_triggers, create_figure_triggers),
        migrations.CreateModel(
            name='BackgroundWorker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64, unique=True, verbose_name='name')),
                ('machine', models.CharField(max_length=255, verbose_name='machine')),
                ('started_at', models.DateTimeField(verbose_name='started')),
                ('seen_at', models.DateTimeField(verbose_name='last sign of life')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
            ],
            options={
                'verbose_name': 'background worker',
                'verbose_name_plural': 'background workers',
                'ordering': ['-started_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('department', 'Department report'), ('measure', 'Dossier of a measure'), ('status', 'Status report'), ('ledger', 'Ledger'), ('breakdown', 'Breakdown of tasks'), ('filing', 'Filing of all departments')], max_length=10, verbose_name='kind of document')),
                ('form', models.CharField(max_length=4, verbose_name='format')),
                ('length', models.CharField(default='full', max_length=5, verbose_name='length of the document')),
                ('demo', models.BooleanField(default=False, verbose_name='made in a demonstration')),
                ('asked_at', models.DateTimeField(verbose_name='asked for')),
                ('asked_on', models.DateField(verbose_name='as of')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('waiting_since', models.DateTimeField(default=django.utils.timezone.now, verbose_name='waiting since')),
                ('state', models.CharField(choices=[('queued', 'waiting'), ('running', 'being made'), ('done', 'ready'), ('failed', 'not complete'), ('cancelled', 'cancelled')], default='queued', max_length=9, verbose_name='state')),
                ('total', models.PositiveIntegerField(verbose_name='documents')),
                ('made', models.PositiveIntegerField(default=0, verbose_name='made')),
                ('failed', models.PositiveIntegerField(default=0, verbose_name='not made')),
            ],
            options={
                'verbose_name': 'batch of documents',
                'verbose_name_plural': 'batches of documents',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='BatchDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(verbose_name='position')),
                ('subject', models.CharField(blank=True, max_length=60, verbose_name='what it is about')),
                ('name', models.CharField(max_length=300, verbose_name='name')),
                ('state', models.CharField(choices=[('queued', 'waiting'), ('making', 'being made'), ('made', 'made'), ('failed', 'not made'), ('cancelled', 'cancelled')], default='queued', max_length=9, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('task', models.UUIDField(blank=True, null=True, verbose_name='row in the queue')),
                ('claim', models.UUIDField(blank=True, null=True, verbose_name='claim of whoever makes it')),
                ('error', models.CharField(blank=True, max_length=500, verbose_name='why it was not made')),
                ('file', models.CharField(blank=True, max_length=100, verbose_name='file')),
                ('file_name', models.CharField(blank=True, max_length=250, verbose_name='name of the file')),
                ('size', models.PositiveIntegerField(default=0, verbose_name='size in bytes')),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256 of the file')),
            ],
            options={
                'verbose_name': 'document of a batch',
                'verbose_name_plural': 'documents of batches',
                'ordering': ['position'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='event',
            name='event_act_is_known',
        ),
        migrations.AlterField(
            model_name='event',
            name='act',
            field=models.CharField(choices=[('save', 'save'), ('submit', 'submit for review'), ('withdraw', 'withdraw'), ('return_for_revision', 'return for revision'), ('approve', 'approve and submit'), ('approve_own', 'approve and submit (reviewed by the writer)'), ('file_on_behalf', 'file on behalf'), ('confirm', 'confirm'), ('correct', 'correct'), ('waive', 'waive'), ('restore', 'make due again'), ('add_duty', 'assign a duty'), ('end_duty', 'end the duty'), ('request_extension', 'ask for a later date'), ('grant_extension', 'grant a later date'), ('refuse_extension', 'not grant a later date'), ('note_signature', 'note the signature on paper'), ('add_evidence', 'add evidence'), ('withdraw_evidence', 'withdraw evidence'), ('plan_period', 'plan the period'), ('open_period', 'open the period'), ('change_dates', 'change the dates'), ('close_period', 'close the period'), ('reopen_period', 'reopen the period'), ('archive_period', 'archive the period'), ('urge', 'urge'), ('sign_for_urge', 'sign for the slip'), ('answer_urge', 'answer the slip'), ('draft_report', 'draft a report'), ('edit_report', 'edit the report'), ('submit_report', 'submit the report for a check'), ('return_report', 'return the report'), ('check_report', 'check the report'), ('sign_report', 'sign the report'), ('issue_report', 'issue the report'), ('withdraw_report', 'withdraw the report'), ('discard_report', 'discard the draft of a report'), ('begin_batch', 'have documents made as a batch'), ('cancel_batch', 'cancel a batch of documents'), ('start', 'start'), ('make_routine', 'make routine'), ('suspend', 'suspend'), ('cancel', 'cancel'), ('resume', 'resume'), ('request_closure', 'ask for closure'), ('agree_closure', 'agree to closure'), ('refuse_closure', 'refuse closure'), ('close_measure', 'close the measure'), ('reopen_measure', 'reopen the measure'), ('resolve_matter', 'settle a matter'), ('override_light', 'override the light'), ('designate', 'designate a department'), ('end_designation', 'end a designation'), ('change_contact', 'change the contact'), ('record_succession', 'record a succession'), ('hand_over', 'hand over the work'), ('load_policy', 'load the policy text'), ('announce', 'announce to all departments')], max_length=20, verbose_name='act'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['save', 'submit', 'withdraw', 'return_for_revision', 'approve', 'approve_own', 'file_on_behalf', 'confirm', 'correct', 'waive', 'restore', 'add_duty', 'end_duty', 'request_extension', 'grant_extension', 'refuse_extension', 'note_signature', 'add_evidence', 'withdraw_evidence', 'plan_period', 'open_period', 'change_dates', 'close_period', 'reopen_period', 'archive_period', 'urge', 'sign_for_urge', 'answer_urge', 'draft_report', 'edit_report', 'submit_report', 'return_report', 'check_report', 'sign_report', 'issue_report', 'withdraw_report', 'discard_report', 'begin_batch', 'cancel_batch', 'start', 'make_routine', 'suspend', 'cancel', 'resume', 'request_closure', 'agree_closure', 'refuse_closure', 'close_measure', 'reopen_measure', 'resolve_matter', 'override_light', 'designate', 'end_designation', 'change_contact', 'record_succession', 'hand_over', 'load_policy', 'announce'])), name='event_act_is_known', violation_error_message='This act is not known.'),
        ),
        migrations.AddConstraint(
            model_name='backgroundworker',
            constraint=models.CheckConstraint(condition=models.Q(('seen_at__gte', models.F('started_at'))), name='backgroundworker_seen_since_its_start', violation_error_message='A worker is not seen before it starts.'),
        ),
        migrations.AddConstraint(
            model_name='backgroundworker',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='backgroundworker_ends_after_its_start', violation_error_message='A worker does not end before it starts.'),
        ),
        migrations.AddField(
            model_name='batch',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to=settings.AUTH_USER_MODEL, verbose_name='asked for by'),
        ),
        migrations.AddField(
            model_name='batch',
            name='cancelled_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='batches_cancelled', to=settings.AUTH_USER_MODEL, verbose_name='cancelled by'),
        ),
        migrations.AddField(
            model_name='batch',
            name='period',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='measures.reportingperiod', verbose_name='period'),
        ),
        migrations.AddField(
            model_name='batch',
            name='policy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='measures.policy', verbose_name='policy'),
        ),
        migrations.AddField(
            model_name='batchdocument',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='measures.batch', verbose_name='batch of documents'),
        ),
        migrations.AddField(
            model_name='batchdocument',
            name='worker',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='documents', to='measures.backgroundworker', verbose_name='background worker'),
        ),
        migrations.AddIndex(
            model_name='batch',
            index=models.Index(fields=['policy', '-created_at'], name='batch_by_age'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('queued', 'running'))), fields=('asked_by', 'period', 'kind', 'form', 'length'), name='batch_one_in_work', violation_error_message='You asked for these documents already; they are being made.'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['department', 'measure', 'status', 'ledger', 'breakdown', 'filing'])), name='batch_kind_is_known', violation_error_message='Documents of this kind are not made in the background.'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(('form__in', ('pdf', 'docx', 'xlsx')), ('length__in', ('full', 'brief'))), name='batch_form_is_known', violation_error_message='Documents do not come in this format or length.'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'done', 'failed', 'cancelled'])), name='batch_state_is_known', violation_error_message='This state of a batch is not known.'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(('total__gte', django.db.models.expressions.CombinedExpression(models.F('made'), '+', models.F('failed'))), ('total__gte', 1)), name='batch_counts_fit', violation_error_message='A batch counts no more documents than it has, and has one.'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), ('made', models.F('total')), _connector='OR'), name='batch_done_is_whole', violation_error_message='A batch is ready when each of its documents is made.'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), _negated=True), models.Q(('failed__gt', 0), ('total', django.db.models.expressions.CombinedExpression(models.F('made'), '+', models.F('failed')))), _connector='OR'), name='batch_failed_names_failures', violation_error_message='A batch is not complete when some documents could not be made.'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancelled_by__isnull', False), ('state', 'cancelled')), models.Q(models.Q(('state', 'cancelled'), _negated=True), ('cancelled_by', None)), _connector='OR'), name='batch_cancelled_by_somebody', violation_error_message='A batch names who cancelled it exactly when it is cancelled.'),
        ),
        migrations.AddConstraint(
            model_name='batchdocument',
            constraint=models.UniqueConstraint(fields=('batch', 'subject'), name='batchdocument_subject_once', violation_error_message='A batch holds one document on each subject.'),
        ),
        migrations.AddConstraint(
            model_name='batchdocument',
            constraint=models.UniqueConstraint(fields=('batch', 'position'), name='batchdocument_position_once', violation_error_message='This position in the batch is taken.'),
        ),
        migrations.AddConstraint(
            model_name='batchdocument',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'making', 'made', 'failed', 'cancelled'])), name='batchdocument_state_is_known', violation_error_message='This state of a document is not known.'),
        ),
        migrations.AddConstraint(
            model_name='batchdocument',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sha256__regex', '^[0-9a-f]{64}$'), ('size__gt', 0), ('state', 'made'), models.Q(('file', ''), _negated=True), models.Q(('file_name', ''), _negated=True)), models.Q(models.Q(('state', 'made'), _negated=True), ('file', ''), ('file_name', ''), ('sha256', ''), ('size', 0)), _connector='OR'), name='batchdocument_made_has_its_file', violation_error_message='A document has a file exactly when it is made.'),
        ),
        migrations.AddConstraint(
            model_name='batchdocument',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), models.Q(('error', ''), _negated=True)), models.Q(models.Q(('state', 'failed'), _negated=True), ('error', '')), _connector='OR'), name='batchdocument_failed_says_why', violation_error_message='A document says why exactly when it could not be made.'),
        ),
        migrations.AddConstraint(
            model_name='batchdocument',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('claim__isnull', False), ('state', 'making')), models.Q(models.Q(('state', 'making'), _negated=True), ('claim', None)), _connector='OR'), name='batchdocument_is_claimed_while_made', violation_error_message='A document is claimed exactly while it is being made.'),
        ),
        migrations.RunPython(create_figure_triggers, drop_figure_triggers),
        migrations.RunPython(create_append_only_triggers, drop_append_only_triggers),
    ]
