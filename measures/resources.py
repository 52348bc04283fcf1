"""What do the columns of a file of responsibilities or commitments mean, and by which door do rows go in?

To add a column, add a field here. Measures are named by policy, edition and code (二（一）), departments by
any of their names. Responsibilities are stored by `duty_changes`, so that updates of open periods follow.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _
from import_export.fields import Field
from tablib import Dataset

from departments.models import Department
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
    is_blank,
    unknown_value,
)
from measures import duty_changes
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

MAX_SUBJECT_LENGTH = CommitmentSubject._meta.get_field("name").max_length or 0
POLICY, EDITION, MEASURE, TITLE = "政策", "版本", "举措", "举措名称"


class MeasureCell(Cell):
    """A measure under its code; policy and edition stand in the same row."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[tuple[str, str, str], Measure] = {}

    def clean(self, value: object, row: Any = None, **kwargs: Any) -> Measure:
        code = cell_text(value).replace("(", "（").replace(")", "）").replace(" ", "")
        policy, edition = cell_text(row.get(POLICY)), cell_text(row.get(EDITION))
        if not self._known:
            self._known = self._load()
        try:
            return self._known[policy, edition, code]
        except KeyError:
            raise self._problem(policy, edition, code) from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.code if isinstance(value, Measure) else ""

    def _load(self) -> dict[tuple[str, str, str], Measure]:
        rows = Measure.objects.in_document_order().select_related("section__edition__policy")
        return {
            (row.section.edition.policy.slug, str(row.section.edition.number), row.code): row for row in rows
        }

    def _problem(self, policy: str, edition: str, code: str) -> ValueError:
        """Blames the first of the three that is wrong, though all are said in the measure's column."""
        policies = list(dict.fromkeys(key[0] for key in self._known))
        if policy not in policies:
            return unknown_value(policy, policies, _("Write the policy's short code in the column 政策."))
        editions = list(dict.fromkeys(key[1] for key in self._known if key[0] == policy))
        if edition not in editions:
            return unknown_value(edition, editions, _("Write the number of the edition in the column 版本."))
        codes = [key[2] for key in self._known if key[:2] == (policy, edition)]
        return unknown_value(
            code,
            codes,
            _("This edition has the measures %(first)s to %(last)s.")
            % {"first": codes[0], "last": codes[-1]},
        )


class MeasureRowResource(SheetResource):
    """The four columns that say which measure a row is about; the title is for reading only."""

    policy = Field("measure__section__edition__policy__slug", POLICY, TextCell(), readonly=True)
    edition = Field("measure__section__edition__number", EDITION, WholeNumberCell(), readonly=True)
    measure = Field("measure", MEASURE, MeasureCell())
    title = Field("measure__title", TITLE, TextCell(), readonly=True)


class ResponsibilityKey(NamedTuple):
    """Who is bound to what, and when: what tells the rows of a file apart."""

    measure: Measure
    department: Department
    role: str
    valid_from: date | None
    valid_to: date | None

    def distance(self, row: Responsibility) -> tuple[bool, bool, bool]:
        begins_then = row.valid_from == self.valid_from
        return (
            not (begins_then and row.valid_to == self.valid_to),
            not begins_then,
            row.valid_to is not None,
        )


class ResponsibilityResource(MeasureRowResource):
    """One responsibility a row. Changing its end date ends it; a row left out stays."""

    department = Field("department", "单位", DepartmentCell(required=True))
    role = Field("role", "角色", WordCell(ResponsibilityRole))
    position = Field("position", "位次", WholeNumberCell(required=True))
    valid_from = Field("valid_from", "起", DayCell())
    valid_to = Field("valid_to", "止（含）", DayCell())
    designated = Field("designated", "指定（原文未列明）", YesNoCell())

    required_columns = (POLICY, EDITION, MEASURE, "单位", "角色")
    constraint_attributes: ClassVar[dict[str, str]] = {
        "responsibility_once": "department",
        "responsibility_position_once": "position",
        "responsibility_position_from_one": "position",
        "responsibility_role_is_known": "role",
        "responsibility_ends_after_it_begins": "valid_to",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._positions_before: dict[int, int] = {}

    class Meta:
        model = Responsibility
        name = "责任分工"

    def get_queryset(self) -> QuerySet[Responsibility]:
        return self.filter_export(Responsibility.objects.in_clause_order())

    def filter_export(self, queryset: QuerySet[Responsibility], **kwargs: Any) -> QuerySet[Responsibility]:
        return queryset.select_related("department", "measure__section__edition__policy")

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        super().before_import(dataset, **kwargs)
        self._vacate_positions([row for row in dataset.dict if not is_blank(row.values())])

    def _vacate_positions(self, rows: list[dict[str, Any]]) -> None:
        """What the file ends or moves leaves its place first, since its rows are stored one after another.

        It waits behind all others, within the transaction of the import, until its own row is stored. A file
        with an error is stored as a whole not at all, so nothing is left waiting.
        """
        leaving = [row for row in map(self._vacated, rows) if row]
        last = Responsibility.objects.aggregate(last=Max("position"))["last"] or 0
        for waiting, row in enumerate({row.pk: row for row in leaving}.values(), start=last + 1):
            self._positions_before[row.pk] = row.position
            Responsibility.objects.filter(pk=row.pk).update(position=waiting)

    def _vacated(self, row: dict[str, Any]) -> Responsibility | None:
        """The stored row that gives up its place in this one. What is wrong is told when its turn comes."""
        place = self.fields["position"]
        try:
            key = self.key(row)
            position = place.clean(row) if place.column_name in row else None
        except ValueError:
            return None
        found = self.find(key)
        if found is None or found.valid_to or (key.valid_to is None and position in {None, found.position}):
            return None
        return found

    def key(self, row: dict[str, Any]) -> ResponsibilityKey:
        names = ("measure", "department", "role", "valid_from", "valid_to")
        fields = [self.fields[name] for name in names]
        read: list[Any] = [field.clean(row) if field.column_name in row else None for field in fields]
        return ResponsibilityKey(*read)

    def find(self, key: ResponsibilityKey) -> Responsibility | None:
        """The one of these days; else the one that began then; else the one still in force."""
        rows = self.get_queryset().filter(measure=key.measure, department=key.department, role=key.role)
        candidates = [row for row in rows if row.valid_from == key.valid_from or row.valid_to is None]
        found = min(candidates, key=key.distance, default=None)
        if found and found.pk in self._positions_before:
            found.position = self._positions_before[found.pk]  # where it stands for everybody else
        return found

    def store(self, instance: Responsibility, basis: str) -> None:
        if self.actor is None or self.at is None:
            raise ValueError("an import of responsibilities needs to know who acts, and when")
        duty_changes.keep_responsibility(self.actor, instance, basis, self.at)


class TargetCell(Cell):
    """Interim targets: 2020-06-30=5；2020-12-31=10."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return SEPARATOR.join(f"{day.isoformat()}={target.normalize():f}" for day, target in value or [])

    def empty(self) -> list[tuple[date, Decimal]]:
        return []

    def read(self, text: str) -> list[tuple[date, Decimal]]:
        return sorted(self._one(part) for part in ListCell(in_order=True).read(text))

    def _one(self, part: str) -> tuple[date, Decimal]:
        day, sign, target = part.replace("＝", "=").partition("=")
        if not sign:
            raise ValueError(_("“%(text)s” is no interim target. Write 2020-06-30=5.") % {"text": part})
        return DayCell().read(day), NumberCell().read(target.strip())


def subject_names(commitment: Commitment) -> list[str]:
    """Empty for a commitment counted as a whole, which has one subject without a name."""
    names = [row.name for row in commitment.subjects.all()]
    return [] if names == [""] else names


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
    subjects = RelatedField("subject_names", "分项", ListCell(in_order=True), subject_names)
    interim_targets = RelatedField("targets", "阶段目标", TargetCell(), targets)

    required_columns = (POLICY, EDITION, MEASURE, "序号")
    constraint_attributes: ClassVar[dict[str, str]] = {
        "commitment_position_once": "position",
        "commitment_floor_below_ceiling": "ceiling",
        "commitment_ends_after_it_begins": "ends_on",
    }

    class Meta:
        model = Commitment
        name = "量化承诺"

    def get_queryset(self) -> QuerySet[Commitment]:
        rows = Commitment.objects.order_by("measure__section__ordinal", "measure__ordinal", "position")
        return self.filter_export(rows)

    def filter_export(self, queryset: QuerySet[Commitment], **kwargs: Any) -> QuerySet[Commitment]:
        rows = queryset.select_related("measure__section__edition__policy", "entered_by")
        return rows.prefetch_related("subjects", "interim_targets")

    def key(self, row: dict[str, Any]) -> tuple[Measure, int]:
        return self.fields["measure"].clean(row), self.fields["position"].clean(row)

    def find(self, key: tuple[Measure, int]) -> Commitment | None:
        rows = Commitment.objects.select_related("measure__section__edition__policy", "entered_by")
        return rows.filter(measure=key[0], position=key[1]).first()

    def validate_instance(self, instance: Any, *args: Any, **kwargs: Any) -> None:
        super().validate_instance(instance, *args, **kwargs)
        said = instance.__dict__
        days = [day for day, _target in said.get("targets") or []]
        if len(days) != len(set(days)):
            raise ValidationError({"targets": _("Two interim targets stand on one day. Delete one.")})
        if any(target < 0 for _day, target in said.get("targets") or []):
            raise ValidationError({"targets": _("A target cannot be negative.")})
        if any(len(name) > MAX_SUBJECT_LENGTH for name in said.get("subject_names") or []):
            raise ValidationError({"subject_names": _("A name is too long. Shorten it.")})

    def store(self, instance: Any, basis: str) -> None:
        instance.save()
        said = instance.__dict__
        if "subject_names" in said or not instance.subjects.exists():
            store_subjects(instance, said.get("subject_names") or [""])
        if "targets" in said:
            store_targets(instance, said["targets"])


def store_subjects(commitment: Commitment, names: list[str]) -> None:
    """Exactly these, in this order. Raises ProtectedError when one that has values would go."""
    commitment.subjects.exclude(name__in=names).delete()
    kept = {row.name: row for row in commitment.subjects.all()}
    if list(kept) == names:
        return
    # Positions are unique: what stays first moves behind everything, then each goes to its place.
    for offset, row in enumerate(kept.values(), start=len(names) + max_position(kept.values()) + 1):
        row.position = offset
        row.save(update_fields=["position"])
    for position, name in enumerate(names, start=1):
        row = kept.get(name) or CommitmentSubject(commitment=commitment, name=name)
        row.position = position
        row.save()


def max_position(rows: Iterable[CommitmentSubject]) -> int:
    return max((row.position for row in rows), default=0)


def store_targets(commitment: Commitment, wanted: list[tuple[date, Decimal]]) -> None:
    commitment.interim_targets.exclude(on__in=[day for day, _target in wanted]).delete()
    for day, target in wanted:
        InterimTarget.objects.update_or_create(commitment=commitment, on=day, defaults={"target": target})
