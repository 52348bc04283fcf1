"""What do the columns of a file of responsibilities or commitments mean, and by which door do rows go in?

To add a column, add a field here. Measures are named by policy, edition and code (二（一）), departments by
any of their names. Responsibilities are stored by `duty_changes`, so that updates of open periods follow.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from tablib import Dataset

from departments.resources import DepartmentCell, RelatedField, SheetResource
from departments.sheets import (
    SEPARATOR,
    Cell,
    DayCell,
    ListCell,
    NumberCell,
    TextCell,
    WholeNumberCell,
    WordCell,
    YesNoCell,
    cell_text,
    unknown_value,
)
from measures.models import (
    AnswerKind,
    Commitment,
    CommitmentCycle,
    CommitmentKind,
    CommitmentSubject,
    InterimTarget,
    Measure,
    Responsibility,
    ResponsibilityRole,
)
from measures.workflow import duty_changes
from measures.workflow.acting import figures_later

MAX_SUBJECT_LENGTH = CommitmentSubject._meta.get_field("name").max_length or 0
POLICY, EDITION, MEASURE, TITLE = "政策", "版本", "举措", "举措名称"


class MeasureCell(Cell):
    """A measure under its code; policy and edition stand in the same row.

    The first of the three that is wrong is blamed, though all are said in the measure's column.
    """

    def clean(self, value: object, row: Any = None, **kwargs: Any) -> Measure:
        code = cell_text(value).replace("(", "（").replace(")", "）").replace(" ", "")
        known: Any = self._known
        for text, advice in (
            (cell_text(row.get(POLICY)), _("Write the policy's short code in the column 政策.")),
            (cell_text(row.get(EDITION)), _("Write the number of the edition in the column 版本.")),
            (code, _("This edition has the measures %(first)s to %(last)s.")),
        ):
            if text not in known:
                ends = {"first": next(iter(known), ""), "last": next(reversed(known), "")}
                raise unknown_value(text, known, advice % ends)
            known = known[text]
        found: Measure = known
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.code if isinstance(value, Measure) else ""

    @cached_property
    def _known(self) -> dict[str, dict[str, dict[str, Measure]]]:
        """By policy, edition and code, in the order of the text."""
        known: Any = defaultdict(lambda: defaultdict(dict))
        for row in Measure.objects.in_document_order().select_related("section__edition__policy"):
            edition = row.section.edition
            known[edition.policy.slug][str(edition.number)][row.code] = row
        return dict(known)


class MeasureRowResource(SheetResource):
    """The four columns that say which measure a row is about; the title is for reading only."""

    policy = Field("measure__section__edition__policy__slug", POLICY, TextCell(), readonly=True)
    edition = Field("measure__section__edition__number", EDITION, WholeNumberCell(), readonly=True)
    measure = Field("measure", MEASURE, MeasureCell())
    title = Field("measure__title", TITLE, TextCell(), readonly=True)


class ResponsibilityLoader(BaseInstanceLoader):
    """A row means the responsibility of its days; else the one that began then; else the one in force."""

    key = ("measure", "department", "role", "valid_from", "valid_to")

    def get_instance(self, row: dict[str, Any]) -> Responsibility | None:
        measure, department, role, valid_from, valid_to = self.resource.optional(row, *self.key)
        rows = self.resource.get_queryset().order_by(
            "pk"
        )  # the order of the text would cost most of the time
        rows = rows.filter(measure=measure, department=department, role=role)

        def distance(found: Responsibility) -> tuple[bool, bool, bool]:
            other_start = found.valid_from != valid_from
            return (other_start or found.valid_to != valid_to, other_start, found.valid_to is not None)

        candidates = [found for found in rows if found.valid_from == valid_from or found.valid_to is None]
        return min(candidates, key=distance, default=None)


class ResponsibilityResource(MeasureRowResource):
    """One responsibility a row. Changing its end date ends it; a row left out stays."""

    department = Field("department", "单位", DepartmentCell(required=True))
    role = Field("role", "角色", WordCell(ResponsibilityRole))
    position = Field("position", "位次", WholeNumberCell(required=True))
    valid_from = Field("valid_from", "起", DayCell())
    valid_to = Field("valid_to", "止（含）", DayCell())
    designated = Field("designated", "指定（原文未列明）", YesNoCell())

    class Meta:
        model = Responsibility
        name = "责任分工"
        import_id_fields = ("policy", "edition", "measure", "department", "role")
        instance_loader_class = ResponsibilityLoader

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._positions_before: dict[int, int] = {}

    def get_queryset(self) -> QuerySet[Responsibility]:
        return self.filter_export(Responsibility.objects.in_clause_order())

    def filter_export(self, queryset: QuerySet[Responsibility], **kwargs: Any) -> QuerySet[Responsibility]:
        return queryset.select_related("department", "measure__section__edition__policy")

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        """What the file ends or moves leaves its place first, since its rows are stored one after another.

        It waits behind all others, within the transaction of the import, until its own row is stored. A file
        with an error is stored as a whole not at all, so nothing is left waiting.
        """
        super().before_import(dataset, **kwargs)
        leaving = {row.pk: row for row in map(self._leaving, dataset.dict) if row}
        last = Responsibility.objects.aggregate(last=Max("position"))["last"] or 0
        for waiting, row in enumerate(leaving.values(), start=last + 1):
            self._positions_before[row.pk] = row.position
            Responsibility.objects.filter(pk=row.pk).update(position=waiting)

    def _leaving(self, row: dict[str, Any]) -> Responsibility | None:
        """The stored row that gives up its place in this one. What is wrong is told when its turn comes."""
        try:
            found = ResponsibilityLoader(self).get_instance(row)
            ends, position = self.optional(row, "valid_to", "position")
        except ValueError:
            return None
        stays = found is None or found.valid_to or (ends is None and position in {None, found.position})
        return None if stays else found

    def optional(self, row: dict[str, Any], *names: str) -> list[Any]:
        """What stands in these columns; None where the file has no such column."""
        fields = [self.fields[name] for name in names]
        return [field.clean(row) if field.column_name in row else None for field in fields]

    def get_instance(self, instance_loader: Any, row: dict[str, Any]) -> Any:
        found = super().get_instance(instance_loader, row)
        if found and found.pk in self._positions_before:
            found.position = self._positions_before[found.pk]  # where it stands for everybody else
        return found

    def store(self, instance: Responsibility) -> None:
        if self.actor is None or self.at is None:
            raise ValueError("an import of responsibilities needs to know who acts, and when")
        with figures_later():  # once for the whole file, by whoever reads next
            duty_changes.save_responsibility(self.actor, instance, self.basis, self.at)


class TargetCell(ListCell):
    """Interim targets: 2020-06-30=5；2020-12-31=10."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return SEPARATOR.join(f"{day.isoformat()}={target.normalize():f}" for day, target in value or [])

    def read(self, text: str) -> list[Any]:
        return sorted(map(self._target, super().read(text)))

    def _target(self, part: str) -> tuple[date, Decimal]:
        day, sign, target = part.replace("＝", "=").partition("=")
        if not sign:
            raise ValueError(_("“%(text)s” is no interim target. Write 2020-06-30=5.") % {"text": part})
        return DayCell().read(day.strip()), NumberCell().read(target.strip())


def subject_names(commitment: Commitment) -> list[str]:
    """Empty for a commitment counted as a whole, which has one subject without a name."""
    return [row.name for row in commitment.subjects.all() if row.name]


def targets(commitment: Commitment) -> list[tuple[date, Decimal]]:
    return [(row.on, row.target) for row in commitment.interim_targets.all()]


class CommitmentResource(MeasureRowResource):
    """One commitment a row, told apart by its number within the measure."""

    position = Field("position", "序号", WholeNumberCell(required=True))
    kind = Field("kind", "类型", WordCell(CommitmentKind))
    label = Field("label", "简称", TextCell())
    wording = Field("wording", "原文表述", TextCell())
    binding = Field("binding", "约束性", YesNoCell())
    answer = Field("answer", "填报方式", WordCell(AnswerKind))
    unit = Field("unit", "计量单位", TextCell())
    floor = Field("floor", "下限", NumberCell())
    ceiling = Field("ceiling", "上限", NumberCell())
    cycle = Field("cycle", "周期", WordCell(CommitmentCycle))
    starts_on = Field("starts_on", "起", DayCell())
    ends_on = Field("ends_on", "止（含）", DayCell())
    entered_by = Field("entered_by", "填报单位", DepartmentCell())
    subjects = RelatedField("subject_names", "分项", ListCell(), subject_names)
    interim_targets = RelatedField("targets", "阶段目标", TargetCell(), targets)

    class Meta:
        model = Commitment
        name = "量化承诺"
        import_id_fields = ("policy", "edition", "measure", "position")

    def get_queryset(self) -> QuerySet[Commitment]:
        rows = Commitment.objects.select_related("measure__section__edition__policy", "entered_by")
        return rows.order_by("measure__section__ordinal", "measure__ordinal", "position")

    def filter_export(self, queryset: QuerySet[Commitment], **kwargs: Any) -> QuerySet[Commitment]:
        rows = queryset.select_related("measure__section__edition__policy", "entered_by")
        return rows.prefetch_related("subjects", "interim_targets")

    def problems(self, instance: Any) -> Iterator[tuple[str, str]]:
        found = vars(instance)
        days = [day for day, _target in found.get("targets", [])]
        if len(days) != len(set(days)):
            yield "targets", _("Two interim targets stand on one day. Delete one.")
        if any(target < 0 for _day, target in found.get("targets", [])):
            yield "targets", _("A target cannot be negative.")
        if any(len(name) > MAX_SUBJECT_LENGTH for name in found.get("subject_names", [])):
            yield "subject_names", _("A name is too long. Shorten it.")

    def store(self, instance: Any) -> None:
        instance.save()
        found = vars(instance)
        if "subject_names" in found or not instance.subjects.exists():
            store_subjects(instance, found.get("subject_names") or [""])
        if "targets" in found:
            store_targets(instance, found["targets"])


def store_subjects(commitment: Commitment, names: list[str]) -> None:
    """Exactly these, in this order. Raises ProtectedError when one that has values would go."""
    commitment.subjects.exclude(name__in=names).delete()
    kept = {row.name: row for row in commitment.subjects.all()}
    if list(kept) == names:
        return
    # Positions are unique: what stays moves behind everything first, then each goes to its place.
    last = max((row.position for row in kept.values()), default=0)
    rows = [kept.get(name) or CommitmentSubject(commitment=commitment, name=name) for name in names]
    for first, moved in ((len(names) + last + 1, kept.values()), (1, rows)):
        for position, row in enumerate(moved, start=first):
            row.position = position
            row.save()


def store_targets(commitment: Commitment, wanted: list[tuple[date, Decimal]]) -> None:
    commitment.interim_targets.exclude(on__in=[day for day, _target in wanted]).delete()
    for day, target in wanted:
        InterimTarget.objects.update_or_create(commitment=commitment, on=day, defaults={"target": target})
