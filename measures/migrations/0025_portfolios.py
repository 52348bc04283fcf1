"""Of what each leader is in charge: a table of its own, which touches no watched one."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('departments', '0004_deputies'),
        ('measures', '0024_issuing'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Portfolio',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('valid_from', models.DateField(verbose_name='from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='to (included)')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='portfolios', to='departments.department', verbose_name='department')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='portfolios', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='portfolios', to='measures.policy', verbose_name='policy')),
                ('section', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='portfolios', to='measures.section', verbose_name='section')),
            ],
            options={
                'verbose_name': 'portfolio',
                'verbose_name_plural': 'portfolios',
                'ordering': ['person__username', 'section__ordinal', 'department__position', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('department', None), ('section__isnull', False)), models.Q(('department__isnull', False), ('section', None)), _connector='OR'), name='portfolio_is_a_department_or_a_section', violation_error_message='A portfolio is one department or one section.'), models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='portfolio_ends_after_it_begins', violation_error_message='The end lies before the beginning.'), models.UniqueConstraint(condition=models.Q(('department__isnull', False), ('valid_to', None)), fields=('policy', 'person', 'department'), name='portfolio_of_department_held_once', violation_error_message='This leader is in charge of it already.'), models.UniqueConstraint(condition=models.Q(('section__isnull', False), ('valid_to', None)), fields=('person', 'section'), name='portfolio_of_section_held_once', violation_error_message='This leader is in charge of it already.')],
            },
        ),
    ]
