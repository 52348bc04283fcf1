"""Which copies of the block does a world hold, and by how much do their keys, places and words differ?"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Final

from django.apps import apps
from django.db import models

from measures.models import (
    Announcement,
    DepartmentFigures,
    Edition,
    Event,
    Measure,
    PeriodFigures,
    PeriodSnapshot,
    Policy,
    ReportingPeriod,
    Section,
    Urge,
    UrgeAnswer,
    UrgeReceipt,
)
from tests.benchmarks.block import Block, origin
from tests.benchmarks.worlds import World

SHARED: Final = (
    Policy,
    Edition,
    ReportingPeriod,
    PeriodSnapshot,
    PeriodFigures,
    DepartmentFigures,
    Announcement,
    Urge,
    Urge.updates.through,
    UrgeReceipt,
    UrgeAnswer,
)  # one a policy, whatever its size
SUBJECT_OF_A_POLICY: Final = frozenset({"policy_id", "period_id"})
EVENT: Final = Event._meta.label_lower
EVENT_OF_A_POLICY: Final = f"{EVENT} of a policy"  # it stands in the first block alone


@dataclass(frozen=True)
class Copy:
    """The copy of number `block` in its policy; both numbers count from 0 through the whole world."""

    policy: int
    number: int
    block: int


class Copies:
    """All copies of a world, in the order in which they are written."""

    def __init__(self, block: Block, world: World) -> None:
        self.world, self.measures = world, block.measures
        self.blocks = ceil(world.measures / block.measures)
        self.strides = {table.label: table.last_key for table in block.tables}
        self.shared = {label for label in self.strides if _is_shared(apps.get_model(label))}
        self.order = _places(block)
        self.per_section = ceil(sqrt(self.blocks * block.measures))
        self.sections = ceil(self.blocks * block.measures / self.per_section)

    def all(self, *, once_a_policy: bool = False) -> Iterator[Copy]:
        for policy in range(self.world.policies):
            for block in range(1 if once_a_policy else self.blocks):
                yield Copy(policy, policy * self.blocks + block, block)

    def offsets(self, copy: Copy, labels: Collection[str]) -> dict[str, int]:
        """What is added to the keys of these tables."""
        return {label: self.offset(label, copy) for label in labels}

    def offset(self, label: str, copy: Copy) -> int:
        if label == EVENT_OF_A_POLICY:
            return self.strides[EVENT] * copy.policy * self.blocks
        return self.strides[label] * (copy.policy if label in self.shared else copy.number)

    def place(self, number: int) -> tuple[int, int] | None:
        """Section and ordinal of a measure of a policy of several blocks; None in a policy of one."""
        if self.blocks == 1:
            return None
        return number // self.per_section + 1, number % self.per_section + 1

    def place_of(self, measure: int, copy: Copy) -> tuple[int, int]:
        """The same of the copy of a measure of the block, by its key there."""
        return self.place(copy.block * self.measures + self.order[measure]) or (1, 1)

    def section_key(self, policy: int, ordinal: int) -> int:
        return 1000 * policy + ordinal


def _is_shared(model: type[models.Model]) -> bool:
    return model in SHARED or origin(model) in SHARED


def _places(block: Block) -> dict[int, int]:
    """By key: the number of a measure of the block in the order of the document, from 0."""
    sections, measures = block.table(Section), block.table(Measure)
    ordinals = {row[sections.place("id")]: row[sections.place("ordinal")] for row in sections.rows}
    rows = sorted(
        measures.rows,
        key=lambda row: (ordinals[row[measures.place("section_id")]], row[measures.place("ordinal")]),
    )
    return {row[measures.place("id")]: number for number, row in enumerate(rows)}
