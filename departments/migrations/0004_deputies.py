"""A reviewer names a deputy for some days: a membership says for whom."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('departments', '0003_accounts'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalmembership',
            name='stands_in_for',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='A deputy reviews for somebody else, for some days.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='stands in for'),
        ),
        migrations.AddField(
            model_name='membership',
            name='stands_in_for',
            field=models.ForeignKey(blank=True, help_text='A deputy reviews for somebody else, for some days.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deputies', to=settings.AUTH_USER_MODEL, verbose_name='stands in for'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('stands_in_for', None), models.Q(('role', 'reviewer'), ('valid_to__isnull', False)), _connector='OR'), name='membership_deputy_reviews_for_some_days', violation_error_message='A deputy reviews, and to a last day.'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('stands_in_for', None), models.Q(('stands_in_for', models.F('user')), _negated=True), _connector='OR'), name='membership_deputy_is_another', violation_error_message='Nobody stands in for themselves.'),
        ),
    ]
