"""Facts that triggers repeat where pages find them (docs/decisions/0068), of all rows that there are.

No table is rebuilt; guards and the triggers of watched tables go and come back with the new ones all the same.
"""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from measures.models import repeated_facts, row_triggers
from measures.models.append_only import create_append_only_triggers, drop_append_only_triggers
from measures.models.figure_triggers import create_figure_triggers, drop_figure_triggers

STATES = (
    ("due", "due"),
    ("draft", "being written"),
    ("in_review", "in review"),
    ("returned", "returned"),
    ("submitted", "submitted"),
    ("confirmed", "confirmed"),
    ("waived", "waived"),
)
OF_ONE = {"db_index": False, "on_delete": django.db.models.deletion.CASCADE, "related_name": "waiting_parts"}
OF_A_MEASURE = ("responsibility", "coordinationmatter", "closure")
POLICY = models.ForeignKey(
    db_index=False,
    editable=False,
    null=True,
    on_delete=django.db.models.deletion.PROTECT,
    related_name="+",
    to="measures.policy",
    verbose_name="policy",
)


def repeat_facts(_apps: Any, schema_editor: Any) -> None:
    for statement in repeated_facts.all_written():
        schema_editor.execute(row_triggers.said_to(schema_editor.connection.vendor, statement), params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0038_indexes_of_long_queues"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(drop_append_only_triggers, create_append_only_triggers),
        migrations.RunPython(drop_figure_triggers, create_figure_triggers),
        migrations.CreateModel(
            name="WaitingPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(choices=STATES, max_length=10, verbose_name="state")),
                (
                    "update",
                    models.ForeignKey(to="measures.progressupdate", verbose_name="progress update", **OF_ONE),
                ),
                ("person", models.ForeignKey(to=settings.AUTH_USER_MODEL, verbose_name="person", **OF_ONE)),
                ("period", models.ForeignKey(to="measures.reportingperiod", verbose_name="period", **OF_ONE)),
            ],
            options={
                "verbose_name": "part in a text that waits",
                "verbose_name_plural": "parts in texts that wait",
                "ordering": ["update_id", "person_id"],
                "indexes": [
                    models.Index(fields=["person", "state", "period", "update"], name="waitingpart_of_person")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("update", "person"),
                        name="waitingpart_once",
                        violation_error_message="This person's part is already kept.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("in_review", "submitted"))),
                        name="waitingpart_waits",
                        violation_error_message="This update does not wait for a decision.",
                    ),
                ],
            },
        ),
        *(migrations.AddField(name, "policy", POLICY.clone()) for name in OF_A_MEASURE),
        migrations.RunPython(repeat_facts, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="responsibility",
            index=models.Index(
                fields=["policy", "department", "role", "valid_from", "valid_to"],
                name="responsibility_of_policy",
            ),
        ),
        migrations.AddIndex(
            model_name="coordinationmatter",
            index=models.Index(
                condition=models.Q(("resolved_at", None)),
                fields=["policy"],
                name="coordinationmatter_of_policy",
            ),
        ),
        migrations.AddIndex(
            model_name="closure",
            index=models.Index(
                condition=models.Q(("outcome", "")), fields=["policy", "measure"], name="closure_of_policy"
            ),
        ),
        migrations.AddIndex(
            model_name="progressupdate",
            index=models.Index(
                condition=models.Q(("state", "submitted")),
                fields=["due_on", "id", "period"],
                name="progressupdate_to_check",
            ),
        ),
        migrations.RemoveIndex(model_name="revision", name="revision_to_confirm"),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["approved_by", "update"], name="revision_approved"),
        ),
        migrations.RunPython(create_figure_triggers, drop_figure_triggers),
        migrations.RunPython(create_append_only_triggers, drop_append_only_triggers),
    ]
