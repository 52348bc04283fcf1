"""Which inputs a convenor has used, and which printed slips were signed. Triggers go and come back, because
SQLite rebuilds the table of events.
"""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from measures.models.append_only import create_append_only_triggers, drop_append_only_triggers
from measures.models.figure_triggers import create_figure_triggers, drop_figure_triggers


class Migration(migrations.Migration):

    dependencies = [
        ('departments', '0004_deputies'),
        ('measures', '0021_values_that_fall'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(drop_append_only_triggers, create_append_only_triggers),
        migrations.RunPython(drop_figure_triggers, create_figure_triggers),
        migrations.CreateModel(
            name='SignedSlip',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('signed_by', models.CharField(max_length=60, verbose_name='signed by')),
                ('signed_on', models.DateField(verbose_name='signed on')),
                ('noted_at', models.DateTimeField(verbose_name='noted')),
            ],
            options={
                'verbose_name': 'signed slip',
                'verbose_name_plural': 'signed slips',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='UsedInput',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(max_length=20, verbose_name='field')),
                ('use', models.CharField(choices=[('inserted', 'inserted with its source'), ('seen', 'change seen')], max_length=8, verbose_name='used how')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'used input',
                'verbose_name_plural': 'used inputs',
                'ordering': ['pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='event',
            name='event_act_is_known',
        ),
        migrations.AlterField(
            model_name='event',
            name='act',
            field=models.CharField(choices=[('save', 'save'), ('submit', 'submit for review'), ('withdraw', 'withdraw'), ('return_for_revision', 'return for revision'), ('approve', 'approve and submit'), ('approve_own', 'approve and submit (reviewed by the writer)'), ('file_on_behalf', 'file on behalf'), ('confirm', 'confirm'), ('correct', 'correct'), ('waive', 'waive'), ('restore', 'make due again'), ('add_duty', 'assign a duty'), ('end_duty', 'end the duty'), ('request_extension', 'ask for a later date'), ('grant_extension', 'grant a later date'), ('refuse_extension', 'not grant a later date'), ('note_signature', 'note the signature on paper'), ('plan_period', 'plan the period'), ('open_period', 'open the period'), ('change_dates', 'change the dates'), ('close_period', 'close the period'), ('reopen_period', 'reopen the period'), ('archive_period', 'archive the period'), ('urge', 'urge'), ('sign_for_urge', 'sign for the slip'), ('answer_urge', 'answer the slip'), ('start', 'start'), ('make_routine', 'make routine'), ('suspend', 'suspend'), ('cancel', 'cancel'), ('resume', 'resume'), ('request_closure', 'ask for closure'), ('agree_closure', 'agree to closure'), ('refuse_closure', 'refuse closure'), ('close_measure', 'close the measure'), ('reopen_measure', 'reopen the measure'), ('resolve_matter', 'settle a matter'), ('override_light', 'override the light'), ('load_policy', 'load the policy text'), ('announce', 'announce to all departments')], max_length=20, verbose_name='act'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['save', 'submit', 'withdraw', 'return_for_revision', 'approve', 'approve_own', 'file_on_behalf', 'confirm', 'correct', 'waive', 'restore', 'add_duty', 'end_duty', 'request_extension', 'grant_extension', 'refuse_extension', 'note_signature', 'plan_period', 'open_period', 'change_dates', 'close_period', 'reopen_period', 'archive_period', 'urge', 'sign_for_urge', 'answer_urge', 'start', 'make_routine', 'suspend', 'cancel', 'resume', 'request_closure', 'agree_closure', 'refuse_closure', 'close_measure', 'reopen_measure', 'resolve_matter', 'override_light', 'load_policy', 'announce'])), name='event_act_is_known', violation_error_message='This act is not known.'),
        ),
        migrations.AddField(
            model_name='signedslip',
            name='noted_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='noted_signatures', to=settings.AUTH_USER_MODEL, verbose_name='noted by'),
        ),
        migrations.AddField(
            model_name='signedslip',
            name='revision',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='signed_slip', to='measures.revision', verbose_name='text that was signed'),
        ),
        migrations.AddField(
            model_name='usedinput',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='used_inputs', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='usedinput',
            name='source',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='measures.revision', verbose_name='text of the source'),
        ),
        migrations.AddField(
            model_name='usedinput',
            name='update',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='used_inputs', to='measures.progressupdate', verbose_name='update of the convenor'),
        ),
        migrations.AddConstraint(
            model_name='signedslip',
            constraint=models.CheckConstraint(condition=models.Q(('signed_by', ''), _negated=True), name='signedslip_names_who_signed', violation_error_message='Say who signed the slip.'),
        ),
        migrations.AddConstraint(
            model_name='usedinput',
            constraint=models.CheckConstraint(condition=models.Q(('use__in', ['inserted', 'seen'])), name='usedinput_use_is_known', violation_error_message='An input is inserted, or its change is seen.'),
        ),
        migrations.AddConstraint(
            model_name='usedinput',
            constraint=models.CheckConstraint(condition=models.Q(('field', ''), _negated=True), name='usedinput_names_its_field', violation_error_message='An input is used in a field.'),
        ),
        migrations.RunPython(create_figure_triggers, drop_figure_triggers),
        migrations.RunPython(create_append_only_triggers, drop_append_only_triggers),
    ]
