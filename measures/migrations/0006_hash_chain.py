"""Events become chains of hashes, and frozen texts are guarded: the events there are get theirs here.

From this day on nothing can be changed unseen; what was changed before is sealed as it stands. Triggers go
first and come back last, because SQLite rebuilds the table of events.
"""

from collections import Counter

from django.db import migrations, models

from measures.models.append_only import create_append_only_triggers, drop_append_only_triggers
from measures.models.fingerprints import beginning, event_digest, text_digest

SUBJECTS = ("update", "period", "measure", "policy", "membership")
SHA256 = "^[0-9a-f]{64}$"


def chain_events(apps, schema_editor):
    """Fill the three hashes of every event, in the order in which they were written."""
    Event, Revision = apps.get_model("measures", "Event"), apps.get_model("measures", "Revision")
    sealed = Revision.objects.exclude(events=None).prefetch_related("values", "contributors")
    texts = {row.pk: text_digest(row) for row in sealed.iterator(chunk_size=500)}
    snapshots = dict_of_snapshots(apps)
    last, closings, changed = {}, Counter(), []
    for event in Event.objects.select_related("revision").order_by("pk").iterator(chunk_size=500):
        name = "update" if event.revision_id else next(n for n in SUBJECTS if getattr(event, f"{n}_id"))
        key = event.revision.update_id if event.revision_id else getattr(event, f"{name}_id")
        event.content_sha256 = texts.get(event.revision_id, "")
        if event.act == "close_period":
            closings[key] += 1
            event.content_sha256 = snapshots.get((key, closings[key]), "")
        event.previous = last.get((name, key)) or beginning(name, key)
        event.sha256 = last[name, key] = event_digest(event)
        changed.append(event)
    Event.objects.bulk_update(changed, ["previous", "content_sha256", "sha256"], batch_size=200)


def dict_of_snapshots(apps):
    rows = apps.get_model("measures", "PeriodSnapshot").objects.values_list("period", "number", "sha256")
    return {(period, number): sha256 for period, number, sha256 in rows}


def hash_field(words, **more):
    return models.CharField(editable=False, max_length=64, verbose_name=words, **more)


class Migration(migrations.Migration):
    dependencies = [("measures", "0005_frozen_texts")]

    operations = [
        migrations.RunPython(drop_append_only_triggers, create_append_only_triggers),
        migrations.AddField("event", "previous", hash_field("SHA-256 of the event before", null=True)),
        migrations.AddField("event", "content_sha256", hash_field("SHA-256 of the text or snapshot", null=True)),
        migrations.AddField("event", "sha256", hash_field("SHA-256", null=True)),
        migrations.RunPython(chain_events, migrations.RunPython.noop),
        migrations.AlterField("event", "previous", hash_field("SHA-256 of the event before")),
        migrations.AlterField("event", "content_sha256", hash_field("SHA-256 of the text or snapshot", blank=True)),
        migrations.AlterField("event", "sha256", hash_field("SHA-256")),
        migrations.AddConstraint(
            "event",
            models.UniqueConstraint(
                fields=["previous"],
                name="event_continues_one",
                violation_error_message="Another event follows that one already.",
            ),
        ),
        migrations.AddConstraint(
            "event",
            models.CheckConstraint(
                condition=models.Q(previous__regex=SHA256, sha256__regex=SHA256),
                name="event_hashes_are_whole",
                violation_error_message="The hash of an event must be a SHA-256.",
            ),
        ),
        migrations.AddConstraint(
            "event",
            models.CheckConstraint(
                condition=models.Q(revision=None) | models.Q(content_sha256__regex=SHA256),
                name="event_seals_its_text",
                violation_error_message="An event about a text carries the hash of the text.",
            ),
        ),
        migrations.RunPython(create_append_only_triggers, drop_append_only_triggers),
    ]
