"""Messages about reports on their way and issued ones; since when a draft is in its state."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Coalesce


def date_drafts(apps, _schema_editor):
    """Of drafts that are there, since their last known act: the signature, the check or the drafting, whichever came last."""
    rows = apps.get_model("measures", "ReportDraft").objects
    rows.update(state_since=Coalesce("signed_at", "checked_at", "drafted_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('departments', '0004_deputies'),
        ('measures', '0029_people_are_told'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            model_name='message',
            name='draft',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='told', to='measures.reportdraft'),
        ),
        migrations.AddField(
            model_name='message',
            name='report',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='told', to='measures.issuedreport'),
        ),
        migrations.AddField(
            model_name='reportdraft',
            name='state_since',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='in this state since'),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='mailchoice',
            name='kind',
            field=models.CharField(choices=[('opened', 'period opened'), ('returned', 'update returned'), ('entered', 'update entered by the office'), ('confirmed', 'update confirmed'), ('corrected', 'confirmed text in correction'), ('matter_answered', 'coordination matter settled'), ('date_decided', 'later date decided'), ('dates_changed', 'dates of a period changed'), ('announced', 'announcement of the office'), ('urged', 'urged by the office'), ('urge_answered', 'slip answered'), ('report_to_check', 'report waits for a check'), ('report_to_sign', 'report waits for a signature'), ('report_to_issue', 'report waits to be issued'), ('report_returned', 'report returned'), ('report_issued', 'report issued'), ('report_withdrawn', 'report withdrawn'), ('designated', 'department designated, or that ended'), ('succeeded', 'succession of a department'), ('contact_changed', 'contact changed'), ('handed_over', 'work handed over'), ('role_changed', 'own role given or ended'), ('people_changed', 'people of the department changed'), ('due_in_five_days', 'due in five working days'), ('due_next_day', 'due on the next working day'), ('overdue', 'day passed, not filed')], max_length=16, verbose_name='kind of message'),
        ),
        migrations.AlterField(
            model_name='message',
            name='kind',
            field=models.CharField(choices=[('opened', 'period opened'), ('returned', 'update returned'), ('entered', 'update entered by the office'), ('confirmed', 'update confirmed'), ('corrected', 'confirmed text in correction'), ('matter_answered', 'coordination matter settled'), ('date_decided', 'later date decided'), ('dates_changed', 'dates of a period changed'), ('announced', 'announcement of the office'), ('urged', 'urged by the office'), ('urge_answered', 'slip answered'), ('report_to_check', 'report waits for a check'), ('report_to_sign', 'report waits for a signature'), ('report_to_issue', 'report waits to be issued'), ('report_returned', 'report returned'), ('report_issued', 'report issued'), ('report_withdrawn', 'report withdrawn'), ('designated', 'department designated, or that ended'), ('succeeded', 'succession of a department'), ('contact_changed', 'contact changed'), ('handed_over', 'work handed over'), ('role_changed', 'own role given or ended'), ('people_changed', 'people of the department changed'), ('due_in_five_days', 'due in five working days'), ('due_next_day', 'due on the next working day'), ('overdue', 'day passed, not filed')], max_length=16, verbose_name='kind of message'),
        ),
        migrations.AddConstraint(
            model_name='mailchoice',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'returned', 'entered', 'confirmed', 'corrected', 'matter_answered', 'date_decided', 'dates_changed', 'announced', 'urged', 'urge_answered', 'report_to_check', 'report_to_sign', 'report_to_issue', 'report_returned', 'report_issued', 'report_withdrawn', 'designated', 'succeeded', 'contact_changed', 'handed_over', 'role_changed', 'people_changed', 'due_in_five_days', 'due_next_day', 'overdue'])), name='mailchoice_kind_is_known', violation_error_message='This kind of message is not known.'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('about_department__isnull', True), ('announcement__isnull', True), ('draft__isnull', True), ('matter__isnull', True), ('measure__isnull', True), ('membership__isnull', True), ('period__isnull', True), ('report__isnull', True), ('update__isnull', False), ('urge__isnull', True)), models.Q(('about_department__isnull', True), ('announcement__isnull', True), ('draft__isnull', True), ('matter__isnull', True), ('measure__isnull', True), ('membership__isnull', True), ('period__isnull', False), ('report__isnull', True), ('update__isnull', True), ('urge__isnull', True)), models.Q(('about_department__isnull', True), ('announcement__isnull', True), ('draft__isnull', True), ('matter__isnull', False), ('measure__isnull', True), ('membership__isnull', True), ('period__isnull', True), ('report__isnull', True), ('update__isnull', True), ('urge__isnull', True)), models.Q(('about_department__isnull', True), ('announcement__isnull', False), ('draft__isnull', True), ('matter__isnull', True), ('measure__isnull', True), ('membership__isnull', True), ('period__isnull', True), ('report__isnull', True), ('update__isnull', True), ('urge__isnull', True)), models.Q(('about_department__isnull', True), ('announcement__isnull', True), ('draft__isnull', True), ('matter__isnull', True), ('measure__isnull', True), ('membership__isnull', True), ('period__isnull', True), ('report__isnull', True), ('update__isnull', True), ('urge__isnull', False)), models.Q(('about_department__isnull', True), ('announcement__isnull', True), ('draft__isnull', False), ('matter__isnull', True), ('measure__isnull', True), ('membership__isnull', True), ('period__isnull', True), ('report__isnull', True), ('update__isnull', True), ('urge__isnull', True)), models.Q(('about_department__isnull', True), ('announcement__isnull', True), ('draft__isnull', True), ('matter__isnull', True), ('measure__isnull', True), ('membership__isnull', True), ('period__isnull', True), ('report__isnull', False), ('update__isnull', True), ('urge__isnull', True)), models.Q(('about_department__isnull', True), ('announcement__isnull', True), ('draft__isnull', True), ('matter__isnull', True), ('measure__isnull', False), ('membership__isnull', True), ('period__isnull', True), ('report__isnull', True), ('update__isnull', True), ('urge__isnull', True)), models.Q(('about_department__isnull', False), ('announcement__isnull', True), ('draft__isnull', True), ('matter__isnull', True), ('measure__isnull', True), ('membership__isnull', True), ('period__isnull', True), ('report__isnull', True), ('update__isnull', True), ('urge__isnull', True)), models.Q(('about_department__isnull', True), ('announcement__isnull', True), ('draft__isnull', True), ('matter__isnull', True), ('measure__isnull', True), ('membership__isnull', False), ('period__isnull', True), ('report__isnull', True), ('update__isnull', True), ('urge__isnull', True)), _connector='OR'), name='message_is_about_one_thing', violation_error_message='A message is about exactly one thing.'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'returned', 'entered', 'confirmed', 'corrected', 'matter_answered', 'date_decided', 'dates_changed', 'announced', 'urged', 'urge_answered', 'report_to_check', 'report_to_sign', 'report_to_issue', 'report_returned', 'report_issued', 'report_withdrawn', 'designated', 'succeeded', 'contact_changed', 'handed_over', 'role_changed', 'people_changed', 'due_in_five_days', 'due_next_day', 'overdue'])), name='message_kind_is_known', violation_error_message='This kind of message is not known.'),
        ),
        migrations.RunPython(date_drafts, migrations.RunPython.noop),
    ]
