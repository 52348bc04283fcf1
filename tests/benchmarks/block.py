"""What is every world made of? The demo: one policy of 20 measures in six quarters, done by the real acts.

Its rows are read once, with what their hashes were made of, so that copies of them can be written anywhere.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db import models

from measures.models import Event, PeriodSnapshot, Revision
from measures.models.append_only import SIGNATURES
from measures.models.events import SUBJECTS
from measures.models.fingerprints import columns_of

# Rows that the product works out of others: not copied, `world.finish` has them worked out anew.
WORKED_OUT: Final[frozenset[str]] = frozenset()
# Reference data, written once a world. What these models hold grows while people work: sessions, attempts.
REFERENCE: Final = "departments"
OF_VISITORS: Final = frozenset({"departments.session"})


@dataclass(frozen=True)
class Table:
    """The rows of a model, each a list of values in the order of `columns` (names of attributes)."""

    label: str
    columns: tuple[str, ...]
    rows: list[list[Any]]

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)

    def place(self, column: str) -> int:
        return self.columns.index(column)

    @property
    def last_key(self) -> int:
        key = self.place(self.model._meta.pk.attname)
        return max((row[key] for row in self.rows), default=0)


@dataclass(frozen=True)
class Link:
    """An event as its hash sees it. `subject` is the column that names its subject, `chain` its chain.

    `before` is the place of the event before in the block; None for the first of a chain.
    """

    content: dict[str, Any]
    subject: str
    chain: tuple[str, int]
    before: int | None


@dataclass(frozen=True)
class Block:
    """Reference data and the tables of the policy; texts and events with what was hashed."""

    reference: list[Table]
    tables: list[Table]
    texts: dict[int, dict[str, Any]]
    links: list[Link]
    snapshots: dict[int, dict[str, Any]]  # by key: the content, read

    def table(self, model: type[models.Model]) -> Table:
        return next(table for table in self.tables if table.label == model._meta.label_lower)

    @property
    def measures(self) -> int:
        return len(self.table(apps.get_model("measures", "Measure")).rows)


def read_block() -> Block:
    """Of the present database, which holds the demo and nothing else."""
    snapshots = PeriodSnapshot.objects.values_list("pk", "content")
    return Block(
        reference=[table for table in _tables(REFERENCE) if table.rows and table.label not in OF_VISITORS],
        tables=[table for table in _tables("measures") if table.rows and table.label not in WORKED_OUT],
        texts=_texts(),
        links=_links(),
        snapshots={key: json.loads(content) for key, content in snapshots},
    )


def _tables(app: str) -> list[Table]:
    return [_table(model) for model in apps.get_app_config(app).get_models(include_auto_created=True)]


def _table(model: type[models.Model]) -> Table:
    columns = tuple(field.attname for field in model._meta.concrete_fields)
    rows = model._base_manager.order_by("pk").values_list(*columns)
    return Table(model._meta.label_lower, columns, [list(row) for row in rows])


def _texts() -> dict[int, dict[str, Any]]:
    """What `fingerprints.text_digest` hashes of each frozen text."""
    rows = Revision.objects.exclude(frozen_at=None).prefetch_related("values", "contributors")
    found = {}
    for row in rows:
        values = [columns_of(value, {"id", "revision_id"}) for value in row.values.all()]
        found[row.pk] = {
            **columns_of(row, SIGNATURES),
            "values": sorted(values, key=lambda value: int(value["subject_id"])),
            "contributors": sorted(person.pk for person in row.contributors.all()),
        }
    return found


def _links() -> list[Link]:
    links: list[Link] = []
    last: dict[tuple[str, int], int] = defaultdict()
    updates = dict(Revision.objects.values_list("pk", "update"))
    for event in Event.objects.order_by("pk"):
        subject = next(name for name in SUBJECTS if getattr(event, f"{name}_id"))
        key = getattr(event, f"{subject}_id")
        chain = ("update", updates[key]) if subject == "revision" else (subject, key)
        links.append(Link(columns_of(event, {"id", "sha256"}), f"{subject}_id", chain, last.get(chain)))
        last[chain] = len(links) - 1
    return links
