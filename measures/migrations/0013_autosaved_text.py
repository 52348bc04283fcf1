"""Text that was typed and not saved is kept with the page that it was typed on."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('measures', '0012_numerals_to_999'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='heldtext',
            name='heldtext_one_each',
        ),
        migrations.AddField(
            model_name='heldtext',
            name='page',
            field=models.CharField(blank=True, max_length=32, verbose_name='typed on page'),
        ),
        migrations.AddConstraint(
            model_name='heldtext',
            constraint=models.UniqueConstraint(condition=models.Q(('page', '')), fields=('user', 'update'), name='heldtext_one_each', violation_error_message='There is already a held text.'),
        ),
        migrations.AddConstraint(
            model_name='heldtext',
            constraint=models.UniqueConstraint(condition=models.Q(('page', ''), _negated=True), fields=('user', 'update'), name='heldtext_one_autosave', violation_error_message='There is already an autosaved text.'),
        ),
    ]
