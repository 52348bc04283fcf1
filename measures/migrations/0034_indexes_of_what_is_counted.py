"""Indexes from which pages count and pick out without reading the rows, however many there are.

No table is rebuilt, so that triggers stay; those of watched tables go and come back as in every migration.
"""

from django.db import migrations, models

from measures.models.figure_triggers import create_figure_triggers, drop_figure_triggers


class Migration(migrations.Migration):
    dependencies = [("measures", "0033_signature_scans")]

    operations = [
        migrations.RunPython(drop_figure_triggers, create_figure_triggers),
        migrations.RemoveIndex(model_name="measurefigures", name="measurefigures_changed"),
        migrations.RemoveIndex(model_name="measurefigures", name="measurefigures_matters"),
        migrations.RemoveIndex(model_name="measurefigures", name="measurefigures_missing"),
        migrations.AddIndex(
            model_name="measurefigures",
            index=models.Index(fields=["period", "leads", "colour"], name="measurefigures_led"),
        ),
        migrations.AddIndex(
            model_name="measurefigures",
            index=models.Index(
                condition=models.Q(("before", models.F("colour")), _negated=True),
                fields=["period", "colour", "place", "before"],
                name="measurefigures_changed",
            ),
        ),
        migrations.AddIndex(
            model_name="measurefigures",
            index=models.Index(
                condition=models.Q(("matters__gt", 0)),
                fields=["period", "place", "matters"],
                name="measurefigures_matters",
            ),
        ),
        migrations.AddIndex(
            model_name="measurefigures",
            index=models.Index(
                condition=models.Q(("missing__gt", 0)),
                fields=["period", "place", "missing"],
                name="measurefigures_missing",
            ),
        ),
        migrations.AddIndex(
            model_name="measurelight",
            index=models.Index(
                fields=["period", "override_colour", "colour"], name="measurelight_counted"
            ),
        ),
        migrations.AddIndex(
            model_name="progressupdate",
            index=models.Index(fields=["department", "period"], name="progressupdate_owed_by"),
        ),
        migrations.AddIndex(
            model_name="responsibility",
            index=models.Index(
                fields=["measure", "role", "department", "valid_from", "valid_to"],
                name="responsibility_bound",
            ),
        ),
        migrations.AddIndex(
            model_name="responsibility",
            index=models.Index(
                fields=["department", "role", "measure", "valid_from", "valid_to", "position"],
                name="responsibility_of_department",
            ),
        ),
        migrations.RunPython(create_figure_triggers, drop_figure_triggers),
    ]
