"""Which sizes are measured? So many measures, in one policy or in many of 20. Needs no Django."""

from dataclasses import dataclass
from math import ceil
from typing import Final

BLOCK: Final = 20  # measures of the demo, and of each of many policies


@dataclass(frozen=True)
class World:
    """So many policies of so many measures each, every one with six quarters: five closed, one open."""

    policies: int
    measures: int

    @classmethod
    def of(cls, measures: int, *, one_policy: bool) -> "World":
        """Measures come in blocks of 20."""
        blocks = ceil(measures / BLOCK)
        return cls(1, blocks * BLOCK) if one_policy else cls(blocks, BLOCK)

    @classmethod
    def named(cls, words: str) -> "World":
        """Of an argument, as 1000x20: so many policies of so many measures. Raises ValueError."""
        policies, _, measures = words.partition("x")
        blocks = ceil(int(measures) / BLOCK)
        return cls(int(policies), blocks * BLOCK)

    @property
    def argument(self) -> str:
        return f"{self.policies}x{self.measures}"

    @property
    def name(self) -> str:
        return f"{self.policies:,} × {self.measures:,}"

    @property
    def total(self) -> int:
        return self.policies * self.measures


def worlds(sizes: list[int]) -> list[World]:
    """Both ways of each size, the smallest first, which all others are compared with."""
    both = (World.of(size, one_policy=one) for size in sorted(sizes) for one in (True, False))
    return list(dict.fromkeys(both))
