"""Reports are drafted, checked, signed and issued; what was issued, and withdrawals, are only ever added."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from measures.models.append_only import create_append_only_triggers, drop_append_only_triggers
from measures.models.figure_triggers import create_figure_triggers, drop_figure_triggers


class Migration(migrations.Migration):

    dependencies = [
        ('departments', '0004_deputies'),
        ('measures', '0023_office_acts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(drop_append_only_triggers, create_append_only_triggers),
        migrations.RunPython(drop_figure_triggers, create_figure_triggers),
        migrations.CreateModel(
            name='IssuedReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('preamble', models.TextField(blank=True, verbose_name='preamble')),
                ('problems', models.TextField(blank=True, verbose_name='problems of the report')),
                ('next_steps', models.TextField(blank=True, verbose_name='next steps of the report')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('kind', models.CharField(choices=[('status', 'Status report'), ('filing', 'Filing of all departments'), ('bulletin', 'Bulletin on filing')], max_length=10, verbose_name='kind of document')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('signed_at', models.DateTimeField(verbose_name='signed')),
                ('issued_at', models.DateTimeField(verbose_name='issued')),
                ('printed_sha256', models.CharField(max_length=64, verbose_name='SHA-256 printed on it')),
                ('content', models.BinaryField(verbose_name='file')),
                ('size', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256 of the file')),
            ],
            options={
                'verbose_name': 'issued report',
                'verbose_name_plural': 'issued reports',
                'ordering': ['-issued_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ReportDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('preamble', models.TextField(blank=True, verbose_name='preamble')),
                ('problems', models.TextField(blank=True, verbose_name='problems of the report')),
                ('next_steps', models.TextField(blank=True, verbose_name='next steps of the report')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('status', 'Status report'), ('filing', 'Filing of all departments'), ('bulletin', 'Bulletin on filing')], max_length=10, verbose_name='kind of document')),
                ('state', models.CharField(choices=[('drafted', 'drafted'), ('submitted', 'waits for a check'), ('checked', 'checked'), ('signed', 'signed'), ('issued', 'issued'), ('discarded', 'discarded')], default='drafted', max_length=9, verbose_name='state')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
                ('drafted_at', models.DateTimeField(verbose_name='drafted')),
                ('checked_at', models.DateTimeField(blank=True, null=True, verbose_name='checked')),
                ('signed_at', models.DateTimeField(blank=True, null=True, verbose_name='signed')),
                ('return_reason', models.CharField(blank=True, max_length=200, verbose_name='why it was returned last')),
            ],
            options={
                'verbose_name': 'draft of a report',
                'verbose_name_plural': 'drafts of reports',
                'ordering': ['-drafted_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ReportWithdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='withdrawn')),
            ],
            options={
                'verbose_name': 'withdrawal of a report',
                'verbose_name_plural': 'withdrawals of reports',
            },
        ),
        migrations.RemoveConstraint(
            model_name='event',
            name='event_act_is_known',
        ),
        migrations.AlterField(
            model_name='event',
            name='act',
            field=models.CharField(choices=[('save', 'save'), ('submit', 'submit for review'), ('withdraw', 'withdraw'), ('return_for_revision', 'return for revision'), ('approve', 'approve and submit'), ('approve_own', 'approve and submit (reviewed by the writer)'), ('file_on_behalf', 'file on behalf'), ('confirm', 'confirm'), ('correct', 'correct'), ('waive', 'waive'), ('restore', 'make due again'), ('add_duty', 'assign a duty'), ('end_duty', 'end the duty'), ('request_extension', 'ask for a later date'), ('grant_extension', 'grant a later date'), ('refuse_extension', 'not grant a later date'), ('note_signature', 'note the signature on paper'), ('add_evidence', 'add evidence'), ('withdraw_evidence', 'withdraw evidence'), ('plan_period', 'plan the period'), ('open_period', 'open the period'), ('change_dates', 'change the dates'), ('close_period', 'close the period'), ('reopen_period', 'reopen the period'), ('archive_period', 'archive the period'), ('urge', 'urge'), ('sign_for_urge', 'sign for the slip'), ('answer_urge', 'answer the slip'), ('draft_report', 'draft a report'), ('edit_report', 'edit the report'), ('submit_report', 'submit the report for a check'), ('return_report', 'return the report'), ('check_report', 'check the report'), ('sign_report', 'sign the report'), ('issue_report', 'issue the report'), ('withdraw_report', 'withdraw the report'), ('discard_report', 'discard the draft of a report'), ('start', 'start'), ('make_routine', 'make routine'), ('suspend', 'suspend'), ('cancel', 'cancel'), ('resume', 'resume'), ('request_closure', 'ask for closure'), ('agree_closure', 'agree to closure'), ('refuse_closure', 'refuse closure'), ('close_measure', 'close the measure'), ('reopen_measure', 'reopen the measure'), ('resolve_matter', 'settle a matter'), ('override_light', 'override the light'), ('designate', 'designate a department'), ('end_designation', 'end a designation'), ('change_contact', 'change the contact'), ('record_succession', 'record a succession'), ('hand_over', 'hand over the work'), ('load_policy', 'load the policy text'), ('announce', 'announce to all departments')], max_length=20, verbose_name='act'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['save', 'submit', 'withdraw', 'return_for_revision', 'approve', 'approve_own', 'file_on_behalf', 'confirm', 'correct', 'waive', 'restore', 'add_duty', 'end_duty', 'request_extension', 'grant_extension', 'refuse_extension', 'note_signature', 'add_evidence', 'withdraw_evidence', 'plan_period', 'open_period', 'change_dates', 'close_period', 'reopen_period', 'archive_period', 'urge', 'sign_for_urge', 'answer_urge', 'draft_report', 'edit_report', 'submit_report', 'return_report', 'check_report', 'sign_report', 'issue_report', 'withdraw_report', 'discard_report', 'start', 'make_routine', 'suspend', 'cancel', 'resume', 'request_closure', 'agree_closure', 'refuse_closure', 'close_measure', 'reopen_measure', 'resolve_matter', 'override_light', 'designate', 'end_designation', 'change_contact', 'record_succession', 'hand_over', 'load_policy', 'announce'])), name='event_act_is_known', violation_error_message='This act is not known.'),
        ),
        migrations.AddConstraint(
            model_name='reportingperiod',
            constraint=models.CheckConstraint(condition=models.Q(('report_issued_at', None), ('state__in', ['closed', 'archived']), _connector='OR'), name='reportingperiod_issued_is_closed', violation_error_message='Reports are issued of closed periods, and these stay closed.'),
        ),
        migrations.AddField(
            model_name='issuedreport',
            name='checked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='checked by'),
        ),
        migrations.AddField(
            model_name='issuedreport',
            name='drafted_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='drafted by'),
        ),
        migrations.AddField(
            model_name='issuedreport',
            name='issued_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='issued by'),
        ),
        migrations.AddField(
            model_name='issuedreport',
            name='period',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='issued_reports', to='measures.reportingperiod', verbose_name='period'),
        ),
        migrations.AddField(
            model_name='issuedreport',
            name='policy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='issued_reports', to='measures.policy', verbose_name='policy'),
        ),
        migrations.AddField(
            model_name='issuedreport',
            name='signed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='signed by'),
        ),
        migrations.AddField(
            model_name='issuedreport',
            name='snapshot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='issued_reports', to='measures.periodsnapshot', verbose_name='snapshot'),
        ),
        migrations.AddField(
            model_name='reportdraft',
            name='checked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports_checked', to=settings.AUTH_USER_MODEL, verbose_name='checked by'),
        ),
        migrations.AddField(
            model_name='reportdraft',
            name='drafted_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports_drafted', to=settings.AUTH_USER_MODEL, verbose_name='drafted by'),
        ),
        migrations.AddField(
            model_name='reportdraft',
            name='period',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='report_drafts', to='measures.reportingperiod', verbose_name='period'),
        ),
        migrations.AddField(
            model_name='reportdraft',
            name='signed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports_signed', to=settings.AUTH_USER_MODEL, verbose_name='signed by'),
        ),
        migrations.AddField(
            model_name='reportdraft',
            name='snapshot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='report_drafts', to='measures.periodsnapshot', verbose_name='snapshot'),
        ),
        migrations.AddField(
            model_name='issuedreport',
            name='draft',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='issued', to='measures.reportdraft', verbose_name='draft of a report'),
        ),
        migrations.AddField(
            model_name='reportwithdrawal',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports_withdrawn', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by'),
        ),
        migrations.AddField(
            model_name='reportwithdrawal',
            name='report',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='measures.issuedreport', verbose_name='issued report'),
        ),
        migrations.AddConstraint(
            model_name='reportdraft',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('drafted', 'submitted', 'checked', 'signed'))), fields=('period', 'kind'), name='reportdraft_one_in_work', violation_error_message='There is a draft of this report already.'),
        ),
        migrations.AddConstraint(
            model_name='reportdraft',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['drafted', 'submitted', 'checked', 'signed', 'issued', 'discarded'])), name='reportdraft_state_is_known', violation_error_message='This state of a draft is not known.'),
        ),
        migrations.AddConstraint(
            model_name='reportdraft',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['status', 'filing', 'bulletin'])), name='reportdraft_kind_is_known', violation_error_message='A document of this kind is not issued.'),
        ),
        migrations.AddConstraint(
            model_name='reportdraft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked_at__isnull', False), ('checked_by__isnull', False), ('state__in', ('checked', 'signed', 'issued'))), models.Q(models.Q(('state__in', ('checked', 'signed', 'issued')), _negated=True), ('checked_at', None), ('checked_by', None)), _connector='OR'), name='reportdraft_checked_since', violation_error_message='A report names who checked it exactly when it is checked.'),
        ),
        migrations.AddConstraint(
            model_name='reportdraft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', False), ('signed_by__isnull', False), ('state__in', ('signed', 'issued'))), models.Q(models.Q(('state__in', ('signed', 'issued')), _negated=True), ('signed_at', None), ('signed_by', None)), _connector='OR'), name='reportdraft_signed_since', violation_error_message='A report names who signed it exactly when it is signed.'),
        ),
        migrations.AddConstraint(
            model_name='reportdraft',
            constraint=models.CheckConstraint(condition=models.Q(('checked_by', None), models.Q(('checked_by', models.F('drafted_by')), _negated=True), _connector='OR'), name='reportdraft_checked_by_another', violation_error_message='Whoever drafted a report does not check it.'),
        ),
        migrations.AddConstraint(
            model_name='reportdraft',
            constraint=models.CheckConstraint(condition=models.Q(('signed_by', None), models.Q(models.Q(('signed_by', models.F('drafted_by')), _negated=True), models.Q(('signed_by', models.F('checked_by')), _negated=True)), _connector='OR'), name='reportdraft_signed_by_a_third', violation_error_message='Whoever drafted or checked a report does not sign it.'),
        ),
        migrations.AddIndex(
            model_name='issuedreport',
            index=models.Index(fields=['printed_sha256'], name='issuedreport_by_print'),
        ),
        migrations.AddConstraint(
            model_name='issuedreport',
            constraint=models.UniqueConstraint(fields=('policy', 'year', 'number'), name='issuedreport_number_once', violation_error_message='This number of an issued report is taken.'),
        ),
        migrations.AddConstraint(
            model_name='issuedreport',
            constraint=models.UniqueConstraint(fields=('sha256',), name='issuedreport_file_once', violation_error_message='This file was issued already.'),
        ),
        migrations.AddConstraint(
            model_name='issuedreport',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='issuedreport_numbered_from_one', violation_error_message='Issued reports are numbered from 1.'),
        ),
        migrations.AddConstraint(
            model_name='issuedreport',
            constraint=models.CheckConstraint(condition=models.Q(('printed_sha256__regex', '^[0-9a-f]{64}$'), ('sha256__regex', '^[0-9a-f]{64}$')), name='issuedreport_hashes_are_whole', violation_error_message='The hashes of an issued report must be SHA-256.'),
        ),
        migrations.AddConstraint(
            model_name='issuedreport',
            constraint=models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='issuedreport_has_a_file', violation_error_message='A report is issued with its file.'),
        ),
        migrations.AddConstraint(
            model_name='issuedreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked_by', models.F('drafted_by')), _negated=True), models.Q(('signed_by', models.F('drafted_by')), _negated=True), models.Q(('signed_by', models.F('checked_by')), _negated=True)), name='issuedreport_by_three_people', violation_error_message='Three people draft, check and sign a report.'),
        ),
        migrations.AddConstraint(
            model_name='reportwithdrawal',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='reportwithdrawal_has_reason', violation_error_message='Say why the report is withdrawn.'),
        ),
        migrations.RunPython(create_figure_triggers, drop_figure_triggers),
        migrations.RunPython(create_append_only_triggers, drop_append_only_triggers),
    ]
