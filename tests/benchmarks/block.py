"""What is every world made of? The demo's first policy: 20 measures in six quarters, done by the real acts.

Its rows are read once, with what their hashes were made of, so that copies of them can be written anywhere.
"""

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any, Final

from django.apps import apps
from django.db import models

from langfang_policy import clock
from measures import summaries
from measures.models import (
    Act,
    Event,
    MeasureFigures,
    PeriodSnapshot,
    PeriodState,
    Policy,
    ReportingPeriod,
    Revision,
)
from measures.models.append_only import SIGNATURES
from measures.models.events import SUBJECTS
from measures.models.fingerprints import columns_of

# A file lies in one place: copies of its row would name it a thousand times. Copies of texts have none.
OF_FILES: Final = frozenset({"measures.evidencefile", "measures.evidencefile_revisions"})
# A report is issued once, with its number and the hash of its file: copies of the policy have none.
OF_ISSUING: Final = frozenset(
    f"measures.{name}" for name in ("reportdraft", "issuedreport", "reportwithdrawal")
)
ACTS_OF_ISSUING: Final = frozenset(act for act in Act if act.endswith("_report"))
# There is one of each person and department, however many copies of the policy: acts on them have no copy.
OF_PEOPLE: Final = frozenset({"measures.portfolio"})
ACTS_ON_PEOPLE: Final = frozenset({Act.HAND_OVER, Act.CHANGE_CONTACT})
LEFT_OUT: Final = OF_FILES | OF_ISSUING | OF_PEOPLE
POLICY: Final = "skilled-workers-2019"
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
    def keys(self) -> set[int]:
        key = self.place(self.model._meta.pk.attname)
        return {row[key] for row in self.rows}

    @property
    def last_key(self) -> int:
        return max(self.keys, default=0)

    def pointers(self) -> list[tuple[int, str]]:
        """The places of columns that hold a key, each with the table that it is a key of."""
        found = []
        for place, field in enumerate(self.model._meta.concrete_fields):
            target = field.related_model if field.is_relation else None
            if field.primary_key and not field.is_relation:
                target = self.model
            elif field.attname == "id":  # of a row that was, in its history
                target = origin(self.model)
            if isinstance(target, type):
                found.append((place, target._meta.label_lower))
        return found


def origin(model: type[models.Model]) -> type[models.Model] | None:
    """The model whose past the rows tell of, for a model of a history."""
    found: type[models.Model] | None = getattr(model, "instance_type", None)
    return found


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
    sealed: dict[int, dict[str, Any]]  # by key: the seal, read
    kept_rows: dict[
        int, dict[str, tuple[int, str]]
    ]  # by key: place, and row of a list, of each measure by uuid

    def table(self, model: type[models.Model]) -> Table:
        return next(table for table in self.tables if table.label == model._meta.label_lower)

    @property
    def measures(self) -> int:
        return len(self.table(apps.get_model("measures", "Measure")).rows)


def read_block() -> Block:
    """Of the present database, which holds the demo and nothing else. Kept figures are those of its day."""
    opened = ReportingPeriod.objects.exclude(state=PeriodState.PLANNED)
    for period in opened.select_related("policy__coordinator", "edition"):
        summaries.kept_period(period, clock.today())
    tables = [_not_issued(table) for table in _tables("measures") if table.label not in LEFT_OUT]
    tables = [table for table in _of_the_policy(tables) if table.rows]
    kept = {table.label: table.keys for table in tables}
    snapshots = PeriodSnapshot.objects.filter(pk__in=kept["measures.periodsnapshot"])
    return Block(
        reference=[table for table in _tables(REFERENCE) if table.rows and table.label not in OF_VISITORS],
        tables=tables,
        texts=_texts(kept["measures.revision"]),
        links=_links(kept["measures.event"]),
        snapshots={row.pk: json.loads(summaries.text_of(row)) for row in snapshots},
        sealed={row.pk: json.loads(row.seal) for row in snapshots},
        kept_rows={row.pk: _kept_rows(row.period_id) for row in snapshots},
    )


def _kept_rows(period: int) -> dict[str, tuple[int, str]]:
    rows = MeasureFigures.objects.filter(period=period).values_list("measure__uuid", "place", "row")
    return {str(uuid): (place, row) for uuid, place, row in rows}


def _tables(app: str) -> list[Table]:
    return [_table(model) for model in apps.get_app_config(app).get_models(include_auto_created=True)]


def _table(model: type[models.Model]) -> Table:
    columns = tuple(field.attname for field in model._meta.concrete_fields)
    rows = model._base_manager.order_by("pk").values_list(*columns)
    return Table(model._meta.label_lower, columns, [list(row) for row in rows])


def _not_issued(table: Table) -> Table:
    """Without the acts on reports, which end the chain of their period, and without their moment.

    Without those on people and departments too.
    """
    if table.label == "measures.event":
        act = table.place("act")
        left_out = ACTS_OF_ISSUING | ACTS_ON_PEOPLE
        return replace(table, rows=[row for row in table.rows if row[act] not in left_out])
    if table.label == "measures.reportingperiod":
        for row in table.rows:
            row[table.place("report_issued_at")] = None
    return table


def _of_the_policy(tables: list[Table]) -> list[Table]:
    """Without what belongs to another policy: each row that points, over however many others, at that one."""
    kept = {table.label: table.keys for table in tables}
    kept["measures.policy"] = set(Policy.objects.filter(slug=POLICY).values_list("pk", flat=True))
    before = -1
    while before != (before := sum(map(len, kept.values()))):
        tables = [Table(table.label, table.columns, _pointing_inside(table, kept)) for table in tables]
        kept = {table.label: table.keys for table in tables}
    return tables


def _pointing_inside(table: Table, kept: dict[str, set[int]]) -> list[list[Any]]:
    known = {label: kept.get(label, set()) for label in {*kept, *LEFT_OUT}}
    pointers = [(place, known[label]) for place, label in table.pointers() if label in known]
    return [
        row for row in table.rows if all(row[place] is None or row[place] in keys for place, keys in pointers)
    ]


def _texts(kept: set[int]) -> dict[int, dict[str, Any]]:
    """What `fingerprints.text_digest` hashes of each frozen text."""
    frozen = Revision.objects.filter(pk__in=kept).exclude(frozen_at=None)
    rows = frozen.prefetch_related("values", "contributors")
    found = {}
    for row in rows:
        values = [columns_of(value, {"id", "revision_id"}) for value in row.values.all()]
        found[row.pk] = {
            **columns_of(row, SIGNATURES),
            "values": sorted(values, key=lambda value: int(value["subject_id"])),
            "contributors": sorted(person.pk for person in row.contributors.all()),
        }
    return found


def _links(kept: set[int]) -> list[Link]:
    links: list[Link] = []
    last: dict[tuple[str, int], int] = defaultdict()
    updates = dict(Revision.objects.values_list("pk", "update"))
    for event in Event.objects.filter(pk__in=kept).order_by("pk"):
        subject = next(name for name in SUBJECTS if getattr(event, f"{name}_id"))
        key = getattr(event, f"{subject}_id")
        chain = ("update", updates[key]) if subject == "revision" else (subject, key)
        links.append(Link(columns_of(event, {"id", "sha256"}), f"{subject}_id", chain, last.get(chain)))
        last[chain] = len(links) - 1
    return links
