"""Acts of the office on departments and designations, and the handing over of work.

Triggers go and come back, because SQLite rebuilds the tables of events and responsibilities. What was designated
before takes the day on which it was entered.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from measures.models.append_only import create_append_only_triggers, drop_append_only_triggers
from measures.models.figure_triggers import create_figure_triggers, drop_figure_triggers


def date_designations(apps, _schema_editor):
    """Its first entry in the history, or its first day where there is none."""
    responsibilities = apps.get_model("measures", "Responsibility")
    entries = apps.get_model("measures", "HistoricalResponsibility")
    for row in responsibilities.objects.filter(designated=True, designated_on=None):
        first = entries.objects.filter(id=row.pk, designated=True).order_by("history_id").first()
        row.designated_on = timezone.localdate(first.history_date) if first else row.valid_from
        row.save(update_fields=["designated_on"])


class Migration(migrations.Migration):

    dependencies = [
        ('departments', '0004_deputies'),
        ('measures', '0022_used_inputs_and_signed_slips'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(drop_append_only_triggers, create_append_only_triggers),
        migrations.RunPython(drop_figure_triggers, create_figure_triggers),
        migrations.RemoveConstraint(
            model_name='event',
            name='event_has_one_subject',
        ),
        migrations.RemoveConstraint(
            model_name='event',
            name='event_act_is_known',
        ),
        migrations.AddField(
            model_name='event',
            name='about_department',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events_about', to='departments.department'),
        ),
        migrations.AddField(
            model_name='heldtext',
            name='typed_by',
            field=models.ManyToManyField(blank=True, related_name='texts_handed_over', to=settings.AUTH_USER_MODEL, verbose_name='typed by'),
        ),
        migrations.AddField(
            model_name='historicalresponsibility',
            name='designated_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='designated on'),
        ),
        migrations.AddField(
            model_name='responsibility',
            name='designated_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='designated on'),
        ),
        migrations.AlterField(
            model_name='event',
            name='act',
            field=models.CharField(choices=[('save', 'save'), ('submit', 'submit for review'), ('withdraw', 'withdraw'), ('return_for_revision', 'return for revision'), ('approve', 'approve and submit'), ('approve_own', 'approve and submit (reviewed by the writer)'), ('file_on_behalf', 'file on behalf'), ('confirm', 'confirm'), ('correct', 'correct'), ('waive', 'waive'), ('restore', 'make due again'), ('add_duty', 'assign a duty'), ('end_duty', 'end the duty'), ('request_extension', 'ask for a later date'), ('grant_extension', 'grant a later date'), ('refuse_extension', 'not grant a later date'), ('note_signature', 'note the signature on paper'), ('plan_period', 'plan the period'), ('open_period', 'open the period'), ('change_dates', 'change the dates'), ('close_period', 'close the period'), ('reopen_period', 'reopen the period'), ('archive_period', 'archive the period'), ('urge', 'urge'), ('sign_for_urge', 'sign for the slip'), ('answer_urge', 'answer the slip'), ('start', 'start'), ('make_routine', 'make routine'), ('suspend', 'suspend'), ('cancel', 'cancel'), ('resume', 'resume'), ('request_closure', 'ask for closure'), ('agree_closure', 'agree to closure'), ('refuse_closure', 'refuse closure'), ('close_measure', 'close the measure'), ('reopen_measure', 'reopen the measure'), ('resolve_matter', 'settle a matter'), ('override_light', 'override the light'), ('designate', 'designate a department'), ('end_designation', 'end a designation'), ('change_contact', 'change the contact'), ('record_succession', 'record a succession'), ('hand_over', 'hand over the work'), ('load_policy', 'load the policy text'), ('announce', 'announce to all departments')], max_length=20, verbose_name='act'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('about_department__isnull', True), ('measure__isnull', True), ('membership__isnull', True), ('period__isnull', True), ('policy__isnull', True), ('revision__isnull', True), ('update__isnull', False)), models.Q(('about_department__isnull', True), ('measure__isnull', True), ('membership__isnull', True), ('period__isnull', True), ('policy__isnull', True), ('revision__isnull', False), ('update__isnull', True)), models.Q(('about_department__isnull', True), ('measure__isnull', True), ('membership__isnull', True), ('period__isnull', False), ('policy__isnull', True), ('revision__isnull', True), ('update__isnull', True)), models.Q(('about_department__isnull', True), ('measure__isnull', False), ('membership__isnull', True), ('period__isnull', True), ('policy__isnull', True), ('revision__isnull', True), ('update__isnull', True)), models.Q(('about_department__isnull', True), ('measure__isnull', True), ('membership__isnull', True), ('period__isnull', True), ('policy__isnull', False), ('revision__isnull', True), ('update__isnull', True)), models.Q(('about_department__isnull', True), ('measure__isnull', True), ('membership__isnull', False), ('period__isnull', True), ('policy__isnull', True), ('revision__isnull', True), ('update__isnull', True)), models.Q(('about_department__isnull', False), ('measure__isnull', True), ('membership__isnull', True), ('period__isnull', True), ('policy__isnull', True), ('revision__isnull', True), ('update__isnull', True)), _connector='OR'), name='event_has_one_subject', violation_error_message='An event is about exactly one thing.'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['save', 'submit', 'withdraw', 'return_for_revision', 'approve', 'approve_own', 'file_on_behalf', 'confirm', 'correct', 'waive', 'restore', 'add_duty', 'end_duty', 'request_extension', 'grant_extension', 'refuse_extension', 'note_signature', 'plan_period', 'open_period', 'change_dates', 'close_period', 'reopen_period', 'archive_period', 'urge', 'sign_for_urge', 'answer_urge', 'start', 'make_routine', 'suspend', 'cancel', 'resume', 'request_closure', 'agree_closure', 'refuse_closure', 'close_measure', 'reopen_measure', 'resolve_matter', 'override_light', 'designate', 'end_designation', 'change_contact', 'record_succession', 'hand_over', 'load_policy', 'announce'])), name='event_act_is_known', violation_error_message='This act is not known.'),
        ),
        migrations.AddConstraint(
            model_name='responsibility',
            constraint=models.CheckConstraint(condition=models.Q(('designated_on', None), ('designated', True), _connector='OR'), name='responsibility_day_of_what_is_designated', violation_error_message='Only what the office designated has a day of designation.'),
        ),
        migrations.RunPython(date_designations, migrations.RunPython.noop),
        migrations.RunPython(create_figure_triggers, drop_figure_triggers),
        migrations.RunPython(create_append_only_triggers, drop_append_only_triggers),
    ]
