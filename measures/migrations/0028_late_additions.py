"""What is added later: scans of what the office entered, corrected notes of signatures; and who is told of people.

Triggers go and come back, because SQLite rebuilds the tables of events and signed slips.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from measures.models.append_only import create_append_only_triggers, drop_append_only_triggers
from measures.models.figure_triggers import create_figure_triggers, drop_figure_triggers


class Migration(migrations.Migration):

    dependencies = [
        ('departments', '0004_deputies'),
        ('measures', '0027_light_changes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(drop_append_only_triggers, create_append_only_triggers),
        migrations.RunPython(drop_figure_triggers, create_figure_triggers),
        migrations.CreateModel(
            name='LateEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(editable=False, max_length=64, verbose_name='SHA-256')),
            ],
            options={
                'verbose_name': 'evidence that came later',
                'verbose_name_plural': 'evidence that came later',
                'ordering': ['pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='event',
            name='event_act_is_known',
        ),
        migrations.AddField(
            model_name='signedslip',
            name='number',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='note number'),
        ),
        migrations.AddField(
            model_name='signedslip',
            name='reason',
            field=models.CharField(blank=True, max_length=600, verbose_name='reason for correcting the note'),
        ),
        migrations.AlterField(
            model_name='event',
            name='act',
            field=models.CharField(choices=[('save', 'save'), ('submit', 'submit for review'), ('withdraw', 'withdraw'), ('return_for_revision', 'return for revision'), ('approve', 'approve and submit'), ('approve_own', 'approve and submit (reviewed by the writer)'), ('file_on_behalf', 'file on behalf'), ('confirm', 'confirm'), ('correct', 'correct'), ('waive', 'waive'), ('restore', 'make due again'), ('add_duty', 'assign a duty'), ('end_duty', 'end the duty'), ('request_extension', 'ask for a later date'), ('grant_extension', 'grant a later date'), ('refuse_extension', 'not grant a later date'), ('note_signature', 'note the signature on paper'), ('correct_signature', 'correct a noted signature'), ('add_evidence', 'add evidence'), ('withdraw_evidence', 'withdraw evidence'), ('add_late_evidence', 'add evidence that came later'), ('plan_period', 'plan the period'), ('open_period', 'open the period'), ('change_dates', 'change the dates'), ('close_period', 'close the period'), ('reopen_period', 'reopen the period'), ('archive_period', 'archive the period'), ('urge', 'urge'), ('sign_for_urge', 'sign for the slip'), ('answer_urge', 'answer the slip'), ('draft_report', 'draft a report'), ('edit_report', 'edit the report'), ('submit_report', 'submit the report for a check'), ('return_report', 'return the report'), ('check_report', 'check the report'), ('sign_report', 'sign the report'), ('issue_report', 'issue the report'), ('withdraw_report', 'withdraw the report'), ('discard_report', 'discard the draft of a report'), ('begin_batch', 'have documents made as a batch'), ('cancel_batch', 'cancel a batch of documents'), ('start', 'start'), ('make_routine', 'make routine'), ('suspend', 'suspend'), ('cancel', 'cancel'), ('resume', 'resume'), ('request_closure', 'ask for closure'), ('agree_closure', 'agree to closure'), ('refuse_closure', 'refuse closure'), ('close_measure', 'close the measure'), ('reopen_measure', 'reopen the measure'), ('resolve_matter', 'settle a matter'), ('override_light', 'override the light'), ('designate', 'designate a department'), ('end_designation', 'end a designation'), ('change_contact', 'change the contact'), ('record_succession', 'record a succession'), ('hand_over', 'hand over the work'), ('load_policy', 'load the policy text'), ('announce', 'announce to all departments')], max_length=20, verbose_name='act'),
        ),
        migrations.AlterField(
            model_name='signedslip',
            name='revision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signed_slips', to='measures.revision', verbose_name='text that was signed'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['save', 'submit', 'withdraw', 'return_for_revision', 'approve', 'approve_own', 'file_on_behalf', 'confirm', 'correct', 'waive', 'restore', 'add_duty', 'end_duty', 'request_extension', 'grant_extension', 'refuse_extension', 'note_signature', 'correct_signature', 'add_evidence', 'withdraw_evidence', 'add_late_evidence', 'plan_period', 'open_period', 'change_dates', 'close_period', 'reopen_period', 'archive_period', 'urge', 'sign_for_urge', 'answer_urge', 'draft_report', 'edit_report', 'submit_report', 'return_report', 'check_report', 'sign_report', 'issue_report', 'withdraw_report', 'discard_report', 'begin_batch', 'cancel_batch', 'start', 'make_routine', 'suspend', 'cancel', 'resume', 'request_closure', 'agree_closure', 'refuse_closure', 'close_measure', 'reopen_measure', 'resolve_matter', 'override_light', 'designate', 'end_designation', 'change_contact', 'record_succession', 'hand_over', 'load_policy', 'announce'])), name='event_act_is_known', violation_error_message='This act is not known.'),
        ),
        migrations.AddConstraint(
            model_name='signedslip',
            constraint=models.UniqueConstraint(fields=('revision', 'number'), name='signedslip_note_once', violation_error_message='The signature of this text is noted already.'),
        ),
        migrations.AddConstraint(
            model_name='signedslip',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number', 1), ('reason', '')), models.Q(('number__gt', 1), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='signedslip_corrected_with_reason', violation_error_message='Whoever corrects a noted signature says why.'),
        ),
        migrations.AddField(
            model_name='lateevidence',
            name='file',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='late', to='measures.evidencefile', verbose_name='evidence file'),
        ),
        migrations.AddField(
            model_name='lateevidence',
            name='revision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='late_evidence', to='measures.revision', verbose_name='text'),
        ),
        migrations.AddConstraint(
            model_name='lateevidence',
            constraint=models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='lateevidence_hash_is_whole', violation_error_message='The hash of a file must be a SHA-256.'),
        ),
        migrations.RunPython(create_figure_triggers, drop_figure_triggers),
        migrations.RunPython(create_append_only_triggers, drop_append_only_triggers),
    ]
