"""What concerns people is told to them: messages of measures, departments and memberships."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('departments', '0004_deputies'),
        ('measures', '0028_late_additions'),
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
            name='about_department',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='told_about', to='departments.department'),
        ),
        migrations.AddField(
            model_name='message',
            name='measure',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='told', to='measures.measure'),
        ),
        migrations.AddField(
            model_name='message',
            name='membership',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='told', to='departments.membership'),
        ),
        migrations.AlterField(
            model_name='mailchoice',
            name='kind',
            field=models.CharField(choices=[('opened', 'period opened'), ('returned', 'update returned'), ('entered', 'update entered by the office'), ('confirmed', 'update confirmed'), ('corrected', 'confirmed text in correction'), ('matter_answered', 'coordination matter settled'), ('date_decided', 'later date decided'), ('dates_changed', 'dates of a period changed'), ('announced', 'announcement of the office'), ('urged', 'urged by the office'), ('urge_answered', 'slip answered'), ('designated', 'department designated, or that ended'), ('succeeded', 'succession of a department'), ('contact_changed', 'contact changed'), ('handed_over', 'work handed over'), ('role_changed', 'own role given or ended'), ('people_changed', 'people of the department changed'), ('due_in_five_days', 'due in five working days'), ('due_next_day', 'due on the next working day'), ('overdue', 'day passed, not filed')], max_length=16, verbose_name='kind of message'),
        ),
        migrations.AlterField(
            model_name='message',
            name='kind',
            field=models.CharField(choices=[('opened', 'period opened'), ('returned', 'update returned'), ('entered', 'update entered by the office'), ('confirmed', 'update confirmed'), ('corrected', 'confirmed text in correction'), ('matter_answered', 'coordination matter settled'), ('date_decided', 'later date decided'), ('dates_changed', 'dates of a period changed'), ('announced', 'announcement of the office'), ('urged', 'urged by the office'), ('urge_answered', 'slip answered'), ('designated', 'department designated, or that ended'), ('succeeded', 'succession of a department'), ('contact_changed', 'contact changed'), ('handed_over', 'work handed over'), ('role_changed', 'own role given or ended'), ('people_changed', 'people of the department changed'), ('due_in_five_days', 'due in five working days'), ('due_next_day', 'due on the next working day'), ('overdue', 'day passed, not filed')], max_length=16, verbose_name='kind of message'),
        ),
        migrations.AlterField(
            model_name='message',
            name='policy',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='told', to='measures.policy', verbose_name='policy'),
        ),
        migrations.AddConstraint(
            model_name='mailchoice',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'returned', 'entered', 'confirmed', 'corrected', 'matter_answered', 'date_decided', 'dates_changed', 'announced', 'urged', 'urge_answered', 'designated', 'succeeded', 'contact_changed', 'handed_over', 'role_changed', 'people_changed', 'due_in_five_days', 'due_next_day', 'overdue'])), name='mailchoice_kind_is_known', violation_error_message='This kind of message is not known.'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('about_department__isnull', True), ('announcement__isnull', True), ('matter__isnull', True), ('measure__isnull', True), ('membership__isnull', True), ('period__isnull', True), ('update__isnull', False), ('urge__isnull', True)), models.Q(('about_department__isnull', True), ('announcement__isnull', True), ('matter__isnull', True), ('measure__isnull', True), ('membership__isnull', True), ('period__isnull', False), ('update__isnull', True), ('urge__isnull', True)), models.Q(('about_department__isnull', True), ('announcement__isnull', True), ('matter__isnull', False), ('measure__isnull', True), ('membership__isnull', True), ('period__isnull', True), ('update__isnull', True), ('urge__isnull', True)), models.Q(('about_department__isnull', True), ('announcement__isnull', False), ('matter__isnull', True), ('measure__isnull', True), ('membership__isnull', True), ('period__isnull', True), ('update__isnull', True), ('urge__isnull', True)), models.Q(('about_department__isnull', True), ('announcement__isnull', True), ('matter__isnull', True), ('measure__isnull', True), ('membership__isnull', True), ('period__isnull', True), ('update__isnull', True), ('urge__isnull', False)), models.Q(('about_department__isnull', True), ('announcement__isnull', True), ('matter__isnull', True), ('measure__isnull', False), ('membership__isnull', True), ('period__isnull', True), ('update__isnull', True), ('urge__isnull', True)), models.Q(('about_department__isnull', False), ('announcement__isnull', True), ('matter__isnull', True), ('measure__isnull', True), ('membership__isnull', True), ('period__isnull', True), ('update__isnull', True), ('urge__isnull', True)), models.Q(('about_department__isnull', True), ('announcement__isnull', True), ('matter__isnull', True), ('measure__isnull', True), ('membership__isnull', False), ('period__isnull', True), ('update__isnull', True), ('urge__isnull', True)), _connector='OR'), name='message_is_about_one_thing', violation_error_message='A message is about exactly one thing.'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'returned', 'entered', 'confirmed', 'corrected', 'matter_answered', 'date_decided', 'dates_changed', 'announced', 'urged', 'urge_answered', 'designated', 'succeeded', 'contact_changed', 'handed_over', 'role_changed', 'people_changed', 'due_in_five_days', 'due_next_day', 'overdue'])), name='message_kind_is_known', violation_error_message='This kind of message is not known.'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ('handed_over', 'role_changed', 'people_changed')), ('policy', None)), models.Q(models.Q(('kind__in', ('handed_over', 'role_changed', 'people_changed')), _negated=True), ('policy__isnull', False)), _connector='OR'), name='message_is_of_a_policy_or_about_people', violation_error_message='A message is of a policy, or about people.'),
        ),
    ]
